//! Counting what a program runs, for who tunes the table to it.
//!
//! The reference engine counts, so that the loop over slot code need not. What slot code would have run follows from that.

use super::Machine;
use crate::exec::Execute;
use crate::slots::{self, Executions, Lowering, SlotCounts};

/// What programs ran, as instructions of slot form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How often each would have run, by name; those that would not have are left out.
    pub runs: SlotCounts,
    /// The functions that ran and have no slot code, of which nothing is counted: the reference engine runs them.
    pub uncounted: Vec<String>,
}

impl<I: Execute, T> Machine<I, T> {
    /// Counts from now on how often each instruction runs; on the reference engine, whatever engine is set.
    pub(crate) fn count_executions(&mut self) {
        let functions = self.program.modules().iter().map(|linked| linked.module().functions.len()).sum();
        self.executions = Some(vec![Executions::default(); functions]);
    }

    /// How often each instruction of slot form would have run meanwhile.
    pub(crate) fn slot_counts(&self, lowering: Lowering) -> Counted {
        let mut counted = Counted::default();
        let Some(executions) = &self.executions else { return counted };
        for linked in self.program.modules() {
            for (function, executions) in executions.iter().skip(linked.first_function).enumerate() {
                if function == linked.module().functions.len() {
                    break;
                }
                let verified = linked.verified(function);
                let runs = &mut counted.runs;
                if slots::count::<I>(I::slot_form(), verified, lowering, executions, runs).is_err() {
                    counted.uncounted.extend(linked.module().functions.get(function).map(|known| known.name.clone()));
                }
            }
        }
        counted
    }
}

#[cfg(test)]
mod tests;
