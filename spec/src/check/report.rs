//! What the checks found.

use crate::diagnostic::Diagnostic;

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(super) list: Vec<Diagnostic>,
    /// How often a check could not continue because of an error reported elsewhere.
    silent: usize,
}

impl Report {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Notes a failure whose cause is reported elsewhere.
    pub(crate) fn silent(&mut self) {
        self.silent += 1;
    }

    /// Grows with each failure.
    pub(crate) fn count(&self) -> usize {
        self.list.len() + self.silent
    }
}

/// `s`, unless there is just one.
pub(crate) fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}
