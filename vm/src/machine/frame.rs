//! The state of a machine: frames as offsets into one stack, globals, scopes, counters.

use super::limits::{Fuel, Limits, Stats};
use super::scopes::Scopes;
use super::stack::Stack;
use crate::host::{HostValue, Streams};
use crate::link::Linked;
use crate::trap::TrapCode;
use crate::value::{Text, Unpacked, Value};
use crate::verify::Facts;
use std::ptr::NonNull;

/// Not a word of slot code.
pub(crate) const NO_WORD: u32 = u32::MAX;

/// One activation of a function. Small, because calls copy it: whatever is counted here fits 32 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Where its slots begin in the stack.
    pub(crate) base: usize,
    module: u32,
    function: u32,
    id: u32,
    slots: u32,
    max_depth: u32,
    scopes: u32,
    /// The instruction it is at; not up to date while `word` says more, or while it is the innermost of a loop.
    pub(crate) pc: u32,
    /// The one after that.
    pub(crate) next_pc: u32,
    /// While a call that a loop over slot code made is under way: the word at which its code goes on, else [`NO_WORD`].
    /// Means nothing in the frame that a loop runs in.
    pub(crate) word: u32,
}

impl Frame {
    /// A frame of a function, at its start.
    pub(super) fn of(module: usize, function: usize, id: usize, facts: &Facts) -> Self {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            base: 0,
            module: small(module),
            function: small(function),
            id: small(id),
            slots: small(facts.slots),
            max_depth: small(facts.max_depth),
            scopes: 0,
            pc: 0,
            next_pc: 0,
            word: NO_WORD,
        }
    }

    /// The module that its function is in.
    pub(crate) fn module(&self) -> usize {
        self.module as usize
    }

    /// The function, by its index in its module.
    pub(crate) fn function(&self) -> usize {
        self.function as usize
    }

    /// The number of the function among all of the program.
    pub(crate) fn id(&self) -> usize {
        self.id as usize
    }

    /// How many slots its parameters and locals take.
    pub(crate) fn slots(&self) -> usize {
        self.slots as usize
    }

    /// How deep its stack gets at most.
    pub(crate) fn max_depth(&self) -> usize {
        self.max_depth as usize
    }

    /// How many slots it takes in all.
    pub(crate) fn size(&self) -> usize {
        self.slots as usize + self.max_depth as usize
    }

    /// How many scopes were open when it was entered.
    pub(crate) fn scopes(&self) -> usize {
        self.scopes as usize
    }
}

/// All that a machine keeps between two slices.
#[derive(Debug)]
pub(crate) struct State {
    pub(super) stack: Stack,
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
    /// How many frames there may be before someone must look at the limits and at the memory.
    frame_ceiling: usize,
    /// The same for slots.
    slot_ceiling: usize,
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
            stack: Stack::default(),
            frames: Vec::new(),
            // As many as the modules have names for.
            globals: vec![Value::NIL; globals],
            scopes: Scopes::default(),
            streams: Streams::none(),
            limits: Limits::default(),
            stats: Stats::default(),
            texts: Vec::new(),
            frame_slots: 0,
            frame_ceiling: 0,
            slot_ceiling: 0,
            fuel: None,
            debt: 0,
            charged: false,
            fault: false,
        }
    }

    /// Gives up whatever runs: no frames, no scopes.
    pub(super) fn clear(&mut self) {
        self.scopes.close_to(0, &mut self.globals);
        self.stack.truncate(0);
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
    pub(super) fn push_frame(&mut self, frame: Frame, arguments: &[Value]) {
        let base = self.stack.len();
        self.stack.extend(arguments);
        self.stack.resize(base + frame.slots());
        self.frames.push(Frame { base, scopes: self.scopes.count() as u32, ..frame });
        self.frame_slots += frame.size();
        self.note_use();
    }

    /// Whether a loop may push a frame of so many slots: within what was in use before and is therefore within the
    /// limits, and in memory.
    #[inline(always)]
    pub(crate) fn has_room(&self, slots: usize) -> bool {
        self.frames.len() < self.frame_ceiling && self.frame_slots + slots <= self.slot_ceiling
    }

    /// Enters a function for a loop that looked whether there [is room](Self::has_room). The arguments begin at slot
    /// `home` of the innermost frame, whose code goes on at `word` later; the new one takes `size` slots.
    #[inline(always)]
    #[allow(unsafe_code, reason = "no check for memory that `has_room` made sure of")]
    pub(crate) fn push_known(&mut self, frame: &Frame, size: usize, home: usize, word: u32) {
        let count = self.frames.len();
        debug_assert!(count > 0 && count < self.frames.capacity());
        // SAFETY: a loop runs in a frame, and the ceiling is at most the capacity.
        unsafe {
            let caller = self.frames.as_mut_ptr().add(count - 1);
            (*caller).word = word;
            let new = caller.add(1);
            // As a whole, and then what differs: built field by field it takes every register.
            std::ptr::copy_nonoverlapping(frame, new, 1);
            (*new).base = (*caller).base + home;
            (*new).scopes = self.scopes.count() as u32;
            self.frames.set_len(count + 1);
        }
        self.frame_slots += size;
    }

    /// Leaves the innermost function, which takes `size` slots, for a loop, if one called it: gives the caller's number,
    /// the word at which its code goes on, and its slots. Verified code closes its scopes before it returns.
    #[inline(always)]
    #[allow(unsafe_code, reason = "no checks for frames that were counted")]
    pub(crate) fn pop_known(&mut self, size: usize) -> Option<(usize, u32, NonNull<Value>)> {
        let count = self.frames.len();
        if count < 2 {
            return None;
        }
        // SAFETY: there are two frames, and the slots of a frame are in memory.
        unsafe {
            let caller = self.frames.as_mut_ptr().add(count - 2);
            let word = (*caller).word;
            if word == NO_WORD {
                return None;
            }
            self.frame_slots -= size;
            self.frames.set_len(count - 1);
            Some(((*caller).id(), word, self.stack.at((*caller).base)))
        }
    }

    /// Lets loops use what was in use at most so far, as far as limits and memory allow.
    pub(super) fn set_ceilings(&mut self) {
        let (frames, slots) = (self.stats.most_frames, self.stats.most_slots);
        self.frames.reserve(frames.saturating_sub(self.frames.len()));
        self.stack.ensure(slots);
        self.lower_ceilings();
    }

    /// Keeps the ceilings below what scopes leave.
    fn lower_ceilings(&mut self) {
        let frames = self.stats.most_frames.min(self.limits.frames);
        let slots = self.stats.most_slots.min(self.limits.slots);
        self.frame_ceiling = frames.saturating_sub(self.scopes.count()).min(self.frames.capacity());
        self.slot_ceiling = slots.saturating_sub(self.scopes.saved()).min(self.stack.memory());
    }

    /// Leaves the innermost function: its slots and scopes go.
    pub(super) fn pop_frame(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.stack.set_top(frame.base);
        self.frame_slots = self.frame_slots.saturating_sub(frame.size());
        self.scopes.close_to(frame.scopes(), &mut self.globals);
        self.lower_ceilings();
    }

    /// Remembers how much is in use.
    pub(super) fn note_use(&mut self) {
        let slots = self.frame_slots + self.scopes.saved();
        let frames = self.frames.len() + self.scopes.count();
        self.stats.most_slots = self.stats.most_slots.max(slots);
        self.stats.most_frames = self.stats.most_frames.max(frames);
        self.lower_ceilings();
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

    /// Ticks that the slice has left; all there can be if they are not counted.
    pub(super) fn fuel(&self) -> u64 {
        self.fuel.unwrap_or(u64::MAX)
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
