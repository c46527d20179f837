//! Slot form: what the fast engine runs. Knows no machine.
//!
//! Verified stack form → `lower` → instructions of slot form → `select` fuses → `encode` → `Lowered` code, which
//! `validate` checks as a whole. Lowering is driven by the table's [`SlotTable`], which the macro generates. Slot code
//! never leaves the process.

mod lowering;
mod error;
mod poll;
mod word;
mod instructions;
mod lowered;
mod rewrite;
mod index;
mod select;
mod encode;
mod validate;
mod decoded;
mod types;
mod last_use;
mod lower;
mod listing;
mod executions;

pub use error::{LowerError, LowerRule};
pub use index::SlotForm;
pub use listing::{SlotLine, list};
pub use lowering::Lowering;
pub use opforge_core::slot_form::{
    BuiltIn, ConstantForm, Field, Guarded, OperandSource, PartInput, PartOutputs, Rewrite, RewriteGuard, RewriteLine,
    RewriteOperand, RowCase, RowForm, Runs, SequenceOperand, SequencePart, SlotOp, SlotPart, SlotTable,
};

pub(crate) use executions::{Executions, SlotCounts, count};
pub(crate) use lower::lower;
pub(crate) use lowered::{AwayValue, Lowered};
pub(crate) use opforge_core::slot_form::HALVES;
pub(crate) use poll::Poll;

#[cfg(test)]
mod tests;
