//! The one change that would mend a file which cannot be read: a quote or a bracket that is missing, too many or another one.
//! After such a mistake much else looks wrong, and seldom is the mistake where reading ends.
//!
//! What may be meant is tried. Of the changes by which the file can be read to its end, or further than by any other and beyond
//! the line where it ended, the one is the remedy after which the fewest places are of another shape than rows have.

use super::brackets::{closing, opening};
use super::lexer::{Lexer, Token, TokenKind};
use super::parser::{Parsed, parse};
use super::quotes;
use super::shapes::{Shape, Shapes};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use std::cmp::Reverse;
use std::ops::Range;

/// How much may be read in search of the remedy. **Units:** bytes.
const MAX_READ: usize = 8 << 20;

/// At the ends of so many lines before the error a bracket may be missing.
const MAX_LINES: usize = 200;

/// So many of the brackets that are open at the error, the innermost, may lack their other one.
const MAX_OPEN: usize = 4;

/// So many of the brackets that were closed before the error, the last ones, may be too many.
const MAX_CLOSED: usize = 8;

/// At so many places a text that has no quotes may end.
const MAX_ENDS: usize = 12;

/// A text or list that lacks quotes is at most so long. **Units:** bytes.
const MAX_UNQUOTED: usize = 1024;

/// So many brackets and quotes are tried where rows, lists and texts begin, the first ones.
const MAX_UNOPENED: usize = 1024;

/// A change of a file: `put` in place of what stands at `range`.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) range: Range<usize>,
    pub(super) put: String,
    pub(super) what: What,
}

/// What a change mends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A quote too many.
    QuoteRemoved,
    /// A missing quote.
    QuoteAdded,
    /// Texts without quotes.
    Quoted,
    /// The bracket opened there is not closed.
    Closed { open: usize },
    /// Another bracket closes the one opened there.
    ClosedOtherwise { open: usize },
    /// Another bracket is opened than is closed there.
    OpenedOtherwise { close: usize },
    /// A bracket is not opened.
    Opened,
    /// A bracket too many.
    Removed,
}

/// How right a file is: how far it can be read, then how many of its places are of another shape, then how few commas it lacks;
/// and a quote is sooner forgotten than written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    reached: usize,
    misfits: Reverse<usize>,
    commas: Reverse<usize>,
    is_added: bool,
}

/// Texts without quotes in a list of a file that could be read, though with commas missing: words that belong to one text.
pub(super) fn unquoted(file: FileId, text: &str, read: &Parsed, shapes: &Shapes) -> Option<Diagnostic> {
    let misfits = shapes.misfits(read.node.as_ref()?);
    let mends = |change: &Change| {
        let parsed = parse(file, &changed(text, change));
        let fewer = parsed.node.as_ref().is_some_and(|node| shapes.misfits(node) < misfits);
        fewer && parsed.commas.len() < read.commas.len()
    };
    let changes = unopened(text, &tokens(file, text), shapes);
    let change = changes.into_iter().filter(|change| change.what == What::Quoted).take(MAX_ENDS).find(mends)?;
    Some(diagnostic(file, text, &change))
}

/// The mistake, and where its line begins, in a file that could not be read to its end; `None` if no change mends it.
pub(super) fn mistake(file: FileId, text: &str, read: &Parsed, shapes: &Shapes) -> Option<(u32, Diagnostic)> {
    let reached = read.reached as usize;
    let (mut left, mut best): (usize, Option<(Score, Change)>) = (MAX_READ, None);
    let tokens = tokens(file, text);
    let all = unopened(text, &tokens, shapes)
        .into_iter()
        .chain(quotes::changes(file, text, reached))
        .chain(brackets(text, &tokens, read));
    for change in all {
        let Some(rest) = left.checked_sub(text.len()) else { break };
        left = rest;
        let parsed = parse(file, &changed(text, &change));
        let score = Score {
            reached: if parsed.node.is_some() { usize::MAX } else { parsed.reached as usize },
            misfits: Reverse(parsed.node.as_ref().map_or(0, |node| shapes.misfits(node))),
            commas: Reverse(parsed.commas.len()),
            is_added: change.what != What::QuoteRemoved,
        };
        let beyond = quotes::line(text, change.range.start).end.max(reached) + change.put.len();
        if score.reached > beyond && best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((score, change));
        }
    }
    let (_, change) = best?;
    let line = quotes::line(text, change.range.start).start;
    Some((u32::try_from(line).unwrap_or(0), diagnostic(file, text, &change)))
}

fn tokens(file: FileId, text: &str) -> Vec<Token> {
    let mut lexer = Lexer::new(file, text);
    let mut tokens = Vec::new();
    while let Ok(token) = lexer.next() {
        if token.kind == TokenKind::End {
            break;
        }
        tokens.push(token);
    }
    tokens
}

fn start(token: Token) -> usize {
    token.span.start as usize
}

fn end(token: Token) -> usize {
    token.span.end as usize
}

/// Brackets and quotes that are missing where rows, lists and texts begin.
fn unopened(text: &str, tokens: &[Token], shapes: &Shapes) -> Vec<Change> {
    let mut changes = Vec::new();
    let added = |at: usize, put: char| Change { range: at..at, put: put.to_string(), what: What::Opened };
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Word) {
        if changes.len() >= MAX_UNOPENED {
            break;
        }
        let word = &text[start(*token)..end(*token)];
        let (next, after) = (tokens.get(index + 1), tokens.get(index + 2));
        let is = |token: Option<&Token>, wanted: char| {
            token.is_some_and(|token| token.kind == TokenKind::Punctuation(wanted))
        };
        if shapes.rows.contains(&word) && !is(next, '(') && !is(next, ':') {
            changes.push(added(end(*token), '('));
            let other = next.filter(|_| is(next, '[') || is(next, '{'));
            changes.extend(other.map(|other| Change { range: start(*other)..end(*other), ..added(0, '(') }));
        }
        // The row's name and its first field's are one word where there is no bracket between them.
        let joined =
            shapes.rows.iter().filter(|row| word.len() > row.len() && word.starts_with(**row) && is(next, ':'));
        changes.extend(joined.map(|row| added(start(*token) + row.len(), '(')));
        let (Some(value), true) = (after, is(next, ':')) else { continue };
        match shapes.of_any(word) {
            Some(Shape::Text) if value.kind != TokenKind::Text => changes.extend(quoted(text, start(*value))),
            Some(Shape::Texts | Shape::List | Shape::Rows(_)) if !is(after, '[') => {
                changes.push(added(start(*value), '['))
            }
            Some(Shape::Pair) if !is(after, '(') => changes.push(added(start(*value), '(')),
            Some(Shape::Texts) => changes.extend(quoted_items(text, &tokens[index + 3..])),
            _ => {}
        }
    }
    changes
}

/// Quotes around what begins at `from`, up to each place where it may end.
fn quoted(text: &str, from: usize) -> impl Iterator<Item = Change> + use<'_> {
    let line = text.floor_char_boundary(text.len().min(from + MAX_UNQUOTED));
    let line = text[from..line].find('\n').map_or(line, |length| from + length);
    let rest = &text[from..line];
    let ends = rest.char_indices().filter(|(_, c)| matches!(c, ',' | ')')).map(move |(at, _)| from + at);
    ends.chain([line]).filter(move |end| *end > from).take(MAX_ENDS).map(move |end| {
        let written = text[from..end].trim_end();
        Change { range: from..from + written.len(), put: format!("\"{written}\""), what: What::Quoted }
    })
}

/// Quotes around those items of a list that have none; its tokens follow.
fn quoted_items(text: &str, tokens: &[Token]) -> Option<Change> {
    let first = tokens.first().filter(|first| first.kind != TokenKind::Punctuation(']'))?;
    let near = tokens.iter().take_while(|token| start(**token) < start(*first) + MAX_UNQUOTED);
    let last = near.into_iter().position(|token| token.kind == TokenKind::Punctuation(']'))?;
    let items: Vec<&str> = text[start(*first)..start(tokens[last])].split(',').map(str::trim).collect();
    if items.iter().all(|item| item.starts_with('"') || item.is_empty()) || items.iter().any(|item| item.contains('\n'))
    {
        return None;
    }
    let quoted =
        |item: &&str| if item.contains('"') || item.is_empty() { (*item).to_owned() } else { format!("\"{item}\"") };
    let put = items.iter().map(quoted).collect::<Vec<_>>().join(", ");
    Some(Change { range: start(*first)..start(tokens[last]), put, what: What::Quoted })
}

/// Brackets that are missing, too many or others.
fn brackets(text: &str, tokens: &[Token], read: &Parsed) -> Vec<Change> {
    let reached = read.reached as usize;
    let mut changes = Vec::new();
    let here = tokens.partition_point(|token| start(*token) < reached);
    let innermost = read.opened.last().copied();
    if let Some(TokenKind::Punctuation(found)) = tokens.get(here).map(|token| token.kind)
        && let Some(opens) = opening(found)
    {
        let range = start(tokens[here])..end(tokens[here]);
        if let Some(open) = innermost {
            let close = kind(open).and_then(closing).unwrap_or(')');
            let what = What::ClosedOtherwise { open: start(open) };
            changes.push(Change { range: range.clone(), put: close.to_string(), what });
            let what = What::OpenedOtherwise { close: range.start };
            changes.push(Change { range: start(open)..end(open), put: opens.to_string(), what });
        }
        changes.push(Change { range, put: String::new(), what: What::Removed });
    }
    let closed = tokens[..here].iter().rev().filter(|token| kind(**token).and_then(opening).is_some()).take(MAX_CLOSED);
    for token in closed.chain(read.opened.iter().rev().take(MAX_OPEN)) {
        changes.push(Change { range: start(*token)..end(*token), put: String::new(), what: What::Removed });
    }
    for open in read.opened.iter().rev().take(MAX_OPEN) {
        let Some(close) = kind(*open).and_then(closing) else { continue };
        let added = |at: usize, put: String| Change { range: at..at, put, what: What::Closed { open: start(*open) } };
        changes.push(added(reached.min(text.len()), close.to_string()));
        let opened = tokens.partition_point(|token| start(*token) <= start(*open));
        for last in last_of_lines(text, &tokens[opened..here.max(opened)]) {
            let comma = tokens[opened + last].kind == TokenKind::Punctuation(',');
            let before = if comma { start(tokens[opened + last]) } else { end(tokens[opened + last]) };
            changes.push(added(before, close.to_string()));
            if !comma {
                changes.push(added(before, format!("{close},")));
            }
        }
    }
    changes
}

fn kind(token: Token) -> Option<char> {
    match token.kind {
        TokenKind::Punctuation(kind) => Some(kind),
        _ => None,
    }
}

/// Those of the tokens that are the last ones of their lines, the last first.
fn last_of_lines<'t>(text: &'t str, tokens: &'t [Token]) -> impl Iterator<Item = usize> + use<'t> {
    let is_last = |index: &usize| {
        let next = tokens.get(index + 1).map_or(text.len(), |next| start(*next));
        text[end(tokens[*index])..next].contains('\n') || index + 1 == tokens.len()
    };
    (0..tokens.len()).rev().filter(is_last).take(MAX_LINES)
}

pub(super) fn changed(text: &str, change: &Change) -> String {
    [&text[..change.range.start], &change.put, &text[change.range.end..]].concat()
}

pub(super) fn span(file: FileId, range: Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file, start: offset(range.start), end: offset(range.end) }
}

fn diagnostic(file: FileId, text: &str, change: &Change) -> Diagnostic {
    let span = |range: Range<usize>| span(file, range);
    let (at, put, found) = (change.range.clone(), change.put.as_str(), &text[change.range.clone()]);
    let bracket = put.trim_end_matches(',');
    let diagnostic = match change.what {
        What::QuoteAdded | What::QuoteRemoved => return quotes::diagnostic(file, text, change),
        What::Quoted => Diagnostic::new(Code::Syntax, span(at.clone()), "a text without its quotes")
            .label("a text stands in quotes")
            .help(format!("write `{}`", quotes::shortened(put))),
        What::Closed { open } => {
            let before = quotes::excerpt(&text[..at.start]);
            Diagnostic::new(Code::Unclosed, span(open..open + 1), format!("`{}` is not closed", &text[open..open + 1]))
                .label("opened here")
                .also(last_character(file, text, at.start), format!("`{bracket}` is missing after this"))
                .help(format!("write `{before}{put}`"))
        }
        What::ClosedOtherwise { open } => Diagnostic::new(
            Code::Unclosed,
            span(at.clone()),
            format!("`{found}` closes what `{}` opens", &text[open..open + 1]),
        )
        .label(format!("`{put}` belongs here"))
        .also(span(open..open + 1), "opened here")
        .help(format!("write `{put}` in place of this `{found}`")),
        What::OpenedOtherwise { close } => {
            let closed = &text[close..close + 1];
            Diagnostic::new(Code::Unclosed, span(at.clone()), format!("`{found}` opens what `{closed}` closes"))
                .label(format!("`{put}` belongs here"))
                .also(span(close..close + 1), "closed here")
                .help(format!("write `{put}` in place of this `{found}`"))
        }
        What::Opened => {
            let (before, space) = (quotes::excerpt(&text[..at.start]), if put == "(" { "" } else { " " });
            let diagnostic = if at.is_empty() {
                let next = text[at.start..].chars().next().map_or(0, char::len_utf8);
                Diagnostic::new(Code::Syntax, span(at.start..at.start + next), format!("`{put}` is missing"))
                    .label("it belongs before this")
            } else {
                Diagnostic::new(Code::Syntax, span(at.clone()), format!("`{found}` where `{put}` should be"))
                    .label("another bracket")
            };
            diagnostic.help(format!("write `{before}{space}{put}`"))
        }
        What::Removed => Diagnostic::new(
            Code::Syntax,
            span(at.clone()),
            match opening(found.chars().next().unwrap_or(')')) {
                Some(_) => format!("`{found}` closes nothing"),
                None => format!("a `{found}` too many"),
            },
        )
        .label("one too many")
        .help(format!("remove this `{found}`")),
    };
    diagnostic.fix(span(at), put)
}

/// The last character before `at` that is no space.
fn last_character(file: FileId, text: &str, at: usize) -> Span {
    let before = text[..at].trim_end();
    let length = before.chars().next_back().map_or(0, char::len_utf8);
    span(file, before.len() - length..before.len())
}
