//! What a machine's values refer to and the machine owns: today its texts, those of the program and those of its host.
//!
//! An object is named by its place in a list, which is looked up whenever it is used: a handle that outlived its object is of no
//! object, or of another one, and never of memory that is gone. The machine says what is still referred to, and when that is
//! looked at: never while an instruction runs.

mod spare;

pub(crate) use spare::Spare;

use crate::value::{HostText, Text, Unpacked, Value};
use std::collections::{HashMap, HashSet, TryReserveError};
use std::fmt;
use std::sync::Arc;

/// How much is kept before someone looks what of it is needed. **Units:** bytes.
const LEAST_THRESHOLD: usize = 1 << 20;
/// What a text is taken to need besides its characters: its place in the list, and what keeping memory costs. **Units:** bytes.
const TEXT_BYTES: usize = 96;
/// How much must come for each place that was looked at before someone looks again. **Units:** bytes.
const BYTES_PER_PLACE: usize = 32;
/// How much is kept before someone looks whether there is memory [besides](Spare). **Units:** bytes.
const BYTES_BETWEEN_LOOKS: usize = 1 << 16;

/// How many places are looked at before someone looks whether the program is to be interrupted.
const PLACES_BETWEEN_LOOKS: usize = 1 << 14;

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

    /// As much as either.
    pub(crate) fn max(self, other: Self) -> Self {
        Self { bytes: self.bytes.max(other.bytes), texts: self.texts.max(other.texts) }
    }
}

/// How full a machine's heap is for its limit: what was needed when that was last [reached](Heap::is_full), and all that came since.
///
/// It hangs on the program alone: what the machine drops of its own accord, which it does when it likes, is not taken off, and what an
/// instruction made that stopped to run again is not counted. So it is the same on every engine, and for a run that went on elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// How much there is.
    pub amount: Amount,
    /// The most texts there were when the limit was reached: at so many places someone looks each time.
    pub most_texts: usize,
}

/// The objects of one machine.
#[derive(Debug)]
pub(crate) struct Heap {
    texts: Vec<Place>,
    /// The first place that is free, from which the others are found.
    free: Option<u32>,
    /// What is kept, needed or not.
    kept: Amount,
    /// What the limit is held against: all of that, and more.
    fill: Fill,
    /// How much may be kept before it is time to look what of it is needed.
    threshold: usize,
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

impl Default for Heap {
    fn default() -> Self {
        Self {
            texts: Vec::new(),
            free: None,
            kept: Amount::default(),
            fill: Fill::default(),
            threshold: LEAST_THRESHOLD,
            looked: 0,
            round: 0,
            sweep: None,
        }
    }
}

impl Heap {
    /// What a text of so many bytes counts for. **Units:** bytes.
    pub(crate) fn price(length: usize) -> usize {
        length.saturating_add(TEXT_BYTES)
    }

    /// Keeps a text that the program made, or that its host gave.
    pub(crate) fn add(&mut self, text: HostText) -> Text {
        let price = Self::price(text.len());
        self.kept.add(price);
        self.fill.amount.add(price);
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
        Text::new(Text::HEAP, index)
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
        self.kept.bytes
    }

    /// How full it is.
    pub(crate) fn fill(&self) -> Fill {
        self.fill
    }

    /// Has it be as full as that from here on: what came since does not count, or it holds what another heap did.
    #[inline(always)]
    pub(crate) fn set_fill(&mut self, fill: Fill) {
        self.fill = fill;
    }

    /// Whether with so many more bytes the limit of `most` is reached. Then it is to be [looked](Self::begin) what is needed, which
    /// [is paid for](Self::places_to_look_at), and [counted anew](Self::count_anew); if it is still so, there is no room.
    pub(crate) fn is_full(&self, more: usize, most: usize) -> bool {
        self.fill.amount.bytes.saturating_add(more) > most
    }

    /// At how many places someone looks who looks what is needed, at most.
    pub(crate) fn places_to_look_at(&mut self) -> usize {
        self.fill.most_texts = self.fill.most_texts.max(self.fill.amount.texts);
        self.fill.most_texts
    }

    /// Counts only what is kept: a round is just over, and the limit was the reason for it.
    pub(crate) fn count_anew(&mut self) {
        self.fill.amount = self.kept;
    }

    /// Whether that much more may be kept before it is time to [look](Self::begin) what is needed; no more than `most` may ever
    /// be kept. **Units:** bytes.
    pub(crate) fn has_room(&self, more: usize, most: usize) -> bool {
        self.kept.bytes.saturating_add(more) <= self.threshold.min(most)
    }

    /// Has it looked soon what is needed: memory is short.
    pub(crate) fn be_due(&mut self) {
        self.threshold = 0;
    }

    /// Makes sure that there is memory for a text of so many bytes, for its place, and for the machine to go on with.
    ///
    /// # Errors
    /// When it cannot be had.
    pub(crate) fn reserve(&mut self, text: &mut String, length: usize) -> Result<(), TryReserveError> {
        let kept = self.kept.bytes.saturating_add(Self::price(length));
        let spare = kept.abs_diff(self.looked) >= BYTES_BETWEEN_LOOKS;
        let _spare = spare.then(Spare::hold).transpose()?;
        if spare {
            self.looked = kept;
        }
        text.try_reserve_exact(length - text.len())?;
        let places = self.texts.len() + usize::from(self.free.is_none());
        Spare::reserve_beside(&mut self.texts, places)
    }

    /// Begins to look what is needed: what the values refer to. A round that is not over is given up.
    pub(crate) fn begin(&mut self, roots: impl Iterator<Item = Value>) {
        self.round += 1;
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
        self.kept = sweep.needed;
        // What comes pays for the next look, by its size.
        let places = self.texts.len() + sweep.roots;
        let least = LEAST_THRESHOLD.max(self.kept.bytes).max(places.saturating_mul(BYTES_PER_PLACE));
        self.threshold = self.kept.bytes.saturating_add(least);
    }

    /// Drops at once all that none of the values refers to.
    pub(crate) fn sweep(&mut self, roots: impl Iterator<Item = Value>) {
        self.begin(roots);
        while self.is_looking() {
            self.drop_some();
        }
    }
}

/// Values on their way out of a machine together: what is one object there is one text outside, and what is not is not.
#[derive(Debug, Default)]
pub(crate) struct Leaving {
    texts: HashMap<Text, HostText>,
    /// The identities of the texts that were given out, and of those that only constants may have.
    taken: HashSet<usize>,
}

impl Leaving {
    /// Has that text stand for itself alone: it is a constant of the program.
    pub(crate) fn know(&mut self, text: &Arc<str>) {
        self.taken.insert(HostText::from(Arc::clone(text)).identity());
    }

    /// The text outside for one that is kept in `heap`.
    pub(crate) fn text(&mut self, heap: &Heap, text: Text) -> Option<HostText> {
        if let Some(known) = self.texts.get(&text) {
            return Some(known.clone());
        }
        let kept = heap.text(text)?;
        // The host may have given one text twice.
        let own = if self.taken.insert(kept.identity()) { kept.clone() } else { kept.apart() };
        self.texts.insert(text, own.clone());
        Some(own)
    }
}

/// Values on their way into a machine together: what is one text outside is one object there, too, and a constant of the
/// program is that constant.
#[derive(Debug, Default)]
pub(crate) struct Coming(HashMap<usize, Text>);

impl Coming {
    /// Has that text of the program stand for itself.
    pub(crate) fn know(&mut self, text: &Arc<str>, constant: Text) {
        self.0.insert(HostText::from(Arc::clone(text)).identity(), constant);
    }

    /// The text of the machine's for one of the host's, kept in `heap` if it is new.
    pub(crate) fn text(&mut self, heap: &mut Heap, text: &HostText) -> Text {
        *self.0.entry(text.identity()).or_insert_with(|| heap.add(text.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_value_refers_to_is_dropped_and_its_place_taken_again() {
        let mut heap = Heap::default();
        let texts: Vec<Text> = ["a", "b", "c"].map(|text| heap.add(text.into())).into();
        heap.sweep([Value::text(texts[1]), Value::int(0)].into_iter());
        assert_eq!(texts.iter().filter_map(|text| heap.text(*text)).collect::<Vec<_>>(), [&HostText::from("b")]);
        heap.add("d".to_owned().into());
        heap.add("e".into());
        assert_eq!(heap.texts.len(), 3);
        assert_eq!(heap.bytes(), 3 * Heap::price(1));
        assert!(heap.has_room(1 << 10, usize::MAX));
        heap.add("x".repeat(LEAST_THRESHOLD).into());
        assert!(!heap.has_room(0, usize::MAX));
    }

    #[test]
    fn what_is_added_while_it_is_looked_stays_and_counts_once() {
        let mut heap = Heap::default();
        let places = 2 * PLACES_BETWEEN_LOOKS + 10;
        let texts: Vec<Text> = (0..places).map(|number| heap.add(number.to_string().into())).collect();
        // Places that were looked at are all taken, or all but one free.
        for kept in [&texts[..=PLACES_BETWEEN_LOOKS], &[texts[0], texts[PLACES_BETWEEN_LOOKS]]] {
            heap.begin(kept.iter().copied().map(Value::text));
            heap.drop_some();
            let added = [heap.add("a".into()), heap.add("b".into())];
            while heap.is_looking() {
                heap.drop_some();
            }
            let all: Vec<Text> = kept.iter().copied().chain(added).collect();
            let lengths = all.iter().map(|text| heap.text(*text).expect("it is kept").len());
            assert_eq!(heap.bytes(), lengths.map(Heap::price).sum::<usize>());
            assert_eq!(heap.texts.iter().filter(|place| matches!(place, Place::Taken(..))).count(), all.len());
        }
        // A round that is given up leaves nothing behind.
        let last = heap.add("c".into());
        heap.begin(texts.iter().map(|text| Value::text(*text)));
        heap.drop_some();
        heap.sweep(std::iter::once(Value::text(last)));
        assert_eq!(heap.bytes(), Heap::price(1));
    }

    #[test]
    fn no_more_is_kept_unlooked_than_may_be_kept_at_all() {
        let heap = Heap::default();
        assert!(heap.has_room(1_000, 1_000) && !heap.has_room(1_001, 1_000));
    }

    #[test]
    fn what_is_one_object_stays_one_and_no_other_becomes_it() {
        let mut heap = Heap::default();
        let (a, b) = (heap.add("same".to_owned().into()), heap.add("same".to_owned().into()));
        let again = heap.add(heap.text(a).expect("it was just added").clone());
        let constant: Arc<str> = "same".into();
        let constant_again = heap.add(Arc::clone(&constant).into());
        let (mut leaving, mut other, mut coming) = (Leaving::default(), Heap::default(), Coming::default());
        leaving.know(&constant);
        coming.know(&constant, Text::new(3, 4));
        let outside: Vec<HostText> =
            [a, b, a, again, constant_again].into_iter().filter_map(|text| leaving.text(&heap, text)).collect();
        let outside = outside.into_iter().chain([HostText::from(constant)]);
        let texts: Vec<Text> = outside.map(|text| coming.text(&mut other, &text)).collect();
        assert_eq!(other.bytes(), heap.bytes());
        assert_eq!((texts[0], texts[5]), (texts[2], Text::new(3, 4)));
        let apart: HashSet<&Text> = [&texts[0], &texts[1], &texts[3], &texts[4], &texts[5]].into();
        assert_eq!(apart.len(), 5);
    }
}
