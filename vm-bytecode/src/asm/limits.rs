//! How much assembly is read.

/// A text of assembly. **Units:** bytes.
pub(crate) const TEXT_BYTES: usize = 64 << 20;
/// Errors that are kept; further ones are only counted.
pub(crate) const ERRORS: usize = 50;
