//! Rows → checked [`InstructionSet`]: names resolved, bodies typed, everything derived that can be.
//!
//! All errors of all rows are found in one go: a row that is wrong is set aside, and what depends on it is silently
//! set aside too, so that one mistake is one error. Called by the crate's readers after the names and opcodes of rows
//! were checked.

mod types;
mod primitives;
mod operands;
mod stack;
mod block;
mod leaving;
mod expr;
mod body;
mod cases;
mod handler;
mod parts;
mod seq;
mod extras;
mod example_text;
mod examples;
mod fixtures;
mod fusions;
mod rewrites;

pub use rewrites::MOST_TRIALS;

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::evaluate;
use crate::model::{Body, Family, Instruction, InstructionId, InstructionSet, Primitive, PrimitiveId, Trap, TrapId};
use crate::rows::{OpRow, Rows};
use crate::source::{Sources, Text};
use body::{CheckedBody, Form};
use opforge_core::{StandardTrap, Type};
use stack::Shape;
use std::collections::{BTreeMap, BTreeSet};
use types::Types;

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    list: Vec<Diagnostic>,
    /// How often something could not go on because of an error reported elsewhere.
    silent: usize,
}

impl Report {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Notes a failure whose cause is reported elsewhere.
    pub(crate) fn silent(&mut self) {
        self.silent += 1;
    }

    /// Grows with each failure.
    pub(crate) fn count(&self) -> usize {
        self.list.len() + self.silent
    }
}

/// What bodies may name.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue {
    types: Types,
    /// By number.
    traps: Vec<Trap>,
    primitives: Vec<Primitive>,
    /// `None` for a primitive that is wrong, which was reported where it stands.
    primitive_ids: BTreeMap<String, Option<PrimitiveId>>,
}

impl Catalogue {
    fn primitive(&self, id: PrimitiveId) -> &Primitive {
        &self.primitives[id.0]
    }

    /// The trap of a value of a wrong type.
    fn type_mismatch(&self) -> Option<TrapId> {
        self.traps.iter().position(|trap| trap.standard == Some(StandardTrap::TypeMismatch)).map(TrapId)
    }

    /// Whether the trap comes from a limit of the machine.
    fn is_limit(&self, id: TrapId) -> bool {
        self.traps[id.0].standard.is_some_and(StandardTrap::is_limit)
    }

    /// Whether the trap depends on the machine or its host, so that no example need show it.
    fn is_from_outside(&self, id: TrapId) -> bool {
        self.traps[id.0].standard.is_some_and(StandardTrap::is_from_outside)
    }
}

/// A row of `ops` and the family it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'r> {
    op: &'r OpRow,
    family: usize,
    std: bool,
    fixtures: Option<&'r Text>,
}

/// The instructions as far as they are checked.
pub(crate) struct Table<'r> {
    catalogue: Catalogue,
    /// By opcode; an [`InstructionId`] indexes it.
    rows: Vec<Row<'r>>,
    index: BTreeMap<&'r str, InstructionId>,
    /// `None` while not checked, or wrong.
    instructions: Vec<Option<Instruction>>,
    /// How many instructions each is, the parts of sequences counted.
    weights: Vec<usize>,
}

/// Checks all rows.
///
/// # Errors
/// Everything that is wrong, in no particular order.
pub(crate) fn check(rows: &Rows, sources: &Sources) -> Result<InstructionSet, Vec<Diagnostic>> {
    let mut report = Report::default();
    let catalogue = primitives::catalogue(rows, &mut report);
    let mut table = Table::new(rows, catalogue);
    bodies(&mut table, &mut report);
    for id in 0..table.rows.len() {
        let Some(mut instruction) = table.instructions[id].take() else { continue };
        let before = report.list.len();
        instruction.examples = examples::check(&table.rows[id], &instruction, &table, &mut report);
        blame_parts(&table.rows[id], before, &mut report);
        table.instructions[id] = Some(instruction);
    }
    let fusions = fusions::fusions(rows, &table, &mut report);
    let rewrites = rewrites::rewrites(rows, &table, &mut report);
    let instructions: Option<Vec<Instruction>> = table.instructions.iter().cloned().collect();
    if let Some(instructions) = &instructions {
        fusions::fusible(rows, &table, instructions, &fusions, &mut report);
    }
    match instructions {
        Some(mut instructions) if report.list.is_empty() => {
            fixtures::drop_examples(rows, &mut instructions);
            Ok(InstructionSet {
                name: rows.name.clone(),
                version: rows.version,
                doc: rows.doc.clone(),
                traps: table.catalogue.traps,
                primitives: table.catalogue.primitives,
                fusions,
                rewrites,
                files: sources.iter().filter_map(|source| source.path.clone()).collect(),
                ..with_families(rows, instructions)
            })
        }
        _ => Err(report.list),
    }
}

impl<'r> Table<'r> {
    fn new(rows: &'r Rows, catalogue: Catalogue) -> Self {
        let mut all: Vec<Row<'r>> = Vec::new();
        for (family, from) in rows.families.iter().enumerate() {
            let (std, fixtures) = (from.std, from.fixtures.as_ref());
            all.extend(from.ops.iter().map(|op| Row { op, family, std, fixtures }));
        }
        all.sort_by_key(|row| row.op.code.value);
        drop_unmade(&mut all);
        let mut index = BTreeMap::new();
        for (id, row) in all.iter().enumerate() {
            index.entry(row.op.name.value.as_str()).or_insert(InstructionId(id));
        }
        let (instructions, weights) = (vec![None; all.len()], vec![1; all.len()]);
        Self { catalogue, rows: all, index, instructions, weights }
    }

    /// What evaluations look things up in.
    fn evaluation(&self) -> evaluate::Set<'_> {
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
            parts.is_none_or(|parts| seq::needs(&parts.value).iter().all(|name| names.contains(name)))
        });
        if rows.len() == before {
            return;
        }
    }
}

/// What is wrong with a sequence of a `std:` family is that the table's own rows of the same names differ.
fn blame_parts(row: &Row<'_>, from: usize, report: &mut Report) {
    for diagnostic in report.list.iter_mut().skip(from).filter(|_| row.std && row.op.seq.is_some()) {
        diagnostic
            .notes
            .push("its parts are rows of your table, which mean something else than those of `std:`".to_owned());
        diagnostic.help = format!("leave it out: `without: [\"{}\"]`", row.op.name.value);
        diagnostic.fix = None;
    }
}

/// Checks every row's form and body, sequences after what they are made of.
fn bodies(table: &mut Table<'_>, report: &mut Report) {
    let mut sequences: Vec<(usize, Shape, Vec<String>)> = Vec::new();
    let mut handlers: BTreeMap<String, usize> = BTreeMap::new();
    for id in 0..table.rows.len() {
        let row = table.rows[id];
        let shape =
            operands::read(&row, report).and_then(|operands| stack::read(&row, operands, &table.catalogue, report));
        let form = body::form(&row, report);
        let Some((shape, form)) = shape.zip(form) else { continue };
        match form {
            Form::Seq(list) => sequences.push((id, shape, seq::needs(list))),
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
        let ready: Vec<(usize, Shape, Vec<String>)> = ready;
        for (id, shape, _) in ready {
            let row = table.rows[id];
            let Some(list) = &row.op.seq else { continue };
            let before = report.list.len();
            let checked = seq::check(&row, &list.value, &shape, table, report);
            if let Some(CheckedBody { body: Body::Seq(parts), .. }) = &checked {
                table.weights[id] = seq::weight(parts, table);
            }
            table.instructions[id] = checked.map(|checked| finish(&row, checked, table, report));
            blame_parts(&row, before, report);
        }
    }
}

fn cycle(sequences: &[(usize, Shape, Vec<String>)], table: &Table<'_>, report: &mut Report) {
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

/// Puts the record of a row together.
fn finish(row: &Row<'_>, checked: CheckedBody, table: &Table<'_>, report: &mut Report) -> Instruction {
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
        cold: op.cold.as_ref().is_some_and(|cold| cold.value),
        native,
        examples: Vec::new(),
        no_examples: op.no_examples.as_ref().map(|text| text.value.clone()),
    }
}

/// The families that have instructions, by first opcode, with the instructions renumbered to them.
fn with_families(rows: &Rows, mut instructions: Vec<Instruction>) -> InstructionSet {
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
        fixtures: fixtures::usable(family, &instructions).to_owned(),
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
        files: Vec::new(),
    }
}

/// The spelling of a row in assembly: its name in snake case.
pub(crate) fn mnemonic(name: &str) -> String {
    let mut mnemonic = String::new();
    let mut before = '_';
    for (index, c) in name.char_indices() {
        let next_is_lower = name[index + c.len_utf8()..].starts_with(|next: char| next.is_ascii_lowercase());
        if c.is_ascii_uppercase() && before != '_' && (!before.is_ascii_uppercase() || next_is_lower) {
            mnemonic.push('_');
        }
        mnemonic.push(c.to_ascii_lowercase());
        before = c;
    }
    mnemonic
}

#[cfg(test)]
mod tests;
