//! The one change that would mend a file which cannot be read: a quote or a bracket that is missing, too many or another one.
//! After such a mistake much else looks wrong, and seldom is the mistake where reading ends.
//!
//! What may be meant is tried. Of the changes by which the file can be read to its end the one is the remedy after which the
//! fewest places are of another shape than rows have. Of a quote, which has the texts after it read the wrong way round, it is
//! enough that the file can be read further than by any other, and beyond the line where it ended.

use super::brackets::opening;
use super::changes::{Change, MAX_ENDS, What, astray, brackets, changed, unopened};
use super::lexer::{Lexer, Token, TokenKind};
use super::parser::{Parsed, parse};
use super::quotes;
use super::shapes::Shapes;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use std::cmp::Reverse;
use std::ops::Range;

/// How much may be read in search of the remedy. **Units:** bytes.
const MAX_READ: usize = 8 << 20;

/// How right a file is: how far it can be read, then how many of its places are of another shape, then how few commas it lacks;
/// and a quote is sooner forgotten than written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    reached: usize,
    misfits: Reverse<usize>,
    commas: Reverse<usize>,
    is_added: bool,
}

/// What no change can do better than: the file is right.
const RIGHT: Score = Score { reached: usize::MAX, misfits: Reverse(0), commas: Reverse(0), is_added: true };

/// One mistake by which a file that could be read is wrong in several places: words that belong to one text, or a word or comma
/// that stands among rows.
pub(super) fn misread(file: FileId, text: &str, read: &Parsed, shapes: &Shapes) -> Option<Diagnostic> {
    let errors = |parsed: &Parsed| Some(shapes.misfits(parsed.node.as_ref()?) + parsed.commas.len());
    // A mistake that is one error is told best by what it is found by.
    let most = errors(read)?.checked_sub(2)?;
    let tokens = tokens(file, text);
    let may_be_meant = |change: &Change| matches!(change.what, What::Quoted | What::Removed);
    let changes =
        astray(text, &tokens, read, shapes).chain(unopened(text, &tokens, shapes).into_iter().filter(may_be_meant));
    let mends =
        |change: &Change| errors(&parse(file, &changed(text, change), shapes)).is_some_and(|errors| errors <= most);
    let change = changes.take(MAX_ENDS).find(mends)?;
    Some(diagnostic(file, text, &change))
}

/// What is wrong with a file that could not be read to its end.
pub(super) fn unreadable(file: FileId, text: &str, mut read: Parsed, shapes: &Shapes) -> Vec<Diagnostic> {
    let said = said(file, text, &read, shapes);
    if let (Some(fatal), None) = (&mut read.fatal, &said) {
        fatal.fix = None;
    }
    match mistake(file, text, &read, said, shapes) {
        // What stands after it is read the wrong way round.
        Some(change) => {
            let line = quotes::line(text, change.range.start).start;
            let before = read.commas.into_iter().filter(|comma| (comma.primary.0.end as usize) < line);
            before.chain([diagnostic(file, text, &change)]).collect()
        }
        None => read.commas.into_iter().chain(read.fatal).collect(),
    }
}

/// The change that mends the file; `None` if none does so better than what is `said` of where reading ended, or not all could be
/// tried.
fn mistake(file: FileId, text: &str, read: &Parsed, said: Option<Parsed>, shapes: &Shapes) -> Option<Change> {
    let reached = read.reached as usize;
    let mut left = MAX_READ;
    let tokens = tokens(file, text);
    let mut best: Option<(Score, Option<Change>)> = said.map(|parsed| (score(&parsed, shapes), None));
    let changes = unopened(text, &tokens, shapes)
        .into_iter()
        .chain(quotes::changes(file, text, reached))
        .chain(brackets(text, &tokens, read, shapes));
    for change in changes {
        if best.as_ref().is_some_and(|(score, _)| *score == RIGHT) {
            break;
        }
        left = left.checked_sub(text.len())?;
        let parsed = parse(file, &changed(text, &change), shapes);
        let is_quote = matches!(change.what, What::QuoteAdded | What::QuoteRemoved);
        let score = Score { is_added: change.what != What::QuoteRemoved, ..score(&parsed, shapes) };
        let beyond = quotes::line(text, change.range.start).end.max(reached) + change.put.len();
        let mends = parsed.node.is_some() || is_quote && score.reached > beyond;
        if mends && best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((score, Some(change)));
        }
    }
    best?.1
}

fn score(parsed: &Parsed, shapes: &Shapes) -> Score {
    Score {
        reached: if parsed.node.is_some() { usize::MAX } else { parsed.reached as usize },
        misfits: Reverse(parsed.node.as_ref().map_or(0, |node| shapes.misfits(node))),
        commas: Reverse(parsed.commas.len()),
        is_added: true,
    }
}

/// What becomes of the file by what is proposed where reading ended, if it is then read beyond that line.
fn said(file: FileId, text: &str, read: &Parsed, shapes: &Shapes) -> Option<Parsed> {
    let (span, put) = read.fatal.as_ref()?.fix.as_ref()?;
    let mended = [&text[..span.start as usize], put, &text[span.end as usize..]].concat();
    let beyond = quotes::line(text, span.end as usize).end + put.len();
    Some(parse(file, &mended, shapes)).filter(|parsed| parsed.node.is_some() || parsed.reached as usize > beyond)
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
        What::Removed if found.trim().is_empty() => {
            let space = Diagnostic::new(Code::Syntax, span(at.clone()), "a space within a name");
            space.label("divides it").help("remove this space")
        }
        What::Removed => Diagnostic::new(
            Code::Syntax,
            span(at.clone()),
            match found.chars().next().and_then(opening) {
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
