//! Statements that a folding of reads can get wrong: reads that wait on the stack while their slots are overwritten.

use super::{Writer, index_operand};
use opforge::InstructionSet;

impl<I: InstructionSet> Writer<'_, '_, I> {
    /// Reads slots and constants, moves them about, overwrites the slots, and only then uses what was read.
    pub(super) fn pending(&mut self, reads: usize, nesting: usize) -> bool {
        let catalogue = self.shared.catalogue;
        if !catalogue.can_adjust() || catalogue.getters.is_empty() {
            return true;
        }
        let base = self.depth();
        let outer = std::mem::replace(&mut self.floor, base);
        let slots = [0; 3].map(|_| self.shared.random.below(self.slots.len()));
        for read in 0..reads {
            match self.shared.random.below(6) {
                0 => self.produce(None),
                1 => self.get(slots[2]),
                _ => self.get(slots[read % 2]),
            }
            if self.shared.random.once_in(3) {
                self.shuffle();
            }
        }
        for _ in 0..1 + self.shared.random.below(3) {
            let slot = self.shared.random.pick(&slots).unwrap_or(0);
            self.overwrite(slot, nesting);
            if self.shared.random.once_in(2) {
                self.shuffle();
            }
        }
        self.use_up(base, reads);
        self.floor = outer;
        true
    }

    /// A row that moves what the block has on the stack.
    fn shuffle(&mut self) {
        let catalogue = self.shared.catalogue;
        if let Some(row) = self.shared.random.pick(&catalogue.shuffles)
            && self.depth() - self.floor >= Self::row(row).inputs.len()
        {
            self.on_stack(row, Vec::new());
        }
    }

    /// Writes a slot: with what is on top, with something new, in a block of its own, or by a row that changes it.
    fn overwrite(&mut self, slot: usize, nesting: usize) {
        let catalogue = self.shared.catalogue;
        if self.reserved.contains(&slot) {
            return;
        }
        let random = &mut *self.shared.random;
        let (setter, branch) = (random.pick(&catalogue.setters), random.pick(&catalogue.conditionals));
        let Some(setter) = setter else { return };
        let operands = vec![index_operand(slot)];
        match self.shared.random.below(6) {
            0 | 1 if self.depth() > self.floor && self.stack.last() == Some(&Some(self.slots[slot])) => {
                self.on_stack(setter, operands);
            }
            2 if nesting < super::NESTING => {
                if let Some(branch) = branch {
                    self.branch(branch, |writer| {
                        writer.produce(Some(writer.slots[slot]));
                        writer.on_stack(setter, operands);
                        true
                    });
                }
            }
            _ => {
                self.expression(Some(self.slots[slot]));
                self.on_stack(setter, operands);
            }
        }
    }

    /// Computes with what stands above `base`, stores it, writes it out or drops it; seldom leaves something.
    fn use_up(&mut self, base: usize, reads: usize) {
        let catalogue = self.shared.catalogue;
        for _ in 0..reads + 4 {
            let above = self.depth() - base;
            if above == 0 || above < 3 && self.shared.random.once_in(6) {
                break;
            }
            match self.shared.random.below(7) {
                0..=2 => {
                    let computers = &catalogue.roles.computers;
                    let from = self.shared.random.below(computers.len());
                    let fitting = computers[from..].iter().chain(&computers[..from]).find(|computer| {
                        let count = computer.takes.len();
                        let kinds = computer.takes.iter().map(|kind| Some(*kind));
                        count <= above && self.stack[self.depth() - count..].iter().copied().eq(kinds)
                    });
                    if let Some(computer) = fitting {
                        self.on_stack(computer.row, Vec::new());
                    }
                }
                3 | 4 => {
                    if let Some(printer) = self.shared.random.pick(&catalogue.printers) {
                        let count = 1 + self.shared.random.below(above.min(12));
                        self.on_stack(printer, vec![index_operand(count)]);
                    }
                }
                5 => {
                    let free = |slot: &usize| {
                        !self.reserved.contains(slot) && self.stack.last() == Some(&Some(self.slots[*slot]))
                    };
                    let slots: Vec<usize> = (0..self.slots.len()).filter(free).collect();
                    let random = &mut *self.shared.random;
                    if let (Some(setter), Some(slot)) = (random.pick(&catalogue.setters), random.pick(&slots)) {
                        self.on_stack(setter, vec![index_operand(slot)]);
                    }
                }
                _ => self.adjust(base + above - 1),
            }
        }
        // What is left waits for a later statement, but not all of a deep stack.
        if let Some(printer) = self.shared.random.pick(&catalogue.printers) {
            let count = self.depth().saturating_sub(base + 1 + self.shared.random.below(3));
            if count > 0 {
                self.on_stack(printer, vec![index_operand(count)]);
            }
        }
        self.adjust(self.depth().min(base + 4));
    }
}
