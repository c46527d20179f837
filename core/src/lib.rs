//! What build time and run time share: scalars, value types, operands, positions and depths, the primitives that
//! instruction bodies are made of, folding, moves of values, the model of slot form, and the search for names that are
//! nearly right.
//!
//! A leaf: it knows no table, no bytes and no machine. `opforge-spec` runs the primitives while a table is checked,
//! `opforge` runs them in its engines, so both compute the same by construction.

mod scalar;
mod types;
mod operand_kind;
mod effect;
pub mod escapes;
mod standard_trap;
mod native_state;
mod operand;
mod numbers;
mod fixed;
pub mod fold;
pub mod moves;
pub mod nearest;
mod printable;
pub mod primitives;
pub mod slot_form;

pub use effect::Effect;
pub use fixed::Evaluator;
pub use native_state::NativeState;
pub use numbers::{Depth, Pc, Slot, Word};
pub use operand::{Operand, Through};
pub use operand_kind::{OperandKind, OperandRole};
pub use printable::{Printable, counted, display_width, is_invisible, printable};
pub use scalar::{Immediate, Printed, Scalar};
pub use standard_trap::StandardTrap;
pub use types::{Kind, RustType, Type};
