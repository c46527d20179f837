//! Output, to the stream that the host grants.

use crate::exec::Context;
use crate::value::Value;
use opforge_bytecode::TrapCode;

/// Writes the values, nothing between them.
///
/// # Errors
/// `NoOutput` if the host grants no output, `OutputFailed` if writing fails.
pub fn write(context: &mut Context<'_>, values: &[Value]) -> Result<(), TrapCode> {
    // Without an output even printing nothing is a trap.
    context.write_output("")?;
    values.iter().try_for_each(|value| context.write_value(*value))
}

/// Writes the values, nothing between them, then a newline.
///
/// # Errors
/// `NoOutput` if the host grants no output, `OutputFailed` if writing fails.
pub fn write_line(context: &mut Context<'_>, values: &[Value]) -> Result<(), TrapCode> {
    write(context, values)?;
    context.write_output("\n")
}
