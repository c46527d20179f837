//! Parameters and locals.

use crate::exec::Context;
use crate::exec::effects::{ReadsLocals, WritesLocals};
use crate::value::Value;

/// The value of a slot.
pub fn get(context: &mut Context<'_, impl ReadsLocals>, slot: u16) -> Value {
    context.local(slot).unwrap_or(Value::NIL)
}

/// Sets a slot.
pub fn set(context: &mut Context<'_, impl WritesLocals>, slot: u16, value: Value) {
    let _ = context.set_local(slot, value);
}
