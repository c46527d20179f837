//! Writes the code of one generated function: blocks within blocks, the stack and scopes counted.
//!
//! The writer keeps for each value on the stack, and for each slot, the kind that it most likely has, so that most
//! programs get far before they trap. The kinds are guesses; only depths must be right for a program to verify.

mod feed;
mod flow;
mod hazards;
mod sequence;
mod straight;

use super::catalogue::Catalogue;
use super::code_counts::CodeCounts;
use super::random::Random;
use super::sequences::Sequence;
use opforge::bytecode::{Code, CodeWriter};
use opforge::metadata::InstructionInfo;
use opforge::{BuildOperand, Constant, Function, InstructionSet, Kind, Label, Operand, OperandKind};

/// What the functions of a module share while they are written.
pub(super) struct Shared<'a> {
    pub(super) random: &'a mut Random,
    pub(super) catalogue: &'a Catalogue,
    pub(super) sequences: &'a [Sequence],
    /// What `Func` operands name: imports, then the module's functions.
    pub(super) callables: &'a [Callable],
    /// How many of them are imports.
    pub(super) imports: usize,
    pub(super) constants: &'a mut Vec<Constant>,
    pub(super) globals: usize,
    pub(super) shape: &'a mut CodeCounts,
}

/// What a function takes and returns, if its code keeps to it.
#[derive(Clone, Debug)]
pub(super) struct Callable {
    pub(super) params: Vec<Kind>,
    pub(super) result: Kind,
}

/// Deeper stacks than this are cut.
const DEEP: usize = 24;
/// Blocks within blocks.
const NESTING: usize = 4;

/// Writes function `index` of a module.
pub(super) fn write_function<I: InstructionSet>(shared: &mut Shared<'_>, index: usize, name: String) -> Function {
    let Callable { params, result } = shared.callables[shared.imports + index].clone();
    let many = if shared.random.once_in(25) { 40 } else { 5 };
    let locals = 2 + shared.random.below(many);
    let mut slots = params.clone();
    slots.extend((0..locals).map(|_| shared.random.kind()));
    let budget = 7 + shared.random.below(22);
    let mut writer = Writer::<I> {
        index,
        result,
        slots,
        reserved: Vec::new(),
        budget,
        shared,
        code: CodeWriter::new(),
        regions: Vec::new(),
        handlers: Vec::new(),
        stack: Vec::new(),
        floor: 0,
        scopes: 0,
        guards: 0,
        nested: 0,
    };
    writer.body(params.len());
    let code = writer.finish();
    Function {
        name,
        params: (0..params.len()).map(|slot| format!("p{slot}")).collect(),
        locals: (0..locals).map(|slot| format!("v{slot}")).collect(),
        code: code.bytes,
        target_lists: code.target_lists,
        regions: code.regions,
        lines: Vec::new(),
    }
}

/// The kind that a value has in most runs; `None` if that is anyone's guess.
type Guess = Option<Kind>;

/// Where a jump goes, and what the stack holds then.
type Exit = (Label, Vec<Guess>);

/// A handler that is not written yet.
#[derive(Clone)]
struct Handler {
    start: usize,
    end: usize,
    label: Label,
    /// What it finds on the stack, the error excepted.
    stack: Vec<Guess>,
    scopes: usize,
}

struct Writer<'a, 's, I: InstructionSet> {
    index: usize,
    /// The kind that the function should return.
    result: Kind,
    /// The kinds of parameters and locals.
    slots: Vec<Kind>,
    /// Slots that a loop counts in; what is written within it mostly leaves them alone.
    reserved: Vec<usize>,
    /// How many statements may still be written.
    budget: usize,
    shared: &'a mut Shared<'s>,
    code: CodeWriter<I>,
    regions: Vec<Handler>,
    /// Those of `regions` whose handlers are to come.
    handlers: Vec<Handler>,
    stack: Vec<Guess>,
    /// Values below this belong to an outer block that needs them.
    floor: usize,
    scopes: usize,
    /// How many regions are being written.
    guards: usize,
    /// How many expressions within each other are being written.
    nested: usize,
}

impl<I: InstructionSet> Writer<'_, '_, I> {
    /// The main block, then the handlers, which may have handlers in turn.
    fn body(&mut self, params: usize) {
        if !self.shared.random.once_in(15) {
            self.initialise(params);
        }
        let continues = self.block(0);
        self.leave(continues);
        while let Some(handler) = self.handlers.pop() {
            self.bind(handler.label);
            self.stack = handler.stack;
            self.stack.push(None);
            (self.floor, self.scopes, self.guards) = (0, handler.scopes, 0);
            let continues = self.block(NESTING - 1);
            self.leave(continues);
        }
    }

    /// Gives most locals a value of their kind.
    fn initialise(&mut self, params: usize) {
        for slot in params..self.slots.len() {
            if let Some(setter) = self.shared.random.pick(&self.shared.catalogue.setters) {
                self.produce_new(Some(self.slots[slot]));
                self.on_stack(setter, vec![index_operand(slot)]);
            }
        }
    }

    /// Closes all scopes and leaves the function, if the code continues at all.
    fn leave(&mut self, continues: bool) {
        if !continues {
            self.unreached();
            return;
        }
        while self.scopes > 0 {
            self.close_scope();
        }
        if self.shared.random.once_in(2) {
            self.show_slots();
        }
        match self.return_row() {
            Some(row) => {
                self.plain(row);
            }
            None => self.never_return(),
        }
    }

    /// The end of a function in a table without `return`: it raises a value, or never ends.
    fn never_return(&mut self) {
        let catalogue = self.shared.catalogue;
        if let Some(row) = self.shared.random.pick(&catalogue.raises) {
            self.plain(row);
        } else if let Some(row) = self.shared.random.pick(&catalogue.jumps) {
            let top = self.label();
            self.bind(top);
            let operands = self.feed_fresh(row);
            self.flow(row, operands, &[vec![top]]);
        }
    }

    /// A row that returns what the function should return.
    fn return_row(&mut self) -> Option<usize> {
        let catalogue = self.shared.catalogue;
        let nil = self.result == Kind::Nil;
        let fits = |row: &&usize| Self::row(**row).inputs.is_empty() == nil;
        let fitting: Vec<usize> = catalogue.returns.iter().filter(fits).copied().collect();
        let any = fitting.is_empty() || self.shared.random.once_in(100);
        self.shared.random.pick(if any { &catalogue.returns } else { &fitting })
    }

    /// Writes some statements; returns whether the code continues after them.
    fn block(&mut self, nesting: usize) -> bool {
        let least = if nesting == 0 { 6 } else { 1 };
        for _ in 0..least + self.shared.random.below(8) {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            if self.depth() > DEEP && self.shared.catalogue.can_adjust() {
                self.adjust(self.floor.max(4).min(self.depth()));
            }
            if !self.statement(nesting) {
                self.unreached();
                return false;
            }
        }
        true
    }

    fn statement(&mut self, nesting: usize) -> bool {
        let nests = nesting < NESTING;
        match self.shared.random.below(100) {
            0..=7 if nests => self.region(nesting),
            8..=12 if nests => self.counted(nesting),
            13..=21 => self.sequence(nesting),
            22..=37 => {
                let reads = 2 + self.shared.random.below(5);
                self.pending(reads, nesting)
            }
            38 if self.shared.random.once_in(2) => {
                let reads = 33 + self.shared.random.below(12);
                self.pending(reads, nesting)
            }
            39..=44 => self.call(),
            45..=56 => self.assignment(),
            57..=59 if self.guards > 0 || self.shared.random.once_in(8) => self.fault(nesting),
            _ => self.any_row(nesting),
        }
    }

    /// A statement made of some row, each as likely as the others.
    fn any_row(&mut self, nesting: usize) -> bool {
        let catalogue = self.shared.catalogue;
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
            // What jumps back on any condition makes loops without end, most of the time.
            return if self.shared.random.once_in(12) {
                self.backward(index, nesting)
            } else {
                self.forward(index, nesting)
            };
        }
        if row.falls_through {
            return self.plain(index);
        }
        // Not too often, or nobody gets far.
        if self.shared.random.once_in(2) { self.leaving(index, nesting) } else { true }
    }

    /// An instruction that ends the block, where something decides whether to come here.
    fn leaving(&mut self, index: usize, nesting: usize) -> bool {
        if nesting > 0 && self.shared.random.once_in(3) {
            return self.plain(index);
        }
        match self.shared.random.pick(&self.shared.catalogue.conditionals) {
            Some(condition) if self.shared.catalogue.can_adjust() => {
                self.branch(condition, |writer| writer.plain(index))
            }
            _ => true,
        }
    }

    fn row(index: usize) -> &'static InstructionInfo {
        &I::table().instructions[index]
    }

    fn depth(&self) -> usize {
        self.stack.len()
    }

    fn label(&mut self) -> Label {
        self.code.label()
    }

    /// New labels for the jumps of a row: one for a target, for a list some, of which it may name one again.
    fn labels(&mut self, index: usize) -> Vec<Vec<Label>> {
        let row = Self::row(index);
        let mut all = Vec::new();
        for (operand, _) in row.jumps {
            let is_list = row.operands[*operand].kind == OperandKind::Targets;
            let count = if is_list { self.shared.random.below(4) } else { 1 };
            let mut labels: Vec<Label> = (0..count).map(|_| self.label()).collect();
            if is_list && self.shared.random.once_in(3) {
                labels.extend(self.shared.random.pick(&labels));
            }
            all.push(labels);
        }
        all
    }

    fn bind(&mut self, label: Label) {
        // Each label is this writer's, and bound once.
        let _ = self.code.bind(label);
    }

    /// Writes an instruction; `labels` are the targets of its jumps, in the order of the row's: of a list any number.
    fn emit(&mut self, index: usize, operands: Vec<Operand>, labels: &[Vec<Label>]) {
        let row = Self::row(index);
        let mut operands: Vec<BuildOperand> = operands.into_iter().map(BuildOperand::Value).collect();
        for ((operand, _), labels) in row.jumps.iter().zip(labels) {
            operands[*operand] = match labels[..] {
                [label] if row.operands[*operand].kind == OperandKind::Target => BuildOperand::Label(label),
                _ => BuildOperand::Labels(labels.clone()),
            };
            self.shared.shape.loops |= labels.iter().any(|label| self.code.position(*label).is_ok());
        }
        // Operands were made for the row, so they fit it.
        if self.code.row(index, &operands).is_ok() {
            self.shared.shape.note(index, row);
        }
    }

    fn finish(mut self) -> Code {
        self.shared.shape.regions |= !self.regions.is_empty();
        for handler in std::mem::take(&mut self.regions) {
            let [start, end] = [handler.start, handler.end].map(|position| self.code.label_at(position));
            let height = u32::try_from(handler.stack.len()).unwrap_or(u32::MAX);
            self.code.guard(start, end, handler.label, height);
        }
        self.code.finish().0
    }
}

fn index_operand(index: usize) -> Operand {
    Operand::Index(u32::try_from(index).unwrap_or(u32::MAX))
}
