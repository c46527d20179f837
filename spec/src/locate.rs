//! Turns RON text into a tree of nodes with their places, which `ron` itself does not keep.
//!
//! It knows only brackets, commas, names and where a literal begins and ends; what a literal *is* stays with `ron` (see
//! `read::literal`). The reader of one file calls [`locate`]. Nesting is bounded; nothing here panics or allocates by a
//! number in the text.

mod brackets;
mod lexer;

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::source::{FileId, Span};
use brackets::{closing, is_balanced};
pub(crate) use lexer::raw_hashes;
use lexer::{Lexer, Token, TokenKind};

/// How deep brackets may be nested.
pub(crate) const MAX_DEPTH: usize = 64;

/// What `#![enable(…)]` may name.
const EXTENSIONS: [&str; 4] = ["implicit_some", "unwrap_newtypes", "unwrap_variant_newtypes", "explicit_struct_names"];

const COMMENT_HELP: &str = "write a comment as `// …` or `/* … */`";

/// One value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: NodeKind,
}

/// The shape of a value.
#[derive(Clone, Debug)]
pub(crate) enum NodeKind {
    /// `Name(field: value, …)`.
    Struct { name: Option<Name>, fields: Vec<Field> },
    /// `(a, b)`, `Name(a)`, `()`.
    Tuple { name: Option<Name>, items: Vec<Node> },
    /// `[a, b]`.
    List(Vec<Node>),
    /// `"…"`, `r#"…"#`.
    Text,
    /// A number, `true`, a bare name, a char.
    Word,
}

/// A name and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// `name: value`.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: Name,
    pub(crate) value: Node,
}

/// The one value that `text` holds; `None` if errors were reported and there is nothing to continue with.
pub(crate) fn locate(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut parser = Parser { lexer: Lexer::new(file, text), text, diagnostics, opened: Vec::new() };
    match parser.document() {
        Ok(node) => Some(node),
        Err(diagnostic) => {
            parser.diagnostics.push(*diagnostic);
            None
        }
    }
}

type Parsed<T> = Result<T, Box<Diagnostic>>;

struct Parser<'a> {
    lexer: Lexer<'a>,
    text: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
    /// Brackets that are open, outermost first.
    opened: Vec<Token>,
}

impl Parser<'_> {
    fn document(&mut self) -> Parsed<Node> {
        while self.lexer.peek()?.kind == TokenKind::Punctuation('#') {
            self.attribute()?;
        }
        let node = self.value()?;
        let rest = self.lexer.next()?;
        if rest.kind == TokenKind::End {
            return Ok(node);
        }
        Err(Box::new(
            Diagnostic::new(Code::Syntax, rest.span, format!("{} after the end of the table", self.describe(rest)))
                .label("nothing may follow here")
                .also(self.last_byte(node.span), "the table ends here")
                .help("remove it, or move it inside the table's last `)`"),
        ))
    }

    /// `#![enable(…)]`: which of RON's extensions it names makes no difference to what follows.
    fn attribute(&mut self) -> Parsed<()> {
        const HELP: &str = "an attribute is written `#![enable(implicit_some)]`";
        self.expect('#', HELP)?;
        self.expect('!', HELP)?;
        let open = self.expect('[', HELP)?;
        let word = self.lexer.next()?;
        if word.kind != TokenKind::Word || self.slice(word.span) != "enable" {
            return Err(self.unexpected(word, "`enable`", HELP));
        }
        let inner = self.expect('(', HELP)?;
        loop {
            let token = self.lexer.next()?;
            match token.kind {
                TokenKind::Word => self.extension(token)?,
                TokenKind::Punctuation(',') => {}
                TokenKind::Punctuation(')') => break,
                _ => return Err(self.unclosed(inner, token, ')')),
            }
        }
        let token = self.lexer.next()?;
        if token.kind == TokenKind::Punctuation(']') { Ok(()) } else { Err(self.unclosed(open, token, ']')) }
    }

    fn extension(&self, token: Token) -> Parsed<()> {
        let name = self.slice(token.span);
        if EXTENSIONS.contains(&name) {
            return Ok(());
        }
        let near = nearest(name, EXTENSIONS).unwrap_or(EXTENSIONS[0]);
        Err(Box::new(
            Diagnostic::new(Code::Syntax, token.span, format!("RON has no extension `{name}`"))
                .label("unknown extension")
                .help(format!("write `#![enable({near})]`")),
        ))
    }

    fn value(&mut self) -> Parsed<Node> {
        let token = self.lexer.next()?;
        match token.kind {
            TokenKind::Text => Ok(Node { span: token.span, kind: NodeKind::Text }),
            TokenKind::Word if self.is_dashes(token) => Err(self.unexpected(token, "a value", COMMENT_HELP)),
            TokenKind::Word => {
                if self.lexer.peek()?.kind == TokenKind::Punctuation('(') {
                    let name = Name { text: self.slice(token.span).to_owned(), span: token.span };
                    let open = self.lexer.next()?;
                    return self.parenthesis(open, Some(name));
                }
                Ok(Node { span: token.span, kind: NodeKind::Word })
            }
            TokenKind::Punctuation('(') => self.parenthesis(token, None),
            TokenKind::Punctuation('[') => {
                self.open(token)?;
                let (items, end) = self.items(']')?;
                Ok(Node { span: Span { end, ..token.span }, kind: NodeKind::List(items) })
            }
            TokenKind::Punctuation('{') => Err(Box::new(
                Diagnostic::new(Code::Syntax, token.span, "`{`: a table has no maps")
                    .label("not a value of a table")
                    .help("write rows as `Name(field: value)`, lists as `[a, b]`"),
            )),
            _ => Err(self.unexpected(
                token,
                "a value",
                "write a text `\"…\"`, a number, a list `[…]` or a row `Name(…)`",
            )),
        }
    }

    /// What follows `(`: fields if it begins with `name:`, else items.
    fn parenthesis(&mut self, open: Token, name: Option<Name>) -> Parsed<Node> {
        self.open(open)?;
        let start = name.as_ref().map_or(open.span.start, |name| name.span.start);
        let named =
            self.lexer.peek()?.kind == TokenKind::Word && self.lexer.peek_second()?.kind == TokenKind::Punctuation(':');
        let (kind, end) = if named {
            let (fields, end) = self.fields()?;
            (NodeKind::Struct { name, fields }, end)
        } else {
            let (items, end) = self.items(')')?;
            (NodeKind::Tuple { name, items }, end)
        };
        Ok(Node { span: Span { start, end, ..open.span }, kind })
    }

    fn fields(&mut self) -> Parsed<(Vec<Field>, u32)> {
        let mut fields = Vec::new();
        loop {
            if let Some(end) = self.closed(')')? {
                return Ok((fields, end));
            }
            let token = self.lexer.next()?;
            if let Some(before) = fields.last().map(|field: &Field| field.value.span)
                && token.kind == TokenKind::Word
                && self.lexer.peek()?.kind == TokenKind::Punctuation('(')
            {
                return Err(self.row_among_fields(token, before));
            }
            if token.kind != TokenKind::Word || self.is_dashes(token) {
                return Err(self.unexpected(
                    token,
                    "a field's name or `)`",
                    "write fields as `name: value`, separated by commas",
                ));
            }
            let name = Name { text: self.slice(token.span).trim_start_matches("r#").to_owned(), span: token.span };
            self.expect(':', &format!("write `{}:` before the value", name.text))?;
            let value = self.value()?;
            let before = value.span;
            fields.push(Field { name, value });
            self.comma(')', before)?;
        }
    }

    fn items(&mut self, close: char) -> Parsed<(Vec<Node>, u32)> {
        let mut items = Vec::new();
        loop {
            if let Some(end) = self.closed(close)? {
                return Ok((items, end));
            }
            let value = self.value()?;
            let before = value.span;
            items.push(value);
            self.comma(close, before)?;
        }
    }

    /// Takes the comma between values. Where it is missing before what is plainly another value, says so and continues.
    fn comma(&mut self, close: char, before: Span) -> Parsed<()> {
        let token = self.lexer.peek()?;
        match token.kind {
            TokenKind::Punctuation(',') => {
                self.lexer.next()?;
            }
            TokenKind::Punctuation(found) if found == close => {}
            TokenKind::Word | TokenKind::Text | TokenKind::Punctuation('(' | '[') => {
                let gap = Span { start: before.end, end: before.end, ..before };
                let found = self.describe(token);
                self.diagnostics.push(
                    Diagnostic::new(Code::Syntax, token.span, format!("no comma before {found}"))
                        .label("this begins the next value")
                        .also(self.last_byte(before), "the value before ends here")
                        .help(format!("write `{},` here", self.excerpt(before)))
                        .fix(gap, ","),
                );
            }
            _ => return Err(self.unclosed_or(token, close)),
        }
        Ok(())
    }

    /// The end of the innermost bracket, if it closes here.
    fn closed(&mut self, close: char) -> Parsed<Option<u32>> {
        let token = self.lexer.peek()?;
        match token.kind {
            TokenKind::Punctuation(found) if found == close => {
                self.lexer.next()?;
                self.opened.pop();
                Ok(Some(token.span.end))
            }
            TokenKind::End | TokenKind::Punctuation(')' | ']' | '}') => Err(self.unclosed_or(token, close)),
            _ => Ok(None),
        }
    }

    fn open(&mut self, token: Token) -> Parsed<()> {
        if self.opened.len() >= MAX_DEPTH {
            return Err(Box::new(
                Diagnostic::new(Code::TooDeep, token.span, format!("brackets are nested more than {MAX_DEPTH} deep"))
                    .label("one too many")
                    .help("a table needs no more than `Table(families: [Family(ops: [Op(cases: [\"…\"])])])`; remove brackets"),
            ));
        }
        self.opened.push(token);
        Ok(())
    }

    fn expect(&mut self, wanted: char, help: &str) -> Parsed<Token> {
        let token = self.lexer.next()?;
        if token.kind == TokenKind::Punctuation(wanted) {
            return Ok(token);
        }
        Err(self.unexpected(token, &format!("`{wanted}`"), help))
    }

    fn unclosed_or(&self, token: Token, close: char) -> Box<Diagnostic> {
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

    fn unclosed(&self, open: Token, token: Token, close: char) -> Box<Diagnostic> {
        let found = self.describe(token);
        Box::new(
            Diagnostic::new(Code::Unclosed, open.span, format!("{} is not closed before {found}", self.describe(open)))
                .label("opened here")
                .also(token.span, format!("`{close}` was expected here"))
                .help(format!("write `{close}` before {found}")),
        )
    }

    /// A row where a field should be: the row before it, whose last value is at `before`, was not closed.
    fn row_among_fields(&self, token: Token, before: Span) -> Box<Diagnostic> {
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

    /// Whether the token is what begins a comment in other languages.
    fn is_dashes(&self, token: Token) -> bool {
        self.slice(token.span).starts_with("--")
    }

    fn unexpected(&self, token: Token, wanted: &str, help: &str) -> Box<Diagnostic> {
        let found = self.describe(token);
        let comment = token.kind == TokenKind::Punctuation('#') || self.is_dashes(token);
        Box::new(
            Diagnostic::new(Code::Syntax, token.span, format!("{found} where {wanted} should be"))
                .label(format!("expected {wanted}"))
                .help(if comment { COMMENT_HELP } else { help }),
        )
    }

    fn describe(&self, token: Token) -> String {
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

    fn last_byte(&self, span: Span) -> Span {
        let last = self.slice(span).chars().next_back().map_or(0, char::len_utf8);
        Span { start: span.end - u32::try_from(last).unwrap_or(0), ..span }
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}
