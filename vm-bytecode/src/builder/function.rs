//! One function under construction.

use super::error::BuildProblem;
use crate::code::{BuildOperand, CodeProblem, CodeWriter, Label, LabelProblem};
use crate::isa::{InstructionSet, OperandError};
use crate::module::Function;
use crate::registers::Rows;

/// Builds a function of the instruction set `I`.
///
/// The generated trait `Build` adds a method per instruction, named as in assembly; where `FunctionBuilder` has a
/// method of that name itself, an underscore follows, as in `push_`.
#[derive(Debug)]
pub struct FunctionBuilder<I: InstructionSet> {
    /// Names of the function and its slots; its code is in `code`.
    function: Function,
    files: Vec<String>,
    code: CodeWriter<I>,
    pub(super) problems: Vec<BuildProblem>,
    /// The rows that register form is stored with, once it was used.
    pub(super) rows: Option<Rows>,
}

impl<I: InstructionSet> FunctionBuilder<I> {
    /// Begins a function.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            function: Function { name: name.into(), ..Function::default() },
            files: Vec::new(),
            code: CodeWriter::new(),
            problems: Vec::new(),
            rows: None,
        }
    }

    /// Its name.
    pub(super) fn name(&self) -> String {
        self.function.name.clone()
    }

    /// Declares the next parameter and returns its slot. Parameters come before locals.
    pub fn param(&mut self, name: impl Into<String>) -> u16 {
        let slot = self.function.params.len();
        let name = name.into();
        if !self.function.locals.is_empty() {
            self.problems.push(BuildProblem::LateParameter(name.clone()));
        }
        self.function.params.push(name);
        self.slot(slot)
    }

    /// Declares the next local and returns its slot. It starts as nil.
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
        self.code.pc()
    }

    /// Appends an op. Its targets, if any, are positions; a list of targets is one that was [appended](Self::target_list)
    /// before.
    pub fn push(&mut self, op: I::Op) -> &mut Self {
        self.code.op(&op);
        self
    }

    /// Appends the op of the instruction with that index in the table, its targets given as labels.
    pub fn push_jump(&mut self, instruction: usize, operands: &[BuildOperand]) -> &mut Self {
        let pc = self.pc();
        match self.code.row(instruction, operands) {
            Ok(()) => {}
            Err(OperandError::TooManyLists) => self.problem_once(BuildProblem::TooMany("lists of targets")),
            Err(error) => self.problems.push(BuildProblem::Operand { function: self.name(), pc, error }),
        }
        self
    }

    /// Appends a list of targets for the op that comes next, and returns which one it is: an operand of that op.
    pub fn target_list(&mut self, labels: &[Label]) -> u16 {
        u16::try_from(self.code.list(labels)).unwrap_or_else(|_| {
            self.problem_once(BuildProblem::TooMany("lists of targets"));
            u16::MAX
        })
    }

    /// A new label, to be bound to its place.
    pub fn label(&mut self) -> Label {
        self.code.label()
    }

    /// Binds a label to the next instruction.
    pub fn bind(&mut self, label: Label) -> &mut Self {
        if let Err(problem) = self.code.bind(label) {
            let problem = label_problem(self.name(), self.pc(), problem);
            self.problems.push(problem);
        }
        self
    }

    /// A new label, bound to the next instruction.
    pub fn here(&mut self) -> Label {
        self.code.label_at(self.code.pc())
    }

    /// Says that what follows comes from that line of the source. Lines count from 1; line 0 of any file says that it is
    /// not known where what follows comes from.
    pub fn line(&mut self, file: &str, line: u32) -> &mut Self {
        if line == 0 {
            self.code.line(0, 0);
            return self;
        }
        let index = self.files.iter().position(|known| known == file).unwrap_or_else(|| {
            self.files.push(file.to_owned());
            self.files.len() - 1
        });
        self.code.line(u32::try_from(index).unwrap_or(u32::MAX), line);
        self
    }

    /// Guards the instructions from `start` to `end`, exclusive: what they raise goes to `target`, which is entered with
    /// the lowest `height` values of the stack and the error on top.
    pub fn catch(&mut self, start: Label, end: Label, target: Label, height: u32) -> &mut Self {
        self.code.guard(start, end, target, height);
        self
    }

    /// Writes the targets and regions. Returns the function and the files that its lines name.
    pub(super) fn finish(mut self, problems: &mut Vec<BuildProblem>) -> (Function, Vec<String>) {
        problems.append(&mut self.problems);
        let (code, wrong) = self.code.finish();
        let name = || self.function.name.clone();
        problems.extend(wrong.into_iter().map(|problem| match problem {
            CodeProblem::Label(pc, problem) => label_problem(name(), pc, problem),
            CodeProblem::Operand(pc, error) => BuildProblem::Operand { function: name(), pc, error },
            CodeProblem::UnstableLength(pc) => BuildProblem::UnstableLength { function: name(), pc },
        }));
        let (target_lists, regions, lines) = (code.target_lists, code.regions, code.lines);
        (Function { code: code.bytes, target_lists, regions, lines, ..self.function }, self.files)
    }
}

fn label_problem(function: String, pc: usize, problem: LabelProblem) -> BuildProblem {
    match problem {
        LabelProblem::Foreign => BuildProblem::ForeignLabel { function, pc },
        LabelProblem::BoundTwice => BuildProblem::BoundTwice { function, pc },
        LabelProblem::Unbound => BuildProblem::UnboundLabel { function, pc },
    }
}
