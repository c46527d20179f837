//! Four numbers that are easily mixed up, each with a type of its own: positions in stack form, words of slot code,
//! slots and depths.
//!
//! Whatever computes, passes or keeps such a number uses its type; plain data that front ends and hosts build or read
//! holds a `u32` with its unit in its documentation, and is converted where it comes in and goes out.

use std::fmt;

/// A position in stack-form code. **Units:** bytes from the start of the function's code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pc(pub u32);

/// A word of slot code, by its index. **Units:** words of 64 bits from the start of the function's slot code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word(pub u32);

/// A slot of a frame: its locals, then the homes of its stack's positions. **Units:** slots from the frame's first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u16);

/// How many values are on a stack; of a position on it, how many are below. **Units:** values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Depth(pub u32);

impl Pc {
    /// The position of the byte at that index; `None` if it does not fit 32 bits.
    pub fn from_index(index: usize) -> Option<Self> {
        u32::try_from(index).ok().map(Self)
    }

    /// The index of its byte.
    #[inline(always)]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Word {
    /// Its index in the code.
    #[inline(always)]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The word `distance` words on, backward if that is negative; `None` if there is no such word.
    pub fn plus(self, distance: i32) -> Option<Self> {
        self.0.checked_add_signed(distance).map(Self)
    }

    /// How many words it lies after `from`, negative if before; `None` if that does not fit 32 bits.
    pub fn distance_from(self, from: Self) -> Option<i32> {
        i32::try_from(i64::from(self.0) - i64::from(from.0)).ok()
    }
}

impl Slot {
    /// Its index in the frame.
    #[inline(always)]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Depth {
    /// The number of values, as an index: above that many values begins what comes next.
    #[inline(always)]
    pub const fn count(self) -> usize {
        self.0 as usize
    }

    /// The depth with `count` values more; the greatest that there can be, if that is less.
    pub const fn plus(self, count: u32) -> Self {
        Self(self.0.saturating_add(count))
    }

    /// The depth with `count` values less; `None` if there are fewer.
    pub fn minus(self, count: u32) -> Option<Self> {
        self.0.checked_sub(count).map(Self)
    }
}

/// Writes the position in hex.
impl fmt::Display for Pc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_lead_where_they_were_measured() {
        for (from, to) in [(0, 7), (7, 0), (3, 3), (0, i32::MAX as u32)] {
            let distance = Word(to).distance_from(Word(from)).expect("it fits");
            assert_eq!(Word(from).plus(distance), Some(Word(to)));
        }
        assert_eq!(Word(u32::MAX).distance_from(Word(0)), None);
        assert_eq!((Word(1).plus(-2), Word(u32::MAX).plus(1)), (None, None));
    }

    #[test]
    fn depths_stay_within_their_bounds() {
        assert_eq!((Depth(2).plus(3), Depth(u32::MAX).plus(1)), (Depth(5), Depth(u32::MAX)));
        assert_eq!((Depth(2).minus(2), Depth(2).minus(3)), (Some(Depth(0)), None));
    }

    #[test]
    fn positions_are_written_in_hex() {
        assert_eq!((Pc(0x1a).to_string(), Word(26).to_string()), ("0x1a".to_owned(), "26".to_owned()));
        assert_eq!(Pc::from_index(26), Some(Pc(26)));
    }
}
