//! What is said of tokens that stand where they cannot.

use super::brackets::{closing, is_balanced};
use super::lexer::{Token, TokenKind};
use super::parser::Parser;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

pub(super) const COMMENT_HELP: &str = "write a comment as `// …` or `/* … */`";

impl Parser<'_> {
    pub(super) fn unclosed_or(&self, token: Token, close: char) -> Box<Diagnostic> {
        let Some(&open) = self.opened.last() else {
            return self.unexpected(token, "a value", "remove it");
        };
        if !matches!(token.kind, TokenKind::End | TokenKind::Punctuation(')' | ']' | '}')) {
            let help = match token.kind {
                TokenKind::Punctuation('=') => "write `:` between a field's name and its value: `name: \"…\"`",
                TokenKind::Punctuation(':') => "write a field's name without quotes: `name: \"…\"`",
                _ => "separate fields and values with `,`",
            };
            return self.unexpected(token, &format!("`,` or `{close}`"), help);
        }
        if !self.closes_without() || self.closes_with(close) {
            return self.unclosed(open, token, close);
        }
        let found = self.describe(token);
        Box::new(
            Diagnostic::new(Code::Syntax, token.span, format!("{found} closes nothing"))
                .label("one too many")
                .also(open.span, format!("{} is open, and goes on after it", self.describe(open)))
                .help(format!("remove this {found}")),
        )
    }

    /// Whether the brackets of the rest are right when the next one is passed over.
    fn closes_without(&self) -> bool {
        let mut rest = self.lexer.clone();
        rest.next().is_ok() && is_balanced(rest, self.open_kinds())
    }

    /// Whether the brackets of the rest are right when the innermost that is open is closed by `close` before them.
    fn closes_with(&self, close: char) -> bool {
        let mut open = self.open_kinds();
        open.pop().is_some_and(|innermost| closing(innermost) == Some(close)) && is_balanced(self.lexer.clone(), open)
    }

    fn open_kinds(&self) -> Vec<char> {
        let kinds = self.opened.iter().filter_map(|token| match token.kind {
            TokenKind::Punctuation(kind) => Some(kind),
            _ => None,
        });
        kinds.collect()
    }

    pub(super) fn unclosed(&self, open: Token, token: Token, close: char) -> Box<Diagnostic> {
        let found = self.describe(token);
        Box::new(
            Diagnostic::new(Code::Unclosed, open.span, format!("{} is not closed before {found}", self.describe(open)))
                .label("opened here")
                .also(token.span, format!("`{close}` was expected here"))
                .help(format!("write `{close}` before {found}")),
        )
    }

    /// A row where a field should be: the row before it, whose last value is at `before`, was not closed.
    pub(super) fn row_among_fields(&self, token: Token, before: Span) -> Box<Diagnostic> {
        let name = self.slice(token.span);
        let diagnostic =
            Diagnostic::new(Code::Unclosed, self.last_byte(before), "a row has no `)` after its last field");
        let diagnostic = diagnostic.label("the row's last field ends here").also(token.span, "the next row");
        let diagnostic = match self.opened.last() {
            Some(open) => diagnostic.also(open.span, "opened here"),
            None => diagnostic,
        };
        Box::new(diagnostic.help(format!("write `)` before `{name}(`")))
    }

    /// Two values with nothing between them, of which the second is plainly another one.
    pub(super) fn no_comma(&self, token: Token, before: Span) -> Diagnostic {
        let gap = Span { start: before.end, end: before.end, ..before };
        Diagnostic::new(Code::Syntax, token.span, format!("no comma before {}", self.describe(token)))
            .label("this begins the next value")
            .also(self.last_byte(before), "the value before ends here")
            .help(format!("write `{},` here", self.excerpt(before)))
            .fix(gap, ",")
    }

    /// Two texts with nothing between them, of which the first ends with a comma.
    pub(super) fn comma_within(&self, before: Span) -> Box<Diagnostic> {
        let end = Span { start: before.end - 2, ..before };
        Box::new(
            Diagnostic::new(Code::Syntax, end, "a comma within the quotes of a text")
                .label("belongs after the quote")
                .help("write `\",` in place of `,\"`")
                .fix(end, "\","),
        )
    }

    /// Two values with nothing between them.
    pub(super) fn not_separate(&self, token: Token, close: char, before: Span) -> Box<Diagnostic> {
        let touches = token.span.start == before.end || token.kind == TokenKind::Text;
        let help = match self.slice(before).starts_with('"') && touches {
            true => "write a quote within a text as `\\\"`",
            false => "separate fields and values with `,`; a text stands in quotes: `\"…\"`",
        };
        let diagnostic = self.unexpected(token, &format!("`,` or `{close}`"), help);
        Box::new(diagnostic.also(self.last_byte(before), "the value before ends here"))
    }

    /// Whether the token is what begins a comment in other languages.
    pub(super) fn is_dashes(&self, token: Token) -> bool {
        self.slice(token.span).starts_with("--")
    }

    pub(super) fn unexpected(&self, token: Token, wanted: &str, help: &str) -> Box<Diagnostic> {
        if let TokenKind::Punctuation(c) = token.kind
            && (c.is_whitespace() || c.is_control())
        {
            let message = format!("a character that is not seen, U+{:04X}", u32::from(c));
            let diagnostic = Diagnostic::new(Code::Syntax, token.span, message).label("no plain space");
            return Box::new(diagnostic.help("write a plain space in place of it").fix(token.span, " "));
        }
        let found = self.describe(token);
        let comment = token.kind == TokenKind::Punctuation('#') || self.is_dashes(token);
        Box::new(
            Diagnostic::new(Code::Syntax, token.span, format!("{found} where {wanted} should be"))
                .label(format!("expected {wanted}"))
                .help(if comment { COMMENT_HELP } else { help }),
        )
    }

    pub(super) fn describe(&self, token: Token) -> String {
        match token.kind {
            TokenKind::End => "the end of the file".to_owned(),
            TokenKind::Text => "a text".to_owned(),
            _ => format!("`{}`", self.excerpt(token.span)),
        }
    }

    /// The source at `span`, shortened to its end where it is long.
    fn excerpt(&self, span: Span) -> String {
        let text = self.slice(span);
        let last_line = text.rsplit('\n').next().unwrap_or(text).trim_start();
        match last_line.char_indices().rev().nth(23) {
            Some((at, _)) if at > 0 => format!("…{}", &last_line[at..]),
            _ if last_line.len() < text.len() => format!("…{last_line}"),
            _ => last_line.to_owned(),
        }
    }

    pub(super) fn last_byte(&self, span: Span) -> Span {
        let last = self.slice(span).chars().next_back().map_or(0, char::len_utf8);
        Span { start: span.end - u32::try_from(last).unwrap_or(0), ..span }
    }

    pub(super) fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}
