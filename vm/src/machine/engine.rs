//! Which engine a machine runs on. All have the same results, traps, positions and ticks.

use crate::slots::Lowering;

/// An engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Runs stack form and checks everything: slow and obviously right.
    Reference,
    /// Runs slot form, which it makes of each function at its first call.
    Fast(Lowering),
}

impl Engine {
    /// The engine that machines run on unless told otherwise.
    pub const FAST: Self = Self::Fast(Lowering::LoopsFused);
}

impl Default for Engine {
    fn default() -> Self {
        Self::FAST
    }
}
