//! Statements that jump, guard or open scopes: each leaves the stack as deep on every way to a label.

use super::{Exit, Guess, Handler, Writer, index_operand};
use opforge::{InstructionSet, Kind, Label, Operand, OperandKind};

/// A loop that counts: the slot, its bound, and the rows that compare and jump.
#[derive(Clone, Copy)]
struct Count {
    slot: usize,
    bound: i64,
    less: usize,
    branch: usize,
    jump: usize,
}

impl<I: InstructionSet> Writer<'_, '_, I> {
    /// Writes an instruction whose inputs are on the stack, with the labels of each of its jumps; returns what the stack holds
    /// where it jumps to, each label once.
    pub(super) fn flow(&mut self, index: usize, operands: Vec<Operand>, labels: &[Vec<Label>]) -> Vec<Exit> {
        let row = Self::row(index);
        let base = self.depth().saturating_sub(row.pops(&operands) as usize);
        let taken = self.stack.split_off(base);
        let next = self.outputs(index, &operands, &taken);
        let mut exits: Vec<Exit> = Vec::new();
        for ((_, outputs), labels) in row.jumps.iter().zip(labels) {
            let same = outputs.len() == next.len();
            let pushed = (0..outputs.len()).map(|at| next.get(at).copied().flatten().filter(|_| same));
            let stack: Vec<Guess> = self.stack.iter().copied().chain(pushed).collect();
            for label in labels {
                if !exits.iter().any(|(known, _)| known == label) {
                    exits.push((*label, stack.clone()));
                }
            }
        }
        self.stack.extend(next);
        self.emit(index, operands, labels);
        exits
    }

    /// An instruction that jumps ahead over a block.
    pub(super) fn forward(&mut self, index: usize, nesting: usize) -> bool {
        self.branch(index, |writer| writer.block(nesting + 1))
    }

    pub(super) fn branch(&mut self, index: usize, inner: impl FnOnce(&mut Self) -> bool) -> bool {
        let row = Self::row(index);
        let operands = self.feed(index);
        let labels = self.labels(index);
        let exits = self.flow(index, operands, &labels);
        let continues = row.falls_through && inner(self);
        self.meet(&exits, continues)
    }

    /// Binds labels, one after the other, each at its own depth; returns whether the code continues.
    pub(super) fn meet(&mut self, exits: &[Exit], mut continues: bool) -> bool {
        for (label, stack) in exits {
            if continues {
                self.adjust_to(stack);
            } else {
                self.stack.clone_from(stack);
            }
            self.bind(*label);
            // So that it shows which of several the code went to.
            continues = exits.len() == 1 || self.shared.random.once_in(2) || self.assignment();
        }
        continues
    }

    /// A loop that `index` closes, with an exit at its top if it cannot continue.
    pub(super) fn backward(&mut self, index: usize, nesting: usize) -> bool {
        let row = Self::row(index);
        let outputs = row.jumps[0].1.len();
        if self.depth() < self.floor + outputs {
            return true;
        }
        let (top, before) = (self.label(), self.stack.clone());
        self.bind(top);
        let catalogue = self.shared.catalogue;
        let exit = if row.falls_through { None } else { self.shared.random.pick(&catalogue.conditionals) };
        let mut out = Vec::new();
        if let Some(condition) = exit {
            let operands = self.feed(condition);
            let labels = self.labels(condition);
            out = self.flow(condition, operands, &labels);
        }
        let mut continues = self.block(nesting + 1);
        if continues {
            self.adjust_to(&before[..before.len() - outputs]);
            let operands = self.feed_fresh(index);
            let mut labels = self.labels(index);
            match row.operands[row.jumps[0].0].kind {
                OperandKind::Targets => {
                    let at = self.shared.random.below(labels[0].len() + 1);
                    labels[0].insert(at, top);
                }
                _ => labels[0] = vec![top],
            }
            let mut exits = self.flow(index, operands, &labels);
            exits.retain(|(label, _)| *label != top);
            continues = self.meet(&exits, row.falls_through);
        }
        self.meet(&out, continues)
    }

    /// A loop that counts in a slot and ends after a few rounds, tested at the top or at the bottom.
    pub(super) fn counted(&mut self, nesting: usize) -> bool {
        let at_top = self.shared.random.once_in(2);
        let Some(count) = self.count(at_top) else { return true };
        let before = self.stack.clone();
        self.set_int(count.slot, 0);
        let (top, other) = (self.label(), self.label());
        let mut exits = Vec::new();
        let mut tested_first = at_top;
        if at_top {
            self.bind(top);
            exits = self.test(count, other);
        } else {
            tested_first = self.shared.random.once_in(2);
            if tested_first {
                self.on_stack_to(count.jump, other);
            }
            self.bind(top);
        }
        self.reserved.push(count.slot);
        let continues = self.block(nesting + 1);
        self.reserved.pop();
        if continues {
            self.adjust_to(&before);
            self.step(count.slot);
        } else if !tested_first {
            return false;
        }
        if at_top {
            if continues {
                self.on_stack_to(count.jump, top);
            }
            return self.meet(&exits, false);
        }
        self.stack.clone_from(&before);
        self.bind(other);
        self.test(count, top);
        true
    }

    /// What a counted loop is made of, if the table has it all.
    fn count(&mut self, at_top: bool) -> Option<Count> {
        let slot = self.counter()?;
        let catalogue = self.shared.catalogue;
        let roles = &catalogue.roles;
        let plain = |jump: &&usize| Self::row(**jump).inputs.is_empty();
        let jumps: Vec<usize> = catalogue.jumps.iter().filter(plain).copied().collect();
        let random = &mut *self.shared.random;
        let steps = roles.steps.len() + roles.adds.len();
        let able = steps > 0 && !roles.ints.is_empty() && !catalogue.getters.is_empty();
        if !able || catalogue.setters.is_empty() || !catalogue.can_adjust() {
            return None;
        }
        Some(Count {
            slot,
            bound: i64::try_from(random.below(7)).unwrap_or(0),
            less: random.pick(&roles.lesses)?,
            branch: random.pick(if at_top { &roles.jumps_if_false } else { &roles.jumps_if_true })?,
            jump: random.pick(&jumps)?,
        })
    }

    /// A jump that compares the slot with its bound.
    fn test(&mut self, count: Count, label: Label) -> Vec<Exit> {
        self.get(count.slot);
        self.int(count.bound);
        self.on_stack(count.less, Vec::new());
        self.on_stack_to(count.branch, label)
    }

    /// Writes an instruction whose inputs are on the stack, and that jumps to the label.
    pub(super) fn on_stack_to(&mut self, index: usize, label: Label) -> Vec<Exit> {
        let operands = self.operands(index, &[]);
        self.flow(index, operands, &[vec![label]])
    }

    /// A slot for an int that no loop counts in yet.
    pub(super) fn counter(&mut self) -> Option<usize> {
        let free = |slot: &usize| self.slots[*slot] == Kind::Int && !self.reserved.contains(slot);
        let slots: Vec<usize> = (0..self.slots.len()).filter(free).collect();
        self.shared.random.pick(&slots)
    }

    /// Adds one to the slot.
    fn step(&mut self, slot: usize) {
        let roles = &self.shared.catalogue.roles;
        self.get(slot);
        match (self.shared.random.pick(&roles.steps), self.shared.random.pick(&roles.adds)) {
            (Some(step), None) => self.on_stack(step, Vec::new()),
            (Some(step), _) if self.shared.random.once_in(2) => self.on_stack(step, Vec::new()),
            (_, Some(add)) => {
                self.int(1);
                self.on_stack(add, Vec::new());
            }
            (None, None) => {}
        }
        if let Some(setter) = self.shared.random.pick(&self.shared.catalogue.setters) {
            self.on_stack(setter, vec![index_operand(slot)]);
        }
    }

    pub(super) fn get(&mut self, slot: usize) {
        if let Some(getter) = self.shared.random.pick(&self.shared.catalogue.getters) {
            self.on_stack(getter, vec![index_operand(slot)]);
        }
    }

    pub(super) fn int(&mut self, value: i64) {
        if let Some(row) = self.shared.random.pick(&self.shared.catalogue.roles.ints) {
            self.on_stack(row, vec![Operand::from(value)]);
        }
    }

    /// Gives a slot an int, if the table can say so.
    pub(super) fn set_int(&mut self, slot: usize, value: i64) -> bool {
        let catalogue = self.shared.catalogue;
        let able = !catalogue.roles.ints.is_empty() && !catalogue.getters.is_empty();
        match self.shared.random.pick(&catalogue.setters).filter(|_| able) {
            Some(setter) => {
                self.int(value);
                self.on_stack(setter, vec![index_operand(slot)]);
                true
            }
            None => false,
        }
    }

    /// A block in a scope of its own.
    pub(super) fn scope(&mut self, index: usize, nesting: usize) -> bool {
        self.plain(index);
        self.scopes += 1;
        let continues = self.block(nesting + 1);
        if continues {
            self.close_scope();
        } else {
            self.scopes -= 1;
        }
        continues
    }

    pub(super) fn close_scope(&mut self) {
        if let Some(closer) = self.shared.random.pick(&self.shared.catalogue.closers) {
            self.plain(closer);
        }
        self.scopes -= 1;
    }

    /// A block with a handler; the handler is written at the end of the function.
    pub(super) fn region(&mut self, nesting: usize) -> bool {
        let height = self.floor + self.shared.random.below(self.depth() - self.floor + 1);
        let outer = std::mem::replace(&mut self.floor, height);
        let (start, scopes, stack) = (self.code.pc(), self.scopes, self.stack[..height].to_vec());
        self.guards += 1;
        let mut continues = self.block(nesting + 1);
        if continues && self.shared.random.once_in(3) {
            continues = self.fault(nesting + 1);
        }
        self.guards -= 1;
        self.floor = outer;
        self.guard(start, self.code.pc(), stack, scopes);
        continues
    }

    /// Has a handler guard that code, if no other guards just that.
    pub(super) fn guard(&mut self, start: usize, end: usize, stack: Vec<Guess>, scopes: usize) {
        if start < end && !self.regions.iter().any(|other| (other.start, other.end) == (start, end)) {
            let handler = Handler { start, end, label: self.label(), stack, scopes };
            self.regions.push(handler.clone());
            self.handlers.push(handler);
        }
    }

    /// Brings the stack to `depth` values.
    pub(super) fn adjust(&mut self, depth: usize) {
        while self.depth() > depth {
            match self.shared.random.pick(&self.shared.catalogue.poppers) {
                Some(popper) => {
                    let operands = self.operands(popper, &[]);
                    self.on_stack(popper, operands);
                }
                None => return,
            }
        }
        while self.depth() < depth {
            let before = self.depth();
            self.produce(None);
            if self.depth() == before {
                return;
            }
        }
    }

    /// Brings the stack to where another way comes from.
    pub(super) fn adjust_to(&mut self, stack: &[Guess]) {
        self.adjust(self.depth().min(stack.len()));
        while self.depth() < stack.len() {
            let before = self.depth();
            self.produce(stack[before]);
            if self.depth() == before {
                return;
            }
        }
        for (here, there) in self.stack.iter_mut().zip(stack) {
            if here != there {
                *here = None;
            }
        }
    }
}
