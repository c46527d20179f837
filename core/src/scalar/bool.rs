use super::Immediate;
use std::fmt;

impl Immediate for bool {
    const STORED_BYTES: usize = 1;
    const TELLING: &'static [Self] = &[true, false];

    #[inline(always)]
    fn payload(self) -> u64 {
        self.into()
    }

    fn from_payload(payload: u64) -> Option<Self> {
        match payload {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    #[inline(always)]
    fn from_own(payload: u64) -> Self {
        payload != 0
    }

    fn is_truthy(self) -> bool {
        self
    }

    fn mistaken(self) -> Vec<Self> {
        vec![!self]
    }

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
