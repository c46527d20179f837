//! Patterns: fusions and rewrites.

use super::heat::Heat;
use super::id::InstructionId;
use opforge_core::{Scalar, Type};

/// A fusion: a sequence that the fast engine runs as one instruction.
#[derive(Clone, Debug)]
pub struct Fusion {
    /// Its name.
    pub name: String,
    /// The sequence.
    pub pattern: Vec<PatternPart>,
    /// What is declared about its place in the fast engine's loop.
    pub heat: Option<Heat>,
}

/// A rewrite: a claim that one sequence equals another, which was tried.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// Its name.
    pub name: String,
    /// What is replaced.
    pub from: Vec<PatternPart>,
    /// By what.
    pub to: Vec<PatternPart>,
    /// Type conditions: on inputs of the first row of `from` by their names, and on its operand variables. A variable
    /// of kind `Local` or `Global` stands for what that place holds when `from` begins.
    pub when: Vec<(String, Type)>,
    /// How many combinations of values and equal operands were tried; at most [`MAX_TRIALS`](crate::MAX_TRIALS).
    pub tried: usize,
    /// Numbers that the outcome of either side may hang on: literals of the rule and of the rows' bodies, their neighbours, what
    /// two of them make together.
    pub numbers: Vec<Scalar>,
}

/// One line of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternPart {
    /// `@label`: a place that jumps of the pattern go to.
    Label(String),
    /// An instruction and its operands.
    Instruction(InstructionId, Vec<PatternOperand>),
}

/// An operand of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternOperand {
    /// A variable: equal names stand for equal operands.
    Variable(String),
    /// A literal.
    Literal(Scalar),
    /// A label of the pattern.
    Label(String),
}
