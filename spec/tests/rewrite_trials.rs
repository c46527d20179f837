//! Rules over numbers that a fixed list of values does not tell apart: wrong ones are refused, right ones pass.

#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

use opforge_spec::{Code, Counterexample, Diagnostics, Effort, InstructionSet, Literal, MAX_TRIALS, check_file_with};
use std::fmt::Write as _;
use std::path::Path;

/// What the row takes, what it does, and what is claimed to be the same.
type Claim = (&'static str, &'static str, &'static str);

/// A table in which rows of the one body are said to be replaceable by rows of the other.
fn check(name: &str, claims: &[Claim], effort: Effort) -> Result<InstructionSet, Diagnostics> {
    let (mut ops, mut rewrites) = (String::new(), String::new());
    for (index, (inputs, from, to)) in claims.iter().enumerate() {
        for (side, code, does) in [("From", 0xf800 + 2 * index, from), ("To", 0xf801 + 2 * index, to)] {
            let stack = format!("{inputs} -> r");
            writeln!(
                ops,
                r#"Op(name: "{side}{index}", code: {code:#x}, stack: "{stack}", doc: "-", does: "r = {does}", no_examples: "-"),"#
            )
            .unwrap();
        }
        // `from` costs more, whatever it is.
        let from = format!(r#"["From{index}", "Pay", "Pay", "Pop", "Pop"]"#);
        writeln!(rewrites, r#"Rewrite(name: "rule{index}", from: {from}, to: ["To{index}"]),"#).unwrap();
    }
    let pay = r#"Op(name: "Pay", code: 0xe0, stack: " -> r", doc: "-", no_examples: "-",
        does: "r = int.div_wrap(int.div_wrap(int.div_wrap(int.div_wrap(0, 1), 1), 1), 1)"),"#;
    let include = r#"["std:stack", "std:functions"]"#;
    let table =
        format!(r#"Table(name: "t", version: 1, include: {include}, ops: [{pay}{ops}], rewrites: [{rewrites}])"#);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.ron"));
    std::fs::write(&path, table).unwrap();
    check_file_with(&path, effort)
}

const WRONG: &[Claim] = &[
    ("a: Int", "a < 100", "a < 65"),
    ("a: Float", "a / 10.0", "a * 0.1"),
    ("a: Float", "float.pow(a, 3.0)", "a * a * a"),
    ("c: Int", "bool.or(c == 32, c == 9)", "c == 32"),
    ("a: Int", "a == 3", "int.and(a, 0) == 1"),
    // Literals and their neighbours.
    ("a: Int", "a == 1234567", "int.and(a, 0) == 1"),
    ("a: Int", "a <= 1000000", "a < 1000000"),
    ("a: Int", "a > 77", "a >= 79"),
    ("a: Int", "a != -4096", "a == a"),
    ("a: Int", "bool.and(a >= 48, a <= 57)", "bool.and(a >= 48, a < 57)"),
    ("a: Int", "bool.and(a >= 97, a <= 122)", "a >= 97"),
    ("a: Float", "a == 0.123456789", "a == 0.12345678"),
    ("a: Float", "a < 98.6", "a <= 98.6"),
    ("a: Float", "a > 1e100", "a > 1e99"),
    ("a: Float", "a == 273.15", "a != a"),
    // What a literal is added to, subtracted from, multiplied or divided by before a compare.
    ("a: Int", "a + 20 == 100", "int.and(a, 0) == 1"),
    ("a: Int", "a - 17 == 4711", "int.and(a, 0) == 1"),
    ("a: Int", "a * 3 == 300", "int.and(a, 0) == 1"),
    ("a: Int", "a * 7 + 5 == 712", "int.and(a, 0) == 1"),
    ("a: Int", "int.xor(a, 4660) == 22136", "int.and(a, 0) == 1"),
    ("a: Int", "int.shl(a, 4) == 5120", "int.and(a, 0) == 1"),
    ("a: Int", "int.shr(a, 12) == 321", "int.and(a, 0) == 1"),
    ("a: Float", "a + 0.7 == 12.5", "a != a"),
    ("a: Float", "a * 4.0 == 1.8", "a != a"),
    // Rounding.
    ("a: Float", "a / 3.0", "a * 0.3333333333333333"),
    ("a: Float", "a / 100.0", "a * 0.01"),
    ("a: Float", "a / 7.0", "a * 0.14285714285714285"),
    ("a: Float, b: Float, c: Float", "a + b + c", "a + (b + c)"),
    ("a: Float, b: Float, c: Float", "a * b * c", "a * (b * c)"),
    ("a: Float, b: Float, c: Float", "a * (b + c)", "a * b + a * c"),
    ("a: Float, b: Float", "a + b - b", "a - b + b"),
    ("a: Float, b: Float", "a / b * b", "a * b / b"),
    ("a: Float", "a * 0.1 * 10.0", "a * 1.0"),
    ("a: Float", "float.trunc(a * 100.0) / 100.0", "a * 1.0"),
    ("a: Float, b: Float", "(a + b) * (a - b)", "a * a - b * b"),
    // Wrapping, signs, masks.
    ("a: Int, b: Int", "int.div_wrap(a + b, 2)", "a + int.div_wrap(b - a, 2)"),
    ("a: Int", "int.rem_wrap(a, 8)", "int.and(a, 7)"),
    ("a: Int", "int.div_wrap(a, 4)", "int.shr(a, 2)"),
    ("a: Int", "int.div_wrap(a * 3, 3)", "a + 0"),
    ("a: Int", "int.shr(int.shl(a, 8), 8)", "a + 0"),
    ("a: Int, b: Int", "a + 1 > b", "a >= b"),
    ("a: Int, b: Int", "a - b < 0", "a < b"),
    ("a: Int", "a * a >= 0", "a == a"),
    ("a: Int", "int.and(a, 255)", "int.and(a, 127)"),
    ("a: Int", "int.and(a, -65536)", "int.and(a, -32768)"),
    ("a: Int, n: Int", "int.shl(int.shl(a, n), n)", "int.shl(a, n + n)"),
    ("a: Int, b: Int", "int.or(a, b)", "a + b"),
    ("a: Int, b: Int", "a == b + 1", "int.and(a + b, 0) == 1"),
    ("a: Int, b: Int", "a * b == 391", "int.and(a + b, 0) == 1"),
    // A number of the rule's own, and a boundary value or another of them.
    ("a: Int, b: Int", "a - b + 0 + 0 + 0 == 100", "bool.and(a == a + 1, b == 0)"),
    ("a: Int, b: Int", "a - b + 0 + 0 + 0 == 1000", "bool.and(a == a + 1, b == 0)"),
    ("a: Float, b: Float", "a * b * 1.0 * 1.0 * 1.0 == 50.0", "bool.and(a < a, b < b)"),
    ("a: Float, b: Float", "a * b == 0.3", "bool.and(a < a, b < b)"),
    ("a: Int, b: Int", "bool.and(a == 4711, b == 815)", "bool.and(a == a + 1, b == 0)"),
    ("a: Int, b: Int, c: Int", "a * b + c == 4242", "int.and(a + b + c, 0) == 1"),
    // Roots.
    ("a: Float", "bool.and(a * a == 2.25, bool.or(a == a, true))", "a < a"),
    ("a: Float", "bool.and(a * a == 1000.0, bool.or(a == a, true))", "a < a"),
    ("a: Float", "a * a + 0.0 + 0.0 + 0.0 == 144.0", "a < a"),
    ("a: Int", "a * a == 152399025", "int.and(a, 0) == 1"),
    ("a: Float", "a * a == 152399025.0", "a < a"),
    // One and two decimals, which no two or three of the numbers make.
    ("a: Float", "bool.and(a * 9.0 / 5.0 + 32.0 == 212.0, bool.or(a == a, true))", "a < a"),
    ("a: Float", "float.trunc(a * 40.0 / 8.0 + 3.5 + 0.25) == 29.0", "float.trunc(a * 5.0 + 4.0) == 29.0"),
];

const RIGHT: &[Claim] = &[
    ("a: Int", "a < 100", "a <= 99"),
    ("a: Int", "a + 0 < 100", "a < 100"),
    ("a: Float", "a / 4.0", "a * 0.25"),
    ("a: Float", "a / 1024.0", "a * 0.0009765625"),
    ("a: Float", "a * 2.0", "a + a"),
    ("a: Float, b: Float", "a * b", "b * a"),
    ("a: Float, b: Float", "a + b", "b + a"),
    ("a: Float, b: Float", "a < b", "b > a"),
    ("a: Int", "a * 2", "int.shl(a, 1)"),
    ("a: Int", "a * 8", "int.shl(a, 3)"),
    ("a: Int", "int.div_wrap(a, -1)", "int.neg_wrap(a)"),
    ("a: Int", "int.mod_floor(a, 8)", "int.and(a, 7)"),
    ("a: Int", "int.not(int.not(a))", "a + 0"),
    ("a: Int", "int.neg_wrap(a) - 1", "int.not(a)"),
    ("a: Int, b: Int", "a + b - b", "a + int.and(b, 0)"),
    ("a: Int, b: Int, c: Int", "a + b + c", "a + (b + c)"),
    ("a: Int, b: Int, c: Int", "a * (b + c)", "a * b + a * c"),
    ("a: Int, b: Int", "int.xor(int.xor(a, b), b)", "a + int.and(b, 0)"),
    ("a: Int, b: Int", "int.and(a, b) + int.or(a, b)", "a + b"),
    ("a: Int, b: Int", "int.xor(a, b) + 2 * int.and(a, b)", "a + b"),
    ("a: Int, b: Int", "int.not(int.and(a, b))", "int.or(int.not(a), int.not(b))"),
    ("a: Int", "bool.or(a == 32, a == 9)", "bool.or(a == 9, a == 32)"),
    ("a: Int", "bool.and(a > 9, a > 5)", "a > 9"),
    ("a: Int", "int.and(int.and(a, 255), 15)", "int.and(a, 15)"),
    ("a: Int", "int.and(a, 1) == 2", "int.and(a, 0) == 1"),
    ("a: Int", "a * a * a", "a * (a * a)"),
    ("a: Int, b: Int", "(a + b) * (a - b)", "a * a - b * b"),
];

/// What is said against each of the wrong rules; `None` for those that pass.
fn counterexamples(name: &str, claims: &[Claim], effort: Effort) -> Vec<Option<Counterexample>> {
    let diagnostics = check(name, claims, effort).unwrap_err();
    let mut found = vec![None; claims.len()];
    for diagnostic in diagnostics.list() {
        assert_eq!(diagnostic.code, Code::NotEqual, "{diagnostics}");
        let rule = diagnostic.message.trim_start_matches("`rule").split('`').next().unwrap();
        found[rule.parse::<usize>().unwrap()] = Some(*diagnostic.counterexample.clone().unwrap());
    }
    found
}

#[test]
fn wrong_rules_are_refused_with_the_same_counterexample_on_every_run() {
    let again = std::thread::spawn(|| counterexamples("wrong_again", WRONG, Effort::Thorough));
    let found = counterexamples("wrong", WRONG, Effort::Thorough);
    let passed: Vec<_> = WRONG.iter().zip(&found).filter(|(_, found)| found.is_none()).collect();
    assert!(passed.is_empty(), "{passed:#?}");
    assert_eq!(found, again.join().unwrap());
    are_readable(&found);
}

/// Simple values are found where there are any.
fn are_readable(found: &[Option<Counterexample>]) {
    let mut long = Vec::new();
    for (claim, found) in WRONG.iter().zip(found) {
        let found = found.as_ref().unwrap();
        let text = |value: &Literal| match value {
            Literal::Scalar(scalar) => format!("{scalar:?}"),
            Literal::Text(text) => text.clone(),
        };
        let longest = found.stack.iter().map(text).max_by_key(String::len).unwrap();
        // Within the tenth place: the literals of the rules are not longer either.
        if longest.len() > "Float(0.12345678)".len() {
            long.push((claim, longest));
        }
    }
    // Sums that wrap around, and products of floats that are too large.
    assert!(long.len() <= 7, "{long:#?}");
}

#[test]
fn right_rules_pass() {
    for effort in [Effort::Brief, Effort::Thorough] {
        let set = check(&format!("right_{effort:?}"), RIGHT, effort);
        let set = set.unwrap_or_else(|diagnostics| panic!("{effort:?}: {diagnostics}"));
        let own = set.rewrites().iter().filter(|rewrite| rewrite.name.starts_with("rule"));
        let tried: Vec<usize> = own.map(|rewrite| rewrite.tried).collect();
        assert_eq!(tried.len(), RIGHT.len());
        let enough = if effort == Effort::Brief { 300..=1_400 } else { 9_000..=MAX_TRIALS };
        assert!(tried.iter().all(|tried| enough.contains(tried)), "{tried:?}");
    }
}

/// What a macro says while a crate is checked need not be all, but most of it is found there, too.
#[test]
fn the_brief_effort_refuses_most_of_them() {
    let found = counterexamples("brief", WRONG, Effort::Brief);
    let passed: Vec<_> = WRONG.iter().zip(found).filter(|(_, found)| found.is_none()).map(|(claim, _)| claim).collect();
    assert!(passed.len() * 8 < WRONG.len(), "{passed:#?}");
}

/// Over numbers of which three make the one at which the sides differ: only what happens to be tried finds it.
const FAR: &[Claim] = &[
    ("a: Float", "a * 2.0 / 8.0 + 100.0 == 106.5", "a < a"),
    ("a: Float", "a * 2.0 / 2.0 + 7.0 == 259.0", "a < a"),
    ("a: Float", "a * 9.0 / 5.0 + 32.0 == 68.0", "a < a"),
    ("a: Float", "a * 2.0 / 5.0 + 32.0 == 50.0", "a < a"),
    ("a: Float", "a * 9.0 / 4.0 + 1.5 == 19.5", "a < a"),
    ("a: Float", "a * 4.0 / 4.0 + 32.0 == 83.5", "a < a"),
    ("a: Float", "a * 4.0 / 4.0 + 100.0 == 155.75", "a < a"),
    ("a: Float", "a * 5.0 / 5.0 + 7.0 == 101.0", "a < a"),
    ("a: Float", "a * 9.0 / 2.0 + 1.5 == 33.0", "a < a"),
    ("a: Float, b: Float", "a * 9.0 / 5.0 + b == 213.0", "bool.and(a < a, b < b)"),
    ("a: Int, b: Int", "a * 9 - b * 5 == 1234", "int.and(a + b, 0) == 1"),
    ("a: Int, b: Int", "a * 91 + b * 57 - 7 == 4242", "int.and(a + b, 0) == 1"),
    ("a: Int, b: Int, c: Int", "a * b + c * 3 == 1717", "int.and(a + b + c, 0) == 1"),
];

#[test]
fn what_a_macro_refuses_is_refused_thoroughly() {
    let brief = counterexamples("far_brief", FAR, Effort::Brief);
    let thorough = counterexamples("far", FAR, Effort::Thorough);
    assert!(brief.iter().flatten().count() > 2, "{brief:#?}");
    for ((claim, brief), thorough) in FAR.iter().zip(brief).zip(thorough) {
        assert!(brief.is_none() || thorough.is_some(), "{claim:?}: {brief:?}");
    }
}
