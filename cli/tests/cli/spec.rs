//! `opforge spec …`: tables checked, listed and documented.

use crate::common::{check, opforge};
use std::fs;

#[test]
fn the_standard_table_is_right() {
    let ran = opforge(&["spec", "check", "std:standard"], "");
    assert!(ran.code == Some(0) && ran.out.starts_with("`std:standard` is right: table `standard`"), "{ran:#?}");
    let ran = opforge(&["spec", "test", "std:standard"], "");
    assert!(
        ran.code == Some(0)
            && ran.out.contains("examples evaluated")
            && ran.out.contains("left to the generated tests"),
        "{ran:#?}"
    );
}

#[test]
fn listings_for_people_and_programs() {
    let ran = opforge(&["spec", "list", "std:standard"], "");
    assert!(ran.out.lines().any(|line| line.contains("Add") && line.contains("a, b -> r")), "{ran:#?}");
    let ran = opforge(&["spec", "list", "--json", "std:standard"], "");
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(value.is_object(), "{value}");
    let ran = opforge(&["spec", "expand", "std:standard", "opcode"], "");
    assert!(ran.out.contains("pub enum Opcode"), "{ran:#?}");
}

#[test]
fn a_wrong_table_is_shown_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.ron");
    let path = path.to_str().unwrap();
    fs::write(path, "Table(\n    name: \"wrong\",\n    version: 1,\n    nmae: \"x\",\n)\n").unwrap();
    for command in ["check", "test", "list"] {
        check(&opforge(&["spec", command, path], ""), 1, "", &["E0104", "wrong.ron:4", "nmae", "help"]);
    }
    let ran = opforge(&["spec", "check", "--json", path], "");
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (ran.code, &value["ok"], &value["errors"][0]["code"]),
        (Some(1), &false.into(), &"E0104".into()),
        "{value}"
    );
    assert_eq!((&value["errors"][0]["line"], &value["errors"][0]["column"]), (&4.into(), &5.into()), "{value}");
}

#[test]
fn the_manual_is_written_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("manual");
    let (dir, index) = (out.to_str().unwrap(), out.join("README.md"));
    let stale = opforge(&["spec", "doc", "std:standard", "-o", dir, "--check"], "");
    check(&stale, 1, "", &["not up to date", "run `opforge spec doc std:standard -o"]);
    assert!(!out.exists(), "--check writes nothing");
    assert_eq!(opforge(&["spec", "doc", "std:standard", "-o", dir], "").code, Some(0));
    assert_eq!(opforge(&["spec", "doc", "std:standard", "-o", dir, "--check"], "").code, Some(0));
    fs::write(&index, "changed").unwrap();
    check(&opforge(&["spec", "doc", "std:standard", "-o", dir, "--check"], ""), 1, "", &["README.md"]);
}

#[test]
fn carets_stand_under_what_they_mean() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.ron");
    let column = |before: &str| {
        fs::write(&path, format!("Table(name: \"t\", version: 1, {before} nmae: 1)")).unwrap();
        let err = opforge(&["spec", "check", path.to_str().unwrap()], "").err;
        let under = err.lines().find(|line| line.contains('^')).unwrap_or_else(|| panic!("{err}"));
        under.find('^').unwrap()
    };
    assert_eq!(column("/* 漢字 */"), column("/* abcd */"));
    assert_eq!(column("/* e\u{301} */"), column("/* e */"));
}

#[test]
fn mistakes_that_examples_do_not_notice() {
    let ran = opforge(&["spec", "mutate", "std:standard"], "");
    assert!(ran.code == Some(0) && ran.out.contains("killed by their examples") && ran.err.is_empty(), "{ran:#?}");
    assert!(ran.out.contains("probably equivalent") && ran.out.contains("left out"), "{ran:#?}");

    let table = r#"Table(name: "t", version: 1, include: ["std:variables", "std:arithmetic"], ops: [
        Op(name: "Twice", code: 0xe0, stack: "a: Int -> r", doc: "Doubles.", does: "r = a + a",
           examples: ["2 => 4", "nil => trap TypeMismatch"]),
    ])"#;
    let ran = opforge(&["spec", "mutate", "-"], table);
    assert!(ran.code == Some(1) && ran.out.contains("`a + a` becomes `int.mul_wrap(a, a)`"), "{ran:#?}");
    assert!(!ran.out.contains("AddAssignSlotVoid"), "what is of `std:` was looked at when it was made: {ran:#?}");
    let ran = opforge(&["spec", "mutate", "--json", "--row", "Twice", "-"], table);
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let survivors = value["survivors"].as_array().unwrap();
    assert!(ran.code == Some(1) && survivors.iter().any(|survivor| survivor["example"].is_string()), "{value:#}");
    check(&opforge(&["spec", "mutate", "--row", "Thrice", "-"], table), 2, "", &["no row `Thrice`", "spec list"]);
}

#[test]
fn examples_that_are_lacking_are_proposed_until_none_is() {
    let table = |examples: &str| {
        format!(
            "Table(name: \"t\", version: 1, ops: [\n    Op(name: \"Half\", code: 0xe0, stack: \"a -> r\", doc: \"Halves.\",\n       \
             cases: [\"Int => r = int.div_wrap(a, 2)\", \"Float => r = a / 2.0\"], examples: [{examples}]),\n])"
        )
    };
    let first = opforge(&["spec", "examples", "-"], &table(""));
    assert!(
        first.code == Some(0) && first.out.starts_with("Half\n    // without these the table is refused\n"),
        "{first:#?}"
    );
    let pasted: String =
        first.out.lines().filter(|line| line.starts_with("    ")).map(|line| format!("{line}\n")).collect();
    check(&opforge(&["spec", "check", "-"], &table("")), 1, "", &["E0605"]);
    assert_eq!(opforge(&["spec", "check", "-"], &table(&pasted)).code, Some(0), "{pasted}");
    check(&opforge(&["spec", "examples", "-"], &table(&pasted)), 0, "no row lacks an example\n", &[]);
    assert_eq!(opforge(&["spec", "mutate", "-"], &table(&pasted)).code, Some(0), "{pasted}");
    let ran = opforge(&["spec", "examples", "--json", "-"], &table("\"6 => 3\""));
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(
        value[0]["row"] == "Half" && value[0]["needed"].as_array().is_some_and(|needed| needed.len() == 2),
        "{value:#}"
    );
}

#[test]
fn what_cannot_be_computed_is_wanted_all_the_same() {
    let table = |examples: &str| {
        format!(
            "Table(name: \"t\", version: 1, primitives: [Prim(name: \"my.twice\", sig: \"Int -> Int\", rust: \"crate::twice\", phrase: \"twice {{0}}\")], \
             ops: [Op(name: \"Twice\", code: 0xe0, stack: \"a: Int -> r\", doc: \"Doubles.\", does: \"r = my.twice(a)\", examples: [{examples}])])"
        )
    };
    let wants = |examples: &str| opforge(&["spec", "examples", "-"], &table(examples));
    let both = ["my.twice", "write one that succeeds, and one that traps: `… => trap TypeMismatch`", "check!"];
    assert!(both.iter().all(|text| wants("").out.contains(text)), "{:#?}", wants(""));
    let one = wants("\"nil => trap TypeMismatch\"");
    assert!(one.out.contains("write one that succeeds\n"), "{one:#?}");
    check(&opforge(&["spec", "check", "-"], &table("\"nil => trap TypeMismatch\"")), 1, "", &["E0605"]);
    check(&wants("\"2 => 4\", \"nil => trap TypeMismatch\""), 0, "no row lacks an example\n", &[]);
}

#[test]
fn vectors_for_other_implementations() {
    let ran = opforge(&["spec", "vectors", "std:standard"], "");
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(ran.code == Some(0) && value["format"] == 1 && value["table"] == "standard", "{:.300}", ran.out);
    let rows = value["rows"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    let vector = |name: &str, text: &str| {
        let vectors = row(name)["vectors"].as_array().unwrap();
        vectors.iter().find(|vector| vector["text"] == text).unwrap_or_else(|| panic!("{:#}", row(name))).clone()
    };
    assert_eq!(row("SetSlot")["encoding"]["operands"][0]["bytes"], 2);
    let nan = serde_json::json!([{ "float": "nan", "bits": "7ff8000000000000" }]);
    assert_eq!(vector("Add", "inf -inf => nan")["outcome"]["next"], nan);
    let trapped = serde_json::json!({ "trap": "DivisionByZero", "code": 2 });
    assert_eq!(vector("Div", "1 0 => trap DivisionByZero")["outcome"], trapped);
    assert_eq!(vector("JumpIfTrue", "true => jump target")["outcome"]["jump"], "target");
    let computed =
        |row: &serde_json::Value| row["vectors"].as_array().unwrap().iter().any(|vector| vector["computed"] == true);
    assert!(computed(row("Add")) && !computed(row("Print")), "{:#}", row("Print"));
    assert_eq!(opforge(&["spec", "vectors", "std:standard"], "").out, ran.out, "the same on every run");
}
