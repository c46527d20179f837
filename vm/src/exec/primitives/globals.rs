//! Globals of the module.

use crate::exec::Context;
use crate::exec::effects::{ReadsGlobals, WritesGlobals};
use crate::value::Value;
use opforge_bytecode::TrapCode;

/// The value of a global.
pub fn get(context: &mut Context<'_, impl ReadsGlobals>, global: u16) -> Value {
    context.global(global).unwrap_or(Value::NIL)
}

/// Sets a global.
pub fn set(context: &mut Context<'_, impl WritesGlobals>, global: u16, value: Value) {
    let _ = context.set_global(global, value);
}

/// Sets a global until the innermost open scope closes.
///
/// # Errors
/// `StackOverflow` if there is no room to save its old value.
pub fn declare(
    context: &mut Context<'_, impl ReadsGlobals + WritesGlobals>,
    global: u16,
    value: Value,
) -> Result<(), TrapCode> {
    context.declare_global(global, value)
}
