//! What build time and run time share: scalars, value types, operand kinds
//! the primitives that instruction bodies are made of, folding, and the
//! fields of slot code.
//!
//! A leaf: it knows no table, no bytes and no machine. `opforge-spec` runs the
//! primitives while a table is checked, `opforge` runs them in its engines, so
//! that both give the same answer by construction.

mod scalar;
mod types;
mod operand;
mod fixed;
mod field;
pub mod fold;
pub mod primitives;

pub use field::Field;
pub use fixed::Evaluator;
pub use operand::OperandKind;
pub use scalar::Scalar;
pub use types::{Kind, Type};
