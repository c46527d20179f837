//! Scopes of named variables.

use crate::exec::Context;
use crate::exec::effects::{ClosesScope, OpensScope};
use opforge_bytecode::TrapCode;

/// Opens a scope.
///
/// # Errors
/// `FrameOverflow` if frames and scopes are at their limit.
pub fn open(context: &mut Context<'_, impl OpensScope>) -> Result<(), TrapCode> {
    context.open_scope()
}

/// Closes the innermost scope and restores what was declared in it.
pub fn close(context: &mut Context<'_, impl ClosesScope>) {
    let _ = context.close_scope();
}
