//! Folds the lines of a pattern: what is left are instructions over locals, homes and constants.

use super::depths::Depths;
use super::lines::{Given, Labels, Line, NotFusible, refuse};
use crate::model::Instruction;
use opforge_core::fold::{Away, Consumed, Fold, Sink, Source};
use opforge_core::slot_form::{ConstantForm, RowForm};
use opforge_core::{Depth, Operand, OperandKind, Scalar, Slot};
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
    pub(super) row: Option<(usize, Vec<Given<'a>>)>,
    pub(super) inputs: Vec<Source<Constant>>,
    /// The first slot that it writes, and how many.
    pub(super) outputs: (Slot, usize),
    /// The block it stands in.
    pub(super) block: usize,
    /// How many values are on the stack before it.
    pub(super) depth: Depth,
    /// How many its row leaves below its outputs; `None` of a copy, as when functions are lowered.
    pub(super) base: Option<Depth>,
    /// Which of them are not at home.
    pub(super) away: Vec<Away<Constant>>,
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
        let (depth, base, away) = (Depth(0), None, Vec::new());
        self.written.push(Written { row: None, inputs, outputs: (to, 1), block, depth, base, away, exchanges: false });
    }

    fn exchange(&mut self, a: Slot, _: Slot) {
        self.written.push(Written {
            row: None,
            inputs: Vec::new(),
            outputs: (a, 1),
            block: self.block,
            depth: Depth(0),
            base: None,
            away: Vec::new(),
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
    pub(super) depths: &'p Depths,
}

/// For each block, the depth at its end: what lies below it is needed later.
pub(super) type Live = Vec<Depth>;
/// The written instruction that each line begins with; one more for the end.
type Places = Vec<usize>;

impl<'a> Walk<'a, '_> {
    pub(super) fn fold(&self, folder: &mut Folder<'a>) -> Result<(BTreeMap<&'a str, usize>, Live), NotFusible> {
        let mut fold = Fold::new(u16::try_from(folder.locals.len()).unwrap_or(u16::MAX), true);
        let mut live = Live::new();
        let mut places = Places::new();
        // The line and the written instruction that the block begins with, if a jump or a label is before it.
        let mut leader: Option<(usize, usize)> = None;
        fold.begin(self.depths.needs(), Depth(0));
        for index in 0..=self.lines.len() {
            if self.labels.values().any(|at| *at == index) {
                fold.flush(folder);
                if folder.block == live.len() {
                    live.push(fold.depth());
                }
                folder.block = live.len();
                fold.begin(self.depths.before(index), Depth(0));
                let begins = (index, folder.written.len());
                self.is_something(leader.replace(begins), begins)?;
            }
            places.push(folder.written.len());
            let Some(line) = self.lines.get(index) else { break };
            self.line(line, &mut fold, folder)?;
            if !self.set[line.row].flow.jumps.is_empty() {
                live.push(fold.depth());
                folder.block = live.len();
                fold.begin(fold.depth(), Depth(0));
                leader = Some((index + 1, folder.written.len()));
            }
        }
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
                message: "the pattern leaves a value of the stack in another place, or twice".into(),
                also: None,
                help: "end it before the row that moves the value, or after one that takes it".into(),
            });
        }
        let labels = self.labels.iter().map(|(label, at)| (*label, places[*at])).collect();
        Ok((labels, live))
    }

    /// Refuses a block of which nothing is left: where one begins and ends, there is an instruction that does nothing.
    fn is_something(&self, before: Option<(usize, usize)>, begins: (usize, usize)) -> Result<(), NotFusible> {
        let Some((first, _)) = before.filter(|(line, written)| *line != begins.0 && *written == begins.1) else {
            return Ok(());
        };
        let (line, name) = self.lines.get(first).map_or((0, ""), |line| (line.line, &self.set[line.row].name));
        Err(NotFusible {
            line,
            message: "nothing is left of the lines from here to the next label".into(),
            also: None,
            help: format!("remove `{name}` and what follows it, or put a row that computes among them"),
        })
    }

    fn line(&self, line: &Line<'a>, fold: &mut Fold<Constant>, folder: &mut Folder<'a>) -> Result<(), NotFusible> {
        let row = &self.set[line.row];
        let local = |operand: usize, folder: &Folder<'a>| match line.operands.get(operand) {
            Some(Given::Name(name)) => Slot(folder.locals.iter().position(|local| local == name).unwrap_or(0) as u16),
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
            RowForm::Runs(_) => self.run(line, fold, folder),
            // Excluded by `check_rows`, and sequences are spread out.
            RowForm::Constant(ConstantForm::Pool(_)) | RowForm::Sequence(_) => {}
        }
        Ok(())
    }

    fn number(&self, line: &Line<'a>, operand: usize, folder: &mut Folder<'a>) -> Result<Constant, NotFusible> {
        let kind = self.set[line.row].operands[operand].kind;
        match line.operands.get(operand) {
            Some(Given::Literal(value)) => {
                Ok(Constant::Literal(Operand::of_kind(kind, *value).map_or(*value, Operand::scalar)))
            }
            Some(Given::Name(name)) => {
                let known = folder.numbers.iter().position(|(number, _)| number == name);
                Ok(Constant::Variable(known.unwrap_or_else(|| {
                    folder.numbers.push((name, kind));
                    folder.numbers.len() - 1
                })))
            }
            _ => Err(refuse(self.set, line, "takes a place as a number", "write a name: `n`")),
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
        let away = fold.away().to_vec();
        fold.apply(inputs, outputs, !jumps, &mut operands);
        let first = fold.home(fold.depth().minus(outputs).unwrap_or_default());
        let most = row.exits.iter().map(|(_, outputs)| outputs.len()).chain([row.outputs.len()]).max().unwrap_or(0);
        folder.written.push(Written {
            row: Some((line.row, line.operands.clone())),
            inputs: operands.iter().map(|operand| operand.source).collect(),
            outputs: (first, most),
            block: folder.block,
            depth,
            base: depth.minus(inputs),
            away,
            exchanges: false,
        });
    }
}
