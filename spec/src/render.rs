//! Diagnostics as text, for terminals, build logs and snapshots.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::nearest::MAX_SOUGHT;
use crate::source::{FileId, Location, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use opforge_core::printable;
use std::ops::Range;
use std::path::PathBuf;

/// How many diagnostics are shown; of a table with more, most follow from the first.
const MAX_SHOWN: usize = MAX_SOUGHT;

impl Diagnostics {
    /// All diagnostics as text, with source lines underlined, and a last line that counts them.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut text = String::new();
        for diagnostic in self.list.iter().take(MAX_SHOWN) {
            text.push_str(&renderer.render(&[self.group(diagnostic)]));
            text.push_str("\n\n");
        }
        let count = self.list.len();
        if count > MAX_SHOWN {
            text.push_str(&format!("… and {} more, once these are mended\n\n", count - MAX_SHOWN));
        }
        let plural = if count == 1 { "error" } else { "errors" };
        text.push_str(&format!(
            "{count} {plural} in the table; `opforge explain {}` says more\n",
            self.list.first().map_or("E0101", |first| first.code.number())
        ));
        text
    }

    /// Where the diagnostic's primary place begins.
    pub fn place(&self, diagnostic: &Diagnostic) -> Location {
        self.sources.place(diagnostic.primary.0)
    }

    /// The files on disk that were read, the root first; a build that failed looks at them again when they change.
    pub fn files(&self) -> Vec<PathBuf> {
        self.sources.paths()
    }

    fn group<'a>(&'a self, diagnostic: &'a Diagnostic) -> Group<'a> {
        let title = Level::ERROR.primary_title(shown(&diagnostic.message)).id(diagnostic.code.number());
        let primary = diagnostic.primary.0;
        let mut group = Group::with_title(title);
        if self.sources.get(primary.file).text.is_empty() {
            group = group.element(Origin::path(shown(&self.sources.get(primary.file).name)));
        } else {
            for file in self.shown_files(diagnostic) {
                group = group.element(self.snippet(diagnostic, file));
            }
        }
        for note in &diagnostic.notes {
            group = group.element(Level::NOTE.message(shown(note)));
        }
        if !diagnostic.help.is_empty() {
            group = group.element(Level::HELP.message(shown(&diagnostic.help)));
        }
        group
    }

    /// The files with a label, that of the primary place first.
    fn shown_files(&self, diagnostic: &Diagnostic) -> Vec<FileId> {
        let mut files = vec![diagnostic.primary.0.file];
        for (span, _) in &diagnostic.secondary {
            if !files.contains(&span.file) {
                files.push(span.file);
            }
        }
        files
    }

    fn snippet<'a>(
        &'a self,
        diagnostic: &'a Diagnostic,
        file: FileId,
    ) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let source = self.sources.get(file);
        let primary = std::iter::once((AnnotationKind::Primary, &diagnostic.primary));
        let secondary = diagnostic.secondary.iter().map(|label| (AnnotationKind::Context, label));
        let labels: Vec<_> = primary
            .chain(secondary)
            .filter(|(_, (span, _))| span.file == file)
            .map(|(kind, (span, label))| (kind, self.shown(*span), label))
            .collect();
        // The renderer looks at every line that it is given, so it is given only those from the first label to the last.
        let text = source.text.as_str();
        let first = labels.iter().map(|(_, range, _)| range.start).min().unwrap_or(0);
        let last = labels.iter().map(|(_, range, _)| range.end).max().unwrap_or(text.len());
        let from = text[..first].rfind('\n').map_or(0, |at| at + 1);
        let to = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
        let line = source.first_line() + text[..from].matches('\n').count();
        let mut snippet = Snippet::source(&text[from..to]).path(shown(&source.name)).line_start(line);
        for (kind, range, label) in labels {
            let range = range.start - from..range.end - from;
            snippet = snippet.annotation(kind.span(range).label(shown(label)));
        }
        snippet
    }

    /// The span as a range that lies within the text and on character boundaries.
    fn shown(&self, span: Span) -> Range<usize> {
        let text = &self.sources.get(span.file).text;
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.ceil_char_boundary((span.end as usize).max(start));
        // The end of the file is shown at the last line that has something on it.
        if start >= text.len() {
            let last = text.trim_end().char_indices().next_back();
            return last.map_or(0..0, |(at, c)| at..at + c.len_utf8());
        }
        start..end
    }
}

/// One line of a report: what a table holds may be put in it, and may not forge others.
fn shown(text: &str) -> String {
    text.chars().map(printable).collect()
}

/// Writes them without colour.
impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
