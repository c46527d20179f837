//! What folding left of a pattern → the parts of an instruction: which value stands in which field, and which are kept out
//! of the frame.

use super::lines::{Given, NotFusible};
use super::row::{number_field, operand_field};
use super::walk::{Constant, Folder, Live};
use crate::model::Instruction;
use opforge_core::fold::Source;
use opforge_core::slot_form::{Field, List, OperandSource, PartInput, PartOutputs, RowForm, SlotPart};
use opforge_core::{Depth, Operand, Slot};
use std::collections::BTreeMap;

/// What a field stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key<'a> {
    Local(Slot),
    /// A value that the pattern finds on the stack, by its home.
    Found(Slot),
    /// The home that an instruction of the pattern writes.
    Written(usize),
    Number(usize),
    Named(&'a str),
}

pub(super) struct Parts<'a, 'f> {
    pub(super) set: &'a [Instruction],
    pub(super) rows: &'f [RowForm],
    pub(super) folder: &'f Folder<'a>,
    pub(super) places: &'f BTreeMap<&'a str, usize>,
    pub(super) live: &'f Live,
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
    pub(super) fn make(&self, last: usize) -> Result<(Vec<Field>, Vec<SlotPart>), NotFusible> {
        let written = &self.folder.written;
        // A row that jumps writes its outputs in place, by each exit as it likes.
        let in_place =
            |index: usize| written[index].row.as_ref().is_some_and(|(row, _)| !self.set[*row].flow.jumps.is_empty());
        let kept: Vec<Option<usize>> =
            (0..written.len()).map(|index| self.last_use(index).filter(|_| !in_place(index))).collect();
        let mut fields = Fields::default();
        let mut parts: Vec<SlotPart> = Vec::new();
        for (index, instruction) in written.iter().enumerate() {
            let (first, count) = instruction.outputs;
            let mut field = |form| {
                let key = if self.position(first).is_none() { Key::Local(first) } else { Key::Written(index) };
                fields.get(key, form)
            };
            let outputs = match (count, kept[index]) {
                (0, _) => PartOutputs::None,
                (1, Some(_)) => {
                    let spilled = (index + 1..written.len()).any(|later| self.spills(later, index));
                    PartOutputs::Kept(spilled.then(|| field(Field::Slot)))
                }
                (1, None) if !in_place(index) => PartOutputs::Slot(field(Field::Slot)),
                (count, _) => PartOutputs::Slots(field(Field::Slots(count))),
            };
            if let Some(row) = self.splits(index) {
                return Err(NotFusible {
                    line: last,
                    message: format!("the pattern takes one of several results of `{}` by itself", row.name),
                    also: None,
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
            parts.push(SlotPart { row, inputs, kinds: List::default(), outputs, operands, spills });
        }
        Ok((fields.fields, parts))
    }

    /// Whether instruction `index` may leave while what `earlier` put into a home is on the stack.
    fn spills(&self, index: usize, earlier: usize) -> bool {
        let (written, at) = (&self.folder.written[earlier], &self.folder.written[index]);
        let (slot, _) = written.outputs;
        let Some(position) = self.position(slot) else { return false };
        let leaves =
            at.row.as_ref().is_some_and(|(row, _)| matches!(&self.rows[*row], RowForm::Runs(runs) if runs.leaves));
        // It is at home, or another position's value is still there.
        let at_home = position < at.depth && !at.away.iter().any(|away| away.position == position);
        let named = at_home || at.away.iter().any(|away| away.source == Source::Slot(slot));
        leaves && named && at.block == written.block && self.writer(index, slot) == Some(earlier)
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

    /// The position whose home is that slot; `None` of a local.
    fn position(&self, slot: Slot) -> Option<Depth> {
        slot.index().checked_sub(self.folder.locals.len()).map(|position| Depth(position as u32))
    }

    /// The instruction that wrote the home slot `slot` last before `index`.
    fn writer(&self, index: usize, slot: Slot) -> Option<usize> {
        (0..index).rev().find(|writer| self.folder.written[*writer].writes(slot))
    }

    /// For a home that only later instructions of its block need: the last of them.
    fn last_use(&self, index: usize) -> Option<usize> {
        let written = &self.folder.written[index];
        let (slot, count) = written.outputs;
        let position = self.position(slot).filter(|_| count == 1)?;
        // What folding alone takes from the stack in the end, no instruction shows.
        let later = self.folder.written.get(index + 1..).unwrap_or_default();
        later.iter().any(|later| later.base.is_some_and(|base| base <= position)).then_some(())?;
        let mut last = index;
        for (later, other) in self.folder.written.iter().enumerate().skip(index + 1) {
            if other.block != written.block {
                break;
            }
            if other.inputs.contains(&Source::Slot(slot)) {
                last = later;
            }
            if other.writes(slot) {
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
        match input {
            Source::Const(Constant::Literal(value)) => PartInput::Literal(value),
            Source::Const(Constant::Variable(number)) => {
                let field = number_field(self.folder.numbers[number].1);
                PartInput::Number(fields.get(Key::Number(number), field))
            }
            Source::Slot(slot) if self.position(slot).is_none() => {
                PartInput::Slot(fields.get(Key::Local(slot), Field::Slot))
            }
            Source::Slot(slot) => {
                // What is kept out of the frame does not reach other blocks, though it may stand nearest: a jump led past it.
                let block = |index: usize| self.folder.written[index].block;
                let reaches = |writer: usize| kept[writer].is_none() || block(writer) == block(index);
                let mut writers = (0..index).rev().filter(|writer| self.folder.written[*writer].writes(slot));
                match writers.find(|writer| reaches(*writer)) {
                    Some(writer) if kept[writer].is_some() && self.folder.written[writer].outputs.1 == 1 => {
                        PartInput::Part(writer)
                    }
                    Some(writer) => PartInput::Slot(fields.get(Key::Written(writer), Field::Slot)),
                    None => PartInput::Slot(fields.get(Key::Found(slot), Field::Slot)),
                }
            }
        }
    }

    fn operands(
        &self,
        index: usize,
        row: usize,
        operands: &[Given<'a>],
        last: usize,
        fields: &mut Fields<'a>,
    ) -> Result<Vec<OperandSource>, NotFusible> {
        let kinds = self.set[row].operands.iter().map(|operand| operand.kind);
        kinds
            .zip(operands)
            .map(|(kind, operand)| match operand {
                Given::Literal(value) => {
                    let literal = Operand::of_kind(kind, *value).ok_or_else(|| NotFusible {
                        line: last,
                        message: format!("`{value}` is no `{}`", kind.name()),
                        also: None,
                        help: "write a number of that kind, or a name: `n`".into(),
                    });
                    literal.map(OperandSource::Literal)
                }
                // A local that the row itself reads is named as stack form does, not as slots are: a field of its own.
                Given::Name(name) => Ok(OperandSource::Field(fields.get(Key::Named(name), operand_field(kind)))),
                Given::Label(label) => {
                    let target = self.places.get(label).copied().unwrap_or(0);
                    if target > 0 && target <= index {
                        return Err(NotFusible {
                            line: last,
                            message: format!("`@{label}` is jumped back to, but is not where the pattern begins"),
                            also: None,
                            help: format!("make `@{label}` the first line"),
                        });
                    }
                    Ok(OperandSource::Label(target))
                }
            })
            .collect()
    }
}
