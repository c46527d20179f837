//! What stands on the stack before each instruction, for people: the depth that verification found, and the types that a
//! walk over each block knows. A value that comes into a block may be anything; nothing that runs relies on these types.

use super::flow::{Analysis, analyse};
use super::{Facts, Verified};
use crate::instruction_set::{InstructionSet, Operand};
use crate::metadata::InstructionInfo;
use crate::module::{Constant, Function, Module};
use crate::slots::{ConstantForm, RowForm};
use opforge_core::{Kind, OperandKind, Scalar, Type};
use std::collections::HashMap;

/// What is known of the stack before an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackState {
    /// Where the instruction begins. **Units:** bytes.
    pub pc: u32,
    /// How many values are on the stack; `None` if nothing reaches the instruction.
    pub depth: Option<u32>,
    /// What the topmost values may be, bottom first: all of them, or [`StackState::MOST_TYPES`].
    pub types: Vec<Type>,
}

impl StackState {
    /// So many types are given for one instruction, so that the states of a function are linear in its code.
    pub const MOST_TYPES: usize = 16;
}

impl<I: InstructionSet> Verified<I> {
    /// The stack before each instruction of function `function`, in the order of the code; `None` if there is no such
    /// function.
    pub fn stack_states(&self, function: usize) -> Option<Vec<StackState>> {
        let checked = self.checked();
        let (module, facts) = (&checked.module, checked.functions.get(function)?);
        states::<I>(module, module.functions.get(function)?, facts)
    }
}

fn states<I: InstructionSet>(module: &Module, function: &Function, facts: &Facts) -> Option<Vec<StackState>> {
    let analysis = analyse::<I>(module, function, facts.entry).ok()?;
    let joins = joins::<I>(function, &analysis)?;
    let mut walk = Walk { module, known: Vec::new(), locals: HashMap::new() };
    let mut falls = false;
    let mut states = Vec::new();
    let mut pc = 0;
    for (at, joined) in (0u32..).zip(joins) {
        let (op, next) = I::decode(&function.code, pc as usize).ok()?;
        let depth = analysis.depth(at);
        if joined || !falls {
            walk.forget();
        }
        states.push(StackState { pc, depth, types: walk.top(depth.unwrap_or(0)) });
        let row = I::instruction(&op);
        let info = I::table().instructions.get(row)?;
        if depth.is_some() {
            walk.step(info, I::slots().rows.get(row)?, &I::operands(&op))?;
        }
        falls = depth.is_some() && info.falls_through;
        pc = u32::try_from(next).ok()?;
    }
    Some(states)
}

/// For each instruction, whether control comes to it from elsewhere than the instruction before.
fn joins<I: InstructionSet>(function: &Function, analysis: &Analysis) -> Option<Vec<bool>> {
    let mut joins = vec![false; analysis.count()];
    let mut join = |target: u32| {
        if let Some(join) = analysis.instruction(target).and_then(|at| joins.get_mut(at as usize)) {
            *join = true;
        }
    };
    for (_, pc) in analysis.reached() {
        let (op, _) = I::decode(&function.code, pc as usize).ok()?;
        let operands = I::operands(&op);
        for (operand, _) in I::table().instructions.get(I::instruction(&op))?.jumps {
            if let Some(Operand::Index(target)) = operands.get(*operand) {
                join(*target);
            }
        }
    }
    function.regions.iter().for_each(|region| join(region.target));
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
    fn top(&self, depth: u32) -> Vec<Type> {
        let count = StackState::MOST_TYPES.min(depth as usize);
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

    fn step(&mut self, info: &InstructionInfo, form: &RowForm, operands: &[Operand]) -> Option<()> {
        let index = |operand: usize| match operands.get(operand)? {
            Operand::Index(value) => Some(*value),
            _ => None,
        };
        let count = |operand: usize| index(operand).map(|count| count as usize);
        let inputs =
            info.inputs.iter().try_fold(0usize, |sum, input| Some(sum + input.count.map_or(Some(1), count)?))?;
        let taken = self.pop(inputs);
        match form {
            RowForm::GetLocal(operand) => {
                let local = self.locals.get(&index(*operand)?).copied();
                self.known.push(local.unwrap_or(Type::ANY));
            }
            RowForm::SetLocal(operand) => {
                self.locals.insert(index(*operand)?, taken.first().copied().unwrap_or(Type::ANY));
            }
            RowForm::Constant(form) => self.known.push(self.constant(form, operands)?),
            RowForm::Shuffle(outputs) => {
                let picked = outputs.iter().map(|output| taken.get(usize::from(*output)).copied());
                self.known.extend(picked.map(|ty| ty.unwrap_or(Type::ANY)));
            }
            RowForm::Sequence(_) | RowForm::Runs(_) => {
                self.known.extend(info.outputs.iter().map(|output| output.ty));
                for (operand, value) in info.operands.iter().zip(operands) {
                    if let (OperandKind::Local, Operand::Index(local)) = (operand.kind, value) {
                        self.locals.remove(local);
                    }
                }
            }
        }
        Some(())
    }

    fn constant(&self, form: &ConstantForm, operands: &[Operand]) -> Option<Type> {
        Some(match form {
            ConstantForm::Literal(value) => of_scalar(*value),
            ConstantForm::Operand(operand) => match operands.get(*operand)? {
                Operand::Index(_) | Operand::Int(_) => Type::INT,
                Operand::Float(_) => Type::FLOAT,
            },
            ConstantForm::Pool(operand) => match operands.get(*operand)? {
                Operand::Index(index) => match self.module.constants.get(*index as usize)? {
                    Constant::Scalar(value) => of_scalar(*value),
                    Constant::Text(_) => Type::STR,
                },
                _ => return None,
            },
        })
    }
}

fn of_scalar(value: Scalar) -> Type {
    Type::of(match value {
        Scalar::Nil => Kind::Nil,
        Scalar::Bool(_) => Kind::Bool,
        Scalar::Int(_) => Kind::Int,
        Scalar::Float(_) => Kind::Float,
    })
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
        assert_eq!(states.iter().map(show).collect::<Vec<_>>(), expected);
        assert_eq!(verified.stack_states(verified.module().functions.len()), None);
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
        let states = verified.stack_states(0).unwrap();
        let last = states.last().unwrap();
        assert_eq!((last.depth, last.types.len()), (Some(41), StackState::MOST_TYPES));
        assert_eq!(last.types[14..], [Type::INT, Type::BOOL]);
    }
}
