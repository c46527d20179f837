//! Diagnostics as text, for terminals, build logs and snapshots.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::nearest::MAX_SOUGHT;
use crate::source::{FileId, Location, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use opforge_core::printable;
use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;

/// How many diagnostics are shown; of a table with more, most follow from the first.
const MAX_SHOWN: usize = MAX_SOUGHT;

/// So far before and after the first label of a file others are shown, wherever their lines are: the renderer writes what is
/// between. **Units:** characters.
const MAX_APART: usize = 140;

/// How much of a name, and of all that stands in one line of a report, is shown. **Units:** characters.
const MAX_NAME: usize = 400;
const MAX_LINE: usize = 4000;

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
                group = self.snippet(group, diagnostic, file);
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

    /// The labels of one file, those that are too far away as notes.
    fn snippet<'a>(&'a self, group: Group<'a>, diagnostic: &'a Diagnostic, file: FileId) -> Group<'a> {
        let source = self.sources.get(file);
        let text = source.text.as_str();
        let primary = std::iter::once((AnnotationKind::Primary, &diagnostic.primary));
        let secondary = diagnostic.secondary.iter().map(|label| (AnnotationKind::Context, label));
        let labels = primary.chain(secondary).filter(|(_, (span, _))| span.file == file);
        let labels: Vec<_> = labels.map(|(kind, (span, label))| (kind, self.shown(*span), label)).collect();
        let near = Near::of(text, labels.first().map_or(0, |(_, range, _)| range.start));
        let (labels, far): (Vec<_>, Vec<_>) = labels.into_iter().partition(|(_, range, _)| near.has(text, range.start));
        let labels = labels.into_iter().map(|(kind, range, label)| (kind, near.shortened(text, range), label));
        let labels: Vec<_> = labels.collect();
        // The renderer looks at every line that it is given, so it is given only those from the first label to the last.
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
        let group = group.element(snippet);
        far.into_iter().fold(group, |group, (_, range, label)| {
            let start = u32::try_from(range.start).unwrap_or(u32::MAX);
            let Location { file, line, column } = self.sources.place(Span { file, start, end: start });
            group.element(Level::NOTE.message(shown(&format!("{label}: {file}:{line}:{column}"))))
        })
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

/// The columns that are shown.
struct Near(Range<usize>);

impl Near {
    fn of(text: &str, at: usize) -> Self {
        let column = column(text, at);
        Self(column.saturating_sub(MAX_APART)..column + MAX_APART)
    }

    fn has(&self, text: &str, at: usize) -> bool {
        self.0.contains(&column(text, at))
    }

    /// The range, or so much of its first line as is shown.
    fn shortened(&self, text: &str, range: Range<usize>) -> Range<usize> {
        if self.has(text, range.end) {
            return range;
        }
        let left = self.0.end - column(text, range.start);
        let line = text[range.clone()].lines().next().unwrap_or_default();
        range.start..range.start + line.char_indices().nth(left).map_or(line.len(), |(at, _)| at)
    }
}

/// The column, from 0. **Units:** characters.
fn column(text: &str, at: usize) -> usize {
    text[..at].rsplit('\n').next().map_or(0, |line| line.chars().count())
}

/// One line of a report: what a table holds may be put in it, and may neither forge others nor fill the screen.
fn shown(text: &str) -> String {
    let names =
        text.split('`').map(|name| match (name.char_indices().nth(MAX_NAME), name.char_indices().nth_back(30)) {
            (Some((end, _)), Some((last, _))) => Cow::from(format!("{}…{}", &name[..end], &name[last.max(end)..])),
            _ => Cow::from(name),
        });
    let line = names.collect::<Vec<_>>().join("`");
    let shown = line.chars().map(printable).take(MAX_LINE).collect();
    if line.chars().nth(MAX_LINE).is_some() { shown + "…" } else { shown }
}

/// Writes them without colour.
impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
