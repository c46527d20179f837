//! Slot code for people: one line for each instruction, beside the position in stack form that it comes from.

use super::error::{LowerError, LowerRule};
use super::index::SlotForm;
use super::lower::lower;
use super::lowering::Lowering;
use super::poll::Poll;
use super::word::Reader;
use crate::value::Value;
use opforge_bytecode::{Function, InstructionSet, Module, VerifiedModule};
use opforge_core::slot_form::{BuiltIn, Field, SlotOp};
use opforge_core::{OperandKind, OperandRole, Pc, Scalar, Slot, Word};

/// One instruction of slot form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotLine {
    /// Where it begins in the slot code. **Units:** words of 64 bits.
    pub word: u32,
    /// The position in stack form that it comes from; for a fusion, that of its first part. **Units:** bytes.
    pub pc: u32,
    /// The instruction: the destination first, then sources and operands. `s0` is the home of the stack's lowest
    /// position; a place is written as its position in stack form.
    pub text: String,
    /// The fusion that it comes from, by its index in the table.
    pub fusion: Option<usize>,
}

/// What the fast engine runs for function `function` of a verified module of the set `I`.
///
/// # Errors
/// Why there is no slot code: no such function, or a limit of slot form, so that the reference engine runs it.
pub fn list<I: InstructionSet>(
    form: &SlotForm,
    verified: &VerifiedModule,
    function: usize,
    lowering: Lowering,
) -> Result<Vec<SlotLine>, LowerError> {
    let code = lower::<I>(form, verified, function, lowering, &Poll::never())?;
    let module = verified.module();
    let data = module.functions.get(function).ok_or(LowerError { pc: 0, rule: LowerRule::Function })?;
    let show = Show { form, module, function: data, words: &code.words };
    let line = |origin: &super::lowered::Origin| {
        let text = show.instruction(origin.word, |word| code.entry_at(word).map(|(pc, _)| pc));
        let text = text.ok_or(LowerError { pc: origin.pc.0, rule: LowerRule::Instruction })?;
        Ok(SlotLine { word: origin.word.0, pc: origin.pc.0, text, fusion: show.fusion(origin.word) })
    };
    code.origins.iter().map(line).collect()
}

struct Show<'a> {
    form: &'a SlotForm,
    module: &'a Module,
    function: &'a Function,
    words: &'a [u64],
}

impl Show<'_> {
    fn instruction(&self, word: Word, place: impl Fn(Word) -> Option<Pc>) -> Option<String> {
        let reader = Reader::new(self.words, word);
        let code = reader.code()?;
        let Some(op) = self.form.table().op(code, reader.field(0).unwrap_or(0)) else {
            return self.built_in(code, reader);
        };
        let mut texts = Vec::new();
        for (field, offset) in op.fields.iter().zip(op.offsets()) {
            texts.push(match *field {
                Field::Slot => self.slot(reader.slot(offset)?),
                Field::Slots(count) => self.several(reader.slot(offset)?, count),
                Field::Group(_) => format!("{}…", self.slot(reader.slot(offset)?)),
                Field::Int16 => (reader.field(offset)? as i16).to_string(),
                Field::Number(kind) => Scalar::from_payload(kind, reader.wide(offset)?)?.to_string(),
                Field::Operand(kind) => self.operand(kind, reader.field(offset)?)?,
                Field::Target => shown(&place, word.plus(reader.distance(offset)?)?)?,
                Field::Targets => self.list(word.plus(reader.distance(offset)?)?, &place)?,
            });
        }
        Some(join(&op.name, &texts))
    }

    /// The list of targets that begins at a word.
    fn list(&self, list: Word, place: &impl Fn(Word) -> Option<Pc>) -> Option<String> {
        let (count, rest) = self.words.get(list.index()..)?.split_first()?;
        let distances = rest.get(..usize::try_from(*count).ok()?)?.iter();
        let targets = distances.map(|distance| shown(place, list.plus(i32::try_from(*distance as i64).ok()?)?));
        Some(format!("[{}]", targets.collect::<Option<Vec<_>>>()?.join(" ")))
    }

    fn fusion(&self, word: Word) -> Option<usize> {
        let reader = Reader::new(self.words, word);
        let op: &SlotOp = self.form.table().op(reader.code()?, reader.field(0).unwrap_or(0))?;
        op.fusion
    }

    fn built_in(&self, code: u16, reader: Reader<'_>) -> Option<String> {
        let code = BuiltIn::from_code(code)?;
        let slot = |offset: usize| Some(self.slot(reader.slot(offset)?));
        let texts = match code {
            BuiltIn::Nop => Vec::new(),
            BuiltIn::Move | BuiltIn::Exchange => vec![slot(0)?, slot(1)?],
            BuiltIn::Load => {
                let value = Value::scalar_of(reader.field(1)?, reader.wide(2)?);
                vec![slot(0)?, value.scalar()?.to_string()]
            }
            BuiltIn::LoadPool => vec![slot(0)?, self.operand(OperandKind::Const, reader.field(1)?)?],
            BuiltIn::Exit | BuiltIn::Cold => vec![reader.field(0)?.to_string()],
        };
        Some(join(code.name(), &texts))
    }

    /// A local's name, or the position that the slot is the home of.
    fn slot(&self, slot: Slot) -> String {
        let index = slot.index();
        match self.function.slot_name(index) {
            Some(name) => name.to_owned(),
            None => format!("s{}", index - self.function.slot_count().min(index)),
        }
    }

    fn several(&self, first: Slot, count: usize) -> String {
        let slots: Vec<String> = (0..count).map(|index| self.slot(Slot(first.0 + index as u16))).collect();
        slots.join(" ")
    }

    fn operand(&self, kind: OperandKind, index: u16) -> Option<String> {
        let at = usize::from(index);
        Some(match kind.role() {
            OperandRole::Local => self.slot(Slot(index)),
            OperandRole::Func => self.module.callable(at)?.0.to_owned(),
            OperandRole::Const => self.module.constants.get(at)?.to_string(),
            OperandRole::Global => self.module.globals.get(at)?.clone(),
            OperandRole::Count | OperandRole::Number(_) | OperandRole::Target | OperandRole::Targets => {
                index.to_string()
            }
        })
    }
}

/// The position in stack form of the block at a word.
fn shown(place: &impl Fn(Word) -> Option<Pc>, word: Word) -> Option<String> {
    Some(format!("@{:#06x}", place(word)?.0))
}

fn join(name: &str, texts: &[String]) -> String {
    if texts.is_empty() { name.to_owned() } else { format!("{name} {}", texts.join(", ")) }
}
