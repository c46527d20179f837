//! Which brackets of a text belong together, to tell one that is missing from one that is too many.

use super::lexer::{Lexer, TokenKind};

/// Whether each bracket closes the innermost of those that are `open`, and none is left at the end.
pub(super) fn is_balanced(mut tokens: Lexer<'_>, mut open: Vec<char>) -> bool {
    while let Ok(token) = tokens.next() {
        match token.kind {
            TokenKind::End => return open.is_empty(),
            TokenKind::Punctuation(kind) if closing(kind).is_some() => open.push(kind),
            TokenKind::Punctuation(kind @ (')' | ']' | '}')) if open.pop().and_then(closing) != Some(kind) => {
                return false;
            }
            _ => {}
        }
    }
    false
}

/// The bracket that `close` closes, if it closes one.
pub(super) fn opening(close: char) -> Option<char> {
    ['(', '[', '{'].into_iter().find(|open| closing(*open) == Some(close))
}

/// The bracket that closes `open`, if that opens one.
pub(super) fn closing(open: char) -> Option<char> {
    match open {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        _ => None,
    }
}
