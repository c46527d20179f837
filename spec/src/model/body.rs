//! The meaning of an instruction.

use super::id::{InstructionId, PrimitiveId, TrapId};
use opforge_core::{Scalar, Type};

/// The meaning of an instruction.
#[derive(Clone, Debug)]
pub enum Body {
    /// Outputs are inputs, in another order or number; no code.
    Shuffle,
    /// A list of steps.
    Does(Block),
    /// The first case whose guards fit.
    Cases {
        /// The cases, in order.
        cases: Vec<Case>,
        /// What happens when none fits; `None` traps `TypeMismatch`.
        otherwise: Option<Block>,
    },
    /// Other instructions, one after the other.
    Seq(Vec<Part>),
    /// A hand-written function.
    Handler(Handler),
}

/// One case of a body.
#[derive(Clone, Debug)]
pub struct Case {
    /// One type per input.
    pub guards: Vec<Type>,
    /// What it does; each guarded input has its guard's type in it.
    pub block: Block,
}

/// Steps that run in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step of a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `name = expr`: an output or a local of the block, assigned once.
    Let {
        /// The name.
        name: String,
        /// The value's type.
        ty: Type,
        /// The value.
        value: Expr,
    },
    /// `primitive(…)`: a call for its effect.
    Do(Expr),
    /// `jump operand [if …]`.
    Jump {
        /// Index of the operand of kind `Target`.
        operand: usize,
        /// When; `None` is always.
        when: Option<Condition>,
    },
    /// `jump operand[index]`: jumps if the list has a target of that index, counted from 0.
    JumpAt {
        /// Index of the operand of kind `[Target]`.
        operand: usize,
        /// An `Int`.
        index: Expr,
    },
    /// `trap Name [if …]`.
    Trap {
        /// Which.
        trap: TrapId,
        /// When; `None` is always.
        when: Option<Condition>,
    },
    /// `return [expr]`: leaves the function; nil if there is no value.
    Return(Option<Expr>),
    /// `raise expr`: unwinds to the innermost handler with that value.
    Raise(Expr),
    /// `[name =] enter f(group)`: calls a function; last step of its block.
    Enter {
        /// The output that receives the result. Always `Some` today: every function returns one value.
        name: Option<String>,
        /// Index of the operand of kind `Func`.
        operand: usize,
        /// Index of the input that is the group of arguments.
        group: usize,
    },
}

/// `if expr` or `unless expr`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// True for `unless`.
    pub negated: bool,
    /// A `Bool`.
    pub value: Expr,
}

/// A typed expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// An input of the row, by index, with the type it has at this place. A group only as an argument.
    Input(usize, Type),
    /// An operand of the row, by index.
    Operand(usize),
    /// A name assigned by an earlier step.
    Name(String, Type),
    /// A literal.
    Literal(Scalar),
    /// `if condition then value else value`; computes only.
    If {
        /// A `Bool`.
        condition: Box<Expr>,
        /// What it is if that is true.
        then: Box<Expr>,
        /// What it is otherwise.
        otherwise: Box<Expr>,
        /// The union of the types of both.
        ty: Type,
    },
    /// A call of a primitive; infix operators become calls.
    Call {
        /// Which.
        primitive: PrimitiveId,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// The operator it was written as, for the manual.
        infix: Option<&'static str>,
    },
}

impl Expr {
    /// The expressions that it is made of.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Self::Call { arguments, .. } => arguments.iter().collect(),
            Self::If { condition, then, otherwise, .. } => vec![condition, then, otherwise],
            Self::Input(..) | Self::Operand(_) | Self::Name(..) | Self::Literal(_) => Vec::new(),
        }
    }
}

/// One part of a `seq`.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The instruction.
    pub instruction: InstructionId,
    /// Its operands.
    pub operands: Vec<PartOperand>,
}

/// Where a part's operand comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum PartOperand {
    /// The operand of the row with that index.
    Row(usize),
    /// A literal number.
    Literal(Scalar),
}

/// A hand-written body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The function's name, in snake case.
    pub name: String,
    /// For rows of `std:` families, the path of the function in `opforge`; users' own rows go through the generated trait.
    pub std: Option<String>,
}
