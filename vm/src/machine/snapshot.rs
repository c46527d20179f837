//! What a machine holds between two slices, whole and without the machine: what tests compare engines by, and what a
//! machine can be [restored](super::restore) to.

use super::Machine;
use crate::exec::Execute;
use crate::heap::Fill;
use crate::state::{Begun, Line, Stats};
use crate::value::{HostValue, Value};

/// The whole state of a run between two slices. It is the same on every engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Ticks, most slots and most frames so far.
    pub used: (u64, usize, usize),
    /// Ticks that the fuel of the last slice did not cover: the next one pays them first.
    pub debt: u64,
    /// What the instruction that comes next has done already.
    pub begun: Begun,
    /// How full the heap is.
    pub fill: Fill,
    /// What was read of the next line of the input.
    pub line: Line,
    /// The activations, outermost first.
    pub frames: Vec<FrameSnapshot>,
    /// The globals of all modules.
    pub globals: Vec<HostValue>,
    /// For each open scope, outermost first: the globals that it saves, by index, and what it puts back.
    pub scopes: Vec<Vec<(usize, HostValue)>>,
}

/// One activation.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameSnapshot {
    /// Index of the module.
    pub module: usize,
    /// Index of the function in it.
    pub function: usize,
    /// The instruction that it is at: for a caller, the call. **Units:** bytes.
    pub pc: u32,
    /// How many scopes were open when it was entered.
    pub scopes: usize,
    /// Its parameters and locals.
    pub locals: Vec<HostValue>,
    /// What is on its stack; for a caller without the arguments.
    pub stack: Vec<HostValue>,
}

impl<I: Execute, T> Machine<I, T> {
    /// What the machine holds now. A text that is in several places is one text in all of them.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let (state, modules) = (&self.state, self.program.modules());
        let export = |value: &Value| state.export(modules, *value);
        let ends = state.frames.iter().skip(1).map(|frame| frame.base).chain([state.stack.len()]);
        let frames = state.frames.iter().zip(ends).map(|(frame, end)| {
            let values = state.stack.values().get(frame.base..end).unwrap_or_default();
            let (locals, stack) = values.split_at(frame.slots().min(values.len()));
            FrameSnapshot {
                module: frame.module(),
                function: frame.function(),
                pc: self.position_of(frame).0,
                scopes: frame.scopes(),
                locals: locals.iter().map(export).collect(),
                stack: stack.iter().map(export).collect(),
            }
        });
        let frames = frames.collect();
        let globals = state.globals.iter().map(export).collect();
        let scopes = state.scopes.iter();
        let scopes = scopes.map(|saved| saved.iter().map(|(global, value)| (*global, export(value))).collect());
        let Stats { ticks, most_slots, most_frames, .. } = state.stats;
        Snapshot {
            used: (ticks, most_slots, most_frames),
            debt: state.debt(),
            begun: state.work.begun(),
            fill: state.heap.fill(),
            line: state.streams.line.clone(),
            frames,
            globals,
            scopes: scopes.collect(),
        }
    }
}
