//! The check that every piece of slot code passes before it runs: one pass over its words and one over its tables.
//!
//! It proves what the fast engine's memory accesses rest on, whatever lowering did: every instruction is one that the
//! table has and is whole; every slot is one of the frame's; every index names something; every jump goes to an
//! instruction; the last instruction does not go on; a call's arguments and result are within the frame; frame maps name
//! slots and positions of the frame.

use super::instructions::Constant;
use super::lowered::Lowered;
use super::word::Reader;
use crate::metadata::Table;
use crate::module::Module;
use crate::verify::Facts;
use opforge_core::fold::Source;
use opforge_core::slot_form::{BuiltIn, Field, OperandSource, PartInput, SlotOp, SlotTable};
use opforge_core::{Kind, OperandKind};

/// Whether the code is right.
pub(super) fn validate(
    code: &Lowered,
    slots: &'static SlotTable,
    table: &Table,
    module: &Module,
    facts: &Facts,
) -> bool {
    let checker = Checker { code, slots, table, module, frame: facts.frame_slots(), locals: facts.slots, facts };
    checker.all().is_some()
}

struct Checker<'a> {
    code: &'a Lowered,
    slots: &'static SlotTable,
    table: &'a Table,
    module: &'a Module,
    frame: usize,
    locals: usize,
    facts: &'a Facts,
}

/// Something if the condition holds.
fn holds(condition: bool) -> Option<()> {
    condition.then_some(())
}

impl Checker<'_> {
    fn all(&self) -> Option<()> {
        let length = self.code.words.len();
        let mut starts = vec![false; length];
        let mut targets: Vec<i64> = Vec::new();
        let mut at = 0;
        let mut goes_on = true;
        while at < length {
            starts[at] = true;
            let reader = Reader::new(&self.code.words, at);
            let code = reader.code()?;
            let size = match BuiltIn::from_code(code).filter(|code| *code != BuiltIn::Cold) {
                Some(code) => {
                    goes_on = code != BuiltIn::Exit;
                    self.built_in(code, reader)?;
                    code.words()
                }
                None => {
                    let op = self.slots.op(code, reader.field(0)?)?;
                    goes_on = self.falls_through(op);
                    self.op(op, reader, at, &mut targets)?;
                    op.words()
                }
            };
            at += size;
        }
        // Every instruction is whole, and the last one leaves.
        holds(at == length && length > 0 && !goes_on)?;
        let is_start = |word: i64| usize::try_from(word).ok().and_then(|word| starts.get(word).copied()) == Some(true);
        holds(targets.into_iter().all(is_start))?;
        holds(self.code.entries.iter().all(|entry| is_start(entry.word.into())))?;
        let ordered = self.code.entries.is_sorted_by(|a, b| a.pc < b.pc && a.word < b.word);
        let leaves = &self.code.leaves;
        let in_order = leaves.is_sorted_by(|a, b| (a.word, a.part) < (b.word, b.part));
        holds(ordered && in_order && leaves.iter().all(|leave| is_start(leave.word.into())))?;
        self.maps()
    }

    fn maps(&self) -> Option<()> {
        for leave in &self.code.leaves {
            holds(leave.depth as usize <= self.facts.max_depth)?;
            let first = leave.first as usize;
            for away in self.code.aways.get(first..first + usize::from(leave.count))? {
                holds(away.position < leave.depth)?;
                match away.source {
                    Source::Slot(slot) => self.slot(slot)?,
                    Source::Const(Constant::Pool(constant)) => self.constant(constant)?,
                    Source::Const(Constant::Scalar(_)) => {}
                }
            }
        }
        Some(())
    }

    fn slot(&self, slot: u16) -> Option<()> {
        holds(usize::from(slot) < self.frame)
    }

    fn constant(&self, constant: u16) -> Option<()> {
        holds(usize::from(constant) < self.module.constants.len())
    }

    fn falls_through(&self, op: &SlotOp) -> bool {
        let last = op.parts.last().and_then(|part| part.row).and_then(|row| self.table.instructions.get(row));
        last.is_none_or(|row| row.falls_through) || op.labels().any(|(_, label)| label == op.parts.len())
    }

    fn built_in(&self, code: BuiltIn, reader: Reader<'_>) -> Option<()> {
        match code {
            BuiltIn::Nop => Some(()),
            BuiltIn::Move | BuiltIn::Exchange => {
                self.slot(reader.slot(0)?)?;
                self.slot(reader.slot(1)?)
            }
            BuiltIn::Load => {
                self.slot(reader.slot(0)?)?;
                let tag = reader.field(1)?;
                let scalars = [Kind::Nil, Kind::Bool, Kind::Int, Kind::Float];
                let payload = reader.wide(2)?;
                let fits = tag != Kind::Bool as u16 || payload <= 1;
                holds(fits && scalars.iter().any(|kind| *kind as u16 == tag))
            }
            BuiltIn::LoadPool => {
                self.slot(reader.slot(0)?)?;
                self.constant(reader.field(1)?)
            }
            BuiltIn::Exit => holds(u32::from(reader.field(0)?) < self.facts.entry.exits),
            BuiltIn::Cold => None,
        }
    }

    fn op(&self, op: &SlotOp, reader: Reader<'_>, at: usize, targets: &mut Vec<i64>) -> Option<()> {
        let offsets: Vec<usize> = op.offsets().collect();
        for (field, offset) in op.fields.iter().zip(&offsets) {
            let run = |length: usize| holds(usize::from(reader.slot(*offset)?) + length <= self.frame);
            match *field {
                Field::Slot => self.slot(reader.slot(*offset)?)?,
                Field::Slots(length) => run(length)?,
                Field::Group(count) => run(usize::from(reader.field(*offsets.get(count)?)?))?,
                Field::Operand(kind) => self.operand(kind, reader.field(*offset)?)?,
                Field::Target => targets.push(at as i64 + i64::from(reader.distance(*offset)?)),
                Field::Int16 => holds(reader.field(*offset).is_some())?,
                Field::Int | Field::Float => holds(reader.wide(*offset).is_some())?,
            }
        }
        self.call(op, reader, &offsets)
    }

    fn operand(&self, kind: OperandKind, index: u16) -> Option<()> {
        let index = usize::from(index);
        match kind {
            OperandKind::Local => holds(index < self.locals),
            OperandKind::Func | OperandKind::Block => holds(index < self.module.callable_count()),
            OperandKind::Const => holds(index < self.module.constants.len()),
            OperandKind::Global => holds(index < self.module.globals.len()),
            OperandKind::Count | OperandKind::Count8 => Some(()),
            OperandKind::Int | OperandKind::I16 | OperandKind::Float | OperandKind::Target => None,
        }
    }

    /// The arguments of a call are as many as the function takes, and there is a slot for the result.
    fn call(&self, op: &SlotOp, reader: Reader<'_>, offsets: &[usize]) -> Option<()> {
        for part in op.parts.iter() {
            let Some(row) = part.row.and_then(|row| self.table.instructions.get(row)) else { continue };
            let Some((function, group)) = row.enters else { continue };
            let field = |operand: &OperandSource| match operand {
                OperandSource::Field(field) => reader.field(*offsets.get(*field)?),
                _ => None,
            };
            let callee = field(part.operands.get(function)?)?;
            let count = field(part.operands.get(row.inputs.get(group)?.count?)?)?;
            let PartInput::Group(first) = part.inputs.get(group)? else { return None };
            let first = reader.slot(*offsets.get(*first)?)?;
            let (_, arity) = self.module.callable(usize::from(callee))?;
            holds(arity == usize::from(count))?;
            self.slot(first)?;
        }
        Some(())
    }
}
