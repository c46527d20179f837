//! The slot form of a fusion: its pattern, folded.
//!
//! The values that the pattern finds on the stack are at home when it begins, as far as folding it goes; at run time they
//! may be in any slot, or constants. Locals are numbered as the pattern names them.

use super::row::operand_field;
use crate::check::mnemonic;
use crate::model::{Fusion, Instruction, PatternOperand, PatternPart};
use opforge_core::fold::{Consumed, Fold, Sink, Source};
use opforge_core::slot_form::{
    ConstantForm, Field, OperandSource, PartInput, PartOutputs, RowForm, SequenceOperand, SlotOp, SlotPart,
};
use opforge_core::{Operand, OperandKind, Scalar};
use std::collections::BTreeMap;

/// Why a pattern is no instruction of slot form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotFusible {
    /// Index of the line; of the last one for the pattern as a whole.
    pub(crate) line: usize,
    /// What is wrong with it.
    pub(crate) message: String,
    /// What to write instead.
    pub(crate) help: String,
}

/// A constant of a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Constant {
    Literal(Scalar),
    /// By index in [`Folder::numbers`].
    Variable(usize),
}

/// A line of the pattern, sequences spread out.
struct Line<'a> {
    line: usize,
    row: usize,
    operands: Vec<&'a PatternOperand>,
}

/// An instruction that folding wrote.
#[derive(Clone, Debug)]
struct Written<'a> {
    /// The line it comes from, and its row; `None` for a copy.
    row: Option<(usize, Vec<&'a PatternOperand>)>,
    inputs: Vec<Source<Constant>>,
    /// The first slot that it writes, and how many.
    outputs: (u16, usize),
    /// The block it stands in.
    block: usize,
    /// How many values are on the stack before it.
    depth: u32,
    exchanges: bool,
}

struct Folder<'a> {
    numbers: Vec<(&'a str, OperandKind)>,
    locals: Vec<&'a str>,
    written: Vec<Written<'a>>,
    block: usize,
}

impl Sink<Constant> for Folder<'_> {
    fn copy(&mut self, to: u16, from: Source<Constant>) {
        let (inputs, block) = (vec![from], self.block);
        self.written.push(Written { row: None, inputs, outputs: (to, 1), block, depth: 0, exchanges: false });
    }

    fn exchange(&mut self, a: u16, _: u16) {
        self.written.push(Written {
            row: None,
            inputs: Vec::new(),
            outputs: (a, 1),
            block: self.block,
            depth: 0,
            exchanges: true,
        });
    }

    fn redirect(&mut self, to: u16) {
        if let Some(last) = self.written.last_mut() {
            last.outputs.0 = to;
        }
    }
}

/// The instruction of a fusion; `index` is the fusion's.
///
/// # Errors
/// What keeps the pattern from being one.
pub(super) fn slot_op(
    set: &[Instruction],
    rows: &[RowForm],
    fusion: &Fusion,
    index: usize,
) -> Result<SlotOp, NotFusible> {
    let (lines, labels) = flatten(set, rows, fusion)?;
    let locals = locals(set, &lines)?;
    both_ways(set, rows, &lines)?;
    let mut folder = Folder { numbers: Vec::new(), locals, written: Vec::new(), block: 0 };
    let walk = Walk { set, rows, lines: &lines, labels: &labels };
    let (places, live) = walk.fold(&mut folder)?;
    let last = fusion.pattern.len().saturating_sub(1);
    let whole = |message: &str, help: &str| NotFusible { line: last, message: message.into(), help: help.into() };
    if folder.written.iter().any(|written| written.exchanges) {
        return Err(whole(
            "the pattern leaves values exchanged on the stack",
            "end it where nothing is exchanged, or add another `Swap`",
        ));
    }
    if folder.written.len() < 2 {
        let help = format!("remove `Fuse(name: \"{}\", …)`", fusion.name);
        return Err(whole("folding alone makes one instruction of it", &help));
    }
    let parts = Parts { set, folder: &folder, places: &places, live: &live };
    let (fields, parts) = parts.make(last)?;
    let name = mnemonic(&fusion.name).into();
    Ok(SlotOp { name, fields: fields.into(), parts: parts.into(), fusion: Some(index), cold: fusion.cold })
}

type Labels<'a> = BTreeMap<&'a str, usize>;

/// The pattern's rows with sequences spread out, and the line that each label stands before.
fn flatten<'a>(
    set: &'a [Instruction],
    rows: &[RowForm],
    fusion: &'a Fusion,
) -> Result<(Vec<Line<'a>>, Labels<'a>), NotFusible> {
    let (mut lines, mut labels) = (Vec::new(), Labels::new());
    for (line, part) in fusion.pattern.iter().enumerate() {
        match part {
            PatternPart::Label(label) => {
                labels.insert(label, lines.len());
            }
            PatternPart::Instruction(id, operands) => {
                let operands: Vec<&PatternOperand> = operands.iter().collect();
                match &rows[id.0] {
                    RowForm::Sequence(parts) => {
                        for part in parts.iter() {
                            let operands = part.operands.iter().map(|operand| match operand {
                                SequenceOperand::Row(index) => operands.get(*index).copied().ok_or(()),
                                SequenceOperand::Literal(_) => Err(()),
                            });
                            let operands = operands.collect::<Result<_, _>>().map_err(|()| NotFusible {
                                line,
                                message: format!("`{}` is a sequence with numbers of its own", set[id.0].name),
                                help: format!("write the parts of `{}`", set[id.0].name),
                            })?;
                            lines.push(Line { line, row: part.row, operands });
                        }
                    }
                    _ => lines.push(Line { line, row: id.0, operands }),
                }
            }
        }
    }
    Ok((lines, labels))
}

/// The names that stand for locals, in order.
fn locals<'a>(set: &[Instruction], lines: &[Line<'a>]) -> Result<Vec<&'a str>, NotFusible> {
    let mut locals = Vec::new();
    for line in lines {
        for (operand, given) in set[line.row].operands.iter().zip(&line.operands) {
            match given {
                PatternOperand::Variable(name)
                    if operand.kind == OperandKind::Local && !locals.contains(&name.as_str()) =>
                {
                    locals.push(name.as_str());
                }
                PatternOperand::Literal(_)
                    if !matches!(operand.kind, OperandKind::Int | OperandKind::I16 | OperandKind::Float) =>
                {
                    return Err(NotFusible {
                        line: line.line,
                        message: format!("a fixed `{}` in a fusion", operand.kind.name()),
                        help: "write a name, which stands for any: `a`".into(),
                    });
                }
                _ => {}
            }
        }
    }
    Ok(locals)
}

/// Refuses a name that stands for a local which folding reads or writes and for one that a row itself does: nothing
/// would see to it that both are the same.
fn both_ways(set: &[Instruction], rows: &[RowForm], lines: &[Line<'_>]) -> Result<(), NotFusible> {
    let names = |own: bool| {
        lines.iter().filter(move |line| matches!(rows[line.row], RowForm::Runs(_)) == own).flat_map(|line| {
            let kinds = set[line.row].operands.iter().map(|operand| operand.kind);
            kinds.zip(&line.operands).filter_map(move |(kind, operand)| match operand {
                PatternOperand::Variable(name) if kind == OperandKind::Local => Some((line.line, name.as_str())),
                _ => None,
            })
        })
    };
    for (line, name) in names(true) {
        if names(false).any(|(_, other)| other == name) {
            return Err(NotFusible {
                line,
                message: format!("`{name}` is also read or written by rows that are folded away"),
                help: format!("write another name, such as `{name}_2`"),
            });
        }
    }
    Ok(())
}

struct Walk<'a, 'p> {
    set: &'a [Instruction],
    rows: &'a [RowForm],
    lines: &'p [Line<'a>],
    labels: &'p Labels<'a>,
}

/// For each block, the depth at its end: what lies below it is needed later.
type Live = Vec<u32>;
/// The written instruction that each line begins with; one more for the end.
type Places = Vec<usize>;

impl<'a> Walk<'a, '_> {
    fn fold(&self, folder: &mut Folder<'a>) -> Result<(BTreeMap<&'a str, usize>, Live), NotFusible> {
        let mut fold = Fold::new(u16::try_from(folder.locals.len()).unwrap_or(u16::MAX), true);
        let mut depths: BTreeMap<&str, u32> = BTreeMap::new();
        let mut live = Live::new();
        let mut places = Places::new();
        fold.begin(self.needs(), 0);
        for (index, line) in self.lines.iter().enumerate() {
            for label in self.labels.iter().filter(|(_, at)| **at == index).map(|(label, _)| *label) {
                fold.flush(folder);
                if folder.block == live.len() {
                    live.push(fold.depth());
                }
                folder.block = live.len();
                let depth = depths.get(label).copied().unwrap_or(fold.depth());
                fold.begin(depth, 0);
            }
            places.push(folder.written.len());
            self.line(line, &mut fold, folder)?;
            let row = &self.set[line.row];
            if !row.flow.jumps.is_empty() {
                live.push(fold.depth());
                folder.block = live.len();
                for jump in &row.flow.jumps {
                    if let Some(PatternOperand::Label(label)) = line.operands.get(*jump) {
                        let popped = row.outputs.len().abs_diff(row.outputs_at(*jump).len()) as u32;
                        let depth = if row.outputs.len() > row.outputs_at(*jump).len() {
                            fold.depth().saturating_sub(popped)
                        } else {
                            fold.depth() + popped
                        };
                        depths.entry(label).or_insert(depth);
                    }
                }
                fold.begin(fold.depth(), 0);
            }
        }
        places.push(folder.written.len());
        // What is away at the end stays so: the function's folding goes on from there.
        live.push(fold.depth());
        let away_reads: Vec<u16> = fold
            .away()
            .iter()
            .filter_map(|away| match away.source {
                Source::Slot(slot) => Some(slot),
                Source::Const(_) => None,
            })
            .filter(|slot| usize::from(*slot) >= folder.locals.len())
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
    fn needs(&self) -> u32 {
        let (mut depth, mut least) = (0i64, 0i64);
        for line in self.lines {
            let row = &self.set[line.row];
            depth -= row.inputs.len() as i64;
            least = least.min(depth);
            depth += row.outputs.len() as i64;
        }
        least.unsigned_abs() as u32
    }

    fn line(&self, line: &Line<'a>, fold: &mut Fold<Constant>, folder: &mut Folder<'a>) -> Result<(), NotFusible> {
        let row = &self.set[line.row];
        let local = |operand: usize, folder: &Folder<'a>| match line.operands.get(operand) {
            Some(PatternOperand::Variable(name)) => {
                folder.locals.iter().position(|local| local == name).unwrap_or(0) as u16
            }
            _ => 0,
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
            RowForm::Runs(runs) if !runs.home && !row.flow.returns && !row.flow.raises => {
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
        let first = fold.home(fold.depth() - outputs);
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

/// What a field stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key<'a> {
    Local(u16),
    /// A value that the pattern finds on the stack, by its home.
    Found(u16),
    /// The home that an instruction of the pattern writes.
    Written(usize),
    Number(usize),
    Named(&'a str),
}

struct Parts<'a, 'f> {
    set: &'a [Instruction],
    folder: &'f Folder<'a>,
    places: &'f BTreeMap<&'a str, usize>,
    live: &'f Live,
}

#[derive(Default)]
struct Fields<'a> {
    keys: Vec<Key<'a>>,
    fields: Vec<Field>,
}

impl<'a> Fields<'a> {
    fn get(&mut self, key: Key<'a>, field: Field) -> usize {
        if let Some(known) = self.keys.iter().position(|known| *known == key) {
            return known;
        }
        self.keys.push(key);
        self.fields.push(field);
        self.keys.len() - 1
    }
}

impl<'a> Parts<'a, '_> {
    fn make(&self, last: usize) -> Result<(Vec<Field>, Vec<SlotPart>), NotFusible> {
        let locals = self.folder.locals.len() as u16;
        let written = &self.folder.written;
        let kept: Vec<Option<usize>> = (0..written.len()).map(|index| self.last_use(index)).collect();
        let mut fields = Fields::default();
        let mut parts: Vec<SlotPart> = Vec::new();
        for (index, instruction) in written.iter().enumerate() {
            let (first, count) = instruction.outputs;
            let in_place = instruction.row.as_ref().is_some_and(|(row, _)| !self.set[*row].flow.jumps.is_empty());
            let mut field = |form| {
                let key = if first < locals { Key::Local(first) } else { Key::Written(index) };
                fields.get(key, form)
            };
            let outputs = match (count, kept[index]) {
                (0, _) => PartOutputs::None,
                (1, Some(_)) if !in_place => {
                    let spilled = (index + 1..written.len()).any(|later| self.spills(later, index));
                    PartOutputs::Kept(spilled.then(|| field(Field::Slot)))
                }
                (1, None) if !in_place => PartOutputs::Slot(field(Field::Slot)),
                (count, _) => PartOutputs::Slots(field(Field::Slots(count))),
            };
            if let Some(row) = self.splits(index) {
                return Err(NotFusible {
                    line: last,
                    message: format!("the pattern takes one of several results of `{}` by itself", row.name),
                    help: format!("end it before what takes the results of `{}`", row.name),
                });
            }
            let inputs = instruction.inputs.iter().map(|input| self.input(index, *input, &kept, &mut fields)).collect();
            let operands = match &instruction.row {
                Some((row, operands)) => self.operands(index, *row, operands, last, &mut fields)?,
                None => Vec::new(),
            };
            let operands = operands.into();
            let is_kept = |earlier: &usize| matches!(parts[*earlier].outputs, PartOutputs::Kept(Some(_)));
            let spills = (0..index).filter(is_kept).filter(|earlier| self.spills(index, *earlier)).collect();
            let row = instruction.row.as_ref().map(|(row, _)| *row);
            parts.push(SlotPart { row, inputs, outputs, operands, spills });
        }
        Ok((fields.fields, parts))
    }

    /// Whether instruction `index` may trap while what `earlier` put into a home is on the stack.
    fn spills(&self, index: usize, earlier: usize) -> bool {
        let (written, at) = (&self.folder.written[earlier], &self.folder.written[index]);
        let (slot, _) = written.outputs;
        let Some(position) = usize::from(slot).checked_sub(self.folder.locals.len()) else { return false };
        let traps = at.row.as_ref().is_some_and(|(row, _)| !self.set[*row].traps.is_empty());
        traps && at.block == written.block && at.depth as usize > position && self.writer(index, slot) == Some(earlier)
    }

    /// The row of which instruction `index` takes a result that is not the first: no field names that.
    fn splits(&self, index: usize) -> Option<&'a Instruction> {
        self.folder.written[index].inputs.iter().find_map(|input| {
            let Source::Slot(slot) = input else { return None };
            let writer = &self.folder.written[self.writer(index, *slot)?];
            let (row, _) = writer.row.as_ref()?;
            (writer.outputs.0 != *slot).then(|| &self.set[*row])
        })
    }

    /// The instruction that wrote the home slot `slot` last before `index`.
    fn writer(&self, index: usize, slot: u16) -> Option<usize> {
        (0..index).rev().find(|writer| {
            let (first, count) = self.folder.written[*writer].outputs;
            (usize::from(first)..usize::from(first) + count).contains(&usize::from(slot))
        })
    }

    /// For a home that only later instructions of its block need: the last of them.
    fn last_use(&self, index: usize) -> Option<usize> {
        let written = &self.folder.written[index];
        let (slot, count) = written.outputs;
        let locals = self.folder.locals.len();
        if count != 1 || usize::from(slot) < locals {
            return None;
        }
        let position = u32::from(slot) - locals as u32;
        let mut last = index;
        for (later, other) in self.folder.written.iter().enumerate().skip(index + 1) {
            if other.block != written.block {
                break;
            }
            if other.inputs.contains(&Source::Slot(slot)) {
                last = later;
            }
            let (first, count) = other.outputs;
            if (usize::from(first)..usize::from(first) + count).contains(&usize::from(slot)) {
                return Some(last);
            }
        }
        let survives = self.live.get(written.block).is_none_or(|depth| position < *depth);
        (!survives).then_some(last)
    }

    fn input(
        &self,
        index: usize,
        input: Source<Constant>,
        kept: &[Option<usize>],
        fields: &mut Fields<'a>,
    ) -> PartInput {
        let locals = self.folder.locals.len() as u16;
        match input {
            Source::Const(Constant::Literal(value)) => PartInput::Literal(value),
            Source::Const(Constant::Variable(number)) => {
                let field = operand_field(self.folder.numbers[number].1);
                PartInput::Number(fields.get(Key::Number(number), field))
            }
            Source::Slot(slot) if slot < locals => PartInput::Slot(fields.get(Key::Local(slot), Field::Slot)),
            Source::Slot(slot) => match self.writer(index, slot) {
                Some(writer) if kept[writer].is_some() && self.folder.written[writer].outputs.1 == 1 => {
                    PartInput::Part(writer)
                }
                Some(writer) => PartInput::Slot(fields.get(Key::Written(writer), Field::Slot)),
                None => PartInput::Slot(fields.get(Key::Found(slot), Field::Slot)),
            },
        }
    }

    fn operands(
        &self,
        index: usize,
        row: usize,
        operands: &[&'a PatternOperand],
        last: usize,
        fields: &mut Fields<'a>,
    ) -> Result<Vec<OperandSource>, NotFusible> {
        let kinds = self.set[row].operands.iter().map(|operand| operand.kind);
        kinds
            .zip(operands)
            .map(|(kind, operand)| match operand {
                PatternOperand::Literal(value) => {
                    let literal = Operand::of_kind(kind, *value).ok_or_else(|| NotFusible {
                        line: last,
                        message: format!("`{value}` is no `{}`", kind.name()),
                        help: "write a number of that kind, or a name: `n`".into(),
                    });
                    literal.map(OperandSource::Literal)
                }
                // A local that the row itself reads is named as stack form does, not as slots are: a field of its own.
                PatternOperand::Variable(name) => {
                    Ok(OperandSource::Field(fields.get(Key::Named(name), operand_field(kind))))
                }
                PatternOperand::Label(label) => {
                    let target = self.places.get(label.as_str()).copied().unwrap_or(0);
                    if target > 0 && target <= index {
                        return Err(NotFusible {
                            line: last,
                            message: format!("`@{label}` is jumped back to, but is not where the pattern begins"),
                            help: format!("make `@{label}` the first line"),
                        });
                    }
                    Ok(OperandSource::Label(target))
                }
            })
            .collect()
    }
}
