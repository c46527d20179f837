//! The changes that may mend a broken file: what is tried in search of the remedy.

use super::brackets::{closing, opening};
use super::lexer::{Token, TokenKind};
use super::parser::Parsed;
use super::shapes::{Shape, Shapes};
use std::ops::Range;

/// At the ends of so many lines before the error a bracket may be missing.
const MAX_LINES: usize = 200;

/// So many of the brackets that are open at the error, the innermost, may lack their other one.
const MAX_OPEN: usize = 4;

/// So many of the brackets that were closed before the error, the last ones, may be too many.
const MAX_CLOSED: usize = 8;

/// At so many places a text that has no quotes may end.
pub(super) const MAX_ENDS: usize = 12;

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
    /// A bracket, comma or word too many.
    Removed,
}

pub(super) fn changed(text: &str, change: &Change) -> String {
    [&text[..change.range.start], &change.put, &text[change.range.end..]].concat()
}

/// Words among the rows of a list, where a comma seems to be missing.
pub(super) fn astray<'t>(
    text: &'t str,
    tokens: &'t [Token],
    read: &'t Parsed,
    shapes: &Shapes,
) -> impl Iterator<Item = Change> {
    let beside = read.commas.iter().filter_map(|comma| {
        let next = tokens.partition_point(|token| token.span.start < comma.primary.0.start);
        let (before, next, after) = (tokens.get(next.checked_sub(1)?)?, tokens.get(next)?, tokens.get(next + 1)?);
        let is_row = shapes.rows.contains(&&text[start(*next)..end(*next)]);
        let word = if is_row && kind(*after) == Some('(') { before } else { next };
        let is_after_row = kind(*before) == Some(')') && kind(*after) != Some('(');
        (word.kind == TokenKind::Word && (is_row || is_after_row)).then(|| removed(*word))
    });
    beside.collect::<Vec<_>>().into_iter()
}

fn removed(token: Token) -> Change {
    Change { range: start(token)..end(token), put: String::new(), what: What::Removed }
}

/// What is wrong where rows, lists and texts begin: brackets and quotes that are missing, and names that are divided.
pub(super) fn unopened(text: &str, tokens: &[Token], shapes: &Shapes) -> Vec<Change> {
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
        let is_row = shapes.rows.contains(&word);
        if is_row && !is(next, '(') && !is(next, ':') {
            changes.push(added(end(*token), '('));
            let other = next.filter(|_| is(next, '[') || is(next, '{'));
            changes.extend(other.map(|other| Change { range: start(*other)..end(*other), ..added(0, '(') }));
        }
        changes.extend(divided(text, &tokens[index..], shapes));
        // A row begins with a field.
        if is_row && is(next, '(') {
            let within = [after, tokens.get(index + 3)].into_iter().filter(|token| is(*token, '(')).flatten();
            changes.extend(within.map(|bracket| removed(*bracket)));
        }
        // The row's name and its first field's are one word where there is no bracket between them.
        let joined =
            shapes.rows.iter().filter(|row| word.len() > row.len() && word.starts_with(**row) && is(next, ':'));
        changes.extend(joined.map(|row| added(start(*token) + row.len(), '(')));
        let (Some(value), true) = (after, is(next, ':')) else { continue };
        match shapes.of_any(word) {
            Some(Shape::Text) if value.kind != TokenKind::Text => changes.extend(quoted(text, start(*value))),
            Some(Shape::Texts | Shape::Names | Shape::Rows(_)) if !is(after, '[') => {
                changes.push(added(start(*value), '['))
            }
            Some(Shape::Pair) if !is(after, '(') => changes.push(added(start(*value), '(')),
            Some(Shape::Texts) => changes.extend(quoted_items(text, &tokens[index + 3..], shapes)),
            _ => {}
        }
    }
    changes
}

/// What divides a row's name, or it and its bracket: `O p(`, `O,p(`, `Op,(`.
fn divided(text: &str, tokens: &[Token], shapes: &Shapes) -> Option<Change> {
    let bracket = tokens.iter().take(4).position(|token| kind(*token) == Some('('))?;
    let (first, rest) = tokens[..bracket].split_first()?;
    let is_word = |token: &Token| token.kind == TokenKind::Word;
    let last = rest.iter().find(|token| is_word(token));
    let name = [Some(first), last].into_iter().flatten().map(|word| &text[start(*word)..end(*word)]);
    let is_divided = !rest.is_empty() && rest.iter().all(|token| is_word(token) || kind(*token) == Some(','));
    let range = end(*first)..start(*last.unwrap_or(&tokens[bracket]));
    (is_divided && shapes.rows.contains(&name.collect::<String>().as_str())).then(|| Change {
        range,
        put: String::new(),
        what: What::Removed,
    })
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
fn quoted_items(text: &str, tokens: &[Token], shapes: &Shapes) -> Option<Change> {
    let first = tokens.first().filter(|first| first.kind != TokenKind::Punctuation(']'))?;
    let is_near = |index: usize| start(tokens[index]) < start(*first) + MAX_UNQUOTED;
    let near = (0..tokens.len()).take_while(|index| is_near(*index) && !is_field(text, &tokens[*index..], shapes));
    let last = near.into_iter().find(|index| kind(tokens[*index]) == Some(']'))?;
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

/// Whether the tokens begin with a field's name and a colon.
fn is_field(text: &str, tokens: &[Token], shapes: &Shapes) -> bool {
    let [name, colon, ..] = tokens else { return false };
    kind(*colon) == Some(':') && shapes.of_any(&text[start(*name)..end(*name)]).is_some()
}

/// Brackets that are missing, too many or others, and commas too many.
pub(super) fn brackets(text: &str, tokens: &[Token], read: &Parsed, shapes: &Shapes) -> Vec<Change> {
    let reached = read.reached as usize;
    let mut changes = Vec::new();
    let here = tokens.partition_point(|token| start(*token) < reached);
    let innermost = read.opened.last().copied();
    if let Some(found) = tokens.get(here)
        && let Some(opens) = kind(*found).and_then(opening)
        && let Some(open) = innermost
    {
        let close = kind(open).and_then(closing).unwrap_or(')');
        let what = What::ClosedOtherwise { open: start(open) };
        changes.push(Change { range: start(*found)..end(*found), put: close.to_string(), what });
        let what = What::OpenedOtherwise { close: start(*found) };
        changes.push(Change { range: start(open)..end(open), put: opens.to_string(), what });
    }
    let closed =
        |open: Token, at: usize, put: String| Change { range: at..at, put, what: What::Closed { open: start(open) } };
    // Where reading ended is the likeliest place.
    let open =
        || read.opened.iter().rev().take(MAX_OPEN).filter_map(|open| Some((*open, kind(*open).and_then(closing)?)));
    changes.extend(open().map(|(open, close)| closed(open, reached, close.to_string())));
    let is_mark = |token: &&Token| matches!(kind(**token), Some('(' | '[' | '{' | ')' | ']' | '}' | ','));
    let beside = tokens.iter().take(here + 2).skip(here.saturating_sub(2)).rev();
    changes.extend(beside.filter(is_mark).map(|token| removed(*token)));
    for (open, close) in pairs(&tokens[..here]).into_iter().rev().take(MAX_CLOSED) {
        changes.extend([removed(close), removed(open)]);
    }
    changes.extend(open().map(|(open, _)| removed(open)));
    for (open, close) in open() {
        let opened = tokens.partition_point(|token| start(*token) <= start(open));
        for last in ends(text, tokens, opened..here.max(opened), close, shapes) {
            let comma = kind(tokens[last]) == Some(',');
            let before = if comma { start(tokens[last]) } else { end(tokens[last]) };
            changes.push(closed(open, before, close.to_string()));
            if !comma {
                changes.push(closed(open, before, format!("{close},")));
            }
        }
    }
    changes
}

/// The brackets that belong together, by where they are closed.
fn pairs(tokens: &[Token]) -> Vec<(Token, Token)> {
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for token in tokens {
        match kind(*token) {
            Some(mark) if closing(mark).is_some() => open.push(*token),
            Some(mark) if opening(mark).is_some() => pairs.extend(open.pop().map(|opened| (opened, *token))),
            _ => {}
        }
    }
    pairs
}

fn kind(token: Token) -> Option<char> {
    match token.kind {
        TokenKind::Punctuation(kind) => Some(kind),
        _ => None,
    }
}

/// Those tokens of the range after which `close` may be missing, the last first: the last ones of their lines, and of a list the
/// comma before a field.
fn ends(text: &str, tokens: &[Token], range: Range<usize>, close: char, shapes: &Shapes) -> Vec<usize> {
    let is_last = |index: &usize| {
        let next = tokens.get(index + 1).map_or(text.len(), |next| start(*next));
        let is_list = close == ']' && kind(tokens[*index]) == Some(',');
        text[end(tokens[*index])..next].contains('\n')
            || index + 1 == range.end
            || is_list && is_field(text, &tokens[index + 1..], shapes)
    };
    range.clone().rev().filter(is_last).take(MAX_LINES).collect()
}

fn start(token: Token) -> usize {
    token.span.start as usize
}

fn end(token: Token) -> usize {
    token.span.end as usize
}
