//! Where the instructions of a function begin, and what is known there while it is walked.

use super::error::{Rule, VerifyError};
use crate::isa::InstructionSet;
use crate::module::Function;
use opforge_core::{Depth, Pc};

/// The depth of an instruction that nothing reached.
pub(super) const UNSEEN: Depth = Depth(u32::MAX);

/// What is known where an instruction begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// Depth of the stack; [`UNSEEN`] if nothing comes here.
    pub(super) depth: Depth,
    /// Open scopes.
    pub(super) scopes: u32,
    /// The depth that a handler can count on: without the arguments of a call.
    pub(super) floor: Depth,
    /// The instruction from which this one was reached first.
    pub(super) from: Pc,
}

impl Default for State {
    fn default() -> Self {
        Self { depth: UNSEEN, scopes: 0, floor: Depth(0), from: Pc(0) }
    }
}

/// Where the instructions of a function begin. Takes little more memory than a number for each of them.
#[derive(Debug)]
pub(super) struct Map {
    /// Position of each instruction.
    pub(super) starts: Vec<Pc>,
    /// For each [`Block::BYTES`] bytes of the code.
    blocks: Vec<Block>,
}

/// Some bytes of code.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    /// How many instructions begin before it.
    before: u32,
    /// At which of its bytes one begins.
    begins: u32,
}

impl Block {
    const BYTES: usize = 32;
}

impl Map {
    pub(super) fn new<I: InstructionSet>(function: &Function) -> Result<Map, VerifyError> {
        let code = &function.code;
        let mut map = Map { starts: Vec::new(), blocks: vec![Block::default(); code.len().div_ceil(Block::BYTES)] };
        let mut index = 0;
        while index < code.len() {
            let pc = Pc(index as u32);
            let (_, next) = I::decode(code, index).map_err(|error| fail(function, pc, Rule::Decodes(error)))?;
            map.starts.push(pc);
            if let Some(block) = map.blocks.get_mut(index / Block::BYTES) {
                block.begins |= 1 << (index % Block::BYTES);
            }
            index = next.max(index + 1);
        }
        let mut before = 0;
        for block in &mut map.blocks {
            block.before = before;
            before += block.begins.count_ones();
        }
        Ok(map)
    }

    /// The instruction that begins at `pc`.
    pub(super) fn instruction(&self, pc: Pc) -> Option<u32> {
        let block = self.blocks.get(pc.index() / Block::BYTES)?;
        let bit = 1u32 << (pc.index() % Block::BYTES);
        (block.begins & bit != 0).then(|| block.before + (block.begins & (bit - 1)).count_ones())
    }
}

/// The rule that `function` breaks at `pc`.
pub(super) fn fail(function: &Function, pc: Pc, rule: Rule) -> VerifyError {
    VerifyError { function: Some(function.name.clone()), pc: Some(pc.0), source: None, rule }
}
