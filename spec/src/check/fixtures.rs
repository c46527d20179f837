//! Fixtures of `std:` families in a table that lacks rows which they are written in, or has rows of its own in their place.
//!
//! They go, and with them the examples that name their functions: the standard set's own tests run those.

use super::assembly::{self, KEYWORDS};
use super::report::Report;
use super::table::Table;
use crate::model::{ExampleOperand, Instruction, InstructionId};
use crate::rows::{FamilyRows, Rows};
use std::collections::BTreeSet;

/// The mnemonics of the rows of `std:` that are there, made of such rows.
pub(super) fn std_mnemonics(table: &Table<'_>) -> BTreeSet<String> {
    let ids = (0..table.rows.len()).map(InstructionId).filter(|id| table.is_std(*id));
    ids.map(|id| crate::mnemonic::mnemonic(&table.rows[id.0].op.name.value)).collect()
}

/// The fixtures of a family, unless they are a `std:` family's and name a row that is not of `std:`.
pub(super) fn usable<'r>(family: &'r FamilyRows, std: &BTreeSet<String>) -> &'r str {
    let text = family.fixtures.as_ref().map_or("", |fixtures| fixtures.value.as_str());
    if family.std && !text.lines().filter_map(mnemonic).all(|word| std.contains(word)) { "" } else { text }
}

/// Checks the assembly of each family's fixtures, unless they go.
pub(super) fn check(rows: &Rows, table: &Table<'_>, report: &mut Report) {
    let std = std_mnemonics(table);
    for family in rows.families.iter().filter(|family| rows.std_on_disk || !usable(family, &std).is_empty()) {
        if let Some(text) = &family.fixtures {
            assembly::check(text, table, report);
        }
    }
}

/// Drops the examples whose fixtures are not usable.
pub(super) fn drop_examples(rows: &Rows, std: &BTreeSet<String>, instructions: &mut [Instruction]) {
    let lost: Vec<bool> =
        rows.families.iter().map(|family| family.fixtures.is_some() && usable(family, std).is_empty()).collect();
    for instruction in instructions.iter_mut().filter(|instruction| lost[instruction.family]) {
        let names = |operand: &ExampleOperand| matches!(operand, ExampleOperand::Function(_));
        instruction.examples.retain(|example| !example.operands.iter().any(names));
        if instruction.examples.is_empty() && instruction.no_examples.is_none() {
            instruction.no_examples =
                Some("its examples call functions of rows that this table leaves out or replaces".to_owned());
        }
    }
}

/// The mnemonic that a line of assembly holds, if any.
fn mnemonic(line: &str) -> Option<&str> {
    let code = line.split(';').next().unwrap_or_default();
    let code = code.split_once(": ").map_or(code, |(_, code)| code).trim();
    let word = code.split_whitespace().next()?;
    (!word.ends_with(':') && !word.starts_with('.') && !KEYWORDS.contains(&word)).then_some(word)
}
