//! How much of a table's Rust code is wanted.

/// A machine, or only its code as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    /// Code as data: for front ends, over `opforge-bytecode` alone.
    Codec,
    /// That and what executes it, over `opforge`.
    Machine,
}
