//! Parameters and locals.

use crate::exec::Context;
use crate::value::Value;

/// The value of a slot.
pub fn get(context: &mut Context<'_>, slot: u16) -> Value {
    context.local(slot)
}

/// Sets a slot.
pub fn set(context: &mut Context<'_>, slot: u16, value: Value) {
    context.set_local(slot, value);
}
