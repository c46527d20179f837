//! Statements that just continue: assignments, calls, faults, and code that nothing reaches.

use super::{Writer, index_operand};
use opforge::{BuildOperand, InstructionSet, OperandKind};

impl<I: InstructionSet> Writer<'_, '_, I> {
    /// One instruction with its inputs.
    pub(super) fn plain(&mut self, index: usize) -> bool {
        let operands = self.feed(index);
        self.on_stack(index, operands);
        Self::row(index).falls_through
    }

    /// An expression, into a slot or left on the stack.
    pub(super) fn assignment(&mut self) -> bool {
        let slot = self.shared.random.below(self.slots.len());
        match self.shared.random.pick(&self.shared.catalogue.setters) {
            Some(setter) if !self.reserved.contains(&slot) && !self.shared.random.once_in(4) => {
                self.expression(Some(self.slots[slot]));
                self.on_stack(setter, vec![index_operand(slot)]);
            }
            _ => {
                let kind = self.shared.random.kind();
                self.expression(Some(kind));
            }
        }
        true
    }

    /// A call, often with its arguments above values that wait for its result.
    pub(super) fn call(&mut self) -> bool {
        if self.callees().is_empty() {
            return true;
        }
        match self.shared.random.pick(&self.shared.catalogue.calls) {
            Some(call) => self.plain(call),
            None => true,
        }
    }

    /// Something that fails: a value raised, or a row that is given what it cannot take.
    pub(super) fn fault(&mut self, nesting: usize) -> bool {
        let faulty = &self.shared.catalogue.faulty;
        let raising: Vec<usize> = faulty.iter().filter(|row| Self::row(**row).raises).copied().collect();
        let raises = !raising.is_empty() && self.shared.random.once_in(3);
        let Some(index) = self.shared.random.pick(if raises { &raising } else { faulty }) else { return true };
        if !Self::row(index).falls_through {
            return self.leaving(index, nesting);
        }
        let operands = self.operands(index, &[]);
        for _ in 0..Self::row(index).pops(&operands) {
            let kind = self.shared.random.kind();
            self.produce(Some(kind));
        }
        self.on_stack(index, operands);
        true
    }

    /// Writes some slots out, so that what is in them matters.
    pub(super) fn show_slots(&mut self) {
        let catalogue = self.shared.catalogue;
        let random = &mut *self.shared.random;
        let (Some(getter), Some(printer)) = (random.pick(&catalogue.getters), random.pick(&catalogue.printers)) else {
            return;
        };
        let count = 1 + random.below(self.slots.len().min(8));
        for _ in 0..count {
            let slot = self.shared.random.below(self.slots.len());
            self.on_stack(getter, vec![index_operand(slot)]);
        }
        self.on_stack(printer, vec![index_operand(count)]);
    }

    /// Sometimes a few instructions behind one that does not continue: they decode, and are never run.
    pub(super) fn unreached(&mut self) {
        if !self.shared.random.once_in(4) {
            return;
        }
        for _ in 0..1 + self.shared.random.below(3) {
            let index = self.shared.random.below(I::table().instructions.len());
            if self.shared.catalogue.statements.contains(&index) {
                // Its targets are the start of the function.
                let (operands, start) = (self.chosen(index), self.code.label_at(0));
                let kinds = Self::row(index).operands.iter().map(|operand| operand.kind);
                let operands = kinds.zip(operands).map(|(kind, operand)| match kind {
                    OperandKind::Targets => BuildOperand::Labels(vec![start; self.shared.random.below(3)]),
                    _ => BuildOperand::Value(operand),
                });
                let operands: Vec<BuildOperand> = operands.collect();
                // Operands were made for the row, so they fit it.
                let _ = self.code.row(index, &operands);
            }
        }
    }
}
