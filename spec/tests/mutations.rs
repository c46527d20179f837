//! Mistakes that are seeded into rows: examples notice them, or an example is found that does.

use opforge_spec::{InstructionSet, RowMutations, check_str, mutations, standard};

#[test]
fn the_examples_of_the_standard_set_notice_what_can_be_noticed() {
    let set = standard();
    let found: Vec<RowMutations> = set.instructions().iter().map(|row| mutations(&set, row)).collect();
    let killed: usize = found.iter().map(|row| row.killed).sum();
    let survivors: Vec<_> = found.iter().flat_map(|row| &row.survivors).collect();
    let all = killed + survivors.len();
    assert!(all > 900 && killed * 100 >= all * 97, "{killed} of {all}");
    let killable: Vec<_> = survivors.iter().filter(|survivor| survivor.killer.is_some()).collect();
    assert!(killable.is_empty(), "run `opforge spec mutate std:standard`: {killable:#?}");
    for row in &found {
        // What the evaluator does not run: frames, scopes, streams and what else only a machine has.
        let has_reason = |reason: &String| {
            reason.starts_with("has no examples: ") || ["machine", "group"].iter().any(|word| reason.contains(word))
        };
        assert!(row.left.as_ref().is_none_or(has_reason), "{}: {:?}", row.row, row.left);
    }
    for row in ["Call", "PushFrame", "PrintLn", "ReadLine"] {
        assert!(found.iter().any(|found| found.row == row && found.left.is_some()), "{row}");
    }
}

/// A table of one row, with these examples.
fn table(row: &str, examples: &[String]) -> InstructionSet {
    let examples = format!("{examples:?}");
    let text = format!(
        "Table(name: \"t\", version: 1, include: [\"std:standard\"], ops: [Op(code: 0xe0, doc: \"Doc.\", name: \"Own\", {row}, \
         examples: {examples})])"
    );
    check_str("t.ron", &text).unwrap_or_else(|wrong| panic!("{}\n{text}", wrong.render(false)))
}

fn own(set: &InstructionSet) -> RowMutations {
    mutations(set, set.instruction("Own").expect("the row is there"))
}

/// The changes that survive these examples; those that would notice them are accepted, and then all that can be noticed is.
#[track_caller]
fn survivors(row: &str, examples: &[&str]) -> Vec<String> {
    let mut examples: Vec<String> = examples.iter().map(|example| (*example).to_owned()).collect();
    let before = own(&table(row, &examples));
    examples.extend(before.missing.iter().cloned());
    let after = own(&table(row, &examples));
    let alike = before.survivors.iter().filter(|survivor| survivor.killer.is_none());
    assert_eq!(after.survivors, alike.cloned().collect::<Vec<_>>(), "after adding {:?}", before.missing);
    assert_eq!(before.killed + before.survivors.len(), after.killed + after.survivors.len());
    before.survivors.into_iter().map(|survivor| survivor.change).collect()
}

#[track_caller]
fn survives(row: &str, examples: &[&str], change: &str) {
    let found = survivors(row, examples);
    assert!(found.iter().any(|survivor| survivor == change), "{change} not among {found:#?}");
}

#[test]
fn operations_and_arguments() {
    let row = r#"stack: "a: Int, b: Int -> r", does: "r = a + b""#;
    survives(row, &["2 2 => 4", "nil 1 => trap TypeMismatch"], "`a + b` becomes `int.mul_wrap(a, b)`");
    survives(row, &["2 2 => 4", "nil 1 => trap TypeMismatch"], "`a` becomes `b`");
    let found = survivors(row, &["2 2 => 4", "nil 1 => trap TypeMismatch"]);
    assert!(!found.iter().any(|change| change.contains("int.add_wrap(b, a)")), "it makes no difference: {found:#?}");
    let row = r#"stack: "a: Int, b: Int -> r", does: "r = a - b""#;
    survives(row, &["0 0 => 0", "nil 1 => trap TypeMismatch"], "`a - b` becomes `int.sub_wrap(b, a)`");
    survives(row, &["4 2 => 2", "nil 1 => trap TypeMismatch"], "`r = a - b` becomes `r = b`");
}

#[test]
fn numbers_and_comparisons() {
    let row = r#"stack: "a: Int -> r", does: "r = a < 10""#;
    let examples = ["3 => true", "30 => false", "nil => trap TypeMismatch"];
    survives(row, &examples, "`10` becomes `11`");
    survives(row, &examples, "`a < 10` becomes `int.le(a, 10)`");
    assert_eq!(survivors(row, &["9 => true", "10 => false", "11 => false", "nil => trap TypeMismatch"]), [""; 0]);
}

#[test]
fn steps_cases_and_traps() {
    let row = r#"args: "x: Local, y: Local", stack: "v -> ", does: "local.set(x, v); local.set(y, v)""#;
    survives(row, &["[slots: 1 2] 0 0 5 => ; slots: 5 2"], "`local.set(y, v)` is dropped");
    // Of slots, an example notices what it says of them.
    let examples = ["[slots: 1 2] 0 0 5 => ; slots: 5 2", "[slots: 1 2] 0 1 5 =>"];
    survives(row, &examples, "`local.set(x, v)` is dropped");
    let row = r#"stack: "a -> r", cases: ["Int => r = a", "Float => r = float.trunc(a)", "Bool => r = a"], otherwise: "r = a""#;
    let examples = ["1 => 1", "1.0 => 1.0", "true => true", "nil => nil"];
    let found = survivors(row, &examples);
    assert!(found.contains(&"the case is dropped".to_owned()), "{found:#?}");
    let row = r#"stack: "a: Int, b: Int -> r", does: "trap DivisionByZero if b == 0; trap Raised if a == 0; r = int.div_wrap(a, b)""#;
    let examples = ["7 2 => 3", "1 0 => trap DivisionByZero", "0 1 => trap Raised", "nil 1 => trap TypeMismatch"];
    survives(row, &examples, "`b == 0` becomes `int.le(b, 0)`");
}

#[test]
fn jumps_choices_and_outputs() {
    let row = r#"args: "low: Target, high: Target", stack: "a: Int, b: Int -> a, b",
                 does: "jump low if a < b; jump high if a > b""#;
    let examples = ["1 2 => jump low 1 2", "2 1 => jump high 2 1", "1 1 => 1 1", "nil 1 => trap TypeMismatch"];
    survives(row, &examples, "`a > b` becomes `int.ne(a, b)`");
    let row = r#"stack: "a: Int -> r", does: "r = if a < 0 then 0 else a""#;
    let examples = ["-5 => 0", "5 => 5", "nil => trap TypeMismatch"];
    survives(row, &examples, "`0` becomes `1`");
}

#[test]
fn parts_and_shuffles() {
    let row = r#"args: "slot: Local", stack: " -> ", seq: ["GetSlot slot", "LoadInt 2", "Add", "SetSlot slot"]"#;
    survives(row, &["[slots: 2] 0 => ; slots: 4", "[slots: nil] 0 => trap TypeMismatch"], "`Add` becomes `Mul`");
    let row = r#"stack: "a, b, c -> c, a, b""#;
    survives(row, &["1 1 2 => 2 1 1"], "`-> c, a, b` becomes `-> c, b, b`");
}

#[test]
fn rows_that_need_a_machine_are_left() {
    let row = r#"args: "n: Count", stack: "list: [Any; n] -> ", does: "output.write(list)""#;
    let set = table(row, &["1 => ; prints \"1\"".to_owned()]);
    assert_eq!(own(&set).left.as_deref(), Some("takes a group of values"));
}
