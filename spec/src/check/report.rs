//! What the checks found.

use crate::diagnostic::{Cause, Diagnostic, Rights};

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(super) list: Vec<Diagnostic>,
    /// How often a check could not continue because of an error reported elsewhere.
    silent: usize,
    pub(super) rights: Rights,
}

impl Report {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Reports that something cannot be read to its end, in place of what was said since there were `errors` about its parts:
    /// nobody knows what these are.
    pub(crate) fn instead(&mut self, errors: usize, diagnostic: Diagnostic) {
        self.list.truncate(errors);
        self.list.push(diagnostic);
    }

    /// Notes a failure whose cause is reported elsewhere.
    pub(crate) fn silent(&mut self) {
        self.silent += 1;
    }

    /// Notes that something is as it should be which may be wrong elsewhere.
    pub(crate) fn right(&mut self, cause: Option<Cause>) {
        if let Some(cause) = cause {
            *self.rights.entry(cause).or_default() += 1;
        }
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
