//! Memory for those who cannot be told that there is none: the machine, its host and the allocator's own needs.

use std::collections::TryReserveError;
use std::hint::black_box;

/// How much must be left. Many of their needs are of some ten bytes, but an allocator may ask the system for a mebibyte to meet one.
/// **Units:** bytes.
const SPARE_BYTES: usize = 1 << 21;

/// Memory that is held while a program's is asked for, so that it is there afterwards.
pub(crate) struct Spare {
    _memory: Vec<u8>,
}

impl Spare {
    /// Holds it, if there is.
    ///
    /// # Errors
    /// When there is not.
    pub(crate) fn hold() -> Result<Self, TryReserveError> {
        Self::hold_with(0)
    }

    /// Holds it and so many bytes, for work whose memory is asked for in many small parts.
    ///
    /// # Errors
    /// When there is not as much.
    pub(crate) fn hold_with(bytes: usize) -> Result<Self, TryReserveError> {
        let mut memory = Vec::new();
        memory.try_reserve_exact(bytes.saturating_add(SPARE_BYTES))?;
        // The compiler must not find out that it is not used.
        Ok(Self { _memory: black_box(memory) })
    }

    /// Makes sure that a list has memory for `length` values, and that there is the spare besides. Lists grow seldom, and then by
    /// much: to twice their length, or if that is more than there is by an eighth.
    ///
    /// # Errors
    /// When it cannot be had; the list is as it was.
    #[inline]
    pub(crate) fn reserve_beside<T>(list: &mut Vec<T>, length: usize) -> Result<(), TryReserveError> {
        if list.capacity() < length { Self::grow_beside(list, length) } else { Ok(()) }
    }

    #[cold]
    fn grow_beside<T>(list: &mut Vec<T>, length: usize) -> Result<(), TryReserveError> {
        let _spare = Self::hold()?;
        let (more, eighth) = (length - list.len(), list.len() / 8);
        list.try_reserve(more).or_else(|_| list.try_reserve_exact(more.max(eighth)))
    }
}
