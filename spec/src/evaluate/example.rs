//! Runs an example of a row.

use super::value::{Places, Value};
use super::world::{End, Set, World};
use crate::model::{Example, ExampleOperand, Instruction, InstructionSet, Literal, Outcome, TrapId};
use opforge_core::{Scalar, StandardTrap};

/// How an example ended, and what is there afterwards.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) slots: Vec<Literal>,
    pub(crate) globals: Vec<Literal>,
}

/// How `row`, a row of `set`, ends on what stands before `=>` in each example; `None` where that needs a machine.
pub fn outcomes(set: &InstructionSet, row: &Instruction, examples: &[Example]) -> Vec<Option<Outcome>> {
    let instructions: Vec<Option<Instruction>> = set.instructions().iter().cloned().map(Some).collect();
    let mismatch = set.traps().iter().position(|trap| trap.standard == Some(StandardTrap::TypeMismatch)).map(TrapId);
    let set = Set { primitives: set.primitives(), instructions: &instructions, mismatch };
    examples.iter().map(|given| example(&set, row, given).map(|ended| ended.outcome)).collect()
}

/// Runs an example of `row`; `None` when that needs a machine.
pub(crate) fn example(set: &Set<'_>, row: &Instruction, example: &Example) -> Option<Ended> {
    let slots = places(&example.slots)?;
    let globals = places(&example.globals)?;
    let inputs = scalars(&example.inputs)?;
    let group = inputs.len().checked_sub(row.single_inputs())?;
    let operands = row.operands.iter().enumerate().zip(&example.operands).map(|((index, _), operand)| match operand {
        ExampleOperand::Omitted => {
            let counts = row.inputs.iter().any(|input| input.count == Some(index));
            Some(Value::Scalar(Scalar::Int(if counts { i64::try_from(group).ok()? } else { 0 })))
        }
        ExampleOperand::Int(value) => Some(Value::Scalar(Scalar::Int(*value))),
        ExampleOperand::Float(value) => Some(Value::Scalar(Scalar::Float(*value))),
        ExampleOperand::Constant(Literal::Scalar(value)) => Some(Value::Scalar(*value)),
        ExampleOperand::Constant(Literal::Text(_)) | ExampleOperand::Function(_) => None,
    });
    let operands: Vec<Value> = operands.collect::<Option<_>>()?;
    let mut world = World { set, slots, globals };
    let mut stack = inputs;
    let outcome = world.run(row, &operands, &mut stack)?;
    let outcome = match outcome {
        End::Next => Outcome::Next(literals(&stack)),
        End::Jump(operand) => Outcome::Jump(operand, literals(&stack)),
        End::Trap(trap) => Outcome::Trap(trap),
        End::Return(value) => Outcome::Return(value.literal()),
        End::Raise(value) => Outcome::Raise(value.literal()),
    };
    Some(Ended { outcome, slots: world.slots.literals(), globals: world.globals.literals() })
}

/// Locals or globals of an example, if none holds a text.
fn places(values: &[Literal]) -> Option<Places> {
    let values = scalars(values)?.into_iter().enumerate();
    let places = values.map(|(index, value)| Some((u16::try_from(index).ok()?, value)));
    places.collect::<Option<_>>().map(Places)
}

/// The values, if none is a text: an example may hold any text, and what rows do with those is not all known here.
fn scalars(values: &[Literal]) -> Option<Vec<Value>> {
    let scalar = |value: &Literal| match value {
        Literal::Scalar(scalar) => Some(Value::Scalar(*scalar)),
        Literal::Text(_) => None,
    };
    values.iter().map(scalar).collect()
}

fn literals(values: &[Value]) -> Vec<Literal> {
    values.iter().map(|value| value.literal()).collect()
}
