//! What a table's rows are good for, found by their shape alone: which push a value, which drop one, which end a function.

use crate::metadata::{InstructionInfo, Table};
use opforge_core::{Kind, OperandKind, Type};

/// The rows of a table by use; each list holds indices of rows.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    /// Rows that a statement may be made of.
    pub(super) statements: Vec<usize>,
    /// Rows that push one value and need none, and the types of what they push.
    producers: Vec<(usize, Type)>,
    /// Rows that push a constant of the module.
    pub(super) constants: Vec<usize>,
    /// Rows that drop one value.
    pub(super) poppers: Vec<usize>,
    /// Rows that leave the function for certain.
    pub(super) returns: Vec<usize>,
    /// Rows that can jump and can go on.
    pub(super) conditionals: Vec<usize>,
    /// Rows that can only jump, to one place, and push nothing.
    pub(super) jumps: Vec<usize>,
    /// Rows that close a scope and do nothing else.
    pub(super) closers: Vec<usize>,
}

impl Catalogue {
    pub(super) fn of(table: &Table) -> Self {
        let mut catalogue = Self::default();
        let rows = || table.instructions.iter().enumerate().filter(|(_, row)| usable(row));
        for (index, row) in rows() {
            let flows = row.falls_through && row.jumps.is_empty() && !row.returns && !row.raises;
            let straight = flows && row.enters.is_none();
            let traps = !row.traps.is_empty() || row.effects.contains(&"Output");
            if row.scope < 0 {
                if straight && row.inputs.is_empty() && row.outputs.is_empty() {
                    catalogue.closers.push(index);
                }
                continue;
            }
            if straight && row.scope == 0 && row.inputs.is_empty() && row.outputs.len() == 1 && !traps {
                catalogue.producers.push((index, row.outputs[0]));
                if row.operands.len() == 1 && row.operands[0].kind == OperandKind::Const {
                    catalogue.constants.push(index);
                }
            }
            let single = row.inputs.len() == 1 && row.inputs[0].count.is_none() && row.inputs[0].ty == Type::ANY;
            if straight && row.scope == 0 && single && row.outputs.is_empty() && !traps {
                catalogue.poppers.push(index);
            }
            if row.returns && !row.falls_through && row.jumps.is_empty() {
                catalogue.returns.push(index);
            }
            if row.falls_through && !row.jumps.is_empty() && row.scope == 0 && !row.returns {
                catalogue.conditionals.push(index);
            }
            let only_jumps = !row.falls_through && row.jumps.len() == 1 && !row.returns && !row.raises;
            if only_jumps && row.scope == 0 && row.jumps[0].1.is_empty() {
                catalogue.jumps.push(index);
            }
        }
        let can_adjust = !catalogue.producers.is_empty() && !catalogue.poppers.is_empty();
        for (index, row) in rows() {
            let scopes = row.scope == 0 || (row.scope > 0 && !catalogue.closers.is_empty() && row.jumps.is_empty());
            let feedable = row.inputs.is_empty() || !catalogue.producers.is_empty();
            if scopes && feedable && (row.jumps.is_empty() || can_adjust) {
                catalogue.statements.push(index);
            }
        }
        catalogue
    }

    /// Whether values can be both pushed and dropped.
    pub(super) fn can_adjust(&self) -> bool {
        !self.producers.is_empty() && !self.poppers.is_empty()
    }

    /// The rows that push a value of just this kind; if there are none, those that push any value.
    pub(super) fn producers(&self, kind: Kind) -> Vec<usize> {
        let exact: Vec<usize> = self.which(|ty| ty == Type::of(kind));
        if exact.is_empty() { self.which(|ty| ty.has(kind)) } else { exact }
    }

    /// All rows that push a value.
    pub(super) fn all_producers(&self) -> Vec<usize> {
        self.which(|_| true)
    }

    fn which(&self, fits: impl Fn(Type) -> bool) -> Vec<usize> {
        self.producers.iter().filter(|(_, ty)| fits(*ty)).map(|(index, _)| *index).collect()
    }
}

/// Whether the generator knows how to fill every operand: a function only where it is entered, a target only where it is
/// jumped to.
fn usable(row: &InstructionInfo) -> bool {
    row.operands.iter().enumerate().all(|(index, operand)| match operand.kind {
        OperandKind::Func | OperandKind::Block => row.enters.is_some_and(|(function, _)| function == index),
        OperandKind::Target => row.jumps.iter().any(|(target, _)| *target == index),
        _ => true,
    })
}
