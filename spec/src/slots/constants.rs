//! Constant forms: the last input of a part from the code instead of from a slot.

use super::row::number_field;
use crate::model::{Body, Instruction};
use opforge_core::slot_form::{Field, OperandSource, PartInput, PartOutputs, SlotOp};
use opforge_core::{Kind, Type};

/// What a float stands in.
const FLOAT: Field = Field::Number(Kind::Float);

/// The instruction, and before it its forms with a constant: of the first part that has such a form and takes its last
/// input from a slot that nothing else names.
pub(super) fn with_constants(instructions: &[Instruction], op: SlotOp) -> Vec<SlotOp> {
    let place = op.parts.iter().enumerate().find_map(|(index, part)| {
        let row = &instructions[part.row?];
        let kind = row.const_form?;
        match part.inputs.last() {
            Some(PartInput::Slot(field)) if names(&op, *field) == 1 => Some((index, *field, kind, row)),
            _ => None,
        }
    });
    let Some((part, field, kind, row)) = place else { return vec![op] };
    let mut forms = Vec::new();
    let number = number_field(kind);
    forms.push(number);
    let takes_floats = match &row.body {
        Body::Cases { cases, .. } => {
            cases.iter().any(|case| case.guards.last().is_some_and(|guard| guard.single() == Some(Kind::Float)))
        }
        _ => false,
    };
    if number != FLOAT && takes_floats {
        forms.push(FLOAT);
    }
    let mut all: Vec<SlotOp> = forms.into_iter().map(|form| constant(&op, part, field, form)).collect();
    all.push(op);
    all
}

/// How often the instruction names a field.
fn names(op: &SlotOp, field: usize) -> usize {
    op.parts
        .iter()
        .map(|part| {
            let inputs = part.inputs.iter().filter(|input| **input == PartInput::Slot(field)).count();
            let operands = part.operands.iter().filter(|operand| **operand == OperandSource::Field(field)).count();
            let output = matches!(part.outputs, PartOutputs::Slot(slot)
                    | PartOutputs::Slots(slot)
                    | PartOutputs::Kept(Some(slot)) if slot == field);
            inputs + operands + usize::from(output)
        })
        .sum()
}

fn constant(op: &SlotOp, part: usize, field: usize, form: Field) -> SlotOp {
    let mut op = op.clone();
    op.fields.to_mut()[field] = form;
    if let Some(input) = op.parts.to_mut()[part].inputs.to_mut().last_mut() {
        *input = PartInput::Number(field);
    }
    let number = form.number().unwrap_or(Type::INT);
    op.name = format!("{}_{}", op.name, number.to_string().to_lowercase()).into();
    op
}
