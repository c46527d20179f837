//! What a machine's values refer to and the machine owns: today its texts, those of the program and those of its host.
//!
//! An object is named by its place in a list, which is looked up whenever it is used: a handle that outlived its object is of no
//! object, or of another one, and never of memory that is gone. The machine says what is still referred to, and when that is
//! looked at: never while an instruction runs.

mod spare;

pub(crate) use spare::Spare;

use crate::value::{HostText, Text, Unpacked, Value};
use std::collections::{HashMap, TryReserveError};
use std::fmt;
use std::sync::Arc;

/// How much is made before someone looks what of it is needed. **Units:** bytes.
const LEAST_THRESHOLD: usize = 1 << 20;
/// What a text is taken to need besides its characters: its place in the list, and what keeping memory costs. **Units:** bytes.
const TEXT_BYTES: usize = 96;
/// How much is kept before someone looks whether there is memory [besides](Spare). **Units:** bytes.
const BYTES_BETWEEN_LOOKS: usize = 1 << 16;

/// How many places are looked at before someone looks whether the program is to be interrupted: some milliseconds if all are dropped.
/// Tests come to the middle of a round sooner.
const PLACES_BETWEEN_LOOKS: usize = if cfg!(test) { 1 << 10 } else { 1 << 17 };
/// How much must be made for each place that is looked at, or it [is paid](Heap::price_of_look). **Units:** bytes.
const BYTES_PER_PLACE: usize = 32;
/// How much is made for each place before it is looked again: half as much again, since what is made takes places, too, one for at
/// least [`TEXT_BYTES`]. **Units:** bytes.
const BYTES_TO_NEXT_LOOK: usize = 48;
/// At how many places someone looks for a tick: what takes about as long as other work that costs one.
const PLACES_PER_TICK: usize = 16;

/// Texts, and what they count for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// **Units:** bytes.
    pub bytes: usize,
    /// How many they are.
    pub texts: usize,
}

impl Amount {
    /// Adds a text of that price.
    fn add(&mut self, price: usize) {
        self.bytes = self.bytes.saturating_add(price);
        self.texts = self.texts.saturating_add(1);
    }

    /// Takes off a text that was added.
    fn take_off(&mut self, price: usize) {
        self.bytes = self.bytes.saturating_sub(price);
        self.texts = self.texts.saturating_sub(1);
    }
}

/// How full a machine's heap is, and when it is next looked what of that is needed.
///
/// It hangs on what the program and its host did, and on nothing else: not on the engine, nor on what an instruction made that stopped and
/// runs again, nor on where a run was cut. So do the times at which it is looked, what that costs, and what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// What is kept, needed or not.
    pub kept: Amount,
    /// What was needed when it was last looked. **Units:** bytes.
    pub needed: usize,
    /// How much may be kept before it is looked again. **Units:** bytes.
    pub threshold: usize,
    /// The most texts that were kept when it was looked: so many places there are.
    pub most_texts: usize,
    /// Whether it was looked in the run under way.
    pub looked: bool,
}

impl Default for Fill {
    fn default() -> Self {
        Self { kept: Amount::default(), needed: 0, threshold: LEAST_THRESHOLD, most_texts: 0, looked: false }
    }
}

/// The objects of one machine.
#[derive(Debug, Default)]
pub(crate) struct Heap {
    texts: Vec<Place>,
    /// The first place that is free, from which the others are found.
    free: Option<u32>,
    /// The places of what the running instruction made so far.
    made: Vec<u32>,
    fill: Fill,
    /// Whether it is to be looked before anything else is made: memory is short.
    is_due: bool,
    /// How much was kept when someone last looked whether there is memory besides. **Units:** bytes.
    looked: usize,
    /// How often it was begun to look what is needed.
    round: u64,
    /// How far the last round has come, if it is not over.
    sweep: Option<Sweep>,
}

/// A round that has found out what is needed, and drops the rest.
#[derive(Clone, Copy, Debug)]
struct Sweep {
    /// The place that is looked at next.
    next: usize,
    /// What is needed, as far as was looked.
    needed: Amount,
    /// How many values were looked at that may refer to something.
    roots: usize,
}

/// A place for a text.
enum Place {
    /// There is none; the next place that is free.
    Free(Option<u32>),
    /// There is one, and the last round that found something that refers to it, or in which it was made.
    Taken(HostText, u64),
}

/// Not the characters: there may be many.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free(_) => f.write_str("free"),
            Self::Taken(text, _) => write!(f, "{} bytes", text.len()),
        }
    }
}

impl Heap {
    /// What a text of so many bytes counts for. **Units:** bytes.
    pub(crate) fn price(length: usize) -> usize {
        length.saturating_add(TEXT_BYTES)
    }

    /// Keeps a text that the host gave: as one of the machine's own, which no other is, whoever has the characters, too.
    pub(crate) fn add(&mut self, text: &HostText) -> Text {
        Text::new(Text::HEAP, self.place(text.apart()))
    }

    /// Keeps a text that a machine gave out, as what it was there.
    fn add_again(&mut self, text: &HostText) -> Text {
        Text::new(Text::HEAP, self.place(text.clone()))
    }

    /// Keeps a text that the running instruction made; there is [memory](Self::reserve) for that.
    pub(crate) fn add_made(&mut self, text: HostText) -> Text {
        let index = self.place(text);
        self.made.push(index);
        Text::new(Text::HEAP, index)
    }

    fn place(&mut self, text: HostText) -> u32 {
        let price = Self::price(text.len());
        self.fill.kept.add(price);
        let taken = Place::Taken(text, self.round);
        let index = match self.free {
            Some(index) => {
                let place = std::mem::replace(&mut self.texts[index as usize], taken);
                self.free = if let Place::Free(next) = place { next } else { None };
                index
            }
            None => {
                self.texts.push(taken);
                u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX)
            }
        };
        if let Some(sweep) = self.sweep.as_mut().filter(|sweep| (index as usize) < sweep.next) {
            // It will not be looked at any more.
            sweep.needed.add(price);
        }
        index
    }

    /// Notes that an instruction begins: what was made so far stays.
    #[inline(always)]
    pub(crate) fn begin_instruction(&mut self) {
        self.made.clear();
    }

    /// Drops what the running instruction made, which stopped and will make it again.
    pub(crate) fn drop_made(&mut self) {
        while let Some(index) = self.made.pop() {
            let place = index as usize;
            let Some(Place::Taken(text, _)) = self.texts.get(place) else { continue };
            let price = Self::price(text.len());
            self.fill.kept.take_off(price);
            if let Some(sweep) = self.sweep.as_mut().filter(|sweep| place < sweep.next) {
                sweep.needed.take_off(price);
            }
            if place + 1 == self.texts.len() {
                self.texts.pop();
            } else {
                // It was free before: who looks has been there.
                self.texts[place] = Place::Free(self.free);
                self.free = Some(index);
            }
        }
    }

    /// The text that is kept here; `None` for a handle of any other.
    pub(crate) fn text(&self, text: Text) -> Option<&HostText> {
        match self.texts.get(text.constant() as usize).filter(|_| text.module() == Text::HEAP)? {
            Place::Taken(kept, _) => Some(kept),
            Place::Free(_) => None,
        }
    }

    /// How much is kept, needed or not. **Units:** bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.fill.kept.bytes
    }

    /// How many texts are kept, needed or not.
    pub(crate) fn texts(&self) -> usize {
        self.fill.kept.texts
    }

    /// How full it is.
    pub(crate) fn fill(&self) -> Fill {
        self.fill
    }

    /// Has it be as full as another heap was that held the same. What is kept counts, whatever that says.
    pub(crate) fn set_fill(&mut self, fill: Fill) {
        let kept = Amount {
            bytes: fill.kept.bytes.max(self.fill.kept.bytes),
            texts: fill.kept.texts.max(self.fill.kept.texts),
        };
        self.fill = Fill { kept, ..fill };
    }

    /// Whether that much more may be kept at all. **Units:** bytes.
    pub(crate) fn fits(&self, more: usize, most: usize) -> bool {
        self.fill.kept.bytes.saturating_add(more) <= most
    }

    /// Whether that much more may be kept before it is time to [look](Self::begin) what is needed; no more than `most` may ever
    /// be kept. **Units:** bytes.
    pub(crate) fn has_room(&self, more: usize, most: usize) -> bool {
        !self.is_due && self.fits(more, self.fill.threshold.min(most))
    }

    /// Has it be looked later what is needed, if it is time and nothing else is in the way of `kept` bytes: so that what is made until then
    /// pays for it, where so many values may refer to something. Whether that is so.
    pub(crate) fn postpone(&mut self, kept: usize, most: usize, roots: usize) -> bool {
        let price = usize::try_from(self.price_of_look(roots)).unwrap_or(usize::MAX);
        let postpones = price > 0 && kept <= most && !self.is_due;
        if postpones {
            let more = price.saturating_mul(PLACES_PER_TICK * BYTES_TO_NEXT_LOOK);
            self.fill.threshold = self.fill.threshold.max(kept.saturating_add(more));
        }
        postpones
    }

    /// Notes that it is looked in the run under way.
    pub(crate) fn note_look(&mut self) {
        self.fill.looked = true;
    }

    /// Whether it is time to [put things together](Self::compact) between two runs: much was kept, or it was looked in the last one, which
    /// may have left the limit near.
    pub(crate) fn is_untidy(&self) -> bool {
        self.fill.looked || !self.has_room(0, usize::MAX)
    }

    /// Has it looked soon what is needed: memory is short.
    pub(crate) fn be_due(&mut self) {
        self.is_due = true;
    }

    /// What it costs to look what is needed, beside what was made since the last time, where so many values may refer to something.
    /// **Units:** ticks.
    pub(crate) fn price_of_look(&self, roots: usize) -> u64 {
        let places = self.fill.most_texts.max(self.fill.kept.texts).saturating_add(roots);
        let paid = self.fill.kept.bytes.saturating_sub(self.fill.needed) / BYTES_PER_PLACE;
        (places.saturating_sub(paid) / PLACES_PER_TICK) as u64
    }

    /// Makes sure that there is memory for a text of so many bytes, for its place, and for the machine to go on with.
    ///
    /// # Errors
    /// When it cannot be had.
    pub(crate) fn reserve(&mut self, text: &mut String, length: usize) -> Result<(), TryReserveError> {
        let kept = self.fill.kept.bytes.saturating_add(Self::price(length));
        let spare = kept.abs_diff(self.looked) >= BYTES_BETWEEN_LOOKS;
        let _spare = spare.then(Spare::hold).transpose()?;
        if spare {
            self.looked = kept;
        }
        text.try_reserve_exact(length - text.len())?;
        self.reserve_place()
    }

    /// Makes sure that there is a place for one more text, and memory for the machine to go on with.
    ///
    /// # Errors
    /// When it cannot be had.
    pub(crate) fn reserve_place(&mut self) -> Result<(), TryReserveError> {
        let places = self.texts.len() + usize::from(self.free.is_none());
        let made = self.made.len() + 1;
        Spare::reserve_beside(&mut self.made, made)?;
        Spare::reserve_beside(&mut self.texts, places)
    }

    /// Begins to look what is needed: what the values refer to. A round that is not over is given up.
    pub(crate) fn begin(&mut self, roots: impl Iterator<Item = Value>) {
        self.round += 1;
        self.fill.most_texts = self.fill.most_texts.max(self.fill.kept.texts);
        let mut looked_at = 0;
        for value in roots {
            looked_at += 1;
            if let Unpacked::Str(text) = value.unpack()
                && text.module() == Text::HEAP
                && let Some(Place::Taken(_, round)) = self.texts.get_mut(text.constant() as usize)
            {
                *round = self.round;
            }
        }
        self.free = None;
        self.sweep = Some(Sweep { next: 0, needed: Amount::default(), roots: looked_at });
    }

    /// Whether a round has begun and is not over.
    pub(crate) fn is_looking(&self) -> bool {
        self.sweep.is_some()
    }

    /// Gives up a round that is not over: what the values refer to changes, or nobody waits for room any more.
    pub(crate) fn give_up(&mut self) {
        let Some(sweep) = self.sweep.take() else { return };
        // It made the list of free places anew, as far as it came.
        for index in sweep.next..self.texts.len() {
            if let Place::Free(_) = self.texts[index] {
                self.texts[index] = Place::Free(self.free);
                self.free = u32::try_from(index).ok();
            }
        }
    }

    /// Goes on dropping what is not needed, for a while. It takes no memory for that.
    pub(crate) fn drop_some(&mut self) {
        let Some(mut sweep) = self.sweep.take() else { return };
        let end = self.texts.len().min(sweep.next + PLACES_BETWEEN_LOOKS);
        for index in sweep.next..end {
            match &self.texts[index] {
                Place::Taken(text, round) if *round == self.round => {
                    sweep.needed.add(Self::price(text.len()));
                }
                _ => {
                    self.texts[index] = Place::Free(self.free);
                    self.free = u32::try_from(index).ok();
                }
            }
        }
        sweep.next = end;
        if end < self.texts.len() {
            self.sweep = Some(sweep);
            return;
        }
        // Free places at the end are not looked at again. The last one that was freed is the first in the list.
        while let (Some(free), Some(Place::Free(next))) = (self.free, self.texts.last())
            && free as usize + 1 == self.texts.len()
        {
            self.free = *next;
            self.texts.pop();
        }
        self.know(sweep.needed, sweep.roots);
    }

    /// Notes what is needed, of which so many values may know.
    fn know(&mut self, kept: Amount, roots: usize) {
        self.is_due = false;
        let places = self.fill.most_texts.saturating_add(roots);
        let least = LEAST_THRESHOLD.max(kept.bytes).max(places.saturating_mul(BYTES_TO_NEXT_LOOK));
        self.fill = Fill { kept, needed: kept.bytes, threshold: kept.bytes.saturating_add(least), ..self.fill };
    }

    /// Drops at once all that none of the values refers to, which are all that may refer to something, and moves the rest together: no
    /// place is free then, and nothing reminds of earlier runs.
    pub(crate) fn compact(&mut self, values: &mut [Value]) {
        let mut moved = Vec::new();
        if Spare::reserve_beside(&mut moved, values.len().min(self.texts.len())).is_err() {
            return self.sweep(values.iter().copied());
        }
        let mut kept = Amount::default();
        for value in &mut *values {
            let Unpacked::Str(text) = value.unpack() else { continue };
            if text.module() != Text::HEAP {
                continue;
            }
            let Some(place) = self.texts.get_mut(text.constant() as usize) else { continue };
            let index = match place {
                // Where it was stands where it is now.
                Place::Free(index) => *index,
                Place::Taken(..) => {
                    let index = u32::try_from(moved.len()).ok();
                    let taken = std::mem::replace(place, Place::Free(index));
                    if let Place::Taken(text, _) = &taken {
                        kept.add(Self::price(text.len()));
                    }
                    moved.push(taken);
                    index
                }
            };
            *value = index.map_or(Value::NIL, |index| Value::text(Text::new(Text::HEAP, index)));
        }
        (self.texts, self.free, self.sweep) = (moved, None, None);
        self.made.clear();
        self.fill = Fill { most_texts: kept.texts, looked: false, ..self.fill };
        self.know(kept, values.len());
    }

    /// Drops at once all that none of the values refers to.
    pub(crate) fn sweep(&mut self, roots: impl Iterator<Item = Value>) {
        self.begin(roots);
        while self.is_looking() {
            self.drop_some();
        }
    }
}

/// Values that come back into a machine together, or into another one of the program: what was one object is one again, and a
/// constant of the program is that constant.
#[derive(Debug, Default)]
pub(crate) struct Coming(HashMap<usize, Text>);

impl Coming {
    /// Has that text of the program stand for itself.
    pub(crate) fn know(&mut self, text: &Arc<str>, constant: Text) {
        self.0.insert(HostText::from(Arc::clone(text)).identity(), constant);
    }

    /// The text of the machine's for one that was given out, kept in `heap` if it is new.
    pub(crate) fn text(&mut self, heap: &mut Heap, text: &HostText) -> Text {
        *self.0.entry(text.identity()).or_insert_with(|| heap.add_again(text))
    }
}

#[cfg(test)]
mod tests;
