//! Rewrites: a sequence of rows replaced by an equal one before it is folded.

use opforge_bytecode::Operand;

/// A rewrite, as generated code gives it.
#[derive(Debug)]
pub struct Rewrite {
    /// What is replaced.
    pub from: &'static [RewriteLine],
    /// By what.
    pub to: &'static [RewriteLine],
    /// How many variables it has.
    pub variables: usize,
}

/// One row of a rewrite.
#[derive(Debug)]
pub struct RewriteLine {
    /// The row.
    pub row: usize,
    /// Its operands.
    pub operands: &'static [RewriteOperand],
}

/// An operand of a row of a rewrite.
#[derive(Debug)]
pub enum RewriteOperand {
    /// A variable, by number.
    Variable(usize),
    /// A number.
    Literal(Operand),
}

/// Rows and their operands.
pub(super) type Rows = Vec<(usize, Vec<Operand>)>;

/// If the rows from `position` on are what the rewrite replaces: how many they are, and the rows to put there. `at` gives
/// the row at a position, unless a block begins there.
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
