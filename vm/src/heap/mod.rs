//! What a machine's values refer to and the machine owns: today the texts that its host passed in.
//!
//! The room of the heap: strings, arrays and other objects, their collector and its limits belong here.

use crate::value::{Text, Unpacked, Value};
use std::sync::Arc;

/// How much is kept before someone looks what of it is needed. **Units:** bytes.
const LEAST_THRESHOLD: usize = 1 << 16;
/// What a text takes besides its characters, roughly. **Units:** bytes.
const TEXT_BYTES: usize = 48;

/// The objects of one machine.
#[derive(Debug)]
pub(crate) struct Heap {
    texts: Vec<Option<Arc<str>>>,
    /// The places in `texts` that are free.
    free: Vec<u32>,
    /// What is kept. **Units:** bytes.
    bytes: usize,
    /// How much may be kept before it is [due](Self::is_due) to look.
    threshold: usize,
}

impl Default for Heap {
    fn default() -> Self {
        Self { texts: Vec::new(), free: Vec::new(), bytes: 0, threshold: LEAST_THRESHOLD }
    }
}

impl Heap {
    /// Keeps a text from the host.
    pub(crate) fn keep(&mut self, text: &Arc<str>) -> Text {
        self.bytes = self.bytes.saturating_add(text.len() + TEXT_BYTES);
        let text = Some(Arc::clone(text));
        let index = match self.free.pop() {
            Some(index) => {
                self.texts[index as usize] = text;
                index
            }
            None => {
                self.texts.push(text);
                u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX)
            }
        };
        Text::new(Text::HOST, index)
    }

    /// The text from the host; `None` for any other text.
    pub(crate) fn text(&self, text: Text) -> Option<&Arc<str>> {
        (text.module() == Text::HOST).then(|| self.texts.get(text.constant() as usize)?.as_ref())?
    }

    /// How much is kept. **Units:** bytes.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether so much was kept since the last time that it is time to [sweep](Self::sweep).
    pub(crate) fn is_due(&self) -> bool {
        self.bytes > self.threshold
    }

    /// Drops what none of the values refers to.
    pub(crate) fn sweep(&mut self, roots: impl Iterator<Item = Value>) {
        let mut needed = vec![false; self.texts.len()];
        for value in roots {
            if let Unpacked::Str(text) = value.unpack()
                && text.module() == Text::HOST
                && let Some(needed) = needed.get_mut(text.constant() as usize)
            {
                *needed = true;
            }
        }
        self.free.clear();
        self.bytes = 0;
        for (index, (text, needed)) in self.texts.iter_mut().zip(needed).enumerate() {
            match text {
                Some(text) if needed => self.bytes += text.len() + TEXT_BYTES,
                _ => {
                    *text = None;
                    self.free.push(index as u32);
                }
            }
        }
        self.threshold = LEAST_THRESHOLD.max(self.bytes.saturating_mul(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_value_refers_to_is_dropped_and_its_place_taken_again() {
        let mut heap = Heap::default();
        let texts: Vec<Text> = ["a", "b", "c"].map(|text| heap.keep(&text.into())).into();
        heap.sweep([Value::text(texts[1]), Value::int(0)].into_iter());
        assert_eq!(texts.iter().filter_map(|text| heap.text(*text)).map(|text| &**text).collect::<Vec<_>>(), ["b"]);
        heap.keep(&"d".into());
        heap.keep(&"e".into());
        assert_eq!(heap.texts.len(), 3);
        assert!(!heap.is_due());
        heap.keep(&"x".repeat(LEAST_THRESHOLD).into());
        assert!(heap.is_due());
    }
}
