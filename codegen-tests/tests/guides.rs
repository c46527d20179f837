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
    } else if block.starts_with("fusions: ") || block.starts_with("rewrites: ") {
        rules(block)
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

/// What a block says of fusions or rewrites, with those of the standard set out of the way that have the same names.
fn rules(block: &str) -> String {
    let names: Vec<&str> = block.split("name: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let standard = opforge_spec::standard();
    let known = standard.fusions().iter().map(|fusion| fusion.name.as_str());
    let known: Vec<&str> = known.chain(standard.rewrites().iter().map(|rewrite| rewrite.name.as_str())).collect();
    let without: Vec<String> =
        names.into_iter().filter(|name| known.contains(name)).map(|name| format!("{name:?}")).collect();
    format!("without: [{}], {block}", without.join(", "))
}

/// Each example is one of a row of the standard set.
#[track_caller]
fn check_examples(block: &str) {
    let examples = block.split('"').skip(1).step_by(2);
    let standard = opforge_spec::standard();
    let known = standard.instructions().iter().flat_map(|row| &row.examples);
    let known: Vec<&str> = known.map(|example| example.text.as_str()).collect();
    for example in examples {
        assert!(known.contains(&example), "no row has the example {example:?}");
    }
}

#[test]
fn tables_in_the_documents_pass_the_check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut checked = 0;
    for page in ["README.md", "docs/spec-format.md", "docs/adding-an-instruction.md"] {
        let text = fs::read_to_string(root.join(page)).expect("a page");
        for (line, block) in blocks(&text, "ron") {
            checked += 1;
            if block.starts_with("examples: ") {
                check_examples(block);
                continue;
            }
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

/// The page's Rust stands in tests, which run it; `…` stands for what the reader writes.
#[test]
fn rust_in_the_guide_to_tables_is_what_tests_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| fs::read_to_string(root.join(path)).expect(path);
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    let run = ["codegen-tests/tests/spec_format.rs", "cli/tests/host/main.rs"].map(read).concat();
    // In the reader's crate the table stands beside `Cargo.toml`.
    let run = dense(&run.replace("\"../codegen-tests/tests/tables/", "\"").replace("\"tests/tables/", "\""));
    let page = read("docs/spec-format.md");
    let shown = blocks(&page, "rust");
    assert!(shown.len() >= 6, "only {} blocks were found", shown.len());
    for (line, block) in shown {
        for part in block.split('…') {
            assert!(run.contains(&dense(part)), "line {line} is in no test:\n{part}");
        }
    }
    assert_eq!(blocks(&page, "ron")[0].1, read("codegen-tests/tests/tables/dice.ron"), "the first table");
}
