//! The name that was probably meant, for the first names that a check does not know.
//!
//! A table can hold a hundred thousand unknown names, most of them from one mistake, and each search takes as long as there
//! are known ones; so only some are made. How many is counted for the thread, since names are looked up everywhere.

pub(crate) use opforge_core::nearest::{are_other_words, is_near, near_or};

use std::cell::Cell;

/// So many names are looked for in one check: as many as diagnostics are shown.
pub(crate) const MAX_SOUGHT: usize = 50;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(MAX_SOUGHT) };
}

/// Begins a check.
pub(crate) fn begin() {
    LEFT.set(MAX_SOUGHT);
}

/// The candidate that differs least from `name`, if it is near enough to be meant and not too many were looked for before.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let left = LEFT.get().checked_sub(1)?;
    LEFT.set(left);
    opforge_core::nearest::nearest(name, candidates)
}
