//! Which values count as true.

use crate::exec::Context;
use crate::exec::effects::ReadsConstants;
use crate::value::{Unpacked, Value, Words};
use opforge_core::primitives::logic;

/// False for nil, `false`, zeros, and the texts `""` and `"0"`; true for all else.
#[inline(always)]
pub fn truthy(context: &mut Context<'_, impl ReadsConstants>, value: Value) -> bool {
    // Comparisons return bools, so most jumps are decided here.
    match value.as_bool() {
        Some(value) => value,
        None => truthy_other(context, value.split()),
    }
}

fn truthy_other(context: &mut Context<'_, impl ReadsConstants>, value: Words) -> bool {
    let value = Value::join(value);
    match (value.unpack(), value.scalar()) {
        (Unpacked::Str(text), _) => logic::is_truthy_text(context.text(text)),
        (_, Some(scalar)) => logic::truthy(scalar),
        (_, None) => true,
    }
}
