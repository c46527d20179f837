//! Ending a slice from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends a machine's slice from outside, from any thread.
///
/// An interrupt belongs to a run. It ends the slice under way, or else the next one before it begins; what runs can then be
/// continued. [`Machine::start`](crate::Machine::start) forgets an interrupt that came before it, so that a late one does not
/// stop another run.
///
/// It is seen within milliseconds, also in the middle of a long output, but not while code of the host's runs: a host function,
/// a handler, or a write or flush that blocks; nor while it is looked what is needed for a text that a host function returned.
#[derive(Clone, Debug, Default)]
pub struct InterruptHandle(Arc<AtomicBool>);

impl InterruptHandle {
    /// Asks the machine to stop as soon as it can.
    pub fn interrupt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Takes back an interrupt that has not ended a slice yet.
    pub fn reset(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Whether someone asked and no slice has ended for it yet.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether someone asked, once for each time.
    pub(crate) fn take(&self) -> bool {
        self.is_set() && self.0.swap(false, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupt_is_taken_once() {
        let handle = InterruptHandle::default();
        assert!(!handle.take());
        handle.clone().interrupt();
        assert!(handle.is_set() && handle.take());
        assert!(!handle.take());
        handle.interrupt();
        handle.reset();
        assert!(!handle.take());
    }
}
