//! The assembly language: text to module, and back.
//!
//! Text → [statements](parse) → [`Module`](crate::Module), with every name resolved by the kinds of the row's operands;
//! no instruction is known here by its name. The module is not verified: that is [`crate::verify`]'s work. The other
//! way, [`disassemble`] prints a module so that assembling the text makes the same bytes again.

mod limits;
mod error_kind;
mod error;
mod literal;
mod scan;
mod parse;
mod recover;
mod names;
mod lists;
mod meant;
mod operands;
mod registers;
mod assemble;
mod disassemble;

pub use assemble::assemble;
pub use disassemble::{DisasmError, disassemble};
pub use error::{AsmError, AsmErrorKind, AsmErrors};
pub use literal::{parse_scalar, parse_text};

#[cfg(test)]
mod tests;
