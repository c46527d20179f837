//! Every engine against the reference: generated programs, the example programs, and programs written to be hard.
//!
//! Each is run to its end, then cut at every tick, with all that the machine holds compared at each cut.
//! `codegen-tests/differential` runs a hundred thousand generated programs instead of the usual two thousand.

use opforge::metadata::LineOperand as Written;
use opforge::standard::Isa;
use opforge::{InstructionSet, Limits, Module, Outcome, assemble};
use opforge_codegen_tests::ended;
use opforge_spec::model::{InstructionSet as Table, PatternOperand, PatternPart};
use opforge_testing::{Differential, Ending, Programs, Sequence, SequenceLine, Setting, Subject, check_programs};
use std::path::Path;

opforge::instruction_set! {
    /// Another table than the standard one.
    pub mod after = "tests/tables/after.ron";
}

/// How many programs are generated, unless `OPFORGE_PROGRAMS` says otherwise.
const PROGRAMS: u64 = 2_000;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

/// What the table says can be replaced: its fusions, and the left sides of its rewrites.
fn sequences(table: &Table) -> Vec<Sequence> {
    let fusions = table.fusions().iter().map(|fusion| &fusion.pattern);
    let patterns = fusions.chain(table.rewrites().iter().map(|rewrite| &rewrite.from));
    patterns.map(|pattern| sequence(table, pattern)).collect()
}

fn sequence(table: &Table, pattern: &[PatternPart]) -> Sequence {
    let mut names: Vec<&str> = Vec::new();
    let mut number = |name| {
        let known = names.iter().position(|other| *other == name);
        known.unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        })
    };
    let mut parts = Vec::new();
    for part in pattern {
        parts.push(match part {
            PatternPart::Label(name) => SequenceLine::Label(number(name)),
            PatternPart::Instruction(id, operands) => {
                let operand = |operand| match operand {
                    &PatternOperand::Literal(value) => Written::Number(value),
                    PatternOperand::Variable(name) => Written::Variable(number(name)),
                    PatternOperand::Label(name) => Written::Label(number(name)),
                };
                let operands = operands.iter().map(operand).collect();
                let mnemonic = &table.instructions()[id.0].mnemonic;
                SequenceLine::Row((Isa::table().find)(mnemonic).expect("the tables are the same"), operands)
            }
        });
    }
    Sequence(parts)
}

#[test]
fn generated_programs() {
    let seeds = match number("OPFORGE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("OPFORGE_PROGRAMS").unwrap_or(PROGRAMS),
    };
    let many = seeds.end - seeds.start >= PROGRAMS;
    match check_programs::<Isa>(seeds, &sequences(&opforge_spec::standard())) {
        Ok(statistics) => {
            println!("{}", statistics.report(Isa::table()));
            let shortfalls = statistics.shortfalls(Isa::table());
            assert!(!many || shortfalls.is_empty(), "{shortfalls:#?}");
        }
        Err(differences) => panic!("{} differ; the first:\n{}", differences.len(), differences[0]),
    }
}

#[test]
fn generated_programs_of_another_table() {
    let mut differential = Differential::<after::Isa>::new(Programs::new(0));
    for seed in 0..100 {
        differential.check(seed).unwrap_or_else(|difference| panic!("{difference}"));
    }
    let sign = after::Isa::table().instructions.iter().position(|row| row.name == "Sign").expect("the row is there");
    assert!(differential.statistics().rows[sign] > 0);
}

/// Runs the function on every engine, whole and cut.
#[track_caller]
fn check(module: &Module, setting: Setting) -> Ending {
    let subject = Subject::<Isa>::new(vec![module.clone()], setting).unwrap_or_else(|problem| panic!("{problem}"));
    let whole = subject.check_whole().unwrap_or_else(|difference| panic!("{difference}"));
    subject.check_cut(&whole, 1).unwrap_or_else(|difference| panic!("{difference}"));
    whole
}

fn read(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<(String, String)> = entries
        .map(|entry| {
            let path = entry.expect("readable").path();
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("UTF-8"))
        })
        .collect();
    files.sort();
    files
}

fn assembled(name: &str, text: &str) -> Module {
    assemble::<Isa>(name, text).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn example_programs() {
    let programs = read("../examples/programs");
    assert!(programs.len() >= 10, "only {} programs", programs.len());
    let mut ticks = 0;
    for (name, text) in programs {
        let flags =
            text.lines().take_while(|line| line.starts_with(';')).find_map(|line| line.strip_prefix("; flags:"));
        let words: Vec<&str> = flags.unwrap_or_default().split_whitespace().collect();
        // To their ends in the named command; without optimization that takes minutes.
        let mut setting =
            Setting { ticks: if cfg!(debug_assertions) { 5_000 } else { u64::MAX }, ..Setting::default() };
        for pair in words.chunks(2) {
            let value = || pair[1].parse::<usize>().expect("a number");
            match pair[0] {
                "--frames" => setting.limits.frames = value(),
                "--slots" => setting.limits.slots = value(),
                other => panic!("{name}: the test does not know `{other}`"),
            }
        }
        let ending = check(&assembled(&name, &text), setting);
        println!("{name}: {} ticks, {} instructions", ending.stats.ticks, ending.stats.instructions);
        let fine = matches!(ending.outcome, Outcome::Returned(_) | Outcome::OutOfFuel);
        assert!(fine, "{name} neither returned nor ran on: {:?}", ending.outcome);
        ticks += ending.stats.ticks;
    }
    assert!(ticks > 10_000, "all programs together took {ticks} ticks");
}

/// What a function under `hostile/` says of itself in the line before it.
fn promises(text: &str) -> Vec<(String, String)> {
    let mut promise = None;
    let mut all = Vec::new();
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("; ") {
            let known = ["gives ", "traps ", "runs on"].iter().any(|start| comment.starts_with(start));
            promise = known.then(|| comment.to_owned());
        } else if let Some(rest) = line.strip_prefix("func ") {
            let name = rest.split('(').next().unwrap_or_default().to_owned();
            all.extend(promise.take().map(|promise| (name, promise)));
        }
    }
    all
}

#[test]
fn hostile_programs() {
    let mut count = 0;
    let mut broken = Vec::new();
    for (file, text) in read("tests/hostile") {
        let module = assembled(&file, &text);
        for (entry, promise) in promises(&text) {
            let ending = check(&module, Setting { entry: entry.clone(), ticks: 2_000, ..Setting::default() });
            let found = ended(&ending.outcome);
            if found != promise {
                broken.push(format!("{file}, {entry}: {promise}, but it {found}"));
            }
            count += 1;
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(count > 60, "only {count} functions make a promise");
}

/// A function of `lines` and a local of each of those names.
fn function(locals: impl IntoIterator<Item = String>, lines: impl IntoIterator<Item = String>) -> Module {
    let mut text = String::from("func main()\n");
    for local in locals {
        text.push_str(&format!("    local {local}\n"));
    }
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("end\n");
    assembled("generated.opf", &text)
}

fn roomy() -> Setting {
    Setting { limits: Limits { slots: 100_000, frames: 100, ..Limits::default() }, ..Setting::default() }
}

#[track_caller]
fn returns(module: &Module, value: i64) -> Ending {
    let ending = check(module, roomy());
    assert_eq!(ending.outcome, Outcome::Returned(value.into()));
    ending
}

/// More reads than a folding keeps away from home, around that number and far beyond it.
#[test]
fn deep_stacks_of_reads() {
    for depth in [31, 32, 33, 34, 64, 65, 1_000_i64] {
        let reads =
            (0..depth).map(|at| if at % 3 == 0 { "load_int 1".to_owned() } else { format!("get_slot v{}", at % 2) });
        let mut lines: Vec<String> =
            ["load_int 10", "set_slot v0", "load_int 100", "set_slot v1"].map(String::from).into();
        lines.extend(reads);
        // The slots are overwritten while their reads wait, at the top and below it.
        lines.extend(["load_int 0", "set_slot v0", "dup", "set_slot v1", "pop"].map(String::from));
        lines.extend((2..depth).map(|_| "add".to_owned()));
        lines.push("return_value".to_owned());
        let expected: i64 = (0..depth - 1).map(|at| if at % 3 == 0 { 1 } else { [10, 100][at as usize % 2] }).sum();
        returns(&function(["v0".into(), "v1".into()], lines), expected);
    }
}

/// Deep reads that wait across a call, a jump and a failure.
#[test]
fn deep_stacks_at_the_ends_of_blocks() {
    let depth = 50;
    let reads = || (0..depth).map(|at| format!("get_slot v{}", at % 3));
    for end in [
        "jump on\non:",
        "load_true\njump_if_true on\nload_int 9\nset_slot v1\non:",
        "call f 0\npop",
        "s:\nload_undef\ninc\ne:\nh:\npop",
    ] {
        let mut text = String::from("func f()\nreturn\nend\nfunc main()\nlocal v0 v1 v2\n");
        for slot in 0..3 {
            text.push_str(&format!("load_int {}\nset_slot v{slot}\n", slot + 1));
        }
        for line in reads() {
            text.push_str(&format!("{line}\n"));
        }
        text.push_str("load_int 1000\nset_slot v0\n");
        text.push_str(end);
        text.push_str("\nload_int 1000\nset_slot v2\n");
        text.push_str(&"add\n".repeat(depth - 1));
        text.push_str("return_value\n");
        text.push_str(if end.starts_with("s:") { ".catch s e h 50\nend\n" } else { "end\n" });
        let expected: i64 = (0..depth as i64).map(|at| at % 3 + 1).sum();
        returns(&assembled("deep.opf", &text), expected);
    }
}

#[test]
fn thirty_thousand_locals() {
    let last = 29_999;
    let lines = format!(
        "load_int 5\nset_slot v{last}\nload_int 0\nset_slot v0\nload_int 0\nset_slot v15000\ntop:\nget_slot v0\nget_slot v{last}\n\
        num_lt\njump_if_false out\nget_slot v15000\nget_slot v0\nadd\nset_slot v15000\nget_slot v0\nload_int 1\nadd\n\
        set_slot v0\njump top\nout:\nget_slot v15000\nget_slot v29998\nprint 1\nreturn_value"
    );
    let ending = returns(&function((0..=last).map(|slot| format!("v{slot}")), [lines]), 10);
    assert_eq!(ending.output, "nil");
    assert!(ending.stats.most_slots >= 30_000);
}

/// Nearly the longest function that is lowered, and one that is too long for it.
#[test]
fn many_instructions_in_a_row() {
    for rounds in [16_000u32, 17_500] {
        let straight = "get_slot a\nload_int 1\nadd\nset_slot a\n".repeat(rounds as usize);
        let module = assembled(
            "long.opf",
            &format!("func main()\nlocal a\nload_int 0\nset_slot a\n{straight}get_slot a\nreturn_value\nend\n"),
        );
        let ending = returns(&module, rounds.into());
        assert_eq!(ending.stats.instructions, u64::from(4 * rounds + 4));
    }
}
