use super::Immediate;
use std::fmt;

/// The least float above zero.
const LEAST: f64 = f64::from_bits(1);
/// From here on floats skip ints.
const LAST_EXACT: f64 = (1_i64 << f64::MANTISSA_DIGITS) as f64;

/// What is taken for the length of a float with many zeros, which are all written. **Units:** bytes.
const MOST_PRINTED: usize = 352;
/// Which floats have few zeros, by their size.
const SHORT: std::ops::Range<f64> = 1e-9..1e16;

impl Immediate for f64 {
    const STORED_BYTES: usize = 8;
    #[rustfmt::skip]
    const TELLING: &'static [Self] =
        &[0.0, 1.0, 0.5, -1.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, LEAST, f64::MAX, LAST_EXACT, i64::MAX as f64];

    #[inline(always)]
    fn payload(self) -> u64 {
        self.to_bits()
    }

    fn from_payload(payload: u64) -> Option<Self> {
        Some(f64::from_bits(payload))
    }

    #[inline(always)]
    fn from_own(payload: u64) -> Self {
        Self::from_bits(payload)
    }

    /// All NaNs are one, zeros are two.
    fn identity(self) -> u64 {
        if self.is_nan() { f64::NAN.to_bits() } else { self.to_bits() }
    }

    fn is_truthy(self) -> bool {
        self != 0.0
    }

    fn mistaken(self) -> Vec<Self> {
        // The negation of zero is zero wherever zeros are compared.
        if self == 0.0 { vec![1.0, -1.0] } else { vec![self + 1.0, self - 1.0, 0.0, -self] }
    }

    fn most_printed(self) -> usize {
        if self == 0.0 || !self.is_finite() || SHORT.contains(&self.abs()) { 32 } else { MOST_PRINTED }
    }

    /// As it is read, wherever a float is read; which NaN it is shows only where code is written down.
    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_nan() { f.write_str("nan") } else { write!(f, "{self:?}") }
    }
}
