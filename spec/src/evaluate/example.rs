//! Runs an example of a row.

use super::reached::Way;
use super::value::{Places, Value};
use super::world::{End, Set, World};
use crate::model::{Example, ExampleOperand, Instruction, InstructionSet, Literal, Outcome};
use opforge_core::Scalar;
use std::collections::BTreeSet;

/// How an example ended, and what is there afterwards.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) slots: Vec<Literal>,
    pub(crate) globals: Vec<Literal>,
}

/// How `row`, a row of `set`, ends on what stands before `=>` in each example; `None` where that needs a machine.
pub fn outcomes(set: &InstructionSet, row: &Instruction, examples: &[Example]) -> Vec<Option<Outcome>> {
    let instructions = Set::instructions(set);
    let set = Set::of(set, &instructions);
    examples.iter().map(|given| ending(&set, row, given).map(|ended| ended.outcome)).collect()
}

/// Runs an example of `row`; `None` when that needs a machine: it is left to the generated tests.
pub(crate) fn ending(set: &Set<'_>, row: &Instruction, example: &Example) -> Option<Ended> {
    run(set, row, example, None).map(|(ended, _)| ended)
}

/// As [`ending`], with the ways that it went.
pub(crate) fn traced(set: &Set<'_>, row: &Instruction, example: &Example) -> Option<(Ended, BTreeSet<Way>)> {
    run(set, row, example, Some(BTreeSet::new()))
}

fn run(
    set: &Set<'_>,
    row: &Instruction,
    example: &Example,
    reached: Option<BTreeSet<Way>>,
) -> Option<(Ended, BTreeSet<Way>)> {
    let slots = places(&example.slots)?;
    let globals = places(&example.globals)?;
    let mut stack: Vec<Value> = example.inputs.iter().map(Value::of).collect::<Option<_>>()?;
    let group = stack.len().checked_sub(row.single_inputs())?;
    let operands = row.operands.iter().enumerate().zip(&example.operands).map(|((index, _), operand)| match operand {
        ExampleOperand::Omitted => {
            let counts = row.inputs.iter().any(|input| input.count == Some(index));
            Some(Value::Scalar(Scalar::Int(if counts { i64::try_from(group).ok()? } else { 0 })))
        }
        ExampleOperand::Number(value) => Some(Value::Scalar(*value)),
        ExampleOperand::Constant(value) => Value::of(value),
        ExampleOperand::Function(_) => None,
    });
    let operands: Vec<Value> = operands.collect::<Option<_>>()?;
    let mut world = World { set, slots, globals, reached };
    let outcome = world.run(row, &operands, &mut stack)?;
    let literals = |values: &[Value]| values.iter().map(|value| value.literal()).collect();
    let outcome = match outcome {
        End::Next => Outcome::Next(literals(&stack)),
        End::Jump(through) => Outcome::Jump(through, literals(&stack)),
        End::Trap(trap) => Outcome::Trap(trap),
        End::Return(value) => Outcome::Return(value.literal()),
        End::Raise(value) => Outcome::Raise(value.literal()),
    };
    let (slots, globals) = (literals(&world.slots.values()), literals(&world.globals.values()));
    Some((Ended { outcome, slots, globals }, world.reached.unwrap_or_default()))
}

/// Locals or globals of an example.
fn places(values: &[Literal]) -> Option<Places> {
    let values = values.iter().enumerate();
    let places = values.map(|(index, value)| Some((u16::try_from(index).ok()?, Value::of(value)?)));
    places.collect::<Option<_>>().map(Places)
}
