//! Runs an example of a row.

use super::reached::Way;
use super::texts::Texts;
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
    examples.iter().map(|given| example(&set, row, given).map(|ended| ended.outcome)).collect()
}

/// Runs an example of `row`; `None` when that needs a machine, or texts are in it: those are left to the generated tests.
pub(crate) fn example(set: &Set<'_>, row: &Instruction, example: &Example) -> Option<Ended> {
    let constants = example.operands.iter().filter_map(|operand| match operand {
        ExampleOperand::Constant(value) => Some(value),
        _ => None,
    });
    let mut values = example.slots.iter().chain(&example.globals).chain(&example.inputs).chain(constants);
    if values.any(|value| matches!(value, Literal::Text(_))) {
        return None;
    }
    run(set, row, example, None).map(|(ended, _)| ended)
}

/// As [`example`], with texts, and with the ways that it went.
pub(crate) fn traced(set: &Set<'_>, row: &Instruction, example: &Example) -> Option<(Ended, BTreeSet<Way>)> {
    run(set, row, example, Some(BTreeSet::new()))
}

/// As [`example`], with texts.
pub(crate) fn ending(set: &Set<'_>, row: &Instruction, example: &Example) -> Option<Ended> {
    run(set, row, example, None).map(|(ended, _)| ended)
}

fn run(
    set: &Set<'_>,
    row: &Instruction,
    example: &Example,
    reached: Option<BTreeSet<Way>>,
) -> Option<(Ended, BTreeSet<Way>)> {
    let mut texts = Texts::default();
    let slots = places(&example.slots, &mut texts)?;
    let globals = places(&example.globals, &mut texts)?;
    let mut stack: Vec<Value> = example.inputs.iter().map(|value| texts.value(value)).collect::<Option<_>>()?;
    let group = stack.len().checked_sub(row.single_inputs())?;
    let operands = row.operands.iter().enumerate().zip(&example.operands).map(|((index, _), operand)| match operand {
        ExampleOperand::Omitted => {
            let counts = row.inputs.iter().any(|input| input.count == Some(index));
            Some(Value::Scalar(Scalar::Int(if counts { i64::try_from(group).ok()? } else { 0 })))
        }
        ExampleOperand::Number(value) => Some(Value::Scalar(*value)),
        ExampleOperand::Constant(value) => texts.value(value),
        ExampleOperand::Function(_) => None,
    });
    let operands: Vec<Value> = operands.collect::<Option<_>>()?;
    let mut world = World { set, slots, globals, reached };
    let outcome = world.run(row, &operands, &mut stack)?;
    let literals = |values: &[Value]| values.iter().map(|value| texts.literal(*value)).collect();
    let outcome = match outcome {
        End::Next => Outcome::Next(literals(&stack)),
        End::Jump(operand) => Outcome::Jump(operand, literals(&stack)),
        End::Trap(trap) => Outcome::Trap(trap),
        End::Return(value) => Outcome::Return(texts.literal(value)),
        End::Raise(value) => Outcome::Raise(texts.literal(value)),
    };
    let (slots, globals) = (literals(&world.slots.values()), literals(&world.globals.values()));
    Some((Ended { outcome, slots, globals }, world.reached.unwrap_or_default()))
}

/// Locals or globals of an example.
fn places(values: &[Literal], texts: &mut Texts) -> Option<Places> {
    let values = values.iter().enumerate();
    let places = values.map(|(index, value)| Some((u16::try_from(index).ok()?, texts.value(value)?)));
    places.collect::<Option<_>>().map(Places)
}
