//! Errors with their places, how they are collected, and how they are shown.

use super::limits;
use opforge_core::{display_width, printable};
use std::collections::{HashMap, HashSet};
use std::fmt;

pub use super::error_kind::AsmErrorKind;

/// A range of bytes in one line of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineSpan {
    /// From 1.
    pub(super) line: u32,
    /// From 0.
    start: u32,
    length: u32,
}

impl LineSpan {
    pub(super) fn new(line: u32, start: usize, length: usize) -> Self {
        let small = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Self { line, start: small(start), length: small(length) }
    }

    /// Whether both begin at the same place.
    pub(super) fn starts_with(self, other: Self) -> bool {
        (self.line, self.start) == (other.line, other.start)
    }

    /// Whether this one begins after `other` does.
    pub(super) fn is_after(self, other: Self) -> bool {
        (self.line, self.start) > (other.line, other.start)
    }

    /// The place right after this one.
    pub(super) fn after(self) -> Self {
        Self { start: self.start.saturating_add(self.length), length: 1, ..self }
    }
}

/// Everything that is wrong with a text of assembly, in the order of its lines.
///
/// `Display` shows each with file, line and column, the line underlined, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsmErrors {
    file: String,
    list: Vec<AsmError>,
    more: usize,
}

impl AsmErrors {
    /// The errors, by line and column; at most 50.
    pub fn list(&self) -> &[AsmError] {
        &self.list
    }

    /// How many more there are than [`AsmErrors::list`] holds.
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for AsmErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            error.show(&self.file, f)?;
        }
        if self.more > 0 {
            writeln!(f, "\nerror: and {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for AsmErrors {}

/// One thing that is wrong with a text of assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsmError {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1. **Units:** characters.
    pub column: u32,
    /// What is wrong.
    pub kind: AsmErrorKind,
    /// How many other lines have the same mistake: they use the same name, which nothing has, or an instruction which the
    /// table lacks, or pass as many arguments to the same function, which takes another number.
    pub again: usize,
    /// The part of the line to show.
    excerpt: String,
    /// The white space under `excerpt` before the underline.
    indent: String,
    underline: usize,
}

impl AsmError {
    /// Writes the error as a compiler does.
    fn show(&self, file: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "error: {}", message(&self.kind.to_string()))?;
        writeln!(f, "{margin}--> {file}:{}:{}", self.line, self.column)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.excerpt)?;
        writeln!(f, "{margin} | {}{}", self.indent, "^".repeat(self.underline))?;
        match self.again {
            0 => {}
            1 => writeln!(f, "{margin} = note: and in another line")?,
            again => writeln!(f, "{margin} = note: and in {again} other lines")?,
        }
        writeln!(f, "{margin} = help: {}", message(&self.kind.help()))
    }
}

/// A message as it may be shown: names can be as long as a line, and hold anything in texts.
fn message(text: &str) -> String {
    let mut shown: String = text.chars().take(MESSAGE).map(printable).collect();
    if shown.len() < text.len() && text.chars().nth(MESSAGE).is_some() {
        shown.push('…');
    }
    shown
}

/// How much of a message is shown. **Units:** characters.
const MESSAGE: usize = 400;

/// Collects errors up to the limit: one of a line, since of what stands after a mistake nobody knows what it is meant to be.
#[derive(Debug, Default)]
pub(super) struct Errors {
    /// With the number of lines that have the same mistake.
    list: Vec<(LineSpan, AsmErrorKind, usize)>,
    more: usize,
    lines: HashSet<u32>,
    /// Names that nothing has, with the error that says so; and words of lines that could not be read, which may declare them.
    doubted: HashMap<String, Option<usize>>,
    /// Of what a declaration could not be read so far that not even its name is known.
    lost: HashSet<&'static str>,
}

/// How many words of lines that could not be read are kept.
const MAX_DOUBTED: usize = 10_000;

impl Errors {
    pub(super) fn add(&mut self, place: LineSpan, kind: AsmErrorKind) {
        if !self.lines.insert(place.line) {
            return;
        }
        if self.list.len() < limits::ERRORS {
            self.list.push((place, kind, 0));
        } else {
            self.more += 1;
        }
    }

    /// Adds what is wrong with a use of `name`, unless it was said of that name before, or a line that could not be read has it.
    pub(super) fn add_about(&mut self, name: &str, place: LineSpan, kind: AsmErrorKind) {
        let may_be_declared = matches!(&kind, AsmErrorKind::UnknownName { what, .. } if self.is_lost(what));
        if self.lines.contains(&place.line) || may_be_declared {
            return;
        }
        let cause = match &kind {
            // What the table lacks, it lacks for every name.
            AsmErrorKind::MissingRow(row) => Some(row.to_string()),
            // Where many calls are wrong, the function's parameters may be.
            AsmErrorKind::WrongArity { given, .. } | AsmErrorKind::WrongArguments { given, .. } => {
                Some(format!("{name}/{given}"))
            }
            _ => None,
        };
        let name = cause.as_deref().unwrap_or(name);
        match self.doubted.get(name) {
            Some(Some(first)) => self.list[*first].2 += 1,
            Some(None) => {}
            None => {
                let index = Some(self.list.len()).filter(|index| *index < limits::ERRORS);
                self.doubted.insert(name.to_owned(), index);
                self.add(place, kind);
            }
        }
    }

    /// Notes the words of a line that could not be read.
    pub(super) fn doubt(&mut self, line: &str) {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        for word in line.split(|c| !is_word(c)).filter(|word| !word.is_empty()) {
            if self.doubted.len() >= MAX_DOUBTED {
                return;
            }
            self.doubted.entry(word.to_owned()).or_insert(None);
        }
    }

    /// Whether a use of `name` was told to be wrong, or may be right.
    pub(super) fn is_doubted(&self, name: &str) -> bool {
        self.doubted.contains_key(name)
    }

    /// Notes that there is something that nobody knows the name of, so that no use of an unknown name is wrong for sure.
    pub(super) fn lose(&mut self, what: &'static str) {
        self.lost.insert(what);
    }

    /// Whether names of that sort may be declared by what could not be read.
    pub(super) fn is_lost(&self, what: &str) -> bool {
        self.lost.contains(what)
    }

    /// Whether something is wrong with that line.
    pub(super) fn is_wrong(&self, line: u32) -> bool {
        self.lines.contains(&line)
    }

    /// Whether further errors are only counted: their kinds need not say much.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= limits::ERRORS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Puts the errors in the order of their places and adds the lines they stand on.
    pub(super) fn finish(mut self, file: &str, text: &str) -> AsmErrors {
        self.list.sort_by_key(|(place, ..)| (place.line, place.start));
        let mut lines = text.split('\n').zip(1..);
        let mut current = ("", 0);
        let mut list = Vec::with_capacity(self.list.len());
        for (place, kind, again) in self.list {
            while current.1 < place.line {
                match lines.next() {
                    Some(line) => current = line,
                    None => current = ("", place.line),
                }
            }
            list.push(AsmError { again, ..shown(current.0.trim_end_matches('\r'), place, kind) });
        }
        let file = file.chars().map(printable).collect();
        AsmErrors { file, list, more: self.more }
    }
}

/// How much of a line is shown before and after where the error begins. **Units:** characters.
const SHOWN_BEFORE: usize = 60;
const SHOWN_AFTER: usize = 80;

fn shown(line: &str, place: LineSpan, kind: AsmErrorKind) -> AsmError {
    let start = floor_boundary(line, place.start as usize);
    let end = floor_boundary(line, (place.start as usize).saturating_add(place.length as usize)).max(start);
    let before = line[..start].chars().count();
    let skipped = before.saturating_sub(SHOWN_BEFORE);
    let mut excerpt: String = line.chars().skip(skipped).take(SHOWN_BEFORE + SHOWN_AFTER).map(printable).collect();
    if skipped > 0 {
        excerpt = excerpt.chars().skip(1).collect();
        excerpt.insert(0, '…');
    }
    let (left, right) =
        excerpt.split_at(excerpt.char_indices().nth(before - skipped).map_or(excerpt.len(), |(at, _)| at));
    let indent = blank(left);
    let marked: String = right.chars().take(line[start..end].chars().count()).collect();
    let underline = marked.split('\t').map(display_width).sum::<usize>() + marked.matches('\t').count();
    let underline = underline.max(1);
    let column = u32::try_from(before + 1).unwrap_or(u32::MAX);
    AsmError { line: place.line, column, kind, again: 0, excerpt, indent, underline }
}

/// White space as wide as `text`: its tabs stay, since nobody knows how wide a terminal shows those.
fn blank(text: &str) -> String {
    let pieces: Vec<String> = text.split('\t').map(|piece| " ".repeat(display_width(piece))).collect();
    pieces.join("\t")
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The caret's line, under a line that holds `before`, then a word of two wide characters that is wrong.
    fn carets(before: &str) -> String {
        let line = format!("{before}漢字");
        let mut errors = Errors::default();
        errors.add(LineSpan::new(1, before.len(), "漢字".len()), AsmErrorKind::StrayEnd);
        let shown = errors.finish("f", &line).to_string();
        shown.lines().nth(4).unwrap_or_default().trim_start_matches("  | ").to_owned()
    }

    #[test]
    fn carets_stand_under_what_they_mean_however_wide_it_is() {
        assert_eq!(carets("ab "), "   ^^^^");
        assert_eq!(carets("漢 "), "   ^^^^");
        assert_eq!(carets("e\u{301} "), "  ^^^^");
        assert_eq!(carets("\t漢"), "\t  ^^^^");
        assert_eq!(carets("\u{1b}\u{202e}"), "  ^^^^", "what is replaced takes a column");
    }
}
