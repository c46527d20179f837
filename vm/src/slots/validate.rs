//! The check that every piece of slot code passes before it runs: one pass over its words and one over its tables.
//!
//! It proves what the fast engine's memory accesses rest on, whatever lowering did: every instruction is one that the
//! table has and is whole; every slot is one of the frame's or of the spare ones above it; every index names something;
//! every jump goes to an instruction, and so does each target of a list; every list is whole, and an instruction names it;
//! the last instruction does not continue; a call's arguments and result are within the frame; frame maps name slots and
//! positions of the frame.

use super::error::{LowerError, LowerRule};
use super::instructions::Constant;
use super::lowered::{FrameMap, Lowered};
use super::word::Reader;
use opforge_bytecode::metadata::Table;
use opforge_bytecode::{FunctionFacts, Module};
use opforge_core::fold::Source;
use opforge_core::slot_form::{BuiltIn, Field, OperandSource, PartInput, SPARE_SLOTS, SlotOp, SlotTable};
use opforge_core::{Kind, OperandKind, OperandRole, Scalar, Slot, Word};

/// Checks the code.
///
/// # Errors
/// The first rule that it breaks, at the position in stack form that the instruction comes from.
pub(super) fn validate(
    code: &Lowered,
    slots: &'static SlotTable,
    table: &Table,
    module: &Module,
    facts: &FunctionFacts,
) -> Result<(), LowerError> {
    let frame = facts.frame_slots() + SPARE_SLOTS;
    let checker = Checker { code, slots, table, module, frame, locals: facts.slots(), facts };
    checker.words()?;
    checker.maps()
}

struct Checker<'a> {
    code: &'a Lowered,
    slots: &'static SlotTable,
    table: &'a Table,
    module: &'a Module,
    frame: usize,
    locals: usize,
    facts: &'a FunctionFacts,
}

/// The words that instructions and lists name; `None` is none of the code.
#[derive(Default)]
struct Named {
    targets: Vec<Option<Word>>,
    lists: Vec<Option<Word>>,
}

/// What an instruction breaks.
type Checked = Result<(), LowerRule>;

/// The rule is broken unless the condition holds.
fn holds(condition: bool, rule: LowerRule) -> Checked {
    if condition { Ok(()) } else { Err(rule) }
}

/// What an instruction that ends too early lacks.
fn whole<T>(field: Option<T>) -> Result<T, LowerRule> {
    field.ok_or(LowerRule::Instruction)
}

impl Checker<'_> {
    fn words(&self) -> Result<(), LowerError> {
        let length = self.code.lists.index();
        holds(length <= self.code.words.len(), LowerRule::Instruction).map_err(|rule| self.fail(Word(0), rule))?;
        let mut starts = vec![false; length];
        let mut named = Named::default();
        let mut at = Word(0);
        let mut continues = true;
        while at.index() < length {
            starts[at.index()] = true;
            let (size, falls) = self.instruction(at, &mut named).map_err(|rule| self.fail(at, rule))?;
            let next = i32::try_from(size).ok().and_then(|size| at.plus(size));
            at = next.ok_or_else(|| self.fail(at, LowerRule::Distance))?;
            continues = falls;
        }
        // Every instruction is whole, and the last one leaves.
        holds(at.index() == length && length > 0 && !continues, LowerRule::Instruction)
            .map_err(|rule| self.fail(at, rule))?;
        let is_start = |word: Word| starts.get(word.index()).copied() == Some(true);
        let lists = self.lists(&mut named.targets).map_err(|rule| self.fail(self.code.lists, rule))?;
        let placed = named.targets.into_iter().all(|target| target.is_some_and(is_start));
        named.lists.sort_unstable();
        named.lists.dedup();
        let listed = named.lists.into_iter().eq(lists.into_iter().map(Some));
        holds(placed && listed, LowerRule::Target).map_err(|rule| self.fail(Word(0), rule))?;
        let (entries, maps) = (&self.code.entries, &self.code.maps);
        let placed = entries.iter().all(|entry| is_start(entry.word)) && maps.iter().all(|map| is_start(map.word));
        let in_order = entries.is_sorted_by(|a, b| a.pc < b.pc && a.word < b.word)
            && maps.is_sorted_by(|a, b| (a.word, a.part) < (b.word, b.part));
        holds(placed && in_order, LowerRule::Order).map_err(|rule| self.fail(Word(0), rule))
    }

    /// Where the lists of targets begin, which take all words after the instructions; adds what they name to `targets`.
    fn lists(&self, targets: &mut Vec<Option<Word>>) -> Result<Vec<Word>, LowerRule> {
        let (mut starts, mut at) = (Vec::new(), self.code.lists);
        while let Some((count, rest)) = self.code.words.get(at.index()..).and_then(<[u64]>::split_first) {
            let list = whole(usize::try_from(*count).ok().and_then(|count| rest.get(..count)))?;
            targets.extend(list.iter().map(|distance| at.plus(i32::try_from(*distance as i64).ok()?)));
            starts.push(at);
            at = whole(i32::try_from(1 + list.len()).ok().and_then(|size| at.plus(size)))?;
        }
        Ok(starts)
    }

    /// The error at a word.
    fn fail(&self, word: Word, rule: LowerRule) -> LowerError {
        let after = self.code.origins.partition_point(|origin| origin.word <= word);
        let origin = after.checked_sub(1).and_then(|at| self.code.origins.get(at));
        LowerError { pc: origin.map_or(0, |origin| origin.pc.0), rule }
    }

    /// Checks the instruction at a word: how long it is, and whether it continues with the next one.
    fn instruction(&self, at: Word, named: &mut Named) -> Result<(usize, bool), LowerRule> {
        let instructions = self.code.words.get(..self.code.lists.index()).unwrap_or_default();
        let reader = Reader::new(instructions, at);
        let code = whole(reader.code())?;
        match BuiltIn::from_code(code).filter(|code| *code != BuiltIn::Cold) {
            Some(code) => {
                self.built_in(code, reader)?;
                Ok((code.words(), code != BuiltIn::Exit))
            }
            None => {
                let op = whole(self.slots.op(code, whole(reader.field(0))?))?;
                self.op(op, reader, at, named)?;
                Ok((op.words(), self.falls_through(op)))
            }
        }
    }

    fn maps(&self) -> Result<(), LowerError> {
        for map in &self.code.maps {
            self.map(map).map_err(|rule| LowerError { pc: map.pc.0, rule })?;
        }
        Ok(())
    }

    fn map(&self, map: &FrameMap) -> Checked {
        holds(map.depth <= self.facts.max_depth(), LowerRule::Depth)?;
        let first = map.first as usize;
        let aways = self.code.aways.get(first..first + usize::from(map.count)).ok_or(LowerRule::Order)?;
        for away in aways {
            holds(away.position < map.depth, LowerRule::Depth)?;
            match away.source {
                Source::Slot(slot) => self.slot(slot)?,
                Source::Const(Constant::Pool(constant)) => self.constant(constant)?,
                Source::Const(Constant::Scalar(_)) => {}
            }
        }
        Ok(())
    }

    fn slot(&self, slot: Slot) -> Checked {
        holds(slot.index() < self.frame, LowerRule::Slot)
    }

    fn constant(&self, constant: u16) -> Checked {
        holds(usize::from(constant) < self.module.constants.len(), LowerRule::Index)
    }

    fn falls_through(&self, op: &SlotOp) -> bool {
        let last = op.parts.last().and_then(|part| part.row).and_then(|row| self.table.instructions.get(row));
        last.is_none_or(|row| row.falls_through) || op.labels().any(|(_, label)| label == op.parts.len())
    }

    fn built_in(&self, code: BuiltIn, reader: Reader<'_>) -> Checked {
        let slot = |field: usize| self.slot(reader.slot(field).ok_or(LowerRule::Slot)?);
        match code {
            BuiltIn::Nop => Ok(()),
            BuiltIn::Move | BuiltIn::Exchange => {
                slot(0)?;
                slot(1)
            }
            BuiltIn::Load => {
                slot(0)?;
                let (tag, payload) = (whole(reader.field(1))?, whole(reader.wide(2))?);
                let scalar = Kind::from_tag(tag.into()).and_then(|kind| Scalar::from_payload(kind, payload));
                holds(scalar.is_some(), LowerRule::Instruction)
            }
            BuiltIn::LoadPool => {
                slot(0)?;
                self.constant(whole(reader.field(1))?)
            }
            BuiltIn::Exit => holds(u32::from(whole(reader.field(0))?) < self.facts.entry().exits, LowerRule::Index),
            BuiltIn::Cold => Err(LowerRule::Instruction),
        }
    }

    fn op(&self, op: &SlotOp, reader: Reader<'_>, at: Word, named: &mut Named) -> Checked {
        let offsets: Vec<usize> = op.offsets().collect();
        for (field, offset) in op.fields.iter().zip(&offsets) {
            let slot = || reader.slot(*offset).ok_or(LowerRule::Slot);
            let run = |length: usize| holds(slot()?.index() + length <= self.frame, LowerRule::Slot);
            match *field {
                Field::Slot => self.slot(slot()?)?,
                Field::Slots(length) => run(length)?,
                Field::Group(count) => {
                    let count = whole(offsets.get(count).and_then(|offset| reader.field(*offset)))?;
                    run(usize::from(count))?;
                }
                Field::Operand(kind) => self.operand(kind, whole(reader.field(*offset))?)?,
                Field::Target => named.targets.push(at.plus(whole(reader.distance(*offset))?)),
                Field::Targets => named.lists.push(at.plus(whole(reader.distance(*offset))?)),
                Field::Int16 => drop(whole(reader.field(*offset))?),
                Field::Number(kind) => {
                    let payload = whole(reader.wide(*offset))?;
                    holds(Scalar::from_payload(kind, payload).is_some(), LowerRule::Instruction)?;
                }
            }
        }
        self.call(op, reader, &offsets)
    }

    fn operand(&self, kind: OperandKind, index: u16) -> Checked {
        let index = usize::from(index);
        let count = match kind.role() {
            OperandRole::Local => self.locals,
            OperandRole::Func => self.module.callable_count(),
            OperandRole::Const => self.module.constants.len(),
            OperandRole::Global => self.module.globals.len(),
            OperandRole::Count => return Ok(()),
            OperandRole::Number(_) | OperandRole::Target | OperandRole::Targets => {
                return Err(LowerRule::Instruction);
            }
        };
        holds(index < count, LowerRule::Index)
    }

    /// The arguments of a call are as many as the function takes, and there is a slot for the result.
    fn call(&self, op: &SlotOp, reader: Reader<'_>, offsets: &[usize]) -> Checked {
        for part in op.parts.iter() {
            let Some(row) = part.row.and_then(|row| self.table.instructions.get(row)) else { continue };
            let Some((function, group)) = row.enters else { continue };
            let field = |operand: Option<&OperandSource>| match operand {
                Some(OperandSource::Field(field)) => offsets.get(*field).and_then(|offset| reader.field(*offset)),
                _ => None,
            };
            let callee = whole(field(part.operands.get(function)))?;
            let count = row.inputs.get(group).and_then(|input| input.count);
            let count = whole(field(count.and_then(|count| part.operands.get(count))))?;
            let Some(PartInput::Group(first)) = part.inputs.get(group) else { return Err(LowerRule::Instruction) };
            let first = offsets.get(*first).and_then(|offset| reader.slot(*offset)).ok_or(LowerRule::Slot)?;
            let (_, arity) = self.module.callable(usize::from(callee)).ok_or(LowerRule::Index)?;
            holds(arity == usize::from(count), LowerRule::Arity)?;
            // With inputs below the arguments the result goes to the lowest of them.
            holds(row.inputs.len() > 1 || first.index() < self.frame, LowerRule::Slot)?;
        }
        Ok(())
    }
}
