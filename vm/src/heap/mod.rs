//! What a machine's values refer to and the machine owns: today the texts that its host passed in.
//!
//! The room of the heap: strings, arrays and other objects, their collector and its limits belong here.

use crate::value::Text;

/// The objects of one machine.
#[derive(Debug, Default)]
pub(crate) struct Heap {
    texts: Vec<String>,
}

impl Heap {
    /// Keeps a text from the host.
    pub(crate) fn keep(&mut self, text: &str) -> Text {
        self.texts.push(text.to_owned());
        Text::new(Text::HOST, u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX))
    }

    /// The characters of a text from the host; `None` for any other text.
    pub(crate) fn text(&self, text: Text) -> Option<&str> {
        (text.module() == Text::HOST).then(|| self.texts.get(text.constant() as usize).map(String::as_str))?
    }
}
