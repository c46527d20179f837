//! Ending a slice from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends a machine's slice from outside, from any thread.
#[derive(Clone, Debug, Default)]
pub struct InterruptHandle(Arc<AtomicBool>);

impl InterruptHandle {
    /// Asks the machine to stop at the next place where it charges a tick, or before it begins its next slice.
    pub fn interrupt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked, once for each time.
    pub(crate) fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
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
        assert!(handle.take());
        assert!(!handle.take());
    }
}
