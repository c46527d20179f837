//! One function under construction.

use super::error::BuildProblem;
use crate::instruction_set::{InstructionSet, Operand};
use crate::module::{Function, Line, Region};
use crate::registers::Rows;
use std::cmp::Reverse;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

/// A place in a function that jumps and regions name, before its position is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    builder: u64,
    index: u32,
}

/// An operand of an instruction that can jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildOperand {
    /// Any operand but a target.
    Value(Operand),
    /// A target.
    Label(Label),
}

/// Builds a function of the instruction set `I`.
///
/// The generated trait `Build` gives it a method per instruction, named as in assembly; where `FunctionBuilder` has a
/// method of that name itself, an underscore follows, as in `push_`.
#[derive(Debug)]
pub struct FunctionBuilder<I: InstructionSet> {
    id: u64,
    function: Function,
    files: Vec<String>,
    /// Position of each label, once bound.
    labels: Vec<Option<usize>>,
    fixups: Vec<Fixup>,
    catches: Vec<(Label, Label, Label, u32)>,
    pub(super) problems: Vec<BuildProblem>,
    /// The rows that register form is stored with, once it was used.
    pub(super) rows: Option<Rows>,
    set: PhantomData<fn() -> I>,
}

/// An instruction that stands in the code with all its targets 0.
#[derive(Debug)]
struct Fixup {
    pc: usize,
    length: usize,
    instruction: usize,
    operands: Vec<BuildOperand>,
}

impl<I: InstructionSet> FunctionBuilder<I> {
    /// Begins a function.
    pub fn new(name: impl Into<String>) -> Self {
        // Tells the labels of one builder from those of another; never seen from outside.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            function: Function { name: name.into(), ..Function::default() },
            files: Vec::new(),
            labels: Vec::new(),
            fixups: Vec::new(),
            catches: Vec::new(),
            problems: Vec::new(),
            rows: None,
            set: PhantomData,
        }
    }

    /// Its name.
    pub(super) fn name(&self) -> String {
        self.function.name.clone()
    }

    /// Declares the next parameter and gives its slot. Parameters come before locals.
    pub fn param(&mut self, name: impl Into<String>) -> u16 {
        let slot = self.function.params.len();
        let name = name.into();
        if !self.function.locals.is_empty() {
            self.problems.push(BuildProblem::LateParameter(name.clone()));
        }
        self.function.params.push(name);
        self.slot(slot)
    }

    /// Declares the next local and gives its slot. It starts as nil.
    pub fn local(&mut self, name: impl Into<String>) -> u16 {
        let slot = self.function.slot_count();
        self.function.locals.push(name.into());
        self.slot(slot)
    }

    fn slot(&mut self, slot: usize) -> u16 {
        u16::try_from(slot).unwrap_or_else(|_| {
            self.problem_once(BuildProblem::TooMany("slots"));
            u16::MAX
        })
    }

    fn problem_once(&mut self, problem: BuildProblem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// The position of the next instruction. **Units:** bytes.
    pub fn pc(&self) -> usize {
        self.function.code.len()
    }

    /// Appends an op. Its targets, if any, are positions.
    pub fn push(&mut self, op: I::Op) -> &mut Self {
        I::encode(&op, &mut self.function.code);
        self
    }

    /// Appends the op of the instruction with that index in the table, its targets given as labels.
    pub fn push_jump(&mut self, instruction: usize, operands: &[BuildOperand]) -> &mut Self {
        let pc = self.pc();
        let placed: Vec<Operand> = operands.iter().map(|operand| operand.placed(0)).collect();
        match I::from_operands(instruction, &placed) {
            Ok(op) => {
                I::encode(&op, &mut self.function.code);
                let length = self.pc() - pc;
                self.fixups.push(Fixup { pc, length, instruction, operands: operands.to_vec() });
            }
            Err(error) => {
                let function = self.function.name.clone();
                self.problems.push(BuildProblem::Operand { function, pc, error });
            }
        }
        self
    }

    /// A new label, to be bound to its place.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        // More than 2³² labels do not fit in memory.
        Label { builder: self.id, index: (self.labels.len() - 1) as u32 }
    }

    /// Binds a label to the next instruction.
    pub fn bind(&mut self, label: Label) -> &mut Self {
        let (pc, function) = (self.pc(), self.function.name.clone());
        match self.labels.get_mut(label.index as usize).filter(|_| label.builder == self.id) {
            None => self.problems.push(BuildProblem::ForeignLabel { function, pc }),
            Some(Some(_)) => self.problems.push(BuildProblem::BoundTwice { function, pc }),
            Some(place) => *place = Some(pc),
        }
        self
    }

    /// A new label, bound to the next instruction.
    pub fn here(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    /// Says that what follows comes from that line of the source. Lines count from 1.
    pub fn line(&mut self, file: &str, line: u32) -> &mut Self {
        let index = self.files.iter().position(|known| known == file).unwrap_or_else(|| {
            self.files.push(file.to_owned());
            self.files.len() - 1
        });
        let pc = clamp(self.pc());
        let lines = &mut self.function.lines;
        if lines.last().is_some_and(|last| last.pc == pc) {
            lines.pop();
        }
        lines.push(Line { pc, file: clamp(index), line });
        self
    }

    /// Guards the instructions from `start` to `end`, exclusive: what they raise goes to `target`, which is entered with
    /// the lowest `height` values of the stack and the error on top.
    pub fn catch(&mut self, start: Label, end: Label, target: Label, height: u32) -> &mut Self {
        self.catches.push((start, end, target, height));
        self
    }

    /// Writes the targets and regions. Gives the function and the files that its lines name.
    pub(super) fn finish(mut self, problems: &mut Vec<BuildProblem>) -> (Function, Vec<String>) {
        for fixup in std::mem::take(&mut self.fixups) {
            self.fix(&fixup);
        }
        for (start, end, target, height) in std::mem::take(&mut self.catches) {
            let [start, end, target] = [start, end, target].map(|label| clamp(self.position(label, self.pc())));
            self.function.regions.push(Region { start, end, target, height });
        }
        self.function.regions.sort_by_key(|region| (region.start, Reverse(region.end)));
        let code_bytes = self.pc();
        // A line after the last instruction says nothing.
        self.function.lines.retain(|line| (line.pc as usize) < code_bytes);
        problems.append(&mut self.problems);
        (self.function, self.files)
    }

    fn fix(&mut self, fixup: &Fixup) {
        let mut operands = Vec::new();
        for operand in &fixup.operands {
            let position = match operand {
                BuildOperand::Value(_) => 0,
                BuildOperand::Label(label) => self.position(*label, fixup.pc),
            };
            operands.push(operand.placed(clamp(position)));
        }
        let function = || self.function.name.clone();
        match I::from_operands(fixup.instruction, &operands) {
            Err(error) => {
                self.problems.push(BuildProblem::Operand { function: function(), pc: fixup.pc, error });
            }
            Ok(op) => {
                let mut bytes = Vec::with_capacity(fixup.length);
                I::encode(&op, &mut bytes);
                match self.function.code.get_mut(fixup.pc..fixup.pc + bytes.len()) {
                    Some(place) if bytes.len() == fixup.length => place.copy_from_slice(&bytes),
                    _ => self.problems.push(BuildProblem::UnstableLength { function: function(), pc: fixup.pc }),
                }
            }
        }
    }

    /// Where a label stands; a problem at `pc` if it stands nowhere.
    fn position(&mut self, label: Label, pc: usize) -> usize {
        let function = || self.function.name.clone();
        if label.builder != self.id {
            self.problems.push(BuildProblem::ForeignLabel { function: function(), pc });
            return 0;
        }
        match self.labels.get(label.index as usize) {
            Some(Some(position)) => *position,
            _ => {
                self.problems.push(BuildProblem::UnboundLabel { function: function(), pc });
                0
            }
        }
    }
}

impl BuildOperand {
    fn placed(self, position: u32) -> Operand {
        match self {
            Self::Value(operand) => operand,
            Self::Label(_) => Operand::Index(position),
        }
    }
}

/// Positions beyond 32 bits become one that the verifier refuses.
fn clamp(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
