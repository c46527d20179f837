//! Turns RON text into a tree of nodes with their places, which `ron` itself does not keep.
//!
//! It knows only brackets, commas, names and where a literal begins and ends; what a literal *is* stays with `ron` (see
//! `read::literal`). The reader of one file calls [`locate`]. Nesting is bounded; nothing here panics or allocates by a
//! number in the text. Of a text that cannot be read to its end one thing is said to be wrong, besides commas that are plainly missing
//! before.

mod lexer;
mod brackets;
mod parser;
mod words;
mod shapes;
mod repairs;
mod changes;
mod quotes;

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
pub(crate) use lexer::raw_hashes;
use lexer::{Lexer, TokenKind};
pub(crate) use shapes::{Shape, Shapes};
use std::ops::Range;

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

/// Where the text literals of what was located stand, quotes included.
pub(crate) fn texts(file: FileId, text: &str) -> Vec<Range<usize>> {
    let mut lexer = Lexer::new(file, text);
    let mut texts = Vec::new();
    while let Ok(token) = lexer.next() {
        match token.kind {
            TokenKind::Text => texts.push(token.span.start as usize..token.span.end as usize),
            TokenKind::End => break,
            TokenKind::Word | TokenKind::Punctuation(_) => {}
        }
    }
    texts
}

/// The one value that `text` holds, in which rows look as `shapes` says; `None` if errors were reported and there is nothing to continue with.
pub(crate) fn locate(file: FileId, text: &str, shapes: &Shapes, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let parsed = parser::parse(file, text, shapes);
    if parsed.node.is_some() {
        return match repairs::misread(file, text, &parsed, shapes) {
            // Else each of the places that it has made wrong is an error.
            Some(mistake) => {
                diagnostics.push(mistake);
                None
            }
            None => {
                diagnostics.extend(parsed.commas);
                parsed.node
            }
        };
    }
    diagnostics.extend(repairs::unreadable(file, text, parsed, shapes));
    None
}
