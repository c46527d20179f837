//! What the fields of rows look like: which of several repairs of a broken file is meant is told by it.

use super::row_kinds::{FAMILY, FUSE, OP, PRIM, REWRITE, RowKind, TABLE, TEMPLATE, TRAP, TYPE};
use crate::locate::{Field, Node, NodeKind, Shape, Shapes};

/// The kinds of rows, and the fields of tables and families that list them.
const KINDS: [(&RowKind, &str); 9] = [
    (&TABLE, ""),
    (&FAMILY, "families"),
    (&TRAP, "traps"),
    (&TYPE, "types"),
    (&PRIM, "primitives"),
    (&TEMPLATE, "templates"),
    (&OP, "ops"),
    (&FUSE, "fusions"),
    (&REWRITE, "rewrites"),
];

/// The shapes of the fields of tables.
pub(crate) static SHAPES: Shapes = Shapes {
    rows: &["Table", "Family", "Trap", "Type", "Prim", "Template", "Op", "Fuse", "Rewrite"],
    roots: &["Table", "Family"],
    whole: ("a table, or a family", "Table(name: \"bank\", version: 1, include: [\"std:standard\"])"),
    deepest: "Table(families: [Family(ops: [Op(cases: [\"…\"])])])",
    of: shape,
    lacking,
};

/// The shape of a file of counts, whose fields are called what they like.
pub(crate) static COUNTS_SHAPES: Shapes = Shapes {
    rows: &["Counts"],
    roots: &["Counts"],
    whole: ("what `opforge tune` writes", "Counts(add_int: 1000)"),
    deepest: "Counts(add_int: 1000)",
    of: |_, _| Some(Shape::Word),
    lacking: |_, _| 0,
};

fn kind(row: &str) -> Option<&'static RowKind> {
    KINDS.into_iter().find(|(kind, _)| kind.row == row).map(|(kind, _)| kind)
}

fn shape(row: &str, field: &str) -> Option<Shape> {
    let (_, sample) = kind(row)?.fields.iter().find(|(name, _)| *name == field)?;
    if let Some((rows, _)) = KINDS.into_iter().find(|(_, list)| *list == field) {
        return Some(Shape::Rows(rows.row));
    }
    Some(match sample.as_bytes() {
        [b'[', b'"', ..] => Shape::Texts,
        [b'"', ..] => Shape::Text,
        [b'[', ..] => Shape::Names,
        [b'(', ..] => Shape::Pair,
        _ if sample.contains('(') => Shape::Other,
        _ => Shape::Word,
    })
}

/// Whether a value is of the shape that a row's field has.
pub(super) fn has_shape(row: &str, field: &str, value: &Node) -> bool {
    match (shape(row, field), &value.kind) {
        (Some(Shape::Text), NodeKind::Text)
        | (Some(Shape::Texts | Shape::Names | Shape::Rows(_)), NodeKind::List(_))
        | (Some(Shape::Word), NodeKind::Word)
        | (Some(Shape::Pair), NodeKind::Tuple { .. })
        | (Some(Shape::Other), _) => true,
        (_, _) => false,
    }
}

/// `stack` and `doc` may come from a template.
fn lacking(row: &str, fields: &[Field]) -> usize {
    let Some(kind) = kind(row) else { return 0 };
    let has = |name: &str| fields.iter().any(|field| field.name.text == name);
    if has("like") { 0 } else { kind.fields[..kind.required].iter().filter(|(name, _)| !has(name)).count() }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, SHAPES};

    #[test]
    fn every_kind_of_row_has_its_name() {
        assert_eq!(SHAPES.rows, KINDS.map(|(kind, _)| kind.row));
    }
}
