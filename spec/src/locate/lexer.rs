//! Cuts RON text into tokens. Says where a literal ends; does not read it.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// One token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A quoted or raw text, quotes included.
    Text,
    /// A number, a name or a char.
    Word,
    /// Any other character.
    Punctuation(char),
    /// The end of the file.
    End,
}

/// The tokens of a text, two of them visible in advance.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    ahead: Vec<Token>,
}

type Lexed = Result<Token, Box<Diagnostic>>;

impl<'a> Lexer<'a> {
    pub(super) fn new(file: FileId, text: &'a str) -> Self {
        // A byte order mark is no part of the table.
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { file, text, at, ahead: Vec::new() }
    }

    pub(super) fn next(&mut self) -> Lexed {
        if self.ahead.is_empty() { self.scan() } else { Ok(self.ahead.remove(0)) }
    }

    pub(super) fn peek(&mut self) -> Lexed {
        self.look_ahead(0)
    }

    pub(super) fn peek_second(&mut self) -> Lexed {
        self.look_ahead(1)
    }

    /// Where the first token stands that was not taken. **Units:** bytes.
    pub(super) fn reached(&self) -> u32 {
        self.ahead.first().map_or_else(|| self.span(self.at, self.at).start, |token| token.span.start)
    }

    fn look_ahead(&mut self, index: usize) -> Lexed {
        while self.ahead.len() <= index {
            let token = self.scan()?;
            self.ahead.push(token);
        }
        Ok(self.ahead[index])
    }

    fn scan(&mut self) -> Lexed {
        self.skip_space()?;
        let start = self.at;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else {
            return Ok(self.token(TokenKind::End, start));
        };
        if first == '"' {
            return self.quoted(start);
        }
        if let Some(hashes) = raw_hashes(rest) {
            return self.raw(start, hashes);
        }
        if first == '\'' {
            self.at += char_length(rest);
            return Ok(self.token(TokenKind::Word, start));
        }
        let raw_name = rest.starts_with("r#") && rest[2..].starts_with(is_word);
        let skipped = if raw_name { 2 } else { 0 };
        let length = rest[skipped..].find(|c| !is_word(c)).unwrap_or(rest.len() - skipped);
        if length > 0 {
            self.at += skipped + length;
            return Ok(self.token(TokenKind::Word, start));
        }
        self.at += first.len_utf8();
        Ok(self.token(TokenKind::Punctuation(first), start))
    }

    fn quoted(&mut self, start: usize) -> Lexed {
        let mut escaped = false;
        for (offset, byte) in self.text.as_bytes()[start + 1..].iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.at = start + 1 + offset + 1;
                    return Ok(self.token(TokenKind::Text, start));
                }
                _ => {}
            }
        }
        Err(self.unclosed(start, 1, "text", "\""))
    }

    fn raw(&mut self, start: usize, hashes: usize) -> Lexed {
        let open = 2 + hashes;
        let close = format!("\"{}", "#".repeat(hashes));
        match self.text[start + open..].find(&close) {
            Some(length) => {
                self.at = start + open + length + close.len();
                Ok(self.token(TokenKind::Text, start))
            }
            None => Err(self.unclosed(start, open, "raw text", &close)),
        }
    }

    /// Skips white space and comments, which nest as in Rust.
    fn skip_space(&mut self) -> Result<(), Box<Diagnostic>> {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start_matches(is_space);
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                self.skip_block_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    fn skip_block_comment(&mut self) -> Result<(), Box<Diagnostic>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let (mut at, mut depth) = (start + 2, 1);
        while depth > 0 {
            match bytes.get(at..at + 2) {
                Some(b"/*") => (at, depth) = (at + 2, depth + 1),
                Some(b"*/") => (at, depth) = (at + 2, depth - 1),
                Some(_) => at += 1,
                None => return Err(self.unclosed(start, 2, "comment", "*/")),
            }
        }
        self.at = at;
        Ok(())
    }

    fn unclosed(&self, start: usize, length: usize, what: &str, close: &str) -> Box<Diagnostic> {
        let end = self.text.len();
        Box::new(
            Diagnostic::new(Code::Unclosed, self.span(start, start + length), format!("this {what} is not closed"))
                .label("opened here")
                .also(self.span(end, end), "the file ends here")
                .help(format!("write `{close}` at the end of the {what}")),
        )
    }

    fn token(&self, kind: TokenKind, start: usize) -> Token {
        Token { kind, span: self.span(start, self.at) }
    }

    /// Files are smaller than 4 GiB (see `include::MAX_BYTES`), so offsets fit.
    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: offset(start), end: offset(end) }
    }
}

/// How many `#` a raw text that begins here has; `None` if none begins.
pub(crate) fn raw_hashes(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// The length of the char literal that begins here, or of its quote alone.
fn char_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1).take(12) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    1
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || matches!(c, '.' | '+' | '-')
}

/// What `ron` skips between tokens.
fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\u{85}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
    )
}
