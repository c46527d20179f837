//! `opforge tune`: programs counted, and tables that name the counts.

use crate::common::{Ran, check, opforge, opforge_in};
use std::fs;
use std::path::Path;

/// Goes round a hundred times, then prints.
const LOOP: &str = "func main()\n local i s\n load_int 0\n set_slot i\n load_int 0\n set_slot s\ntop:\n get_slot i\n \
    load_int 100\n num_lt\n jump_if_false out\n get_slot s\n get_slot i\n sub\n set_slot s\n get_slot i\n load_int 1\n \
    add\n set_slot i\n jump top\nout:\n get_slot s\n print_ln 1\n return\nend\n";

const TRAPS: &str = "func main()\n load_int 1\n load_int 0\n call divide 2\n return_value\nend\n\
    func divide(a, b)\n get_slot a\n get_slot b\n int_div\n return_value\nend\n";

const SPINS: &str = "func main()\ntop:\n jump top\nend\n";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("writable");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("writable");
    }
    folder
}

fn tune(folder: &Path, arguments: &[&str]) -> Ran {
    opforge_in(folder, &[&["tune"], arguments].concat(), "")
}

#[track_caller]
fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("it was written")
}

#[test]
fn what_runs_is_counted_and_what_is_printed_goes_nowhere() {
    let folder = folder(&[("loop.opf", LOOP)]);
    let expected = "\
        // Counted by `opforge tune`: how often these programs run each instruction of slot form of table `standard`.\n\
        //   loop.opf\n\
        // The same again: opforge tune loop.opf\n\
        Counts(\n    add_int_of_int: 100,\n    jump: 100,\n    jump_if_not_lt_int_of_int: 101,\n    \
        print_ln: 1,\n    return: 1,\n    sub_of_int: 100,\n)\n";
    check(&tune(folder.path(), &["loop.opf"]), 0, expected, &[]);
    check(&opforge(&["tune", "-"], LOOP), 0, &expected.replace("loop.opf", "-"), &[]);
    // As a module, too.
    check(&opforge_in(folder.path(), &["asm", "loop.opf", "-o", "loop.fzb"], ""), 0, "", &[]);
    check(&tune(folder.path(), &["loop.fzb"]), 0, &expected.replace("loop.opf", "loop.fzb"), &[]);
}

#[test]
fn the_same_programs_make_the_same_file_wherever_it_is() {
    let [here, there] = [folder(&[("a.opf", LOOP), ("b.opf", SPINS)]), folder(&[("a.opf", LOOP), ("b.opf", SPINS)])];
    let relative = tune(here.path(), &["a.opf", "b.opf", "--fuel", "20", "-o", "counts.ron"]);
    check(&relative, 3, "", &["`b.opf` is counted up to here", "out of fuel"]);
    let path = |name: &str| there.path().join(name).to_str().expect("it is UTF-8").to_owned();
    let absolute = [&path("a.opf"), &path("b.opf"), "--fuel", "20", "-o", &path("counts.ron")];
    assert_eq!(tune(here.path(), &absolute).code, Some(3));
    let text = read(here.path(), "counts.ron");
    assert_eq!(text, read(there.path(), "counts.ron"));
    assert!(text.contains("// The same again: opforge tune --fuel 20 a.opf b.opf -o counts.ron\n"), "{text}");
    // Once more, over the file that is there.
    assert_eq!(tune(here.path(), &["a.opf", "b.opf", "--fuel", "20", "-o", "counts.ron"]).code, Some(3));
    assert_eq!(text, read(here.path(), "counts.ron"));
}

#[test]
fn counts_of_several_programs_are_added_up() {
    let files = folder(&[("a.opf", LOOP), ("b.opf", LOOP)]);
    let once = tune(files.path(), &["a.opf"]).out;
    let twice = tune(files.path(), &["a.opf", "b.opf"]).out;
    for (one, two) in [("sub_of_int: 100,", "sub_of_int: 200,"), ("print_ln: 1,", "print_ln: 2,")] {
        assert!(once.contains(one) && twice.contains(two), "{once}{twice}");
    }
}

#[test]
fn what_does_not_return_is_counted_as_far_as_it_comes() {
    let files = folder(&[("traps.opf", TRAPS), ("spins.opf", SPINS), ("loop.opf", LOOP)]);
    let ran = tune(files.path(), &["traps.opf"]);
    assert!(
        ran.out.contains("//   traps.opf, until the trap DivisionByZero\n") && ran.out.contains("int_div: 1"),
        "{ran:#?}"
    );
    check(&ran, 1, &ran.out, &["`traps.opf` is counted up to here", "trap DivisionByZero (2)", "opforge explain"]);
    let ran = tune(files.path(), &["spins.opf", "--fuel", "1000"]);
    assert!(ran.out.contains("//   spins.opf, its first 1000 ticks\n") && ran.out.contains("jump: 999"), "{ran:#?}");
    assert_eq!(ran.code, Some(3));
    // A trap is said before spent fuel, and the others count all the same.
    let ran = tune(files.path(), &["spins.opf", "traps.opf", "loop.opf", "--fuel", "1000"]);
    assert!(ran.out.contains("jump: 1099") && ran.out.contains("//   loop.opf\n"), "{ran:#?}");
    assert_eq!(ran.code, Some(1));
    // Nothing at all.
    let ran = tune(files.path(), &["loop.opf", "--fuel", "0"]);
    assert!(ran.out.ends_with("Counts(\n)\n") && ran.code == Some(3), "{ran:#?}");
}

#[test]
fn limits_parameters_and_imports_are_given_as_to_a_run() {
    let main =
        "; flags: --fuel 50 --no-fold\nimport twice/1\nfunc main(n)\n get_slot n\n call twice 1\n return_value\nend\n";
    let twice = "func twice(n)\n get_slot n\n load_int 2\n mul\n return_value\nend\n";
    let files =
        folder(&[("main.opf", main), ("twice.opf", twice), ("spins.opf", &format!("; flags: --fuel 50\n{SPINS}"))]);
    let ran = tune(files.path(), &["main.opf", "--with", "twice.opf", "--", "-3"]);
    assert!(ran.out.contains("// The same again: opforge tune --with twice.opf main.opf -- -3\n"), "{ran:#?}");
    // Which engine the program asks for changes nothing.
    assert!(ran.code == Some(0) && ran.out.contains("mul_int: 1,") && ran.out.contains("return_value: 2,"), "{ran:#?}");
    check(&tune(files.path(), &["main.opf", "--", "-3"]), 1, "", &["twice"]);
    check(&tune(files.path(), &["main.opf", "--with", "twice.opf"]), 1, "", &["`main` takes 1 parameter (n), not 0"]);
    assert!(tune(files.path(), &["spins.opf"]).out.contains("its first 50 ticks"));
    assert!(tune(files.path(), &["spins.opf", "--fuel", "60"]).out.contains("its first 60 ticks"));
    let greedy = folder(&[("greedy.opf", &format!("; flags: --slots 100000000\n{SPINS}"))]);
    check(&tune(greedy.path(), &["greedy.opf"]), 1, "", &["`opforge tune --slots 100000000 greedy.opf`"]);
}

#[test]
fn nothing_is_written_where_a_program_cannot_be_started() {
    let files = folder(&[("loop.opf", LOOP), ("wrong.opf", "func main()\n add\n return\nend\n"), ("mine.ron", "mine")]);
    for (program, error) in [("missing.opf", "check the path"), ("wrong.opf", "help"), ("mine.ron", "mine.ron")] {
        check(&tune(files.path(), &["loop.opf", program, "-o", "counts.ron"]), 1, "", &[error]);
        assert!(!files.path().join("counts.ron").exists(), "{program}");
    }
    check(
        &tune(files.path(), &["loop.opf", "-o", "mine.ron"]),
        1,
        "",
        &["is not written by `opforge tune`", "--force"],
    );
    assert_eq!(read(files.path(), "mine.ron"), "mine");
    check(&tune(files.path(), &["loop.opf", "-o", "mine.ron", "--force"]), 0, "", &[]);
    assert!(read(files.path(), "mine.ron").contains("sub_of_int: 100"));
}

/// A file that cannot be written is told of before programs run, which may take long.
#[test]
fn what_cannot_be_written_is_refused_before_anything_runs() {
    // It would never end.
    let files = folder(&[("spins.opf", SPINS)]);
    fs::create_dir(files.path().join("there")).expect("writable");
    for (output, help) in [("there", "name a file in it"), ("absent/counts.ron", "make the folder first")] {
        for force in [&[][..], &["--force"]] {
            let ran = tune(files.path(), &[&["spins.opf", "-o", output], force].concat());
            check(&ran, 1, "", &[&format!("cannot write `{output}`"), help]);
        }
    }
}

#[test]
fn functions_that_are_not_counted_are_named() {
    let long = format!(
        "func main()\n load_int 1\n pop\n call long 0\n return_value\nend\nfunc long()\n{} return\nend\n",
        " load_int 1\n pop\n".repeat(30_000)
    );
    let files = folder(&[("long.opf", &long)]);
    let ran = tune(files.path(), &["long.opf"]);
    assert!(ran.code == Some(0) && ran.out.contains("call: 1") && ran.err.lines().count() == 1, "{ran:#?}");
    assert!(ran.err.contains("not counted in `long.opf`: `long`, which runs on the reference engine"), "{ran:#?}");
}

#[test]
fn programs_read_how_each_ended() {
    let files = folder(&[("loop.opf", LOOP), ("traps.opf", TRAPS)]);
    let ran = tune(files.path(), &["--json", "loop.opf", "traps.opf", "-o", "counts.ron"]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!((ran.code, &value["table"], &value["counts"]["sub_of_int"]), (Some(1), &"standard".into(), &100.into()));
    let programs = value["programs"].as_array().expect("a list");
    assert!(programs[0]["file"] == "loop.opf" && programs[0]["outcome"] == "returned", "{value:#}");
    assert!(programs[1]["trap"]["name"] == "DivisionByZero" && programs[1]["instructions"] == 6, "{value:#}");
    assert!(read(files.path(), "counts.ron").contains("sub_of_int: 100"));
    assert!(tune(files.path(), &["--json", "loop.opf"]).out.starts_with('{'));
}

#[test]
fn a_table_takes_the_counts() {
    let table = "Table(name: \"t\", version: 1, include: [\"std:standard\"], counts: \"counts.ron\")";
    let files = folder(&[("loop.opf", LOOP), ("t.ron", table)]);
    check(&opforge_in(files.path(), &["spec", "check", "t.ron"], ""), 1, "", &["E0201", "counts.ron"]);
    assert_eq!(tune(files.path(), &["loop.opf", "-o", "counts.ron"]).code, Some(0));
    let ran = opforge_in(files.path(), &["spec", "check", "t.ron"], "");
    assert!(ran.code == Some(0) && ran.out.lines().count() == 1, "{ran:#?}");
    // Names that are gone are said, and nothing else is wrong.
    let counts =
        read(files.path(), "counts.ron").replace("sub_of_int", "sb_of_int").replace("print_ln", "gone_for_good");
    fs::write(files.path().join("counts.ron"), counts).expect("writable");
    let ran = opforge_in(files.path(), &["spec", "check", "t.ron"], "");
    let note = "note: 2 names of the table's counts are of no instruction that it has: `gone_for_good`, `sb_of_int` (is it `sub_of_int`?)";
    assert!(ran.code == Some(0) && ran.out.contains(note), "{ran:#?}");
    let ran = opforge_in(files.path(), &["spec", "check", "--json", "t.ron"], "");
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    let stale =
        serde_json::json!([{ "name": "gone_for_good", "near": null }, { "name": "sb_of_int", "near": "sub_of_int" }]);
    assert_eq!(value["stale_counts"], stale, "{value:#}");
}

#[test]
fn what_there_is_no_room_for_is_told_with_the_reason() {
    let row = |row: usize, more: &str| {
        format!(
            "Op(name: \"Row{row:03}\", code: {:#x}, stack: \"a: Int -> r\", doc: \"Adds.\", does: \"r = a + {row}\", \
             examples: [\"0 => {row}\", \"nil => trap TypeMismatch\"]{more}),",
            0xf800 + row
        )
    };
    let rows: String = (0..260).map(|number| row(number, if number == 0 { ", cold: true" } else { "" })).collect();
    let table =
        format!("Table(name: \"t\", version: 1, include: [\"std:output\"], ops: [{rows}], counts: \"counts.ron\")");
    let counted: String = (1..=256).map(|row| format!("row{row:03}: {},", if row == 7 { 2 } else { 3 })).collect();
    let files = folder(&[("t.ron", &table), ("counts.ron", &format!("Counts({counted} row259: 9)"))]);
    let ran = opforge_in(files.path(), &["spec", "check", "t.ron"], "");
    for line in [
        "  they ran less often than what is in: `row007` (2 runs), `row257`, `row258`\n",
        "  they are declared cold: `row000`\n",
        "  they print, open scopes or call handlers: `print`, `print_ln`\n",
        "`opforge tune` counts what programs run\n",
    ] {
        assert!(ran.code == Some(0) && ran.out.contains(line), "{line}{ran:#?}");
    }
    let ran = opforge_in(files.path(), &["spec", "check", "--json", "t.ron"], "");
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(value["without_room"], serde_json::json!(["row007", "row257", "row258"]), "{value:#}");
    let kept = value["kept_out"].as_array().expect("a list");
    assert!(kept.contains(&serde_json::json!({ "name": "row007", "why": "count", "count": 2 })), "{value:#}");
    assert!(kept.contains(&serde_json::json!({ "name": "row000", "why": "declared", "count": 0 })), "{value:#}");
    assert_eq!(value["typed_without_room"].as_array().map(Vec::len), Some(96), "{value:#}");
}
