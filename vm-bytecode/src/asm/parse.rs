//! Lines of assembly to statements. Knows no table and resolves no name.

use super::error::{AsmErrorKind, Errors, LineSpan};
use super::literal::parse_int;
use super::names::{self, CALLABLE, LABEL, SLOT, nearest};
use super::scan::{Cursor, END, Token, TokenKind, end_of, is_name, scan};

/// A name as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'t> {
    pub(super) text: &'t str,
    pub(super) place: LineSpan,
}

/// A whole text.
#[derive(Debug, Default)]
pub(super) struct Text<'t> {
    /// The module's own name.
    pub(super) module: Option<String>,
    /// Constants and files that come first, in this order.
    pub(super) constants: Vec<Token<'t>>,
    pub(super) files: Vec<(String, LineSpan)>,
    /// Names and arities.
    pub(super) imports: Vec<(Name<'t>, u32)>,
    pub(super) globals: Vec<Name<'t>>,
    pub(super) functions: Vec<Body<'t>>,
}

/// A function.
#[derive(Debug)]
pub(super) struct Body<'t> {
    pub(super) name: Name<'t>,
    pub(super) params: Vec<Name<'t>>,
    pub(super) locals: Vec<Name<'t>>,
    pub(super) items: Vec<Item<'t>>,
    /// Whether an instruction is among the items.
    begun: bool,
    /// How many braces are open, as functions of other languages have them.
    pub(super) braces: u32,
}

/// A part of a function's body.
#[derive(Debug)]
pub(super) enum Item<'t> {
    /// `name:`
    Label(Name<'t>),
    /// `.line "file" n`
    Line { file: String, line: u32 },
    /// `.catch start end target height`
    Catch { start: Name<'t>, end: Name<'t>, target: Name<'t>, height: u32 },
    /// An instruction.
    Op { mnemonic: Name<'t>, operands: Vec<Token<'t>> },
}

/// Reads a text; what is wrong goes to `errors`, the rest is given.
pub(super) fn parse<'t>(text: &'t str, errors: &mut Errors) -> Text<'t> {
    let mut parser = Parser { text: Text::default(), open: None, astray: false, errors };
    let mut tokens = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, number) in text.split('\n').zip(1..) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match scan(line, number, &mut tokens) {
            Ok(()) => parser.line(&tokens),
            Err((place, kind)) => parser.unreadable(line, &tokens, place, kind),
        }
        if parser.errors.is_wrong(number) || parser.is_astray() {
            parser.errors.doubt(line);
        }
    }
    parser.close();
    parser.text
}

pub(super) struct Parser<'t, 'e> {
    pub(super) text: Text<'t>,
    /// The function whose `end` has not come yet.
    pub(super) open: Option<Body<'t>>,
    /// Whether it was said already that what follows, up to the next function, belongs in one.
    pub(super) astray: bool,
    pub(super) errors: &'e mut Errors,
}

/// A statement that is abandoned; its error is already noted.
pub(super) struct Abandoned;

const DIRECTIVES: [&str; 5] = [".line", ".catch", ".module", ".constant", ".file"];
const IMPORT: &str = "import NAME/ARITY";
const GLOBAL: &str = "global NAME";
const FUNC: &str = "func NAME(PARAMETER, …)";
const LOCAL: &str = "local NAME NAME …";
const MODULE: &str = ".module \"NAME\"";
const CONSTANT: &str = ".constant VALUE";
const FILE: &str = ".file \"NAME\"";
const LINE: &str = ".line \"FILE\" NUMBER";
const CATCH: &str = ".catch START END TARGET HEIGHT";

impl<'t> Parser<'t, '_> {
    pub(super) fn line(&mut self, mut tokens: &[Token<'t>]) {
        let mut labelled = false;
        while let [label, colon, rest @ ..] = tokens
            && label.kind == TokenKind::Word
            && colon.is_mark(':')
            // `jump :top` is no label.
            && (label.touches(colon) || !rest.first().is_some_and(|next| colon.touches(next)))
        {
            self.label(label);
            (tokens, labelled) = (rest, true);
        }
        let Some(first) = tokens.first() else { return };
        let rest = Cursor { tokens: &tokens[1..], end: end_of(tokens) };
        // An abandoned statement has already been reported.
        let _ = match (&first.kind, first.text) {
            (TokenKind::Word, "import") => self.import(first, rest),
            (TokenKind::Word, "global") => self.global(first, rest),
            (TokenKind::Word, "func") => self.func(rest),
            (TokenKind::Word, "local") => self.local(first, rest),
            (TokenKind::Word, "end") => self.end(first, rest),
            (TokenKind::Word, ".module") => self.module(first, rest),
            (TokenKind::Word, ".constant") => self.constant(first, rest),
            (TokenKind::Word, ".file") => self.file(first, rest),
            (TokenKind::Word, ".line") => self.position(first, rest),
            (TokenKind::Word, ".catch") => self.catch(first, rest),
            (TokenKind::Word, word) if is_name(word) => self.op(first, rest),
            // Its label may be meant as the instruction.
            (TokenKind::Number | TokenKind::Str(_), _) if labelled => self.op(first, rest),
            (TokenKind::Word, word) => {
                let nearest = nearest(word, DIRECTIVES.into_iter());
                self.nothing_known(first, AsmErrorKind::UnknownDirective { name: word.to_owned(), nearest })
            }
            (kind, _) => {
                if *kind == TokenKind::Mark(':') {
                    self.errors.lose(LABEL);
                }
                self.nothing_known(first, AsmErrorKind::NoStatement(first.describe()))
            }
        };
    }

    pub(super) fn abandon<T>(&mut self, place: LineSpan, kind: AsmErrorKind) -> Result<T, Abandoned> {
        self.errors.add(place, kind);
        Err(Abandoned)
    }

    fn item(&mut self, first: &Token<'t>, item: Item<'t>) -> Result<(), Abandoned> {
        match &mut self.open {
            Some(body) => {
                body.begun |= matches!(item, Item::Op { .. });
                body.items.push(item);
                Ok(())
            }
            None => self.outside_function(first),
        }
    }

    fn op(&mut self, first: &Token<'t>, rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        let mnemonic = Name { text: first.text, place: first.place };
        self.item(first, Item::Op { mnemonic, operands: rest.tokens.to_vec() })
    }

    fn label(&mut self, first: &Token<'t>) {
        // Names may hold dots but not begin with one, so a directive is no label.
        let done = if is_name(first.text) {
            self.item(first, Item::Label(Name { text: first.text, place: first.place }))
        } else {
            self.expected("a name before `:`", first.describe(), first.place, "LABEL:")
        };
        let _ = done;
    }

    fn import(&mut self, first: &Token<'t>, mut rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        self.outside(first, "import")?;
        let name = self.new_name(&mut rest, CALLABLE, IMPORT)?;
        self.mark(&mut rest, '/', IMPORT)?;
        let arity = self.number(&mut rest, "the number of arguments", u32::from(u16::MAX), IMPORT)?;
        self.nothing_more(&rest, IMPORT)?;
        self.text.imports.push((name, arity));
        Ok(())
    }

    fn global(&mut self, first: &Token<'t>, mut rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        self.outside(first, "global")?;
        let name = self.new_name(&mut rest, names::GLOBAL, GLOBAL)?;
        self.nothing_more(&rest, GLOBAL)?;
        self.text.globals.push(name);
        Ok(())
    }

    fn module(&mut self, first: &Token<'t>, mut rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        self.outside(first, ".module")?;
        let name = self.quoted(&mut rest, "the module's name in quotes", MODULE)?;
        self.nothing_more(&rest, MODULE)?;
        if self.text.module.is_some() {
            let kind = AsmErrorKind::Duplicate { what: "names of the module", name, first_line: 0 };
            return self.abandon(first.place, kind);
        }
        self.text.module = Some(name);
        Ok(())
    }

    fn constant(&mut self, first: &Token<'t>, mut rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        self.outside(first, ".constant")?;
        let Some(token) = rest.next() else {
            return self.expected("a constant", END.to_owned(), rest.end, CONSTANT);
        };
        self.nothing_more(&rest, CONSTANT)?;
        self.text.constants.push(token.clone());
        Ok(())
    }

    fn file(&mut self, first: &Token<'t>, mut rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        self.outside(first, ".file")?;
        let name = self.quoted(&mut rest, "a file's name in quotes", FILE)?;
        self.nothing_more(&rest, FILE)?;
        self.text.files.push((name, first.place));
        Ok(())
    }

    fn quoted(&mut self, rest: &mut Cursor<'_, 't>, what: &str, usage: &str) -> Result<String, Abandoned> {
        match rest.next() {
            Some(Token { kind: TokenKind::Str(text), .. }) => Ok(text.clone()),
            Some(other) => self.expected(what, other.describe(), other.place, usage),
            None => self.expected(what, END.to_owned(), rest.end, usage),
        }
    }

    fn outside(&mut self, first: &Token<'t>, keyword: &'static str) -> Result<(), Abandoned> {
        match &self.open {
            Some(body) => {
                let function = body.name.text.to_owned();
                self.abandon(first.place, AsmErrorKind::InsideFunction { keyword, function })
            }
            None => Ok(()),
        }
    }

    fn func(&mut self, mut rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        let named = self.new_name(&mut rest, CALLABLE, FUNC);
        self.astray = self.open.is_some() || named.is_err();
        let name = named?;
        if let Some(body) = self.open.take() {
            let (inner, outer) = (name.text.to_owned(), body.name.text.to_owned());
            self.without_end(body, name.place, AsmErrorKind::NestedFunction { inner, outer });
        }
        let mut params = Vec::new();
        let params_read = self.params(&mut rest, &mut params).inspect_err(|_| self.errors.lose(SLOT));
        let header = params_read.and_then(|()| self.nothing_more(&rest, FUNC));
        // The body is read even if the header is wrong, so that its lines are not all errors.
        self.open = Some(Body { name, params, locals: Vec::new(), items: Vec::new(), begun: false, braces: 0 });
        header
    }

    fn params(&mut self, rest: &mut Cursor<'_, 't>, params: &mut Vec<Name<'t>>) -> Result<(), Abandoned> {
        // What was read as the function's name may be a parameter's.
        self.mark(rest, '(', FUNC).inspect_err(|_| self.errors.lose(CALLABLE))?;
        if !rest.take_mark(')') {
            loop {
                params.push(self.name(rest, "a parameter's name", FUNC)?);
                if rest.take_mark(')') {
                    break;
                }
                if !rest.take_mark(',') {
                    let (found, place) = rest.found();
                    return self.expected("`,` or `)`", found, place, FUNC);
                }
            }
        }
        Ok(())
    }

    fn local(&mut self, first: &Token<'t>, mut rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        let mut names = vec![self.new_name(&mut rest, SLOT, LOCAL)?];
        while !rest.tokens.is_empty() {
            names.push(self.name(&mut rest, "a name", LOCAL)?);
        }
        match &mut self.open {
            None => self.outside_function(first),
            Some(body) => {
                body.locals.extend(names);
                let (late, function) = (body.begun, body.name.text.to_owned());
                if late { self.abandon(first.place, AsmErrorKind::LateLocal(function)) } else { Ok(()) }
            }
        }
    }

    fn end(&mut self, first: &Token<'t>, rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        match self.open.take() {
            Some(body) => self.text.functions.push(body),
            None if self.astray => return Err(Abandoned),
            None => return self.abandon(first.place, AsmErrorKind::StrayEnd),
        }
        self.nothing_more(&rest, "end")
    }

    /// Ends a function that has no `end` when the text is over.
    fn close(&mut self) {
        if let Some(body) = self.open.take() {
            let (place, name) = (body.name.place, body.name.text.to_owned());
            self.without_end(body, place, AsmErrorKind::NoEnd(name));
        }
    }

    fn position(&mut self, first: &Token<'t>, mut rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        let file = self.quoted(&mut rest, "a file's name in quotes", LINE)?;
        let line = self.number(&mut rest, "the line", u32::MAX, LINE)?;
        self.nothing_more(&rest, LINE)?;
        self.item(first, Item::Line { file, line })
    }

    fn catch(&mut self, first: &Token<'t>, mut rest: Cursor<'_, 't>) -> Result<(), Abandoned> {
        let start = self.name(&mut rest, "the label of the first instruction", CATCH)?;
        let end = self.name(&mut rest, "the label after the last instruction", CATCH)?;
        let target = self.name(&mut rest, "the handler's label", CATCH)?;
        let height = self.number(&mut rest, "the height", u32::from(u16::MAX), CATCH)?;
        self.nothing_more(&rest, CATCH)?;
        self.item(first, Item::Catch { start, end, target, height })
    }

    /// The name that a statement declares.
    fn new_name(&mut self, rest: &mut Cursor<'_, 't>, what: &'static str, usage: &str) -> Result<Name<'t>, Abandoned> {
        self.name(rest, "a name", usage).inspect_err(|_| self.errors.lose(what))
    }

    fn name(&mut self, rest: &mut Cursor<'_, 't>, what: &str, usage: &str) -> Result<Name<'t>, Abandoned> {
        match rest.next() {
            Some(token) if token.kind == TokenKind::Word && is_name(token.text) => {
                Ok(Name { text: token.text, place: token.place })
            }
            Some(token) => self.expected(what, token.describe(), token.place, usage),
            None => self.expected(what, END.to_owned(), rest.end, usage),
        }
    }

    fn number(&mut self, rest: &mut Cursor<'_, 't>, what: &str, most: u32, usage: &str) -> Result<u32, Abandoned> {
        match rest.next() {
            Some(token) if token.kind == TokenKind::Number => {
                read_count(token, what, most).or_else(|kind| self.abandon(token.place, kind))
            }
            Some(token) => self.expected(what, token.describe(), token.place, usage),
            None => self.expected(what, END.to_owned(), rest.end, usage),
        }
    }

    fn mark(&mut self, rest: &mut Cursor<'_, 't>, mark: char, usage: &str) -> Result<(), Abandoned> {
        if rest.take_mark(mark) {
            return Ok(());
        }
        let (found, place) = rest.found();
        self.expected(&format!("`{mark}`"), found, place, usage)
    }

    fn nothing_more(&mut self, rest: &Cursor<'_, 't>, usage: &str) -> Result<(), Abandoned> {
        match rest.tokens.first() {
            Some(token) => self.expected(END, token.describe(), token.place, usage),
            None => Ok(()),
        }
    }

    pub(super) fn expected<T>(
        &mut self,
        expected: &str,
        found: String,
        place: LineSpan,
        usage: &str,
    ) -> Result<T, Abandoned> {
        let (expected, usage) = (expected.to_owned(), usage.to_owned());
        self.abandon(place, AsmErrorKind::Expected { expected, found, usage })
    }
}

/// Reads a number from 0 to `most`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_count(token: &Token<'_>, what: &str, most: u32) -> Result<u32, AsmErrorKind> {
    let value = read_int(token)?;
    match u32::try_from(value) {
        Ok(value) if value <= most => Ok(value),
        _ => Err(out_of_range(token, what, 0, i64::from(most))),
    }
}

/// Reads an integer.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_int(token: &Token<'_>) -> Result<i64, AsmErrorKind> {
    parse_int(token.text).map_err(|why| AsmErrorKind::MalformedNumber { text: token.text.to_owned(), why })
}

pub(super) fn out_of_range(token: &Token<'_>, what: &str, least: i64, most: i64) -> AsmErrorKind {
    AsmErrorKind::OutOfRange { text: token.text.to_owned(), what: what.to_owned(), least, most }
}
