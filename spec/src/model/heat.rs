//! Whether the fast engine's loop holds an instruction.

/// What a table declares about an instruction's or a fusion's place in the fast engine's loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heat {
    /// The loop has an arm for it, before what declares nothing.
    Hot,
    /// The loop has none: it is a function of its own, which one arm calls for all of them.
    Cold,
}
