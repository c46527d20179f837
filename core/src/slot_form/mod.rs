//! The model of slot form, what the fast engine runs: what each row of a table is there, and which instructions there are.
//!
//! `opforge-spec` derives it from the checked rows, `opforge-codegen` writes it down as a static and generates the loop
//! from it, `opforge` lowers functions by it. All three must agree on it to the bit, so it stands here once. Lists are
//! owned while a table is read and borrowed in generated code.

mod list;
mod field;
mod built_in;
mod op;
mod row;
mod case;
mod rewrite;

pub use built_in::{BuiltIn, built_in_codes};
pub use case::{Fit, RowCase};
pub use field::Field;
pub use list::List;
pub use op::{OperandSource, PartInput, PartOutputs, SlotOp, SlotPart};
pub use rewrite::{Guarded, Rewrite, RewriteGuard, RewriteLine, RewriteOperand};
pub use row::{ConstantForm, RowForm, Runs, SequenceOperand, SequencePart};

/// Slot code names slots in halves: slot 3 is 6. An x86 address scales an index by eight at most, and a slot is 16 bytes.
pub const HALVES: u16 = 2;

/// So many slots of a frame can be named.
pub const MAX_SLOTS: usize = (u16::MAX / HALVES) as usize;

/// So many slots lie above each frame: what a rewrite puts there may need more of the stack than what it replaces.
pub const SPARE_SLOTS: usize = 4;

/// The slot form of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotTable {
    /// What lowering does with each row.
    pub rows: List<RowForm>,
    /// What types tell of each row; empty for one of which they tell nothing.
    pub cases: List<List<RowCase>>,
    /// The instructions of slot form that the table adds, the hot ones first; their codes begin at [`BuiltIn::COUNT`].
    pub ops: List<SlotOp>,
    /// How many of `ops` have a code of their own; the others share one, and a field says which it is.
    pub hot: usize,
    /// Sequences that are replaced before they are folded.
    pub rewrites: List<Rewrite>,
}

impl SlotTable {
    /// The code of the instruction at `index`, and the first field of one that shares its code.
    pub fn code(&self, index: usize) -> Option<(u16, Option<u16>)> {
        match index.checked_sub(self.hot) {
            None => Some((u16::try_from(index).ok()?.checked_add(BuiltIn::COUNT)?, None)),
            Some(cold) => Some((BuiltIn::Cold.code(), Some(u16::try_from(cold).ok()?))),
        }
    }

    /// The instruction with that code and first field.
    pub fn op(&self, code: u16, first: u16) -> Option<&SlotOp> {
        let (hot, cold) = self.ops.split_at_checked(self.hot)?;
        match code.checked_sub(BuiltIn::COUNT) {
            Some(index) => hot.get(usize::from(index)),
            None if code == BuiltIn::Cold.code() => cold.get(usize::from(first)),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_find_their_instructions() {
        let op = |name: &'static str, cold: bool| SlotOp {
            name: name.into(),
            fields: List::default(),
            parts: List::default(),
            fusion: None,
            cold,
        };
        let ops = vec![op("first", false), op("second", false), op("third", true), op("fourth", true)];
        let (rows, cases) = (List::default(), List::default());
        let table = SlotTable { rows, cases, ops: ops.into(), hot: 2, rewrites: List::default() };
        for (index, op) in table.ops.iter().enumerate() {
            let (code, first) = table.code(index).expect("few instructions");
            assert_eq!(first.is_some(), op.cold);
            assert_eq!(table.op(code, first.unwrap_or(0)), Some(op));
        }
        assert_eq!(table.op(BuiltIn::COUNT + 2, 0), None, "a cold instruction has no code of its own");
        assert_eq!(table.op(BuiltIn::Cold.code(), 2), None);
        assert_eq!(table.op(BuiltIn::Move.code(), 0), None);
    }
}
