//! The slots of a frame, as code names them.

use crate::slots::HALVES;
use crate::value::Value;
use opforge_core::Kind;
use std::ptr::NonNull;

/// The first slot of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Base(NonNull<Value>);

#[allow(unsafe_code, reason = "reads and writes slots of a frame: see `exec/fast.rs`")]
impl Base {
    /// Where a slot is that code names: code counts in half slots, which an x86 address can scale by itself.
    #[inline(always)]
    unsafe fn place(self, slot: u16) -> *mut Value {
        // SAFETY: the slot is one of the frame's; see `word::HALVES`.
        unsafe { self.0.as_ptr().byte_add(usize::from(slot) * (size_of::<Value>() / usize::from(HALVES))) }
    }

    /// The value in a slot.
    ///
    /// # Safety
    /// The invariant of `exec/fast.rs`; the frame has that slot.
    #[inline(always)]
    pub unsafe fn get(self, slot: u16) -> Value {
        // SAFETY: the slot is one of the frame's, and every slot is initialised.
        unsafe { Value::read(self.place(slot)) }
    }

    /// The value in a slot that holds one of that kind: its tag is not looked at. If it did not hold one, this would be
    /// another value, and no worse: a payload of 64 bits is a value of each of the kinds that typed forms name.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    #[inline(always)]
    pub unsafe fn get_of(self, slot: u16, kind: Kind) -> Value {
        // SAFETY: the slot is one of the frame's, and every slot is initialised.
        let value = unsafe { Value::read(self.place(slot)) };
        debug_assert_eq!(value.kind(), kind, "a typed form met a value of another kind");
        value.taken_as(kind)
    }

    /// The value in a slot, read again even if it was just read: so that what comes first need not keep it.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    #[inline(always)]
    pub unsafe fn get_again(self, slot: u16) -> Value {
        // SAFETY: the slot is one of the frame's, and every slot is initialised.
        unsafe { Value::read_again(self.place(slot)) }
    }

    /// Puts a value into the slot `offset` after one.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    #[inline(always)]
    pub unsafe fn set_after(self, slot: u16, offset: u16, value: Value) {
        // SAFETY: the slot is one of the frame's.
        unsafe { self.set(slot + HALVES * offset, value) }
    }

    /// Puts a value into a slot.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    #[inline(always)]
    pub unsafe fn set(self, slot: u16, value: Value) {
        // SAFETY: the slot is one of the frame's.
        unsafe { Value::write(self.place(slot), value) }
    }

    /// `to = from`.
    ///
    /// # Safety
    /// As [`get`](Self::get), for both.
    #[inline(always)]
    pub unsafe fn copy(self, to: u16, from: u16) {
        // SAFETY: both slots are the frame's.
        unsafe { Value::copy(self.place(from), self.place(to)) }
    }

    /// The values of `count` slots.
    ///
    /// # Safety
    /// As [`get`](Self::get), for all of them; nothing writes to the frame while they are used.
    #[inline(always)]
    pub unsafe fn group<'v>(self, first: u16, count: usize) -> &'v [Value] {
        // SAFETY: the slots are the frame's and initialised.
        unsafe { std::slice::from_raw_parts(self.place(first), count) }
    }

    /// The frame that begins at `slot` of this one.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    #[inline(always)]
    pub(crate) unsafe fn at(self, slot: u16) -> Self {
        // SAFETY: within the stack's memory.
        Self(unsafe { NonNull::new_unchecked(self.place(slot)) })
    }

    /// # Safety
    /// A frame begins there.
    pub(crate) unsafe fn new(first: NonNull<Value>) -> Self {
        Self(first)
    }
}
