//! Random tables: the text of a table from a seed, and the Rust that stands beside it.
//!
//! Names are chosen to clash, rows are of every kind, examples are what the evaluator says. Tables are mostly right; the
//! others are refused by the checker, with a reason, and that is right too. What they are for is told in
//! `docs/testing.md`.

mod draft;
mod names;
mod expressions;
mod functions;
mod sequences;
mod rows;
mod fusions;
mod rewrites;
mod examples;

pub use draft::{Draft, Input, Leaves, OwnParam, OwnPrimitive, Row, quoted};

use names::{Fresh, choose, doc};
use opforge::Type;
use opforge_spec::{Diagnostics, Effort, InstructionSet, check_str_with};
use opforge_testing::Random;

/// A table that the checker accepts, and the Rust that stands beside it.
#[derive(Clone, Debug)]
pub struct RandomTable {
    /// Its text.
    pub ron: String,
    /// The functions of its primitives, as items of the module that the table names.
    pub functions: String,
    /// The implementation of its handlers for a type `State` with a field `calls: i64`; empty without handlers.
    pub handlers: String,
    /// The table, checked.
    pub set: InstructionSet,
}

/// A table that the checker refuses.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Its text.
    pub ron: String,
    /// Why.
    pub diagnostics: Diagnostics,
}

/// The table of that seed, every fourth with fusions, every eighth with rewrites, of which half have both; `functions` is the path of the module that holds the functions of its
/// primitives.
///
/// # Errors
/// Why the checker refuses it.
pub fn random_table(seed: u64, functions: &str) -> Result<RandomTable, Box<Refused>> {
    let mut random = Random::new(seed);
    let mut draft = rows(&mut random, &format!("random_{seed}"));
    draft.is_fused = seed % 4 == 3;
    draft.is_rewritten = seed % 16 >= 14;
    settle(&mut random, draft, functions)
}

/// A table without fusions, not checked.
pub fn rows(random: &mut Random, name: &str) -> Draft {
    let mut draft = Draft { name: name.to_owned(), doc: doc(random), ..Draft::default() };
    draft.include = include(random);
    let mut names = Fresh::default();
    without(random, &mut draft, &mut names);
    let mut traps = Fresh::default();
    for number in 0..random.below(4) {
        let name = traps.row(random);
        draft.traps.push((format!("{name}Wrong"), 1000 + u16::try_from(number).unwrap_or(0) * 7));
        draft.trap_docs.push(doc(random));
    }
    if random.once_in(2) {
        let plain = Type::BOOL.union(Type::INT);
        draft.types.push(("Plain".to_owned(), plain));
    }
    for number in 0..random.below(5) {
        draft.primitives.push(functions::primitive(random, number, &draft.traps));
    }
    // One table in twelve has no row at all but what it includes.
    let count = if random.once_in(12) { 0 } else { 1 + random.below(9) };
    let mut handlers = Fresh::default();
    let first = draft.rows.len();
    for _ in 0..count {
        let code = free_code(random, &draft.rows);
        let row = rows::row(random, &draft, &mut names, &mut handlers, code);
        draft.rows.push(row);
    }
    if !random.once_in(4) && draft.include.is_empty() {
        basics(random, &mut draft, &mut names);
    }
    // Order never matters.
    for index in (first + 1..draft.rows.len()).rev() {
        draft.rows.swap(index, first + random.below(index - first + 1));
    }
    draft.apart = if random.once_in(3) { random.below(draft.rows.len() + 1) } else { 0 };
    draft
}

/// Checks the table, gives it rewrites and fusions and its rows the examples that chance finds, and checks it again.
///
/// # Errors
/// Why the checker refuses it.
pub fn settle(random: &mut Random, mut draft: Draft, functions: &str) -> Result<RandomTable, Box<Refused>> {
    let check = |draft: &Draft| {
        let ron = draft.ron(functions);
        match check_str_with("random.ron", &ron, Effort::Brief) {
            Ok(set) => Ok((ron, set)),
            Err(diagnostics) => Err(Box::new(Refused { ron, diagnostics })),
        }
    };
    let (_, set) = check(&draft)?;
    // Before fusions, of which some are then of no use.
    if draft.is_rewritten {
        rewrites::add(random, &mut draft, &set, functions);
    }
    if draft.is_fused {
        fusions::add(random, &mut draft, &set, functions);
    }
    examples::add(random, &mut draft, &set);
    let (ron, set) = check(&draft)?;
    Ok(RandomTable { functions: functions::functions(&draft), handlers: functions::handlers(&draft, "set"), ron, set })
}

/// The families of `std:` that a table includes: none, mostly.
fn include(random: &mut Random) -> Vec<&'static str> {
    match random.below(40) {
        0..=3 => vec!["constants", "stack", "functions", "variables", "control"],
        4..=7 => vec!["constants", "stack", "functions", "control", "arithmetic"],
        8..=13 => vec!["constants", "stack", "functions"],
        14..=16 => vec!["variables", "output", "bitwise"],
        17 => vec!["standard"],
        18..=27 => vec!["constants", "stack", "functions", "variables", "control", "arithmetic", "comparison", "logic"],
        _ => Vec::new(),
    }
}

/// Leaves out a few included rows, and puts another row in the place of some.
fn without(random: &mut Random, draft: &mut Draft, names: &mut Fresh) {
    const ROWS: &[(&str, &str)] = &[
        ("Pop", "stack"),
        ("Dup", "stack"),
        ("Swap", "stack"),
        ("Return", "functions"),
        ("ReturnValue", "functions"),
        ("Call", "functions"),
        ("Add", "arithmetic"),
        ("Inc", "arithmetic"),
        ("Jump", "control"),
        ("JumpIfFalse", "control"),
        ("GetSlot", "variables"),
        ("SetSlot", "variables"),
        ("LoadInt", "constants"),
    ];
    let standard = draft.include.contains(&"standard");
    for (row, family) in ROWS {
        if !(standard || draft.include.contains(family)) {
            continue;
        }
        if !random.once_in(6) {
            // It stays, so that nothing else may have its name.
            names.add(row);
            continue;
        }
        draft.without.push((*row).to_owned());
        names.add(row);
        if random.once_in(2) {
            let code = free_code(random, &draft.rows);
            let mut other = rows::row(random, draft, &mut Fresh::default(), &mut Fresh::default(), code);
            if matches!(other.leaves, Leaves::Handler(_)) {
                continue;
            }
            other.name = (*row).to_owned();
            draft.rows.push(other);
        }
    }
    // Rows that are made of such a row mostly cannot be what they were.
    let made = ["PreIncSlot", "PreIncSlotVoid", "AddAssignSlotVoid"];
    if !draft.rows.is_empty() && (standard || draft.include.contains(&"variables")) && !random.once_in(4) {
        draft.without.extend(made.map(str::to_owned));
    }
}

/// Rows that make programs of a table without `std:` families: one that pushes, one that drops, one that returns.
fn basics(random: &mut Random, draft: &mut Draft, names: &mut Fresh) {
    for (stack_in, body, operand) in [
        (None, "does: \"r = n\"", Some(opforge::OperandKind::Int)),
        (Some("a"), "", None),
        (Some("a"), "does: \"return a\"", None),
    ] {
        let code = free_code(random, &draft.rows);
        let name = names.row(random);
        let input = |name: &str| Input { name: name.to_owned(), ty: Type::ANY, count: None };
        draft.rows.push(Row {
            name,
            code,
            operands: operand.map(|kind| ("n".to_owned(), kind)).into_iter().collect(),
            inputs: stack_in.map(input).into_iter().collect(),
            outputs: operand.map(|_| ("r".to_owned(), Type::ANY)).into_iter().collect(),
            exits: Vec::new(),
            doc: doc(random),
            body: body.to_owned(),
            fields: Vec::new(),
            examples: Vec::new(),
            leaves: if body.contains("return") { Leaves::Ends } else { Leaves::Straight },
        });
    }
}

fn free_code(random: &mut Random, rows: &[Row]) -> u16 {
    loop {
        let small = u16::try_from(random.below(0x10)).unwrap_or(0);
        let code = match random.below(3) {
            0 => 0xe0 + small,
            1 => 0xf800 + u16::try_from(random.below(0x800)).unwrap_or(0),
            _ => choose(random, &[0xf800, 0xf9ff, 0xff00, 0xfff0, 0xfe80]) + small,
        };
        if rows.iter().all(|row| row.code != code) {
            return code;
        }
    }
}
