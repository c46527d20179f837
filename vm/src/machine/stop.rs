//! Stopping at a place: the exits of fragments, and breakpoints.
//!
//! At both, a machine stops instead of continuing. An exit is a position after a fragment's code. The
//! example of a row is such a fragment: one instruction, in a table that may have no row to push a constant, so that no
//! call could bring about what it begins with. It is verified alone (`opforge_bytecode::verify_fragment`), a machine is
//! [restored](super::restore) at its beginning, and what runs next stops at an exit. A breakpoint is an instruction: a
//! machine stops before it, and the next slice runs it.

use super::{Machine, Outcome};
use crate::exec::{Execute, Flow};
use crate::state::Begun;
use opforge_bytecode::TrapCode;

/// An instruction of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Breakpoint {
    /// Index of the module.
    pub module: usize,
    /// Index of the function in it.
    pub function: usize,
    /// Where the instruction begins. **Units:** bytes.
    pub pc: u32,
}

/// How a slice ended that may stop at places.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// The fragment was left through the exit of that number.
    Exit(usize),
    /// Before the instruction at a breakpoint.
    Breakpoint(Breakpoint),
    /// As any slice ends.
    Ended(Outcome),
}

impl<I: Execute, T> Machine<I, T> {
    /// Whether the outermost function is a fragment.
    pub(super) fn is_in_fragment(&self) -> bool {
        let Some(frame) = self.state.frames.first() else { return false };
        let facts = self.program.modules().get(frame.module()).and_then(|linked| linked.facts(frame.function()));
        facts.is_some_and(|facts| !facts.entry().is_call())
    }

    /// The instruction that the innermost function is at.
    pub(super) fn place(&self) -> Option<Breakpoint> {
        let frame = self.state.frames.last()?;
        Some(Breakpoint { module: frame.module(), function: frame.function(), pc: frame.pc.0 })
    }

    /// Runs the instruction that the innermost function is at, on the reference engine, and stays there: nothing follows
    /// its flow, so that all it left behind can be looked at.
    ///
    /// # Errors
    /// The trap that it raises.
    pub(crate) fn step_alone(&mut self) -> Result<Flow, TrapCode> {
        let invalid = TrapCode::INVALID_CODE;
        let frame = *self.state.frames.last().ok_or(invalid)?;
        let linked = self.program.modules().get(frame.module()).ok_or(invalid)?;
        let function = linked.module().functions.get(frame.function()).ok_or(invalid)?;
        let (op, _) = I::decode(&function.code, frame.pc.index()).map_err(|_| invalid)?;
        let result = self.run_op(&op);
        self.state.work.set(Begun::default());
        result.unwrap_or(Err(invalid))
    }
}
