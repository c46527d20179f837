use super::Immediate;
use std::fmt;

impl Immediate for i32 {
    const STORED_BYTES: usize = 4;
    const TELLING: &'static [Self] = &[0, 1, -1, 2, 32, i32::MAX, i32::MIN, i32::MIN + 1];

    /// The upper half is zero.
    #[inline(always)]
    fn payload(self) -> u64 {
        u64::from(self.cast_unsigned())
    }

    fn from_payload(payload: u64) -> Option<Self> {
        u32::try_from(payload).ok().map(u32::cast_signed)
    }

    #[inline(always)]
    fn from_own(payload: u64) -> Self {
        payload as i32
    }

    fn is_truthy(self) -> bool {
        self != 0
    }

    fn mistaken(self) -> Vec<Self> {
        vec![self.wrapping_add(1), self.wrapping_sub(1), 0, self.wrapping_neg()]
    }

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}i32")
    }

    fn print(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
