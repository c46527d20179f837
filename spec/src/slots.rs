//! Slot form: what the fast engine runs, derived from the checked rows.
//!
//! Each row either only tells folding where values are (it reads or writes a local, gives a constant, moves values
//! about), or is one or more [`SlotOp`]s. A fusion is a [`SlotOp`] of several parts: its pattern, folded as functions are
//! folded at run time. Nothing of slot form is written in a table.

mod constants;
mod fusion;
mod row;

use crate::model::{Fusion, Instruction, InstructionId, InstructionSet, Primitive};
pub use opforge_core::Field;
use opforge_core::Scalar;

/// The slot form of a whole table.
#[derive(Clone, Debug)]
pub struct SlotForms {
    /// By [`InstructionId`].
    pub rows: Vec<RowForm>,
    /// The instructions of slot form that the table gives; the hot ones first.
    pub ops: Vec<SlotOp>,
    /// How many of `ops` are hot.
    pub hot: usize,
}

/// What lowering does with a row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowForm {
    /// It pushes the local that this operand names.
    Get(usize),
    /// It pops a value into the local that this operand names.
    Set(usize),
    /// It pushes a constant.
    Constant(ConstantForm),
    /// It replaces its inputs by those of them that are listed, bottom first.
    Shuffle(Vec<u8>),
    /// It is its parts, one after the other.
    Sequence,
    /// It is an instruction of slot form.
    Runs(Runs),
}

/// How a row runs as an instruction of slot form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    /// Whether everything is brought home before it.
    pub home: bool,
    /// Whether a slice may end right after it, because it charges ticks of its own or the reference engine runs it.
    pub ends: bool,
    /// Whether it may leave: it traps, raises or calls.
    pub leaves: bool,
    /// Whether the reference engine runs it: a sequence that is not the same as its parts one after the other, or a call
    /// with inputs below the arguments.
    pub steps: bool,
}

/// Where a pushed constant comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstantForm {
    /// The row itself.
    Literal(Scalar),
    /// An operand that is a number.
    Operand(usize),
    /// The module's constant that an operand names.
    Pool(usize),
}

/// One instruction of slot form.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotOp {
    /// Its name, in snake case; unique.
    pub name: String,
    /// What stands in the code after the opcode.
    pub fields: Vec<Field>,
    /// The rows it runs, in order.
    pub parts: Vec<SlotPart>,
    /// The fusion it comes from, as index in [`InstructionSet::fusions`].
    pub fusion: Option<usize>,
    /// Whether the fast engine keeps it out of its hot `match`.
    pub cold: bool,
}

/// One row that a slot-form instruction runs.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotPart {
    /// The row; `None` for `output = input`, which folding writes.
    pub row: Option<InstructionId>,
    /// Where its inputs come from, bottom first.
    pub inputs: Vec<PartInput>,
    /// Where its outputs go.
    pub outputs: PartOutputs,
    /// Where its operands come from.
    pub operands: Vec<SlotOperand>,
    /// The earlier parts whose results it puts into the frame before it leaves.
    pub spills: Vec<usize>,
}

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum PartInput {
    /// The slot in a field.
    Slot(usize),
    /// The slots from that in a field on: a group.
    Group(usize),
    /// The number in a field.
    Number(usize),
    /// A constant that the pattern says.
    Literal(Scalar),
    /// The only result of an earlier part, which is kept out of the frame.
    Part(usize),
}

/// Where outputs go.
#[derive(Clone, Debug, PartialEq)]
pub enum PartOutputs {
    /// Nowhere: there are none.
    None,
    /// The only one into the slot in a field.
    Slot(usize),
    /// All of them into the slots from that in a field on.
    Slots(usize),
    /// The only one to later parts; where one of those leaves, it goes into the slot in a field first.
    Kept(Option<usize>),
}

/// Where an operand comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum SlotOperand {
    /// A field.
    Field(usize),
    /// A number that the pattern says.
    Literal(Scalar),
    /// For a `Target`: the part that the jump goes to.
    Label(usize),
}

impl SlotOp {
    /// Where each field begins, from the first one on. Those of a cold instruction stand after its number.
    /// **Units:** 16 bits.
    pub fn offsets(&self) -> Vec<usize> {
        Field::offsets(&self.fields, usize::from(self.cold)).collect()
    }

    /// How long the instruction is. **Units:** words of 64 bits.
    pub fn words(&self) -> usize {
        Field::words(&self.fields, usize::from(self.cold))
    }

    /// Whether it holds a loop of its own.
    pub fn is_loop(&self) -> bool {
        let back = |(index, part): (usize, &SlotPart)| {
            part.operands.iter().any(|operand| matches!(operand, SlotOperand::Label(label) if *label <= index))
        };
        self.parts.iter().enumerate().any(back)
    }
}

impl SlotForms {
    /// The slot form of a checked table.
    pub fn of(set: &InstructionSet) -> Self {
        Self::made_of(set.instructions(), &set.primitives, set.fusions())
    }

    fn made_of(instructions: &[Instruction], primitives: &[Primitive], fusions: &[Fusion]) -> Self {
        let rows = row_forms(instructions, primitives);
        let mut ops = Vec::new();
        for (index, form) in rows.iter().enumerate() {
            if let RowForm::Runs(_) = form {
                let op = row::slot_op(instructions, InstructionId(index));
                ops.extend(constants::with_constants(instructions, op));
            }
        }
        for (index, fusion) in fusions.iter().enumerate() {
            // The checker refuses a fusion that is none.
            if let Ok(op) = fusion::slot_op(instructions, &rows, fusion, index) {
                ops.extend(constants::with_constants(instructions, op));
            }
        }
        // Stable: otherwise by opcode, then in the order of the fusions.
        ops.sort_by_key(|op| op.cold);
        let hot = ops.iter().filter(|op| !op.cold).count();
        Self { rows, ops, hot }
    }
}

fn row_forms(instructions: &[Instruction], primitives: &[Primitive]) -> Vec<RowForm> {
    instructions.iter().map(|row| row::form(instructions, primitives, row)).collect()
}

/// For each fusion, why it is no instruction of slot form, if it is none.
pub(crate) fn check_fusions(
    instructions: &[Instruction],
    primitives: &[Primitive],
    fusions: &[Fusion],
) -> Vec<Option<fusion::NotFusible>> {
    let rows = row_forms(instructions, primitives);
    fusions.iter().map(|fusion| fusion::slot_op(instructions, &rows, fusion, 0).err()).collect()
}

/// How many arms the fast engine's `match` would have.
pub(crate) fn hot_arms(instructions: &[Instruction], primitives: &[Primitive], fusions: &[Fusion]) -> usize {
    SlotForms::made_of(instructions, primitives, fusions).hot
}
