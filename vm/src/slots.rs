//! Slot form: what the fast engine runs.
//!
//! Stack form → `lower` → instructions of slot form → `select` fuses → `encode` → `Lowered` code,
//! which `validate` checks as a whole. Lowering is driven by the table's [`SlotTable`], which the macro generates; so is
//! the loop that runs the code, over the primitives in `fast`. Slot code never leaves the process.

mod table;
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
pub use rewrite::{Rewrite, RewriteLine, RewriteOperand};
pub use select::Index;
pub use show::SlotLine;
pub use table::{
    BUILT_IN, ConstantForm, Field, PartInput, PartOutputs, RowForm, SequenceOperand, SequencePart, SlotOp, SlotOperand,
    SlotPart, SlotTable,
};

pub(crate) use fast::{FastFunction, Leave};
pub(crate) use lower::lower;
pub(crate) use lowered::{LazyCode, Lowered, Value as AwayValue};
pub(crate) use word::{HALVES, MOST_SLOTS};

#[cfg(test)]
mod tests;
