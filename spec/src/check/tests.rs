//! Small tables in; what is derived from a row, or what is wrong with it, out.

use crate::model::{Body, Expr, Instruction, InstructionSet, NativeState, Step};
use crate::{Code, check_str};
use proptest::prelude::*;

/// A table with one row of these fields.
fn table(fields: &str) -> String {
    format!(
        r#"Table(name: "t", version: 1, include: ["std:standard"], ops: [Op(name: "Row", code: 0xe0, doc: "-", {fields})])"#
    )
}

#[track_caller]
fn set(fields: &str) -> InstructionSet {
    check_str("t.ron", &table(fields)).unwrap_or_else(|diagnostics| {
        let list: Vec<String> =
            diagnostics.list().iter().map(|found| format!("{}: {}", found.code, found.message)).collect();
        panic!("{}", list.join("\n"))
    })
}

#[track_caller]
fn row(fields: &str) -> Instruction {
    set(fields).instruction("Row").expect("the row").clone()
}

fn codes(fields: &str) -> Vec<Code> {
    check_str("t.ron", &table(fields))
        .map_or_else(|found| found.list().iter().map(|one| one.code).collect(), |_| Vec::new())
}

const NO: &str = r#"no_examples: "a test""#;

#[track_caller]
fn check_output_types(fields: &str, expected: &str) {
    let row = row(&format!("{fields}, {NO}"));
    let types: Vec<String> = row.outputs.iter().map(|output| output.ty.to_string()).collect();
    assert_eq!(types.join(", "), expected);
}

#[test]
fn result_types_are_the_join_of_all_cases() {
    check_output_types(r#"stack: "a: Int -> r", does: "r = a + 1""#, "Int");
    check_output_types(r#"stack: "a: Num -> r", cases: ["Int => r = a < 1", "Float => r = a"]"#, "Bool | Float");
    check_output_types(r#"stack: "a -> r", cases: ["Int => r = a"], otherwise: "r = nil""#, "Nil | Int");
    check_output_types(r#"stack: "a: Int -> r: Num", does: "r = a""#, "Int");
    check_output_types(r#"stack: "a: Int, b -> b, a""#, "Any, Int");
    check_output_types(r#"stack: "a -> r", seq: ["Dup", "Add"]"#, "Num");
    check_output_types(r#"args: "n: Count", stack: " -> r", does: "r = n + 1""#, "Int");
}

#[test]
fn an_output_named_like_an_input_passes_it_through_or_replaces_it() {
    let kept = row(&format!(r#"args: "t: Target", stack: "c -> c", does: "jump t if truthy(c)", {NO}"#));
    assert_eq!(kept.outputs[0].passes, Some(0));
    let replaced = row(&format!(r#"stack: "a: Int -> a", does: "a = a + 1", {NO}"#));
    assert_eq!(replaced.outputs[0].passes, None);
}

#[test]
fn a_case_that_does_not_assign_what_others_do_gets_a_step_that_does() {
    let row = row(r#"stack: "a -> a", cases: ["Int => a = a + 1", "_ => "], examples: ["1 => 2", "nil => nil"]"#);
    let Body::Cases { cases, .. } = &row.body else { panic!("cases") };
    assert!(matches!(&cases[1].block.steps[..], [Step::Let { value: Expr::Input(0, _), .. }]));
    assert!(row.examples.iter().all(|example| example.evaluated));
}

#[test]
fn native_state_follows_from_the_body_and_may_be_weakened() {
    let state = |fields: &str| row(&format!("{fields}, {NO}")).native.state;
    assert_eq!(state(r#"stack: "a -> a, a""#), NativeState::Inline);
    assert_eq!(state(r#"args: "s: Local", stack: " -> r", does: "r = local.get(s)""#), NativeState::Inline);
    assert_eq!(state(r#"args: "g: Global", stack: " -> r", does: "r = global.get(g)""#), NativeState::Helper);
    assert_eq!(state(r#"stack: "a -> ", does: "raise a""#), NativeState::Exit);
    assert_eq!(state(r#"stack: "a -> r", handler: "row", effects: []"#), NativeState::Helper);
    assert_eq!(state(r#"stack: "a -> a", native: Never("slow")"#), NativeState::Exit);
}

#[test]
fn traps_are_those_of_steps_types_and_cases_but_not_limits() {
    let traps = |fields: &str| {
        let set = set(&format!("{fields}, {NO}"));
        let row = set.instruction("Row").expect("the row");
        row.traps.iter().map(|trap| set.trap(*trap).name.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(traps(r#"stack: "a -> a""#), "");
    assert_eq!(traps(r#"stack: "a: Int -> a""#), "TypeMismatch");
    assert_eq!(traps(r#"stack: "a -> a", cases: ["Int => "]"#), "TypeMismatch");
    assert_eq!(traps(r#"stack: "a -> a", cases: ["_ => trap DivisionByZero if truthy(a)"]"#), "DivisionByZero");
    assert_eq!(traps(r#"args: "g: Global", stack: "v -> ", does: "global.declare(g, v)""#), "");
    assert_eq!(traps(r#"stack: "a, b -> r", seq: ["Div"]"#), "TypeMismatch DivisionByZero");
}

#[test]
fn a_sequence_knows_how_much_room_it_needs() {
    let peak = |fields: &str| row(&format!("{fields}, {NO}")).peak;
    assert_eq!(peak(r#"stack: "a -> a""#), 0);
    assert_eq!(peak(r#"stack: "a -> r", seq: ["Dup", "Dup", "Add", "Add"]"#), 2);
    assert_eq!(peak(r#"args: "n: Count8", stack: "vs: [Any; n] -> ", seq: ["Print n"]"#), 0);
}

#[test]
fn all_errors_are_found_at_once_and_one_mistake_is_one_error() {
    let two = r#"Table(name: "t", version: 1, ops: [
        Op(name: "A", code: 0xe0, doc: "-", stack: "a -> r", does: "r = x", no_examples: "-"),
        Op(name: "B", code: 0xe1, doc: "-", stack: "a -> r", seq: ["A"], no_examples: "-"),
        Op(name: "C", code: 0xe2, doc: "-", args: "n: Nothing", stack: "a -> r", does: "r = a", no_examples: "-"),
    ])"#;
    let found = check_str("t.ron", two).expect_err("errors");
    assert_eq!(found.list().iter().map(|one| one.code).collect::<Vec<_>>(), [Code::UnknownName, Code::UnknownKind]);
}

#[test]
fn sequences_of_std_families_without_their_parts_are_dropped() {
    let set = check_str("t.ron", r#"Table(name: "t", version: 1, include: ["std:variables"])"#).expect("a table");
    assert!(set.instruction("GetSlot").is_some());
    assert!(set.instruction("PreIncSlot").is_none());
}

#[test]
fn examples_are_run_where_no_machine_is_needed() {
    let fields = r#"args: "a: Local", stack: "b: Int -> r", does: "r = int.mul_wrap(b, 3); local.set(a, r)""#;
    let right = format!(
        r#"{fields}, examples: ["[slots: 0 1] 1 5 => 15; slots: 0 15", "[slots: nil] 0 nil => trap TypeMismatch"]"#
    );
    assert_eq!(row(&right).examples.iter().map(|example| example.evaluated).collect::<Vec<_>>(), [true, true]);
    let wrong = format!(
        r#"{fields}, examples: ["[slots: 0 1] 1 5 => 15; slots: 0 14", "[slots: 0] 0 nil => trap TypeMismatch"]"#
    );
    assert_eq!(codes(&wrong), [Code::WrongExample]);
}

#[test]
fn a_wrong_example_is_corrected() {
    let text = table(r#"stack: "a: Int -> r", does: "r = a + 1", examples: ["1 => 3", "nil => trap TypeMismatch"]"#);
    let found = check_str("t.ron", &text).expect_err("a wrong example");
    let (span, fix) = found.list()[0].fix.clone().expect("a fix");
    assert_eq!((&text[span.start as usize..span.end as usize], fix.as_str()), ("3", "2"));
}

#[test]
fn the_hash_depends_on_meaning_alone() {
    let hash = |fields: &str| set(fields).hash();
    let base = hash(r#"stack: "a: Int -> r", does: "r = a + 1", no_examples: "-""#);
    assert_eq!(base, hash(r#"stack: "a:Int->r", does: "r = int.add_wrap(a,1)", no_examples: "other words""#));
    assert_ne!(base, hash(r#"stack: "a: Int -> r", does: "r = a + 2", no_examples: "-""#));
    assert_ne!(
        base,
        hash(r#"stack: "a: Num -> r", does: "r = 1; trap DivisionByZero if truthy(a)", no_examples: "-""#)
    );
}

/// Each row is the one before, twice: written out, the last would be 2^40 instructions.
#[test]
fn sequences_of_sequences_have_limits() {
    let row = |index: usize, seq: &str| {
        format!(
            r#"Op(name: "Row{index}", code: 0xf8{index:02x}, doc: "-", stack: "a -> a", seq: [{seq}], examples: ["1 => 1"])"#
        )
    };
    let ops: Vec<String> = (0..40)
        .map(|index| match index {
            0 => row(0, r#""Nop""#),
            _ => row(index, &format!(r#""Row{0}", "Row{0}""#, index - 1)),
        })
        .collect();
    let text = format!(r#"Table(name: "t", version: 1, include: ["std:constants"], ops: [{}])"#, ops.join(", "));
    let found = check_str("t.ron", &text).expect_err("too many");
    assert_eq!(found.list().iter().map(|one| one.code).collect::<Vec<_>>(), [Code::TooMany]);
}

#[test]
fn counts_have_limits() {
    let long = |item: &str, number: usize| vec![item; number].join(", ");
    let inputs: Vec<String> = (0..300).map(|index| format!("a{index}")).collect();
    assert_eq!(codes(&format!(r#"stack: "{} -> ", {NO}"#, inputs.join(", "))), [Code::TooMany]);
    let operands: Vec<String> = (0..20).map(|index| format!("a{index}: Int")).collect();
    assert_eq!(codes(&format!(r#"args: "{}", stack: " -> ", {NO}"#, operands.join(", "))), [Code::TooMany]);
    assert_eq!(codes(&format!(r#"stack: "a -> a", seq: [{}], {NO}"#, long("\"Nop\"", 65))), [Code::TooMany]);
    assert_eq!(codes(&format!(r#"stack: "a -> r", cases: [{}], {NO}"#, long("\"Int => r = a\"", 65))), [Code::TooMany]);
    assert_eq!(codes(&format!(r#"stack: "a -> a", examples: [{}]"#, long("\"1 => 1\"", 257))), [Code::TooMany]);
    let guards = format!(r#"stack: "{} -> ", cases: ["{} => "], {NO}"#, inputs[..7].join(", "), long("Int", 7));
    assert_eq!(codes(&guards), [Code::TooMany]);
}

/// Like [`codes`], with few families: read often.
fn small(fields: &str) {
    let text = table(fields).replace("std:standard", "std:stack\", \"std:arithmetic\", \"std:functions");
    let _ = check_str("t.ron", &text);
}

/// Those that name rows which are not there would have been dropped.
#[test]
fn the_standard_set_keeps_all_its_fusions_and_rewrites() {
    let set = crate::standard();
    let written = |row: &str| crate::std_families().iter().map(|(_, text)| text.matches(row).count()).sum::<usize>();
    assert_eq!(set.fusions().len(), written("Fuse(name:"));
    assert_eq!(set.rewrites().len(), written("Rewrite(name:"));
    assert_eq!(set.instructions().len(), written("Op(name:"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_example_is_read_or_refused(text in "([0-9a-z@;:=> .,\\[\\]-]|slots|nan|trap |\\\\\"){0,30}") {
        small(&format!(r#"args: "s: Local, t: Target", stack: "a: Int -> r", does: "jump t if a < 0; r = local.get(s)", examples: ["{text}"]"#));
    }

    #[test]
    fn any_stack_effect_is_read_or_refused(text in "([a-c:;,|-]|->|Int|Any|\\[|\\]| |n){0,20}") {
        small(&format!(r#"args: "n: Count", stack: "{text}", {NO}"#));
    }

    #[test]
    fn any_case_is_read_or_refused(text in "(Int|Float|_|, |\\|| |=>|r = a|;|when ){0,12}") {
        small(&format!(r#"stack: "a, b -> r", cases: ["{text}"], {NO}"#));
    }

    #[test]
    fn any_sequence_is_read_or_refused(text in "(Dup|Add|Call|Rot| |s|1|@a|-){0,6}") {
        small(&format!(r#"args: "s: Local", stack: "a, b -> r", seq: ["{text}", "Add"], {NO}"#));
    }
}
