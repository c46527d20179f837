use super::Immediate;
use crate::escapes::write_escaped;
use std::fmt::{self, Write};

impl Immediate for char {
    const STORED_BYTES: usize = 4;
    /// Ends of classes, of encodings, and of what is a character at all.
    const TELLING: &'static [Self] = &['a', 'A', ' ', '0', '\0', '\u{7f}', '\u{80}', '\u{d7ff}', '\u{e000}', char::MAX];

    #[inline(always)]
    fn payload(self) -> u64 {
        u64::from(u32::from(self))
    }

    fn from_payload(payload: u64) -> Option<Self> {
        char::from_u32(u32::try_from(payload).ok()?)
    }

    #[inline(always)]
    fn from_own(payload: u64) -> Self {
        char::from_u32(payload as u32).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn is_truthy(self) -> bool {
        true
    }

    fn mistaken(self) -> Vec<Self> {
        let code = u32::from(self);
        [code.wrapping_add(1), code.wrapping_sub(1)].into_iter().filter_map(char::from_u32).collect()
    }

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('\'')?;
        write_escaped(self, '\'', f)?;
        f.write_char('\'')
    }

    fn print(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char(self)
    }
}
