//! What runs slot code for a machine: a table's loop, and native code of the same instructions.

use super::{Base, CodePtr, Execute, Fast};

/// Runs slot code from one place until it must leave.
///
/// A machine enters slot code through this alone. The loop that is generated from a table implements it; native code is
/// to implement it too, with the same entries, the same exits and the same state of stack form at each of them.
#[allow(unsafe_code, reason = "only declares what implementations do")]
pub trait RunSlotCode<I: Execute> {
    /// Runs from `ip` until it must leave; `fast` then says why, and its budget holds the ticks that are left.
    ///
    /// # Safety
    /// As [`Execute::run`]. The implementation writes only to slots of the frames that it was given or pushed, and ends
    /// no slice by itself: it leaves at an instruction whose frame map describes the state of stack form.
    unsafe fn run(&self, fast: &mut Fast<'_>, handlers: &mut I::Handlers, ip: CodePtr, base: Base);
}

/// The loop that is generated from the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotLoop;

#[allow(unsafe_code, reason = "the caller's")]
impl<I: Execute> RunSlotCode<I> for SlotLoop {
    #[inline]
    unsafe fn run(&self, fast: &mut Fast<'_>, handlers: &mut I::Handlers, ip: CodePtr, base: Base) {
        // SAFETY: the caller's.
        unsafe { I::run(fast, handlers, ip, base) }
    }
}
