//! Room for texts: what is to be dropped for it, when, and who pays for looking.
//!
//! What nothing refers to is dropped when about as much came as was kept, which has then paid for the look; or when the limit or the end
//! of the memory is reached, where the instruction that asks for more pays. The outcome hangs on what the program can reach, and the
//! ticks on its [fill](crate::heap::Fill): never on when it was looked before.

use super::scopes::Scopes;
use super::stack::Stack;
use super::{Room, State};
use crate::heap::Heap;
use crate::value::{HostText, Text, Value};
use opforge_bytecode::TrapCode;

/// At how many places someone who looks what is needed looks for a tick: what takes about as long as other work that costs one.
const PLACES_PER_TICK: usize = 16;

/// What a program can reach.
fn roots<'a>(stack: &'a Stack, globals: &'a [Value], scopes: &'a Scopes) -> impl Iterator<Item = Value> + 'a {
    stack.values().iter().chain(globals).copied().chain(scopes.values())
}

impl State {
    /// Drops what nothing refers to any more, if so much came that it is time to look. `held` is held by someone else.
    pub(crate) fn collect_now_and_then(&mut self, held: &[Value]) {
        if !self.heap.has_room(0, usize::MAX) {
            self.collect(held);
        }
    }

    /// Drops what nothing refers to any more. Everything is home: no instruction runs. `held` is held by someone else.
    pub(crate) fn collect(&mut self, held: &[Value]) {
        let Self { stack, globals, scopes, heap, .. } = self;
        heap.sweep(roots(stack, globals, scopes).chain(held.iter().copied()));
        self.stats.collections += 1;
        self.note_heap();
    }

    /// Drops what nothing refers to any more, for an instruction that waits for room; that for which [is paid](Room::All) is paid
    /// first. `false` if the fuel does not suffice, or if the program is to be interrupted meanwhile; what was paid, and what the look
    /// has come to, is kept for the next time.
    pub(crate) fn make_room(&mut self, room: Room) -> bool {
        let price = if room == Room::All { self.price_of_look() } else { 0 };
        let due = self.work.due_for_room(price);
        let now = due.min(self.fuel());
        self.charge(now);
        self.work.paid_for_room(now);
        if now < due {
            return false;
        }
        let Self { stack, globals, scopes, heap, .. } = self;
        let mut is_new = false;
        while heap.is_looking() || !is_new {
            if !heap.is_looking() {
                // Also after a round that began earlier: what was needed then may not be any more.
                heap.begin(roots(stack, globals, scopes));
                is_new = true;
            }
            if self.work.interrupt.is_set() {
                return false;
            }
            heap.drop_some();
        }
        if room == Room::All {
            heap.count_anew();
        }
        self.stats.collections += 1;
        self.note_heap();
        self.work.made_room(room, price);
        true
    }

    /// What it costs to look at all that is kept and all that may refer to it. **Units:** ticks.
    fn price_of_look(&mut self) -> u64 {
        let roots = self.stack.len() + self.globals.len() + self.scopes.saved();
        (self.heap.places_to_look_at().saturating_add(roots) / PLACES_PER_TICK) as u64
    }

    pub(super) fn note_heap(&mut self) {
        self.stats.heap_bytes = self.heap.bytes();
        self.stats.most_heap_bytes = self.stats.most_heap_bytes.max(self.heap.bytes());
    }

    /// Makes sure that the running instruction may make a text of so many bytes, and of memory to write it into `text`.
    ///
    /// # Errors
    /// `OutOfMemory` if it may not. That hangs on what the program can still reach, so before it is refused someone looks: the
    /// instruction then stops, with any error, and runs again.
    pub(crate) fn reserve_text(&mut self, text: &mut String, length: usize) -> Result<(), TrapCode> {
        let (price, limits) = (Heap::price(length), self.limits);
        let too_long = length > limits.object_bytes;
        if too_long || self.lacks_room(price) || self.heap.is_full(price, limits.heap_bytes) {
            return Err(TrapCode::OUT_OF_MEMORY);
        }
        self.heap.reserve(text, length).map_err(|_| self.lacks_memory())
    }

    /// Whether the running instruction stops for want of room for so many bytes.
    fn lacks_room(&mut self, price: usize) -> bool {
        let most = self.limits.heap_bytes;
        let room = match (self.heap.is_full(price, most), self.heap.has_room(price, most)) {
            (true, _) => Room::All,
            (false, false) => Room::Looked,
            (false, true) => Room::Some,
        };
        self.work.wait_for_room(room)
    }

    /// The trap for memory that cannot be had, unless what nothing needs is in the way: then the running instruction stops, and
    /// runs again.
    pub(super) fn lacks_memory(&mut self) -> TrapCode {
        self.work.wait_for_room(Room::All);
        self.heap.be_due();
        TrapCode::OUT_OF_MEMORY
    }

    /// Keeps a text that the running instruction made.
    ///
    /// # Errors
    /// As [`reserve_text`](Self::reserve_text).
    pub(crate) fn keep_text(&mut self, mut text: String) -> Result<Text, TrapCode> {
        let length = text.len();
        self.reserve_text(&mut text, length)?;
        if text.capacity() > length {
            // What it has to spare is not counted. To give it back could fail.
            let mut own = String::new();
            self.reserve_text(&mut own, length)?;
            own.push_str(&text);
            text = own;
        }
        let text = HostText::made(text).map_err(|_| self.lacks_memory())?;
        let text = self.heap.add(text);
        self.note_heap();
        Ok(text)
    }
}
