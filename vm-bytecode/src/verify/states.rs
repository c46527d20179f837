//! What is on the stack before each instruction, for people: the depth that verification found, and the types that a
//! walk over each block knows. A value that comes into a block may be anything; nothing that runs relies on these types.

use super::facts::FunctionFacts;
use super::flow::{Analysis, analyse};
use super::verified::Verified;
use crate::isa::{InstructionSet, Operand};
use crate::metadata::{InstructionInfo, Role};
use crate::module::{Constant, Function, Module};
use opforge_core::{Depth, OperandKind, Pc, Type};
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

/// What is known of the stack before an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackState {
    /// Where the instruction begins. **Units:** bytes.
    pub pc: u32,
    /// How many values are on the stack; `None` if nothing reaches the instruction.
    pub depth: Option<u32>,
    /// What the topmost values may be, bottom first: all of them, or [`StackState::MAX_TYPES`].
    pub types: Vec<Type>,
}

impl StackState {
    /// So many types are given for one instruction, so that the states of a function are linear in its code.
    pub const MAX_TYPES: usize = 16;
}

impl<I: InstructionSet> Verified<I> {
    /// The stack before each instruction of function `function`, in the order of the code, each found when it is asked for;
    /// `None` if there is no such function.
    pub fn stack_states(&self, function: usize) -> Option<StackStates<'_, I>> {
        StackStates::new(self.module(), self.module().functions.get(function)?, self.facts(function)?)
    }
}

/// The states of the stack before the instructions of a function, in the order of the code.
pub struct StackStates<'a, I> {
    function: &'a Function,
    analysis: Analysis,
    joins: Vec<bool>,
    walk: Walk<'a>,
    /// Whether control comes from the instruction before.
    falls: bool,
    /// The next instruction: its index, and where it begins.
    at: u32,
    pc: Pc,
    set: PhantomData<fn() -> I>,
}

impl<'a, I: InstructionSet> StackStates<'a, I> {
    fn new(module: &'a Module, function: &'a Function, facts: &FunctionFacts) -> Option<Self> {
        let analysis = analyse::<I>(module, function, facts.entry()).ok()?;
        let joins = joins::<I>(function, &analysis)?;
        let walk = Walk { module, known: Vec::new(), locals: HashMap::new() };
        Some(Self { function, analysis, joins, walk, falls: false, at: 0, pc: Pc(0), set: PhantomData })
    }
}

impl<I: InstructionSet> Iterator for StackStates<'_, I> {
    type Item = StackState;

    fn next(&mut self) -> Option<StackState> {
        let joined = *self.joins.get(self.at as usize)?;
        let (op, next) = I::decode(&self.function.code, self.pc.index()).ok()?;
        let depth = self.analysis.depth(self.at);
        if joined || !self.falls {
            self.walk.forget();
        }
        let types = self.walk.top(depth.unwrap_or_default());
        let state = StackState { pc: self.pc.0, depth: depth.map(|depth| depth.0), types };
        let info = I::table().instructions.get(I::instruction(&op))?;
        if depth.is_some() {
            self.walk.step(info, &I::operands(&op));
        }
        self.falls = depth.is_some() && info.falls_through;
        self.at += 1;
        self.pc = Pc::from_index(next)?;
        Some(state)
    }
}

impl<I> fmt::Debug for StackStates<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StackStates")
            .field("function", &self.function.name)
            .field("pc", &self.pc)
            .finish_non_exhaustive()
    }
}

/// For each instruction, whether control comes to it from elsewhere than the instruction before.
fn joins<I: InstructionSet>(function: &Function, analysis: &Analysis) -> Option<Vec<bool>> {
    let mut joins = vec![false; analysis.count()];
    let mut join = |target: Pc| {
        if let Some(join) = analysis.instruction(target).and_then(|at| joins.get_mut(at as usize)) {
            *join = true;
        }
    };
    for (_, pc) in analysis.reached() {
        let (op, _) = I::decode(&function.code, pc.index()).ok()?;
        let row = I::table().instructions.get(I::instruction(&op))?;
        row.targets(&I::operands(&op), &function.target_lists).for_each(|(_, target)| join(target));
    }
    function.regions.iter().for_each(|region| join(Pc(region.target)));
    Some(joins)
}

/// What is known within one block.
struct Walk<'a> {
    module: &'a Module,
    /// The topmost values, bottom first; those below may be anything.
    known: Vec<Type>,
    /// The locals that the block has set.
    locals: HashMap<u32, Type>,
}

impl Walk<'_> {
    fn forget(&mut self) {
        self.known.clear();
        // A new one: clearing takes as long as the most it ever held.
        self.locals = HashMap::new();
    }

    /// The types of the topmost of `depth` values.
    fn top(&self, depth: Depth) -> Vec<Type> {
        let count = StackState::MAX_TYPES.min(depth.count());
        let given = &self.known[self.known.len() - count.min(self.known.len())..];
        let mut types = vec![Type::ANY; count - given.len()];
        types.extend_from_slice(given);
        types
    }

    fn pop(&mut self, count: usize) -> Vec<Type> {
        let from = self.known.len() - count.min(self.known.len());
        let mut taken = vec![Type::ANY; count - (self.known.len() - from)];
        taken.extend(self.known.drain(from..));
        taken
    }

    fn step(&mut self, row: &InstructionInfo, operands: &[Operand]) {
        let taken = self.pop(row.pops(operands) as usize);
        let local = match operands.first() {
            Some(Operand::Index(local)) => *local,
            _ => 0,
        };
        match row.role {
            Some(Role::GetLocal) => self.known.push(self.locals.get(&local).copied().unwrap_or(Type::ANY)),
            Some(Role::SetLocal) => {
                self.locals.insert(local, taken.first().copied().unwrap_or(Type::ANY));
            }
            Some(Role::Load(value)) => self.known.push(Type::of(value.kind())),
            Some(Role::LoadOperand) => {
                self.known.push(operands.first().map_or(Type::ANY, |operand| operand.scalar().ty()));
            }
            Some(Role::LoadConstant) => self.known.push(match self.module.constants.get(local as usize) {
                Some(Constant::Scalar(value)) => value.ty(),
                Some(Constant::Text(_)) => Type::STR,
                None => Type::ANY,
            }),
            None => {
                let passed = |input: usize| taken.get(input).copied();
                let pushed = row.outputs.iter().map(|output| output.passes.and_then(passed).unwrap_or(output.ty));
                self.known.extend(pushed);
                self.forget_locals(row, operands);
            }
        }
    }

    /// Forgets the locals that an instruction names, for it may write them.
    fn forget_locals(&mut self, row: &InstructionInfo, operands: &[Operand]) {
        for (operand, value) in row.operands.iter().zip(operands) {
            if let (OperandKind::Local, Operand::Index(local)) = (operand.kind, value) {
                self.locals.remove(local);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard::Isa;
    use crate::{assemble, verify};

    /// The depth and types before each instruction of the first function.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let verified = verify::<Isa>(assemble::<Isa>("test.opf", text).unwrap()).unwrap();
        let show = |state: &StackState| match state.depth {
            None => "unreachable".to_owned(),
            Some(depth) => {
                let types: Vec<String> = state.types.iter().map(ToString::to_string).collect();
                format!("{depth}: {}", types.join(" ")).trim_end().to_owned()
            }
        };
        let states = verified.stack_states(0).unwrap();
        assert_eq!(states.map(|state| show(&state)).collect::<Vec<_>>(), expected);
        assert!(verified.stack_states(verified.module().functions.len()).is_none());
    }

    #[test]
    fn constants_and_shuffles_keep_their_types() {
        check(
            "func f()\n load_const \"a\"\n load_int 1\n load_const 2.5\n rot\n swap\n dup2\n load_undef\n log_not\n return\nend\n",
            &[
                "0:",
                "1: Str",
                "2: Str Int",
                "3: Str Int Float",
                "3: Int Float Str",
                "3: Int Str Float",
                "5: Int Str Float Str Float",
                "6: Int Str Float Str Float Nil",
                "6: Int Str Float Str Float Bool",
            ],
        );
    }

    #[test]
    fn locals_are_known_from_where_the_block_sets_them() {
        check(
            "func f(n)\n get_slot n\n pop\n load_true\n set_slot n\n get_slot n\n pre_inc_slot_void n\n get_slot n\n return\nend\n",
            &["0:", "1: Any", "0:", "1: Bool", "0:", "1: Bool", "1: Bool", "2: Bool Any"],
        );
    }

    #[test]
    fn a_block_that_is_jumped_to_knows_nothing() {
        check(
            "func f(n)\n load_int 1\n get_slot n\n jump_if_true on\n load_int 2\n pop\non:\n return\n load_undef\n return\nend\n",
            &["0:", "1: Int", "2: Int Any", "1: Int", "2: Int Int", "1: Any", "unreachable", "unreachable"],
        );
    }

    #[test]
    fn handlers_begin_with_the_error_on_what_they_keep() {
        check(
            "func f()\n load_int 1\ntry:\n load_int 2\n load_int 3\n call f 0\n raise\ntried:\ncaught:\n return\n .catch try tried caught 1\nend\n",
            &["0:", "1: Int", "2: Int Int", "3: Int Int Int", "4: Int Int Int Any", "2: Any Any"],
        );
    }

    #[test]
    fn the_topmost_types_of_a_deep_stack() {
        let text = format!("func f()\n{} load_true\n return\nend\n", " load_int 1\n".repeat(40));
        let verified = verify::<Isa>(assemble::<Isa>("test.opf", &text).unwrap()).unwrap();
        let last = verified.stack_states(0).unwrap().last().unwrap();
        assert_eq!((last.depth, last.types.len()), (Some(41), StackState::MAX_TYPES));
        assert_eq!(last.types[14..], [Type::INT, Type::BOOL]);
    }
}
