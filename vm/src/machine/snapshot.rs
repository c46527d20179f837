//! What a machine holds between two slices, by which the tests compare engines.

use super::Machine;
use super::limits::Stats;
use crate::host::HostValue;
use crate::instruction_set::InstructionSet;
use crate::value::Value;

/// All that engines must agree on between two slices.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Snapshot {
    /// Ticks, most slots and most frames.
    pub(crate) used: (u64, usize, usize),
    /// The activations, outermost first.
    pub(crate) frames: Vec<FrameSnapshot>,
    pub(crate) globals: Vec<Value>,
    /// Open scopes, and the values that they save.
    pub(crate) scopes: (usize, usize),
}

/// One activation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FrameSnapshot {
    pub(crate) module: usize,
    pub(crate) function: usize,
    /// The instruction that it is at: for a caller, the call.
    pub(crate) pc: u32,
    /// How many scopes were open when it was entered.
    pub(crate) scopes: usize,
    pub(crate) locals: Vec<Value>,
    /// What is on its stack; for a caller without the arguments.
    pub(crate) stack: Vec<Value>,
}

impl<I: InstructionSet> Machine<I> {
    /// What the machine holds now.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let state = &self.state;
        let ends = state.frames.iter().skip(1).map(|frame| frame.base).chain([state.stack.len()]);
        let frames = state.frames.iter().zip(ends).map(|(frame, end)| {
            let values = state.stack.values().get(frame.base..end).unwrap_or_default();
            let (locals, stack) = values.split_at(frame.slots().min(values.len()));
            FrameSnapshot {
                module: frame.module(),
                function: frame.function(),
                pc: self.position_of(frame),
                scopes: frame.scopes(),
                locals: locals.to_vec(),
                stack: stack.to_vec(),
            }
        });
        let Stats { ticks, most_slots, most_frames, .. } = state.stats;
        Snapshot {
            used: (ticks, most_slots, most_frames),
            frames: frames.collect(),
            globals: state.globals.clone(),
            scopes: (state.scopes.count(), state.scopes.saved()),
        }
    }

    /// The values as a host sees them.
    pub(crate) fn exported(&self, values: &[Value]) -> Vec<HostValue> {
        values.iter().map(|value| self.export(*value)).collect()
    }
}
