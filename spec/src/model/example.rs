//! Examples of an instruction.

use super::id::TrapId;
use opforge_core::{Scalar, Through};

/// One example of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// As written.
    pub text: String,
    /// Locals before.
    pub slots: Vec<Literal>,
    /// Globals before.
    pub globals: Vec<Literal>,
    /// What the input has, if stated.
    pub reads: Option<String>,
    /// One per operand; `Omitted` for what [`Instruction::omits`](super::Instruction::omits).
    pub operands: Vec<ExampleOperand>,
    /// The inputs, bottom first, groups spread out.
    pub inputs: Vec<Literal>,
    /// What happens.
    pub outcome: Outcome,
    /// Locals after, if stated.
    pub slots_after: Option<Vec<Literal>>,
    /// Globals after, if stated.
    pub globals_after: Option<Vec<Literal>>,
    /// What is printed, if stated.
    pub prints: Option<String>,
    /// Whether it was evaluated while the table was read; else only the generated tests run it.
    pub evaluated: bool,
}

/// A value in an example.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A scalar.
    Scalar(Scalar),
    /// A text constant.
    Text(String),
}

/// An operand in an example.
#[derive(Clone, Debug, PartialEq)]
pub enum ExampleOperand {
    /// A target (its exit is named by the outcome) or the count of the only group (the number of values that are written).
    Omitted,
    /// A number; also that of a slot or global, a count, or how many targets a list has.
    Number(Scalar),
    /// A constant's value.
    Constant(Literal),
    /// A function of the family's fixtures.
    Function(String),
}

/// How an example ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Continues with the next instruction with these outputs.
    Next(Vec<Literal>),
    /// Jumps that way with these outputs.
    Jump(Through, Vec<Literal>),
    /// Raises that trap; the stack is as it was.
    Trap(TrapId),
    /// Returns that value.
    Return(Literal),
    /// Raises that value.
    Raise(Literal),
}
