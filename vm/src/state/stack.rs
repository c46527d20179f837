//! The memory of all frames' slots: a stack whose top moves while its memory stays, every slot of it initialised.

use crate::value::Value;
use opforge_core::slot_form::SPARE_SLOTS;
use std::alloc::{Layout, handle_alloc_error};
use std::collections::TryReserveError;
use std::ptr::NonNull;

/// Values, of which those below the top count.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    /// Never shrinks; what lies above the top is initialised and means nothing. If there is any, its last slots are
    /// [spare](SPARE_SLOTS): code may use them as if each frame had so many more.
    memory: Vec<Value>,
    top: usize,
}

impl Stack {
    pub(crate) fn len(&self) -> usize {
        self.top
    }

    pub(crate) fn values(&self) -> &[Value] {
        self.memory.get(..self.top).unwrap_or_default()
    }

    /// The value at `index`, below the top or not.
    #[allow(unsafe_code, reason = "a slice would end the life of pointers that a loop holds")]
    pub(crate) fn get(&self, index: usize) -> Option<Value> {
        // SAFETY: the index is within the memory, which is initialised.
        (index < self.memory.len()).then(|| unsafe { self.memory.as_ptr().add(index).read() })
    }

    /// Sets the value at `index`, if there is memory.
    #[allow(unsafe_code, reason = "a slice would end the life of pointers that a loop holds")]
    pub(crate) fn set(&mut self, index: usize, value: Value) -> Option<()> {
        // SAFETY: the index is within the memory.
        (index < self.memory.len()).then(|| unsafe { self.memory.as_mut_ptr().add(index).write(value) })
    }

    pub(crate) fn push(&mut self, value: Value) {
        self.ensure(self.top + 1);
        self.memory[self.top] = value;
        self.top += 1;
    }

    pub(crate) fn extend(&mut self, values: &[Value]) {
        self.ensure(self.top + values.len());
        self.memory[self.top..self.top + values.len()].copy_from_slice(values);
        self.top += values.len();
    }

    /// Drops values, or pushes nils, until there are `length`.
    pub(crate) fn resize(&mut self, length: usize) {
        self.ensure(length);
        if length > self.top {
            self.memory[self.top..length].fill(Value::NIL);
        }
        self.top = length;
    }

    pub(crate) fn truncate(&mut self, length: usize) {
        self.top = self.top.min(length);
    }

    /// Puts the top at `length`; the values below it are whatever the memory holds.
    pub(crate) fn set_top(&mut self, length: usize) {
        self.ensure(length);
        self.top = length;
    }

    /// Makes sure that there is memory for `length` values and the spare slots.
    ///
    /// # Errors
    /// When it cannot be had.
    pub(crate) fn reserve(&mut self, length: usize) -> Result<(), TryReserveError> {
        let length = length.saturating_add(SPARE_SLOTS);
        if self.memory.len() < length {
            // Grows as a vector does, or if that is more than there is by an eighth, so that it is moved few times; and keeps
            // all of it initialised.
            let (more, eighth) = (length - self.memory.len(), self.memory.len() / 8);
            self.memory.try_reserve(more).or_else(|_| self.memory.try_reserve_exact(more.max(eighth)))?;
            let length = self.memory.capacity();
            self.memory.resize(length, Value::NIL);
        }
        Ok(())
    }

    /// The same where the memory was reserved before, or is little.
    fn ensure(&mut self, length: usize) {
        if self.reserve(length).is_err() {
            handle_alloc_error(Layout::new::<Value>());
        }
    }

    /// How many values there is memory for, the spare slots apart.
    pub(crate) fn memory(&self) -> usize {
        self.memory.len().saturating_sub(SPARE_SLOTS)
    }

    /// The value at `index`, for a loop that checked that there is memory.
    ///
    /// # Safety
    /// The index is within the memory, the spare slots included.
    #[allow(unsafe_code, reason = "the caller's")]
    pub(crate) unsafe fn at(&mut self, index: usize) -> NonNull<Value> {
        // SAFETY: the caller's; a vector's pointer is never null.
        unsafe { NonNull::new_unchecked(self.memory.as_mut_ptr().add(index)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_above_the_top_is_not_seen() {
        let mut stack = Stack::default();
        stack.extend(&[Value::int(1), Value::int(2), Value::int(3)]);
        stack.truncate(1);
        assert_eq!(stack.values(), [Value::int(1)]);
        stack.resize(3);
        assert_eq!(stack.values(), [Value::int(1), Value::NIL, Value::NIL]);
        stack.push(Value::int(4));
        assert_eq!((stack.len(), stack.get(3)), (4, Some(Value::int(4))));
        assert_eq!(stack.set(stack.memory() + SPARE_SLOTS, Value::NIL), None);
    }
}
