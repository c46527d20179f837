//! Rewrites: a sequence of rows replaced by an equal one before it is folded.

use opforge_core::Operand;
use opforge_core::slot_form::{Rewrite, RewriteOperand};

/// Rows and their operands.
pub(super) type Rows = Vec<(usize, Vec<Operand>)>;

/// If the rows from `position` on are what the rewrite replaces: how many they are, and the rows to put there. `at`
/// returns the row at a position, unless a block begins there.
pub(super) fn apply<'a>(
    rewrite: &Rewrite,
    position: usize,
    at: &impl Fn(usize) -> Option<(u32, &'a [Operand])>,
) -> Option<(usize, Rows)> {
    let mut variables: Vec<Option<Operand>> = vec![None; rewrite.variables];
    for (index, line) in rewrite.from.iter().enumerate() {
        let (row, operands) = at(position + index)?;
        if row as usize != line.row {
            return None;
        }
        for (wanted, found) in line.operands.iter().zip(operands) {
            let wanted = match wanted {
                RewriteOperand::Literal(literal) => *literal,
                RewriteOperand::Variable(variable) => *variables.get_mut(*variable)?.get_or_insert(*found),
            };
            if wanted != *found {
                return None;
            }
        }
    }
    let given = |operand: &RewriteOperand| match operand {
        RewriteOperand::Literal(literal) => Some(*literal),
        RewriteOperand::Variable(variable) => variables.get(*variable).copied().flatten(),
    };
    let rows: Option<Rows> = rewrite
        .to
        .iter()
        .map(|line| Some((line.row, line.operands.iter().map(given).collect::<Option<_>>()?)))
        .collect();
    Some((rewrite.from.len(), rows?))
}
