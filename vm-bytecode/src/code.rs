//! One writer of code: ops, labels, regions and source lines in, a function's code out.
//!
//! Under the builder, the assembler and the generator of programs, which differ in what they write and in how they
//! report what is wrong. Targets are labels until the end, when every label has its place.

use crate::isa::{InstructionSet, Operand, OperandError};
use crate::module::{Line, Region};
use opforge_core::OperandKind;
use std::cmp::Reverse;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

/// A place in a function that jumps and regions name, before its position is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    writer: u64,
    index: u32,
}

/// An operand of an instruction that can jump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildOperand {
    /// Any operand but a target or a list of them.
    Value(Operand),
    /// A target.
    Label(Label),
    /// A list of targets.
    Labels(Vec<Label>),
}

/// How many lists of targets a function has at most: an operand says which one it names in 16 bits.
const MAX_LISTS: usize = 1 << 16;

/// Writes the code of one function.
#[derive(Debug)]
pub struct CodeWriter<I> {
    id: u64,
    bytes: Vec<u8>,
    /// Position of each label, once bound.
    labels: Vec<Option<u32>>,
    fixups: Vec<Fixup>,
    lists: Vec<ListDraft>,
    guards: Vec<Guard>,
    lines: Vec<Line>,
    set: PhantomData<fn() -> I>,
}

/// An instruction that stands in the code with all its targets 0.
#[derive(Debug)]
struct Fixup {
    pc: usize,
    length: usize,
    instruction: usize,
    operands: Vec<FixupOperand>,
}

/// An operand of an instruction whose targets are not known yet.
#[derive(Clone, Copy, Debug)]
enum FixupOperand {
    Value(Operand),
    Label(Label),
}

/// A list of targets, and the instruction that names it.
#[derive(Debug)]
struct ListDraft {
    pc: usize,
    labels: Vec<Label>,
}

/// A region whose labels may have no place yet.
#[derive(Clone, Copy, Debug)]
struct Guard {
    start: Label,
    end: Label,
    target: Label,
    height: u32,
}

/// What a writer has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// The instructions, in stack form.
    pub bytes: Vec<u8>,
    /// The lists of targets that they name, in their order.
    pub target_lists: Vec<Vec<u32>>,
    /// What exception handlers guard: by start, the longer first.
    pub regions: Vec<Region>,
    /// Positions in the source, by pc; the files are numbered as the caller numbers them.
    pub lines: Vec<Line>,
}

/// Why a label cannot be bound or placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelProblem {
    /// It is of another writer.
    Foreign,
    /// It is bound a second time.
    BoundTwice,
    /// It is used and was never bound.
    Unbound,
}

/// What is wrong with the code as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeProblem {
    /// A label that something names. **Units:** the position in bytes.
    Label(usize, LabelProblem),
    /// An op that its operands do not make. **Units:** the position in bytes.
    Operand(usize, OperandError),
    /// An instruction that changes its length with its target. **Units:** the position in bytes.
    UnstableLength(usize),
}

impl<I: InstructionSet> CodeWriter<I> {
    /// Begins with nothing.
    pub fn new() -> Self {
        // Tells the labels of one writer from those of another; never seen from outside.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            bytes: Vec::new(),
            labels: Vec::new(),
            fixups: Vec::new(),
            lists: Vec::new(),
            guards: Vec::new(),
            lines: Vec::new(),
            set: PhantomData,
        }
    }

    /// The position of the next instruction. **Units:** bytes.
    pub fn pc(&self) -> usize {
        self.bytes.len()
    }

    /// Appends an op. Its targets, if any, are positions; a list of targets is one that was [appended](Self::list) before.
    pub fn op(&mut self, op: &I::Op) {
        I::encode(op, &mut self.bytes);
    }

    /// Appends the op of the instruction with that index in the table.
    ///
    /// # Errors
    /// An [`OperandError`] if the operands make no op; nothing is appended then.
    pub fn row(&mut self, instruction: usize, operands: &[BuildOperand]) -> Result<(), OperandError> {
        Self::check_labels(instruction, operands)?;
        let (pc, mut lists) = (self.pc(), Vec::new());
        let numbered = operands.iter().map(|operand| match operand {
            BuildOperand::Value(value) => FixupOperand::Value(*value),
            BuildOperand::Label(label) => FixupOperand::Label(*label),
            BuildOperand::Labels(labels) => {
                lists.push(ListDraft { pc, labels: labels.clone() });
                FixupOperand::Value(index(self.lists.len() + lists.len() - 1))
            }
        });
        let operands: Vec<FixupOperand> = numbered.collect();
        if !lists.is_empty() && self.lists.len() + lists.len() > MAX_LISTS {
            return Err(OperandError::TooManyLists);
        }
        let placed: Vec<Operand> = operands.iter().map(|operand| operand.placed(0)).collect();
        self.op(&I::from_operands(instruction, &placed)?);
        self.lists.extend(lists);
        if operands.iter().any(|operand| matches!(operand, FixupOperand::Label(_))) {
            let length = self.pc() - pc;
            self.fixups.push(Fixup { pc, length, instruction, operands });
        }
        Ok(())
    }

    /// Labels stand only where the row has targets, lists of them only where it has lists.
    fn check_labels(instruction: usize, operands: &[BuildOperand]) -> Result<(), OperandError> {
        let Some(info) = I::table().instructions.get(instruction) else { return Ok(()) };
        let wrong = info.operands.iter().zip(operands).find(|(info, given)| match given {
            BuildOperand::Value(_) => false,
            BuildOperand::Label(_) => info.kind != OperandKind::Target,
            BuildOperand::Labels(_) => info.kind != OperandKind::Targets,
        });
        match wrong {
            Some((operand, _)) => {
                let (mnemonic, kind) = (info.mnemonic, operand.kind);
                Err(OperandError::WrongLabels { mnemonic, operand: operand.name, kind })
            }
            None => Ok(()),
        }
    }

    /// Appends a list of targets for the op that comes next, and returns which one it is: an operand of that op.
    pub fn list(&mut self, labels: &[Label]) -> u32 {
        self.lists.push(ListDraft { pc: self.pc(), labels: labels.to_vec() });
        clamp(self.lists.len() - 1)
    }

    /// A new label, to be bound to its place.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        // More than 2³² labels do not fit in memory.
        Label { writer: self.id, index: (self.labels.len() - 1) as u32 }
    }

    /// A label at a position that is known. **Units:** bytes.
    pub fn label_at(&mut self, position: usize) -> Label {
        let label = self.label();
        self.labels[label.index as usize] = Some(clamp(position));
        label
    }

    /// Binds a label to the next instruction.
    ///
    /// # Errors
    /// [`LabelProblem::Foreign`] or [`LabelProblem::BoundTwice`]; nothing is bound then.
    pub fn bind(&mut self, label: Label) -> Result<(), LabelProblem> {
        let pc = clamp(self.pc());
        match self.labels.get_mut(label.index as usize).filter(|_| label.writer == self.id) {
            None => Err(LabelProblem::Foreign),
            Some(Some(_)) => Err(LabelProblem::BoundTwice),
            Some(place) => {
                *place = Some(pc);
                Ok(())
            }
        }
    }

    /// Where a label stands. **Units:** bytes.
    ///
    /// # Errors
    /// [`LabelProblem::Foreign`] or [`LabelProblem::Unbound`].
    pub fn position(&self, label: Label) -> Result<u32, LabelProblem> {
        match self.labels.get(label.index as usize).filter(|_| label.writer == self.id) {
            None => Err(LabelProblem::Foreign),
            Some(None) => Err(LabelProblem::Unbound),
            Some(Some(position)) => Ok(*position),
        }
    }

    /// Guards the instructions from `start` to `end`, exclusive, with the handler at `target`, which is entered with the
    /// lowest `height` values of the stack and the error on top.
    pub fn guard(&mut self, start: Label, end: Label, target: Label, height: u32) {
        self.guards.push(Guard { start, end, target, height });
    }

    /// Says that what follows comes from that line of the file that the caller numbers so. Lines count from 1; line 0
    /// says that it is not known where what follows comes from.
    pub fn line(&mut self, file: u32, line: u32) {
        let pc = clamp(self.pc());
        self.lines.pop_if(|last| last.pc == pc);
        let line = if line == 0 { Line::unknown(pc) } else { Line { pc, file, line } };
        // Before the first line nothing is known anyway.
        if !self.lines.last().copied().unwrap_or(Line::unknown(0)).says_the_same(line) {
            self.lines.push(line);
        }
    }

    /// Writes the targets, their lists and the regions. What is wrong is returned beside; the targets concerned are 0.
    pub fn finish(mut self) -> (Code, Vec<CodeProblem>) {
        let mut problems = Vec::new();
        for fixup in std::mem::take(&mut self.fixups) {
            self.fix(&fixup, &mut problems);
        }
        let lists = std::mem::take(&mut self.lists).into_iter().map(|ListDraft { pc, labels }| {
            labels.into_iter().map(|label| self.placed(label, pc, &mut problems)).collect()
        });
        let target_lists = lists.collect();
        let end_of_code = self.pc();
        let mut regions: Vec<Region> = Vec::new();
        for Guard { start, end, target, height } in std::mem::take(&mut self.guards) {
            let [start, end, target] = [start, end, target].map(|label| self.placed(label, end_of_code, &mut problems));
            regions.push(Region { start, end, target, height });
        }
        // What several targets of an instruction have in common is said once.
        problems.dedup();
        regions.sort_by_key(|region| (region.start, Reverse(region.end)));
        // A line after the last instruction says nothing.
        self.lines.retain(|line| (line.pc as usize) < end_of_code);
        (Code { bytes: self.bytes, target_lists, regions, lines: self.lines }, problems)
    }

    fn fix(&mut self, fixup: &Fixup, problems: &mut Vec<CodeProblem>) {
        let mut operands = Vec::new();
        for operand in &fixup.operands {
            let position = match operand {
                FixupOperand::Value(_) => 0,
                FixupOperand::Label(label) => self.placed(*label, fixup.pc, problems),
            };
            operands.push(operand.placed(position));
        }
        match I::from_operands(fixup.instruction, &operands) {
            Err(error) => problems.push(CodeProblem::Operand(fixup.pc, error)),
            Ok(op) => {
                let mut bytes = Vec::with_capacity(fixup.length);
                I::encode(&op, &mut bytes);
                match self.bytes.get_mut(fixup.pc..fixup.pc + bytes.len()) {
                    Some(place) if bytes.len() == fixup.length => place.copy_from_slice(&bytes),
                    _ => problems.push(CodeProblem::UnstableLength(fixup.pc)),
                }
            }
        }
    }

    /// Where a label stands; a problem at `pc` and 0 if it stands nowhere.
    fn placed(&self, label: Label, pc: usize, problems: &mut Vec<CodeProblem>) -> u32 {
        self.position(label).unwrap_or_else(|problem| {
            problems.push(CodeProblem::Label(pc, problem));
            0
        })
    }
}

impl<I: InstructionSet> Default for CodeWriter<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl FixupOperand {
    fn placed(self, position: u32) -> Operand {
        match self {
            Self::Value(operand) => operand,
            Self::Label(_) => Operand::Index(position),
        }
    }
}

/// The operand that names the thing of that number.
fn index(number: usize) -> Operand {
    Operand::Index(clamp(number))
}

/// Positions beyond 32 bits become one that the verifier refuses.
fn clamp(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
