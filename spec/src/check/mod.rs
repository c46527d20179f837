//! Rows → checked [`InstructionSet`]: names resolved, bodies typed, everything derived that can be.
//!
//! All errors of all rows are found in one go: a row that is wrong is set aside, and what depends on it is silently
//! set aside too, so that one mistake is one error. Called by the crate's readers after the names and opcodes of rows
//! were checked.

mod report;
mod types;
mod catalogue;
mod roles;
mod primitives;
mod lines;
mod table;
mod operands;
mod stack;
mod checked;
mod block;
mod assigning;
mod leaving;
mod expr;
mod inline;
mod calls;
mod definitions;
mod joined;
mod cases;
mod handler;
mod body;
mod parts;
mod composer;
mod seq;
mod extras;
mod assembly;
mod fixtures;
mod record;
mod outcomes;
mod example_text;
mod shown;
mod examples;
mod pattern;
mod fusions;
mod rewrites;

pub(crate) use examples::Draft;
pub use rewrites::{Effort, MAX_TRIALS};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Rights};
use crate::mnemonic::mnemonic;
use crate::model::{Body, Instruction, InstructionSet, Part};
use crate::rows::Rows;
use crate::source::{Sources, Text};
use body::Form;
use checked::CheckedBody;
use record::{finish, with_families};
use report::Report;
use stack::StackForm;
use std::collections::{BTreeMap, BTreeSet};
use table::{Row, Table};

/// What is wrong, and how often each of its causes does no harm.
pub(crate) struct Wrong {
    pub(crate) list: Vec<Diagnostic>,
    pub(crate) rights: Rights,
}

/// Checks all rows.
///
/// # Errors
/// Everything that is wrong, in no particular order.
pub(crate) fn check(rows: &Rows, sources: &Sources, effort: Effort, draft: Draft) -> Result<InstructionSet, Wrong> {
    let mut report = Report::default();
    let mut catalogue = primitives::catalogue(rows, &mut report);
    definitions::define(rows, &mut catalogue, &mut report);
    let mut table = Table::new(rows, sources, catalogue);
    bodies(&mut table, &mut report);
    examples_of_all(&mut table, draft, &mut report);
    fixtures::check(rows, &table, &mut report);
    let mut fusions = fusions::fusions(rows, &table, &mut report);
    let mut rewrites = rewrites::rewrites(rows, &table, effort, &mut report);
    let instructions: Option<Vec<Instruction>> = table.instructions.iter().cloned().collect();
    if let Some(instructions) = &instructions {
        rewrites = rewrites::used(rows, &table, instructions, rewrites, &mut report);
        fusions = fusions::fusible(rows, &table, instructions, fusions, &rewrites, &mut report);
    }
    match instructions {
        Some(mut instructions) if report.list.is_empty() => {
            let std = fixtures::std_mnemonics(&table);
            fixtures::drop_examples(rows, &std, &mut instructions);
            Ok(InstructionSet {
                name: rows.name.clone(),
                version: rows.version,
                doc: rows.doc.clone(),
                traps: table.catalogue.traps,
                primitives: table.catalogue.primitives,
                fusions,
                rewrites,
                files: sources.iter().filter_map(|source| source.path.clone()).collect(),
                ..with_families(rows, &std, instructions)
            })
        }
        _ => Err(Wrong { list: report.list, rights: report.rights }),
    }
}

/// Checks the examples of each row, of sequences after those of their parts. What does otherwise than its examples say is wrong, and
/// what depends on it is set aside.
fn examples_of_all(table: &mut Table<'_>, draft: Draft, report: &mut Report) {
    let mut ids: Vec<usize> = (0..table.rows.len()).collect();
    ids.sort_by_key(|id| table.weights[*id]);
    for id in ids {
        let Some(mut instruction) = table.instructions[id].take() else { continue };
        let is_wrong = |part: &Part| table.instructions[part.instruction.0].is_none();
        if matches!(&instruction.body, Body::Seq(parts) if parts.iter().any(is_wrong)) {
            report.silent();
            continue;
        }
        let before = report.list.len();
        instruction.examples = examples::check(&table.rows[id], &instruction, table, draft, report);
        blame_parts(&table.rows[id], before, table, report);
        let differs = [Code::WrongExample, Code::ExampleOutcome, Code::ExampleValues];
        let is_wrong = report.list[before..].iter().any(|found| differs.contains(&found.code));
        table.instructions[id] = Some(instruction).filter(|_| !is_wrong);
    }
}

/// What is wrong with a sequence of a `std:` family whose parts are the table's own rows is that these differ from those of
/// `std:` of the same names.
fn blame_parts(row: &Row<'_>, from: usize, table: &Table<'_>, report: &mut Report) {
    let others = row.op.seq.as_ref().is_some_and(|list| !pattern::is_std(&list.value, table));
    for diagnostic in report.list.iter_mut().skip(from).filter(|_| row.std && others) {
        diagnostic
            .notes
            .push("its parts are rows of your table, which mean something else than those of `std:`".to_owned());
        diagnostic.help = format!("leave it out: `without: [\"{}\"]`", row.op.name.value);
        diagnostic.fix = None;
    }
}

/// Checks every row's form and body, sequences after what they are made of.
fn bodies(table: &mut Table<'_>, report: &mut Report) {
    let mut sequences: Vec<(usize, StackForm, Vec<String>)> = Vec::new();
    let mut handlers: BTreeMap<String, usize> = BTreeMap::new();
    for id in 0..table.rows.len() {
        let row = table.rows[id];
        let shape =
            operands::read(&row, report).and_then(|operands| stack::read(&row, operands, &table.catalogue, report));
        let form = body::form(&row, report);
        let Some((shape, form)) = shape.zip(form) else { continue };
        match form {
            Form::Seq(list) => sequences.push((id, shape, lines::needs(list))),
            Form::Shuffle | Form::Does(_) | Form::Cases(_) | Form::Handler(_) => {
                if let Form::Handler(name) = &form {
                    own_handler_once(&row, name, id, &mut handlers, table, report);
                }
                let checked = body::check(&row, &form, &shape, &table.catalogue, report);
                table.instructions[id] = checked.map(|checked| finish(&row, checked, table, report));
            }
        }
    }
    while !sequences.is_empty() {
        let before = sequences.len();
        let waiting: BTreeSet<&str> = sequences.iter().map(|(id, ..)| table.rows[*id].op.name.value.as_str()).collect();
        let is_ready = |needs: &[String]| !needs.iter().any(|name| waiting.contains(name.as_str()));
        let (ready, rest) = std::mem::take(&mut sequences).into_iter().partition(|(_, _, needs)| is_ready(needs));
        sequences = rest;
        if sequences.len() == before {
            cycle(&sequences, table, report);
            return;
        }
        let ready: Vec<(usize, StackForm, Vec<String>)> = ready;
        for (id, shape, _) in ready {
            let row = table.rows[id];
            let Some(list) = &row.op.seq else { continue };
            let before = report.list.len();
            let checked = seq::check(&row, &list.value, &shape, table, report);
            if let Some(CheckedBody { body: Body::Seq(parts), .. }) = &checked {
                table.weights[id] = seq::weight(parts, table);
            }
            table.instructions[id] = checked.map(|checked| finish(&row, checked, table, report));
            blame_parts(&row, before, table, report);
        }
    }
}

fn cycle(sequences: &[(usize, StackForm, Vec<String>)], table: &Table<'_>, report: &mut Report) {
    for (id, _, needs) in sequences {
        let row = table.rows[*id];
        let is_waiting =
            |name: &&String| sequences.iter().any(|(other, ..)| table.rows[*other].op.name.value == **name);
        let (Some(list), Some(part)) = (&row.op.seq, needs.iter().find(is_waiting)) else { continue };
        let message = format!("`{}` is made of itself", row.op.name.value);
        report.push(
            Diagnostic::new(Code::SeqCycle, list.span, message)
                .label(format!("needs `{part}`, which needs `{}` in turn", row.op.name.value))
                .help(format!("write the parts of `{part}` here instead")),
        );
    }
}

/// Complains when two rows of the table's own share a handler: each becomes a method of one trait.
fn own_handler_once(
    row: &Row<'_>,
    name: &Text,
    id: usize,
    handlers: &mut BTreeMap<String, usize>,
    table: &Table<'_>,
    report: &mut Report,
) {
    if row.std {
        return;
    }
    // The methods' contexts and traps are named in camel case.
    let camel =
        name.value.split('_').map(|word| word.get(..1).unwrap_or("").to_uppercase() + word.get(1..).unwrap_or(""));
    let Some(first) = handlers.insert(camel.collect(), id) else { return };
    let first = table.rows[first].op.handler.as_ref().map_or(row.op.span, |handler| handler.span);
    report.push(
        Diagnostic::new(Code::NameTwice, name.span, format!("handler `{}` is the body of two rows", name.value))
            .label("used again")
            .also(first, "first used here")
            .help(format!("write `handler: \"{}\"`", mnemonic(&row.op.name.value))),
    );
}

#[cfg(test)]
mod tests;
