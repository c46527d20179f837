//! Random tables: each is refused with a reason, or becomes Rust code that builds and passes its tests.
//!
//! `codegen-tests/random-tables` runs this with more of them, and compiles some.

mod project;
mod resolve;

use opforge_codegen::{Emitter, expand, generate, generate_codec};
use opforge_codegen_tests::tables::{RandomTable, random_table};
use opforge_spec::{missing_examples, mutations, vectors};
use project::Project;
use std::collections::BTreeMap;

/// How many tables are modules of one crate: with more, rustc takes gigabytes.
const AT_ONCE: usize = 25;

/// A number from the environment.
fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What is wrong with what the emitters make of a table: code that is no Rust, names that are not what they should be.
fn emitted(table: &RandomTable) -> Vec<String> {
    let set = &table.set;
    let texts = [Emitter::Manual, Emitter::Listing, Emitter::Json].map(|emitter| expand(set, emitter));
    let mut problems: Vec<String> = texts.iter().filter(|text| text.is_empty()).map(|_| "no text".to_owned()).collect();
    for tokens in [generate(set), generate_codec(set)] {
        let text = tokens.to_string();
        if text.contains("compile_error") {
            problems.push("an emitter met what the checker excludes".to_owned());
        }
        match syn::parse2(tokens) {
            Ok(file) => problems.extend(resolve::problems(&file)),
            Err(error) => problems.push(error.to_string()),
        }
    }
    problems
}

/// What became of tables.
#[derive(Debug, Default)]
struct Count {
    accepted: u64,
    rows: usize,
    /// Why others were refused, by code.
    refusals: BTreeMap<String, u64>,
}

impl Count {
    fn add(&mut self, seed: u64) {
        match random_table(seed, "crate::functions") {
            Ok(table) => {
                self.accepted += 1;
                self.rows += table.set.instructions().len();
                let problems = emitted(&table);
                assert!(problems.is_empty(), "seed {seed}: {problems:#?}\n{}", table.ron);
            }
            Err(refused) => {
                for diagnostic in refused.diagnostics.list() {
                    *self.refusals.entry(diagnostic.code.to_string()).or_default() += 1;
                }
            }
        }
    }
}

#[test]
fn tables_are_refused_or_become_code() {
    let (first, count) = (number("OPFORGE_FIRST", 0), number("OPFORGE_TABLES", 200));
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let share = |thread: u64| {
        let mut own = Count::default();
        for seed in (first + thread..first + count).step_by(usize::try_from(threads).unwrap_or(1)) {
            own.add(seed);
            if seed > first && (seed - first).is_multiple_of(1_000) {
                eprintln!("{} of {count} tables", seed - first);
            }
        }
        own
    };
    let mut all = Count::default();
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || share(thread))).collect();
        for thread in running {
            let own = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            all.accepted += own.accepted;
            all.rows += own.rows;
            own.refusals.into_iter().for_each(|(code, count)| *all.refusals.entry(code).or_default() += count);
        }
    });
    let Count { accepted, rows, refusals } = all;
    println!("{accepted} of {count} accepted, with {rows} rows; reasons of the others: {refusals:?}");
    assert!(accepted * 10 >= count * 8, "{accepted} of {count} accepted");
}

/// What is computed of rows ends, whatever they are; what is said to be missing is enough.
#[test]
fn mistakes_examples_and_vectors_of_their_rows() {
    let (first, count) = (number("OPFORGE_FIRST", 0), number("OPFORGE_TABLES", 200) / 16);
    let (mut killed, mut survivors, mut computed) = (0, 0, 0);
    for table in (first..first + count).filter_map(|seed| random_table(seed, "crate::functions").ok()) {
        let set = &table.set;
        for row in set.instructions().iter().filter(|row| !set.families()[row.family].std) {
            let found = mutations(set, row);
            killed += found.killed;
            survivors += found.survivors.len();
            let killable = found.survivors.iter().any(|survivor| survivor.killer.is_some());
            assert_eq!(killable, !found.missing.is_empty(), "{}: {found:#?}", row.name);
            let missing = missing_examples(set, row);
            assert_eq!(missing.telling, found.missing, "{}", row.name);
            assert!(missing.needed.is_empty(), "{}: {missing:#?}\n{}", row.name, table.ron);
            computed += vectors(set, row).len() - row.examples.len();
        }
    }
    println!("{killed} mistakes killed, {survivors} not; {computed} vectors computed");
}

#[test]
fn tables_build_and_pass_their_tests() {
    let (first, wanted) = (number("OPFORGE_FIRST", 0), number("OPFORGE_COMPILED", 0));
    if wanted == 0 {
        return;
    }
    let step = usize::try_from(number("OPFORGE_STEP", 1)).unwrap_or(1);
    let made = (first..).step_by(step).map(|seed| (seed, random_table(seed, &format!("crate::t{seed}::functions"))));
    let tables: Vec<(u64, RandomTable)> =
        made.filter_map(|(seed, table)| Some((seed, table.ok()?))).take(usize::try_from(wanted).unwrap_or(0)).collect();
    let mut failures = 0;
    for (done, tables) in tables.chunks(AT_ONCE).enumerate() {
        let project = Project::new(tables, number("OPFORGE_PROGRAMS", 20));
        for arguments in [&["clippy", "--all-targets"][..], &["test", "--no-fail-fast"]] {
            if let Err(said) = project.cargo(arguments) {
                // At once: what comes may take an hour.
                eprintln!("cargo {}\n{said}", arguments.join(" "));
                failures += 1;
            }
        }
        eprintln!("{} tables compiled, {} failures", done * AT_ONCE + tables.len(), failures);
    }
    assert_eq!(failures, 0);
}
