//! The slot form of a table, derived from its checked rows: see [`opforge_core::slot_form`].
//!
//! Each row either only tells folding where values are (it reads or writes a local, pushes a constant, moves values
//! about), or is one or more instructions of slot form. A fusion is an instruction of several parts: its pattern, folded
//! as functions are folded at run time. Nothing of slot form is written in a table.

mod row;
mod constants;
mod lines;
mod depths;
mod walk;
mod parts;
mod fusion;
mod rewrite;
mod unused;
mod shadowed;
mod computed;
mod heat;
mod types;
mod typed;

use crate::mnemonic::mnemonic;
use crate::model::{Body, Fusion, Heat, Instruction, InstructionSet, Primitive, Rewrite};
pub use computed::only_computes;
pub use heat::MAX_HOT;
pub(crate) use lines::{NotFusible, Place};
use opforge_core::slot_form::{List, RowCase, RowForm, SlotOp, SlotPart, SlotTable};
pub use row::is_tried;
use std::collections::BTreeSet;
pub use typed::{MAX_TYPED, sure_cases};
use unused::Rewrites;
pub(crate) use unused::Unused;

/// The slot form of a checked table.
pub fn slot_table(set: &InstructionSet) -> SlotTable {
    let rows = row_forms(set.instructions(), set.primitives());
    let cases: List<List<RowCase>> =
        set.instructions().iter().map(|row| types::cases(set.primitives(), row).into()).collect();
    let (ops, hot) = slot_ops(set.instructions(), &rows, &cases, set.fusions());
    let rewrites: List<_> = set.rewrites().iter().filter_map(|row| rewrite::rewrite(set.instructions(), row)).collect();
    SlotTable { rows: rows.into(), cases, ops: ops.into(), hot, rewrites }
}

/// Whether the row only tells folding where values are: it reads a local, pushes a constant or moves values about.
pub(crate) fn only_moves(primitives: &[Primitive], row: &Instruction) -> bool {
    // A sequence never is such a row, and only for one are other instructions looked at.
    !matches!(row.body, Body::Seq(_))
        && matches!(row::form(&[], primitives, row), RowForm::GetLocal(_) | RowForm::Constant(_) | RowForm::Shuffle(_))
}

fn row_forms(instructions: &[Instruction], primitives: &[Primitive]) -> Vec<RowForm> {
    instructions.iter().map(|row| row::form(instructions, primitives, row)).collect()
}

/// The instructions of slot form, and how many of them are hot; those come first.
fn slot_ops(
    instructions: &[Instruction],
    rows: &[RowForm],
    cases: &[List<RowCase>],
    fusions: &[Fusion],
) -> (Vec<SlotOp>, usize) {
    let mut ops = declared(instructions, rows, fusions);
    heat::choose(&mut ops);
    let mut ops: Vec<SlotOp> = ops.into_iter().map(|(_, op)| op).collect();
    let typed = typed::forms(cases, ops.iter().filter(|op| !op.cold));
    ops.extend(typed);
    tell_apart(instructions, fusions, &mut ops);
    // Stable: otherwise by opcode, then in the order of the fusions, typed forms last.
    ops.sort_by_key(|op| op.cold);
    let hot = ops.iter().filter(|op| !op.cold).count();
    (ops, hot)
}

/// Gives each instruction a name of its own: those of rows and fusions stay, of others that are called the same the later ones
/// get a number.
fn tell_apart(instructions: &[Instruction], fusions: &[Fusion], ops: &mut [SlotOp]) {
    let is_plain = |op: &SlotOp| {
        let own = match (op.fusion, &*op.parts) {
            (Some(fusion), _) => mnemonic(&fusions[fusion].name),
            (None, [SlotPart { row: Some(row), .. }]) => instructions[*row].mnemonic.clone(),
            (None, _) => return false,
        };
        op.name == own && !op.is_typed()
    };
    let plain: Vec<bool> = ops.iter().map(is_plain).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for wanted in [true, false] {
        for (op, _) in ops.iter_mut().zip(&plain).filter(|(_, plain)| **plain == wanted) {
            let free = |name: &String| !taken.contains(name);
            let numbered = (2..).map(|number| format!("{}_{number}", op.name));
            let name = std::iter::once(op.name.to_string()).chain(numbered).find(free).unwrap_or_default();
            taken.insert(name.clone());
            op.name = name.into();
        }
    }
}

/// The instructions of slot form, rows by opcode, then fusions, and what is declared about each.
fn declared(instructions: &[Instruction], rows: &[RowForm], fusions: &[Fusion]) -> Vec<(Option<Heat>, SlotOp)> {
    let mut ops = Vec::new();
    for (index, form) in rows.iter().enumerate() {
        if let RowForm::Runs(_) = form {
            let op = row::slot_op(&instructions[index], index);
            let heat = heat::of(&instructions[index]);
            ops.extend(constants::with_constants(instructions, op).into_iter().map(|op| (heat, op)));
        }
    }
    for (index, fusion) in fusions.iter().enumerate() {
        // The checker refuses a fusion that is no instruction.
        if let Ok(op) = fusion::slot_op(instructions, rows, fusion, index) {
            ops.extend(constants::with_constants(instructions, op).into_iter().map(|op| (fusion.heat, op)));
        }
    }
    ops
}

/// For each fusion, why it cannot be an instruction of slot form that code is ever made of, if it cannot.
pub(crate) fn check_fusions(
    instructions: &[Instruction],
    primitives: &[Primitive],
    fusions: &[Fusion],
    rewrites: &[Rewrite],
) -> Vec<Option<NotFusible>> {
    let rows = row_forms(instructions, primitives);
    let made: Vec<_> =
        fusions.iter().enumerate().map(|(index, fusion)| fusion::slot_op(instructions, &rows, fusion, index)).collect();
    let ops: Vec<Option<&SlotOp>> = made.iter().map(|made| made.as_ref().ok()).collect();
    let shadows = |index: usize, op: &SlotOp| {
        let computed = computed::in_pattern(instructions, primitives, &rows, &fusions[index], op);
        let rewritten = shadowed::by_rewrite(instructions, &fusions[index], rewrites);
        computed.or(rewritten).or_else(|| shadowed::by_fusion(instructions, &ops, fusions, index))
    };
    (0..fusions.len())
        .map(|index| made[index].as_ref().map_or_else(|why| Some(why.clone()), |op| shadows(index, op)))
        .collect()
}

/// For each rewrite, why lowering never uses it, if it never does.
pub(crate) fn check_rewrites(
    instructions: &[Instruction],
    primitives: &[Primitive],
    claims: &[Rewrite],
) -> Vec<Option<Unused>> {
    let rows = row_forms(instructions, primitives);
    let rewrites = Rewrites { set: instructions, rows: &rows, claims };
    (0..claims.len()).map(|index| rewrites.unused(index)).collect()
}

/// How many arms of the fast engine's loop are declared hot.
pub(crate) fn declared_hot(instructions: &[Instruction], primitives: &[Primitive], fusions: &[Fusion]) -> usize {
    let ops = declared(instructions, &row_forms(instructions, primitives), fusions);
    ops.iter().filter(|(heat, _)| *heat == Some(Heat::Hot)).count()
}

/// The instructions of slot form for which the fast engine's loop has no room, though nothing declares them cold, by their
/// names in slot form.
pub fn without_room(set: &InstructionSet) -> Vec<String> {
    let mut ops = declared(set.instructions(), &row_forms(set.instructions(), set.primitives()), set.fusions());
    heat::choose(&mut ops);
    ops.into_iter().filter(|(heat, op)| heat.is_none() && op.cold).map(|(_, op)| op.name.into_owned()).collect()
}
