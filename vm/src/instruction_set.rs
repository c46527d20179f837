//! What the macro generates for a table, as the run-time library sees it.

use crate::machine::{Context, Flow};
use crate::metadata::Table;
use crate::slots::{Base, Fast, Index, Pc, SlotTable};
use crate::trap::TrapCode;
use crate::verify::{Rules, VerifyError};
pub use opforge_core::Operand;
use std::fmt;

/// A generated instruction set. Implemented by [`crate::instruction_set!`], never by hand.
pub trait InstructionSet: Sized + 'static {
    /// One instruction with its operand values.
    type Op: Clone + PartialEq + fmt::Debug + fmt::Display;
    /// What the table's own handlers run on; `()` for a table without any.
    type Handlers;

    /// The table's metadata.
    fn table() -> &'static Table;

    /// Index of `op`'s row in [`Table::instructions`].
    fn instruction(op: &Self::Op) -> usize;

    /// The values of `op`'s operands, in the order of the row.
    fn operands(op: &Self::Op) -> Vec<Operand>;

    /// Makes an op from the index of its row and its operands.
    ///
    /// # Errors
    /// An [`OperandError`] when the number of operands is not the row's, or one does not fit its kind.
    fn from_operands(instruction: usize, operands: &[Operand]) -> Result<Self::Op, OperandError>;

    /// Appends the stored form of `op` to `code`.
    fn encode(op: &Self::Op, code: &mut Vec<u8>);

    /// Reads the op at `pc` and gives the position after it. **Units:** bytes.
    ///
    /// # Errors
    /// A [`DecodeError`] when no instruction has that opcode or the code ends within the op.
    fn decode(code: &[u8], pc: usize) -> Result<(Self::Op, usize), DecodeError>;

    /// Applies the row's verification rules at one place.
    ///
    /// # Errors
    /// The first rule that `op` breaks.
    fn verify(op: &Self::Op, rules: &mut Rules<'_>) -> Result<(), VerifyError>;

    /// The table's slot form.
    fn slots() -> &'static SlotTable;

    /// The index of [`slots`](Self::slots).
    fn slot_index() -> &'static Index;

    /// Runs slot code from `pc` until it must leave; `fast` then says why.
    ///
    /// # Safety
    /// `pc` and `base` are of the innermost frame of `fast`'s machine, whose code was validated against the same
    /// [`slots`](Self::slots): the loop is generated from the table that those are.
    #[allow(unsafe_code, reason = "only declares what generated code does")]
    unsafe fn run(fast: &mut Fast<'_>, handlers: &mut Self::Handlers, pc: Pc, base: Base);

    /// Runs `op` in stack form: looks at its inputs, computes, then replaces them by its outputs.
    ///
    /// # Errors
    /// The trap that it raises; the stack is then as it was.
    fn step(op: &Self::Op, context: &mut Context<'_>, handlers: &mut Self::Handlers) -> Result<Flow, TrapCode>;
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
                write!(f, "`{mnemonic}` takes {expected} operands, {found} were given")
            }
            Self::DoesNotFit { mnemonic, operand, kind, found } => {
                write!(f, "operand `{operand}` of `{mnemonic}` is a `{}`, {found} does not fit", kind.name())
            }
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
