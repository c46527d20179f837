use super::Immediate;
use std::fmt;

impl Immediate for i64 {
    const STORED_BYTES: usize = 8;
    /// The last is the first int that no float is.
    #[rustfmt::skip]
    const TELLING: &'static [Self] =
        &[0, 1, -1, 2, 64, i64::MAX, i64::MIN, i64::MAX - 1, i64::MIN + 1, (1 << f64::MANTISSA_DIGITS) + 1];

    #[inline(always)]
    fn payload(self) -> u64 {
        u64::from_ne_bytes(self.to_ne_bytes())
    }

    fn from_payload(payload: u64) -> Option<Self> {
        Some(Self::from_ne_bytes(payload.to_ne_bytes()))
    }

    #[inline(always)]
    fn from_own(payload: u64) -> Self {
        Self::from_ne_bytes(payload.to_ne_bytes())
    }

    fn is_truthy(self) -> bool {
        self != 0
    }

    fn mistaken(self) -> Vec<Self> {
        vec![self.wrapping_add(1), self.wrapping_sub(1), 0, self.wrapping_neg()]
    }

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
