//! Rewrites: a sequence of rows replaced by an equal one before it is folded.

use super::list::List;
use crate::{Operand, Type};

/// A rewrite that lowering uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewrite {
    /// What is replaced.
    pub from: List<RewriteLine>,
    /// By what.
    pub to: List<RewriteLine>,
    /// How many variables it has, all of them in `from`: of two of the same rows, one that has fewer replaces less.
    pub variables: usize,
    /// What must be known when `from` begins.
    pub when: List<RewriteGuard>,
}

/// A condition of a rewrite: that a value is of a type.
#[derive(Clone, Debug, PartialEq)]
pub struct RewriteGuard {
    /// Which value.
    pub of: Guarded,
    /// The type that it must be of.
    pub ty: Type,
}

/// What a condition of a rewrite is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarded {
    /// An input of the first row, counted from the lowest.
    Input(usize),
    /// The local that this variable names.
    Local(usize),
}

/// One row of a rewrite.
#[derive(Clone, Debug, PartialEq)]
pub struct RewriteLine {
    /// Index of the row.
    pub row: usize,
    /// Its operands.
    pub operands: List<RewriteOperand>,
}

/// An operand of a row of a rewrite.
#[derive(Clone, Debug, PartialEq)]
pub enum RewriteOperand {
    /// A variable, by number: equal numbers stand for equal operands.
    Variable(usize),
    /// A number.
    Literal(Operand),
}
