//! Where the instructions of a function begin, and what is known there while it is walked.

use super::error::{Rule, VerifyError};
use crate::isa::InstructionSet;
use crate::module::Function;

/// The depth of an instruction that nothing reached.
pub(super) const UNSEEN: u32 = u32::MAX;

/// What is known where an instruction begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// Depth of the stack; [`UNSEEN`] if nothing comes here.
    pub(super) depth: u32,
    /// Open scopes.
    pub(super) scopes: u32,
    /// The depth that a handler can count on: without the arguments of a call.
    pub(super) floor: u32,
}

/// Where the instructions of a function begin.
#[derive(Debug)]
pub(super) struct Map {
    /// Position of each instruction.
    pub(super) starts: Vec<u32>,
    /// For each byte: 1 + the index of the instruction that begins there, else 0.
    at: Vec<u32>,
}

impl Map {
    pub(super) fn new<I: InstructionSet>(function: &Function) -> Result<Map, VerifyError> {
        let code = &function.code;
        let mut map = Map { starts: Vec::new(), at: vec![0; code.len()] };
        let mut pc = 0;
        while pc < code.len() {
            let (_, next) = I::decode(code, pc).map_err(|error| fail(function, pc as u32, Rule::Decodes(error)))?;
            map.starts.push(pc as u32);
            if let Some(at) = map.at.get_mut(pc) {
                *at = map.starts.len() as u32;
            }
            pc = next.max(pc + 1);
        }
        Ok(map)
    }

    /// The instruction that begins at `pc`.
    pub(super) fn instruction(&self, pc: u32) -> Option<u32> {
        self.at.get(pc as usize)?.checked_sub(1)
    }
}

/// The rule that `function` breaks at `pc`.
pub(super) fn fail(function: &Function, pc: u32, rule: Rule) -> VerifyError {
    VerifyError { function: Some(function.name.clone()), pc: Some(pc), rule }
}
