//! The embedded tables are right, and the reader survives any text.

#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

use opforge_core::StandardTrap;
use opforge_spec::{Code, InstructionSet, check_file, check_str, standard, std_families};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_standard_set_is_right() {
    if let Err(diagnostics) = check_str("all.ron", r#"Table(name: "all", version: 1, include: ["std:standard"])"#) {
        panic!("{diagnostics}");
    }
    let set = standard();
    assert_eq!(set.name(), "standard");
    assert!(set.instruction("Add").is_some());
    assert!(set.files().is_empty());
}

#[test]
fn the_prelude_declares_the_traps_that_the_library_raises() {
    let set = standard();
    let traps: Vec<_> = set.traps().iter().map(|trap| (trap.name.as_str(), trap.standard)).collect();
    assert_eq!(traps, StandardTrap::ALL.map(|trap| (trap.name(), Some(trap))));
}

/// A front end that wants only some instructions need not know what else they come with.
#[test]
fn each_standard_family_can_be_included_alone() {
    // The prelude has no instructions, which a table by itself must have.
    for (name, _) in std_families().iter().filter(|(name, _)| *name != "std:prelude") {
        let text = format!(r#"Table(name: "one", version: 1, include: ["{name}"])"#);
        if let Err(diagnostics) = check_str("one.ron", &text) {
            panic!("{name}: {diagnostics}");
        }
    }
}

#[test]
fn without_leaves_a_row_out_and_lets_another_take_its_place() {
    let include = r#"name: "t", version: 1, include: ["std:arithmetic"], without: ["Pow"]"#;
    let set = check_str("t.ron", &format!("Table({include})")).unwrap();
    assert!(set.instruction("Pow").is_none());
    let own = r#"Op(name: "Pow", code: 0xe0, stack: "a: Int, b: Int -> r", doc: "Not a power.", does: "r = a * b",
        examples: ["2 5 => 10", "nil 1 => trap TypeMismatch"])"#;
    let set = check_str("t.ron", &format!("Table({include}, ops: [{own}])")).unwrap();
    assert_eq!(set.instruction("Pow").unwrap().code, 0xe0);
}

/// A folder of its own for one test, with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("families")).unwrap();
    for (file, text) in files {
        fs::write(folder.join(file), text).unwrap();
    }
    folder
}

#[test]
fn a_file_included_twice_is_read_once() {
    let family = |name, include| format!("Family(name: \"{name}\", doc: \"…\", include: [{include}])");
    let folder = folder(
        "twice",
        &[
            (
                "root.ron",
                "Table(name: \"t\", version: 1, include: [\"families/a.ron\", \"./families/../families/b.ron\"])",
            ),
            ("families/a.ron", &family("a", "\"b.ron\", \"std:stack\"")),
            ("families/b.ron", &family("b", "\"std:stack\"")),
        ],
    );
    let set = check_file(&folder.join("root.ron")).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let expected = ["root.ron", "families/a.ron", "families/b.ron"].map(|file| folder.join(file));
    assert_eq!(set.files(), expected);
}

#[test]
fn files_are_known_even_if_the_table_is_wrong() {
    let files =
        [("root.ron", "Table(name: \"t\", version: 1, include: [\"families/a.ron\"])"), ("families/a.ron", "Family(")];
    let folder = folder("wrong", &files);
    let diagnostics = check_file(&folder.join("root.ron")).unwrap_err();
    assert_eq!(diagnostics.files(), ["root.ron", "families/a.ron"].map(|file| folder.join(file)));
}

#[test]
fn a_root_that_is_not_there_is_named() {
    let diagnostics = check_file(Path::new("no/such.ron")).unwrap_err();
    let text = diagnostics.render(false);
    let title = "error[E0201]: `no/such.ron` cannot be read: there is no such file\n--> no/such.ron\n";
    assert!(text.starts_with(title), "{text}");
}

/// What `std:` says of a row is not said of another that a table puts in its place.
#[test]
fn fusions_and_fixtures_of_a_replaced_row_go_with_it() {
    let with = |row: &str, stack: &str| {
        let text = format!(
            r#"#![enable(implicit_some)] Table(name: "t", version: 1, include: ["std:standard"],
            without: ["{row}", "PreIncSlot", "PreIncSlotVoid", "AddAssignSlotVoid"],
            ops: [Op(name: "{row}", code: 0xe0, stack: "{stack}", doc: "Another.", no_examples: "of no use")])"#
        );
        check_str("t.ron", &text).unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)))
    };
    let standard = standard();
    let fusions = |set: &InstructionSet| -> Vec<String> { set.fusions().iter().map(|row| row.name.clone()).collect() };
    let set = with("Add", "a, b -> a, b");
    let gone: Vec<String> = fusions(&standard).into_iter().filter(|name| !fusions(&set).contains(name)).collect();
    assert!(gone.contains(&"MulAdd".to_owned()) && !gone.contains(&"MulSub".to_owned()), "{gone:?}");
    let fixtures = |set: &InstructionSet| set.families().iter().all(|family| family.fixtures.is_empty());
    assert!(!fixtures(&standard));
    let set = with("ReturnValue", "a, b -> a");
    assert!(fixtures(&set));
    assert!(set.instruction("Call").is_some_and(|call| call.examples.is_empty() && call.no_examples.is_some()));
}

#[test]
fn nesting_without_end_is_an_error() {
    for bracket in ["(", "[", "A(", "A(b:", "/*", "#"] {
        check_str("deep.ron", &bracket.repeat(100_000)).unwrap_err();
        check_str("deep.ron", &format!("Table(name: {}", bracket.repeat(100_000))).unwrap_err();
    }
}

#[test]
fn places_are_lines_and_characters() {
    let diagnostics = check_str("t.ron", "Table(\n  name: \"é\", versio: 1)").unwrap_err();
    let places: Vec<_> =
        diagnostics.list().iter().map(|found| (found.code.number(), diagnostics.place(found))).collect();
    let column = places.iter().find(|(code, _)| *code == "E0104").map(|(_, place)| (place.line, place.column));
    assert_eq!(column, Some((2, 14)), "{places:?}");
}

/// Whatever comes, there is an answer that can be printed.
fn survives(text: &str) {
    if let Err(diagnostics) = check_str("any.ron", text) {
        assert!(diagnostics.len() > 0);
        assert!(diagnostics.render(false).contains("error[E"));
        diagnostics.render(true);
    }
}

/// Pieces of the table language, so that random texts get past the first token.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "Table(",
        "Family(",
        "Op(",
        "Trap(",
        "Prim(",
        "Type(",
        "Fuse(",
        "Rewrite(",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "name:",
        "version: 1,",
        "ops: [",
        "code:",
        "stack:",
        "doc: \"\",",
        "does:",
        "cases: [",
        "examples: [",
        "\"a, b -> r\"",
        "\"",
        "r#\"",
        "\\",
        "\"r = a + b\"",
        "\"2 3 => 5\"",
        "\"\\u{1F600}\"",
        "0xe0",
        "-1",
        "1e999",
        "true",
        "Some(",
        "None",
        "/*",
        "//",
        "\n",
        "#![enable(",
        "'",
        "é",
        "\u{feff}",
        "include: [\"std:arithmetic\"]",
        "seq: [",
        "handler: \"x\"",
        "args: \"n: Count\"",
        "@",
        "..",
        "\u{0}",
    ];
    prop_oneof![4 => prop::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

/// One of the embedded tables with a piece cut out and another put in.
fn mutated() -> impl Strategy<Value = String> {
    let texts: Vec<&str> = std_families().iter().map(|(_, text)| *text).collect();
    let cuts = prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, piece()), 1..4);
    (prop::sample::select(texts), any::<bool>(), cuts).prop_map(|(text, in_table, cuts)| {
        let mut text = if in_table {
            format!("Table(name: \"m\", version: 1, families: [{}])", bare(text))
        } else {
            text.to_owned()
        };
        for (at, length, piece) in cuts {
            let start = text.floor_char_boundary(at.index(text.len() + 1));
            let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
            text.replace_range(start..end, &piece);
        }
        text
    })
}

/// The file without what may stand only at its head.
fn bare(text: &str) -> String {
    text.replace("#![enable(implicit_some)]", "")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_an_answer(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn any_pieces_give_an_answer(pieces in prop::collection::vec(piece(), 0..40)) {
        survives(&pieces.concat());
    }

    #[test]
    fn mutated_tables_give_an_answer(text in mutated()) {
        survives(&text);
    }
}

/// There is no example of its trap that could be written.
#[test]
fn a_row_that_depends_on_nothing_needs_no_example_of_a_trap() {
    let table = r#"Table(
        name: "t", version: 1, include: ["std:constants", "std:arithmetic"],
        ops: [Op(name: "Three", code: 0xe0, stack: " -> r", doc: "Three.", seq: ["LoadInt 1", "LoadInt 2", "Add"],
            examples: ["=> 3"])],
    )"#;
    opforge_spec::check_str("t.ron", table).unwrap();
}

/// Whoever edits the standard families need not build a program anew to have them checked.
#[test]
fn the_standard_table_on_disk_reads_the_files_beside_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("standard");
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir("isa").unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    let root = folder.join("standard.ron");
    let set = check_file(&root).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    assert_eq!(set.hash(), standard().hash());
    assert!(set.files().contains(&folder.join("functions.opf")), "{:?}", set.files());

    for (file, right, wrong) in
        [("arithmetic.ron", "int.add_wrap", "int.add_warp"), ("functions.opf", "load_int 42", "laod_int 42")]
    {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        fs::write(folder.join(file), text.replacen(right, wrong, 1)).unwrap();
        let diagnostics = check_file(&root).expect_err("one file is wrong");
        let place = diagnostics.place(&diagnostics.list()[0]);
        assert_eq!(PathBuf::from(&place.file), folder.join(file), "{diagnostics}");
        fs::write(folder.join(file), text).unwrap();
    }
}

/// Each search takes as long as there are names, and there can be a hundred thousand unknown ones.
#[test]
fn near_names_are_looked_for_fifty_times() {
    let letters = ('a'..='z').chain('A'..='Z').chain('3'..='9').enumerate();
    let fusions: String =
        letters.map(|(fusion, c)| format!("Fuse(name: \"F{fusion}\", seq: [\"Dup{c}\", \"Dup\"]),\n")).collect();
    let table = format!("Table(name: \"t\", version: 1, include: [\"std:stack\"], fusions: [{fusions}])");
    // Each check begins anew.
    for _ in 0..2 {
        let diagnostics = opforge_spec::check_str("t.ron", &table).expect_err("59 names are unknown");
        let unknown = diagnostics.list().iter().filter(|diagnostic| diagnostic.message.contains("is called `Dup"));
        let helped: Vec<bool> = unknown.map(|diagnostic| diagnostic.help == "write `Dup`").collect();
        assert_eq!(helped.iter().filter(|helped| **helped).count(), 50);
        assert!(helped.len() == 59 && helped[..50].iter().all(|helped| *helped), "{}", helped.len());
    }
}

/// A table of a megabyte could stand for gigabytes.
#[test]
fn templates_make_no_more_text_than_is_bounded() {
    let row = |number: usize| {
        format!("Op(name: \"Row{number}\", code: {}, like: \"long\", examples: [\"1 => 1\"])", 0xf800 + number)
    };
    let table = |rows: usize| {
        let rows: Vec<String> = (0..rows).map(row).collect();
        format!(
            "Table(name: \"t\", version: 1, templates: [Template(name: \"long\", stack: \"a -> a\", doc: \"{}\")], ops: [{}])",
            "x".repeat(1 << 20),
            rows.join(", ")
        )
    };
    assert!(check_str("t.ron", &table(7)).is_ok());
    let diagnostics = check_str("t.ron", &table(200)).expect_err("200 MiB");
    let codes: Vec<Code> = diagnostics.list().iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::TemplateArguments], "{diagnostics}");
}

/// Each definition needs the next one; checking them all is one pass.
#[test]
fn a_long_chain_of_definitions_is_checked() {
    let count = 5_000;
    let mut primitives: Vec<String> = (0..count)
        .map(|number| format!("Prim(name: \"p.d{number}\", sig: \"a: Int -> Int\", is: \"p.d{}(a)\")", number + 1))
        .collect();
    let table = |primitives: &[String]| {
        let op = "Op(name: \"Row\", code: 0xe0, stack: \"a: Int -> r\", doc: \"d\", does: \"r = p.d0(a)\", \
                  examples: [\"1 => 2\", \"nil => trap TypeMismatch\"])";
        format!("Table(name: \"t\", version: 1, primitives: [{}], ops: [{op}])", primitives.join(", "))
    };
    let unknown = check_str("t.ron", &table(&primitives)).expect_err("the last one calls what is not there");
    assert_eq!(unknown.list()[0].code, Code::UnknownPrimitive, "{unknown}");
    primitives.push(format!("Prim(name: \"p.d{count}\", sig: \"a: Int -> Int\", is: \"a + 1\")"));
    check_str("t.ron", &table(&primitives)).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
}
