//! The counts of a table: what they choose for the loop of the fast engine, and what a file of them may hold.

#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

use opforge_spec::slots::{KeptOut, LoopRoom, MAX_HOT, MAX_TYPED, StaleCount, Why, loop_room, slot_table};
use opforge_spec::{Diagnostics, InstructionSet, check_file};
use proptest::prelude::*;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder for the files of one test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("counts").join(test);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The table in the folder with these fields and, beside it, these counts.
fn checked(folder: &Path, fields: &str, counts: &str) -> Result<InstructionSet, Diagnostics> {
    fs::write(folder.join("counts.ron"), counts).unwrap();
    let table = folder.join("table.ron");
    let head = "#![enable(implicit_some)]\nTable(name: \"many\", version: 1, counts: \"counts.ron\",";
    fs::write(&table, format!("{head}\n{fields}\n)")).unwrap();
    check_file(&table)
}

#[track_caller]
fn table(folder: &Path, fields: &str, counts: &str) -> InstructionSet {
    checked(folder, fields, counts).unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)))
}

/// So many rows that compute with an int, the first called `row000`, with `more` fields each.
fn rows(count: usize, more: &str) -> String {
    let mut text = String::from("ops: [\n");
    for row in 0..count {
        let body = format!("stack: \"a: Int -> r\", doc: \"Adds.\", does: \"r = a + {row}\"");
        let examples = format!("examples: [\"0 => {row}\", \"nil => trap TypeMismatch\"]");
        writeln!(text, "Op(name: \"Row{row:03}\", code: {:#x}, {body}, {examples}{more}),", 0xf800 + row).unwrap();
    }
    text + "]"
}

fn out(name: &str, count: u64, why: Why) -> KeptOut {
    KeptOut { name: name.to_owned(), count, why }
}

fn is_hot(set: &InstructionSet, name: &str) -> bool {
    slot_table(set).ops.iter().any(|op| op.name == name && !op.cold)
}

#[test]
fn what_ran_most_often_is_in_however_late_it_stands() {
    let folder = folder("late");
    let rows = rows(MAX_HOT + 2, "");
    // Without counts by order.
    let set = table(&folder, &rows, "Counts()");
    assert_eq!(loop_room(&set).kept_out, [out("row256", 0, Why::Order), out("row257", 0, Why::Order)]);
    // The last of those that were not counted make room.
    let set = table(&folder, &rows, "Counts(row257: 9)");
    assert_eq!(loop_room(&set).kept_out, [out("row255", 0, Why::Order), out("row256", 0, Why::Order)]);
    assert!(is_hot(&set, "row257"));
    // Of those that were counted those that ran least often do, and of equal ones the last.
    let mut counts = String::from("Counts(");
    for row in 0..MAX_HOT + 2 {
        let count = match row {
            3 => 1,
            10 => 6,
            _ => 7,
        };
        write!(counts, "row{row:03}: {count},").unwrap();
    }
    let set = table(&folder, &rows, &(counts + ")"));
    assert_eq!(loop_room(&set).kept_out, [out("row003", 1, Why::Count), out("row010", 6, Why::Count)]);
    assert_eq!(slot_table(&set).hot - MAX_HOT, MAX_TYPED);
}

#[test]
fn what_is_declared_is_so_whatever_ran() {
    let folder = folder("declared");
    let rows = rows(MAX_HOT + 1, "").replacen("]),", "], cold: true),", 1);
    let rows = rows.replace("nil => trap TypeMismatch\"]),\n]", "nil => trap TypeMismatch\"], hot: true),\n]");
    let set = table(&folder, &rows, "Counts(row000: 1000, row001: 1)");
    assert_eq!(loop_room(&set).kept_out, [out("row000", 1000, Why::Declared)]);
    let rare = r#"include: ["std:output", "std:constants"]"#;
    let kept = loop_room(&table(&folder, rare, "Counts(print: 1000)")).kept_out;
    assert_eq!(kept, [out("print", 1000, Why::Rare), out("print_ln", 0, Why::Rare)]);
    let kept = loop_room(&table(&folder, &format!("hot: [\"Print\"], {rare}"), "Counts()")).kept_out;
    assert_eq!(kept, [out("print_ln", 0, Why::Rare)]);
}

#[test]
fn an_instruction_ran_as_often_as_all_its_forms() {
    let folder = folder("forms");
    let rows = rows(MAX_HOT + 1, "");
    let counts = "Counts(row256_of_int: 2, row256: 3, row000: 4, row001: 1)";
    let set = table(&folder, &rows, counts);
    assert_eq!(loop_room(&set).kept_out, [out("row255", 0, Why::Order)]);
    // What it ran as most often is what it has a form for, before those that come first.
    assert!(is_hot(&set, "row256_of_int") && is_hot(&set, "row000_of_int") && !is_hot(&set, "row159_of_int"));
    let room = loop_room(&set);
    assert_eq!((room.typed_out.len(), room.typed_out[0].as_str()), (MAX_HOT - MAX_TYPED, "row159_of_int"));
    assert_eq!(room.stale, []);
}

#[test]
fn counts_add_up_without_running_over() {
    let folder = folder("most");
    let most = u64::MAX;
    let set = table(&folder, &rows(MAX_HOT + 1, ""), &format!("Counts(row256_of_int: {most}, row256: {most})"));
    assert!(is_hot(&set, "row256"));
    assert_eq!(set.counts().get("row256"), Some(&most));
}

#[test]
fn counts_of_what_is_not_there_are_noted() {
    let folder = folder("stale");
    let set = table(&folder, &rows(3, ""), "Counts(rwo001: 5, entirely_different: 6, row002_of_int: 7)");
    let stale = |name: &str, near: Option<&str>| StaleCount { name: name.to_owned(), near: near.map(str::to_owned) };
    let expected = vec![stale("entirely_different", None), stale("rwo001", Some("row001"))];
    assert_eq!(loop_room(&set), LoopRoom { stale: expected, ..LoopRoom::default() });
}

#[test]
fn counts_change_no_meaning_and_their_file_is_one_of_the_table() {
    let folder = folder("hash");
    let rows = rows(3, "");
    let sets = ["Counts()", "Counts(row002: 5)"].map(|counts| table(&folder, &rows, counts));
    assert_eq!(sets[0].hash(), sets[1].hash());
    // Whoever builds from the table builds anew when it changes.
    assert_eq!(sets[0].files(), [folder.join("table.ron"), folder.join("counts.ron")]);
    let wrong = checked(&folder, &rows, "Counts(row002: -5)").unwrap_err();
    assert!(wrong.files().contains(&folder.join("counts.ron")), "{wrong}");
}

#[test]
fn what_a_comment_or_an_attribute_says_is_no_count() {
    let folder = folder("comments");
    let text = "// Counted by hand.\n#![enable(implicit_some)]\nCounts(\n    // The loop.\n    row001: 1_000,\n    row002: 0x10,\n)\n";
    let set = table(&folder, &rows(3, ""), text);
    let counts: Vec<_> = set.counts().iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(counts, [("row001", 1000), ("row002", 16)]);
}

/// Pieces that files of counts are made of, and some that they are not.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "Counts",
        "(",
        ")",
        "row001",
        ":",
        ",",
        "1",
        "-1",
        "18446744073709551616",
        "\"",
        "{",
        "[",
        "//",
        "\n",
        "Some(",
    ];
    prop_oneof![
        8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
        2 => "[a-z_]{1,9}: [0-9]{1,22},",
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_file_of_counts_gives_an_error_or_a_table(pieces in prop::collection::vec(piece(), 0..12), wrapped: bool) {
        let folder = folder("any");
        let text = if wrapped { format!("Counts({})", pieces.concat()) } else { pieces.concat() };
        match checked(&folder, &rows(2, ""), &text) {
            Ok(set) => prop_assert!(loop_room(&set).kept_out.is_empty()),
            Err(diagnostics) => prop_assert!(!diagnostics.render(false).is_empty()),
        }
    }
}
