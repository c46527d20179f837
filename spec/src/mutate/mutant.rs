//! A row with a small mistake in it.

use super::expressions::size;
use super::spelling::Spelling;
use crate::coverage::{blocks, expression};
use crate::evaluate::Set;
use crate::model::{Block, Body, Instruction, Trap};

/// How many mutants a row has, at most.
const MAX_MUTANTS: usize = 4_000;
/// How many expressions all of them may be made of together, about.
const MAX_NODES: usize = 500_000;
/// How many mutants the largest row has.
const MIN_MUTANTS: usize = 64;

/// A row with a small mistake in it.
pub(super) struct Mutant {
    /// The row, wrong, without examples.
    pub(super) row: Instruction,
    /// Where it was changed, in the table's language; empty for the row as a whole.
    pub(super) place: String,
    /// What was changed, in the table's language.
    pub(super) change: String,
}

/// The mutants of one row, as they are made.
pub(super) struct Seeder<'a> {
    pub(super) set: Set<'a>,
    pub(super) traps: &'a [Trap],
    pub(super) row: &'a Instruction,
    pub(super) made: Vec<Mutant>,
    most: usize,
}

impl<'a> Seeder<'a> {
    /// For `row`, which has no examples.
    pub(super) fn new(set: Set<'a>, traps: &'a [Trap], row: &'a Instruction) -> Self {
        let steps = blocks(row).into_iter().flat_map(|block| &block.steps);
        let nodes: usize = steps.map(|step| 1 + expression(step).map_or(0, size)).sum();
        let most = (MAX_NODES / (nodes + 1)).clamp(MIN_MUTANTS, MAX_MUTANTS);
        Self { set, traps, row, made: Vec::new(), most }
    }

    pub(super) fn spelling(&self) -> Spelling<'_> {
        Spelling {
            primitives: self.set.primitives,
            traps: self.traps,
            instructions: self.set.instructions,
            row: self.row,
        }
    }

    /// Adds the row with another body.
    pub(super) fn body(&mut self, body: Body, place: String, change: String) {
        let row = self.row;
        self.row(|| Instruction { body, ..row.clone() }, place, change);
    }

    /// Adds another row.
    pub(super) fn row(&mut self, row: impl FnOnce() -> Instruction, place: String, change: String) {
        if self.made.len() < self.most {
            self.made.push(Mutant { row: row(), place, change });
        }
    }

    /// Adds the row with another block in that place.
    pub(super) fn block(&mut self, index: usize, block: Block, place: String, change: String) {
        let mut body = self.row.body.clone();
        let old = match &mut body {
            Body::Does(old) => Some(old),
            Body::Cases { cases, otherwise } => match cases.get_mut(index) {
                Some(case) => Some(&mut case.block),
                None => otherwise.as_mut(),
            },
            Body::Shuffle | Body::Seq(_) | Body::Handler(_) => None,
        };
        if let Some(old) = old {
            *old = block;
            self.body(body, place, change);
        }
    }
}

/// `a` becomes `b`.
pub(super) fn becomes(old: &str, new: &str) -> String {
    format!("`{old}` becomes `{new}`")
}

/// `a` is dropped.
pub(super) fn is_dropped(old: &str) -> String {
    format!("`{old}` is dropped")
}
