//! Help that teaches, and errors for what is given wrongly.

use crate::common::{check, opforge};
use std::fs;

#[test]
fn every_help_has_examples() {
    for command in [
        &[][..],
        &["run"],
        &["asm"],
        &["disasm"],
        &["verify"],
        &["explain"],
        &["spec"],
        &["spec", "check"],
        &["spec", "test"],
        &["spec", "list"],
        &["spec", "doc"],
        &["spec", "expand"],
    ] {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let ran = opforge(&arguments, "");
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{command:?}");
        let example = format!("\n  opforge {}", command.join(" "));
        assert!(ran.out.contains("Example") && ran.out.contains(example.trim_end()), "{command:?}: {}", ran.out);
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for (arguments, error) in [
        (&[][..], "Usage: opforge"),
        (&["frobnicate"], "unrecognized subcommand"),
        (&["run"], "<FILE>"),
        (&["run", "--fuel", "lots", "x.opf"], "invalid value 'lots'"),
        (&["run", "--fuel", "-1", "x.opf"], "-1"),
        (&["run", "--engine", "warp", "x.opf"], "[possible values: reference, fast]"),
        (&["run", "--engine", "fast", "x.opf"], "the fast engine is not there yet"),
        (&["run", "--no-fold", "x.opf"], "`--no-fold` is not there yet"),
        (&["run", "--no-fuse", "x.opf"], "`--no-fuse` is not there yet"),
        (&["run", "--memory", "9", "x.opf"], "`--memory` is not there yet"),
        (&["run", "--allow", "env", "x.opf"], "`--allow` is not there yet"),
        (&["asm", "x.opf"], "--output <OUT>"),
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
        for command in [&["run"][..], &["disasm"], &["verify"]] {
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
fn explanations() {
    for (code, part) in [
        ("E0104", "E0104"),
        ("0104", "E0104"),
        ("DivisionByZero", "trap 2: DivisionByZero"),
        ("divisionbyzero", "trap 2: DivisionByZero"),
        ("2", "trap 2: DivisionByZero"),
        ("jump_if_false", "jump_if_false TARGET"),
        ("JumpIfFalse", "jump_if_false TARGET"),
    ] {
        let ran = opforge(&["explain", code], "");
        assert!(ran.code == Some(0) && ran.out.starts_with(part), "{code}: {ran:#?}");
    }
}
