//! A quote that is missing, or one too many: after it texts and what stands between them change places, so that the file is
//! wrong in many places, and in none of them is the mistake.
//!
//! It is looked for in the lines with an odd number of quotes, by putting one into each place where it may be missing, and by
//! leaving each one out: what makes the file right, or lets it be read further than anything else and beyond the line, is the remedy.
//! A text of several lines stays possible, since one that is meant needs no remedy.

use super::lexer::{Lexer, TokenKind};
use super::parser::{Parsed, parse};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use std::cmp::Reverse;
use std::ops::Range;

/// How much may be read in search of the remedy. **Units:** bytes.
const MAX_READ: usize = 8 << 20;

/// So many of the texts of several lines that stand before the error are suspected, the last ones.
const MAX_SUSPECTS: usize = 4;

/// A change of one quote.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// A quote put in.
    Added,
    /// The quote there left out.
    Removed,
}

/// The mistake, and where its line begins, in a file that could be read to `reached` only; `None` if no single quote mends it.
pub(super) fn mistake(file: FileId, text: &str, reached: u32) -> Option<(u32, Diagnostic)> {
    let mut left = MAX_READ;
    let mut best: Option<(Score, usize, Change)> = None;
    for line in suspects(file, text, reached as usize) {
        for (at, change) in changes(text, &line) {
            let Some(rest) = left.checked_sub(text.len()) else { break };
            left = rest;
            let score = Score::of(&parse(file, &changed(text, at, change)), change);
            if score.reached > line.end.max(reached as usize) && best.is_none_or(|(other, ..)| score > other) {
                best = Some((score, at, change));
            }
        }
    }
    let (_, at, change) = best?;
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    Some((u32::try_from(line).unwrap_or(0), diagnostic(file, text, at, change)))
}

/// How right a file is: how far it can be read, then how few commas it lacks; and a quote is sooner forgotten than written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    reached: usize,
    commas: Reverse<usize>,
    is_added: bool,
}

impl Score {
    fn of(parsed: &Parsed, change: Change) -> Self {
        let reached = if parsed.node.is_some() { usize::MAX } else { parsed.reached as usize };
        Self { reached, commas: Reverse(parsed.commas.len()), is_added: change == Change::Added }
    }
}

/// The lines in which the last texts of several lines before the error begin, and the line of the error, those that have an odd
/// number of quotes.
fn suspects(file: FileId, text: &str, reached: usize) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    let mut tokens = Lexer::new(file, text);
    while let Ok(token) = tokens.next() {
        let (start, end) = (token.span.start as usize, token.span.end as usize);
        if token.kind == TokenKind::End || start > reached {
            break;
        }
        if token.kind == TokenKind::Text && text[start..end].starts_with('"') && text[start..end].contains('\n') {
            starts.push(start);
        }
    }
    let first = starts.len().saturating_sub(MAX_SUSPECTS);
    let mut lines: Vec<Range<usize>> = starts[first..].iter().chain([&reached]).map(|at| line(text, *at)).collect();
    lines.dedup();
    lines.retain(|line| has_odd_quote(&text[line.clone()]));
    lines
}

fn has_odd_quote(line: &str) -> bool {
    let mut odd = false;
    let mut escaped = false;
    for byte in line.bytes() {
        odd ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
    }
    odd
}

fn line(text: &str, at: usize) -> Range<usize> {
    let at = text.floor_char_boundary(at);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    start..text[at..].find('\n').map_or(text.len(), |length| at + length)
}

/// Where in the line a quote may be missing, or be one too many.
fn changes<'t>(text: &'t str, line: &Range<usize>) -> impl Iterator<Item = (usize, Change)> + use<'t> {
    let start = line.start;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let places = text[line.clone()].char_indices().map(move |(at, c)| (start + at, Some(c)));
    places.chain([(line.end, None)]).flat_map(move |(at, next)| {
        let before = text[start..at].chars().next_back();
        let is_within = before.zip(next).is_some_and(|(before, next)| is_word(before) && is_word(next));
        // A text begins and ends with something that is no space.
        let may_stand = !is_within && before != Some('\\') && next.is_none_or(|next| !matches!(next, ' ' | '\t'));
        let added = may_stand.then_some((at, Change::Added));
        let removed = (next == Some('"') && before != Some('\\')).then_some((at, Change::Removed));
        added.into_iter().chain(removed)
    })
}

fn changed(text: &str, at: usize, change: Change) -> String {
    match change {
        Change::Added => [&text[..at], "\"", &text[at..]].concat(),
        Change::Removed => [&text[..at], &text[at + 1..]].concat(),
    }
}

fn diagnostic(file: FileId, text: &str, at: usize, change: Change) -> Diagnostic {
    let span = |range: Range<usize>| {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file, start: offset(range.start), end: offset(range.end) }
    };
    if change == Change::Removed {
        return Diagnostic::new(Code::Syntax, span(at..at + 1), "a quote too many")
            .label("begins a text that is none")
            .help("remove this `\"`")
            .fix(span(at..at + 1), "");
    }
    let mended = changed(text, at, change);
    match text_around(file, &mended, at) {
        // It ends with the quote that was put in.
        Some(whole) if whole.start < at => {
            Diagnostic::new(Code::Unclosed, span(whole.start..whole.start + 1), "this text is not closed")
                .label("opened here")
                .also(span(at..at + text[at..].chars().next().map_or(0, char::len_utf8)), "`\"` is missing before this")
                .help(format!("write `{}`", shortened(&mended[whole])))
                .fix(span(at..at), "\"")
        }
        whole => {
            let whole = whole.unwrap_or(at..at + 1);
            let written = span(whole.start..whole.end - 1);
            Diagnostic::new(Code::Syntax, written, "a text without its first quote")
                .label("`\"` is missing before this")
                .help(format!("write `{}`", shortened(&mended[whole])))
                .fix(span(at..at), "\"")
        }
    }
}

/// The text of which the quote at `at` is the first or last one.
fn text_around(file: FileId, text: &str, at: usize) -> Option<Range<usize>> {
    let mut tokens = Lexer::new(file, text);
    loop {
        let token = tokens.next().ok()?;
        let range = token.span.start as usize..token.span.end as usize;
        match token.kind {
            TokenKind::End => return None,
            TokenKind::Text if range.contains(&at) => return Some(range),
            _ => {}
        }
    }
}

/// A text as it would be written, the middle of a long one left out.
fn shortened(text: &str) -> String {
    match (text.char_indices().nth(24), text.char_indices().rev().nth(12)) {
        (Some((first, _)), Some((last, _))) if first < last => format!("{}…{}", &text[..first], &text[last..]),
        _ => text.to_owned(),
    }
}
