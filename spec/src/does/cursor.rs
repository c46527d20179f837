//! A place in a list of tokens, and what is wrong there.

use super::ast::Name;
use super::lexer::{Lexeme, Token, lex};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Text;
use opforge_core::Scalar;
use std::ops::Range;

/// Something wrong in a string, with its place in that string.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: String,
    /// Text that is sure to be right in place of `range`.
    pub(crate) fix: Option<String>,
}

impl Problem {
    pub(crate) fn new(code: Code, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, range, message: message.into(), label: String::new(), help: help.into(), fix: None }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(crate) fn fix(mut self, text: impl Into<String>) -> Self {
        self.fix = Some(text.into());
        self
    }

    /// The diagnostic at the place in the file where `text` stands.
    pub(crate) fn in_text(self, text: &Text) -> Diagnostic {
        let span = text.span_of(self.range);
        let label = match (self.label.as_str(), self.code) {
            ("", Code::NotYet) => "not there yet",
            ("", Code::TooMany) => "one too many",
            ("", Code::TooNested) => "one too deep",
            ("", _) => "here",
            (label, _) => label,
        };
        let diagnostic = Diagnostic::new(self.code, span, self.message).label(label).help(self.help);
        match self.fix {
            Some(fix) => diagnostic.fix(span, fix),
            None => diagnostic,
        }
    }
}

/// Reads tokens one after the other. `code` is the code of its complaints about form.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    tokens: Vec<Lexeme>,
    at: usize,
    end: usize,
    pub(crate) code: Code,
}

impl Cursor {
    pub(crate) fn new(text: &str, code: Code) -> Result<Self, Problem> {
        let tokens = lex(text).map_err(|error| Problem::new(code, error.range, error.message, error.help))?;
        Ok(Self { tokens, at: 0, end: text.len(), code })
    }

    pub(crate) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    /// The token after the next one.
    pub(crate) fn peek_second(&self) -> Option<&Token> {
        self.tokens.get(self.at + 1).map(|(token, _)| token)
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Where the next token stands; empty, at the end of the text, when there is none.
    pub(crate) fn range(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |(_, range)| range.clone())
    }

    /// Where the token before ends.
    pub(crate) fn last_end(&self) -> usize {
        match self.at.checked_sub(1) {
            Some(last) => self.tokens[last].1.end,
            None => 0,
        }
    }

    pub(crate) fn advance(&mut self) {
        self.at += 1;
    }

    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Some(Token::Symbol(found)) if *found == symbol)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if found == word)
    }

    /// Takes `symbol` if it is next.
    pub(crate) fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    /// Takes the word `word` if it is next.
    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    pub(crate) fn expect(&mut self, symbol: &str, help: &str) -> Result<(), Problem> {
        if self.eat(symbol) {
            return Ok(());
        }
        let problem = self.unexpected(&format!("`{symbol}`"), help);
        let mistaken = (symbol == "=>" && self.is_symbol("->")) || (symbol == "->" && self.is_symbol("=>"));
        Err(if mistaken { problem.fix(symbol) } else { problem })
    }

    /// Takes a name.
    pub(crate) fn name(&mut self, what: &str, help: &str) -> Result<Name, Problem> {
        let range = self.range();
        match self.peek() {
            Some(Token::Word(word)) => {
                let text = word.clone();
                self.advance();
                Ok(Name { text, range })
            }
            _ => Err(self.unexpected(what, help)),
        }
    }

    /// Takes a number with its sign, `true`, `false` or `nil`, if one is next; with `wide`, also `inf` and `nan`.
    pub(crate) fn scalar(&mut self, wide: bool) -> Result<Option<(Scalar, Range<usize>)>, Problem> {
        let start = self.range().start;
        let negative = self.is_symbol("-");
        let value = if negative { self.peek_second() } else { self.peek() };
        let scalar = match value {
            Some(&Token::Int(magnitude)) => {
                let wrapped =
                    if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
                let Some(int) = wrapped else {
                    let help =
                        "write a number from `-9223372036854775808` to `9223372036854775807`, or a float: `1e19`";
                    let message = "an integer that does not fit in 64 bits";
                    let end = self.tokens[self.at + usize::from(negative)].1.end;
                    return Err(Problem::new(self.code, start..end, message, help));
                };
                Scalar::Int(int)
            }
            Some(&Token::I32(magnitude)) => {
                let int = i64::try_from(magnitude).unwrap_or(i64::MAX);
                let Ok(int) = i32::try_from(if negative { -int } else { int }) else {
                    let help = "write a number from `-2147483648i32` to `2147483647i32`";
                    let end = self.tokens[self.at + usize::from(negative)].1.end;
                    return Err(Problem::new(self.code, start..end, "an integer that does not fit in 32 bits", help));
                };
                Scalar::I32(int)
            }
            Some(&Token::F32(magnitude)) => Scalar::F32(if negative { -magnitude } else { magnitude }),
            Some(&Token::Char(value)) if !negative => Scalar::Char(value),
            Some(&Token::Float(magnitude)) => Scalar::Float(if negative { -magnitude } else { magnitude }),
            Some(Token::Word(word)) => match (word.as_str(), negative) {
                ("inf", _) if wide => Scalar::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY }),
                ("inf32", _) if wide => Scalar::F32(if negative { f32::NEG_INFINITY } else { f32::INFINITY }),
                ("nan32", false) if wide => Scalar::F32(f32::NAN),
                ("nan", false) if wide => Scalar::Float(f64::NAN),
                (word, negative) => match Scalar::from_word(word).filter(|_| !negative) {
                    Some(scalar) => scalar,
                    None => return Ok(None),
                },
            },
            _ => return Ok(None),
        };
        self.at += 1 + usize::from(negative);
        Ok(Some((scalar, start..self.last_end())))
    }

    /// The complaint that something else stands where `expected` should.
    pub(crate) fn unexpected(&self, expected: &str, help: &str) -> Problem {
        let found = match self.peek() {
            None => "the text ends".to_owned(),
            Some(Token::Word(word)) => format!("found `{word}`"),
            Some(Token::At(name)) => format!("found `@{name}`"),
            Some(Token::Int(value)) => format!("found `{value}`"),
            Some(Token::Float(value)) => format!("found `{value:?}`"),
            Some(Token::Text(_)) => "found a text".to_owned(),
            Some(Token::I32(value)) => format!("found `{value}i32`"),
            Some(Token::F32(value)) => format!("found `{}`", Scalar::F32(*value)),
            Some(Token::Char(value)) => format!("found `{}`", Scalar::Char(*value)),
            Some(Token::Symbol(symbol)) => format!("found `{symbol}`"),
        };
        let message = format!("expected {expected}, {found}");
        Problem::new(self.code, self.range(), message, help).label(format!("expected {expected}"))
    }

    /// Complains when something is left.
    pub(crate) fn finish(&self, help: &str) -> Result<(), Problem> {
        if self.is_at_end() { Ok(()) } else { Err(self.unexpected("nothing more", help)) }
    }
}
