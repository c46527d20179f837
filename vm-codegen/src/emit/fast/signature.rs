//! The signature of a row's function.

use crate::analysis::calls_with_context;
use crate::names::Form;
use opforge_core::OperandKind;
use opforge_spec::model::{Body, Instruction, InstructionSet};
use opforge_spec::slots::is_tried;

/// What a row's function takes and returns.
#[derive(Clone, Copy)]
pub(super) struct Signature {
    /// Whether it takes the context.
    pub(super) context: bool,
    /// Whether it takes the handlers.
    pub(super) handlers: bool,
    /// Whether it takes the ticks that the loop has, to pay out of them.
    pub(super) pays: bool,
    /// Whether it returns a `Result`.
    pub(super) fallible: bool,
    /// Whether it returns a `Way`; else it returns its outputs.
    pub(super) ways: bool,
    /// Whether it returns an `Option` of that: one case alone.
    pub(super) optional: bool,
}

impl Signature {
    pub(super) fn of(set: &InstructionSet, row: &Instruction) -> Self {
        let handler = match &row.body {
            Body::Handler(handler) => Some(handler),
            _ => None,
        };
        let context = handler.is_some() || calls_with_context(set, row);
        let pays = is_tried(row) && row.fuel_per.is_some();
        let traps = !row.own_traps.is_empty() || !row.traps.is_empty();
        Self {
            context,
            handlers: handler.is_some_and(|handler| handler.std.is_none()),
            pays,
            fallible: traps || handler.is_some() || pays,
            ways: !is_straight(row),
            optional: false,
        }
    }
}

fn is_straight(row: &Instruction) -> bool {
    let flow = &row.flow;
    flow.next && flow.jumps.is_empty() && !flow.returns && !flow.raises && flow.enters.is_none()
}

/// The form of a row's only output.
pub(super) fn output_form(row: &Instruction) -> Form {
    match row.outputs.as_slice() {
        [output] if is_straight(row) => Form::of(output.ty),
        _ => Form::Value,
    }
}

/// How many values the widest of a row's jumps pushes.
pub(super) fn max_jump_outputs(row: &Instruction) -> usize {
    row.flow.jumps.iter().map(|jump| row.outputs_at(*jump).len()).max().unwrap_or(0)
}

/// Whether a row's function takes the operand.
pub(super) fn is_passed(row: &Instruction, operand: usize) -> bool {
    let entered = row.flow.enters.is_some_and(|(function, _)| function == operand);
    row.operands[operand].kind != OperandKind::Target && !entered
}
