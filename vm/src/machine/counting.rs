//! Counting what a program runs, for who tunes the table to it.
//!
//! The reference engine counts, so that the loop over slot code need not. What slot code would have run follows from that.

use super::Machine;
use crate::exec::Execute;
use crate::slots::{self, Executions, Lowering, SlotCounts};

impl<I: Execute, T> Machine<I, T> {
    /// Counts from now on how often each instruction runs; on the reference engine, whatever engine is set.
    pub(crate) fn count_executions(&mut self) {
        let functions = self.program.modules().iter().map(|linked| linked.module().functions.len()).sum();
        self.executions = Some(vec![Executions::default(); functions]);
    }

    /// How often each instruction of slot form would have run meanwhile, by name; those that would not have are left out, and
    /// so is what functions did that have no slot code.
    pub(crate) fn slot_counts(&self, lowering: Lowering) -> SlotCounts {
        let mut counts = SlotCounts::new();
        let Some(executions) = &self.executions else { return counts };
        for linked in self.program.modules() {
            for (function, executions) in executions.iter().skip(linked.first_function).enumerate() {
                if function == linked.module().functions.len() {
                    break;
                }
                // Without slot code the reference engine runs it.
                let _ = slots::count::<I>(I::slot_form(), linked.verified(function), lowering, executions, &mut counts);
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests;
