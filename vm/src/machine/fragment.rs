//! Fragments: functions that are entered with values on their stack and left through exits.
//!
//! The example of a row is one instruction, in a table that may have no row to push a constant, so no call could bring
//! about what it begins with. It is verified as a fragment (`opforge_bytecode::verify_fragment`), a machine is
//! [restored](super::restore) at its beginning, and what runs next ends at an exit. Exits are positions after the code: a
//! place at which the machine stops instead of running on, as it will at a breakpoint.

use super::{Machine, Outcome};
use crate::exec::{Context, Execute, Flow};
use opforge_bytecode::TrapCode;

/// How a slice of a fragment ended.
#[derive(Clone, Debug, PartialEq)]
pub enum FragmentOutcome {
    /// It was left through the exit of that number.
    Exit(usize),
    /// It ended as any run does.
    Ended(Outcome),
}

impl<I: Execute, T> Machine<I, T> {
    /// Whether the outermost function is a fragment.
    pub(super) fn is_in_fragment(&self) -> bool {
        let Some(frame) = self.state.frames.first() else { return false };
        let facts = self.program.modules().get(frame.module()).and_then(|linked| linked.facts(frame.function()));
        facts.is_some_and(|facts| !facts.entry().is_call())
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
        let (op, _) = I::decode(&function.code, frame.pc as usize).map_err(|_| invalid)?;
        let mut context = Context::new(self.program.modules(), &mut self.state);
        I::step(&op, &mut context, &mut self.handlers)
    }
}
