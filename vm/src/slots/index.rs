//! The slot form of a table, indexed: its instructions by the rows that they run, its rewrites by their first row.

use super::instructions::{Constant, What};
use crate::value::Value;
use opforge_core::slot_form::{Field, PartInput, PartOutputs, Rewrite, RowCase, RowForm, SlotOp, SlotTable};
use opforge_core::{Kind, Scalar};
use std::cmp::Reverse;
use std::collections::HashMap;

/// A table's instructions of slot form by the rows that they run, and its rewrites by their first row.
#[derive(Debug)]
pub struct SlotForm {
    table: &'static SlotTable,
    /// The first is the root.
    nodes: Vec<Node>,
    rewrites: HashMap<usize, Vec<&'static Rewrite>>,
    longest_rewrite: usize,
    of_constants: OfConstants,
}

/// What a row that only computes gives for constants; `None` if it does more, or traps.
type OfConstants = fn(usize, &[Value]) -> Option<Value>;

#[derive(Debug, Default)]
pub(super) struct Node {
    children: HashMap<Option<usize>, usize>,
    /// Indices of instructions, the more special before the more general.
    pub(super) ops: Vec<usize>,
}

impl SlotForm {
    /// The slot form of a table, indexed, with what its rows give for constants, by index.
    pub fn new(table: &'static SlotTable, of_constants: OfConstants) -> Self {
        let longest_rewrite = table.rewrites.iter().map(|rewrite| rewrite.from.len()).max().unwrap_or(0);
        let mut index =
            Self { table, nodes: vec![Node::default()], rewrites: HashMap::new(), longest_rewrite, of_constants };
        for (code, op) in table.ops.iter().enumerate() {
            let mut node = 0;
            for part in op.parts.iter() {
                let next = index.nodes.len();
                node = *index.nodes[node].children.entry(part.row).or_insert(next);
                if node == next {
                    index.nodes.push(Node::default());
                }
            }
            index.nodes[node].ops.push(code);
        }
        for node in &mut index.nodes {
            node.ops
                .sort_by_cached_key(|code| table.ops.get(*code).map(|op| (generality(op), !op.is_typed(), op.fusion)));
        }
        for rewrite in table.rewrites.iter() {
            if let Some(first) = rewrite.from.first() {
                index.rewrites.entry(first.row).or_default().push(rewrite);
            }
        }
        for rewrites in index.rewrites.values_mut() {
            rewrites.sort_by_key(|rewrite| (Reverse(rewrite.from.len()), rewrite.variables, rewrite.when.is_empty()));
        }
        index
    }

    /// The table.
    pub fn table(&self) -> &'static SlotTable {
        self.table
    }

    /// What lowering does with a row.
    pub(super) fn row(&self, row: usize) -> Option<&'static RowForm> {
        self.table.rows.get(row)
    }

    /// What a row gives for constants, if it only computes.
    pub(super) fn of_constants(&self, row: usize, inputs: &[Value]) -> Option<Scalar> {
        (self.of_constants)(row, inputs)?.scalar()
    }

    /// What types tell of a row.
    pub(super) fn cases(&self, row: usize) -> &'static [RowCase] {
        self.table.cases.get(row).map_or(&[], |cases| cases)
    }

    /// The node that every sequence begins at.
    pub(super) fn root(&self) -> Option<&Node> {
        self.nodes.first()
    }

    /// The node that a row leads to; `None` is a copy.
    pub(super) fn next(&self, node: &Node, row: Option<usize>) -> Option<&Node> {
        self.nodes.get(*node.children.get(&row)?)
    }

    /// Whether the row alone could hold the constant in its code; a fusion that cannot is then no gain.
    pub(super) fn takes(&self, what: What, input: usize, constant: Constant) -> bool {
        let (What::Row(row), Constant::Scalar(value)) = (what, constant) else { return false };
        let node = self.nodes.first().and_then(|root| self.nodes.get(*root.children.get(&Some(row))?));
        let ops = node.into_iter().flat_map(|node| &node.ops).filter_map(|op| self.table.ops.get(*op));
        ops.filter_map(|op| match op.parts.first()?.inputs.get(input)? {
            PartInput::Number(field) => op.fields.get(*field),
            _ => None,
        })
        .any(|field| fits(*field, value))
    }

    /// The rewrites that begin with a row: the longest first, and of those of the same rows the more special.
    pub(super) fn rewrites(&self, row: usize) -> &[&'static Rewrite] {
        self.rewrites.get(&row).map_or(&[], Vec::as_slice)
    }

    /// How many rows the longest rewrite replaces.
    pub(super) fn longest_rewrite(&self) -> usize {
        self.longest_rewrite
    }
}

/// Grows with what the instruction matches: of two of the same rows, one that matches less than the other comes before it.
/// Constants in the place of slots, then results that are kept, then values that must be the same, then narrow numbers.
fn generality(op: &SlotOp) -> (Reverse<usize>, Reverse<usize>, usize, usize) {
    let is_constant = |input: &&PartInput| matches!(input, PartInput::Number(_) | PartInput::Literal(_));
    let constants = op.parts.iter().flat_map(|part| part.inputs.iter()).filter(is_constant).count();
    let kept = op.parts.iter().filter(|part| matches!(part.outputs, PartOutputs::Kept(_))).count();
    let wide = op.fields.iter().filter(|field| **field == Field::Number(Kind::Int)).count();
    (Reverse(constants), Reverse(kept), op.fields.len(), wide)
}

/// Whether a number fits a field of that kind.
pub(super) fn fits(field: Field, value: Scalar) -> bool {
    match (field, value) {
        (Field::Int16, Scalar::Int(value)) => i16::try_from(value).is_ok(),
        (Field::Number(kind), value) => value.kind() == kind,
        _ => false,
    }
}
