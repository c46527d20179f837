//! Output, to the stream that the host grants.

use crate::exec::Context;
use crate::value::{Unpacked, Value};
use opforge_bytecode::TrapCode;

/// What a value that is no text is taken to be as long as, at most. **Units:** bytes.
const SCALAR_BYTES: usize = 32;

/// How much is written for the values, in bytes: texts are measured, other values are 32 each.
pub fn bytes(context: &mut Context<'_>, values: &[Value]) -> i64 {
    let size = |value: &Value| match value.unpack() {
        Unpacked::Str(text) => context.text(text).len(),
        _ => SCALAR_BYTES,
    };
    values.iter().map(size).try_fold(0, usize::checked_add).and_then(|sum| i64::try_from(sum).ok()).unwrap_or(i64::MAX)
}

/// Writes the values, nothing between them.
///
/// # Errors
/// `NoOutput` if the host grants no output, `OutputFailed` if writing fails.
pub fn write(context: &mut Context<'_>, values: &[Value]) -> Result<(), TrapCode> {
    // Without an output even printing nothing is a trap.
    context.continue_output("")?;
    values.iter().try_for_each(|value| context.continue_value(*value))
}

/// Writes the values, nothing between them, then a newline.
///
/// # Errors
/// `NoOutput` if the host grants no output, `OutputFailed` if writing fails.
pub fn write_line(context: &mut Context<'_>, values: &[Value]) -> Result<(), TrapCode> {
    write(context, values)?;
    context.continue_output("\n")
}
