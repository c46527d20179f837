//! A door for tests and tools to what a machine holds between two slices. Not part of the stable interface.

pub use crate::machine::{FragmentOutcome, FrameSnapshot, RestoreError, Snapshot};

use crate::exec::{Execute, Flow};
use crate::machine::Machine;
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

/// Runs one slice of a fragment that the machine was restored in.
pub fn run_fragment<I: Execute, T>(machine: &mut Machine<I, T>, fuel: Fuel) -> FragmentOutcome {
    machine.run_fragment(fuel)
}

/// Runs one instruction alone, on the reference engine, and follows its flow nowhere.
///
/// # Errors
/// The trap that it raises.
pub fn step_alone<I: Execute, T>(machine: &mut Machine<I, T>) -> Result<Flow, TrapCode> {
    machine.step_alone()
}
