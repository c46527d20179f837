//! What generated code is made of, as far as statistics ask.

use opforge::metadata::InstructionInfo;

/// What code was written, as far as statistics ask.
#[derive(Clone, Debug, Default)]
pub(crate) struct CodeCounts {
    pub(crate) rows: Vec<u64>,
    pub(crate) sequences: Vec<u64>,
    pub(crate) loops: bool,
    pub(crate) calls: bool,
    pub(crate) regions: bool,
}

impl CodeCounts {
    pub(crate) fn note(&mut self, index: usize, row: &InstructionInfo) {
        if let Some(count) = self.rows.get_mut(index) {
            *count += 1;
        }
        self.calls |= row.enters.is_some();
    }
}
