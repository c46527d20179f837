//! Every program of `examples/programs` prints what its head says.

use crate::common::{check, opforge};
use opforge_cli::head::Head;
use std::fs;
use std::path::PathBuf;

fn programs() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/programs");
    let entries = fs::read_dir(folder).expect("the folder of programs is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "opf"));
    paths.sort();
    let read = |path: &PathBuf| fs::read_to_string(path).expect("it can be read");
    paths.iter().map(|path| (path.display().to_string(), read(path))).collect()
}

#[test]
fn each_program_prints_what_its_head_says() {
    let programs = programs();
    assert!(programs.len() >= 10, "only {} programs", programs.len());
    for (path, text) in programs {
        let head = Head::parse(&text);
        let expected = head.expect.unwrap_or_else(|| panic!("{path} has no `; expect:` in its head"));
        check(&opforge(&["run", &path], &head.input), 0, &expected, &[]);
    }
}

/// Every way to run a program.
const ENGINES: [&[&str]; 7] = [
    &["--engine", "fast"],
    &["--no-fuse-loops"],
    &["--no-fuse"],
    &["--no-fold"],
    &["--engine", "fast", "--no-fold", "--no-fuse", "--no-fuse-loops"],
    &["--no-fuse", "--no-fuse-loops"],
    &["--engine", "reference"],
];

#[test]
fn each_program_runs_alike_on_every_engine() {
    for (path, text) in programs() {
        let head = Head::parse(&text);
        let expected = head.expect.unwrap();
        let mut used = Vec::new();
        for engine in ENGINES {
            let mut arguments = vec!["run", "--json", &path];
            arguments.extend(engine);
            let ran = opforge(&arguments, &head.input);
            assert_eq!((ran.code, ran.out.as_str()), (Some(0), expected.as_str()), "{path} {engine:?}: {}", ran.err);
            let mut value: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
            let counted = value["instructions"].take();
            assert_eq!(counted.is_u64(), engine == ["--engine", "reference"], "{path} {engine:?}: {counted}");
            value["seconds"].take();
            used.push(value);
        }
        assert!(used.iter().all(|value| *value == used[0]), "{path}: {used:#?}");
    }
}

#[test]
fn a_program_as_module_and_as_its_disassembly_prints_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let [module, text, again] = ["p.fzb", "p.opf", "again.fzb"].map(|name| folder.path().join(name));
    let [module, text, again] = [&module, &text, &again].map(|path| path.to_str().unwrap());
    for (path, source) in programs() {
        check(&opforge(&["asm", &path, "-o", module], ""), 0, "", &[]);
        check(&opforge(&["disasm", module, "-o", text], ""), 0, "", &[]);
        check(&opforge(&["asm", text, "-o", again], ""), 0, "", &[]);
        assert_eq!(fs::read(module).unwrap(), fs::read(again).unwrap(), "{path}");
        let head = Head::parse(&source);
        let mut arguments = vec!["run", module];
        arguments.extend(head.flags.iter().map(String::as_str));
        check(&opforge(&arguments, &head.input), 0, head.expect.as_deref().unwrap_or(""), &[]);
    }
}
