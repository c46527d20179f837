//! What the guides show of tables is right: the tables and rows in the documents pass the check.

use std::fs;
use std::path::Path;

/// The blocks of that language in a page, with the line each begins on.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<(usize, &'p str)> {
    let fence = format!("```{language}\n");
    let blocks = page.match_indices(&fence).filter_map(|(at, _)| {
        let text = page[at + fence.len()..].split("```").next()?;
        Some((page[..at].lines().count() + 1, text))
    });
    blocks.collect()
}

/// The table that a block is, or belongs into: one over the standard set, without the row of that name.
fn table(block: &str) -> String {
    if block.starts_with("#![enable") {
        return block.to_owned();
    }
    let quoted = |field: &str| Some(block.split(&format!("{field}: \"")).nth(1)?.split('"').next()?.to_owned());
    let fields = if block.starts_with("Op(") {
        let (name, code) =
            (quoted("name").unwrap_or_default(), block.split("code: ").nth(1).map_or("", |rest| &rest[..4]));
        // A row of the standard set, shown as it stands there, has one of the numbers that are the set's own.
        let own = block.replace(&format!("code: {code}"), "code: 0xe0");
        let known = opforge_spec::standard().instruction(&name).is_some();
        format!("without: [{}], ops: [{own}]", if known { format!("\"{name}\"") } else { String::new() })
    } else if block.starts_with("Prim(") {
        format!("primitives: [{block}]")
    } else {
        block.replace("…\n", "").replace("Op(name: \"Roll\"", "ops: [Op(name: \"Roll\"")
            + if block.contains("…") { "]" } else { "" }
    };
    format!("#![enable(implicit_some)]\nTable(name: \"page\", version: 1, include: [\"std:standard\"], {fields})")
}

/// Counts name instructions that a table over the standard set has.
#[track_caller]
fn check_counts(block: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guides");
    fs::create_dir_all(&folder).expect("writable");
    fs::write(folder.join("counts.ron"), block).expect("writable");
    let table = "Table(name: \"page\", version: 1, include: [\"std:standard\"], counts: \"counts.ron\")";
    fs::write(folder.join("page.ron"), table).expect("writable");
    let set = opforge_spec::check_file(&folder.join("page.ron")).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    assert_eq!(opforge_spec::slots::loop_room(&set).stale, []);
}

#[test]
fn tables_in_the_documents_pass_the_check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut checked = 0;
    for page in ["README.md", "docs/spec-format.md", "docs/adding-an-instruction.md"] {
        let text = fs::read_to_string(root.join(page)).expect("a page");
        for (line, block) in blocks(&text, "ron") {
            // A field says nothing without its row, and the sequences shown are those of the standard set.
            if ["examples: ", "fusions: ", "rewrites: "].iter().any(|field| block.starts_with(field)) {
                continue;
            }
            checked += 1;
            if block.contains("\nCounts(") {
                check_counts(block);
                continue;
            }
            if let Err(diagnostics) = opforge_spec::check_str(&format!("{page}, line {line}"), &table(block)) {
                panic!("{diagnostics}");
            }
        }
    }
    assert!(checked >= 6, "only {checked} blocks were found");
}
