//! A door for tests and tools to what a machine holds between two slices. Not part of the stable interface.

pub use crate::heap::{Amount, Fill};
pub use crate::machine::{Breakpoint, Counted, FrameSnapshot, RestoreError, Snapshot, Stop};
pub use crate::state::{Begun, Line, Looked};

use crate::exec::{Execute, Flow};
use crate::machine::Machine;
use crate::slots::Lowering;
use crate::state::Fuel;
use crate::value::HostValue;
use opforge_bytecode::TrapCode;

/// What the machine holds now.
pub fn snapshot<I: Execute, T>(machine: &Machine<I, T>) -> Snapshot {
    machine.snapshot()
}

/// Puts a machine where a snapshot of its program was taken.
///
/// # Errors
/// Why it cannot be; nothing is running then.
pub fn restore<I: Execute, T>(machine: &mut Machine<I, T>, snapshot: &Snapshot) -> Result<(), RestoreError> {
    machine.restore(snapshot)
}

/// Sets the global of that index, among those of all modules; does nothing if there is none.
pub fn set_global<I: Execute, T>(machine: &mut Machine<I, T>, global: usize, value: &HostValue) {
    machine.set_global_at(global, value);
}

/// Runs one slice, which also stops before an instruction at one of the breakpoints, except where it begins, and at the
/// exits of a fragment that the machine was restored in.
pub fn run_to<I: Execute, T>(machine: &mut Machine<I, T>, breakpoints: &[Breakpoint], fuel: Fuel) -> Stop {
    machine.run_to(breakpoints, fuel)
}

/// Runs one instruction alone, on the reference engine, and follows its flow nowhere.
///
/// # Errors
/// The trap that it raises.
pub fn step_alone<I: Execute, T>(machine: &mut Machine<I, T>) -> Result<Flow, TrapCode> {
    machine.step_alone()
}

/// Counts from now on how often each instruction runs, on the reference engine, whatever engine is set.
pub fn count_executions<I: Execute, T>(machine: &mut Machine<I, T>) {
    machine.count_executions();
}

/// How often each instruction of slot form would have run on the fast engine since [`count_executions`]. One that is a
/// loop runs once however often it goes round.
pub fn slot_counts<I: Execute, T>(machine: &Machine<I, T>, lowering: Lowering) -> Counted {
    machine.slot_counts(lowering)
}
