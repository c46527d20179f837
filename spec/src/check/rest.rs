//! What is right of a table that is wrong, so that code which uses it need not be wrong, too.

use super::record::with_families;
use super::table::Table;
use crate::model::{Body, Instruction, InstructionSet};
use crate::rows::Rows;
use std::collections::BTreeSet;

/// The rows that were checked and need no others, each name and opcode once; no fusions and no rewrites.
pub(super) fn rest(rows: &Rows, table: Table<'_>) -> InstructionSet {
    let Table { catalogue, instructions, .. } = table;
    let (mut names, mut codes, mut handlers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut stands_alone = |row: &Instruction| {
        let is_opcode = !(0xf0..0xf000).contains(&row.code);
        let handler = match &row.body {
            Body::Seq(_) => return false,
            Body::Handler(handler) => handlers.insert(handler.name.clone()),
            _ => true,
        };
        handler && is_opcode && names.insert(row.mnemonic.clone()) && codes.insert(row.code)
    };
    let mut instructions: Vec<Instruction> = instructions.into_iter().flatten().collect();
    instructions.retain(|row| crate::check_names::is_instruction(&row.name) && stands_alone(row));
    instructions.iter_mut().for_each(|row| row.examples.clear());
    InstructionSet {
        name: rows.name.clone(),
        version: rows.version,
        doc: rows.doc.clone(),
        traps: catalogue.traps,
        primitives: catalogue.primitives,
        ..with_families(rows, &BTreeSet::new(), instructions)
    }
}
