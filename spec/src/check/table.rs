//! The rows of `ops`, and what is known of them while they are checked.

use super::catalogue::Catalogue;
use super::lines::needs;
use crate::evaluate;
use crate::model::{Body, Instruction, InstructionId};
use crate::rows::{OpRow, Rows};
use crate::source::{FileId, Sources, Text};
use std::collections::{BTreeMap, BTreeSet};

/// A row of `ops` and the family it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'r> {
    pub(super) op: &'r OpRow,
    pub(super) family: usize,
    pub(super) std: bool,
    /// Whether it is embedded, so that it is surely right.
    pub(super) is_embedded: bool,
    pub(super) fixtures: Option<&'r Text>,
    /// The file and name of the template that its body is of.
    pub(super) template: Option<(FileId, &'r str)>,
}

/// The instructions as far as they are checked.
pub(crate) struct Table<'r> {
    pub(super) catalogue: Catalogue,
    /// By opcode; an [`InstructionId`] indexes it.
    pub(super) rows: Vec<Row<'r>>,
    pub(super) index: BTreeMap<&'r str, InstructionId>,
    /// What `without` leaves out.
    pub(super) left_out: BTreeSet<&'r str>,
    /// `None` while not checked, or wrong.
    pub(super) instructions: Vec<Option<Instruction>>,
    /// How many instructions each is, the parts of sequences counted.
    pub(super) weights: Vec<usize>,
}

impl<'r> Table<'r> {
    pub(super) fn new(rows: &'r Rows, sources: &'r Sources, catalogue: Catalogue) -> Self {
        let mut all: Vec<Row<'r>> = Vec::new();
        for (family, from) in rows.families.iter().enumerate() {
            let (std, fixtures) = (from.std, from.fixtures.as_ref());
            let is_embedded = std && !rows.std_on_disk;
            let row = |op| Row { op, family, std, is_embedded, fixtures, template: template(op, sources) };
            all.extend(from.ops.iter().map(row));
        }
        all.sort_by_key(|row| row.op.code.value);
        drop_unmade(&mut all);
        let mut index = BTreeMap::new();
        for (id, row) in all.iter().enumerate() {
            index.entry(row.op.name.value.as_str()).or_insert(InstructionId(id));
        }
        let (instructions, weights) = (vec![None; all.len()], vec![1; all.len()]);
        let left_out = rows.dropped.iter().map(|(name, _)| name.as_str()).collect();
        Self { catalogue, rows: all, index, left_out, instructions, weights }
    }

    /// Whether it is a row of `std:`, made of such rows.
    pub(super) fn is_std(&self, id: InstructionId) -> bool {
        let parts = match self.instructions[id.0].as_ref().map(|row| &row.body) {
            Some(Body::Seq(parts)) => parts.as_slice(),
            _ => &[],
        };
        // Sequences are made of each other in no circle: one that is was not checked.
        self.rows[id.0].std && parts.iter().all(|part| self.is_std(part.instruction))
    }

    /// What evaluations look things up in.
    pub(super) fn evaluation(&self) -> evaluate::Set<'_> {
        evaluate::Set {
            primitives: &self.catalogue.primitives,
            instructions: &self.instructions,
            mismatch: self.catalogue.type_mismatch(),
        }
    }
}

/// Drops sequences of `std:` families whose parts the table does not include, as their fusions are dropped.
fn drop_unmade(rows: &mut Vec<Row<'_>>) {
    loop {
        let names: BTreeSet<String> = rows.iter().map(|row| row.op.name.value.clone()).collect();
        let before = rows.len();
        rows.retain(|row| {
            let parts = row.op.seq.as_ref().filter(|_| row.std);
            parts.is_none_or(|parts| needs(&parts.value).iter().all(|name| names.contains(name)))
        });
        if rows.len() == before {
            return;
        }
    }
}

/// The template that the body of the row is of.
fn template<'r>(op: &OpRow, sources: &'r Sources) -> Option<(FileId, &'r str)> {
    let texts = op
        .cases
        .iter()
        .flat_map(|cases| &cases.value)
        .chain(op.does.iter())
        .chain(op.seq.iter().flat_map(|seq| &seq.value));
    let mut expansions = texts.filter_map(|text| sources.get(text.span.file).expansion.as_ref());
    expansions.next().map(|expansion| (expansion.template_file, expansion.template.as_str()))
}
