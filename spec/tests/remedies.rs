//! What is said to one who writes as elsewhere: the remedy can be followed, and is said once.

use opforge_spec::check_str;

/// The remedies for a table with that row.
fn remedies(row: &str) -> Vec<String> {
    let text = format!("Table(name: \"t\", version: 1, include: [\"std:standard\"], ops: [{row}])");
    let diagnostics = check_str("t.ron", &text).err();
    diagnostics.iter().flat_map(|found| found.list()).map(|diagnostic| diagnostic.help.clone()).collect()
}

#[track_caller]
fn remedy(row: &str, help: &str) {
    let found = remedies(row);
    assert!(found.len() == 1 && found[0].contains(help), "{row}: {found:#?}");
}

/// Of a body.
#[track_caller]
fn does(body: &str, help: &str) {
    let row = r#"Op(name: "Twice", code: 0xe0, stack: "a: Int -> r", doc: "Doc.", does: "…", examples: ["1 => 2"])"#;
    remedy(&row.replace('…', body), help);
}

#[test]
fn what_stands_behind_a_step() {
    does("r = not a", "bool.not(x)");
    does("r = a)", "remove `)`");
    does("r = a[0]", "a body has no lists");
    does("r = a, a", "a step of its own");
    does("r = int.add_wrap a a", "`int.add_wrap(a, b)`");
    does("r = a = a", "write `==`");
    does("return r = a", "write `==`");
}

#[test]
fn words_and_symbols_of_other_languages() {
    does("r = a # comment", "a comment is `// …`, outside the text");
    does("r = a // 2", "int.div_wrap(a, b)");
    does("r = a <> 1", "`a != b`");
    does("r <- a", "write `r = a`");
    does("r = True", "`true`");
    does("r = None", "`nil`");
    does("r = null", "`nil`");
    does("r = a.b", "a value has no parts");
    does("r = a == nil", "write `cases`");
}

#[test]
fn numbers_and_reasons() {
    does("r = 1e999", "1.8e308");
    remedy(r#"Op(name: "A", code: 0xe0, stack: "a -> r", doc: "D.", does: "r = a", no_examples: " ")"#, "say why");
}

#[test]
fn rows_that_always_trap_need_no_success() {
    let row = r#"Op(name: "A", code: 0xe0, stack: " -> ", doc: "D.", does: "trap TypeMismatch", examples: ["=> trap TypeMismatch"])"#;
    assert_eq!(remedies(row), Vec::<String>::new());
}

#[test]
fn fields_and_lists() {
    remedy(r#"Op(name: "A", code: 0xe0, stack: "a -> r", doc: "D.", do: "r = a", examples: ["1 => 1"])"#, "`does`");
    remedy(
        r#"Op(name: "A", code: 0xe0, stack: "a: Num -> r", doc: "D.", seq: "Dup Add", examples: ["1 => 2"])"#,
        r#"`["Dup", "Add"]`"#,
    );
}

#[test]
fn handlers_are_called_as_functions_can_be() {
    for word in ["raise", "jump", "trap", "if", "await", "when", "self", "super", "crate"] {
        let row = format!(
            "Op(name: \"A\", code: 0xe0, stack: \"a -> \", doc: \"D.\", handler: \"{word}\", effects: [], no_examples: \"x\")"
        );
        let text = format!("Table(name: \"t\", version: 1, include: [\"std:standard\"], ops: [{row}])");
        let rendered = check_str("t.ron", &text).err().unwrap().render(false);
        assert!(rendered.contains("means something else in code"), "{rendered}");
        assert!(rendered.contains(&format!("`handler: \"{word}_value\"`")), "{rendered}");
    }
}
