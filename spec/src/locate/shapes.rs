//! What rows look like, by which one of several repairs of a broken file is preferred to another.

use super::{Field, Node, NodeKind};
use std::collections::BTreeSet;

/// The shape of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `"…"`.
    Text,
    /// `["…", …]`.
    Texts,
    /// `[Row(…), …]`, of rows of that name.
    Rows(&'static str),
    /// A number or a name.
    Word,
    /// `(a, b)`.
    Pair,
    /// `[Name, Name("…"), …]`.
    Names,
    /// Something else.
    Other,
}

/// What rows look like; the reader of rows knows it.
#[derive(Debug)]
pub(crate) struct Shapes {
    /// The names of rows.
    pub(crate) rows: &'static [&'static str],
    /// Those that a file can be; one that is none of them should be the first.
    pub(crate) roots: &'static [&'static str],
    /// What an empty file should be, in words, and one as it may be written.
    pub(crate) whole: (&'static str, &'static str),
    /// One with as many brackets in each other as it can need.
    pub(crate) deepest: &'static str,
    /// The shape of a row's field, if the row has one of that name.
    pub(crate) of: fn(&str, &str) -> Option<Shape>,
    /// How many of the given fields a row lacks.
    pub(crate) lacking: fn(&str, &[Field]) -> usize,
}

impl Shapes {
    /// The shape of the fields that are called so, in the first kind of row that has one.
    pub(super) fn of_any(&self, field: &str) -> Option<Shape> {
        self.rows.iter().find_map(|row| (self.of)(row, field))
    }

    /// In how many places a file is not what it should be.
    pub(super) fn misfits(&self, file: &Node) -> usize {
        let is_called =
            |root: &&&str| matches!(&file.kind, NodeKind::Struct { name: Some(name), .. } if name.text == **root);
        let root = self.roots.iter().find(is_called).or(self.roots.first());
        root.map_or(0, |root| self.row(root, file))
    }

    fn row(&self, row: &str, node: &Node) -> usize {
        let (name, fields) = match &node.kind {
            NodeKind::Struct { name, fields } => (name.as_ref(), fields.as_slice()),
            NodeKind::Tuple { name, items } if items.is_empty() => (name.as_ref(), &[][..]),
            _ => (None, &[][..]),
        };
        if name.is_none_or(|name| name.text != row) {
            return 1 + (self.lacking)(row, &[]);
        }
        let names: BTreeSet<&str> = fields.iter().map(|field| field.name.text.as_str()).collect();
        let values: usize = fields.iter().map(|field| self.field(row, field)).sum();
        values + (fields.len() - names.len()) + (self.lacking)(row, fields)
    }

    fn field(&self, row: &str, field: &Field) -> usize {
        let Some(shape) = (self.of)(row, &field.name.text) else { return 1 };
        match (shape, &field.value.kind) {
            (Shape::Text, NodeKind::Text) | (Shape::Word, NodeKind::Word) => 0,
            (Shape::Other, _) => 0,
            (Shape::Names, NodeKind::List(items)) => items.iter().filter(|item| !is_name(item)).count(),
            (Shape::Pair, NodeKind::Tuple { name: None, items }) => {
                let is_word = |item: &Node| matches!(item.kind, NodeKind::Word);
                usize::from(items.len() != 2 || !items.iter().all(is_word))
            }
            (Shape::Texts, NodeKind::List(items)) => {
                items.iter().filter(|item| !matches!(item.kind, NodeKind::Text)).count()
            }
            (Shape::Rows(row), NodeKind::List(items)) => items.iter().map(|item| self.row(row, item)).sum(),
            _ => 1,
        }
    }
}

/// Whether it is `Name` or `Name("…")`.
fn is_name(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Word => true,
        NodeKind::Tuple { name: Some(_), items } => items.iter().all(|item| matches!(item.kind, NodeKind::Text)),
        _ => false,
    }
}
