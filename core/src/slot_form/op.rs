//! One instruction of slot form: what stands in the code, and what its parts do with that.
//!
//! A plain row is an instruction of one part, a fusion one of several.

use super::field::Field;
use super::list::List;
use crate::{Kind, Operand, Scalar};
use std::borrow::Cow;

/// One instruction of slot form.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotOp {
    /// Its name, in snake case; unique.
    pub name: Cow<'static, str>,
    /// What stands in the code after the opcode.
    pub fields: List<Field>,
    /// The rows it runs, in order.
    pub parts: List<SlotPart>,
    /// The fusion it comes from, by its index in the table.
    pub fusion: Option<usize>,
    /// Whether the fast engine keeps it out of its hot `match`.
    pub cold: bool,
}

/// One row that an instruction of slot form runs.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotPart {
    /// Index of the row; `None` for `output = input`, which folding writes.
    pub row: Option<usize>,
    /// Where its inputs come from, bottom first.
    pub inputs: List<PartInput>,
    /// For each input in a slot, the kind that it is known to be of when the instruction is used; empty in one that assumes nothing.
    pub kinds: List<Option<Kind>>,
    /// Where its outputs go.
    pub outputs: PartOutputs,
    /// Where its operands come from.
    pub operands: List<OperandSource>,
    /// The earlier parts whose results it puts into the frame before it leaves.
    pub spills: List<usize>,
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
    /// A constant of the pattern.
    Literal(Scalar),
    /// The only result of an earlier part, which is kept out of the frame.
    Part(usize),
}

/// Where outputs go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Where an operand of a part comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum OperandSource {
    /// A field.
    Field(usize),
    /// A number of the pattern.
    Literal(Operand),
    /// For a `Target`: the part that the jump goes to.
    Label(usize),
}

impl SlotOp {
    /// Where its first field begins: that of a cold one stands after its number. **Units:** 16 bits after the opcode.
    pub fn first(&self) -> usize {
        usize::from(self.cold)
    }

    /// Where each field begins. **Units:** 16 bits after the opcode.
    pub fn offsets(&self) -> impl Iterator<Item = usize> + '_ {
        Field::offsets(&self.fields, self.first())
    }

    /// How long the instruction is. **Units:** words of 64 bits.
    pub fn words(&self) -> usize {
        Field::words(&self.fields, self.first())
    }

    /// Whether it is a typed form: one that can only be used where lowering knows the kinds of inputs.
    pub fn is_typed(&self) -> bool {
        self.parts.iter().any(|part| !part.kinds.is_empty())
    }

    /// Whether it comes from a fusion.
    pub fn is_fused(&self) -> bool {
        self.fusion.is_some()
    }

    /// Whether it holds a loop of its own.
    pub fn is_loop(&self) -> bool {
        self.labels().any(|(part, label)| label <= part)
    }

    /// The jumps within it: from which part, to which; to one past the last for its end.
    pub fn labels(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.parts.iter().enumerate().flat_map(|(part, SlotPart { operands, .. })| {
            operands.iter().filter_map(move |operand| match operand {
                OperandSource::Label(label) => Some((part, *label)),
                OperandSource::Field(_) | OperandSource::Literal(_) => None,
            })
        })
    }
}
