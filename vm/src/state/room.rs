//! Room for texts: what is to be dropped for it, when, and who pays for looking.
//!
//! What nothing refers to is dropped when so much was made that it has paid for the look; or earlier, when the limit is reached, and then
//! the instruction that asks for more pays the rest. The [fill](crate::heap::Fill) of the heap says when that
//! is, so that it is the same on every engine and for a run that was cut.

use super::State;
use super::scopes::Scopes;
use super::stack::Stack;
use crate::heap::Heap;
use crate::value::{HostText, Text, Value};
use opforge_bytecode::TrapCode;

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

    /// Puts in order what a run left that is over, if there is much, or if the limit was near: only globals are left.
    pub(crate) fn tidy(&mut self) {
        if self.heap.is_untidy() {
            self.compact();
        }
    }

    /// The same before a run, also if there are more texts than globals may need: it would pay for looking at them. Who made them
    /// has paid for dropping them.
    pub(crate) fn tidy_before_run(&mut self) {
        if self.heap.is_untidy() || self.heap.texts() > self.globals.len() {
            self.compact();
        }
    }

    fn compact(&mut self) {
        self.heap.compact(&mut self.globals);
        self.stats.collections += 1;
    }

    /// Drops what nothing refers to any more. Everything is home: no instruction runs. `held` is held by someone else.
    pub(crate) fn collect(&mut self, held: &[Value]) {
        let Self { stack, globals, scopes, heap, .. } = self;
        heap.sweep(roots(stack, globals, scopes).chain(held.iter().copied()));
        self.stats.collections += 1;
    }

    /// Makes room for an instruction that waits for that, so that as much as `kept` bytes is kept with what it makes. Where that is within
    /// the limit, and too little was made to pay for a look, it is looked later. Else what nothing refers to is dropped, which is paid
    /// first. `false` if the fuel does not suffice, or if the program is to be interrupted meanwhile; what was paid, and what the look
    /// has come to, is kept for the next time.
    pub(crate) fn make_room(&mut self, kept: usize) -> bool {
        if self.heap.postpone(kept, self.limits.heap_bytes, self.roots()) {
            return true;
        }
        // What the host did meanwhile has it looked again for an instruction that has paid for that.
        let price = if self.work.looked_before() { 0 } else { self.heap.price_of_look(self.roots()) };
        let due = self.work.due_for_room(price);
        let now = due.min(self.fuel());
        self.charge(now);
        self.work.paid_for_room(now);
        if now < due {
            return false;
        }
        let Self { stack, globals, scopes, heap, work, .. } = self;
        if !heap.is_looking() {
            heap.begin(roots(stack, globals, scopes));
        }
        loop {
            heap.drop_some();
            if !heap.is_looking() {
                break;
            }
            // However often it is interrupted, it gets further each time.
            if work.interrupt.is_set() {
                return false;
            }
        }
        work.made_room(price);
        heap.note_look();
        self.stats.collections += 1;
        true
    }

    /// How many values may refer to something.
    fn roots(&self) -> usize {
        self.stack.len() + self.globals.len() + self.scopes.saved()
    }

    /// Notes that the host may have changed what is needed, or what the instruction does that comes next.
    pub(crate) fn note_change(&mut self) {
        self.heap.give_up();
        self.work.note_change();
    }

    /// Notes that something came.
    pub(super) fn note_heap(&mut self) {
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
        let (kept, most) = (self.heap.bytes().saturating_add(price), limits.heap_bytes);
        let waits = !too_long && !self.heap.has_room(price, most) && self.work.wait_for_room(kept, kept <= most);
        if too_long || waits || kept > most {
            return Err(TrapCode::OUT_OF_MEMORY);
        }
        self.heap.reserve(text, length).map_err(|_| self.lacks_memory())
    }

    /// The trap for memory that cannot be had, unless what nothing needs is in the way: then the running instruction stops, and
    /// runs again.
    pub(super) fn lacks_memory(&mut self) -> TrapCode {
        self.work.wait_for_room(usize::MAX, false);
        self.heap.be_due();
        TrapCode::OUT_OF_MEMORY
    }

    /// Keeps a text that a function of the host returned. That cannot be called again, so nothing waits here: what it costs is
    /// paid where the program goes on, a tick for each KiB and a look at what is needed.
    ///
    /// # Errors
    /// `OutOfMemory` if there is no room for it.
    pub(crate) fn receive(&mut self, text: &HostText) -> Result<Text, TrapCode> {
        let (price, limits) = (Heap::price(text.len()), self.limits);
        if text.len() > limits.object_bytes {
            return Err(TrapCode::OUT_OF_MEMORY);
        }
        let kept = self.heap.bytes().saturating_add(price);
        let roots = self.roots();
        if !self.heap.has_room(price, limits.heap_bytes) && !self.heap.postpone(kept, limits.heap_bytes, roots) {
            self.owe(self.heap.price_of_look(roots));
            self.collect(&[]);
            self.heap.note_look();
        }
        if !self.heap.fits(price, limits.heap_bytes) || self.heap.reserve_place().is_err() {
            return Err(TrapCode::OUT_OF_MEMORY);
        }
        self.owe(text.len() as u64 >> 10);
        let text = self.heap.add(text);
        self.note_heap();
        Ok(text)
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
        let text = self.heap.add_made(text);
        self.note_heap();
        Ok(text)
    }
}
