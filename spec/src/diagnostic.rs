//! What is wrong with a table, where, and what to write instead.

use crate::code::Code;
use crate::counterexample::Counterexample;
use crate::model::InstructionSet;
use crate::source::{Sources, Span};

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

/// Everything that is wrong with a table, with the files to show it in.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    pub(crate) sources: Sources,
    pub(crate) list: Vec<Diagnostic>,
    pub(crate) rest: Option<Box<InstructionSet>>,
}

impl Diagnostics {
    /// The diagnostics, by file and position.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// What is right of the table, as far as it stands alone: the rows that were checked and are made of no others.
    ///
    /// It can stand for the table while it is mended, so that one mistake in it is not followed by errors in code that uses
    /// the rest. `None` if code cannot be made of it.
    pub fn rest(&self) -> Option<&InstructionSet> {
        self.rest.as_deref()
    }

    /// How many there are: at least one.
    #[expect(clippy::len_without_is_empty, reason = "there is always at least one")]
    pub fn len(&self) -> usize {
        self.list.len()
    }
}
