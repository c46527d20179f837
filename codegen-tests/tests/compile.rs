//! What the macro prints for a wrong table, that right ones compile under strict lints, and that the first machine of the
//! guide does. Run by `cargo long`.

use opforge_codegen_tests::long_tests;
use std::fs;
use std::path::{Path, PathBuf};

const GUIDE: &str = include_str!("../../docs/spec-format.md");

/// The first block of that language in the guide.
fn guide(language: &str) -> &'static str {
    let block = GUIDE.split(&format!("```{language}\n")).nth(1).and_then(|rest| rest.split("```").next());
    block.expect("a block")
}

/// The macro looks for tables beside the manifest of the crate it is used in, and trybuild makes one of its own. Gives the
/// program of the guide, whose table is put there, too.
fn copy_tables() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder in the target folder");
    let crate_of_trybuild = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
    let tables = crate_of_trybuild.join("tests/compile");
    fs::create_dir_all(&tables).expect("writable");
    for entry in fs::read_dir("tests/compile").expect("readable") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|extension| extension == "ron") {
            fs::copy(&path, tables.join(path.file_name().expect("a file"))).expect("writable");
        }
    }
    fs::write(crate_of_trybuild.join("dice.ron"), guide("ron")).expect("writable");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide.rs");
    fs::write(&program, guide("rust")).expect("writable");
    program
}

#[test]
fn tables_through_the_compiler() {
    if !long_tests("tables through the real compiler (a minute)") {
        return;
    }
    let program = copy_tables();
    let cases = trybuild::TestCases::new();
    cases.pass(program);
    cases.pass("tests/compile/right_*.rs");
    cases.compile_fail("tests/compile/wrong_*.rs");
}
