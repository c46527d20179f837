//! Which rows of a table a command looks at, one after the other.

use crate::exit::Failure;
use crate::terminal::{self, tell};
use opforge::core::counted;
use opforge_spec::{Instruction, InstructionSet};
use std::time::{Duration, Instant};

/// Which rows are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which<'a> {
    All,
    /// All but those of `std:`, which were looked at when it was made; if there are no others, those.
    Own,
    Named(&'a str),
}

impl<'a> Which<'a> {
    pub(super) fn own_or(name: Option<&'a str>) -> Self {
        name.map_or(Self::Own, Self::Named)
    }

    pub(super) fn all_or(name: Option<&'a str>) -> Self {
        name.map_or(Self::All, Self::Named)
    }
}

/// How often it is told how far something is.
const EVERY: Duration = Duration::from_secs(2);

/// Calls `visit` with each of these rows. What takes long says how far it is.
pub(super) fn each_row(
    set: &InstructionSet,
    which: Which<'_>,
    mut visit: impl FnMut(&Instruction),
) -> Result<(), Failure> {
    let is_own = |row: &Instruction| !set.families()[row.family].std;
    let any_own = set.instructions().iter().any(is_own);
    let is_wanted = |row: &&Instruction| match which {
        Which::All => true,
        Which::Own => is_own(row) || !any_own,
        Which::Named(name) => row.name == name,
    };
    let rows: Vec<&Instruction> = set.instructions().iter().filter(is_wanted).collect();
    if let (Which::Named(name), []) = (which, &rows[..]) {
        return Err(Failure::usage(
            format!("table `{}` has no row `{name}`", set.name()),
            "write a name as `opforge spec list` shows it",
        ));
    }
    let mut told = Instant::now();
    for (done, row) in rows.iter().enumerate() {
        if told.elapsed() >= EVERY && terminal::is_watched() {
            tell(&format!("{done} of {}\n", counted(rows.len(), "row")));
            told = Instant::now();
        }
        visit(row);
    }
    Ok(())
}
