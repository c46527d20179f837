//! Output, to the stream that the host grants.

use crate::exec::Context;
use crate::exec::effects::{Output, ReadsConstants};
use crate::value::{Unpacked, Value};
use opforge_bytecode::TrapCode;

/// What is charged for a value that is neither. **Units:** bytes.
const SHORT_BYTES: usize = 32;

/// How much is written for the values, in bytes: texts are measured, other values are 32 each, and floats that are very
/// large or very small 352.
pub fn bytes(context: &mut Context<'_, impl ReadsConstants>, values: &[Value]) -> i64 {
    let size = |value: &Value| match (value.unpack(), value.scalar()) {
        (Unpacked::Str(text), _) => context.text(text).len(),
        (_, Some(scalar)) => scalar.most_printed(),
        (_, None) => SHORT_BYTES,
    };
    values.iter().map(size).try_fold(0, usize::checked_add).and_then(|sum| i64::try_from(sum).ok()).unwrap_or(i64::MAX)
}

/// Writes the values, nothing between them.
///
/// # Errors
/// `NoOutput` if the host grants no output, `OutputFailed` if writing fails.
pub fn write(context: &mut Context<'_, impl Output>, values: &[Value]) -> Result<(), TrapCode> {
    // Without an output even printing nothing is a trap.
    context.continue_output("")?;
    values.iter().try_for_each(|value| context.continue_value(*value))
}

/// Writes the values, nothing between them, then a newline.
///
/// # Errors
/// `NoOutput` if the host grants no output, `OutputFailed` if writing fails.
pub fn write_line(context: &mut Context<'_, impl Output>, values: &[Value]) -> Result<(), TrapCode> {
    write(context, values)?;
    context.continue_output("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use opforge_core::Scalar;

    #[test]
    fn no_scalar_is_longer_than_it_is_taken_to_be() {
        let ends = [5e-324, f64::MIN_POSITIVE, 1.234_567_890_123_456_7e-300, f64::MAX, 1.234_567_890_123_456_7e-9];
        let more = [0.123_456_789_012_345_67, 9_999_999_999_999_998.0, 1e16, 0.0, f64::NAN, f64::INFINITY];
        let floats = ends.into_iter().chain(more).flat_map(|float| [Scalar::Float(float), Scalar::Float(-float)]);
        let scalars = floats.chain([Scalar::Nil, Scalar::Bool(false), Scalar::Int(i64::MIN)]);
        let mut state = crate::state::State::new(0);
        for scalar in scalars {
            let taken = bytes(&mut Context::new(&[], &mut state), &[Value::from(scalar)]);
            let text = scalar.to_string();
            assert!(text.len() as i64 <= taken, "{} bytes for {text}", text.len());
        }
    }
}
