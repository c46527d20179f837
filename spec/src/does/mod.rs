//! The small languages inside a table's strings: text → tokens → syntax trees with places.
//!
//! One lexer serves them all: bodies (`does`), guards, operand lists, stack effects, signatures, patterns and examples.
//! Nothing is checked here but form; `check` resolves names and types. Every error says where in the string
//! it stands.

mod ast;
mod lexer;
mod cursor;
mod habits;
mod parser;

pub(crate) use ast::{Condition, Expr, ExprKind, Infix, Name, Step, StepKind};
pub(crate) use cursor::{Cursor, Problem};
pub(crate) use lexer::Token;
pub(crate) use parser::{KEYWORDS, Parser};
