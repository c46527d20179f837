//! What the macro generates for a table, as code that runs nothing sees it: codec and table.

pub mod operands;

use crate::metadata::Table;
pub use opforge_core::Operand;
use opforge_core::{OperandRole, counted};
use std::fmt;

/// A generated instruction set: its codec and its table. Implemented by `instruction_set!`, never by hand.
///
/// Everything else that code as data needs (verification, the assembler, builders) is driven by the table.
pub trait InstructionSet: Sized + 'static {
    /// One instruction with its operand values.
    type Op: Clone + PartialEq + fmt::Debug + fmt::Display;

    /// The table's metadata.
    fn table() -> &'static Table;

    /// Index of `op`'s row in [`Table::instructions`].
    fn instruction(op: &Self::Op) -> usize;

    /// Appends the values of `op`'s operands, in the order of the row.
    fn append_operands(op: &Self::Op, operands: &mut Vec<Operand>);

    /// The values of `op`'s operands, in the order of the row.
    fn operands(op: &Self::Op) -> Vec<Operand> {
        let mut operands = Vec::new();
        Self::append_operands(op, &mut operands);
        operands
    }

    /// Makes an op from the index of its row and its operands.
    ///
    /// # Errors
    /// An [`OperandError`] when the number of operands is not the row's, or one does not fit its kind.
    fn from_operands(instruction: usize, operands: &[Operand]) -> Result<Self::Op, OperandError>;

    /// Appends the stored form of `op` to `code`.
    fn encode(op: &Self::Op, code: &mut Vec<u8>);

    /// Reads the op at `pc` and returns it with the position after it. **Units:** bytes.
    ///
    /// # Errors
    /// A [`DecodeError`] when no instruction has that opcode or the code ends within the op.
    fn decode(code: &[u8], pc: usize) -> Result<(Self::Op, usize), DecodeError>;
}

/// An operand list that makes no op.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OperandError {
    /// No row has this index.
    NoSuchInstruction(usize),
    /// The row takes another number of operands.
    WrongNumber {
        /// The row's mnemonic.
        mnemonic: &'static str,
        /// How many it takes.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// An operand does not fit its kind.
    DoesNotFit {
        /// The row's mnemonic.
        mnemonic: &'static str,
        /// The operand's name.
        operand: &'static str,
        /// Its kind.
        kind: opforge_core::OperandKind,
        /// What was given.
        found: Operand,
    },
    /// Labels are given where none belong, or one where a list does, or a list where one does.
    WrongLabels {
        /// The row's mnemonic.
        mnemonic: &'static str,
        /// The operand's name.
        operand: &'static str,
        /// Its kind.
        kind: opforge_core::OperandKind,
    },
    /// The function has as many lists of targets as an operand can tell apart.
    TooManyLists,
}

/// Bytes that are no instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// No instruction has this opcode.
    UnknownOpcode {
        /// Where it stands. **Units:** bytes.
        pc: usize,
        /// The opcode: one byte, or the prefix and the second byte.
        opcode: u16,
    },
    /// The code ends within an instruction.
    Truncated {
        /// Where the instruction begins. **Units:** bytes.
        pc: usize,
    },
}

impl fmt::Display for OperandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchInstruction(index) => write!(f, "the table has no instruction {index}"),
            Self::WrongNumber { mnemonic, expected, found } => {
                write!(f, "`{mnemonic}` takes {}, not {found}", counted(*expected, "operand"))
            }
            Self::DoesNotFit { mnemonic, operand, kind, found } => {
                write!(f, "operand `{operand}` of `{mnemonic}` is a `{}`, {found} does not fit", kind.name())
            }
            Self::WrongLabels { mnemonic, operand, kind } => {
                let wanted = match kind.role() {
                    OperandRole::Target => "one label",
                    OperandRole::Targets => "a list of labels",
                    _ => "no label",
                };
                write!(f, "operand `{operand}` of `{mnemonic}` is a `{}`, which takes {wanted}", kind.name())
            }
            Self::TooManyLists => f.write_str("more than 65,536 lists of targets in a function"),
        }
    }
}

impl std::error::Error for OperandError {}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOpcode { pc, opcode } => write!(f, "at {pc:#x}: no instruction has opcode {opcode:#04x}"),
            Self::Truncated { pc } => write!(f, "at {pc:#x}: the code ends within the instruction"),
        }
    }
}

impl std::error::Error for DecodeError {}
