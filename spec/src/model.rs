//! The checked instruction set: what every emitter reads.
//!
//! Only the checker in this crate makes an [`InstructionSet`], so having one
//! is the proof that its table is right. It holds no RON and no Rust tokens.

pub mod id;
mod primitive;
mod body;
mod example;
mod heat;
mod instruction;
mod pattern;

pub use body::{Block, Body, Case, Condition, Expr, Handler, Part, PartOperand, Step};
pub use example::{Example, ExampleOperand, Literal, Outcome};
pub use heat::Heat;
pub use id::{InstructionId, PrimitiveId, TrapId};
pub use instruction::{DeclaredOperand, Flow, Input, Instruction, Native, Output};
pub use opforge_core::{Effect, NativeState};
pub use pattern::{Fusion, PatternOperand, PatternPart, Rewrite};
pub use primitive::{Param, Primitive, PrimitiveRole, Trap};

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A table that was read and checked as a whole.
#[derive(Clone, Debug)]
pub struct InstructionSet {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) doc: String,
    pub(crate) families: Vec<Family>,
    pub(crate) traps: Vec<Trap>,
    pub(crate) primitives: Vec<Primitive>,
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) fusions: Vec<Fusion>,
    pub(crate) rewrites: Vec<Rewrite>,
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) files: Vec<PathBuf>,
}

impl InstructionSet {
    /// The table's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The table's version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// What the table is, in a sentence or two of Markdown; may be empty.
    pub fn doc(&self) -> &str {
        &self.doc
    }

    /// The families that have instructions, in order of their first opcode.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// Every trap a program can meet, by number. [`TrapId`] indexes this.
    pub fn traps(&self) -> &[Trap] {
        &self.traps
    }

    /// Every primitive that bodies may call. [`PrimitiveId`] indexes this.
    pub fn primitives(&self) -> &[Primitive] {
        &self.primitives
    }

    /// The instructions, by opcode. [`InstructionId`] indexes this.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// The fusions, each of which is an instruction of slot form.
    pub fn fusions(&self) -> &[Fusion] {
        &self.fusions
    }

    /// The rewrites, each tried on many values.
    pub fn rewrites(&self) -> &[Rewrite] {
        &self.rewrites
    }

    /// How often each instruction of slot form ran in the programs that the table is tuned for, by name. Names that slot form
    /// does not have are among them, if the table has changed since.
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }

    /// The files on disk that the table was read from, the root first; embedded `std:` families are not among them.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The instruction called `name`.
    pub fn instruction(&self, name: &str) -> Option<&Instruction> {
        self.instructions.iter().find(|instruction| instruction.name == name)
    }

    /// The trap behind an id of this set.
    pub fn trap(&self, id: TrapId) -> &Trap {
        &self.traps[id.0]
    }

    /// The primitive behind an id of this set.
    pub fn primitive(&self, id: PrimitiveId) -> &Primitive {
        &self.primitives[id.0]
    }
}

/// A named group of instructions, from one file.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// What it holds, in a sentence.
    pub doc: String,
    /// Whether it is one of `std:`.
    pub std: bool,
    /// Assembly functions that its examples name with `@`; empty if none.
    pub fixtures: String,
    /// The file that they are from, as the family names it; empty if none.
    pub fixtures_file: String,
}
