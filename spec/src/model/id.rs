//! What the records of a set refer to each other by.

/// Index of a trap in [`InstructionSet::traps`](super::InstructionSet::traps).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrapId(pub usize);

/// Index of a primitive in [`InstructionSet::primitives`](super::InstructionSet::primitives).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrimitiveId(pub usize);

/// Index of an instruction in [`InstructionSet::instructions`](super::InstructionSet::instructions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstructionId(pub usize);
