//! The slot form of a table, as generated code gives it: what `opforge-spec` derives from the rows.

use super::rewrite::Rewrite;
use super::word::BuiltIn;
use opforge_bytecode::Operand;
pub use opforge_core::Field;
use opforge_core::Scalar;

/// How many instructions of slot form every table has; those of the table come after them. See `slots/word.rs`.
pub const BUILT_IN: u16 = 7;

/// The slot form of a table.
#[derive(Debug)]
pub struct SlotTable {
    /// What lowering does with each row.
    pub rows: &'static [RowForm],
    /// The instructions of slot form that the table gives; their codes begin at [`BUILT_IN`].
    pub ops: &'static [SlotOp],
    /// How many of `ops` have a code of their own; the others share one, and a field says which it is.
    pub hot: usize,
    /// Sequences that are replaced before they are folded.
    pub rewrites: &'static [Rewrite],
}

/// What lowering does with a row.
#[derive(Debug)]
pub enum RowForm {
    /// It pushes the local that this operand names.
    Get(usize),
    /// It pops a value into the local that this operand names.
    Set(usize),
    /// It pushes a constant.
    Constant(ConstantForm),
    /// It replaces its inputs by those that are listed, bottom first.
    Shuffle(&'static [u8]),
    /// It is its parts, one after the other.
    Sequence(&'static [SequencePart]),
    /// It is an instruction of slot form.
    Runs {
        /// Whether everything is brought home before it.
        home: bool,
        /// Whether a slice may end right after it.
        ends: bool,
        /// Whether it may leave.
        leaves: bool,
    },
}

/// Where a pushed constant comes from.
#[derive(Debug)]
pub enum ConstantForm {
    /// The row itself.
    Literal(Scalar),
    /// An operand that is a number.
    Operand(usize),
    /// The module's constant that an operand names.
    Pool(usize),
}

/// One part of a sequence.
#[derive(Debug)]
pub struct SequencePart {
    /// Its row.
    pub row: usize,
    /// Its operands.
    pub operands: &'static [SequenceOperand],
}

/// Where an operand of a sequence's part comes from.
#[derive(Debug)]
pub enum SequenceOperand {
    /// The operand of the sequence with that index.
    Row(usize),
    /// A number.
    Literal(Operand),
}

/// One instruction of slot form.
#[derive(Debug)]
pub struct SlotOp {
    /// Its name.
    pub name: &'static str,
    /// What stands in the code after the opcode.
    pub fields: &'static [Field],
    /// The rows it runs, in order.
    pub parts: &'static [SlotPart],
    /// Whether it comes from a fusion.
    pub fused: bool,
    /// Whether it holds a loop of its own.
    pub loops: bool,
}

/// One row that an instruction of slot form runs.
#[derive(Debug)]
pub struct SlotPart {
    /// The row; `None` for a copy.
    pub row: Option<usize>,
    /// Where its inputs come from.
    pub inputs: &'static [PartInput],
    /// Where its outputs go.
    pub outputs: PartOutputs,
    /// Where its operands come from.
    pub operands: &'static [SlotOperand],
}

/// Where an input comes from.
#[derive(Debug)]
pub enum PartInput {
    /// The slot in a field.
    Slot(usize),
    /// The slots from that in a field on.
    Group(usize),
    /// The number in a field.
    Number(usize),
    /// A constant.
    Literal(Scalar),
    /// The only result of an earlier part.
    Part(usize),
}

/// Where outputs go.
#[derive(Debug)]
pub enum PartOutputs {
    /// There are none.
    None,
    /// Into the slot in a field.
    Slot(usize),
    /// Into the slots from that in a field on.
    Slots(usize),
    /// To later parts; where one of those leaves, into the slot in a field.
    Kept(Option<usize>),
}

/// Where an operand comes from.
#[derive(Debug)]
pub enum SlotOperand {
    /// A field.
    Field(usize),
    /// A number.
    Literal(Operand),
    /// The part that a jump goes to.
    Label(usize),
}

impl SlotTable {
    /// The code of the instruction at `index`, and the first field of one that shares its code.
    pub(super) fn code(&self, index: usize) -> Option<(u16, Option<u16>)> {
        match index.checked_sub(self.hot) {
            None => Some((u16::try_from(index).ok()?.checked_add(BUILT_IN)?, None)),
            Some(cold) => Some((BuiltIn::Cold as u16, Some(u16::try_from(cold).ok()?))),
        }
    }

    /// The instruction with that code and first field, and where its own fields begin.
    pub(super) fn op(&'static self, code: u16, first: u16) -> Option<(&'static SlotOp, usize)> {
        let (index, offset) = match code.checked_sub(BUILT_IN) {
            Some(index) => (usize::from(index), 0),
            None if code == BuiltIn::Cold as u16 => (self.hot + usize::from(first), 1),
            None => return None,
        };
        Some((self.ops.get(index).filter(|_| offset == 1 || index < self.hot)?, offset))
    }
}
