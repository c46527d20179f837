//! How tools run a pure primitive from its name.

use crate::{Scalar, Type};

/// A pure primitive over scalars, callable by name.
///
/// `opforge-spec` uses it to evaluate examples and rewrites while a
/// table is read. The Rust function behind `run` is the one that engines call.
#[derive(Clone, Copy, Debug)]
pub struct Evaluator {
    /// The primitive's name in tables, such as `int.add_wrap`.
    pub name: &'static str,
    /// The types of its arguments.
    pub params: &'static [Type],
    /// The type of its result.
    pub result: Type,
    /// Runs it; `None` when an argument has another kind than declared.
    pub run: fn(&[Scalar]) -> Option<Scalar>,
}
