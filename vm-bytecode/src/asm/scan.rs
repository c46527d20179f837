//! One line of assembly to tokens.

use super::error::{AsmErrorKind, LineSpan};
use super::literal::{self, StringError};
use opforge_core::escapes::read_char;

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind,
    /// As written.
    pub(super) text: &'t str,
    pub(super) place: LineSpan,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name, mnemonic, keyword or directive.
    Word,
    /// What starts like a number, `inf` and `nan` with a sign or bits included.
    Number,
    /// A string, escapes resolved.
    Str(String),
    /// A character in quotes.
    Char(char),
    /// One of `, ( ) [ ] / :`.
    Mark(char),
}

impl Token<'_> {
    /// The token as messages call it.
    pub(super) fn describe(&self) -> String {
        let shown: String = self.text.chars().take(40).collect();
        let dots = if shown.len() < self.text.len() { "…" } else { "" };
        match self.kind {
            TokenKind::Word => format!("`{shown}{dots}`"),
            TokenKind::Number => format!("the number `{shown}{dots}`"),
            TokenKind::Str(_) => format!("the text {shown}{dots}"),
            TokenKind::Char(_) => format!("the character {shown}"),
            TokenKind::Mark(mark) => format!("`{mark}`"),
        }
    }

    /// Whether nothing stands between this token and the next one.
    pub(super) fn touches(&self, next: &Token<'_>) -> bool {
        self.place.after().starts_with(next.place)
    }

    pub(super) fn is_any_mark(&self) -> bool {
        matches!(self.kind, TokenKind::Mark(_))
    }

    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.kind == TokenKind::Mark(mark)
    }
}

/// Splits `text`, line number `line`, into `tokens`. A comment ends it.
///
/// # Errors
/// The first thing that is no token, with its place; what stands before it is in `tokens`.
pub(super) fn scan<'t>(text: &'t str, line: u32, tokens: &mut Vec<Token<'t>>) -> Result<(), (LineSpan, AsmErrorKind)> {
    tokens.clear();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        if let Some(mark) = FOREIGN_COMMENTS.into_iter().find(|mark| text[at..].starts_with(mark)) {
            return Err((LineSpan::new(line, at, mark.len()), AsmErrorKind::ForeignComment(mark)));
        }
        let length = match character {
            ' ' | '\t' => {
                at += 1;
                continue;
            }
            ';' => break,
            '"' => {
                let (kind, length) = scan_string(&text[at..])
                    .map_err(|(kind, range)| (LineSpan::new(line, at + range.start, range.len()), kind))?;
                tokens.push(Token { kind, text: &text[at..at + length], place: LineSpan::new(line, at, length) });
                at += length;
                continue;
            }
            '\'' => {
                let (value, length) = read_char(&text[at..]).map_err(|(shown, message, help)| {
                    (LineSpan::new(line, at, shown), AsmErrorKind::MalformedCharacter { message, help })
                })?;
                let place = LineSpan::new(line, at, length);
                tokens.push(Token { kind: TokenKind::Char(value), text: &text[at..at + length], place });
                at += length;
                continue;
            }
            ',' | '(' | ')' | '[' | ']' | '/' | ':' => 1,
            _ if starts_number(&text[at..]) => number_length(&text[at..]),
            'A'..='Z' | 'a'..='z' | '_' | '.' => word_length(&text[at..]),
            _ => {
                let place = LineSpan::new(line, at, character.len_utf8());
                return Err((place, AsmErrorKind::UnexpectedCharacter(character)));
            }
        };
        let token = &text[at..at + length];
        let kind = match character {
            ',' | '(' | ')' | '[' | ']' | '/' | ':' => TokenKind::Mark(character),
            _ if starts_number(token) => TokenKind::Number,
            _ => TokenKind::Word,
        };
        tokens.push(Token { kind, text: token, place: LineSpan::new(line, at, length) });
        at += length;
    }
    Ok(())
}

/// What begins comments in other languages, and nothing in this one.
const FOREIGN_COMMENTS: [&str; 4] = ["//", "/*", "#", "--"];

fn scan_string(text: &str) -> Result<(TokenKind, usize), (AsmErrorKind, std::ops::Range<usize>)> {
    match literal::parse_string(&text[1..]) {
        Ok((value, used)) => Ok((TokenKind::Str(value), used + 1)),
        Err((StringError::Unclosed, range)) => Err((AsmErrorKind::UnclosedText, 0..range.end + 1)),
        Err((StringError::Escape(escape), range)) => {
            Err((AsmErrorKind::UnknownEscape(escape), range.start + 1..range.end + 1))
        }
    }
}

fn starts_number(text: &str) -> bool {
    let mut bytes = text.bytes();
    match bytes.next() {
        Some(b'0'..=b'9') => true,
        Some(b'-' | b'+') => bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.'),
        Some(b'.') => bytes.next().is_some_and(|byte| byte.is_ascii_digit()),
        _ => text.starts_with("nan:0x") || text.starts_with("nan32:0x"),
    }
}

/// The length of a number: a sign after `e` belongs to it, save in hexadecimal.
fn number_length(text: &str) -> usize {
    if let Some(bits) = text.strip_prefix("nan:").or_else(|| text.strip_prefix("nan32:")) {
        return text.len() - bits.len() + word_length(bits);
    }
    let hexadecimal = text.trim_start_matches(['-', '+']).starts_with("0x");
    let mut previous = b' ';
    for (at, byte) in text.bytes().enumerate() {
        let sign = matches!(byte, b'-' | b'+') && (at == 0 || (matches!(previous, b'e' | b'E') && !hexadecimal));
        if !(sign || byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')) {
            return at;
        }
        previous = byte;
    }
    text.len()
}

fn word_length(text: &str) -> usize {
    text.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))).unwrap_or(text.len())
}

/// Whether `text` is a name: `[A-Za-z_][A-Za-z0-9_.]*`.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && word_length(text) == text.len()
}

/// What stands behind the last token, as messages call it.
pub(super) const END: &str = "the end of the line";

/// The rest of a line.
pub(super) struct Cursor<'a, 't> {
    pub(super) tokens: &'a [Token<'t>],
    pub(super) end: LineSpan,
}

impl<'a, 't> Cursor<'a, 't> {
    pub(super) fn next(&mut self) -> Option<&'a Token<'t>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    pub(super) fn take_mark(&mut self, mark: char) -> bool {
        let there = self.tokens.first().is_some_and(|token| token.is_mark(mark));
        if there {
            self.tokens = &self.tokens[1..];
        }
        there
    }

    pub(super) fn found(&self) -> (String, LineSpan) {
        self.tokens.first().map_or((END.to_owned(), self.end), |token| (token.describe(), token.place))
    }
}

/// The place right after the last token of a line.
pub(super) fn end_of(tokens: &[Token<'_>]) -> LineSpan {
    tokens.last().map_or(LineSpan::new(1, 0, 1), |token| token.place.after())
}
