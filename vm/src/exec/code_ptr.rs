//! A place in slot code, and the fields of the instruction there.

use opforge_core::Immediate;
use std::ptr::NonNull;

/// A place in slot code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodePtr(NonNull<u64>);

/// A list of targets, which stands in the code: how many there are, then for each how many words it is away from the list.
#[derive(Clone, Copy, Debug)]
pub struct TargetList(CodePtr);

#[allow(unsafe_code, reason = "reads validated code: see `exec/fast.rs`")]
impl TargetList {
    /// The target of that index; `None` if the list has none.
    #[inline(always)]
    pub fn get(self, index: i64) -> Option<CodePtr> {
        let list = self.0.0;
        // SAFETY: only `CodePtr::list` makes one. Validation saw the list's length, as many words behind it, and an
        // instruction at each target.
        unsafe {
            // What is less than 0 is more than any length.
            if index as u64 >= list.read() {
                return None;
            }
            let distance = list.add(1 + index as usize).read() as i64;
            Some(CodePtr(list.offset(distance as isize)))
        }
    }
}

#[allow(unsafe_code, reason = "reads validated code: see `exec/fast.rs`")]
impl CodePtr {
    pub(crate) fn new(words: &[u64]) -> Option<Self> {
        (!words.is_empty()).then(|| Self(NonNull::from(words).cast()))
    }

    /// How many words this place lies after `start`, which is in the same code.
    pub(crate) fn words_from(self, start: CodePtr) -> usize {
        (self.0.as_ptr() as usize).wrapping_sub(start.0.as_ptr() as usize) / size_of::<u64>()
    }

    /// The opcode.
    ///
    /// # Safety
    /// The invariant of `exec/fast.rs`.
    #[inline(always)]
    pub unsafe fn code(self) -> u16 {
        if cfg!(target_endian = "little") {
            // SAFETY: there is a word at the start of an instruction, its lowest bits first.
            return unsafe { self.0.as_ptr().cast::<u16>().read() };
        }
        // SAFETY: there is a word at the start of an instruction.
        unsafe { self.0.as_ptr().read() as u16 }
    }

    /// A field of 16 bits; `offset` counts from the one after the opcode.
    ///
    /// # Safety
    /// The invariant of `exec/fast.rs`; the instruction has that field.
    #[inline(always)]
    pub unsafe fn field(self, offset: usize) -> u16 {
        let at = offset + 1;
        if cfg!(target_endian = "little") {
            // SAFETY: the words of an instruction are all there, and lie in memory as the fields do.
            return unsafe { self.0.as_ptr().cast::<u16>().add(at).read() };
        }
        // SAFETY: the words of an instruction are all there.
        unsafe { (self.0.as_ptr().add(at / 4).read() >> (16 * (at % 4))) as u16 }
    }

    /// A field of 64 bits.
    ///
    /// # Safety
    /// As [`field`](Self::field).
    #[inline(always)]
    pub unsafe fn wide(self, offset: usize) -> u64 {
        let at = offset + 1;
        if cfg!(target_endian = "little") {
            // SAFETY: the words of an instruction are all there, and lie in memory as the fields do.
            return unsafe { self.0.as_ptr().cast::<u16>().add(at).cast::<u64>().read_unaligned() };
        }
        // SAFETY: as `field`.
        let part = |part: usize| u64::from(unsafe { self.field(offset + part) }) << (16 * part);
        part(0) | part(1) | part(2) | part(3)
    }

    /// A small int.
    ///
    /// # Safety
    /// As [`field`](Self::field).
    #[inline(always)]
    pub unsafe fn int16(self, offset: usize) -> i64 {
        // SAFETY: the caller's.
        i64::from(unsafe { self.field(offset) } as i16)
    }

    /// A number whose payload stands there.
    ///
    /// # Safety
    /// As [`field`](Self::field).
    #[inline(always)]
    pub unsafe fn number<N: Immediate>(self, offset: usize) -> N {
        // SAFETY: the caller's.
        N::from_own(unsafe { self.wide(offset) })
    }

    /// How many words away a jump goes.
    ///
    /// # Safety
    /// As [`field`](Self::field).
    #[inline(always)]
    unsafe fn distance(self, offset: usize) -> i32 {
        let at = offset + 1;
        if cfg!(target_endian = "little") {
            // SAFETY: the words of an instruction are all there, and lie in memory as the fields do.
            return unsafe { self.0.as_ptr().cast::<u16>().add(at).cast::<i32>().read_unaligned() };
        }
        // SAFETY: as `field`.
        unsafe { (u32::from(self.field(offset)) | u32::from(self.field(offset + 1)) << 16) as i32 }
    }

    /// Where a jump goes, and how many words away that is.
    ///
    /// # Safety
    /// As [`field`](Self::field), for a target.
    #[inline(always)]
    pub(super) unsafe fn target(self, offset: usize) -> (i32, Self) {
        // SAFETY: the caller's; validation saw an instruction at the target.
        unsafe {
            let distance = self.distance(offset);
            (distance, Self(self.0.offset(distance as isize)))
        }
    }

    /// The list of targets that a field names.
    ///
    /// # Safety
    /// As [`field`](Self::field), for a list.
    #[inline(always)]
    pub unsafe fn list(self, offset: usize) -> TargetList {
        // SAFETY: the caller's; validation saw a list there.
        TargetList(unsafe { self.target(offset) }.1)
    }

    /// The pointer `words` words further on.
    ///
    /// # Safety
    /// The invariant of `exec/fast.rs`; the instruction is that long, and continues with the next one.
    #[inline(always)]
    pub unsafe fn skip(self, words: usize) -> Self {
        // SAFETY: validation saw an instruction there.
        Self(unsafe { self.0.add(words) })
    }
}
