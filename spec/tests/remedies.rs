//! What beginners write, and what each is told: one error, whose remedy names what is meant.

use opforge_spec::{Diagnostics, check_str};

const OP: &str = r#"Op(name: "Twice", code: 0xe0, stack: "a: Int -> r", doc: "D.", does: "r = a + a",
           examples: ["21 => 42", "nil => trap TypeMismatch"]),"#;

const TEMPLATE: &str = r#"Template(name: "guarded", params: "ints, floats", stack: "a, b -> r", cases: [
           "Int, Int => r = $ints(a, b)", "Float, Float => r = $floats(a, b)"]),"#;

const LIKE: &str = r#"Op(name: "Quot", code: 0xe1, like: "guarded(int.sub_wrap, float.sub)", doc: "Q.",
           examples: ["7 2 => 5", "1.0 2.0 => -1.0", "nil 1 => trap TypeMismatch"]),"#;

/// Checks the table with `right` written as `wrong`.
fn told(right: &str, wrong: &str) -> Result<(), Diagnostics> {
    let table = format!(
        "#![enable(implicit_some)]\nTable(name: \"t\", version: 1, include: [\"std:standard\"],\n\
         primitives: [Prim(name: \"own.x\", sig: \"Int -> Int\", rust: \"crate::x\", cost: 2, effects: [Traps(\"TypeMismatch\")])],\n\
         templates: [{TEMPLATE}],\nops: [{OP}\n{LIKE}],\nfusions: [Fuse(name: \"Own\", seq: [\"Mul\", \"GetSlot z\", \"Negate\", \"Add\"])],\n\
         rewrites: [Rewrite(name: \"own\", from: [\"Rot\", \"Rot\", \"Rot\"], to: [])],\n)"
    );
    assert!(table.contains(right), "{right}");
    check_str("t.ron", &table.replacen(right, wrong, 1)).map(drop)
}

#[test]
fn the_right_table_is_right() {
    if let Err(diagnostics) = told(OP, OP) {
        panic!("{diagnostics}");
    }
}

#[track_caller]
fn one(right: &str, wrong: &str, help: &str) {
    let diagnostics = told(right, wrong).expect_err(wrong);
    let helps: Vec<&str> = diagnostics.list().iter().map(|diagnostic| diagnostic.help.as_str()).collect();
    assert_eq!(helps, [help], "{wrong}: {diagnostics}");
}

#[test]
fn fields_by_other_names() {
    one("doc: \"D.\"", "description: \"D.\"", "write `doc`");
    one("does: \"r = a + a\"", "does: \"r = call f(a)\"", "write `enter`");
    one("does: \"r = a + a\"", "does: \"call f(a)\"", "write `enter`");
    one("stack: \"a: Int -> r\"", "effect: \"a: Int -> r\"", "write `stack`");
    one("Op(name: \"Twice\"", "Op(mnemonic: \"Twice\"", "write `name`");
    one("sig: ", "signature: ", "write `sig`");
    one("seq: ", "pattern: ", "write `seq`");
    one("to: []", "into: []", "write `to`");
    one("like: ", "template: ", "write `like`");
    // What has to be there is meant, if it can be.
    one("doc: \"D.\"", "meaning: \"D.\"", "write `doc`");
}

#[test]
fn values_of_another_shape() {
    one("cost: 2", "cost: \"2\"", "write `2`");
    one("[Traps(\"TypeMismatch\")]", "Traps(\"TypeMismatch\")", "write `[Traps(\"TypeMismatch\")]`");
    one("[Traps(\"TypeMismatch\")]", "[\"Traps(TypeMismatch)\"]", "write `Traps(\"TypeMismatch\")`");
    one(
        "[\"Mul\", \"GetSlot z\", \"Negate\", \"Add\"]",
        "\"Mul, GetSlot z, Negate, Add\"",
        "write `[\"Mul\", \"GetSlot z\", \"Negate\", \"Add\"]`",
    );
    one(
        "\"Mul\", \"GetSlot z\", \"Negate\", \"Add\"",
        "\"Mul, GetSlot z\", \"Negate\", \"Add\"",
        "write each instruction as a text of its own: `\"Mul\", \"GetSlot z\"`",
    );
    // The first that is free.
    one("code: 0xe1, ", "", "add `code: 0xe1,`, which is free");
    one("code: 0xe0", "code:\u{a0}0xe0", "write a plain space in place of it");
}

#[test]
fn templates() {
    let lacking = "declare what it uses: `params: \"ints, floats\"`";
    one("params: \"ints, floats\", ", "", lacking);
    one("params: \"ints, floats\"", "params: \"$ints, $floats\"", "write `params: \"ints, floats\"`");
}

#[test]
fn what_is_declared_twice() {
    let rename = |other: &str| format!("rename one, `name: \"{other}\"`, or remove one if both say the same");
    let fusion = "Fuse(name: \"Own\", seq: [\"Mul\", \"GetSlot z\", \"Negate\", \"Add\"])";
    one(fusion, &format!("{fusion}, {fusion}"), &rename("Own2"));
    let rewrite = "Rewrite(name: \"own\", from: [\"Rot\", \"Rot\", \"Rot\"], to: [])";
    one(rewrite, &format!("{rewrite}, {rewrite}"), &rename("own_2"));
    let own =
        "Prim(name: \"own.x\", sig: \"Int -> Int\", rust: \"crate::x\", cost: 2, effects: [Traps(\"TypeMismatch\")])";
    let std = "Prim(name: \"float.add\", sig: \"a: Float, b: Float -> Float\", is: \"float.add(a, b)\")";
    one(own, std, &rename("float.add_2"));
}

#[test]
fn bodies_as_other_languages_have_them() {
    let one = |wrong: &str, help: &str| one("r = a + a", wrong, help);
    one("trap TypeMismatch unles a > 0; r = a", "write `unless`");
    one("trap TypeMismatch when a > 0; r = a", "write `if`");
    one("if a < 1 then trap TypeMismatch; r = a", "a condition stands behind its step: `trap Name if c`");
    one("r = min(a, 3)", "write `int.min`");
    one("r = a.abs()", "values have no methods: write `int.abs_wrap(a)` or `float.abs(a)`, as it is called");
    one("r = Int(a + a)", "write `float.from_int(a)` or `float.to_int(a)`: types are not called");
    one("push(a + a)", "give each output a value, such as `r = a`: the stack is what `stack` says");
    one("trap TypeMismatch if a ≤ 1; r = a", "write `<=`");
    one("r = float.to_int(100.)", "write `100.0`");
    one("r = float.to_int(.5)", "write `0.5`");
    one("r = 0 < a < 1", "write `bool.and(a < b, b < c)`");
    one("for i in 0..a { r = r + i }", "a body is a list of steps, each of which runs once");
}

#[test]
fn cases_and_sequences() {
    one(
        "\"Float, Float => r = $floats(a, b)\"",
        "\"default => r = $floats(a, b)\"",
        "write `otherwise: \"r = float.sub(a, b)\"` after the cases",
    );
    one(
        "\"Float, Float => r = $floats(a, b)\"",
        "\"Float => r = $floats(a, b)\"",
        "write one type for each input: `Float, _ => …`",
    );
    one("stack: \"a: Int -> r\"", "stack: \"a: Int → r\"", "write `->`");
}

#[test]
fn examples_and_rows() {
    one("nil => trap TypeMismatch\"]),\nOp", "nil => Trap TypeMismatch\"]),\nOp", "write `=> trap TypeMismatch`");
    one("nil => trap TypeMismatch\"]),\nOp", "nil => TypeMismatch\"]),\nOp", "write `=> trap TypeMismatch`");
    one("\"21 => 42\"", "\"[slot: 4] 21 => 42\"", "write `[slots: …]`");
    one("r = a + a", "trap(TypeMismatch) if a < 0; r = a", "write `trap TypeMismatch`");
    one("r = a + a", "r = a + a;;", "remove this `;`");
    one("Op(name: \"Twice\"", "OP(name: \"Twice\"", "write `Op(`");
    one("a: Int -> r", "a: Int => r", "write `->` between what it pops and what it pushes");
    one("a, b -> r", "a b -> r", "write `, b`: commas separate values");
}

#[test]
fn a_family_that_is_not_included_is_one_error() {
    let table = r#"Table(name: "t", version: 1, include: ["std:constants", "std:stack"],
        fusions: [Fuse(name: "F", seq: ["Dup", "Mul", "Dup", "Add"])])"#;
    let diagnostics = check_str("t.ron", table).expect_err("it lacks arithmetic");
    let helps: Vec<&str> = diagnostics.list().iter().map(|diagnostic| diagnostic.help.as_str()).collect();
    assert_eq!(helps, ["include the family that has it: `include: [\"std:arithmetic\"]`"]);
}

/// The help, and the text to put there, where what is said is sure.
#[track_caller]
fn mended(right: &str, wrong: &str, help: &str, put: Option<&str>) {
    one(right, wrong, help);
    let diagnostics = told(right, wrong).expect_err(wrong);
    let fix = diagnostics.list()[0].fix.as_ref().map(|(_, put)| put.as_str());
    assert_eq!(fix, put, "{wrong}");
}

#[test]
fn colons() {
    let help = "write `code: …`, with a `:` before the value";
    for wrong in ["code 0xe1,", "code= 0xe1,", "code; 0xe1,", "code, 0xe1,"] {
        mended("code: 0xe1,", wrong, help, Some(":"));
    }
}

/// What one bracket or mark does not mend is told where reading ends.
#[test]
fn what_no_bracket_mends() {
    let separate = "separate fields and values with `,`; a text stands in quotes: `\"…\"`";
    mended("code: 0xe1", "cod:e 0xe1", separate, None);
    mended("doc: \"Q.\"", "doc: Q\".\"", separate, None);
    mended("implicit_some)]", "implicit_some]", "write `)` before `]`", None);
    let diagnostics = check_str("t.ron", "Table(").expect_err("it is not closed");
    assert_eq!(diagnostics.list()[0].message, "`(` is not closed");
}

#[test]
fn marks_too_many() {
    for (right, wrong, mark) in [
        (LIKE, format!("[{LIKE}"), "["),
        (LIKE, format!("({LIKE}"), "("),
        (LIKE, format!("é {LIKE}"), "é"),
        (LIKE, format!("- {LIKE}"), "-"),
        (OP, format!("{OP} é"), "é"),
        ("Op(name: \"Quot\"", "Op,(name: \"Quot\"".to_owned(), ","),
        ("Op(name: \"Quot\"", "O,p(name: \"Quot\"".to_owned(), ","),
        ("code: 0xe1", "code: ,0xe1".to_owned(), ","),
        ("code: 0xe1", "code: 0x,e1".to_owned(), ","),
        ("code: 0xe1", "co(de: 0xe1".to_owned(), "("),
        ("\"a: Int -> r\"", "(\"a: Int -> r\"".to_owned(), "("),
        ("implicit_some)]", "implicit)_some)]".to_owned(), ")"),
    ] {
        mended(right, &wrong, &format!("remove this `{mark}`"), Some(""));
    }
    mended("Op(name: \"Quot\"", "O p(name: \"Quot\"", "remove this space", Some(""));
    mended("\"GetSlot z\", ", "\"GetSlot z,\" ", "write `\",` in place of `,\"`", Some("\","));
    mended("\"Rot\"], to", "\"Rot\", to", "write `…om: [\"Rot\", \"Rot\", \"Rot\"]`", Some("]"));
}

/// Where not all can be tried, the first change that makes the file right is meant, or none.
#[test]
fn a_bracket_is_mended_in_a_long_file() {
    let row = |row: usize| {
        let code = 0xf800 + row;
        format!(
            "Op(name: \"R{row}\", code: {code}, stack: \" -> r\", doc: \"D.\", does: \"r = 1\", examples: [\" => 1\"]),\n"
        )
    };
    let rows: String = (0..8000).map(|index| row(index % 2047)).collect();
    let table = format!("Table(name: \"t\", version: 1, ops: [\n{rows}])");
    let middle = rows.len() / 2;
    let wrong = table[..middle].to_owned() + &table[middle..].replacen("]),", "),", 1);
    let diagnostics = check_str("t.ron", &wrong).expect_err("a bracket is missing");
    assert_eq!(diagnostics.list()[0].message, "`[` is not closed", "{diagnostics}");
}

/// Each opcode that is proposed is free, and proposed once.
#[test]
fn opcodes_are_free() {
    let row = |name: &str, code: &str| {
        format!("Op(name: \"{name}\", {code} stack: \" -> r\", doc: \"D.\", does: \"r = 1\", examples: [\" => 1\"]),")
    };
    let helps = |families: &str, rows: &str| -> Vec<String> {
        let table = format!("Table(name: \"t\", version: 1, include: [\"std:standard\"], {families} ops: [{rows}])");
        let diagnostics = check_str("t.ron", &table).expect_err(&table);
        diagnostics.list().iter().map(|diagnostic| diagnostic.help.clone()).collect()
    };
    let add = |code: &str| format!("add `code: {code},`, which is free");
    let own = |codes: std::ops::Range<u16>| -> String {
        codes.map(|code| row(&format!("A{code}"), &format!("code: 0x{code:X},"))).collect()
    };
    assert_eq!(helps("", &(row("A", "code: 224,") + &row("B", ""))), [add("0xe1")]);
    assert_eq!(helps("", &(row("A", "") + &row("B", ""))), [add("0xe0"), add("0xe1")]);
    assert_eq!(helps("codes: (0xf900, 0xf910),", &row("A", "")), [add("0xf900")]);
    assert_eq!(helps("", &(own(0xe0..0xf0) + &own(0xf800..0xf900) + &row("A", ""))), [add("0xf900")]);
    let family = |name: &str, rows: &str| format!("Family(name: \"{name}\", doc: \"D.\", ops: [{rows}]),");
    let families = |rows: [&str; 3]| {
        let families = ["x", "y", "z"].into_iter().zip(rows).map(|(name, rows)| family(name, rows));
        format!("families: [{}],", families.collect::<String>())
    };
    let taken = families([&row("A", "code: 0xe0,"), &row("B", "code: 0xe0,"), &row("C", "code: 0xe0,")]);
    let write = |code: &str| format!("write `code: {code}`, which is free");
    assert_eq!(helps(&taken, ""), [write("0xe1"), write("0xe2")]);
    let lacking = families([&row("A", "code: 0xe0,"), "", ""]);
    assert_eq!(helps(&lacking, &row("B", "")), [add("0xe1")]);
    // What cannot be read may have any.
    let any = "add `code: …,` with an opcode that no row has: 0xe0 to 0xef and 0xf800 to 0xffff are for users' tables";
    assert!(helps("", &(row("A", "cod: 0xe0, name: \"A\",") + &row("B", ""))).contains(&any.to_owned()));
}

/// A report is short, however long the lines and words of the table are.
#[test]
fn long_lines_are_shown_in_part() {
    let word = "x".repeat(100_000);
    let text = format!("name: \"t\", version: 1, doc: \"{word}\"");
    for table in [
        format!("Table({word}: 1)"),
        format!("Table(name: {word})"),
        format!("Table({text}, ops: [{word}])"),
        format!("Table({text}"),
        format!("Table({text}, {text})"),
        format!("Table({text},\nname: \"{word}\", ops: {word})"),
    ] {
        let report = check_str("t.ron", &table).expect_err(&table[..40]).to_string();
        assert!(report.len() < 3_000, "{}: {report}", report.len());
    }
    let table = format!("Table({text}, name: \"t\")");
    let report = check_str("t.ron", &table).expect_err("a name twice").to_string();
    assert!(report.contains("--> t.ron:1:100039") && report.contains("= note: first time: t.ron:1:7"), "{report}");
}

#[test]
fn characters_and_numbers_of_32_bits() {
    let does = |body: &str| format!("does: \"r = {body}\"");
    one("does: \"r = a + a\"", &does("'ab'"), r#"a text stands in double quotes, as in `\"text\"`"#);
    one("does: \"r = a + a\"", &does("1e39f32"), "write a float up to about `3.4e38f32`");
    one("does: \"r = a + a\"", &does("2147483648i32"), "write a number from `-2147483648i32` to `2147483647i32`");
    one("does: \"r = a + a\"", &does("99999999999999999999i32"), "write a number up to `2147483647i32`");
    one("stack: \"a: Int -> r\"", "stack: \"a: i32 -> r\"", "write `I32`");
    one("stack: \"a: Int -> r\"", "stack: \"a: Int, nan32 -> r\"", "write `nan32_value`");
    // What stands in quotes is no bracket and no comma of a list.
    one("guarded(int.sub_wrap, float.sub)", "guarded(',', ')')", "separate steps with `;`");
}
