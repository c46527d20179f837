//! A text that several hold, in memory that is asked for in a way that can fail: `Arc` has none on stable Rust.

use std::alloc::{Layout, alloc};
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering, fence};

/// A text, shared by its clones, in the memory in which it was made: to copy it could fail.
pub(super) struct CountedText(NonNull<Counted>);

/// Made as a `Box` is: by the global allocator with this type's layout.
struct Counted {
    /// How many clones there are.
    clones: AtomicUsize,
    text: String,
}

impl CountedText {
    /// Shares a text.
    ///
    /// # Errors
    /// The text, when there is no memory to count its clones in.
    #[allow(unsafe_code, reason = "`Box` cannot fail to have memory")]
    pub(super) fn try_new(text: String) -> Result<Self, String> {
        // SAFETY: the layout is not empty.
        let memory = unsafe { alloc(Self::LAYOUT) };
        let Some(counted) = NonNull::new(memory.cast::<Counted>()) else { return Err(text) };
        // SAFETY: it was just allocated for such a value, and nothing else knows it.
        unsafe { counted.write(Counted { clones: AtomicUsize::new(1), text }) };
        Ok(Self(counted))
    }

    /// What a counted text takes besides its characters.
    pub(super) const LAYOUT: Layout = Layout::new::<Counted>();

    /// What is the same for all clones, and for no other text as long as there are any.
    pub(super) fn address(&self) -> usize {
        self.0.addr().get()
    }

    #[allow(unsafe_code, reason = "reached by a pointer")]
    fn counted(&self) -> &Counted {
        // SAFETY: it is freed by the last clone that is dropped, and only ever read until then.
        unsafe { self.0.as_ref() }
    }
}

// SAFETY: a clone hands out nothing but `&String`, counts atomically, and the last one frees what every thread may free.
#[allow(unsafe_code, reason = "as said")]
unsafe impl Send for CountedText {}
// SAFETY: as above.
#[allow(unsafe_code, reason = "as said")]
unsafe impl Sync for CountedText {}

impl Deref for CountedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.counted().text
    }
}

impl Clone for CountedText {
    fn clone(&self) -> Self {
        // Who clones holds one, so that it cannot be freed meanwhile: nothing needs to be ordered.
        let clones = self.counted().clones.fetch_add(1, Ordering::Relaxed);
        // Only clones that were forgotten can be so many; one more than can be counted would be freed too early.
        if clones > usize::MAX / 2 {
            std::process::abort();
        }
        Self(self.0)
    }
}

impl Drop for CountedText {
    #[allow(unsafe_code, reason = "frees what `try_new` allocated")]
    fn drop(&mut self) {
        // What other clones did with the text comes before it is freed: their decrements release it, and the last acquires it.
        if self.counted().clones.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY: allocated as a `Box` is, and this was the last that refers to it.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}

impl fmt::Debug for CountedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_share_it_and_the_last_frees_it() {
        let text = CountedText::try_new("shared".to_owned()).expect("there is memory");
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let text = text.clone();
                std::thread::spawn(move || {
                    let clones: Vec<CountedText> = (0..1_000).map(|_| text.clone()).collect();
                    drop(text);
                    clones.iter().map(|text| text.len()).sum::<usize>()
                })
            })
            .collect();
        for thread in threads {
            assert_eq!(thread.join().expect("it does not panic"), 6_000);
        }
        assert_eq!(text.counted().clones.load(Ordering::Relaxed), 1);
    }
}
