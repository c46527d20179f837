//! Constants of the module.

use crate::exec::Context;
use crate::exec::effects::ReadsConstants;
use crate::value::Value;

/// The constant with that index.
pub fn load(context: &mut Context<'_, impl ReadsConstants>, constant: u16) -> Value {
    context.constant(constant).unwrap_or(Value::NIL)
}
