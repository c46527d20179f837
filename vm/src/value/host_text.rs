//! Texts outside of machines.

use super::counted::CountedText;
use std::alloc::handle_alloc_error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// A text that needs no machine. Cloning it is cheap: machines, hosts and snapshots share the characters.
#[derive(Clone)]
pub struct HostText(Characters);

#[derive(Clone)]
enum Characters {
    /// Of a module's constant, or from a host.
    Shared(Arc<str>),
    /// What a program made.
    Made(CountedText),
    /// Those of another text, told apart from it.
    Apart(Arc<HostText>),
}

impl HostText {
    /// A text that is not copied.
    ///
    /// # Errors
    /// The text, when there is no memory to share it.
    pub(crate) fn made(text: String) -> Result<Self, String> {
        CountedText::try_new(text).map(|text| Self(Characters::Made(text)))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Characters::Shared(text) => text,
            Characters::Made(text) => text,
            Characters::Apart(text) => text.as_str(),
        }
    }

    /// How a text begins that is too long to be shown as a whole: its first 1,000 characters, if it has more.
    ///
    /// ```
    /// let long = opforge::HostText::from("é".repeat(1_001));
    /// assert_eq!(long.beginning(), Some(&*"é".repeat(1_000)));
    /// assert_eq!(opforge::HostText::from("é".repeat(1_000)).beginning(), None);
    /// ```
    pub fn beginning(&self) -> Option<&str> {
        let (end, _) = self.char_indices().nth(1_000)?;
        Some(&self[..end])
    }

    /// What is the same for clones of one text, and for as long as there are any for no other.
    pub(crate) fn identity(&self) -> usize {
        match &self.0 {
            // Before the characters, where its counts are: an empty text ends where another thing may begin.
            Characters::Shared(text) => text.as_ptr().addr().wrapping_sub(1),
            Characters::Made(text) => text.address(),
            Characters::Apart(text) => Arc::as_ptr(text).addr(),
        }
    }

    /// The same characters as another text.
    pub(crate) fn apart(&self) -> Self {
        let own = match &self.0 {
            Characters::Apart(text) => (**text).clone(),
            _ => self.clone(),
        };
        Self(Characters::Apart(Arc::new(own)))
    }
}

impl Deref for HostText {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

/// Texts are equal when they have the same characters.
impl PartialEq for HostText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for HostText {}

impl Hash for HostText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for HostText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for HostText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl From<&str> for HostText {
    fn from(text: &str) -> Self {
        Self(Characters::Shared(text.into()))
    }
}

impl From<String> for HostText {
    fn from(text: String) -> Self {
        Self::made(text).unwrap_or_else(|_| handle_alloc_error(CountedText::LAYOUT))
    }
}

impl From<Arc<str>> for HostText {
    fn from(text: Arc<str>) -> Self {
        Self(Characters::Shared(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart_by_what_they_are_and_equal_by_what_they_say() {
        let shared: Arc<str> = "".into();
        let texts = [HostText::from(Arc::clone(&shared)), HostText::from(""), HostText::from(String::new())];
        let apart = [texts[0].apart(), texts[0].apart(), texts[0].apart().apart()];
        let all: Vec<&HostText> = texts.iter().chain(&apart).collect();
        for (index, text) in all.iter().enumerate() {
            assert_eq!(HostText::clone(text).identity(), text.identity());
            for other in &all[index + 1..] {
                assert_eq!(text, other);
                assert_ne!(text.identity(), other.identity());
            }
        }
        assert_eq!(texts[0].identity(), HostText::from(Arc::clone(&shared)).identity());
        // Where an empty text ends another may begin.
        assert_ne!(texts[0].identity(), shared.as_ptr().addr());
    }
}
