//! Work of an instruction that takes more than one slice: what it has paid, and how far it got.
//!
//! Such an instruction is run again from its beginning, over the same stack, and finds here what it did before.

use super::InterruptHandle;
use super::Streams;
use opforge_bytecode::TrapCode;

/// How much is written before someone looks whether it is to be interrupted. **Units:** bytes.
const CHUNK_BYTES: usize = 1 << 16;

/// What the instruction that comes next has done in earlier slices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// Ticks that it has paid for its work.
    pub paid: u64,
    /// Bytes that it has written.
    pub written: usize,
    /// Whether it was looked for it what is needed.
    pub looked: Looked,
}

/// Whether it was looked for an instruction what is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Looked {
    /// It was not.
    #[default]
    No,
    /// There is as much room as there can be.
    Yes,
    /// There was, and then the host may have changed what is needed: it is looked again where there is not enough.
    Earlier,
}

/// The work of the instruction under way.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// What is left of what it did before and does not do again.
    before: Begun,
    /// All that it has done, so far in this slice and before.
    all: Begun,
    /// Whether it stopped before it was done.
    stopped: bool,
    /// Bytes that it wrote since it looked whether it is to be interrupted.
    unlooked: usize,
    /// How much would be kept, if it stopped because there may be room for that once what nothing needs is gone. **Units:** bytes.
    lacks_room: Option<usize>,
    /// What it had paid by then, and pays again. **Units:** ticks.
    paid_before_lack: u64,
    /// What stops it from outside.
    pub(crate) interrupt: InterruptHandle,
}

impl Work {
    /// Takes from the payment what was paid before; the rest is due.
    pub(super) fn due(&mut self, ticks: u64) -> u64 {
        let known = ticks.min(self.before.paid);
        self.before.paid -= known;
        self.all.paid = self.all.paid.saturating_add(known);
        ticks - known
    }

    /// Notes what was paid of what is due; `false` if it is not all.
    pub(super) fn paid(&mut self, ticks: u64, due: u64) -> bool {
        self.all.paid = self.all.paid.saturating_add(ticks);
        self.stopped = ticks < due;
        !self.stopped
    }

    /// Has the instruction stop before it is done, though all is paid so far.
    pub(crate) fn wait(&mut self) {
        self.stopped = true;
    }

    /// Has the instruction stop until there is as much room as there can be, if there may be more: it wants so many bytes to be kept, which
    /// fit or not. `false` if there is.
    pub(super) fn wait_for_room(&mut self, bytes: usize, fits: bool) -> bool {
        let waits = match self.all.looked {
            Looked::No => true,
            Looked::Yes => false,
            Looked::Earlier => !fits,
        };
        if waits {
            (self.stopped, self.lacks_room) = (true, Some(bytes));
        }
        waits
    }

    /// Begins to run an instruction.
    pub(crate) fn begin(&mut self) {
        (self.stopped, self.lacks_room) = (false, None);
    }

    /// What the instruction that stopped just now waits for, if it waits for room: so many bytes to be kept. The caller makes room, and
    /// runs the instruction again.
    pub(crate) fn take_lack_of_room(&mut self) -> Option<usize> {
        self.lacks_room.take()
    }

    /// Whether it was looked for the instruction, before the host may have changed what is needed.
    pub(super) fn looked_before(&self) -> bool {
        self.before.looked == Looked::Earlier
    }

    /// What is due of a payment for room that the instruction lacks, which comes after what it paid before that.
    pub(super) fn due_for_room(&self, ticks: u64) -> u64 {
        ticks.saturating_sub(self.before.paid - self.paid_before_lack)
    }

    /// Notes what was paid of that.
    pub(super) fn paid_for_room(&mut self, ticks: u64) {
        self.before.paid = self.before.paid.saturating_add(ticks);
    }

    /// Notes that there is as much room as there can be, until the instruction that is run next is done. What was paid for it is spent.
    pub(super) fn made_room(&mut self, ticks: u64) {
        let paid = self.before.paid.saturating_sub(ticks);
        self.set(Begun { paid, looked: Looked::Yes, ..self.before });
    }

    /// Notes that the host may have changed what is needed.
    pub(crate) fn note_change(&mut self) {
        if self.before.looked == Looked::Yes {
            self.set(Begun { looked: Looked::Earlier, ..self.before });
        }
    }

    /// Writes what was not written before.
    ///
    /// # Errors
    /// `NoOutput` and `OutputFailed`; also when it is interrupted, which [`stop`](Self::stop) tells.
    pub(crate) fn write(&mut self, streams: &mut Streams, text: &str) -> Result<(), TrapCode> {
        let output = streams.output().ok_or(TrapCode::NO_OUTPUT)?;
        let known = text.len().min(self.before.written);
        self.before.written -= known;
        self.all.written += known;
        for chunk in text.as_bytes()[known..].chunks(CHUNK_BYTES) {
            // Whatever it consists of, so much is written in each slice at least.
            if self.unlooked >= CHUNK_BYTES {
                if self.interrupt.is_set() {
                    self.stopped = true;
                    return Err(TrapCode::INVALID_CODE);
                }
                self.unlooked = 0;
            }
            output.write_all(chunk).map_err(|_| TrapCode::OUTPUT_FAILED)?;
            self.all.written += chunk.len();
            self.unlooked += chunk.len();
        }
        Ok(())
    }

    /// Whether the instruction that was run just now stopped before it was done; then it keeps what it did. One that is `done`,
    /// whatever it was told, did not.
    pub(crate) fn stop(&mut self, done: bool) -> bool {
        debug_assert!(
            !(done && self.lacks_room.is_some()),
            "a primitive that found no room for a text kept that to itself: it returns the error of `new_text`",
        );
        let stopped = self.stopped && !done;
        let lack = (self.lacks_room.filter(|_| stopped), self.all.paid);
        // What it did not come to this time it did before all the same.
        let paid = self.all.paid.saturating_add(self.before.paid);
        let begun = Begun { paid, written: self.all.written + self.before.written, looked: self.all.looked };
        self.set(if stopped { begun } else { Begun::default() });
        (self.lacks_room, self.paid_before_lack) = lack;
        stopped
    }

    /// Whether the instruction that comes next has done something.
    pub(crate) fn is_begun(&self) -> bool {
        self.before != Begun::default()
    }

    /// What the instruction that comes next has done.
    pub(crate) fn begun(&self) -> Begun {
        self.before
    }

    /// The instruction that comes next has done that.
    pub(crate) fn set(&mut self, begun: Begun) {
        let all = Begun { looked: begun.looked, ..Begun::default() };
        (self.before, self.all, self.stopped, self.unlooked, self.lacks_room) = (begun, all, false, 0, None);
    }
}
