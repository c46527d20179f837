//! What lowering does with a row.

use super::list::List;
use crate::{Operand, Scalar};

/// What lowering does with a row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowForm {
    /// It pushes the local that this operand names.
    GetLocal(usize),
    /// It pops a value into the local that this operand names.
    SetLocal(usize),
    /// It pushes a constant.
    Constant(ConstantForm),
    /// It replaces its inputs by those of them that are listed, bottom first.
    Shuffle(List<u8>),
    /// It is its parts, one after the other.
    Sequence(List<SequencePart>),
    /// It is an instruction of slot form.
    Runs(Runs),
}

/// How a row runs as an instruction of slot form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    /// Whether everything is brought home before it.
    pub home: bool,
    /// Whether it may leave: it traps, raises or calls.
    pub leaves: bool,
    /// Whether the reference engine runs it, after which a slice may end: a sequence that is not the same as its parts one
    /// after the other, a call with inputs below the arguments, work that is paid for before it is done and could not be begun
    /// again, or that an interrupt can cut.
    pub steps: bool,
    /// Whether the loop tries it: it pays for its work, or makes something. Where it cannot pay out of what the loop has, or gets
    /// no further for any reason, nothing has changed, and the reference engine runs it.
    pub tries: bool,
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

/// One part of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct SequencePart {
    /// Index of its row.
    pub row: usize,
    /// Its operands.
    pub operands: List<SequenceOperand>,
}

/// Where an operand of a sequence's part comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum SequenceOperand {
    /// The operand of the sequence with that index.
    Row(usize),
    /// A number.
    Literal(Operand),
}
