//! Help that teaches, and errors for what is given wrongly.

use crate::common::{check, opforge, opforge_in};
use std::fs;

/// Every command that has a help.
const COMMANDS: &[&[&str]] = &[
    &[],
    &["run"],
    &["asm"],
    &["disasm"],
    &["verify"],
    &["tune"],
    &["explain"],
    &["spec"],
    &["spec", "check"],
    &["spec", "test"],
    &["spec", "mutate"],
    &["spec", "examples"],
    &["spec", "vectors"],
    &["spec", "list"],
    &["spec", "doc"],
    &["spec", "expand"],
];

/// The table that helps call `calc.ron`.
const CALC: &str = r#"#![enable(implicit_some)]
Table(
    name: "calc",
    version: 1,
    include: ["std:standard"],
    ops: [
        Op(name: "Half", code: 0xe0, stack: "a: Int -> r: Int", doc: "Half of an integer, rounded down.",
           does: "r = int.shr(a, 1)", examples: ["9 => 4", "-9 => -5", "nil => trap TypeMismatch"]),
    ],
)
"#;

fn help(command: &[&str]) -> String {
    let ran = opforge(&[command, &["--help"]].concat(), "");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{command:?}");
    ran.out
}

#[test]
fn every_command_has_a_help_with_examples() {
    let commands = help(&[]) + &help(&["spec"]);
    let names = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split_once("  ")).map(|(name, _)| name);
    let names = names.filter(|name| name.chars().all(|letter| letter.is_ascii_lowercase()));
    for name in names.filter(|name| *name != "help") {
        assert!(COMMANDS.iter().any(|command| command.last() == Some(&name)), "`{name}` is not tried");
    }
    for command in COMMANDS {
        let (help, example) = (help(command), format!("\n  opforge {}", command.join(" ")));
        assert!(help.contains("Example") && help.contains(example.trim_end()), "{command:?}: {help}");
    }
}

#[test]
fn the_examples_in_helps_can_be_run() {
    let folder = tempfile::tempdir().expect("writable");
    let at = |name: &str| folder.path().join(name);
    let programs = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/programs");
    fs::create_dir_all(at("examples/programs")).expect("writable");
    for entry in fs::read_dir(programs).expect("readable") {
        let path = entry.expect("readable").path();
        fs::copy(&path, at("examples/programs").join(path.file_name().expect("a file"))).expect("writable");
    }
    for table in ["calc.ron", "my-table.ron"] {
        fs::write(at(table), CALC).expect("writable");
    }
    fs::copy(at("examples/programs/gcd.opf"), at("other.opf")).expect("writable");
    for module in ["fib.fzb", "plugin.fzb"] {
        let ran = opforge_in(folder.path(), &["asm", "examples/programs/fib.opf", "-o", module], "");
        check(&ran, 0, "", &[]);
    }
    for example in COMMANDS.iter().flat_map(|command| help(command).lines().map(str::to_owned).collect::<Vec<_>>()) {
        let Some(example) = example.strip_prefix("  opforge ") else { continue };
        // What is said about an example stands behind two spaces, or as the last words behind one.
        let (command, note) = example.split_once("  ").unwrap_or((example, ""));
        let command =
            command.split_once(" turn ").or_else(|| command.split_once(" write ")).map_or(command, |split| split.0);
        let mut words: Vec<&str> = command.split_whitespace().collect();
        let mut input = String::new();
        if let Some(mark) = words.iter().position(|word| *word == "<" || *word == ">") {
            if words[mark] == "<" {
                input = fs::read_to_string(at(words[mark + 1])).expect("it is there");
            }
            words.truncate(mark);
        }
        let expected = if note.contains("exit code 3") { 3 } else { 0 };
        let ran = opforge_in(folder.path(), &words, &input);
        assert_eq!(ran.code, Some(expected), "{example}: {ran:#?}");
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for (arguments, error) in [
        (&[][..], "Usage: opforge"),
        (&["frobnicate"], "unrecognized subcommand"),
        (&["rnu", "x.opf"], "a similar subcommand exists: 'run'"),
        (&["disams", "x.opf"], "a similar subcommand exists: 'disasm'"),
        (&["spec", "lsit"], "a similar subcommand exists: 'list'"),
        (&["run"], "<FILE>"),
        (&["run", "--fuel", "lots", "x.opf"], "invalid value 'lots'"),
        (&["run", "--fuel", "-1", "x.opf"], "'-1' for '--fuel <TICKS>': write a whole number from 0"),
        (&["run", "x.opf", "--frames", "-1"], "'-1' for '--frames <N>': write a whole number from 0"),
        (&["run", "--slots", "1e6", "x.opf"], "'1e6' for '--slots <N>': write a whole number from 0"),
        (
            &["run", "--memory", "64MB", "x.opf"],
            "'64MB' for '--memory <BYTES>': write a whole number of bytes, or one of `K`",
        ),
        (&["run", "--memory", "-1", "x.opf"], "'-1' for '--memory <BYTES>'"),
        (&["run", "--memory", "17179869184G", "x.opf"], "it does not fit in 64 bits"),
        (&["run", "--fuel=", "x.opf"], "write a whole number from 0, in decimal digits alone"),
        (&["run", "--fuel", "18446744073709551616", "x.opf"], "it does not fit in 64 bits"),
        (&["run", "--engine", "warp", "x.opf"], "[possible values: fast, reference]"),
        (&["run", "--engine", "reference", "--no-fold", "x.opf"], "`--no-fold` is about the fast engine"),
        (&["run", "--no-fuse", "--engine", "reference", "x.opf"], "`--no-fuse` is about the fast engine"),
        (&["run", "--engine=reference", "--no-fuse-loops", "x.opf"], "help: leave out one of the two"),
        (&["run", "--allow", "env", "x.opf"], "`--allow` is not there yet"),
        (&["asm", "x.opf"], "--output <OUT>"),
        (&["tune"], "<PROGRAM>"),
        (&["tune", "--fuel", "-1", "x.opf"], "write a whole number from 0"),
        (&["tune", "--memory", "9x", "x.opf"], "write a whole number of bytes"),
        (&["tune", "--engine", "fast", "x.opf"], "unexpected argument '--engine'"),
        (&["tune", "--json", "x.opf", "-o", "-"], "help: leave out one of the two"),
        (&["tune", "-", "--with", "-"], "`-` is given twice"),
        (&["spec", "expand", "std:standard", "nonsense"], "no emitter is called `nonsense`"),
        (&["explain", "E9999"], "E9999"),
        (&["explain", ""], "help: give a code"),
    ] {
        let ran = opforge(arguments, "");
        check(&ran, 2, "", &[error]);
    }
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("latin1.opf"), b"func main()\n; caf\xe9\nreturn\nend\n").unwrap();
    fs::write(path("cut.fzb"), b"FZB\0\x01").unwrap();
    fs::write(path("magic.fzb"), b"FZB\0").unwrap();
    for (file, error) in [
        (path("missing.opf"), "help: check the path"),
        (path("."), "is a folder"),
        (path("latin1.opf"), "(line 2)"),
        (path("cut.fzb"), "offset 0x"),
        (path("magic.fzb"), "offset 0x"),
    ] {
        for command in [&["run"][..], &["disasm"], &["verify"], &["tune"]] {
            let mut arguments = command.to_vec();
            arguments.push(&file);
            check(&opforge(&arguments, ""), 1, "", &[error]);
        }
        let out = path("out.fzb");
        check(&opforge(&["asm", &file, "-o", &out], ""), 1, "", &[error]);
    }
    check(
        &opforge(&["asm", "-", "-o", &path("no/such/folder.fzb")], "func main()\nreturn\nend\n"),
        1,
        "",
        &["make the folder first"],
    );
    for table in [path("missing.ron"), path("."), path("latin1.opf")] {
        let ran = opforge(&["spec", "check", &table], "");
        assert_eq!(ran.code, Some(1), "{ran:#?}");
        assert!(ran.err.contains("help"), "{ran:#?}");
    }
    check(&opforge(&["spec", "list", "std:arithmetic"], ""), 1, "", &["`std:arithmetic` is not a whole table"]);
}

#[test]
fn tables_and_programs_in_place_of_each_other() {
    let table = ("calc.ron", CALC);
    let family = ("family.ron", "// Rows.\n\nFamily(name: \"x\")\n");
    let program = ("x.opf", "; A program.\n\nfunc main()\n  return\nend\n");
    let folder = tempfile::tempdir().expect("writable");
    for (name, text) in [table, family, program] {
        fs::write(folder.path().join(name), text).expect("writable");
    }
    check(&opforge_in(folder.path(), &["asm", "x.opf", "-o", "x.fzb"], ""), 0, "", &[]);
    let refuses = |arguments: &[&str], input: &str, error: &str| {
        check(&opforge_in(folder.path(), arguments, input), 1, "", &[error]);
    };
    for name in ["calc.ron", "family.ron"] {
        for command in
            [&["run", name][..], &["disasm", name], &["verify", name], &["tune", name], &["asm", name, "-o", "-"]]
        {
            refuses(command, "", &format!("help: `opforge spec check {name}` says whether it is right"));
        }
    }
    refuses(&["run", "-"], CALC, "`<stdin>` is a table of instructions, not a program");
    for name in ["x.opf", "x.fzb"] {
        for command in ["check", "test", "list", "mutate", "examples"] {
            refuses(&["spec", command, name], "", &format!("help: `opforge verify {name}` says whether"));
        }
    }
    refuses(&["spec", "check", "-"], program.1, "`<stdin>` is a program, not a table of instructions");
    refuses(&["run", "x.op"], "", "help: did you mean `x.opf`?");
    refuses(&["disasm", "./X.fbz"], "", "help: did you mean `./x.fzb`?");
}

#[test]
fn explanations() {
    for (code, part) in [
        ("E0104", "E0104"),
        ("0104", "E0104"),
        ("DivisionByZero", "trap 2: DivisionByZero"),
        ("divisionbyzero", "trap 2: DivisionByZero"),
        ("2", "trap 2: DivisionByZero"),
        ("jump_if_false", "jump_if_false TARGET"),
        ("JumpIfFalse", "jump_if_false TARGET"),
        ("MulAdd", "mul_add, the fusion `MulAdd`"),
        ("mul_add", "mul_add, the fusion `MulAdd`"),
        ("add_int", "add_int, an instruction of slot form"),
        (
            "add_of_int",
            "add_of_int, an instruction of slot form\n\nRuns `add`, for places where it is known that `a` is of kind Int",
        ),
        ("mul_add_of_int", "mul_add, the fusion `MulAdd`"),
        ("move", "move, an instruction of slot form"),
    ] {
        let ran = opforge(&["explain", code], "");
        assert!(ran.code == Some(0) && ran.out.starts_with(part), "{code}: {ran:#?}");
    }
}

#[test]
fn all_that_can_be_explained_is_listed_and_can() {
    let listed = opforge(&["explain"], "");
    assert_eq!((listed.code, &listed.out), (Some(0), &opforge(&["explain", "--list"], "").out));
    let names: Vec<&str> =
        listed.out.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    for name in ["E0104", "jump_if_false", "add_int", "move", "mul_add"] {
        assert!(names.contains(&name), "{name}: {}", listed.out);
    }
    // One of each dozen: each is a process.
    for name in names.iter().step_by(12) {
        let ran = opforge(&["explain", name], "");
        assert!(ran.code == Some(0) && !ran.out.is_empty(), "{name}: {ran:#?}");
    }
}

/// What `disasm --slots` shows has a name that can be asked for.
#[test]
fn what_slot_form_shows_can_be_explained() {
    let known = opforge(&["explain", "--list"], "").out;
    let known: Vec<&str> = known.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let ran = opforge(&["disasm", "--slots", "--json", "examples/programs/mandelbrot.opf"], "");
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let instructions =
        value["functions"].as_array().unwrap().iter().flat_map(|f| f["instructions"].as_array().unwrap());
    for slot in instructions.flat_map(|instruction| instruction["slots"].as_array().unwrap()) {
        let name = slot["text"].as_str().unwrap().split(' ').next().unwrap();
        assert!(known.contains(&name), "{name}");
    }
}
