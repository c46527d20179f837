use super::Immediate;
use std::fmt;

/// The least float above zero.
const LEAST: f32 = f32::from_bits(1);
/// From here on floats skip ints.
const LAST_EXACT: f32 = (1_i32 << f32::MANTISSA_DIGITS) as f32;
/// What is taken for the length of a float with many zeros, which are all written. **Units:** bytes.
const MOST_PRINTED: usize = 64;

impl Immediate for f32 {
    const STORED_BYTES: usize = 4;
    #[rustfmt::skip]
    const TELLING: &'static [Self] =
        &[0.0, 1.0, 0.5, -1.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, LEAST, f32::MAX, LAST_EXACT];

    /// The upper half is zero.
    #[inline(always)]
    fn payload(self) -> u64 {
        self.to_bits().into()
    }

    fn from_payload(payload: u64) -> Option<Self> {
        u32::try_from(payload).ok().map(f32::from_bits)
    }

    #[inline(always)]
    fn from_own(payload: u64) -> Self {
        f32::from_bits(payload as u32)
    }

    /// All NaNs are one, zeros are two.
    fn identity(self) -> u64 {
        if self.is_nan() { f32::NAN.payload() } else { self.payload() }
    }

    fn is_truthy(self) -> bool {
        self != 0.0
    }

    fn mistaken(self) -> Vec<Self> {
        // The negation of zero is zero wherever zeros are compared.
        if self == 0.0 { vec![1.0, -1.0] } else { vec![self + 1.0, self - 1.0, 0.0, -self] }
    }

    fn most_printed(self) -> usize {
        MOST_PRINTED
    }

    /// Which NaN it is shows only where code is written down.
    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            _ if self.is_nan() => f.write_str("nan32"),
            f32::INFINITY => f.write_str("inf32"),
            f32::NEG_INFINITY => f.write_str("-inf32"),
            _ => write!(f, "{self:?}f32"),
        }
    }

    fn print(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_nan() { f.write_str("nan") } else { write!(f, "{self:?}") }
    }
}
