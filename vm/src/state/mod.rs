//! All that a machine keeps between two slices: frames as offsets into one stack, globals, scopes, limits, counters.

mod frame;
mod interrupt;
mod limits;
mod line;
mod room;
mod scopes;
mod stack;
mod streams;
mod work;

pub(crate) use frame::{Frame, NO_WORD};
pub use interrupt::InterruptHandle;
pub use limits::{Fuel, Limits, Stats};
pub use line::Line;
pub use streams::Streams;
pub use work::{Begun, Looked};

use crate::heap::{Coming, Fill, Heap, Spare};
use crate::program::Linked;
use crate::value::{HostText, HostValue, Text, Unpacked, Value};
use line::Fetched;
use opforge_bytecode::{Constant, TrapCode};
use opforge_core::{Slot, Word};
use scopes::Scopes;
use stack::Stack;
use std::collections::TryReserveError;
use std::ptr::NonNull;
use std::sync::Arc;
use work::Work;

/// How many values are copied for a call without a look whether there is memory: the [spare](Spare) suffices for them.
const MANY_VALUES: usize = 1 << 10;
/// What the copies of a value take on its way to a host function, if it is a text: lists, and what tells texts apart. **Units:** bytes.
const COPIES_BYTES: usize = 1 << 9;

/// All that a machine keeps between two slices.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) stack: Stack,
    pub(crate) frames: Vec<Frame>,
    pub(crate) globals: Vec<Value>,
    pub(crate) scopes: Scopes,
    pub(crate) streams: Streams,
    pub(crate) limits: Limits,
    pub(crate) stats: Stats,
    /// What its values refer to.
    pub(crate) heap: Heap,
    /// Slots of all frames.
    frame_slots: usize,
    /// The most frames and the most slots that were in use here: other than in `stats`, not what a snapshot says.
    seen: (usize, usize),
    /// How many frames there may be before someone must look at the limits and at the memory.
    frame_ceiling: usize,
    /// The same for slots.
    slot_ceiling: usize,
    /// Ticks that the slice has left; `None` if they are not counted.
    fuel: Option<u64>,
    /// Ticks that the last slice's fuel did not cover, and the next one's pays first.
    debt: u64,
    /// Ticks that the instruction under way owes, if the program goes on after it.
    owed: u64,
    /// Whether ticks were charged since someone last looked.
    charged: bool,
    /// What an instruction does that takes more than one slice.
    pub(crate) work: Work,
}

impl State {
    pub(crate) fn new(globals: usize) -> Self {
        Self {
            stack: Stack::default(),
            frames: Vec::new(),
            // As many as the modules have names for.
            globals: vec![Value::NIL; globals],
            scopes: Scopes::default(),
            streams: Streams::none(),
            limits: Limits::default(),
            stats: Stats::default(),
            heap: Heap::default(),
            frame_slots: 0,
            seen: (0, 0),
            frame_ceiling: 0,
            slot_ceiling: 0,
            fuel: None,
            debt: 0,
            owed: 0,
            charged: false,
            work: Work::default(),
        }
    }

    /// Gives up whatever runs: no frames, no scopes.
    pub(crate) fn clear(&mut self) {
        self.scopes.close_to(0, &mut self.globals);
        self.stack.truncate(0);
        self.frames.clear();
        self.frame_slots = 0;
        self.owed = 0;
        self.work.set(Begun::default());
        self.heap.give_up();
    }

    /// Whether frames, scopes and slots have room for that many more.
    pub(crate) fn room(&self, frames: usize, slots: usize) -> Result<(), TrapCode> {
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

    /// Looks at the limits and then for the memory for a frame of so many slots.
    ///
    /// # Errors
    /// The limit that is reached, or would be if it were as low as the memory is. So below.
    pub(crate) fn reserve_frame(&mut self, slots: usize) -> Result<(), TrapCode> {
        self.room(1, slots)?;
        let frames = self.frames.len() + 1;
        Spare::reserve_beside(&mut self.frames, frames).map_err(|_| TrapCode::FRAME_OVERFLOW)?;
        self.reserve_slots(self.stack.len().saturating_add(slots)).map_err(|_| TrapCode::STACK_OVERFLOW)
    }

    /// Makes sure that the stack has memory for so many slots, and that there is some besides.
    fn reserve_slots(&mut self, slots: usize) -> Result<(), TryReserveError> {
        let _spare = (slots > self.stack.memory()).then(Spare::hold).transpose()?;
        self.stack.reserve(slots)
    }

    /// Makes sure that there is memory to hand so many values on, in lists for this time only, whose memory is asked for in ways that
    /// cannot fail. For few there always is.
    pub(crate) fn room_for_copies(count: usize) -> Result<(), TrapCode> {
        if count > MANY_VALUES {
            Spare::hold_with(count.saturating_mul(COPIES_BYTES)).map_err(|_| TrapCode::STACK_OVERFLOW)?;
        }
        Ok(())
    }

    /// The same for an open scope.
    pub(crate) fn reserve_scope(&mut self) -> Result<(), TrapCode> {
        self.room(1, 0)?;
        self.scopes.reserve_open().map_err(|_| TrapCode::FRAME_OVERFLOW)
    }

    /// The same for the value of a global that a scope saves.
    pub(crate) fn reserve_saved(&mut self) -> Result<(), TrapCode> {
        self.room(0, 1)?;
        self.scopes.reserve_saved(self.globals.len()).map_err(|_| TrapCode::STACK_OVERFLOW)
    }

    /// Enters a function; there [is room](Self::reserve_frame).
    pub(crate) fn push_frame(&mut self, frame: Frame, arguments: &[Value]) {
        let base = self.stack.len();
        self.stack.extend(arguments);
        self.stack.resize(base + frame.slots());
        self.frames.push(frame.placed(base, self.scopes.count()));
        self.frame_slots += frame.size();
        self.note_use();
    }

    /// Whether a loop may push a frame of that many slots: within what was in use before and is therefore within the
    /// limits, and in memory.
    #[inline(always)]
    pub(crate) fn has_room(&self, slots: usize) -> bool {
        self.frames.len() < self.frame_ceiling && self.frame_slots + slots <= self.slot_ceiling
    }

    /// Enters a function for a loop that looked whether there [is room](Self::has_room). The arguments begin at slot
    /// `home` of the innermost frame, whose code continues at `word` later; the new one takes `size` slots.
    #[inline(always)]
    #[allow(unsafe_code, reason = "no check for memory that `has_room` made sure of")]
    pub(crate) fn push_known(&mut self, frame: &Frame, size: usize, home: Slot, word: Word) {
        let count = self.frames.len();
        debug_assert!(count > 0 && count < self.frames.capacity());
        // SAFETY: a loop runs in a frame, and the ceiling is at most the capacity.
        unsafe {
            let caller = self.frames.as_mut_ptr().add(count - 1);
            (*caller).word = word;
            let new = caller.add(1);
            // As a whole, and then what differs: built field by field it takes every register.
            std::ptr::copy_nonoverlapping(frame, new, 1);
            (*new).base = (*caller).base + home.index();
            (*new).scopes = self.scopes.count() as u32;
            self.frames.set_len(count + 1);
        }
        self.frame_slots += size;
    }

    /// Leaves the innermost function, which takes `size` slots, for a loop, if one called it: returns the caller's
    /// number, the word at which its code continues, and its slots. Verified code closes its scopes before it returns.
    #[inline(always)]
    #[allow(unsafe_code, reason = "no checks for frames that were counted")]
    pub(crate) fn pop_known(&mut self, size: usize) -> Option<(usize, Word, NonNull<Value>)> {
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
    pub(crate) fn set_ceilings(&mut self) {
        let (frames, slots) = self.seen;
        // What cannot be had lowers the ceilings.
        let _ = Spare::reserve_beside(&mut self.frames, frames);
        let _ = self.reserve_slots(slots);
        self.lower_ceilings();
    }

    /// Keeps the ceilings below what scopes leave.
    fn lower_ceilings(&mut self) {
        let frames = self.seen.0.min(self.limits.frames);
        let slots = self.seen.1.min(self.limits.slots);
        self.frame_ceiling = frames.saturating_sub(self.scopes.count()).min(self.frames.capacity());
        self.slot_ceiling = slots.saturating_sub(self.scopes.saved()).min(self.stack.memory());
    }

    /// Leaves the innermost function: its slots and scopes go.
    pub(crate) fn pop_frame(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.stack.set_top(frame.base);
        self.frame_slots = self.frame_slots.saturating_sub(frame.size());
        self.scopes.close_to(frame.scopes(), &mut self.globals);
        self.lower_ceilings();
    }

    /// Remembers how much is in use.
    pub(crate) fn note_use(&mut self) {
        let slots = self.frame_slots + self.scopes.saved();
        let frames = self.frames.len() + self.scopes.count();
        self.seen = (self.seen.0.max(frames), self.seen.1.max(slots));
        self.stats.most_slots = self.stats.most_slots.max(slots);
        self.stats.most_frames = self.stats.most_frames.max(frames);
        self.lower_ceilings();
    }

    /// Gives the slice its fuel, less what the one before owes.
    pub(crate) fn fill(&mut self, fuel: Fuel) {
        self.charged = false;
        self.fuel = match fuel {
            Fuel::Unlimited => {
                self.settle_debt(u64::MAX);
                None
            }
            Fuel::Ticks(ticks) => Some(ticks - self.settle_debt(ticks)),
        };
    }

    /// Pays what the last slice owed, as far as so many ticks go; returns what was paid.
    fn settle_debt(&mut self, ticks: u64) -> u64 {
        let paid = ticks.min(self.debt);
        self.debt -= paid;
        self.stats.ticks = self.stats.ticks.saturating_add(paid);
        paid
    }

    /// Charges ticks. What the fuel does not cover is owed, and counts once it is paid: no more ticks are counted than
    /// there was fuel.
    pub(crate) fn charge(&mut self, ticks: u64) {
        self.charged |= ticks > 0;
        let paid = ticks.min(self.fuel());
        self.stats.ticks = self.stats.ticks.saturating_add(paid);
        self.debt = self.debt.saturating_add(ticks - paid);
        if let Some(left) = &mut self.fuel {
            *left -= paid;
        }
    }

    /// Pays for work before it is done: first from what the same instruction paid in earlier slices, then from the fuel.
    /// `false` if that does not suffice; all of it is paid then.
    pub(crate) fn pay(&mut self, ticks: u64) -> bool {
        let due = self.work.due(ticks);
        let now = due.min(self.fuel());
        self.charge(now);
        self.work.paid(now, due)
    }

    /// Forgives what the last slice owes.
    pub(crate) fn forgive(&mut self) {
        self.debt = 0;
    }

    /// Has the instruction under way owe so many ticks, which are charged where the program goes on after it.
    pub(super) fn owe(&mut self, ticks: u64) {
        self.owed = self.owed.saturating_add(ticks);
    }

    /// Charges what the instruction under way owes: the program goes on.
    pub(crate) fn charge_owed(&mut self) {
        let owed = std::mem::take(&mut self.owed);
        self.charge(owed);
    }

    /// Ticks that the last slice's fuel did not cover.
    pub(crate) fn debt(&self) -> u64 {
        self.debt
    }

    /// Has everything count from what another machine used.
    pub(crate) fn continue_from(
        &mut self,
        (ticks, slots, frames): (u64, usize, usize),
        debt: u64,
        begun: Begun,
        fill: Fill,
    ) {
        self.stats.ticks = ticks;
        self.stats.most_slots = self.stats.most_slots.max(slots);
        self.stats.most_frames = self.stats.most_frames.max(frames);
        self.debt = debt;
        self.work.set(begun);
        self.heap.set_fill(fill);
    }

    /// Ticks that the slice has left; all there can be if they are not counted.
    pub(crate) fn fuel(&self) -> u64 {
        self.fuel.unwrap_or(u64::MAX)
    }

    pub(crate) fn out_of_fuel(&self) -> bool {
        self.fuel == Some(0)
    }

    /// Whether ticks were charged since the last time this was asked.
    pub(crate) fn take_charged(&mut self) -> bool {
        std::mem::take(&mut self.charged)
    }

    /// The next line of the input as a text, nil if there is none. A tick is paid for each KiB of it.
    ///
    /// # Errors
    /// `NoInput`, `InputFailed` and `OutOfMemory`; any where the instruction stopped. Then the line is read, paid for and made a text
    /// where that had come to.
    pub(crate) fn read_line(&mut self) -> Result<Value, TrapCode> {
        // What could never be kept is not read.
        let most = self.limits.object_bytes.min(self.limits.heap_bytes.saturating_sub(Heap::price(0)));
        match self.streams.fetch_line(most, &self.work.interrupt)? {
            Fetched::Whole => {}
            Fetched::End => return Ok(Value::NIL),
            Fetched::Interrupted => {
                self.work.wait();
                return Err(TrapCode::INVALID_CODE);
            }
            Fetched::Full => return Err(self.lacks_memory()),
        }
        let length = self.streams.line.length();
        if !self.pay(1 + (length as u64 >> 10)) {
            return Err(TrapCode::INVALID_CODE);
        }
        let mut text = String::new();
        self.reserve_text(&mut text, length)?;
        let read = self.streams.line.text().map(|read| text.push_str(read));
        let kept = read.and_then(|()| self.keep_text(text).map(Value::text));
        // What found no room is still there to be read.
        if kept != Err(TrapCode::OUT_OF_MEMORY) {
            self.streams.line.clear();
        }
        kept
    }

    /// A value of the host's as one of this machine's.
    pub(crate) fn import(&mut self, value: &HostValue) -> Value {
        self.import_by(value, Heap::add)
    }

    /// The same for one of several that a machine of the program gave out together.
    pub(crate) fn import_with(&mut self, value: &HostValue, coming: &mut Coming) -> Value {
        self.import_by(value, |heap, text| coming.text(heap, text))
    }

    fn import_by(&mut self, value: &HostValue, add: impl FnOnce(&mut Heap, &HostText) -> Text) -> Value {
        match value {
            HostValue::Text(text) => {
                let text = add(&mut self.heap, text);
                self.note_heap();
                Value::text(text)
            }
            other => other.scalar().map_or(Value::NIL, Value::from),
        }
    }

    /// A value of this machine's as one of the host's. `modules` are those of the machine's program. What is one object here is one text
    /// there, and what is not is not.
    pub(crate) fn export(&self, modules: &[Linked], value: Value) -> HostValue {
        match (value.scalar(), value.unpack()) {
            (Some(scalar), _) => HostValue::from(scalar),
            (None, Unpacked::Str(text)) => {
                let constant = || Self::constant_of(modules, text).map(|text| HostText::from(Arc::clone(text)));
                HostValue::Text(self.heap.text(text).cloned().or_else(constant).unwrap_or_else(|| "".into()))
            }
            // No value is an object until the heap makes one.
            (None, _) => HostValue::from(format!("<{}>", value.kind().name())),
        }
    }

    /// The characters of a text; `None` for a handle of another machine.
    pub(crate) fn text<'a>(&'a self, modules: &'a [Linked], text: Text) -> Option<&'a str> {
        Self::text_of(&self.heap, modules, text)
    }

    /// As [`text`](Self::text), of the heap alone.
    pub(crate) fn text_of<'a>(heap: &'a Heap, modules: &'a [Linked], text: Text) -> Option<&'a str> {
        heap.text(text).map(HostText::as_str).or_else(|| Self::constant_of(modules, text).map(|text| &**text))
    }

    fn constant_of(modules: &[Linked], text: Text) -> Option<&Arc<str>> {
        // The heap has a number that no module has.
        match modules.get(text.module() as usize)?.module().constants.get(text.constant() as usize)? {
            Constant::Text(text) => Some(text),
            Constant::Scalar(_) => None,
        }
    }
}
