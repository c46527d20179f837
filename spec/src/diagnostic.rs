//! What is wrong with a table, where, and what to write instead.

use crate::code::Code;
use crate::counterexample::Counterexample;
use crate::source::{Sources, Span};
use crate::std_families::std_family;
use std::collections::BTreeSet;

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Which check found it.
    pub code: Code,
    /// What is wrong, both sides named; lower case, no full stop.
    pub message: String,
    /// The place, and what is there.
    pub primary: (Span, String),
    /// Other places that clash with it.
    pub secondary: Vec<(Span, String)>,
    /// Why, where the message alone does not say it.
    pub notes: Vec<String>,
    /// What to write.
    pub help: String,
    /// Text to put in place of the primary (or given) span, if it is sure to be right.
    pub fix: Option<(Span, String)>,
    /// For a rewrite that is not equal: where its sides differ.
    pub counterexample: Option<Box<Counterexample>>,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            primary: (span, String::new()),
            secondary: Vec::new(),
            notes: Vec::new(),
            help: String::new(),
            fix: None,
            counterexample: None,
        }
    }

    /// Says what is at the primary place.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.primary.1 = label.into();
        self
    }

    /// Names another place.
    pub(crate) fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.secondary.push((span, label.into()));
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to write.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Says what to write, with the text to put there.
    pub(crate) fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some((span, text.into()));
        self
    }
}

/// That something is declared hot in the one place and cold in the other.
pub(crate) fn hot_and_cold(hot: Span, cold: Span) -> Diagnostic {
    let message = "declared both hot and cold";
    Diagnostic::new(Code::HotAndCold, hot, message).label("the one here").also(cold, "the other here")
}

/// Everything that is wrong with a table, with the files to show it in.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    pub(crate) sources: Sources,
    pub(crate) list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// The diagnostics, by file and position.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// The names that stand after `handler:` in the files that were read, whether their rows are right or not, or could
    /// be read at all.
    ///
    /// Hand-written code names what is generated for them, which a wrong table does not have.
    pub fn handlers(&self) -> BTreeSet<&str> {
        let texts = self.sources.iter().filter(|source| std_family(&source.name).is_none());
        let fields = texts.flat_map(|source| source.text.split("handler").skip(1));
        let names = fields.filter_map(|rest| {
            let value = rest.trim_start().strip_prefix(':')?.trim_start().trim_start_matches('"');
            let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(value.len());
            Some(&value[..end])
        });
        names.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())).collect()
    }

    /// How many there are: at least one.
    #[expect(clippy::len_without_is_empty, reason = "there is always at least one")]
    pub fn len(&self) -> usize {
        self.list.len()
    }
}

#[cfg(test)]
mod tests {
    use crate::check_str;

    #[test]
    fn handlers_are_found_in_what_cannot_be_read() {
        let text = "Table(name: 1, ops: [Op(handler: \"roll\"), Op(handler :roll_2, \"handler\" handler: 3 handler:";
        let diagnostics = check_str("t.ron", text).expect_err("no table");
        assert_eq!(diagnostics.handlers().into_iter().collect::<Vec<_>>(), ["roll", "roll_2"]);
    }
}
