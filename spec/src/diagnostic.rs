//! What is wrong with a table, where, and what to write instead.

mod cause;

use crate::code::Code;
use crate::counterexample::Counterexample;
use crate::source::{FileId, Sources, Span};
use crate::std_families::std_family;
pub(crate) use cause::{Cause, Rights, Side, merge};
use opforge_core::counted;
use std::collections::{BTreeMap, BTreeSet};

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
    /// What other errors may have in common with it.
    pub(crate) causes: Vec<Cause>,
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
            causes: Vec::new(),
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

    /// Says what other errors may have in common with it: those that have are told as one.
    pub(crate) fn because(mut self, causes: impl IntoIterator<Item = Cause>) -> Self {
        self.causes.extend(causes);
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

/// What is wrong with an argument of a template is shown where the row writes it; what is wrong with the template is shown once,
/// as the first row has it, with where that is.
pub(crate) fn of_templates(list: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    // By template, line and code; the number of rows that have the same.
    let mut seen: BTreeMap<(FileId, usize, Code), (usize, usize)> = BTreeMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for mut diagnostic in list {
        let Some(expansion) = &sources.get(diagnostic.primary.0.file).expansion else {
            relocate(&mut diagnostic, sources);
            kept.push(diagnostic);
            continue;
        };
        let (template, row) = (&expansion.template, &expansion.row);
        let place = sources.place(diagnostic.primary.0);
        let used = sources.place(expansion.used);
        diagnostic.fix = None;
        relocate(&mut diagnostic, sources);
        let note = if diagnostic.primary.0.file == expansion.used.file {
            let same = |other: &Diagnostic| (other.code, other.primary.0) == (diagnostic.code, diagnostic.primary.0);
            if kept.iter().any(same) {
                continue;
            }
            format!("the template `{template}` has it in line {} of {}", place.line, place.file)
        } else {
            let key = (expansion.template_file, place.line, diagnostic.code);
            if let Some((at, more)) = seen.get_mut(&key) {
                *more += 1;
                let count = counted(*more, "more row");
                if let Some(note) = kept.get_mut(*at).and_then(|first| first.notes.last_mut()) {
                    note.truncate(note.find(", and so").unwrap_or(note.len()));
                    note.push_str(&format!(", and so for {count}"));
                }
                continue;
            }
            seen.insert(key, (kept.len(), 0));
            format!("the template `{template}` gives this for `{row}` in line {} of {}", used.line, used.file)
        };
        kept.push(diagnostic.note(note));
    }
    kept
}

/// Moves what is in an argument to where the row writes it.
fn relocate(diagnostic: &mut Diagnostic, sources: &Sources) {
    for (span, _) in std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.secondary) {
        let Some(expansion) = &sources.get(span.file).expansion else { continue };
        let piece = expansion.pieces.iter().find(|piece| piece.start <= span.start && span.end <= piece.end);
        if let Some(piece) = piece {
            let at = |offset: u32| (piece.from.start + (offset - piece.start)).min(piece.from.end);
            *span = Span { file: piece.from.file, start: at(span.start), end: at(span.end) };
        }
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
