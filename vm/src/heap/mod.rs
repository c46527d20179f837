//! What a machine's values refer to and the machine owns: today its texts, those of the program and those of its host.
//!
//! An object is named by its place in a list, which is looked up whenever it is used: a handle that outlived its object is of no
//! object, or of another one, and never of memory that is gone. The machine says what is still referred to, and when that is
//! looked at: never while an instruction runs.

use crate::value::{HostValue, Text, Unpacked, Value};
use std::collections::{HashMap, TryReserveError};
use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

/// How much is kept before someone looks what of it is needed. **Units:** bytes.
const LEAST_THRESHOLD: usize = 1 << 20;
/// What a text is taken to need besides its characters: its place in the list, and what keeping memory costs. **Units:** bytes.
const TEXT_BYTES: usize = 48;
/// How much memory there must be besides, for the machine to go on with when a text is refused. **Units:** bytes.
const SPARE_BYTES: usize = 1 << 18;
/// How much is kept before that is looked at again. **Units:** bytes.
const BYTES_BETWEEN_LOOKS: usize = 1 << 16;

/// The objects of one machine.
#[derive(Debug)]
pub(crate) struct Heap {
    texts: Vec<Place>,
    /// The first place that is free, from which the others are found.
    free: Option<u32>,
    /// What is kept, needed or not. **Units:** bytes.
    bytes: usize,
    /// How much may be kept before it is time to look what of it is needed.
    threshold: usize,
    /// How much was kept when it was last looked whether there is memory besides. **Units:** bytes.
    looked: usize,
}

/// A place for a text.
#[derive(Debug)]
enum Place {
    /// There is none; the next place that is free.
    Free(Option<u32>),
    /// There is one, and whether something was found that refers to it.
    Taken(Kept, bool),
}

/// The characters of one text.
enum Kept {
    /// The program made them.
    Own(Box<str>),
    /// The host gave them, and may have them still.
    Shared(Arc<str>),
}

impl Kept {
    fn as_str(&self) -> &str {
        match self {
            Self::Own(text) => text,
            Self::Shared(text) => text,
        }
    }
}

/// Not the characters: there may be many.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.as_str().len())
    }
}

impl Default for Heap {
    fn default() -> Self {
        Self { texts: Vec::new(), free: None, bytes: 0, threshold: LEAST_THRESHOLD, looked: 0 }
    }
}

impl Heap {
    /// What a text of so many bytes counts for. **Units:** bytes.
    pub(crate) fn price(length: usize) -> usize {
        length.saturating_add(TEXT_BYTES)
    }

    /// Keeps a text that the program made.
    pub(crate) fn add(&mut self, text: String) -> Text {
        self.place(Kept::Own(text.into_boxed_str()))
    }

    /// Keeps a text from the host.
    pub(crate) fn share(&mut self, text: &Arc<str>) -> Text {
        self.place(Kept::Shared(Arc::clone(text)))
    }

    fn place(&mut self, text: Kept) -> Text {
        self.bytes = self.bytes.saturating_add(Self::price(text.as_str().len()));
        let taken = Place::Taken(text, false);
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
        Text::new(Text::HEAP, index)
    }

    fn kept(&self, text: Text) -> Option<&Kept> {
        match self.texts.get(text.constant() as usize).filter(|_| text.module() == Text::HEAP)? {
            Place::Taken(kept, _) => Some(kept),
            Place::Free(_) => None,
        }
    }

    /// The characters of a text that is kept here; `None` of any other.
    pub(crate) fn text(&self, text: Text) -> Option<&str> {
        self.kept(text).map(Kept::as_str)
    }

    /// The same for the host, which keeps it.
    pub(crate) fn shared(&self, text: Text) -> Option<Arc<str>> {
        self.kept(text).map(|text| match text {
            Kept::Own(text) => Arc::from(&**text),
            Kept::Shared(text) => Arc::clone(text),
        })
    }

    /// How much is kept, needed or not. **Units:** bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether that much more may be kept before it is time to [look](Self::sweep) what is needed; no more than `most` may ever
    /// be kept. **Units:** bytes.
    pub(crate) fn has_room(&self, more: usize, most: usize) -> bool {
        self.bytes.saturating_add(more) <= self.threshold.min(most)
    }

    /// Makes sure that there is memory for another text in the list, and for the machine to go on with.
    ///
    /// # Errors
    /// When it cannot be had.
    pub(crate) fn reserve(&mut self) -> Result<(), TryReserveError> {
        if self.bytes.abs_diff(self.looked) >= BYTES_BETWEEN_LOOKS {
            // Many small texts would leave nothing for what cannot fail. The compiler must not find out that this is not used.
            let mut spare: Vec<u8> = Vec::new();
            spare.try_reserve_exact(SPARE_BYTES)?;
            black_box(&mut spare);
            self.looked = self.bytes;
        }
        if self.free.is_none() { self.texts.try_reserve(1) } else { Ok(()) }
    }

    /// Drops what none of the values refers to. It takes no memory for that.
    pub(crate) fn sweep(&mut self, roots: impl Iterator<Item = Value>) {
        for value in roots {
            if let Unpacked::Str(text) = value.unpack()
                && text.module() == Text::HEAP
                && let Some(Place::Taken(_, needed)) = self.texts.get_mut(text.constant() as usize)
            {
                *needed = true;
            }
        }
        (self.free, self.bytes) = (None, 0);
        for (index, place) in (0..).zip(&mut self.texts) {
            match place {
                Place::Taken(text, needed) if *needed => {
                    *needed = false;
                    self.bytes += Self::price(text.as_str().len());
                }
                _ => {
                    *place = Place::Free(self.free);
                    self.free = Some(index);
                }
            }
        }
        self.threshold = LEAST_THRESHOLD.max(self.bytes.saturating_mul(2));
    }
}

/// Values on their way out of a machine together: what is one object there is one text outside, too.
#[derive(Debug, Default)]
pub(crate) struct Leaving(HashMap<Text, Arc<str>>);

impl Leaving {
    /// The text of the host's for one that is kept in `heap`.
    pub(crate) fn text(&mut self, heap: &Heap, text: Text) -> Option<HostValue> {
        if let Some(known) = self.0.get(&text) {
            return Some(HostValue::Text(Arc::clone(known)));
        }
        let shared = heap.shared(text)?;
        self.0.insert(text, Arc::clone(&shared));
        Some(HostValue::Text(shared))
    }
}

/// Values on their way into a machine together: what is one text outside is one object there, too, and a constant of the
/// program is that constant.
#[derive(Debug, Default)]
pub(crate) struct Coming(HashMap<usize, Text>);

impl Coming {
    /// Has that text of the program stand for itself.
    pub(crate) fn know(&mut self, text: &Arc<str>, constant: Text) {
        self.0.insert(text.as_ptr().addr(), constant);
    }

    /// The text of the machine's for one of the host's, kept in `heap` if it is new.
    pub(crate) fn text(&mut self, heap: &mut Heap, text: &Arc<str>) -> Text {
        *self.0.entry(text.as_ptr().addr()).or_insert_with(|| heap.share(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_value_refers_to_is_dropped_and_its_place_taken_again() {
        let mut heap = Heap::default();
        let texts: Vec<Text> = ["a", "b", "c"].map(|text| heap.share(&text.into())).into();
        heap.sweep([Value::text(texts[1]), Value::int(0)].into_iter());
        assert_eq!(texts.iter().filter_map(|text| heap.text(*text)).collect::<Vec<_>>(), ["b"]);
        heap.add("d".to_owned());
        heap.share(&"e".into());
        assert_eq!(heap.texts.len(), 3);
        assert_eq!(heap.bytes(), 3 * Heap::price(1));
        assert!(heap.has_room(1 << 10, usize::MAX));
        heap.add("x".repeat(LEAST_THRESHOLD));
        assert!(!heap.has_room(0, usize::MAX));
    }

    #[test]
    fn no_more_is_kept_unlooked_than_may_be_kept_at_all() {
        let heap = Heap::default();
        assert!(heap.has_room(1_000, 1_000) && !heap.has_room(1_001, 1_000));
    }

    #[test]
    fn what_is_one_object_stays_one() {
        let mut heap = Heap::default();
        let (a, b) = (heap.add("same".to_owned()), heap.add("same".to_owned()));
        let mut leaving = Leaving::default();
        let values: Vec<HostValue> = [a, b, a].into_iter().filter_map(|text| leaving.text(&heap, text)).collect();
        let constant: Arc<str> = "same".into();
        let (mut other, mut coming) = (Heap::default(), Coming::default());
        coming.know(&constant, Text::new(3, 4));
        let texts: Vec<Text> = values
            .iter()
            .chain([&HostValue::Text(constant)])
            .filter_map(|value| match value {
                HostValue::Text(text) => Some(coming.text(&mut other, text)),
                _ => None,
            })
            .collect();
        assert_eq!(other.bytes(), heap.bytes());
        assert_eq!((texts[0], texts[3]), (texts[2], Text::new(3, 4)));
        assert_ne!(texts[0], texts[1]);
    }
}
