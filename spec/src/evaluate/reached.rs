//! Which ways an evaluation goes through a row's body.

use crate::model::{Block, Expr, Step};

/// A way through a body: a block that runs, or a condition and how it comes out.
///
/// The parts of a body are told apart by where they are in memory: ways of a row can be compared as long as it stays there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    Block(usize),
    /// A step that jumps or traps; whether it did.
    Step(usize, bool),
    /// A choice of a value; whether its condition held.
    Choice(usize, bool),
}

impl Way {
    pub(crate) fn block(block: &Block) -> Self {
        Self::Block(std::ptr::from_ref(block).addr())
    }

    pub(crate) fn step(step: &Step, holds: bool) -> Self {
        Self::Step(std::ptr::from_ref(step).addr(), holds)
    }

    pub(crate) fn choice(choice: &Expr, holds: bool) -> Self {
        Self::Choice(std::ptr::from_ref(choice).addr(), holds)
    }
}
