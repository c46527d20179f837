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
    /// How many variables it has.
    pub variables: usize,
}

impl Rewrite {
    /// Grows with what it replaces: of two of the same rows, one that replaces less comes before the other. Numbers in the
    /// place of variables, then variables that must be the same.
    pub fn generality(&self) -> usize {
        let operands = self.from.iter().flat_map(|line| line.operands.iter());
        let mut seen = vec![false; self.variables];
        let mut different = 0;
        for operand in operands {
            if let RewriteOperand::Variable(variable) = operand
                && let Some(seen) = seen.get_mut(*variable)
                && !std::mem::replace(seen, true)
            {
                different += 1;
            }
        }
        different
    }
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
