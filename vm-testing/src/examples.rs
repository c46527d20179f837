//! Runs the examples of a row on every engine: each on its own, in a function that begins with the example's stack.
//!
//! The instruction is verified as a fragment, and a machine is restored at it. Its exits lead to positions after the code,
//! by which the harness sees how it left.

use super::differential::ENGINES;
use opforge::bytecode::{Entry, verify_fragment};
use opforge::core::Depth;
use opforge::inspect::{self, FrameSnapshot, Snapshot, Stop};
use opforge::metadata::{ExampleInfo, ExampleOutcome, FamilyInfo, GivenOperand, InstructionInfo, Literal, Through};
use opforge::{
    Capture, Constant, Engine, Execute, Fuel, Function, HostValue, Linker, Machine, Module, Operand, OperandKind,
    Outcome, Streams, TrapCode, assemble,
};
use std::fmt::Write;

/// Ticks after which an example that enters a function is taken to be endless. What does not can loop nowhere, whatever
/// it charges.
const TICKS: u64 = 100_000_000;

/// Runs every example of the row called `name` on every engine.
///
/// Besides the outcome it looks at the slots, globals and output that an example states, and that a trap leaves stack
/// and slots as they were.
///
/// # Panics
/// When the table has no such row, or an example is not what happens: with the row, the example, the engine, and both
/// sides.
#[track_caller]
pub fn check_examples<I: Execute>(name: &str)
where
    I::Handlers: Default,
{
    let table = I::table();
    let Some(index) = table.instructions.iter().position(|row| row.name == name) else {
        panic!("table `{}` has no row `{name}`", table.name);
    };
    if let Err(problem) = row_examples::<I>(index) {
        panic!("{problem}");
    }
}

/// Runs every example of a row on every engine.
///
/// # Errors
/// The first that is not what happens: with the row, the example, the engine, and both sides.
pub(crate) fn row_examples<I: Execute>(index: usize) -> Result<(), String>
where
    I::Handlers: Default,
{
    I::table().instructions[index].examples.iter().try_for_each(|example| one_example::<I>(index, example))
}

/// Runs an example of the row called `name` on every engine: one that need not stand in the table.
///
/// # Errors
/// That the table has no such row, or that the example is not what happens: with the engine, and both sides.
pub fn check_example_of<I: Execute>(name: &str, example: &ExampleInfo) -> Result<(), String>
where
    I::Handlers: Default,
{
    let row = I::table().instructions.iter().position(|row| row.name == name);
    let index = row.ok_or_else(|| format!("table `{}` has no row `{name}`", I::table().name))?;
    one_example::<I>(index, example)
}

fn one_example<I: Execute>(index: usize, example: &ExampleInfo) -> Result<(), String>
where
    I::Handlers: Default,
{
    let row = &I::table().instructions[index];
    for (engine_name, engine) in ENGINES {
        check_example::<I>(index, example, engine).map_err(|problem| {
            format!("row `{}`, example `{}`, engine `{engine_name}`: {problem}", row.name, example.text)
        })?;
    }
    Ok(())
}

/// How an example ended.
#[derive(Debug, PartialEq)]
enum Ending {
    Next(Vec<HostValue>),
    Jump(Through, Vec<HostValue>),
    Trap(TrapCode),
    Return(HostValue),
    Raise(HostValue),
}

/// A machine that stands before an example's instruction.
struct Scene<I: Execute> {
    machine: Machine<I>,
    output: Capture,
    slots: Vec<HostValue>,
    first_global: usize,
    inputs: Vec<HostValue>,
    /// The ways of its jumps, by the exits that they lead to, after that of the next instruction.
    ways: Vec<Through>,
}

pub(super) fn check_example<I: Execute>(index: usize, example: &ExampleInfo, engine: Engine) -> Result<(), String>
where
    I::Handlers: Default,
{
    let row = &I::table().instructions[index];
    let expected = ending_of(&example.outcome);
    let mut scene = set_scene::<I>(index, example, engine)?;
    let fuel = if row.enters.is_some() { Fuel::Ticks(TICKS) } else { Fuel::Unlimited };
    let outcome = inspect::run_to(&mut scene.machine, &[], fuel);
    let found = scene.ending(outcome)?;
    differ("outcome", &show(row, &expected), &show(row, &found))?;
    if let Some(prints) = example.prints {
        differ("output", &format!("{prints:?}"), &format!("{:?}", scene.output.text()))?;
    }
    match found {
        Ending::Next(_) | Ending::Jump(..) => scene.check_state(example, false),
        // The frame of the instruction is gone, or under those of what it entered.
        _ if row.enters.is_some() => Ok(()),
        Ending::Raise(_) => scene.check_state(example, false),
        Ending::Trap(_) => {
            differ("stack after the trap", &list(&scene.inputs), &list(&scene.innermost().stack))?;
            scene.check_state(example, true)
        }
        Ending::Return(_) if engine == Engine::Reference => check_before_return::<I>(index, example),
        Ending::Return(_) => Ok(()),
    }
}

/// Looks at the state after an instruction that returns, before its frame is taken away. Only the reference engine can
/// run an instruction without following where it leads; on the others, the returned value is all that can be seen.
fn check_before_return<I: Execute>(index: usize, example: &ExampleInfo) -> Result<(), String>
where
    I::Handlers: Default,
{
    let mut scene = set_scene::<I>(index, example, Engine::Reference)?;
    inspect::step_alone(&mut scene.machine).map_err(|trap| format!("alone it traps: {trap}"))?;
    scene.check_state(example, false)
}

fn set_scene<I: Execute>(index: usize, example: &ExampleInfo, engine: Engine) -> Result<Scene<I>, String>
where
    I::Handlers: Default,
{
    let row = &I::table().instructions[index];
    let Setting { module, function, slots, first_global } = setting::<I>(index, example)?;
    let inputs = values(example.inputs);
    let (scopes, ways) = (u32::from(row.scope < 0), ways(row, example));
    let entry = Entry { depth: Depth(small(inputs.len())), scopes, exits: small(1 + ways.len()) };
    let mut globals = vec![HostValue::Nil; module.globals.len()];
    for (global, value) in globals.iter_mut().skip(first_global).zip(values(example.globals)) {
        *global = value;
    }
    let verified = verify_fragment::<I>(module, function, entry).map_err(|errors| {
        let of_fixtures = errors.errors().iter().any(|error| error.function.as_deref() != Some(ROW));
        let family = I::table().families.get(row.family).filter(|_| of_fixtures);
        family.map_or_else(|| errors.to_string(), |family| format!("{}:\n{errors}", fixtures_of(family)))
    })?;
    let program = Linker::new().link(verified).map_err(|errors| errors.to_string())?;
    let output = Capture::new();
    let streams = Streams::none().with_output(output.clone()).with_input(example.reads.unwrap_or_default().as_bytes());
    let mut machine = Machine::new(program, I::Handlers::default()).with_streams(streams).with_engine(engine);
    let frame = FrameSnapshot { module: 0, function, pc: 0, scopes: 0, locals: slots.clone(), stack: inputs.clone() };
    let start =
        Snapshot { frames: vec![frame], globals, scopes: vec![Vec::new(); scopes as usize], ..Snapshot::default() };
    inspect::restore(&mut machine, &start).map_err(|error| format!("it cannot start: {error}"))?;
    Ok(Scene { machine, output, slots, first_global, inputs, ways })
}

/// The ways by which the instruction of an example can jump.
fn ways(row: &InstructionInfo, example: &ExampleInfo) -> Vec<Through> {
    let operands = row.operands.iter().zip(example.operands).enumerate();
    let ways = operands.flat_map(|(operand, (info, given))| match (info.kind, given) {
        (OperandKind::Target, _) => vec![Through { operand, entry: None }],
        (OperandKind::Targets, GivenOperand::Number(opforge::Scalar::Int(count))) => {
            (0..usize::try_from(*count).unwrap_or(0)).map(|entry| Through { operand, entry: Some(entry) }).collect()
        }
        _ => Vec::new(),
    });
    ways.collect()
}

impl<I: Execute> Scene<I> {
    /// What the instruction's own activation holds; nothing if it is gone.
    fn innermost(&self) -> FrameSnapshot {
        let none = FrameSnapshot { module: 0, function: 0, pc: 0, scopes: 0, locals: Vec::new(), stack: Vec::new() };
        inspect::snapshot(&self.machine).frames.pop().unwrap_or(none)
    }

    fn ending(&self, outcome: Stop) -> Result<Ending, String> {
        Ok(match outcome {
            Stop::Exit(0) => Ending::Next(self.innermost().stack),
            Stop::Exit(exit) => {
                let through = self.ways.get(exit - 1).ok_or_else(|| format!("it left through exit {exit}"))?;
                Ending::Jump(*through, self.innermost().stack)
            }
            Stop::Ended(Outcome::Returned(value)) => Ending::Return(value),
            Stop::Ended(Outcome::Trapped(report)) => match report.value {
                Some(value) => Ending::Raise(value),
                None => Ending::Trap(report.code),
            },
            Stop::Ended(Outcome::OutOfFuel) => return Err(format!("it runs for more than {TICKS} ticks")),
            other => return Err(format!("it ended otherwise: {other:?}")),
        })
    }

    /// Compares slots and globals with what the example states; after a trap, slots it does not state are as before.
    fn check_state(&self, example: &ExampleInfo, trapped: bool) -> Result<(), String> {
        let slots = self.innermost().locals;
        match example.slots_after {
            Some(after) => differ("slots", &list(&values(after)), &list(&slots[..after.len().min(slots.len())]))?,
            None if trapped => differ("slots after the trap", &list(&self.slots), &list(&slots))?,
            None => {}
        }
        if let Some(after) = example.globals_after {
            let globals: Vec<_> =
                inspect::snapshot(&self.machine).globals.into_iter().skip(self.first_global).collect();
            differ("globals", &list(&values(after)), &list(&globals[..after.len().min(globals.len())]))?;
        }
        Ok(())
    }
}

/// The function of an example's one instruction.
const ROW: &str = "example.row";

/// How messages call the fixtures of a family.
fn fixtures_of(family: &FamilyInfo) -> String {
    format!("`{}`, which `fixtures` of the family `{}` names", family.fixtures_file, family.name)
}

/// Where an example's instruction stands.
struct Setting {
    module: Module,
    /// The function of the one instruction, behind the fixtures of the row's family.
    function: usize,
    slots: Vec<HostValue>,
    /// The example's globals come behind those of the fixtures.
    first_global: usize,
}

fn setting<I: Execute>(index: usize, example: &ExampleInfo) -> Result<Setting, String> {
    let row = &I::table().instructions[index];
    // Most examples name no function, and need not wait for what the fixtures use to be in the table.
    let named = example.operands.iter().any(|operand| matches!(operand, GivenOperand::Function(_)));
    let family = I::table().families.get(row.family).filter(|_| named);
    let (file, fixtures) = family.map_or(("", ""), |family| (family.fixtures_file, family.fixtures));
    let mut module = assemble::<I>(file, fixtures).map_err(|errors| {
        family.map_or_else(|| errors.to_string(), |family| format!("{}:\n{errors}", fixtures_of(family)))
    })?;
    let operand = |kind| {
        let of_kind = row.operands.iter().zip(example.operands).filter(move |(operand, _)| operand.kind == kind);
        of_kind.filter_map(|(_, value)| {
            if let GivenOperand::Number(opforge::Scalar::Int(at)) = value { usize::try_from(*at).ok() } else { None }
        })
    };
    let needed = |kind, before: usize, after: Option<&[Literal]>| {
        operand(kind).map(|at| at + 1).chain([before, after.map_or(0, <[Literal]>::len)]).max().unwrap_or(0)
    };
    let globals = needed(OperandKind::Global, example.globals.len(), example.globals_after);
    let first_global = module.globals.len();
    module.globals.extend((0..globals).map(|at| format!("example.global{at}")));
    let mut slots = values(example.slots);
    slots.resize(needed(OperandKind::Local, slots.len(), example.slots_after), HostValue::Nil);

    let (code, target_lists) = code_of::<I>(index, example, first_global, &mut module)?;
    let params = (0..slots.len()).map(|at| format!("s{at}")).collect();
    module.functions.push(Function { name: ROW.to_owned(), params, code, target_lists, ..Function::default() });
    let function = module.functions.len() - 1;
    Ok(Setting { module, function, slots, first_global })
}

/// The instruction and its lists of targets, all targets at the exits.
fn code_of<I: Execute>(
    index: usize,
    example: &ExampleInfo,
    first_global: usize,
    module: &mut Module,
) -> Result<(Vec<u8>, Vec<Vec<u32>>), String> {
    let row = &I::table().instructions[index];
    let encode = |operands: &[Operand]| {
        let op = I::from_operands(index, operands).map_err(|error| error.to_string())?;
        let mut code = Vec::new();
        I::encode(&op, &mut code);
        Ok::<_, String>(code)
    };
    let mut operands = Vec::new();
    for (at, given) in example.operands.iter().enumerate() {
        let operand = operand_of(row, at, given, example.inputs.len(), module)?;
        operands.push(match (row.operands[at].kind, operand) {
            (OperandKind::Global, Operand::Index(global)) => Operand::Index(global + small(first_global)),
            _ => operand,
        });
    }
    let mut lists: Vec<Vec<u32>> = Vec::new();
    for (at, _) in row.operands.iter().enumerate().filter(|(_, operand)| operand.kind == OperandKind::Targets) {
        operands[at] = Operand::Index(small(lists.len()));
        lists.push(Vec::new());
    }
    // A target is as wide as any other, so the length is that of the code without them.
    let length = encode(&operands)?.len();
    for (exit, way) in (1..).zip(ways(row, example)) {
        let target = small(length + exit);
        match (way.entry, &operands[way.operand]) {
            (Some(_), Operand::Index(list)) => lists[*list as usize].push(target),
            _ => operands[way.operand] = Operand::Index(target),
        }
    }
    Ok((encode(&operands)?, lists))
}

fn operand_of(
    row: &InstructionInfo,
    at: usize,
    given: &GivenOperand,
    inputs: usize,
    module: &mut Module,
) -> Result<Operand, String> {
    let kind = row.operands.get(at).map(|operand| operand.kind).ok_or("it has more operands than the row")?;
    Ok(match given {
        GivenOperand::Omitted if kind == OperandKind::Target => Operand::Index(0),
        GivenOperand::Omitted => {
            let singles = row.inputs.iter().filter(|input| input.count.is_none()).count();
            Operand::Index(small(inputs.saturating_sub(singles)))
        }
        GivenOperand::Number(value) => Operand::of_kind(kind, *value)
            .ok_or_else(|| format!("`{value}` is no operand of kind `{}`", kind.name()))?,
        GivenOperand::Constant(literal) => {
            module.constants.push(match literal {
                Literal::Scalar(scalar) => Constant::Scalar(*scalar),
                Literal::Text(text) => Constant::from(*text),
            });
            Operand::Index(small(module.constants.len() - 1))
        }
        GivenOperand::Function(name) => {
            let at = module.functions.iter().position(|function| function.name == *name);
            Operand::Index(small(module.imports.len() + at.ok_or_else(|| format!("the fixtures have no `{name}`"))?))
        }
    })
}

fn ending_of(outcome: &ExampleOutcome) -> Ending {
    match outcome {
        ExampleOutcome::Next(outputs) => Ending::Next(values(outputs)),
        ExampleOutcome::Jump(through, outputs) => Ending::Jump(*through, values(outputs)),
        ExampleOutcome::Trap(code) => Ending::Trap(*code),
        ExampleOutcome::Return(value) => Ending::Return(host(value)),
        ExampleOutcome::Raise(value) => Ending::Raise(host(value)),
    }
}

fn values(literals: &[Literal]) -> Vec<HostValue> {
    literals.iter().map(host).collect()
}

fn host(literal: &Literal) -> HostValue {
    match literal {
        Literal::Scalar(scalar) => HostValue::from(*scalar),
        Literal::Text(text) => HostValue::from(*text),
    }
}

fn small(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn differ(what: &str, expected: &str, found: &str) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("{what}: expected {expected}, got {found}")) }
}

/// An ending as examples write it. Equal text means equal endings: all that differs in a value shows.
fn show(row: &InstructionInfo, ending: &Ending) -> String {
    match ending {
        Ending::Next(values) => format!("next {}", list(values)),
        Ending::Jump(Through { operand, entry }, values) => {
            let name = row.operands.get(*operand).map_or("?", |operand| operand.name);
            let entry = entry.map(|entry| format!("[{entry}]")).unwrap_or_default();
            format!("jump {name}{entry} {}", list(values))
        }
        Ending::Trap(code) => format!("trap {code}"),
        Ending::Return(value) => format!("return {}", list(std::slice::from_ref(value))),
        Ending::Raise(value) => format!("raise {}", list(std::slice::from_ref(value))),
    }
}

fn list(values: &[HostValue]) -> String {
    let mut text = String::from("(");
    for (index, value) in values.iter().enumerate() {
        text.push_str(if index == 0 { "" } else { ", " });
        // Writing to a `String` cannot fail.
        let _ = match value {
            HostValue::Text(value) => write!(text, "{value:?}"),
            other => write!(text, "{other}"),
        };
    }
    text.push(')');
    text
}
