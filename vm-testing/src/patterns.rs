//! A pattern of a table's alone, in a function that is entered with values in its slots and on its stack: what fusions and
//! rewrites are tested with.

use super::differential::ENGINES;
use super::random::Random;
use opforge::bytecode::{Entry, verify_fragment};
use opforge::core::Depth;
use opforge::inspect::{self, FrameSnapshot, Snapshot, Stop};
use opforge::metadata::{InstructionInfo, LineOperand, PatternLine, Role};
use opforge::{
    Constant, Engine, Execute, Fuel, Function, HostValue, InstructionSet, Kind, Linker, Machine, Module, Operand,
    OperandKind, OperandRole, Outcome, Program, Scalar, Type, Verified,
};

/// Loops are run so far. **Units:** ticks.
const TICKS: u64 = 40;

/// How a program is made of a pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variant {
    /// So many names of locals in a row stand for the same one. If just one does, other names differ, too.
    alias: usize,
    inputs: Inputs,
    /// Which numbers stand for names of numbers.
    numbers: usize,
}

/// Where the values are that the pattern finds on the stack.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Inputs {
    Home,
    /// In locals that the pattern does not name.
    Others,
    /// In locals that it names, as far as there are any.
    Own,
    /// The topmost is a number.
    Number,
}

impl Variant {
    /// Each name stands for something else, and the values come from other locals.
    pub(crate) const PLAIN: Self = Self { alias: 1, inputs: Inputs::Others, numbers: 0 };

    pub(crate) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for alias in [1, 2, usize::MAX] {
            for inputs in [Inputs::Home, Inputs::Others, Inputs::Own, Inputs::Number] {
                all.extend((0..3).map(|numbers| Self { alias, inputs, numbers }));
            }
        }
        all
    }

    /// What a list of targets names, by the number of each: of every length with every place of the inputs.
    fn list(self) -> Vec<usize> {
        let other = (self.alias.min(3) + self.inputs as usize) % 2;
        match (self.numbers % 3, other) {
            // Two places, the first of them twice.
            (0, 0) => vec![1, 2, 1],
            (1, 0) => Vec::new(),
            (_, 0) => vec![1],
            (0, _) => vec![1, 2],
            (1, _) => (1..=8).collect(),
            (_, _) => (1..=255).collect(),
        }
    }
}

/// A pattern in a function of its own.
pub(crate) struct Pattern<I> {
    pub(crate) verified: Verified<I>,
    program: Program<I>,
    slots: usize,
    depth: usize,
    globals: usize,
    /// What its rows take.
    kinds: Vec<Kind>,
}

/// What a program is run with.
#[derive(Debug)]
pub(crate) struct Values {
    slots: Vec<HostValue>,
    stack: Vec<HostValue>,
}

impl<I: Execute> Pattern<I>
where
    I::Handlers: Default,
{
    /// `None` if the table has no rows that make a program of that variant, or it does not verify.
    pub(crate) fn new(lines: &[PatternLine], variant: Variant) -> Option<Self> {
        let names = Names::of::<I>(lines, variant);
        let needs = needs::<I>(lines);
        // Exits of other shapes may look deeper than the lines that follow each other.
        (needs..needs + 3).find_map(|depth| {
            let (prefix, home) = prefix::<I>(variant, depth, &names)?;
            let (code, target_lists) = names.code::<I>(lines, &prefix, |end, exit| end + exit)?;
            let slots = names.locals + depth;
            let function = Function {
                name: "pattern".to_owned(),
                params: (0..slots).map(|slot| format!("s{slot}")).collect(),
                code,
                target_lists,
                ..Function::default()
            };
            let module = names.module::<I>(function);
            let entry = Entry { depth: Depth(small(home)), scopes: 0, exits: small(1 + names.targets) };
            let verified = verify_fragment::<I>(module, 0, entry).ok()?;
            let program = Linker::new().link(verified.clone()).ok()?;
            Some(Self { verified, program, slots, depth: home, globals: names.others, kinds: kinds::<I>(lines) })
        })
    }

    fn started(&self, values: &Values, engine: Engine) -> Result<Machine<I>, String> {
        let mut machine = Machine::new(self.program.clone(), I::Handlers::default()).with_engine(engine);
        let (locals, stack) = (values.slots.clone(), values.stack.clone());
        let frame = FrameSnapshot { module: 0, function: 0, pc: 0, scopes: 0, locals, stack };
        let start =
            Snapshot { frames: vec![frame], globals: vec![HostValue::Nil; self.globals], ..Snapshot::default() };
        inspect::restore(&mut machine, &start).map_err(|error| format!("it cannot start: {error}"))?;
        Ok(machine)
    }

    /// Compares what all engines do, whole and cut at every tick.
    ///
    /// # Errors
    /// The first difference to the reference engine.
    pub(crate) fn check(&self, values: &Values) -> Result<(), String> {
        for ticks in [TICKS, 1] {
            let mut expected: Option<Vec<String>> = None;
            for (name, engine) in ENGINES {
                let found = run(self.started(values, engine)?, ticks);
                let expected = expected.get_or_insert_with(|| found.clone());
                if *expected != found {
                    let both = expected.iter().zip(&found).find(|(left, right)| left != right);
                    return Err(format!("engine `{name}` differs, {ticks} ticks at a time: {both:#?}"));
                }
            }
        }
        Ok(())
    }
}

/// What is seen after each slice of so many ticks.
fn run<I: Execute>(mut machine: Machine<I>, ticks: u64) -> Vec<String> {
    let mut seen = Vec::new();
    for _ in 0..TICKS / ticks {
        let outcome = inspect::run_to(&mut machine, &[], Fuel::Ticks(ticks));
        let on = matches!(outcome, Stop::Ended(Outcome::OutOfFuel));
        let shown = match outcome {
            Stop::Exit(exit) => format!("exit {exit}"),
            Stop::Ended(Outcome::Trapped(report)) => format!("{report}, raised {:?}", report.value),
            other => format!("{other:?}"),
        };
        let (ticks, held) = (machine.stats().ticks, inspect::snapshot(&machine));
        seen.push(format!("{shown}, {ticks} ticks: {:?}, {:?}", held.frames, held.globals));
        if !on {
            break;
        }
    }
    seen
}

/// What the names of a pattern stand for.
pub(crate) struct Names {
    operands: Vec<Operand>,
    pub(crate) locals: usize,
    /// So many exits are named, besides that at the end.
    targets: usize,
    /// The exits that each list of targets names.
    pub(crate) lists: Vec<Vec<u32>>,
    /// So many globals and constants of the module may be named.
    pub(crate) others: usize,
}

impl Names {
    pub(crate) fn of<I: InstructionSet>(lines: &[PatternLine], variant: Variant) -> Self {
        let mut kinds: Vec<Option<OperandKind>> = Vec::new();
        for line in lines {
            let PatternLine::Row(row, operands) = line else { continue };
            let all = I::table().instructions.get(*row).map_or(&[][..], |row| row.operands);
            for (info, operand) in all.iter().zip(*operands) {
                if let LineOperand::Variable(number) = operand {
                    kinds.resize(kinds.len().max(number + 1), None);
                    kinds[*number] = Some(info.kind);
                }
            }
        }
        let (operands, lists) = Default::default();
        let mut names = Self { operands, locals: 0, targets: 0, lists, others: kinds.len() + 1 };
        for (index, kind) in kinds.iter().enumerate() {
            // How many names of its kind come before it; for all but locals, those that stand for something else.
            let seen = kinds[..index].iter().filter(|other| *other == kind).count();
            let other = if variant.alias == 1 { seen } else { 0 };
            let operand = match kind.map(OperandKind::role) {
                Some(OperandRole::Local) => {
                    let local = seen / variant.alias;
                    names.locals = names.locals.max(local + 1);
                    Operand::Index(small(local))
                }
                Some(OperandRole::Number(Kind::Int)) if other == 0 => {
                    let (least, most) = kind.and_then(OperandKind::ints).unwrap_or(0..=0).into_inner();
                    Operand::from([3, least, most.min(40_000)][variant.numbers % 3])
                }
                Some(OperandRole::Number(Kind::Int)) => Operand::from(3 + other as i64),
                Some(OperandRole::Number(Kind::Float)) if other == 0 => {
                    Operand::from([0.5, -0.0, f64::NAN][variant.numbers % 3])
                }
                Some(OperandRole::Number(Kind::Float)) => Operand::from(0.5 + other as f64),
                Some(OperandRole::Number(kind)) => {
                    let telling = Scalar::telling(kind);
                    Operand::Number(telling[(variant.numbers + other) % telling.len()])
                }
                Some(OperandRole::Target) => {
                    names.targets += 1;
                    Operand::Index(small(names.targets))
                }
                Some(OperandRole::Targets) => {
                    let list = variant.list();
                    names.lists.push(list.iter().map(|exit| small(names.targets + exit)).collect());
                    names.targets += list.iter().max().unwrap_or(&0);
                    Operand::Index(small(names.lists.len() - 1))
                }
                Some(OperandRole::Func) | None => Operand::Index(0),
                Some(OperandRole::Const | OperandRole::Global | OperandRole::Count) => Operand::Index(small(other)),
            };
            names.operands.push(operand);
        }
        names
    }

    /// A module of that function, with the globals and constants that may be named.
    pub(crate) fn module<I: InstructionSet>(&self, function: Function) -> Module {
        Module {
            table_name: I::table().name.to_owned(),
            table_hash: I::table().hash,
            globals: (0..self.others).map(|global| format!("g{global}")).collect(),
            constants: (0..self.others).map(|constant| Constant::Scalar(Scalar::Int(7 + constant as i64))).collect(),
            functions: vec![function],
            ..Module::default()
        }
    }

    /// The prefix and the pattern after it, its labels in place and other targets at the exits, and its lists of targets. An exit is where
    /// `place` says, by the end of the pattern and the number of the exit.
    pub(crate) fn code<I: InstructionSet>(
        &self,
        lines: &[PatternLine],
        prefix: &[u8],
        place: impl Fn(u32, u32) -> u32,
    ) -> Option<(Vec<u8>, Vec<Vec<u32>>)> {
        let mut places: Vec<u32> = Vec::new();
        let mut end = 0;
        // The first pass finds the end, the second the places; targets are as wide as any other.
        for _ in 0..3 {
            let mut code = prefix.to_vec();
            for line in lines {
                match line {
                    PatternLine::Label(label) => {
                        places.resize(places.len().max(label + 1), 0);
                        places[*label] = small(code.len());
                    }
                    PatternLine::Row(row, given) => {
                        let info = I::table().instructions.get(*row)?;
                        let operands = info.operands.iter().zip(*given).map(|(info, operand)| match operand {
                            LineOperand::Number(value) => Some(Operand::Number(*value)),
                            LineOperand::Label(label) => Some(Operand::Index(places.get(*label).copied().unwrap_or(0))),
                            LineOperand::Variable(number) => match self.operands.get(*number)? {
                                Operand::Index(exit) if info.kind == OperandKind::Target => {
                                    Some(Operand::Index(place(end, *exit)))
                                }
                                operand => Some(*operand),
                            },
                        });
                        let operands: Option<Vec<Operand>> = operands.collect();
                        I::encode(&I::from_operands(*row, &operands?).ok()?, &mut code);
                    }
                }
            }
            if end == small(code.len()) {
                let placed = |list: &Vec<u32>| list.iter().map(|exit| place(end, *exit)).collect();
                return Some((code, self.lists.iter().map(placed).collect()));
            }
            end = small(code.len());
        }
        None
    }
}

/// What pushes the values that the pattern finds on the stack, and how many are at home instead.
fn prefix<I: InstructionSet>(variant: Variant, depth: usize, names: &Names) -> Option<(Vec<u8>, usize)> {
    let rows = I::table().instructions;
    let with_role = |role: Role| rows.iter().position(|row| row.role == Some(role));
    let mut code = Vec::new();
    let mut push = |row: usize, operand: Operand| {
        I::encode(&I::from_operands(row, &[operand]).ok()?, &mut code);
        Some(())
    };
    match variant.inputs {
        Inputs::Home => Some((code, depth)),
        _ if depth == 0 => None,
        Inputs::Others | Inputs::Own => {
            let get = with_role(Role::GetLocal)?;
            for input in 0..depth {
                let own = variant.inputs == Inputs::Own && names.locals > 0;
                let slot = if own { input % names.locals } else { names.locals + input };
                push(get, Operand::Index(small(slot)))?;
            }
            Some((code, 0))
        }
        Inputs::Number => {
            let int =
                |row: &InstructionInfo| row.role == Some(Role::LoadOperand) && row.operands[0].kind == OperandKind::Int;
            push(rows.iter().position(int)?, Operand::from([5, i64::MAX, 0][variant.numbers % 3]))?;
            Some((code, depth - 1))
        }
    }
}

/// How many values the lines find on the stack, one after the other.
pub(crate) fn needs<I: InstructionSet>(lines: &[PatternLine]) -> usize {
    let (mut depth, mut needed) = (0usize, 0);
    for line in lines {
        let PatternLine::Row(row, _) = line else { continue };
        let Some(info) = I::table().instructions.get(*row) else { continue };
        let missing = info.inputs.len().saturating_sub(depth);
        needed += missing;
        depth = depth + missing - info.inputs.len() + info.outputs.len();
    }
    needed
}

/// The kinds that rows of the pattern take where they do not take any.
fn kinds<I: InstructionSet>(lines: &[PatternLine]) -> Vec<Kind> {
    let rows = lines.iter().filter_map(|line| match line {
        PatternLine::Row(row, _) => I::table().instructions.get(*row),
        PatternLine::Label(_) => None,
    });
    let types = rows.flat_map(|row| row.accepts.iter().flat_map(|types| types.iter()));
    types.filter(|ty| **ty != Type::ANY).flat_map(|ty| ty.kinds()).collect()
}

impl Values {
    /// Values for the program: edges and any, and of the numbers that are given now and then one.
    pub(crate) fn new<I>(random: &mut Random, program: &Pattern<I>, numbers: &[Scalar]) -> Self {
        // Mostly of one kind, so that more than the first part is run.
        let usual = random.pick(&program.kinds).filter(|_| !random.once_in(3)).unwrap_or_else(|| random.kind());
        let small = random.once_in(2);
        let mut value = || {
            if let Some(number) = random.pick(numbers).filter(|_| random.once_in(3)) {
                return HostValue::from(number.as_kind(usual).unwrap_or(number));
            }
            let kind = if random.once_in(5) { random.kind() } else { usual };
            match random.scalar(kind) {
                Some(Scalar::Int(value)) if small => HostValue::from(Scalar::Int(value % 16)),
                Some(scalar) => HostValue::from(scalar),
                None => HostValue::from("text"),
            }
        };
        let slots = (0..program.slots).map(|_| value()).collect();
        Self { slots, stack: (0..program.depth).map(|_| value()).collect() }
    }
}

pub(crate) fn small(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use opforge::standard::Isa;
    use std::collections::BTreeSet;

    #[test]
    fn lists_of_targets_are_of_several_lengths_wherever_the_inputs_are() {
        let rows = Isa::table().instructions;
        let switch = rows.iter().position(|row| row.mnemonic == "switch").expect("it is a row of the standard set");
        let lines = [PatternLine::Row(switch, &[LineOperand::Variable(0)])];
        for inputs in [Inputs::Home, Inputs::Others, Inputs::Own, Inputs::Number] {
            let those = Variant::all().into_iter().filter(|variant| variant.inputs == inputs);
            let made = those.filter_map(|variant| Pattern::<Isa>::new(&lines, variant));
            let lengths: BTreeSet<usize> =
                made.map(|made| made.verified.module().functions[0].target_lists[0].len()).collect();
            assert_eq!(lengths, BTreeSet::from([0, 1, 2, 3, 8, 255]), "{inputs:?}");
        }
    }
}
