//! What examples have to show: what is proposed for the rest is accepted, and what cannot be reached is not asked for.

use opforge_spec::{Code, check_str, standard};

const ROWS: &str = r#"
Op(name: "Sort", code: 0xe0, args: "low: Target, high: Target", stack: "a: Int, b: Int -> ", doc: "Compares.",
   does: "trap DivisionByZero if a == 4242; jump low if a < b; jump high if a > b + 100000; trap TypeMismatch unless a != b",
   examples: [/*Sort*/]),
Op(name: "Of", code: 0xe1, stack: "a, b, c, d, e -> r", doc: "Tells types apart.",
   cases: ["Nil, Nil, Nil, Nil, Nil => r = 0", "Str, Str, Str, Str, Str => r = 1", "Bool, _, Float, _, Int => r = if c < 0.5 then 2 else 3"],
   otherwise: "trap Raised if truthy(a); r = 4", examples: [/*Of*/]),
Op(name: "Store", code: 0xe2, args: "x: Local, y: Global, k: Const, n: I16", stack: "v: Int -> ", doc: "Stores.",
   does: "trap DivisionByZero if n == -300; s = if truthy(local.get(x)) then v else n; local.set(x, s); global.set(y, const.load(k))",
   examples: [/*Store*/]),
Op(name: "Never", code: 0xe3, stack: "a: Int -> r", doc: "Has a trap that nothing reaches.",
   does: "trap DivisionByZero if a != a; r = a", examples: [/*Never*/]),
Op(name: "Hidden", code: 0xe5, stack: "a -> a", doc: "Has a trap alone that nothing reaches.",
   does: "trap DivisionByZero if bool.and(truthy(a), bool.not(truthy(a)))", examples: [/*Hidden*/]),
Op(name: "Far", code: 0xe6, args: "cases: [Target]", stack: "i: Int -> ", doc: "Jumps far into a list, or beyond it.",
   does: "jump cases[i + 300]; trap DivisionByZero unless i > 0", examples: [/*Far*/]),
Op(name: "Twice", code: 0xe4, args: "slot: Local", stack: "v -> r", doc: "Has parts, which have examples of their own.",
   seq: ["Dup", "SetSlot slot", "LogNot"], examples: [/*Twice*/]),
"#;

/// A table of these rows, with the examples that each diagnostic proposes until none is left.
#[test]
fn what_is_proposed_is_accepted() {
    let mut text = format!("Table(name: \"t\", version: 1, include: [\"std:standard\"], ops: [{ROWS}])");
    for _ in 0..20 {
        let Err(diagnostics) = check_str("t.ron", &text) else { return };
        let mut next = text.clone();
        for found in diagnostics.list() {
            assert!(matches!(found.code, Code::NotShown | Code::MissingExamples), "{}", diagnostics.render(false));
            let row = found.message.split('`').nth(1).expect("the row is named");
            let example = match found.help.split_once("examples: [") {
                Some((_, rest)) => rest.split("]`").next(),
                None => found.help.split_once("`: `").map(|(_, rest)| rest.trim_end_matches('`')),
            };
            let example = example.expect("an example is proposed");
            if !text.contains(example) {
                next = next.replace(&format!("/*{row}*/"), &format!("{example}, /*{row}*/"));
            }
        }
        assert!(next != text, "nothing new is proposed:\n{}", diagnostics.render(false));
        text = next;
    }
    panic!("not enough after twenty rounds:\n{text}");
}

#[test]
fn the_standard_set_shows_all_and_without_examples_lacks_them() {
    let set = standard();
    let mut proposed = 0;
    for row in set.instructions() {
        assert_eq!(opforge_spec::lacking_examples(&set, row, &row.examples), Vec::<String>::new(), "{}", row.name);
        proposed += opforge_spec::lacking_examples(&set, row, &[]).len();
    }
    assert!(proposed > 70, "{proposed}");
}
