//! Which rewrites are accepted, how much is tried for each, and what becomes of those of `std:`.

#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

use opforge_core::Scalar;
use opforge_spec::{Code, Diagnostics, InstructionSet, Literal, MAX_TRIALS, Rewrite, check_str, standard};
use proptest::prelude::*;

const OWN: &str = r#"
    Op(name: "Halve", code: 0xe0, stack: "a: Int -> r", doc: "-", does: "r = int.div_wrap(a, 2)", no_examples: "-"),
    Op(name: "ShiftOne", code: 0xe1, stack: "a: Int -> r", doc: "-", does: "r = int.shr(a, 1)", no_examples: "-"),
    Op(name: "SetFirst", code: 0xe2, stack: "v -> ", doc: "-", seq: ["SetSlot 0"], no_examples: "-"),
    Op(name: "Four", code: 0xe3, args: "a: Local, b: Local, c: Local, d: Local", stack: " -> ", doc: "-",
       seq: ["GetSlot a", "SetSlot b", "GetSlot c", "SetSlot d"], no_examples: "-"),
    Op(name: "Move", code: 0xe6, args: "a: Local, b: Local, c: Local, d: Local", stack: " -> ", doc: "-",
       does: "local.set(b, local.get(a)); local.set(d, local.get(c))", no_examples: "-"),
    Op(name: "Wide", code: 0xe4, stack: "a: Int, b: Int, c: Int, d: Int -> r", doc: "-",
       does: "r = int.add_wrap(int.mul_wrap(a, b), int.mul_wrap(c, d)) + 0", no_examples: "-"),
    Op(name: "Wide2", code: 0xe5, stack: "a: Int, b: Int, c: Int, d: Int -> r", doc: "-",
       does: "r = int.add_wrap(int.mul_wrap(b, a), int.mul_wrap(d, c))", no_examples: "-"),
    Op(name: "Far", code: 0xe7, stack: "a: Int, b: Int -> r", doc: "-", does: "r = a - b + 0 + 0 + 0 + 0 == 4242",
       no_examples: "-"),
    Op(name: "Never", code: 0xe8, stack: "a: Int, b: Int -> r", doc: "-", does: "r = bool.and(a == a + 1, b == 0)",
       no_examples: "-"),
"#;

fn check(rewrites: &str) -> Result<InstructionSet, Diagnostics> {
    let families = ["constants", "stack", "variables", "arithmetic", "comparison", "logic", "functions"]
        .map(|name| format!("\"std:{name}\""));
    let include = families.join(", ");
    check_str(
        "t.ron",
        &format!(r#"Table(name: "t", version: 1, include: [{include}], ops: [{OWN}], rewrites: [{rewrites}])"#),
    )
}

#[track_caller]
fn accepted(rule: &str) -> Rewrite {
    let set = check(&format!("Rewrite(name: \"rule\", {rule})")).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    set.rewrites().iter().find(|rewrite| rewrite.name == "rule").unwrap().clone()
}

#[track_caller]
fn codes(rule: &str) -> Vec<Code> {
    let diagnostics = check(&format!("Rewrite(name: \"rule\", {rule})")).expect_err(rule);
    diagnostics.list().iter().map(|diagnostic| diagnostic.code).collect()
}

/// Rows over narrow numbers and characters compute with wide numbers, which are what is written in them.
#[test]
fn rules_over_narrow_numbers_and_characters_are_tried_near_what_is_written() {
    let refused = |row: &str, from: &str, to: &str, ty: &str| {
        let text = format!(
            r#"Table(name: "t", version: 1, include: ["std:standard"], ops: [{row}],
                rewrites: [Rewrite(name: "rule", from: {from}, to: {to}, when: "{ty}")])"#
        );
        let codes: Vec<Code> =
            check_str("t.ron", &text).expect_err(&text).list().iter().map(|wrong| wrong.code).collect();
        assert_eq!(codes, [Code::NotEqual], "{text}");
    };
    for (stack, does) in [
        ("a: I32", "int.rem_wrap(i32.int(a), 7) == 5"),
        ("a: I32", "i32.int(a) * i32.int(a) == 5929"),
        ("a: I32", "i32.int(a) == 1234567"),
        ("a: F32", "f32.float(a) == 1.5"),
        ("a: F32", "f32.float(a) * f32.float(a) == 2.25"),
        ("a: Char", "char.code(a) + 63 == 1000"),
        ("a: Char", "char.is_whitespace(a)"),
    ] {
        let row = format!(
            r#"Op(name: "Own", code: 0xe0, stack: "{stack} -> r", doc: "-", does: "r = {does}", no_examples: "-")"#
        );
        refused(&row, r#"["Own"]"#, r#"["Pop", "LoadFalse"]"#, stack);
    }
    for (from, to) in [
        (r#"["CharLower"]"#, "[]"),
        (r#"["CharLower", "CharUpper"]"#, r#"["CharUpper"]"#),
        (r#"["CharUpper", "CharLower"]"#, r#"["CharLower"]"#),
    ] {
        refused("", from, to, "c: Char");
    }
}

#[test]
fn what_is_true_is_accepted() {
    for rule in [
        r#"from: ["Swap", "Swap"], to: []"#,
        r#"from: ["GetSlot a", "GetSlot a"], to: ["GetSlot a", "Dup"]"#,
        r#"from: ["GetVar x", "GetVar x"], to: ["GetVar x", "Dup"]"#,
        r#"from: ["NumLt", "Truth"], to: ["NumLt"]"#,
        r#"from: ["Add", "Truth", "Truth"], to: ["Add", "Truth"]"#,
        // True although the locals may be the same one.
        r#"from: ["GetSlot a", "SetSlot b", "GetSlot b", "SetSlot a"], to: ["GetSlot a", "SetSlot b"]"#,
        r#"from: ["SetSlot a", "SetSlot a"], to: ["Pop", "SetSlot a"]"#,
        // True under its guards.
        r#"from: ["NumLt", "LogNot"], to: ["NumGe"], when: "a: Int, b: Int""#,
        r#"from: ["LogNot", "LogNot"], to: [], when: "v: Bool""#,
        r#"from: ["GetSlot a", "Truth"], to: ["GetSlot a"], when: "a: Bool""#,
        r#"from: ["LoadConst c", "Truth"], to: ["LoadFalse"], when: "c: Nil""#,
        r#"from: ["LoadInt 0", "Truth"], to: ["LoadFalse"]"#,
        r#"from: ["LoadFloat nan", "Truth"], to: ["LoadTrue"]"#,
    ] {
        let rewrite = accepted(rule);
        assert!((1..=MAX_TRIALS).contains(&rewrite.tried), "{rule}: {}", rewrite.tried);
    }
}

/// A guard is believed no more than a rule without one.
#[test]
fn a_guard_that_is_not_enough_is_refused() {
    assert_eq!(codes(r#"from: ["NumLt", "LogNot"], to: ["NumGe"], when: "a: Int""#), [Code::NotEqual]);
    assert_eq!(codes(r#"from: ["NumLt", "LogNot"], to: ["NumGe"], when: "a: Float, b: Float""#), [Code::NotEqual]);
    assert_eq!(codes(r#"from: ["LogNot", "LogNot"], to: [], when: "v: Num""#), [Code::NotEqual]);
}

/// A condition on one local holds for another name of it.
#[test]
fn a_guard_holds_for_all_names_of_a_local() {
    accepted(
        r#"from: ["GetSlot a", "GetSlot b", "LogOr", "Nop"], to: ["GetSlot b", "GetSlot a", "LogAnd"], when: "a: Nil, b: Nil""#,
    );
    let one = r#"from: ["GetSlot a", "SetSlot b", "GetSlot b", "Truth"], to: ["GetSlot a", "SetSlot b", "GetSlot b"]"#;
    assert_eq!(codes(&format!(r#"{one}, when: "b: Bool""#)), [Code::NotEqual]);
    accepted(&format!(r#"{one}, when: "a: Bool""#));
}

/// A condition is not proposed if what is shown against the rule satisfies it.
#[test]
fn a_guard_is_proposed_only_if_nothing_known_refutes_it() {
    let guard = |rule: &str| {
        let diagnostics = check(&format!("Rewrite(name: \"rule\", {rule})")).expect_err(rule);
        let found = diagnostics.list().iter().find_map(|diagnostic| diagnostic.counterexample.clone());
        found.map(|found| (found.stack, found.when)).unwrap()
    };
    let int = |value| Literal::Scalar(Scalar::Int(value));
    let (far, when) = guard(r#"from: ["Far"], to: ["Never"]"#);
    assert!((-9..9).any(|b| far == [int(4242 + b), int(b)]) && when.is_none(), "{far:?} {when:?}");
    // Of ints, no square is 6.25.
    let square = r#"from: ["Dup", "Mul", "LoadFloat 6.25", "NumEq"], to: ["Pop", "LoadFalse"]"#;
    assert_eq!(guard(square), (vec![Literal::Scalar(Scalar::Float(2.5))], Some("a: Int".to_owned())));
    let held = r#"from: ["GetSlot b", "Pop", "GetVar x", "Truth"], to: ["GetSlot b", "Pop", "GetVar x"]"#;
    assert_eq!(guard(held), (vec![], Some("x: Bool".to_owned())));
    let constant = r#"from: ["GetSlot b", "Truth", "LoadConst c", "Truth"], to: ["GetSlot b", "Truth", "LoadConst c"]"#;
    assert_eq!(guard(constant), (vec![], Some("c: Bool".to_owned())));
}

#[test]
fn locals_that_sequences_name_by_number_are_found() {
    let rule = r#"from: ["GetSlot a", "Pop", "SetFirst", "GetSlot a"], to: ["GetSlot a", "Swap", "SetFirst"]"#;
    assert_eq!(codes(rule), [Code::NotEqual], "`a` may be local 0");
    assert_eq!(codes(r#"from: ["SetSlot a", "Nop"], to: ["SetFirst"]"#), [Code::BadRewrite]);
}

#[test]
fn nothing_is_tried_more_often_than_the_bound() {
    let halves = r#"from: ["Halve"], to: ["ShiftOne"]"#;
    assert_eq!(codes(halves), [Code::NotEqual], "rounds to another side");
    let one = accepted(r#"from: ["Truth", "Truth"], to: ["Truth"]"#);
    let two = accepted(r#"from: ["NumNe", "Truth"], to: ["NumNe"]"#);
    assert!(one.tried > 8_000 && two.tried > 8_000, "{} and {}", one.tried, two.tried);
    let four = accepted(r#"from: ["Wide", "Nop"], to: ["Wide2"]"#);
    assert!((22_000..=MAX_TRIALS).contains(&four.tried), "{}", four.tried);
    let six = r#"from: ["Move a b c d", "GetSlot e", "Pop", "GetSlot f"], to: ["Move a b c d", "GetSlot f"]"#;
    assert!((14_000..=MAX_TRIALS).contains(&accepted(six).tried));
    let seven = r#"from: ["Move a b c d", "GetSlot e", "GetSlot f", "GetSlot g", "Pop"], to: ["Move a b c d", "GetSlot e", "GetSlot f"]"#;
    assert_eq!(codes(seven), [Code::NotComparable]);
    let long = format!(r#"from: [{}], to: []"#, r#""Four a a a a", "#.repeat(30));
    assert_eq!(codes(&long), [Code::TooMany]);
}

/// Cost first, then the number of rows: no rewrite leads back.
#[test]
fn every_rewrite_lowers_the_measure() {
    assert_eq!(codes(r#"from: ["Truth"], to: ["LogNot", "LogNot"]"#), [Code::NotLower]);
    assert_eq!(codes(r#"from: ["NumLt"], to: ["Swap", "NumGt"]"#), [Code::NotLower]);
    assert_eq!(codes(r#"from: ["LogOr"], to: ["Swap", "LogOr"]"#), [Code::NotLower]);
    assert_eq!(codes(r#"from: ["LoadTrue"], to: ["LoadTrue"]"#), [Code::NotLower]);
    accepted(r#"from: ["Nop"], to: []"#);
    accepted(r#"from: ["Swap", "LogOr"], to: ["LogOr"]"#);
}

#[test]
fn the_rewrites_of_std_are_all_tried() {
    for rewrite in standard().rewrites() {
        assert!((1..=MAX_TRIALS).contains(&rewrite.tried), "{}: {}", rewrite.name, rewrite.tried);
    }
}

/// What `std:` says of its rows need not be true of a row that takes the place of one.
#[test]
fn rewrites_of_std_are_about_its_own_rows() {
    let names = |table: &str| -> Vec<String> {
        let set = check_str("t.ron", table).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        set.rewrites().iter().map(|rewrite| rewrite.name.clone()).collect()
    };
    assert_eq!(
        names(r#"Table(name: "t", version: 1, include: ["std:logic"])"#),
        ["double_not", "not_of_truth", "truth_of_not"]
    );
    let other = r#"Op(name: "LogNot", code: 0xe0, stack: "v -> v", doc: "Not a negation.", examples: ["1 => 1"])"#;
    let table = format!(
        r#"Table(name: "t", version: 1, include: ["std:logic", "std:comparison"], without: ["LogNot"], ops: [{other}])"#
    );
    assert_eq!(names(&table), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_rewrite_is_read_or_refused(
        from in "(\"(Dup|Swap|Add|Truth|LogNot|GetSlot [ab0]|SetSlot [ab1]|LoadInt ([ab]|1)|GetVar a|Call|@a)\", ){0,4}",
        to in "(\"(Dup|Swap|Add|Truth|LogNot|GetSlot [ab0]|SetSlot [ab1]|LoadInt ([ab]|1)|GetVar a)\", ){0,3}",
        when in "(, when: \"(a|b|v): (Int|Num|Bool)(, a: Nil)?\")?",
    ) {
        // Accepted or refused, there is an answer, and what is said against it says what to do.
        if let Err(diagnostics) = check(&format!("Rewrite(name: \"rule\", from: [{from}], to: [{to}]{when})")) {
            prop_assert!(diagnostics.list().iter().all(|found| found.help.contains('`')), "{}", diagnostics);
        }
    }
}

/// What a limit of the machine refuses is not tried, and rows that it may refuse do more than they seem to: a variable that is declared
/// in a scope is restored when that closes.
#[test]
fn rules_over_rows_that_a_limit_stops_are_refused() {
    for rule in [
        r#"from: ["DeclareVar g"], to: ["SetVar g"]"#,
        r#"from: ["DeclareVar g", "GetVar g"], to: ["Dup", "SetVar g"]"#,
    ] {
        assert_eq!(codes(rule), [Code::BadRewrite], "{rule}");
    }
}

/// Texts of more bytes than characters, of one length, within each other: where computations over texts change their ways.
#[test]
fn rules_over_texts_are_tried_on_texts_that_tell() {
    const ROWS: &str = r#"
        Op(name: "Chars", code: 0xe0, stack: "s: Str -> n: Int", doc: "-", does: "n = str.chars(s)", no_examples: "-"),
        Op(name: "Bytes", code: 0xe1, stack: "s: Str -> n: Int", doc: "-", does: "n = str.bytes(s)", no_examples: "-"),
        Op(name: "Begins", code: 0xe2, stack: "s: Str, p: Str -> r", doc: "-", does: "r = str.find(s, p) == 0 ", no_examples: "-"),
        Op(name: "Holds", code: 0xe3, stack: "s: Str, p: Str -> r", doc: "-", does: "r = str.contains(s, p)", no_examples: "-"),
        Op(name: "Same", code: 0xe4, stack: "a: Str, b: Str -> r", doc: "-", does: "r = bool.and(str.eq(a, b), true)", no_examples: "-"),
        Op(name: "SameLength", code: 0xe5, stack: "a: Str, b: Str -> r", doc: "-", does: "r = str.bytes(a) == str.bytes(b)", no_examples: "-"),
    "#;
    for (from, to) in [("Chars", "Bytes"), ("Bytes", "Chars"), ("Holds", "Begins"), ("Same", "SameLength")] {
        for (from, to) in [(from, to), (to, from)] {
            let rule = format!(r#"Rewrite(name: "rule", from: ["{from}"], to: ["{to}"])"#);
            let text = format!(
                r#"Table(name: "t", version: 1, include: ["std:standard"], ops: [{ROWS}], rewrites: [{rule}])"#
            );
            let wrong = check_str("t.ron", &text).expect_err(&text);
            assert!(wrong.list().iter().any(|wrong| wrong.code == Code::NotEqual), "{wrong}");
        }
    }
}

/// Lists of targets are tried as long as what stands in a rule may tell apart.
#[test]
fn rules_over_lists_are_tried_on_lists_of_every_length_that_tells() {
    for number in [2, 8, 40, 256, 65_536] {
        let rule = format!(r#"Rewrite(name: "rule", from: ["LoadInt {number}", "Switch x"], to: ["Nop"])"#);
        let text = format!(r#"Table(name: "t", version: 1, include: ["std:standard"], rewrites: [{rule}])"#);
        let wrong = check_str("t.ron", &text).expect_err(&text);
        assert!(wrong.list().iter().any(|wrong| wrong.code == Code::NotEqual), "{wrong}");
    }
}

/// Another rewrite that is used where types are known leaves other rows, on which those of the chain do not fit.
#[test]
fn a_rewrite_that_others_do_unless_types_are_known_is_accepted() {
    let table = |when: &str| {
        format!(
            r#"#![enable(implicit_some)]
            Table(name: "t", version: 1, include: ["std:standard"],
            ops: [Op(name: "IntEq", code: 0xe0, stack: "a: Int, b: Int -> r", doc: "x.", does: "r = a == b", no_examples: "-")],
            rewrites: [
                Rewrite(name: "c", from: ["Swap", "NumNe"], to: ["NumNe"]),
                {when}
                Rewrite(name: "a", from: ["Swap", "NumEq", "LogNot"], to: ["NumNe"]),
            ])"#
        )
    };
    let known = r#"Rewrite(name: "d", from: ["Swap", "NumEq"], to: ["IntEq"], when: "b: Int, a: Int"),"#;
    check_str("t.ron", &table(known)).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let wrong = check_str("t.ron", &table("")).expect_err("others do the same");
    assert_eq!(wrong.list().iter().map(|one| one.code).collect::<Vec<_>>(), [Code::NeverRewritten]);
}
