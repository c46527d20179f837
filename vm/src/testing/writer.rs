//! Writes the code of one generated function: blocks within blocks, depth and scopes counted.

mod feed;

use super::catalogue::Catalogue;
use super::random::Random;
use crate::instruction_set::{InstructionSet, Operand};
use crate::metadata::InstructionInfo;
use crate::module::{Constant, Function, Region};
use opforge_core::Type;
use std::cmp::Reverse;
use std::marker::PhantomData;

/// What the functions of a module share while they are written.
pub(super) struct Shared<'a> {
    pub(super) random: &'a mut Random,
    pub(super) catalogue: &'a Catalogue,
    /// How many parameters each function has.
    pub(super) arities: &'a [usize],
    pub(super) constants: &'a mut Vec<Constant>,
    pub(super) globals: usize,
    /// How often each row was written.
    pub(super) rows: &'a mut [u64],
}

/// Deeper stacks than this are cut.
const DEEP: usize = 24;
/// Blocks within blocks.
const NESTING: usize = 4;

/// Writes function `index` of a module.
pub(super) fn write_function<I: InstructionSet>(shared: &mut Shared<'_>, index: usize) -> Function {
    let locals = 1 + shared.random.below(3);
    let params = shared.arities[index];
    let budget = 10 + shared.random.below(40);
    let mut writer = Writer::<I> {
        index,
        slots: params + locals,
        budget,
        shared,
        code: Vec::new(),
        fixups: Vec::new(),
        labels: Vec::new(),
        regions: Vec::new(),
        handlers: Vec::new(),
        depth: 0,
        floor: 0,
        scopes: 0,
        set: PhantomData,
    };
    writer.body();
    let (code, regions) = writer.finish();
    Function {
        name: if index == 0 { "main".to_owned() } else { format!("f{index}") },
        params: (0..params).map(|slot| format!("p{slot}")).collect(),
        locals: (0..locals).map(|slot| format!("v{slot}")).collect(),
        code,
        regions,
        lines: Vec::new(),
    }
}

type Label = usize;

struct Fixup {
    pc: usize,
    instruction: usize,
    operands: Vec<Operand>,
    targets: Vec<(usize, Label)>,
}

/// A handler that is not written yet.
#[derive(Clone, Copy)]
struct Handler {
    start: usize,
    end: usize,
    label: Label,
    height: usize,
    scopes: usize,
}

struct Writer<'a, 's, I> {
    index: usize,
    slots: usize,
    /// How many statements may still be written.
    budget: usize,
    shared: &'a mut Shared<'s>,
    code: Vec<u8>,
    fixups: Vec<Fixup>,
    labels: Vec<usize>,
    regions: Vec<Handler>,
    /// Those of `regions` whose handlers are to come.
    handlers: Vec<Handler>,
    depth: usize,
    /// Values below this belong to an outer block that needs them.
    floor: usize,
    scopes: usize,
    set: PhantomData<I>,
}

impl<I: InstructionSet> Writer<'_, '_, I> {
    /// The main block, then the handlers, which may have handlers in turn.
    fn body(&mut self) {
        let goes_on = self.block(0);
        self.leave(goes_on);
        while let Some(handler) = self.handlers.pop() {
            self.bind(handler.label);
            (self.depth, self.floor, self.scopes) = (handler.height + 1, 0, handler.scopes);
            let goes_on = self.block(NESTING - 1);
            self.leave(goes_on);
        }
    }

    /// Closes all scopes and leaves the function, if the code goes on at all.
    fn leave(&mut self, goes_on: bool) {
        if !goes_on {
            return;
        }
        while self.scopes > 0 {
            self.close_scope();
        }
        let catalogue = self.shared.catalogue;
        match self.shared.random.pick(&catalogue.returns) {
            Some(row) => {
                self.plain(row);
            }
            None => {
                // A table without `return`: the function never ends.
                if let Some(row) = self.shared.random.pick(&catalogue.jumps) {
                    let top = self.label();
                    self.bind(top);
                    let operands = self.feed_fresh(row);
                    self.pop_inputs(row, &operands);
                    self.emit(row, operands, &[top]);
                }
            }
        }
    }

    /// Writes some statements; gives whether the code goes on after them.
    fn block(&mut self, nesting: usize) -> bool {
        for _ in 0..1 + self.shared.random.below(8) {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            if self.depth > DEEP && self.shared.catalogue.can_adjust() {
                self.adjust(self.floor.max(4));
            }
            if !self.statement(nesting) {
                return false;
            }
        }
        true
    }

    fn statement(&mut self, nesting: usize) -> bool {
        let catalogue = self.shared.catalogue;
        if nesting < NESTING && self.shared.random.once_in(12) {
            return self.region(nesting);
        }
        let Some(index) = self.shared.random.pick(&catalogue.statements) else { return true };
        let row = Self::row(index);
        if row.returns && self.scopes > 0 || nesting >= NESTING && (row.scope > 0 || !row.jumps.is_empty()) {
            return true;
        }
        if row.enters.is_some() && self.callees().is_empty() {
            return true;
        }
        if row.scope > 0 {
            return self.scope(index, nesting);
        }
        if !row.jumps.is_empty() {
            return if self.shared.random.once_in(3) {
                self.backward(index, nesting)
            } else {
                self.forward(index, nesting)
            };
        }
        if row.falls_through {
            return self.plain(index);
        }
        if nesting > 0 {
            return self.plain(index);
        }
        // Leaves for certain: only where something decides whether to come here.
        match self.shared.random.pick(&catalogue.conditionals) {
            Some(condition) if catalogue.can_adjust() => self.guarded(condition, index),
            _ => true,
        }
    }

    /// One instruction with its inputs.
    fn plain(&mut self, index: usize) -> bool {
        let operands = self.feed(index);
        self.pop_inputs(index, &operands);
        self.depth += Self::row(index).outputs.len();
        self.emit(index, operands, &[]);
        Self::row(index).falls_through
    }

    /// A condition around an instruction that leaves the block.
    fn guarded(&mut self, condition: usize, leaving: usize) -> bool {
        self.branch(condition, |writer| writer.plain(leaving))
    }

    /// An instruction that jumps ahead over a block.
    fn forward(&mut self, index: usize, nesting: usize) -> bool {
        self.branch(index, |writer| writer.block(nesting + 1))
    }

    fn branch(&mut self, index: usize, inner: impl FnOnce(&mut Self) -> bool) -> bool {
        let row = Self::row(index);
        let operands = self.feed(index);
        self.pop_inputs(index, &operands);
        let base = self.depth;
        let labels: Vec<Label> = row.jumps.iter().map(|_| self.label()).collect();
        self.emit(index, operands, &labels);
        self.depth = base + row.outputs.len();
        let goes_on = row.falls_through && inner(self);
        self.meet(base, row, &labels, 0, goes_on);
        true
    }

    /// Binds the labels of `row` from `first` on, one after the other, each at its own depth.
    fn meet(&mut self, base: usize, row: &InstructionInfo, labels: &[Label], first: usize, mut goes_on: bool) {
        for (label, (_, outputs)) in labels.iter().zip(row.jumps).skip(first) {
            let wanted = base + outputs.len();
            if goes_on {
                self.adjust(wanted);
            } else {
                self.depth = wanted;
            }
            self.bind(*label);
            goes_on = true;
        }
    }

    /// A loop that `index` closes, with a way out at its top if it cannot go on.
    fn backward(&mut self, index: usize, nesting: usize) -> bool {
        let row = Self::row(index);
        let outputs = row.jumps[0].1.len();
        if self.depth < self.floor + outputs {
            return true;
        }
        let (top, top_depth) = (self.label(), self.depth);
        self.bind(top);
        let catalogue = self.shared.catalogue;
        let way_out = if row.falls_through { None } else { self.shared.random.pick(&catalogue.conditionals) };
        let mut out = None;
        if let Some(condition) = way_out {
            let operands = self.feed(condition);
            self.pop_inputs(condition, &operands);
            let base = self.depth;
            let condition_row = Self::row(condition);
            let labels: Vec<Label> = condition_row.jumps.iter().map(|_| self.label()).collect();
            self.emit(condition, operands, &labels);
            self.depth = base + condition_row.outputs.len();
            out = Some((base, condition_row, labels));
        }
        let mut goes_on = self.block(nesting + 1);
        if goes_on {
            self.adjust(top_depth - outputs);
            let operands = self.feed_fresh(index);
            self.pop_inputs(index, &operands);
            let base = self.depth;
            let mut labels: Vec<Label> = row.jumps.iter().map(|_| self.label()).collect();
            labels[0] = top;
            self.emit(index, operands, &labels);
            self.depth = base + row.outputs.len();
            self.meet(base, row, &labels, 1, row.falls_through);
            goes_on = row.falls_through || labels.len() > 1;
        }
        match out {
            Some((base, condition_row, labels)) => {
                self.meet(base, condition_row, &labels, 0, goes_on);
                true
            }
            None => goes_on,
        }
    }

    /// A block in a scope of its own.
    fn scope(&mut self, index: usize, nesting: usize) -> bool {
        self.plain(index);
        self.scopes += 1;
        let goes_on = self.block(nesting + 1);
        if goes_on {
            self.close_scope();
        } else {
            self.scopes -= 1;
        }
        goes_on
    }

    fn close_scope(&mut self) {
        let catalogue = self.shared.catalogue;
        if let Some(closer) = self.shared.random.pick(&catalogue.closers) {
            self.plain(closer);
        }
        self.scopes -= 1;
    }

    /// A block with a handler; the handler is written at the end of the function.
    fn region(&mut self, nesting: usize) -> bool {
        let height = self.floor + self.shared.random.below(self.depth - self.floor + 1);
        let outer = std::mem::replace(&mut self.floor, height);
        let (start, scopes) = (self.code.len(), self.scopes);
        let goes_on = self.block(nesting + 1);
        self.floor = outer;
        let end = self.code.len();
        if start < end && !self.regions.iter().any(|other| (other.start, other.end) == (start, end)) {
            let handler = Handler { start, end, label: self.label(), height, scopes };
            self.regions.push(handler);
            self.handlers.push(handler);
        }
        goes_on
    }

    /// Brings the stack to `depth` values.
    fn adjust(&mut self, depth: usize) {
        let catalogue = self.shared.catalogue;
        while self.depth > depth {
            match self.shared.random.pick(&catalogue.poppers) {
                Some(popper) => {
                    let operands = self.operands(popper, &[]);
                    self.depth -= 1;
                    self.emit(popper, operands, &[]);
                }
                None => return,
            }
        }
        while self.depth < depth {
            self.produce(Type::ANY);
        }
    }

    fn row(index: usize) -> &'static InstructionInfo {
        &I::table().instructions[index]
    }

    fn label(&mut self) -> Label {
        self.labels.push(0);
        self.labels.len() - 1
    }

    fn bind(&mut self, label: Label) {
        self.labels[label] = self.code.len();
    }

    /// Encodes an instruction; `labels` are the targets of its jumps, in the order of the row's.
    fn emit(&mut self, index: usize, operands: Vec<Operand>, labels: &[Label]) {
        // Operands were made for the row, so they fit it.
        let Ok(op) = I::from_operands(index, &operands) else { return };
        self.shared.rows[index] += 1;
        if !labels.is_empty() {
            let jumps = Self::row(index).jumps.iter().map(|(operand, _)| *operand);
            let targets = jumps.zip(labels.iter().copied()).collect();
            self.fixups.push(Fixup { pc: self.code.len(), instruction: index, operands, targets });
        }
        I::encode(&op, &mut self.code);
    }

    fn finish(mut self) -> (Vec<u8>, Vec<Region>) {
        let position = |labels: &[usize], label: Label| u32::try_from(labels[label]).unwrap_or(u32::MAX);
        for mut fixup in std::mem::take(&mut self.fixups) {
            for (operand, label) in &fixup.targets {
                fixup.operands[*operand] = Operand::Index(position(&self.labels, *label));
            }
            if let Ok(op) = I::from_operands(fixup.instruction, &fixup.operands) {
                let mut bytes = Vec::new();
                I::encode(&op, &mut bytes);
                self.code[fixup.pc..fixup.pc + bytes.len()].copy_from_slice(&bytes);
            }
        }
        let small = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let region = |handler: &Handler| Region {
            start: small(handler.start),
            end: small(handler.end),
            target: position(&self.labels, handler.label),
            height: small(handler.height),
        };
        let mut regions: Vec<Region> = self.regions.iter().map(region).collect();
        regions.sort_by_key(|region| (region.start, Reverse(region.end)));
        (self.code, regions)
    }
}
