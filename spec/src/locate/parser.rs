//! Tokens → nodes.

use super::lexer::{Lexer, Token, TokenKind};
use super::words::COMMENT_HELP;
use super::{Field, Name, Node, NodeKind, Shapes};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::source::{FileId, Span};

/// How deep brackets may be nested.
const MAX_DEPTH: usize = 64;

/// What `#![enable(…)]` may name.
const EXTENSIONS: [&str; 4] = ["implicit_some", "unwrap_newtypes", "unwrap_variant_newtypes", "explicit_struct_names"];

/// What became of a text.
pub(super) struct Parsed {
    /// `None` where it could not be read to its end.
    pub(super) node: Option<Node>,
    /// Commas that are plainly missing.
    pub(super) commas: Vec<Diagnostic>,
    /// Why it could not be read to its end.
    pub(super) fatal: Option<Diagnostic>,
    /// Where the first token stands that could not be read on from. **Units:** bytes.
    pub(super) reached: u32,
    /// The brackets that were open there, outermost first.
    pub(super) opened: Vec<Token>,
}

/// Reads `text` as one value, which `shapes` says more about to who wrote something else.
pub(super) fn parse(file: FileId, text: &str, shapes: &Shapes) -> Parsed {
    let mut parser = Parser { lexer: Lexer::new(file, text), text, shapes, commas: Vec::new(), opened: Vec::new() };
    let (node, fatal) = match parser.document() {
        Ok(node) => (Some(node), None),
        Err(diagnostic) => (None, Some(*diagnostic)),
    };
    Parsed { node, fatal, reached: parser.lexer.reached(), commas: parser.commas, opened: parser.opened }
}

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) text: &'a str,
    shapes: &'a Shapes,
    /// Commas that are missing, of lists those that could be read to their ends.
    commas: Vec<Diagnostic>,
    /// Brackets that are open, outermost first.
    pub(super) opened: Vec<Token>,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<Node> {
        while self.lexer.peek()?.kind == TokenKind::Punctuation('#') {
            self.attribute()?;
        }
        let node = self.value()?;
        let rest = self.lexer.peek()?;
        if rest.kind == TokenKind::End {
            return Ok(node);
        }
        let message = format!("{} after the end of the table", self.describe(rest));
        let diagnostic = Diagnostic::new(Code::Syntax, rest.span, message)
            .label("nothing may follow here")
            .also(self.last_byte(node.span), "the table ends here")
            .help("remove it, or move it inside the table's last `)`");
        Err(Box::new(match rest.kind {
            TokenKind::Punctuation(',' | ';') => diagnostic.fix(rest.span, ""),
            _ => diagnostic,
        }))
    }

    /// `#![enable(…)]`: which of RON's extensions it names makes no difference to what follows.
    fn attribute(&mut self) -> Result<()> {
        const HELP: &str = "an attribute is written `#![enable(implicit_some)]`";
        self.expect('#', HELP)?;
        self.expect('!', HELP)?;
        let open = self.expect('[', HELP)?;
        let word = self.lexer.peek()?;
        if word.kind != TokenKind::Word || self.slice(word.span) != "enable" {
            return Err(self.unexpected(word, "`enable`", HELP));
        }
        self.lexer.next()?;
        let inner = self.expect('(', HELP)?;
        loop {
            let token = self.lexer.peek()?;
            match token.kind {
                TokenKind::Word => self.extension(token)?,
                TokenKind::Punctuation(',' | ')') => {}
                _ => return Err(self.unclosed(inner, token, ')')),
            }
            self.lexer.next()?;
            if token.kind == TokenKind::Punctuation(')') {
                break;
            }
        }
        let token = self.lexer.peek()?;
        if token.kind != TokenKind::Punctuation(']') {
            return Err(self.unclosed(open, token, ']'));
        }
        self.lexer.next().map(drop)
    }

    fn extension(&self, token: Token) -> Result<()> {
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

    fn value(&mut self) -> Result<Node> {
        let token = self.lexer.peek()?;
        match token.kind {
            TokenKind::Text => {
                self.lexer.next()?;
                Ok(Node { span: token.span, kind: NodeKind::Text })
            }
            TokenKind::Word if self.is_dashes(token) => Err(self.unexpected(token, "a value", COMMENT_HELP)),
            TokenKind::Word => {
                self.lexer.next()?;
                if self.lexer.peek()?.kind == TokenKind::Punctuation('(') {
                    let name = Name { text: self.slice(token.span).to_owned(), span: token.span };
                    return self.parenthesis(Some(name));
                }
                Ok(Node { span: token.span, kind: NodeKind::Word })
            }
            TokenKind::Punctuation('(') => self.parenthesis(None),
            TokenKind::Punctuation('[') => {
                self.open()?;
                let (items, end) = self.items(']')?;
                Ok(Node { span: Span { end, ..token.span }, kind: NodeKind::List(items) })
            }
            TokenKind::Punctuation('{') => Err(Box::new(
                Diagnostic::new(Code::Syntax, token.span, "`{`: a table has no maps")
                    .label("not a value of a table")
                    .help("write rows as `Name(field: value)`, lists as `[a, b]`"),
            )),
            // Within brackets it is theirs to say what is lacking.
            TokenKind::End if self.opened.is_empty() => Err(Box::new(
                Diagnostic::new(
                    Code::Syntax,
                    token.span,
                    match self.text.trim() {
                        "" => "the file is empty",
                        _ => "the file holds nothing",
                    },
                )
                .label(self.shapes.whole.0)
                .help(format!("write `{}`", self.shapes.whole.1)),
            )),
            _ => Err(self.unexpected(
                token,
                "a value",
                "write a text `\"…\"`, a number, a list `[…]` or a row `Name(…)`",
            )),
        }
    }

    /// A `(` and what follows it: fields if it begins with a field's name, else items.
    fn parenthesis(&mut self, name: Option<Name>) -> Result<Node> {
        let open = self.open()?;
        let start = name.as_ref().map_or(open.span.start, |name| name.span.start);
        let (kind, end) = if self.begins_field(name.is_some())? {
            let (fields, end) = self.fields()?;
            (NodeKind::Struct { name, fields }, end)
        } else {
            let (items, end) = self.items(')')?;
            (NodeKind::Tuple { name, items }, end)
        };
        Ok(Node { span: Span { start, end, ..open.span }, kind })
    }

    /// Whether a field follows: `name:`, or in a row a name and its value without the `:`.
    fn begins_field(&mut self, in_row: bool) -> Result<bool> {
        Ok(self.lexer.peek()?.kind == TokenKind::Word
            && match self.lexer.peek_second()?.kind {
                TokenKind::Punctuation(':') => true,
                TokenKind::Punctuation('=' | '[') | TokenKind::Text | TokenKind::Word => in_row,
                _ => false,
            })
    }

    fn fields(&mut self) -> Result<(Vec<Field>, u32)> {
        let mut fields = Vec::new();
        loop {
            if let Some(end) = self.closed(')')? {
                return Ok((fields, end));
            }
            let token = self.lexer.peek()?;
            if let Some(before) = fields.last().map(|field: &Field| field.value.span)
                && token.kind == TokenKind::Word
                && self.lexer.peek_second()?.kind == TokenKind::Punctuation('(')
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
            self.lexer.next()?;
            let name = Name { text: self.slice(token.span).trim_start_matches("r#").to_owned(), span: token.span };
            self.colon(&name)?;
            let value = self.value()?;
            let before = value.span;
            fields.push(Field { name, value });
            if let Some(next) = self.comma(')')? {
                if next.kind == TokenKind::Word && self.lexer.peek_second()?.kind == TokenKind::Punctuation('(') {
                    return Err(self.row_among_fields(next, before));
                }
                if !self.begins_field(false)? {
                    return Err(self.not_separate(next, ')', before));
                }
                let missing = self.no_comma(next, before);
                self.commas.push(missing);
            }
        }
    }

    fn items(&mut self, close: char) -> Result<(Vec<Node>, u32)> {
        let mut items: Vec<Node> = Vec::new();
        // Of a list that cannot be read to its end nobody knows whether it lacks commas or something else.
        let mut commas = Vec::new();
        loop {
            if let Some(end) = self.closed(close)? {
                self.commas.extend(commas);
                return Ok((items, end));
            }
            let value = self.value()?;
            let before = value.span;
            let is_text = matches!(value.kind, NodeKind::Text);
            items.push(value);
            if let Some(next) = self.comma(close)? {
                // No list holds texts and something else.
                if is_text != (next.kind == TokenKind::Text) {
                    return Err(self.not_separate(next, close, before));
                }
                if self.slice(before).ends_with(",\"") {
                    return Err(self.comma_within(before));
                }
                commas.push(self.no_comma(next, before));
            }
        }
    }

    /// Takes the comma between values. Where there is none, returns the token that begins another value.
    fn comma(&mut self, close: char) -> Result<Option<Token>> {
        let token = self.lexer.peek()?;
        match token.kind {
            TokenKind::Punctuation(',') => {
                self.lexer.next()?;
                Ok(None)
            }
            TokenKind::Punctuation(found) if found == close => Ok(None),
            TokenKind::Word | TokenKind::Text | TokenKind::Punctuation('(' | '[') => Ok(Some(token)),
            _ => Err(self.unclosed_or(token, close)),
        }
    }

    /// The end of the innermost bracket, if it closes here.
    fn closed(&mut self, close: char) -> Result<Option<u32>> {
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

    /// Takes the bracket that comes next.
    fn open(&mut self) -> Result<Token> {
        let token = self.lexer.peek()?;
        if self.opened.len() >= MAX_DEPTH {
            return Err(Box::new(
                Diagnostic::new(Code::TooDeep, token.span, format!("brackets are nested more than {MAX_DEPTH} deep"))
                    .label("one too many")
                    .help(format!("no more are needed than in `{}`; remove brackets", self.shapes.deepest)),
            ));
        }
        self.opened.push(token);
        self.lexer.next()
    }

    /// Takes the `:` after a field's name.
    fn colon(&mut self, name: &Name) -> Result<()> {
        let next = self.lexer.peek()?;
        let help = format!("write `{}: …`, with a `:` before the value", name.text);
        self.expect(':', &help).map(drop).map_err(|diagnostic| {
            // Another mark may stand for it.
            let end = match next.kind {
                TokenKind::Punctuation('=' | ';' | ',') => next.span.end,
                _ => name.span.end,
            };
            match diagnostic.fix {
                Some(_) => diagnostic,
                None => Box::new(diagnostic.fix(Span { start: name.span.end, end, ..name.span }, ":")),
            }
        })
    }

    fn expect(&mut self, wanted: char, help: &str) -> Result<Token> {
        let token = self.lexer.peek()?;
        if token.kind == TokenKind::Punctuation(wanted) {
            return self.lexer.next();
        }
        Err(self.unexpected(token, &format!("`{wanted}`"), help))
    }
}
