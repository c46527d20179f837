//! Which engine a machine runs on. All give the same results, traps, positions and ticks.

/// An engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Runs stack form and checks everything: slow and obviously right.
    Reference,
    /// Runs slot form, which it makes of each function at its first call.
    Fast(Lowering),
}

/// How stack form is turned into slot form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lowering {
    /// Whether instructions read and write locals and constants directly, instead of moving them over the stack.
    pub fold: bool,
    /// Whether sequences that the table names run as one instruction. Without `fold` none is found.
    pub fuse: bool,
    /// Whether that holds for whole loops too. Without `fuse` none is found.
    pub fuse_loops: bool,
}

impl Lowering {
    /// Everything on.
    pub const FULL: Self = Self { fold: true, fuse: true, fuse_loops: true };
    /// Every sequence on its own, operands folded.
    pub const UNFUSED: Self = Self { fold: true, fuse: false, fuse_loops: false };
    /// Every instruction on its own, over the stack.
    pub const UNFOLDED: Self = Self { fold: false, fuse: false, fuse_loops: false };
}

impl Default for Lowering {
    fn default() -> Self {
        Self::FULL
    }
}

impl Engine {
    /// The engine that machines run on unless told otherwise.
    pub const FAST: Self = Self::Fast(Lowering::FULL);
}

impl Default for Engine {
    fn default() -> Self {
        Self::FAST
    }
}
