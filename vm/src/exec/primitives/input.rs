//! Input, from the stream that the host grants.

use crate::exec::Context;
use crate::exec::effects::{Allocates, Input};
use crate::value::Value;
use opforge_bytecode::TrapCode;

/// The next line without its end; nil if there is none.
///
/// # Errors
/// `NoInput` if the host grants no input, `InputFailed` if it cannot be read or is not UTF-8, `OutOfMemory` if there may not be such a
/// text.
pub fn read_line(context: &mut Context<'_, impl Input + Allocates>) -> Result<Value, TrapCode> {
    context.read_line()
}
