//! Source files and places in them.

use opforge_core::printable;
use std::ops::Range;
use std::path::PathBuf;

/// Which of the files that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub(crate) u32);

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A string of a table, and where each byte of it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// The string's value, escapes resolved.
    pub(crate) value: String,
    /// The whole literal, quotes included.
    pub(crate) span: Span,
    /// For byte `i` of `value`, its offset in the file; one more for the end. Empty when `value` stands there verbatim
    /// from `start`.
    pub(crate) offsets: Vec<u32>,
    /// Offset in the file of the first byte after the opening quote.
    pub(crate) start: u32,
}

impl Text {
    /// Where the bytes `range` of the value stand in the file.
    pub(crate) fn span_of(&self, range: Range<usize>) -> Span {
        let at = |index: usize| match self.offsets.get(index) {
            Some(&offset) => offset,
            None => (self.start + u32::try_from(index).unwrap_or(0)).min(self.span.end),
        };
        Span { file: self.span.file, start: at(range.start), end: at(range.end).max(at(range.start)) }
    }
}

/// One file that was read.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// How messages name it: a path as given, or `std:NAME`.
    pub(crate) name: String,
    /// Its path, unless it is embedded.
    pub(crate) path: Option<PathBuf>,
    pub(crate) text: String,
    /// What it is if it is no file, but a template with the arguments of a row.
    pub(crate) expansion: Option<Expansion>,
}

impl Source {
    /// The number of its first line: a template is shown with those that it has in its file.
    pub(crate) fn first_line(&self) -> usize {
        self.expansion.as_ref().map_or(1, |expansion| expansion.line)
    }

    /// A file, or an embedded one.
    pub(crate) fn new(name: &str, path: Option<PathBuf>, text: String) -> Self {
        Self { name: name.to_owned(), path, text, expansion: None }
    }
}

/// A template with the arguments of a row in place of its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Expansion {
    /// The template's name.
    pub(crate) template: String,
    pub(crate) template_file: FileId,
    /// The line that the template begins on.
    pub(crate) line: usize,
    /// The row's name.
    pub(crate) row: String,
    /// Where the row says so.
    pub(crate) used: Span,
    pub(crate) pieces: Vec<Piece>,
}

/// An argument in such a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Where the row writes it.
    pub(crate) from: Span,
}

/// All files of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    files: Vec<Source>,
}

impl Sources {
    pub(crate) fn add(&mut self, mut source: Source) -> FileId {
        // Paths are foreign text, and stand in lines of reports.
        source.name = source.name.chars().map(printable).collect();
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(source);
        id
    }

    pub(crate) fn get(&self, file: FileId) -> &Source {
        &self.files[file.0 as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }
}

/// A place in words that a person counts in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// How messages name the file: a path as given, or `std:NAME`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1. **Units:** characters.
    pub column: usize,
}

impl Sources {
    /// Where `span` begins.
    pub(crate) fn place(&self, span: Span) -> Location {
        let source = self.get(span.file);
        let end = source.text.floor_char_boundary(span.start as usize);
        let before = &source.text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Location {
            file: source.name.clone(),
            line: source.first_line() + before.matches('\n').count(),
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// The paths of the files that were read from disk, the root first.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.iter().filter_map(|source| source.path.clone()).collect()
    }
}
