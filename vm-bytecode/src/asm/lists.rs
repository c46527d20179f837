//! Operands as they are written: a token each, or names in brackets.

use super::error::LineSpan;
use super::parse::Name;
use super::scan::{END, Token, TokenKind, is_name};

/// An operand as written.
pub(super) enum Written<'a, 't> {
    One(&'a Token<'t>),
    /// `[one, two]`: its first bracket, and the names.
    List(&'a Token<'t>, Vec<Name<'t>>),
}

/// What stands in a list, or behind it, where something else belongs.
pub(super) struct Wrong {
    pub(super) place: LineSpan,
    pub(super) expected: String,
    pub(super) found: String,
}

impl<'a, 't> Written<'a, 't> {
    /// Its first token.
    pub(super) fn first(&self) -> &'a Token<'t> {
        match self {
            Self::One(token) | Self::List(token, _) => token,
        }
    }

    /// The token, if it is one.
    pub(super) fn one(&self) -> Option<&'a Token<'t>> {
        match self {
            Self::One(token) => Some(token),
            Self::List(..) => None,
        }
    }
}

/// The tokens that stand in no brackets.
pub(super) fn outside<'a, 't>(tokens: &'a [Token<'t>]) -> impl Iterator<Item = &'a Token<'t>> {
    let mut within = false;
    tokens.iter().filter(move |token| {
        let before = within;
        within = token.is_mark('[') || within && !token.is_mark(']');
        !before && !within
    })
}

/// The operands that the tokens of an instruction write.
///
/// # Errors
/// The first thing in a list that does not belong there.
pub(super) fn written<'a, 't>(tokens: &'a [Token<'t>]) -> Result<Vec<Written<'a, 't>>, Wrong> {
    let (mut operands, mut rest) = (Vec::new(), tokens);
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        operands.push(match token.is_mark('[') {
            true => Written::List(token, names(token, &mut rest)?),
            false => Written::One(token),
        });
    }
    Ok(operands)
}

/// The names behind a bracket, up to the one that closes it.
fn names<'t>(bracket: &Token<'t>, rest: &mut &[Token<'t>]) -> Result<Vec<Name<'t>>, Wrong> {
    let (mut names, mut last) = (Vec::new(), bracket.place);
    if let Some((_, after)) = rest.split_first().filter(|(token, _)| token.is_mark(']')) {
        *rest = after;
        return Ok(names);
    }
    loop {
        let Some((name, after)) = rest.split_first().filter(|(token, _)| is_label(token)) else {
            return Err(wrong(rest, last, if names.is_empty() { "a label or `]`" } else { "a label" }));
        };
        names.push(Name { text: name.text, place: name.place });
        match after.split_first() {
            Some((comma, after)) if comma.is_mark(',') => (last, *rest) = (comma.place, after),
            Some((close, after)) if close.is_mark(']') => {
                *rest = after;
                return Ok(names);
            }
            _ => return Err(wrong(after, name.place, "`,` or `]`")),
        }
    }
}

fn is_label(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Word && is_name(token.text)
}

/// That what comes next, behind `last`, is not what is expected.
fn wrong(rest: &[Token<'_>], last: LineSpan, expected: &str) -> Wrong {
    let (place, found) = rest.first().map_or((last.after(), END.to_owned()), |token| (token.place, token.describe()));
    Wrong { place, expected: expected.to_owned(), found }
}
