//! What becomes of lines that cannot be read, so that those after them are not errors, too.

use super::error::{AsmErrorKind, LineSpan};
use super::names::{CALLABLE, nearest};
use super::parse::{Abandoned, Body, Item, Name, Parser};
use super::scan::Token;
use opforge_core::nearest::are_other_words;

impl Body<'_> {
    /// Takes the last line, if that is how other languages write `end`.
    fn take_end(&mut self) -> Option<Name<'_>> {
        let is_end = |word: &str| {
            let word = word.to_ascii_lowercase();
            word.starts_with("end") || nearest(&word, ["end"].into_iter()).is_some() && !are_other_words(&word, "end")
        };
        self.items.pop_if(|item| matches!(item, Item::Op { mnemonic, .. } if is_end(mnemonic.text))).and_then(|item| {
            match item {
                Item::Op { mnemonic, .. } => Some(mnemonic),
                _ => None,
            }
        })
    }
}

impl<'t> Parser<'t, '_> {
    /// Whether it was said that lines like this one stand outside a function.
    pub(super) fn is_astray(&self) -> bool {
        self.open.is_none() && self.astray
    }

    /// A line with something that is no token. What stands before that says what may be meant.
    pub(super) fn unreadable(&mut self, line: &str, tokens: &[Token<'t>], place: LineSpan, kind: AsmErrorKind) {
        let is_header = tokens.first().is_some_and(|first| first.text == "func");
        let braced = self.open.as_mut().filter(|body| body.braces > 0);
        if let Some(body) = braced.filter(|_| kind == AsmErrorKind::UnexpectedCharacter('}')) {
            body.braces -= 1;
            if body.braces == 0 {
                self.text.functions.extend(self.open.take());
            }
            return;
        }
        if is_header || !self.is_astray() {
            let is_brace = kind == AsmErrorKind::UnexpectedCharacter('{') || is_header && line.contains('{');
            self.errors.add(place, kind);
            if is_header {
                // Else all lines of the function would be errors.
                self.line(tokens);
            }
            if let Some(body) = self.open.as_mut().filter(|_| is_brace) {
                body.braces += 1;
                if is_header && line.contains('}') {
                    self.text.functions.extend(self.open.take());
                }
            } else if self.open.is_none() {
                self.astray = true;
            }
        }
    }

    /// A line that nothing is known of; outside a function that is said once for all lines up to the next one.
    pub(super) fn nothing_known(&mut self, first: &Token<'t>, kind: AsmErrorKind) -> Result<(), Abandoned> {
        if self.open.is_none() && std::mem::replace(&mut self.astray, true) {
            return Err(Abandoned);
        }
        self.abandon(first.place, kind)
    }

    /// What belongs in a function stands outside one, which is said once for all lines up to the next function.
    pub(super) fn outside_function(&mut self, first: &Token<'t>) -> Result<(), Abandoned> {
        if std::mem::replace(&mut self.astray, true) {
            return Err(Abandoned);
        }
        let nearest = match first.text {
            "function" | "def" | "fn" | "proc" => Some("func".to_owned()),
            // A `local` does belong in one.
            word => nearest(word, ["import", "global", "func", "local"].into_iter()).filter(|near| near != "local"),
        };
        self.errors.lose(CALLABLE);
        self.abandon(first.place, AsmErrorKind::OutsideFunction { found: first.describe(), nearest })
    }

    /// Ends a function that has no `end`, which is wrong as said, unless its last line or its braces say how that is.
    pub(super) fn without_end(&mut self, mut body: Body<'t>, place: LineSpan, kind: AsmErrorKind) {
        if let Some(end) = body.take_end() {
            let (place, found) = (end.place, format!("`{}`", end.text));
            let _: Result<(), Abandoned> = self.expected("`end`", found, place, "end");
        } else if body.braces == 0 {
            self.errors.add(place, kind);
        }
        self.text.functions.push(body);
    }
}
