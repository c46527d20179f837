//! What a table's rows are good for, found by their shape and their examples, never by their names: which push a value,
//! which drop one, which end a function, which count.

mod roles;

pub(super) use roles::{Computer, Roles};

use opforge::core::Effect;
use opforge::metadata::{InstructionInfo, Table};
use opforge::{Kind, OperandKind, Type};

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
    /// Rows that raise a value for certain.
    pub(super) raises: Vec<usize>,
    /// Rows that can jump and can continue.
    pub(super) conditionals: Vec<usize>,
    /// Rows that can only jump, to one place, and push nothing.
    pub(super) jumps: Vec<usize>,
    /// Rows that close a scope and do nothing else.
    pub(super) closers: Vec<usize>,
    /// Rows that enter a function.
    pub(super) calls: Vec<usize>,
    /// Rows that can raise a value, or trap whatever the machine's limits are, and have inputs to choose.
    pub(super) faulty: Vec<usize>,
    /// Rows that only move values about on the stack.
    pub(super) shuffles: Vec<usize>,
    /// Rows that read a local and do nothing else, and those that write one.
    pub(super) getters: Vec<usize>,
    pub(super) setters: Vec<usize>,
    /// Rows that write a group of values out.
    pub(super) printers: Vec<usize>,
    pub(super) roles: Roles,
}

impl Catalogue {
    pub(super) fn of(table: &Table) -> Self {
        let mut catalogue = Self::default();
        let rows = || table.instructions.iter().enumerate().filter(|(_, row)| usable(row));
        for (index, row) in rows() {
            let flows = row.falls_through && row.jumps.is_empty() && !row.returns && !row.raises;
            let straight = flows && row.enters.is_none();
            let traps = !row.traps.is_empty() || row.effects.contains(&Effect::Output);
            if row.scope < 0 {
                if straight && row.inputs.is_empty() && row.outputs.is_empty() {
                    catalogue.closers.push(index);
                }
                continue;
            }
            catalogue.add_plain_row(index, row, straight && row.scope == 0);
            if straight && row.scope == 0 && row.inputs.is_empty() && row.outputs.len() == 1 && !traps {
                catalogue.producers.push((index, row.outputs[0].ty));
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
            if row.raises && !row.falls_through && !row.returns && row.jumps.is_empty() && row.enters.is_none() {
                catalogue.raises.push(index);
            }
            if row.falls_through && !row.jumps.is_empty() && row.scope == 0 && !row.returns {
                catalogue.conditionals.push(index);
            }
            let to_one = matches!(row.jumps, [(operand, _)] if row.operands[*operand].kind == OperandKind::Target);
            let only_jumps = !row.falls_through && to_one && !row.returns && !row.raises;
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
        catalogue.roles = Roles::of(table, |index| usable(&table.instructions[index]));
        if catalogue.producers.is_empty() {
            catalogue.forget_inputs(table);
        }
        catalogue
    }

    /// Files a row under what it is to the generator besides a statement.
    fn add_plain_row(&mut self, index: usize, row: &InstructionInfo, straight: bool) {
        let on_local = row.operands.len() == 1 && row.operands[0].kind == OperandKind::Local && row.traps.is_empty();
        if straight
            && on_local
            && row.effects == [Effect::ReadsLocals]
            && row.inputs.is_empty()
            && row.outputs.len() == 1
        {
            self.getters.push(index);
        }
        if straight
            && on_local
            && row.effects == [Effect::WritesLocals]
            && row.inputs.len() == 1
            && row.outputs.is_empty()
        {
            self.setters.push(index);
        }
        let group = row.inputs.len() == 1 && row.inputs[0].count.is_some() && row.outputs.is_empty();
        if straight && group && row.operands.len() == 1 && row.effects.contains(&Effect::Output) {
            self.printers.push(index);
        }
        let passes = || row.outputs.iter().all(|output| output.passes.is_some());
        let bare = row.operands.is_empty() && row.effects.is_empty() && row.traps.is_empty();
        if straight && bare && !row.inputs.is_empty() && passes() {
            self.shuffles.push(index);
        }
        if row.enters.is_some() && row.falls_through && row.jumps.is_empty() && row.scope == 0 {
            self.calls.push(index);
        }
        if (row.raises || !row.accepts.is_empty())
            && !row.returns
            && row.scope == 0
            && row.jumps.is_empty()
            && row.enters.is_none()
        {
            self.faulty.push(index);
        }
    }

    /// Why no code can be written for the table: none of its rows can end it.
    pub(super) fn obstacle(&self) -> Option<&'static str> {
        let ends = !self.returns.is_empty() || !self.jumps.is_empty() || !self.raises.is_empty();
        (!ends).then_some("no row whose inputs can be pushed leaves a function, raises a value or jumps for certain, so that no code can end")
    }

    /// Leaves the rows that need nothing on the stack, where nothing can be put there.
    fn forget_inputs(&mut self, table: &Table) {
        let lists = [
            &mut self.statements,
            &mut self.poppers,
            &mut self.returns,
            &mut self.raises,
            &mut self.conditionals,
            &mut self.jumps,
            &mut self.closers,
            &mut self.calls,
            &mut self.faulty,
            &mut self.shuffles,
            &mut self.setters,
            &mut self.printers,
        ];
        for list in lists {
            list.retain(|row| table.instructions[*row].inputs.is_empty());
        }
        self.roles = Roles { ints: std::mem::take(&mut self.roles.ints), ..Roles::default() };
    }

    /// Whether values can be both pushed and dropped.
    pub(super) fn can_adjust(&self) -> bool {
        !self.producers.is_empty() && !self.poppers.is_empty()
    }

    /// The rows that push a value of just this kind; if there are none, those that push a constant, else one that may be
    /// of this kind, else any value.
    pub(super) fn producers(&self, kind: Kind) -> Vec<usize> {
        let exact = self.which(|ty| ty == Type::of(kind));
        match (exact.is_empty(), self.constants.is_empty()) {
            (false, _) => exact,
            (true, false) => self.constants.clone(),
            (true, true) => {
                let possible = self.which(|ty| ty.has(kind));
                if possible.is_empty() { self.all_producers() } else { possible }
            }
        }
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
        OperandKind::Target | OperandKind::Targets => row.jumps.iter().any(|(target, _)| *target == index),
        _ => true,
    })
}
