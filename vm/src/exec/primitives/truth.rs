//! Which values count as true.

use crate::exec::Context;
use crate::value::{Unpacked, Value};
use opforge_core::primitives::logic;

/// False for nil, `false`, zeros, and the texts `""` and `"0"`; true for all else.
pub fn truthy(context: &mut Context<'_>, value: Value) -> bool {
    match (value.unpack(), value.scalar()) {
        (Unpacked::Str(text), _) => logic::is_truthy_text(context.text(text)),
        (_, Some(scalar)) => logic::truthy(scalar),
        (_, None) => true,
    }
}
