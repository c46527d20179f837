//! Folds the lines of a pattern: what is left are instructions over locals, homes and constants.

use super::lines::{Labels, Line, NotFusible, can_be_folded};
use crate::model::{Instruction, PatternOperand};
use opforge_core::fold::{Consumed, Fold, Sink, Source};
use opforge_core::slot_form::{ConstantForm, RowForm};
use opforge_core::{Depth, OperandKind, Scalar, Slot};
use std::collections::BTreeMap;

/// A constant of a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Constant {
    Literal(Scalar),
    /// By index in [`Folder::numbers`].
    Variable(usize),
}

/// An instruction that folding wrote.
#[derive(Clone, Debug)]
pub(super) struct Written<'a> {
    /// The line it comes from, and its row; `None` for a copy.
    pub(super) row: Option<(usize, Vec<&'a PatternOperand>)>,
    pub(super) inputs: Vec<Source<Constant>>,
    /// The first slot that it writes, and how many.
    pub(super) outputs: (Slot, usize),
    /// The block it stands in.
    pub(super) block: usize,
    /// How many values are on the stack before it.
    pub(super) depth: Depth,
    pub(super) exchanges: bool,
}

impl Written<'_> {
    /// Whether it writes that slot.
    pub(super) fn writes(&self, slot: Slot) -> bool {
        let (first, count) = self.outputs;
        (first.index()..first.index() + count).contains(&slot.index())
    }
}

pub(super) struct Folder<'a> {
    pub(super) numbers: Vec<(&'a str, OperandKind)>,
    pub(super) locals: Vec<&'a str>,
    pub(super) written: Vec<Written<'a>>,
    pub(super) block: usize,
}

impl Sink<Constant> for Folder<'_> {
    fn copy(&mut self, to: Slot, from: Source<Constant>) {
        let (inputs, block) = (vec![from], self.block);
        self.written.push(Written { row: None, inputs, outputs: (to, 1), block, depth: Depth(0), exchanges: false });
    }

    fn exchange(&mut self, a: Slot, _: Slot) {
        self.written.push(Written {
            row: None,
            inputs: Vec::new(),
            outputs: (a, 1),
            block: self.block,
            depth: Depth(0),
            exchanges: true,
        });
    }

    fn redirect(&mut self, to: Slot) {
        if let Some(last) = self.written.last_mut() {
            last.outputs.0 = to;
        }
    }
}

pub(super) struct Walk<'a, 'p> {
    pub(super) set: &'a [Instruction],
    pub(super) rows: &'a [RowForm],
    pub(super) lines: &'p [Line<'a>],
    pub(super) labels: &'p Labels<'a>,
}

/// For each block, the depth at its end: what lies below it is needed later.
pub(super) type Live = Vec<Depth>;
/// The written instruction that each line begins with; one more for the end.
type Places = Vec<usize>;

impl<'a> Walk<'a, '_> {
    pub(super) fn fold(&self, folder: &mut Folder<'a>) -> Result<(BTreeMap<&'a str, usize>, Live), NotFusible> {
        let mut fold = Fold::new(u16::try_from(folder.locals.len()).unwrap_or(u16::MAX), true);
        let mut depths: BTreeMap<&str, Depth> = BTreeMap::new();
        let mut live = Live::new();
        let mut places = Places::new();
        fold.begin(self.needs(), Depth(0));
        for (index, line) in self.lines.iter().enumerate() {
            for label in self.labels.iter().filter(|(_, at)| **at == index).map(|(label, _)| *label) {
                fold.flush(folder);
                if folder.block == live.len() {
                    live.push(fold.depth());
                }
                folder.block = live.len();
                let depth = depths.get(label).copied().unwrap_or(fold.depth());
                fold.begin(depth, Depth(0));
            }
            places.push(folder.written.len());
            self.line(line, &mut fold, folder)?;
            let row = &self.set[line.row];
            if !row.flow.jumps.is_empty() {
                live.push(fold.depth());
                folder.block = live.len();
                for jump in &row.flow.jumps {
                    if let Some(PatternOperand::Label(label)) = line.operands.get(*jump) {
                        let base = fold.depth().minus(row.outputs.len() as u32).unwrap_or_default();
                        let depth = base.plus(row.outputs_at(*jump).len() as u32);
                        depths.entry(label).or_insert(depth);
                    }
                }
                fold.begin(fold.depth(), Depth(0));
            }
        }
        places.push(folder.written.len());
        // What is away at the end stays so: the function's folding continues from there.
        live.push(fold.depth());
        let away_reads: Vec<Slot> = fold
            .away()
            .iter()
            .filter_map(|away| match away.source {
                Source::Slot(slot) => Some(slot),
                Source::Const(_) => None,
            })
            .filter(|slot| slot.index() >= folder.locals.len())
            .collect();
        if !away_reads.is_empty() {
            return Err(NotFusible {
                line: self.lines.last().map_or(0, |line| line.line),
                message: "the pattern leaves a value twice on the stack".into(),
                help: "end it before the `Dup`, or after both are used".into(),
            });
        }
        let labels = self.labels.iter().map(|(label, at)| (*label, places[*at])).collect();
        Ok((labels, live))
    }

    /// How many values the pattern finds on the stack.
    fn needs(&self) -> Depth {
        let (mut depth, mut least) = (0i64, 0i64);
        for line in self.lines {
            let row = &self.set[line.row];
            depth -= row.inputs.len() as i64;
            least = least.min(depth);
            depth += row.outputs.len() as i64;
        }
        Depth(least.unsigned_abs() as u32)
    }

    fn line(&self, line: &Line<'a>, fold: &mut Fold<Constant>, folder: &mut Folder<'a>) -> Result<(), NotFusible> {
        let row = &self.set[line.row];
        let local = |operand: usize, folder: &Folder<'a>| match line.operands.get(operand) {
            Some(PatternOperand::Variable(name)) => {
                Slot(folder.locals.iter().position(|local| local == name).unwrap_or(0) as u16)
            }
            _ => Slot(0),
        };
        match &self.rows[line.row] {
            RowForm::GetLocal(operand) => fold.get(local(*operand, folder), folder),
            RowForm::SetLocal(operand) => fold.set(local(*operand, folder), folder),
            RowForm::Shuffle(outputs) => fold.shuffle(row.inputs.len() as u32, outputs, folder),
            RowForm::Constant(ConstantForm::Literal(value)) => fold.constant(Constant::Literal(*value), folder),
            RowForm::Constant(ConstantForm::Operand(operand)) => {
                let constant = self.number(line, *operand, folder)?;
                fold.constant(constant, folder);
            }
            RowForm::Constant(ConstantForm::Pool(_)) => {
                return Err(self.refuse(line, "takes a constant of the module", "write `LoadInt` or `LoadFloat`"));
            }
            form @ RowForm::Runs(_) if can_be_folded(row, form) => {
                self.run(line, fold, folder);
            }
            _ => {
                let why = "does more than compute and jump";
                let help = format!("end the pattern before `{}`", row.name);
                return Err(self.refuse(line, why, &help));
            }
        }
        Ok(())
    }

    fn refuse(&self, line: &Line<'_>, why: &str, help: &str) -> NotFusible {
        let message = format!("`{}` cannot be fused: it {why}", self.set[line.row].name);
        NotFusible { line: line.line, message, help: help.into() }
    }

    fn number(&self, line: &Line<'a>, operand: usize, folder: &mut Folder<'a>) -> Result<Constant, NotFusible> {
        let kind = self.set[line.row].operands[operand].kind;
        match line.operands.get(operand) {
            Some(PatternOperand::Literal(Scalar::Int(value))) if kind == OperandKind::Float => {
                Ok(Constant::Literal(Scalar::Float(*value as f64)))
            }
            Some(PatternOperand::Literal(value)) => Ok(Constant::Literal(*value)),
            Some(PatternOperand::Variable(name)) => {
                let known = folder.numbers.iter().position(|(number, _)| number == name);
                Ok(Constant::Variable(known.unwrap_or_else(|| {
                    folder.numbers.push((name, kind));
                    folder.numbers.len() - 1
                })))
            }
            _ => Err(self.refuse(line, "takes a place as a number", "write a name: `n`")),
        }
    }

    fn run(&self, line: &Line<'a>, fold: &mut Fold<Constant>, folder: &mut Folder<'a>) {
        let row = &self.set[line.row];
        let (inputs, outputs) = (row.inputs.len() as u32, row.outputs.len() as u32);
        let jumps = !row.flow.jumps.is_empty();
        if jumps {
            let pushes = outputs > 0 || row.exits.iter().any(|(_, outputs)| !outputs.is_empty());
            fold.before_jump(inputs, pushes, folder);
        }
        let mut operands: Vec<Consumed<Constant>> = Vec::new();
        let depth = fold.depth();
        fold.prepare(inputs, folder);
        fold.apply(inputs, outputs, !jumps, &mut operands);
        let first = fold.home(fold.depth().minus(outputs).unwrap_or_default());
        let most = row.exits.iter().map(|(_, outputs)| outputs.len()).chain([row.outputs.len()]).max().unwrap_or(0);
        folder.written.push(Written {
            row: Some((line.row, line.operands.clone())),
            inputs: operands.iter().map(|operand| operand.source).collect(),
            outputs: (first, most),
            block: folder.block,
            depth,
            exchanges: false,
        });
    }
}
