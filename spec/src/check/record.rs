//! A checked row → its record; all records → the instruction set.

use super::checked::CheckedBody;
use super::report::Report;
use super::table::{Row, Table};
use super::{extras, fixtures};
use crate::mnemonic::mnemonic;
use crate::model::{Family, Instruction, InstructionSet};
use crate::rows::Rows;
use crate::source::Text;
use opforge_core::Type;
use std::collections::BTreeSet;

/// Puts the record of a row together.
pub(super) fn finish(row: &Row<'_>, checked: CheckedBody, table: &Table<'_>, report: &mut Report) -> Instruction {
    let op = row.op;
    let native = extras::native(row, &checked, table, report);
    let fuel_per = extras::fuel(row, &checked, &table.catalogue, report);
    let const_form = extras::const_form(row, &checked, report);
    let CheckedBody { body, flow, effects, own_traps, mut traps, shape, peak } = checked;
    if shape.inputs.iter().any(|input| input.ty != Type::ANY) {
        traps.extend(table.catalogue.type_mismatch());
    }
    let traps = traps.into_iter().filter(|trap| !table.catalogue.is_limit(*trap)).collect();
    Instruction {
        name: op.name.value.clone(),
        mnemonic: mnemonic(&op.name.value),
        code: op.code.value,
        family: row.family,
        doc: op.doc.value.clone(),
        operands: shape.operands,
        stack: shape.stack,
        inputs: shape.inputs,
        outputs: shape.outputs,
        exits: shape.exits,
        body,
        flow,
        effects: effects.into_iter().collect(),
        own_traps: own_traps.into_iter().collect(),
        traps,
        peak,
        fuel_per,
        const_form,
        heat: op.heat.as_ref().map(|heat| heat.value),
        native,
        examples: Vec::new(),
        no_examples: op.no_examples.as_ref().map(|text| text.value.clone()),
    }
}

/// The families that have instructions, by first opcode, with the instructions renumbered to them.
pub(super) fn with_families(rows: &Rows, std: &BTreeSet<String>, mut instructions: Vec<Instruction>) -> InstructionSet {
    let mut order: Vec<usize> = Vec::new();
    for instruction in &mut instructions {
        let position = order.iter().position(|family| *family == instruction.family);
        instruction.family = position.unwrap_or_else(|| {
            order.push(instruction.family);
            order.len() - 1
        });
    }
    let text = |text: Option<&Text>| text.map_or(String::new(), |text| text.value.clone());
    let families = order.iter().map(|&family| &rows.families[family]).map(|family| Family {
        name: family.name.value.clone(),
        doc: text(family.doc.as_ref()),
        std: family.std,
        fixtures: fixtures::usable(family, std).to_owned(),
        fixtures_file: text(family.fixtures_file.as_ref()),
    });
    let families = families.collect();
    InstructionSet {
        name: String::new(),
        version: 0,
        doc: String::new(),
        families,
        traps: Vec::new(),
        primitives: Vec::new(),
        instructions,
        fusions: Vec::new(),
        rewrites: Vec::new(),
        counts: rows.counts.clone(),
        files: Vec::new(),
    }
}
