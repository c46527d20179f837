//! Foreign text: nothing that a file or the command line holds reaches a terminal in a form that it would obey, or forges
//! a line.

use crate::common::{Ran, opforge, run};
use std::fs;
use std::path::Path;

/// What a terminal would obey: a title, a colour, a cleared screen in one character, another direction; and a forged line.
const EVIL: &str = "x\u{1b}]0;title\u{7}\u{1b}[31m\u{9b}2J\u{202e}\u{2066}\u{61c}\r\nerror: fake";

#[track_caller]
fn harmless(ran: &Ran) {
    visible(ran);
    for text in [&ran.out, &ran.err] {
        assert!(!text.lines().any(|line| line.starts_with("error: fake")), "a forged line: {ran:#?}");
    }
}

/// As [`harmless`], of a document, which may have lines of its own.
#[track_caller]
fn visible(ran: &Ran) {
    assert!(ran.code.is_some(), "{ran:#?}");
    for text in [&ran.out, &ran.err] {
        let bad = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{2066}' | '\u{61c}'));
        assert!(!text.contains(bad), "{ran:#?}");
    }
}

#[test]
fn words_of_the_command_line() {
    for arguments in [
        &[EVIL][..],
        &["run", EVIL],
        &["run", "x.opf", EVIL],
        &["run", "--fuel", EVIL, "x.opf"],
        &["run", "--engine", EVIL, "x.opf"],
        &["asm", EVIL, "-o", "x"],
        &["asm", "-", "-o", EVIL],
        &["disasm", EVIL],
        &["verify", EVIL],
        &["verify", "--json", EVIL],
        &["tune", EVIL],
        &["tune", "x.opf", "--with", EVIL],
        &["explain", EVIL],
        &["spec", "check", EVIL],
        &["spec", "check", "--json", EVIL],
        &["spec", "list", EVIL],
        &["spec", "doc", "std:standard", "--check", "-o", EVIL],
        &["spec", "expand", "std:standard", EVIL],
        &["spec", "doc", EVIL, "-o", EVIL],
    ] {
        harmless(&opforge(arguments, "junk"));
    }
    let echo = "func main(a)\n return\nend\n";
    harmless(&run(echo, &["--", &format!("1{EVIL}")]));
    harmless(&run(echo, &["--", &format!("\"{EVIL}")]));
    harmless(&run(echo, &["--", EVIL, EVIL]));
}

#[test]
fn what_a_program_holds() {
    let quoted = "x\\u{1b}]0;title\\u{7}\\u{9b}2J\\u{202e}\\u{2066}\\u{61c}\\r\\nerror: fake";
    let raise = format!("func main()\n .line \"{quoted}\" 7\n load_const \"{quoted}\"\n raise\nend\n");
    let spin = format!("func main()\n .line \"{quoted}\" 7\ntop:\n jump top\nend\n");
    let wrong = format!("func main()\n .line \"{quoted}\" 7\n add\n return\nend\n");
    for flags in [&[][..], &["--json"], &["--stats"], &["--trace"]] {
        harmless(&run(&raise, flags));
        harmless(&run(&spin, &[flags, &["--fuel", "9"]].concat()));
    }
    harmless(&run(&wrong, &[]));
    for command in [&["verify", "-"][..], &["verify", "--json", "-"], &["disasm", "-"], &["tune", "-"]] {
        harmless(&opforge(command, &wrong));
    }
    for program in [&raise, &spin] {
        harmless(&opforge(&["tune", "--fuel", "9", "-"], program));
        harmless(&opforge(&["tune", "--fuel", "9", "--json", "-"], program));
    }
    for command in [&["disasm", "-"][..], &["disasm", "--slots", "-"], &["disasm", "--slots", "--json", "-"]] {
        harmless(&opforge(command, &raise));
    }
    for text in [format!("{EVIL}\n"), format!("func {EVIL}()\n"), format!("func main()\n load_const \"{EVIL}\n")] {
        harmless(&run(&text, &[]));
        harmless(&opforge(&["verify", "--json", "-"], &text));
    }
    let flags = EVIL.replace(['\r', '\n'], "");
    harmless(&run(&format!("; flags: {flags}\nfunc main()\n return\nend\n"), &[]));
    harmless(&run(&format!("; flags: --fuel {flags}\nfunc main()\n return\nend\n"), &[]));
}

#[test]
fn names_within_modules() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.fzb");
    let file = path.to_str().unwrap();
    let text = "import abcdefgh/1\nglobal ijklmnop\nfunc main(qrstuvwx)\n load_const \"mnopqrst\"\n call abcdefgh 1\n set_var ijklmnop\n return\nend\n";
    assert_eq!(opforge(&["asm", "-", "-o", file], text).code, Some(0));
    let bytes = fs::read(&path).unwrap();
    let evil = b"\x1b]0;a\x07\n!";
    // Whatever stands for a text in the file, the name of the table among them.
    let names: Vec<usize> =
        (0..bytes.len() - 8).filter(|at| bytes[*at..at + 8].iter().all(u8::is_ascii_lowercase)).collect();
    assert!(names.len() >= 5, "{names:?}");
    for at in names {
        let mut changed = bytes.clone();
        changed[at..at + 8].copy_from_slice(evil);
        fs::write(&path, changed).unwrap();
        for command in
            [&["run"][..], &["verify"], &["verify", "--json"], &["disasm"], &["disasm", "--slots", "--stack"]]
        {
            let ran = opforge(&[command, &[file]].concat(), "");
            harmless(&ran);
            assert!(!ran.err.lines().any(|line| line.starts_with('!')), "{ran:#?}");
        }
    }
}

#[test]
fn what_a_table_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.ron");
    let file = path.to_str().unwrap();
    let quoted = "x\\u{1b}]0;title\\u{7}\\u{9b}2J\\u{202e}\\u{2066}\\u{61c}\\r\\nerror: fake";
    for text in [
        format!("Table(name: \"{quoted}\", version: 1)"),
        format!("Table(name: \"t\", version: 1, include: [\"{quoted}.ron\"])"),
        format!("Table(name: \"t\", version: 1, include: [\"{EVIL}.ron\"])"),
        format!("Table(name: \"t\", version: 1, include: [\"std:{quoted}\"])"),
        format!("Table(name: \"t\", version: 1, without: [\"{quoted}\"], include: [\"std:arithmetic\"])"),
        format!("Table(name: \"t\", version: 1, doc: \"{quoted}\", include: [\"std:standard\"])"),
        format!("Table(name: \"t\", version: 1, {EVIL}: 1)"),
        format!("Table(name: \"t\", version: 1, counts: \"{quoted}\")"),
        format!("Table(name: \"t\", version: 1) // {EVIL}"),
    ] {
        fs::write(&path, &text).unwrap();
        for command in ["check", "test", "list"] {
            harmless(&opforge(&["spec", command, file], ""));
        }
        harmless(&opforge(&["spec", "check", "--json", file], ""));
        harmless(&opforge(&["spec", "list", "--json", file], ""));
        visible(&opforge(&["spec", "expand", file, "manual"], ""));
        visible(&opforge(&["spec", "doc", file, "-o", "-"], ""));
    }
}

/// Where colours are wanted, they are ours alone.
#[test]
fn styles_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let blink = "\u{1b}[5;35m";
    let quoted = blink.replace('\u{1b}', "\\u{1b}");
    fs::write(path("t.ron"), format!("Table(name: \"{quoted}\", version: 1, nmae: {blink} \"{quoted}\") // {blink}"))
        .unwrap();
    fs::write(path("x.opf"), format!("func main()\n .line \"{quoted}\" 1\n load_const \"{quoted}\"\n raise\nend\n"))
        .unwrap();
    fs::write(path("y.opf"), format!("{blink}\n")).unwrap();
    for arguments in [
        &["run", blink][..],
        &[blink],
        &["run", &path("x.opf")],
        &["run", &path("y.opf")],
        &["spec", "check", &path("t.ron")],
        &["explain", blink],
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_opforge"));
        let output = command.args(arguments).env("CLICOLOR_FORCE", "1").output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.is_empty() && !err.contains(blink), "{arguments:?}: {err:?}");
    }
}

/// What a table holds has no styles, wherever colours are wanted.
#[test]
fn styles_in_documents() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.ron");
    let table = path.to_str().unwrap();
    let row = "Op(name: \"Same\", code: 0xe0, stack: \"a -> r\", does: \"r = a\", doc: \"A \\u{1b}[8mhidden\\u{1b}[0m word.\", no_examples: \"\\u{1b}[8mnone\")";
    let text = format!("Table(name: \"t\", version: 1, include: [\"std:standard\"], ops: [{row}])");
    fs::write(&path, text).unwrap();
    for arguments in [
        &["spec", "doc", table, "-o", "-"][..],
        &["spec", "expand", table, "op"],
        &["spec", "expand", table, "manual"],
        &["spec", "expand", table, "json"],
        &["spec", "list", table],
        &["spec", "test", table],
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_opforge"));
        let output = command.args(arguments).env("CLICOLOR_FORCE", "1").output().unwrap();
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && !out.contains('\u{1b}'), "{arguments:?}: {output:?}");
    }
}

/// One way to a terminal: nothing else of this program writes there.
#[test]
fn only_the_escaping_writer_writes() {
    fn look(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
            } else if !path.ends_with("terminal.rs") && !path.ends_with("output.rs") {
                let text = fs::read_to_string(&path).unwrap();
                let ways = ["println!", "print!(", "::stderr()", "::stdout()", ".print()"];
                found.extend(
                    ways.iter().filter(|way| text.contains(**way)).map(|way| format!("{}: {way}", path.display())),
                );
            }
        }
    }
    let mut found = Vec::new();
    look(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    assert!(found.is_empty(), "{found:#?}");
}
