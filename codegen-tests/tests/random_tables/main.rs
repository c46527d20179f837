//! Random tables: each is refused with a reason, or becomes Rust code that builds and passes its tests.
//!
//! `codegen-tests/random-tables` runs this with more of them, and compiles some.

mod project;

use opforge_codegen::{Emitter, expand};
use opforge_codegen_tests::tables::{RandomTable, random_table};
use project::Project;
use std::collections::BTreeMap;

/// A number from the environment.
fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn tables_are_refused_or_become_code() {
    let (first, count) = (number("OPFORGE_FIRST", 0), number("OPFORGE_TABLES", 100));
    let mut refusals: BTreeMap<String, u64> = BTreeMap::new();
    let (mut accepted, mut rows) = (0, 0);
    for seed in first..first + count {
        match random_table(seed, "crate::functions") {
            Ok(table) => {
                accepted += 1;
                rows += table.set.instructions().len();
                let text = expand(&table.set, Emitter::All);
                if let Err(error) = syn::parse_file(&text) {
                    panic!("seed {seed}: {error}\n{}", table.ron);
                }
            }
            Err(refused) => {
                for diagnostic in refused.diagnostics.list() {
                    *refusals.entry(diagnostic.code.to_string()).or_default() += 1;
                }
            }
        }
    }
    println!("{accepted} of {count} accepted, with {rows} rows; reasons of the others: {refusals:?}");
    assert!(accepted * 10 >= count * 8, "{accepted} of {count} accepted");
}

#[test]
fn tables_build_and_pass_their_tests() {
    let (first, wanted) = (number("OPFORGE_FIRST", 0), number("OPFORGE_COMPILED", 0));
    if wanted == 0 {
        return;
    }
    let made = (first..).map(|seed| (seed, random_table(seed, &format!("crate::t{seed}::functions"))));
    let tables: Vec<(u64, RandomTable)> =
        made.filter_map(|(seed, table)| Some((seed, table.ok()?))).take(usize::try_from(wanted).unwrap_or(0)).collect();
    let project = Project::new(&tables, number("OPFORGE_PROGRAMS", 20));
    for arguments in [&["clippy", "--all-targets"][..], &["test", "--no-fail-fast"]] {
        if let Err(said) = project.cargo(arguments) {
            panic!("cargo {}\n{said}", arguments.join(" "));
        }
    }
}
