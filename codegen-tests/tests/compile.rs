//! What the macro prints for a wrong table, and that right ones compile under strict lints. Run by `cargo long`.

use opforge_codegen_tests::long_tests;
use std::fs;
use std::path::Path;

/// The macro looks for tables beside the manifest of the crate it is used in, and trybuild makes one of its own.
fn copy_tables() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder in the target folder");
    let crate_of_trybuild = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME")).join("tests/compile");
    fs::create_dir_all(&crate_of_trybuild).expect("writable");
    for entry in fs::read_dir("tests/compile").expect("readable") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|extension| extension == "ron") {
            fs::copy(&path, crate_of_trybuild.join(path.file_name().expect("a file"))).expect("writable");
        }
    }
}

#[test]
fn tables_through_the_compiler() {
    if !long_tests("tables through the real compiler (a minute)") {
        return;
    }
    copy_tables();
    let cases = trybuild::TestCases::new();
    cases.pass("tests/compile/right_*.rs");
    cases.compile_fail("tests/compile/wrong_*.rs");
}
