//! How much lowering does.

/// How stack form is turned into slot form; each way does what those before it do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lowering {
    /// Every instruction on its own, over the stack.
    Unfolded,
    /// Instructions read and write locals and constants directly, instead of moving them over the stack.
    Folded,
    /// Straight sequences that the table names run as one instruction, and rewrites apply.
    Fused,
    /// Whole loops that the table names run as one instruction.
    #[default]
    LoopsFused,
}

impl Lowering {
    /// Every way, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Unfolded, Self::Folded, Self::Fused, Self::LoopsFused];

    pub(super) fn folds(self) -> bool {
        self >= Self::Folded
    }

    pub(super) fn fuses(self) -> bool {
        self >= Self::Fused
    }

    pub(super) fn fuses_loops(self) -> bool {
        self == Self::LoopsFused
    }
}
