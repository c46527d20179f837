//! The state of a machine: frames as offsets into one stack, globals, scopes, counters.

use super::limits::{Fuel, Limits, Stats};
use super::scopes::Scopes;
use crate::host::{HostValue, Streams};
use crate::link::Linked;
use crate::trap::TrapCode;
use crate::value::{Text, Unpacked, Value};
use crate::verify::Facts;

/// One activation of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) module: usize,
    pub(super) function: usize,
    /// Where its slots begin in the stack.
    pub(super) base: usize,
    /// How many slots its parameters and locals take.
    pub(super) slots: usize,
    /// How deep its stack gets at most.
    pub(super) max_depth: usize,
    /// The instruction it is at.
    pub(super) pc: u32,
    /// The one after that.
    pub(super) next_pc: u32,
    /// How many scopes were open when it was entered.
    pub(super) scopes: usize,
}

/// All that a machine keeps between two slices.
#[derive(Debug)]
pub(super) struct State {
    pub(super) stack: Vec<Value>,
    pub(super) frames: Vec<Frame>,
    pub(super) globals: Vec<Value>,
    pub(super) scopes: Scopes,
    pub(super) streams: Streams,
    pub(super) limits: Limits,
    pub(super) stats: Stats,
    /// Texts that the host gave.
    texts: Vec<String>,
    /// Slots of all frames.
    frame_slots: usize,
    /// Ticks that the slice has left; `None` if they are not counted.
    fuel: Option<u64>,
    /// Ticks charged beyond the last slice's fuel.
    debt: u64,
    /// Whether ticks were charged since someone last looked.
    charged: bool,
    /// Whether an instruction asked for something that is not there.
    pub(super) fault: bool,
}

impl State {
    pub(super) fn new(globals: usize) -> Self {
        Self {
            stack: Vec::new(),
            frames: Vec::new(),
            // As many as the modules have names for.
            globals: vec![Value::NIL; globals],
            scopes: Scopes::default(),
            streams: Streams::none(),
            limits: Limits::default(),
            stats: Stats::default(),
            texts: Vec::new(),
            frame_slots: 0,
            fuel: None,
            debt: 0,
            charged: false,
            fault: false,
        }
    }

    /// Gives up whatever runs: no frames, no scopes.
    pub(super) fn clear(&mut self) {
        self.scopes.close_to(0, &mut self.globals);
        self.stack.clear();
        self.frames.clear();
        self.frame_slots = 0;
        self.fault = false;
    }

    /// Whether frames, scopes and slots have room for that many more.
    pub(super) fn room(&self, frames: usize, slots: usize) -> Result<(), TrapCode> {
        let used = self.frames.len() + self.scopes.count();
        if frames > 0 && used.saturating_add(frames) > self.limits.frames {
            return Err(TrapCode::FRAME_OVERFLOW);
        }
        let used = self.frame_slots + self.scopes.saved();
        if slots > 0 && used.saturating_add(slots) > self.limits.slots {
            return Err(TrapCode::STACK_OVERFLOW);
        }
        Ok(())
    }

    /// Enters a function; the limits were looked at.
    pub(super) fn push_frame(&mut self, module: usize, function: usize, facts: &Facts, arguments: &[Value]) {
        let base = self.stack.len();
        self.stack.extend_from_slice(arguments);
        self.stack.resize(base + facts.slots, Value::NIL);
        self.frames.push(Frame {
            module,
            function,
            base,
            slots: facts.slots,
            max_depth: facts.max_depth,
            pc: 0,
            next_pc: 0,
            scopes: self.scopes.count(),
        });
        self.frame_slots += facts.frame_slots();
        self.note_use();
    }

    /// Leaves the innermost function: its slots and scopes go.
    pub(super) fn pop_frame(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.stack.truncate(frame.base);
        self.frame_slots = self.frame_slots.saturating_sub(frame.slots + frame.max_depth);
        self.scopes.close_to(frame.scopes, &mut self.globals);
    }

    /// Remembers how much is in use.
    pub(super) fn note_use(&mut self) {
        let slots = self.frame_slots + self.scopes.saved();
        let frames = self.frames.len() + self.scopes.count();
        self.stats.most_slots = self.stats.most_slots.max(slots);
        self.stats.most_frames = self.stats.most_frames.max(frames);
    }

    /// Gives the slice its fuel, less what the one before overdrew.
    pub(super) fn fill(&mut self, fuel: Fuel) {
        self.charged = false;
        self.fuel = match fuel {
            Fuel::Unlimited => {
                self.debt = 0;
                None
            }
            Fuel::Ticks(ticks) => {
                let paid = ticks.min(self.debt);
                self.debt -= paid;
                Some(ticks - paid)
            }
        };
    }

    pub(super) fn charge(&mut self, ticks: u64) {
        self.stats.ticks = self.stats.ticks.saturating_add(ticks);
        self.charged |= ticks > 0;
        if let Some(left) = &mut self.fuel {
            self.debt = self.debt.saturating_add(ticks.saturating_sub(*left));
            *left = left.saturating_sub(ticks);
        }
    }

    pub(super) fn out_of_fuel(&self) -> bool {
        self.fuel == Some(0)
    }

    /// Whether ticks were charged since the last time this was asked.
    pub(super) fn take_charged(&mut self) -> bool {
        std::mem::take(&mut self.charged)
    }

    pub(super) fn import(&mut self, value: &HostValue) -> Value {
        match value {
            HostValue::Text(text) => {
                self.texts.push(text.clone());
                let index = u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX);
                Value::text(Text::new(Text::HOST, index))
            }
            other => other.scalar().map_or(Value::NIL, Value::from),
        }
    }

    pub(super) fn export(&self, modules: &[Linked], value: Value) -> HostValue {
        match value.unpack() {
            Unpacked::Nil => HostValue::Nil,
            Unpacked::Bool(value) => HostValue::Bool(value),
            Unpacked::Int(value) => HostValue::Int(value),
            Unpacked::Float(value) => HostValue::Float(value),
            Unpacked::Str(text) => HostValue::Text(self.text(modules, text).unwrap_or_default().to_owned()),
        }
    }

    /// The characters of a text; `None` for a handle of another machine.
    pub(super) fn text<'a>(&'a self, modules: &'a [Linked], text: Text) -> Option<&'a str> {
        let index = text.constant() as usize;
        if text.module() == Text::HOST {
            return self.texts.get(index).map(String::as_str);
        }
        match modules.get(text.module() as usize)?.checked.module.constants.get(index)? {
            crate::module::Constant::Text(text) => Some(text),
            crate::module::Constant::Scalar(_) => None,
        }
    }
}
