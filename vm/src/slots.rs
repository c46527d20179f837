//! Slot form: what the fast engine runs.
//!
//! Stack form → `lower` → instructions of slot form → `select` fuses → `encode` → `Lowered` code,
//! which `validate` checks as a whole. Lowering is driven by the table's [`SlotTable`], which the macro generates; so is
//! the loop that runs the code, over the primitives in `fast`. Slot code never leaves the process.

mod word;
mod instructions;
mod lower;
mod rewrite;
mod select;
mod encode;
mod validate;
mod lowered;
mod fast;
mod show;

pub use fast::{Base, Cold, Fast, Pc, Way};
pub use opforge_core::slot_form::{
    ConstantForm, Field, OperandSource, PartInput, PartOutputs, Rewrite, RewriteLine, RewriteOperand, RowForm, Runs,
    SequenceOperand, SequencePart, SlotOp, SlotPart, SlotTable,
};
pub use select::Index;
pub use show::SlotLine;

pub(crate) use fast::{FastFunction, Leave};
pub(crate) use lower::lower;
pub(crate) use lowered::{LazyCode, Lowered, Value as AwayValue};
pub(crate) use opforge_core::slot_form::{HALVES, MAX_SLOTS};

#[cfg(test)]
mod tests;
