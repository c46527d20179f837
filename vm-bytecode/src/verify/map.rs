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

/// Where the instructions of a function begin.
#[derive(Debug)]
pub(super) struct Map {
    /// Position of each instruction.
    pub(super) starts: Vec<Pc>,
    /// For each byte: 1 + the index of the instruction that begins there, else 0.
    at: Vec<u32>,
}

impl Map {
    pub(super) fn new<I: InstructionSet>(function: &Function) -> Result<Map, VerifyError> {
        let code = &function.code;
        let mut map = Map { starts: Vec::new(), at: vec![0; code.len()] };
        let mut index = 0;
        while index < code.len() {
            let pc = Pc(index as u32);
            let (_, next) = I::decode(code, index).map_err(|error| fail(function, pc, Rule::Decodes(error)))?;
            map.starts.push(pc);
            if let Some(at) = map.at.get_mut(index) {
                *at = map.starts.len() as u32;
            }
            index = next.max(index + 1);
        }
        Ok(map)
    }

    /// The instruction that begins at `pc`.
    pub(super) fn instruction(&self, pc: Pc) -> Option<u32> {
        self.at.get(pc.index())?.checked_sub(1)
    }
}

/// The rule that `function` breaks at `pc`.
pub(super) fn fail(function: &Function, pc: Pc, rule: Rule) -> VerifyError {
    VerifyError { function: Some(function.name.clone()), pc: Some(pc.0), source: None, rule }
}
