//! The manual under `docs/reference/` is what the standard table says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const COMMAND: &str = "cargo run -- spec doc std:standard -o docs/reference";

#[test]
fn the_manual_is_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference");
    let expected: BTreeMap<String, String> =
        opforge_codegen::manual::pages(&opforge_spec::standard()).into_iter().collect();
    for (name, text) in &expected {
        let found = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(found == *text, "docs/reference/{name} is out of date; run `{COMMAND}`");
    }
    for entry in fs::read_dir(folder).expect("docs/reference is there") {
        let name = entry.expect("readable").file_name().into_string().expect("UTF-8");
        assert!(expected.contains_key(&name), "docs/reference/{name} is of no page; remove it");
    }
}
