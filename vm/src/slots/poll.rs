//! Lowering takes time that no tick pays for, so it looks now and then whether someone asked it to stop.

use super::error::{LowerError, LowerRule};
use std::cell::Cell;

/// How much is done between two looks, in rows, values or words.
const WORK_BETWEEN_LOOKS: usize = 1 << 12;

/// Whether someone asked that lowering stops.
pub(crate) struct Poll<'a> {
    asked: &'a dyn Fn() -> bool,
    /// What was done since the last look.
    done: Cell<usize>,
}

impl<'a> Poll<'a> {
    /// Asks `asked`.
    pub(crate) fn new(asked: &'a dyn Fn() -> bool) -> Self {
        Self { asked, done: Cell::new(0) }
    }

    /// Nobody stops it.
    pub(crate) fn never() -> Self {
        Self::new(&|| false)
    }

    /// Notes work, and looks if it is time.
    ///
    /// # Errors
    /// [`LowerRule::Interrupted`].
    pub(super) fn work(&self, amount: usize) -> Result<(), LowerError> {
        let done = self.done.get().saturating_add(amount);
        self.done.set(done);
        if done < WORK_BETWEEN_LOOKS { Ok(()) } else { self.look() }
    }

    /// Looks now.
    ///
    /// # Errors
    /// [`LowerRule::Interrupted`].
    pub(super) fn look(&self) -> Result<(), LowerError> {
        self.done.set(0);
        if (self.asked)() { Err(LowerError { pc: 0, rule: LowerRule::Interrupted }) } else { Ok(()) }
    }
}
