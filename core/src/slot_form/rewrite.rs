//! Rewrites: a sequence of rows replaced by an equal one before it is folded.

use super::list::List;
use crate::Operand;

/// A rewrite that lowering uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewrite {
    /// What is replaced.
    pub from: List<RewriteLine>,
    /// By what.
    pub to: List<RewriteLine>,
    /// How many variables it has, all of them in `from`: of two of the same rows, one that has fewer replaces less.
    pub variables: usize,
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
