//! Instructions of slot form → words, and the tables that map them back.

use super::error::{LowerError, LowerRule};
use super::index::SlotForm;
use super::instructions::{Constant, Instruction, Instructions, What};
use super::lowered::{Entry, FrameMap, Lowered, Origin, Round};
use super::lowering::Lowering;
use super::poll::Poll;
use super::select::{FieldValue, Selected, select};
use super::word::Writer;
use opforge_core::fold::Source;
use opforge_core::slot_form::{BuiltIn, Field, SlotTable};
use opforge_core::{Pc, Scalar, Slot, Word};

/// Encodes all instructions of a function with `locals` locals, whose lists of targets are `lists`.
pub(super) fn encode(
    form: &SlotForm,
    all: &Instructions,
    locals: usize,
    lists: &[Vec<u32>],
    lowering: Lowering,
    poll: &Poll<'_>,
) -> Result<Lowered, LowerError> {
    let mut blocks: Vec<(Pc, usize)> = Vec::new();
    for (at, instruction) in all.list.iter().enumerate() {
        blocks.extend(instruction.leader.map(|leader| (leader.pc, at)));
    }
    let block = |pc: Pc| {
        let index = blocks.binary_search_by_key(&pc, |(block, _)| *block).ok()?;
        Some(blocks[index].1)
    };
    let mut encoder = Encoder {
        all,
        writer: Writer::default(),
        starts: vec![None; all.list.len()],
        targets: Vec::new(),
        listed: Vec::new(),
        entries: Vec::new(),
        maps: Vec::new(),
        origins: Vec::new(),
        rounds: Vec::new(),
    };
    let mut at = 0;
    while let Some(instruction) = all.list.get(at) {
        poll.work(1)?;
        encoder.start(at, instruction);
        let fail = |rule| LowerError { pc: instruction.pc.0, rule };
        at += match instruction.what {
            What::Row(_) | What::Copy => match select(form, all, at, locals, lowering, &block) {
                Some(selected) => encoder.op(at, &selected, form.table()),
                None if instruction.what == What::Copy => encoder.copy(instruction),
                None => return Err(fail(LowerRule::Selected)),
            },
            What::Exchange => encoder.exchange(instruction),
            What::Nothing => Some(encoder.plain(BuiltIn::Nop, &[], instruction.pc)),
            What::Exit(exit) => encoder.exit(exit, instruction),
        }
        .ok_or(fail(LowerRule::Row))?;
    }
    encoder.finish(&block, lists, poll)
}

struct Encoder<'a> {
    all: &'a Instructions,
    writer: Writer,
    /// Where each instruction begins, but those in the middle of another.
    starts: Vec<Option<Word>>,
    /// Places to be set: where, from which word, to which position in stack form.
    targets: Vec<(usize, Word, Pc)>,
    /// Places to be set: where, from which word, to which of the function's lists.
    listed: Vec<(usize, Word, u16)>,
    entries: Vec<Entry>,
    maps: Vec<FrameMap>,
    origins: Vec<Origin>,
    rounds: Vec<Round>,
}

impl Encoder<'_> {
    fn start(&mut self, at: usize, instruction: &Instruction) {
        let word = self.writer.here();
        if let Some(start) = self.starts.get_mut(at) {
            *start = Some(word);
        }
        if let Some(leader) = instruction.leader {
            self.entries.push(Entry { pc: leader.pc, word, depth: leader.depth, assumes: leader.assumes });
        }
    }

    /// Writes an instruction that begins with slots.
    fn plain(&mut self, code: BuiltIn, slots: &[Slot], pc: Pc) -> usize {
        self.origins.push(Origin { word: self.writer.here(), pc });
        self.writer.begin(code.code());
        slots.iter().for_each(|slot| self.writer.slot(*slot));
        1
    }

    fn load(&mut self, to: Slot, constant: Constant, pc: Pc) {
        let (tag, payload) = match constant {
            Constant::Pool(constant) => {
                self.plain(BuiltIn::LoadPool, &[to], pc);
                self.writer.field(constant);
                return;
            }
            Constant::Scalar(scalar) => (scalar.kind(), scalar.payload()),
        };
        self.plain(BuiltIn::Load, &[to], pc);
        self.writer.field(tag as u16);
        self.writer.wide(payload);
    }

    fn copy(&mut self, instruction: &Instruction) -> Option<usize> {
        match self.all.inputs_of(instruction).first()?.source {
            Source::Slot(from) => {
                self.plain(BuiltIn::Move, &[instruction.output, from], instruction.pc);
            }
            Source::Const(constant) => self.load(instruction.output, constant, instruction.pc),
        }
        Some(1)
    }

    fn exchange(&mut self, instruction: &Instruction) -> Option<usize> {
        let Source::Slot(other) = self.all.inputs_of(instruction).first()?.source else { return None };
        Some(self.plain(BuiltIn::Exchange, &[instruction.output, other], instruction.pc))
    }

    fn exit(&mut self, exit: u16, instruction: &Instruction) -> Option<usize> {
        self.leave(0, instruction)?;
        self.plain(BuiltIn::Exit, &[], instruction.pc);
        self.writer.field(exit);
        Some(1)
    }

    fn op(&mut self, at: usize, selected: &Selected, table: &SlotTable) -> Option<usize> {
        let op = table.ops.get(selected.op)?;
        let fields = &op.fields;
        let (code, number) = table.code(selected.op)?;
        let pc = self.all.list.get(at)?.pc;
        for (home, constant) in &selected.loads {
            self.load(*home, *constant, pc);
        }
        for part in 0..selected.count {
            let instruction = self.all.list.get(at + part)?;
            if instruction.map.is_some() {
                self.leave(u16::try_from(part).ok()?, instruction)?;
            }
        }
        let start = self.writer.here();
        self.origins.push(Origin { word: start, pc });
        for (part, _) in op.labels().filter(|(_, label)| *label == 0) {
            self.round(start, at, at + part)?;
        }
        self.writer.begin(code);
        number.into_iter().for_each(|number| self.writer.field(number));
        for (field, value) in fields.iter().zip(&selected.fields) {
            match (field, *value) {
                (Field::Target, FieldValue::Target(pc)) => {
                    let place = self.writer.target();
                    self.targets.push((place, start, pc));
                }
                (Field::Targets, FieldValue::Index(list)) => {
                    let place = self.writer.target();
                    self.listed.push((place, start, list));
                }
                (Field::Int16, FieldValue::Number(Scalar::Int(value))) => {
                    self.writer.field(i16::try_from(value).ok()? as u16);
                }
                (Field::Number(kind), FieldValue::Number(value)) if value.kind() == *kind => {
                    self.writer.wide(value.payload());
                }
                (Field::Operand(_), FieldValue::Slot(Slot(value)) | FieldValue::Index(value)) => {
                    self.writer.field(value)
                }
                (_, FieldValue::Slot(slot)) => self.writer.slot(slot),
                _ => return None,
            }
        }
        Some(selected.count)
    }

    /// Notes a jump from the end of the block that `part` is in to `top`, where the instruction at `word` begins.
    fn round(&mut self, word: Word, top: usize, part: usize) -> Option<()> {
        let to = self.all.list.get(top)?.leader?.pc;
        let from = self.all.list.get(part)?.pc;
        let after = self.all.list.get(part + 1..)?;
        let end = after.iter().find_map(|after| after.leader).map_or(Pc(u32::MAX), |leader| leader.pc);
        self.rounds.push(Round { word, from, end, to });
        Some(())
    }

    /// Notes the frame map of a part of the instruction that comes next.
    fn leave(&mut self, part: u16, instruction: &Instruction) -> Option<()> {
        let map = instruction.map.clone().unwrap_or(0..0);
        self.maps.push(FrameMap {
            word: self.writer.here(),
            part,
            pc: instruction.pc,
            depth: instruction.depth,
            first: u32::try_from(map.start).ok()?,
            count: u16::try_from(map.len()).ok()?,
        });
        Some(())
    }

    fn finish(
        mut self,
        block: &impl Fn(Pc) -> Option<usize>,
        lists: &[Vec<u32>],
        poll: &Poll<'_>,
    ) -> Result<Lowered, LowerError> {
        // How far away a block is.
        let distance = |starts: &[Option<Word>], pc: Pc, from: Word| {
            let fail = |rule| LowerError { pc: pc.0, rule };
            let start = block(pc).and_then(|block| starts.get(block).copied().flatten());
            start.ok_or(fail(LowerRule::Target))?.distance_from(from).ok_or(fail(LowerRule::Distance))
        };
        for (place, from, pc) in std::mem::take(&mut self.targets) {
            self.writer.set_target(place, distance(&self.starts, pc, from)?);
        }
        let first = self.writer.here();
        for (place, from, list) in std::mem::take(&mut self.listed) {
            let fail = |rule| LowerError { pc: 0, rule };
            let (here, list) = (self.writer.here(), lists.get(usize::from(list)).ok_or(fail(LowerRule::Row))?);
            self.writer.set_target(place, here.distance_from(from).ok_or(fail(LowerRule::Distance))?);
            self.writer.word(list.len() as u64);
            for target in list {
                poll.work(1)?;
                self.writer.word(i64::from(distance(&self.starts, Pc(*target), here)?) as u64);
            }
        }
        Ok(Lowered {
            words: self.writer.words.into(),
            lists: first,
            entries: self.entries.into(),
            maps: self.maps.into(),
            aways: self.all.maps.clone().into(),
            origins: self.origins.into(),
            rounds: self.rounds.into(),
        })
    }
}
