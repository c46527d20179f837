//! Rows that are computed while a function is lowered, where all that they take are constants.

use super::lines::{NotFusible, flatten};
use crate::evaluate::{End, Places, Set, Value, World};
use crate::model::{Block, Body, Expr, Fusion, Instruction, Primitive, Step};
use opforge_core::Scalar;
use opforge_core::slot_form::{PartInput, RowForm, SlotOp, SlotPart};

/// Whether the row computes one value of others, by the standard primitives, and does nothing else. It may trap.
pub fn only_computes(primitives: &[Primitive], row: &Instruction) -> bool {
    let flow = &row.flow;
    let straight = flow.next && flow.jumps.is_empty() && !flow.returns && !flow.raises && flow.enters.is_none();
    let singles = !row.inputs.is_empty() && row.inputs.iter().all(|input| input.count.is_none());
    let shaped = row.outputs.len() == 1 && row.operands.is_empty() && row.fuel_per.is_none();
    let computes = |block: &Block| block.steps.iter().all(|step| step_computes(primitives, step));
    let body = match &row.body {
        Body::Does(block) => computes(block),
        Body::Cases { cases, otherwise } => cases.iter().map(|case| &case.block).chain(otherwise).all(computes),
        Body::Shuffle | Body::Seq(_) | Body::Handler(_) => false,
    };
    straight && singles && shaped && body
}

fn step_computes(primitives: &[Primitive], step: &Step) -> bool {
    match step {
        Step::Let { value, .. } => is_standard(primitives, value),
        Step::Trap { when, .. } => when.as_ref().is_none_or(|when| is_standard(primitives, &when.value)),
        Step::Do(_)
        | Step::Jump { .. }
        | Step::JumpAt { .. }
        | Step::Return(_)
        | Step::Raise(_)
        | Step::Enter { .. } => false,
    }
}

fn is_standard(primitives: &[Primitive], expr: &Expr) -> bool {
    let known = |called: &Primitive| called.std && !called.needs_context();
    let known = !matches!(expr, Expr::Call { primitive, .. } if !known(&primitives[primitive.0]));
    known && expr.parts().into_iter().all(|part| is_standard(primitives, part))
}

/// The row of a pattern that takes constants alone and computes, so that it stands in no code where the pattern could be found.
pub(super) fn in_pattern(
    set: &[Instruction],
    primitives: &[Primitive],
    rows: &[RowForm],
    fusion: &Fusion,
    op: &SlotOp,
) -> Option<NotFusible> {
    let part = op.parts.iter().position(|part| is_computed(set, primitives, op, part))?;
    // The rows that run are a part each, in their order.
    let row = op.parts[part].row?;
    let before = op.parts.iter().take(part).filter(|part| part.row == Some(row)).count();
    let (lines, _) = flatten(rows, fusion);
    let line = lines.iter().filter(|line| line.row == row).nth(before)?.line;
    Some(NotFusible {
        line,
        message: format!("`{}` takes constants alone here, and is computed before anything is fused", set[row].name),
        also: None,
        help: format!(
            "write the constant that it gives in place of it and of what it takes, or remove `Fuse(name: \"{}\", …)`",
            fusion.name
        ),
    })
}

/// Which of the telling values of their kinds the numbers of a pattern are tried as.
const TRIED: [usize; 3] = [3, 1, 2];

fn is_computed(set: &[Instruction], primitives: &[Primitive], op: &SlotOp, part: &SlotPart) -> bool {
    let Some(row) = part.row.map(|row| &set[row]).filter(|row| only_computes(primitives, row)) else { return false };
    TRIED.into_iter().any(|nth| {
        let value = |input: &PartInput| match input {
            PartInput::Literal(value) => Some(Value::Scalar(*value)),
            PartInput::Number(field) => {
                let kind = op.fields[*field].number()?.single()?;
                Some(Value::Scalar(*Scalar::telling(kind).get(nth)?))
            }
            PartInput::Slot(_) | PartInput::Group(_) | PartInput::Part(_) => None,
        };
        let Some(mut stack) = part.inputs.iter().map(value).collect::<Option<Vec<Value>>>() else { return false };
        let set = Set { primitives, instructions: &[], mismatch: None };
        let mut world = World { set: &set, slots: Places(Vec::new()), globals: Places(Vec::new()), reached: None };
        matches!(world.run(row, &[], &mut stack), Some(End::Next))
    })
}
