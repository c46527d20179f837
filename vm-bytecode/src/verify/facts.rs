//! What verification finds out about a function.

use super::regions::RegionTable;
use crate::module::Function;
use opforge_core::Depth;

/// How a function is entered and left. The default is an ordinary call.
///
/// A fragment is entered with values on its stack and left through exits: the positions `code.len() + k` for
/// `k < exits` denote those. Nothing can call it; a machine enters it by being restored there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Values on the stack at the start.
    pub depth: Depth,
    /// Scopes open at the start.
    pub scopes: u32,
    /// How many exits there are.
    pub exits: u32,
}

impl Entry {
    /// Whether calls enter the function so, with nothing on its stack and no exits but returning.
    pub fn is_call(self) -> bool {
        self == Self::default()
    }
}

/// What is known of a verified function: what a machine needs to run it.
#[derive(Debug)]
pub struct FunctionFacts {
    slots: usize,
    code_bytes: usize,
    max_depth: Depth,
    regions: RegionTable,
    entry: Entry,
}

impl FunctionFacts {
    pub(super) fn new(function: &Function, max_depth: Depth, regions: RegionTable, entry: Entry) -> Self {
        Self { slots: function.slot_count(), code_bytes: function.code_bytes(), max_depth, regions, entry }
    }

    /// How many bytes its code and its lists of targets take together.
    pub fn code_bytes(&self) -> usize {
        self.code_bytes
    }

    /// How many slots its parameters and locals take.
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// The deepest that its stack gets.
    pub fn max_depth(&self) -> Depth {
        self.max_depth
    }

    /// How many slots a frame of it takes: locals and greatest depth.
    pub fn frame_slots(&self) -> usize {
        self.slots + self.max_depth.count()
    }

    /// Which handler guards what.
    pub fn regions(&self) -> &RegionTable {
        &self.regions
    }

    /// How it is entered and left.
    pub fn entry(&self) -> Entry {
        self.entry
    }
}
