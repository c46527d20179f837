//! A quote that is missing, or one too many: after it texts and what stands between them change places, so that the file is
//! wrong in many places, and in none of them is the mistake.
//!
//! It is looked for in the lines with an odd number of quotes, by putting one into each place where it may be missing, and by
//! leaving each one out. A text of several lines stays possible, since one that is meant needs no remedy.

use super::changes::{Change, What, changed};
use super::lexer::{Lexer, TokenKind};
use super::repairs::span;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::FileId;
use std::ops::Range;

/// So many of the texts of several lines that stand before the error are suspected, the last ones.
const MAX_SUSPECTS: usize = 4;

/// The changes of one quote that may mend a file which can be read to `reached` only.
pub(super) fn changes(file: FileId, text: &str, reached: usize) -> impl Iterator<Item = Change> + use<'_> {
    suspects(file, text, reached).into_iter().flat_map(|line| within(text, &line))
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

pub(super) fn line(text: &str, at: usize) -> Range<usize> {
    let at = text.floor_char_boundary(at);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    start..text[at..].find('\n').map_or(text.len(), |length| at + length)
}

/// Where in the line a quote may be missing, or be one too many.
fn within<'t>(text: &'t str, line: &Range<usize>) -> impl Iterator<Item = Change> + use<'t> {
    let start = line.start;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let places = text[line.clone()].char_indices().map(move |(at, c)| (start + at, Some(c)));
    places.chain([(line.end, None)]).flat_map(move |(at, next)| {
        let before = text[start..at].chars().next_back();
        let is_within = before.zip(next).is_some_and(|(before, next)| is_word(before) && is_word(next));
        // A text begins and ends with something that is no space.
        let may_stand = !is_within && before != Some('\\') && next.is_none_or(|next| !matches!(next, ' ' | '\t'));
        let added = || Change { range: at..at, put: "\"".into(), what: What::QuoteAdded };
        let removed = || Change { range: at..at + 1, put: String::new(), what: What::QuoteRemoved };
        let is_quote = next == Some('"') && before != Some('\\');
        may_stand.then(added).into_iter().chain(is_quote.then(removed))
    })
}

pub(super) fn diagnostic(file: FileId, text: &str, change: &Change) -> Diagnostic {
    let span = |range: Range<usize>| span(file, range);
    let at = change.range.start;
    if change.what == What::QuoteRemoved {
        return Diagnostic::new(Code::Syntax, span(at..at + 1), "a quote too many")
            .label("begins a text that is none")
            .help("remove this `\"`")
            .fix(span(at..at + 1), "");
    }
    let mended = changed(text, change);
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
pub(super) fn shortened(text: &str) -> String {
    match (text.char_indices().nth(24), text.char_indices().rev().nth(12)) {
        (Some((first, _)), Some((last, _))) if first < last => format!("{}…{}", &text[..first], &text[last..]),
        _ => text.to_owned(),
    }
}

/// The end of a text, as much of its last line as is told apart.
pub(super) fn excerpt(text: &str) -> String {
    let last = text.trim_end().rsplit('\n').next().unwrap_or_default().trim_start();
    match last.char_indices().rev().nth(23) {
        Some((at, _)) if at > 0 => format!("…{}", &last[at..]),
        _ => last.to_owned(),
    }
}
