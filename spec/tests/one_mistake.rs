//! One mistake gives one error: in each form of step, and of whatever letter, quote, bracket or comma of a table is mistyped.

#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

use opforge_spec::{Code, Diagnostics, Effort, check_file_with, check_str, check_str_with};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn codes(table: &str) -> Vec<Code> {
    let found = check_str("t.ron", table).err();
    found.iter().flat_map(Diagnostics::list).map(|diagnostic| diagnostic.code).collect()
}

/// The codes for a row with that body.
fn of_body(fields: &str, body: &str) -> Vec<Code> {
    codes(&format!(
        r#"Table(name: "t", version: 1, ops: [
            Op(name: "Row", code: 0xe0, doc: "Doc.", {fields}, does: "{body}", no_examples: "a test")])"#
    ))
}

#[track_caller]
fn one(fields: &str, body: &str) {
    let found = of_body(fields, body);
    assert_eq!(found.len(), 1, "{body}: {found:?}");
}

#[test]
fn each_form_of_step_mistyped_is_one_error() {
    let value = r#"stack: "a: Int -> r""#;
    for body in [
        "R = a",
        "s = a",
        "r == a",
        "r : a",
        "r = = a",
        "r a",
        "= a",
        "r =",
        "a = r",
        "r = b",
        "r = a; r = a",
        "r = a +",
        "r = A",
        "r = a = a",
        "r = (a",
        "r = a)",
        "r = int.add_wrap(a)",
        "r = int.add_wrp(a, a)",
        "r = int.add_wrap(a, a",
        "r = int.add_wrap(a, b)",
        "r = intt.add_wrap(a, a)",
        "r = int.add_wrap a, a",
        "r = float.add(a, a)",
        "r = a + 1.0",
        "int.add_wrap(a, a)",
        "r = local.set(a)",
        "r = a if truthy(a)",
        "r = a; trap TypeMismatch if a",
        "r = a; trap Typemismatch if truthy(a)",
        "r = a; trap if truthy(a)",
        "r = a; trp TypeMismatch",
        "r = a; trap TypeMismatch fi truthy(a)",
        "r = a; jump",
        "r = a; jump a",
        "r = a; jump t if truthy(a)",
        "r = a; return a",
        "r = a; retrun a",
        "r = a; retrun",
        "r = a; raise",
        "r = a; raise R",
        "r = a; rais a",
        "enter f(a)",
        "r = enter f(a)",
        "r = enter f a",
        "r = enter (a)",
        "r = entr f(a)",
        "r = a; enter f(a)",
        "r = await a",
        "r = a,",
        "r = a;; ",
        "r = \\\"a\\\"",
        "r = 'a'",
        "r := a",
        "let r = a",
    ] {
        one(value, body);
    }
    let jump = r#"args: "t: Target", stack: "c -> ""#;
    for body in [
        "jump T if truthy(c)",
        "jmp t if truthy(c)",
        "jump t fi truthy(c)",
        "jump t if truthy(C)",
        "jump t if c",
        "jump t truthy(c)",
    ] {
        one(jump, body);
    }
    let enter = r#"args: "f: Func, n: Count8", stack: "argv: [Any; n] -> r""#;
    for body in [
        "R = enter f(argv)",
        "enter f(argv)",
        "r = enter F(argv)",
        "r = enter f(arg)",
        "r = entr f(argv)",
        "r = enter f(argv); r = 1",
    ] {
        one(enter, body);
    }
}

/// What is said of all places at once is said of one cause.
#[test]
fn mistakes_in_several_rows_are_several_errors() {
    let rows: String = (0..3)
        .map(|row| {
            format!(
                r#"Op(name: "Row{row}", code: {}, doc: "Doc.", stack: "a: Int -> r", does: "r = int.add_wrap(a)", no_examples: "-"),"#,
                0xe0 + row
            )
        })
        .collect();
    let table = format!(r#"Table(name: "t", version: 1, include: ["std:standard"], ops: [{rows}])"#);
    assert_eq!(codes(&table), [Code::ArgumentNumber; 3]);
    let others = [
        ("Row0", "Row 0", Code::BadName),
        (
            "stack: \"a: Int -> r\", does: \"r = int.add_wrap(a)\"",
            "stack: \"a: Imt -> r\", does: \"r = a\"",
            Code::UnknownType,
        ),
    ];
    let table = others.iter().fold(table, |table, (right, wrong, _)| table.replacen(right, wrong, 1));
    let mut found = codes(&table);
    found.sort();
    assert_eq!(found, [Code::BadName, Code::UnknownType, Code::ArgumentNumber, Code::ArgumentNumber]);
}

#[test]
fn a_text_of_several_lines_is_a_text() {
    let table =
        "Table(name: \"t\", version: 1,\n doc: \"Money,\n in (and) out: \\\"here\\\"\n\", include: [\"std:stack\"])";
    assert_eq!(codes(table), []);
    // Two mistakes, of which the second is found once the first is mended.
    let wrong = table.replace("t\", version: 1", "t, version: 1").replace("[\"std:stack\"]", "[\"std:stack]");
    assert_eq!(codes(&wrong), [Code::Unclosed]);
}

/// A change of one letter or mark.
struct Mutation {
    what: &'static str,
    line: usize,
    text: String,
    /// Whether it is one of a bracket or a quote.
    of_mark: bool,
}

/// Every `step`th change of a table in which one letter, quote, bracket or mark is missing, twice there or another one; what texts
/// like docs say is left alone.
fn mutations(text: &str, step: usize, first: usize) -> Vec<Mutation> {
    let mut all = Vec::new();
    let (mut is_text, mut is_comment, mut is_doc, mut escaped) = (false, false, false, false);
    let mut number = first;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        match c {
            '\n' => is_comment = false,
            _ if is_comment => {}
            '/' if !is_text && rest.starts_with("//") => is_comment = true,
            '#' if !is_text && rest.starts_with("#!") => is_comment = true,
            '"' if !escaped => {
                is_doc = ["doc: ", "no_examples: ", "phrase: "].iter().any(|field| text[..at].ends_with(field));
                is_text = !is_text;
            }
            _ => {}
        }
        escaped = is_text && c == '\\' && !escaped;
        if is_comment || !c.is_ascii() || c.is_whitespace() || c == '\\' || is_text && is_doc && c != '"' {
            continue;
        }
        let twice = ("twice", c.to_string() + c.encode_utf8(&mut [0; 4]));
        let other = match c {
            'a'..='z' => Some(("a capital", c.to_ascii_uppercase())),
            'A'..='Z' => Some(("no capital", c.to_ascii_lowercase())),
            '0'..='9' => Some(("another digit", if c == '7' { '6' } else { '7' })),
            '(' => Some(("another bracket", '[')),
            '[' => Some(("another bracket", '(')),
            ')' => Some(("another bracket", ']')),
            ']' => Some(("another bracket", ')')),
            _ => None,
        };
        let changes = [("nothing", String::new()), twice].into_iter();
        let changes = changes.chain(other.map(|(what, put)| (what, put.to_string())));
        let one = changes.map(|(what, put)| (what, [&text[..at], &put, &text[at + 1..]].concat()));
        let (whole, of_mark) = (text, "()[]\"".contains(c));
        // A text that has neither of its quotes.
        let end = (c == '"' && is_text).then(|| end_of_text(&text[at + 1..])).flatten();
        let bare =
            end.map(|end| ("no quotes", [&text[..at], &text[at + 1..at + 1 + end], &text[at + 2 + end..]].concat()));
        for (what, text) in one.chain(bare) {
            number += 1;
            if number.is_multiple_of(step) {
                all.push(Mutation { what, line: whole[..at].matches('\n').count() + 1, text, of_mark });
            }
        }
    }
    all
}

/// Where a text of one line ends, whose first quote is before.
fn end_of_text(rest: &str) -> Option<usize> {
    let end = rest.match_indices('"').map(|(at, _)| at).find(|at| !rest[..*at].ends_with('\\'))?;
    Some(end).filter(|end| !rest[..*end].contains('\n'))
}

/// How many mutations have how many errors, those with more than one by name.
#[derive(Default)]
struct Counts {
    number: BTreeMap<usize, usize>,
    many: Vec<String>,
}

impl Counts {
    fn add(&mut self, file: &str, mutation: &Mutation, found: Option<&Diagnostics>) {
        let count = found.map_or(0, Diagnostics::len);
        *self.number.entry(count).or_default() += 1;
        if count > 1 {
            self.many.push(format!("{file}:{} {}:\n{}", mutation.line, mutation.what, found.unwrap()));
        }
    }

    #[track_caller]
    fn check(&self) {
        assert!(self.many.is_empty(), "{:?}\n{}", self.number, self.many.join("\n"));
        // A mutation of no consequence says nothing.
        assert!(self.number[&1] > 2 * self.number[&0], "{:?}", self.number);
    }
}

#[test]
fn a_mistyped_letter_of_a_table_is_one_error() {
    let text = fs::read_to_string("../examples/calculator/calculator.ron").unwrap();
    let mut counts = Counts::default();
    for mutation in mutations(&text, 17, 3) {
        counts.add("calculator.ron", &mutation, check_str_with("t.ron", &mutation.text, Effort::Brief).err().as_ref());
    }
    counts.check();
}

/// The remedy can be followed as it stands.
#[test]
fn a_bracket_or_quote_is_mended_by_what_is_proposed() {
    let text = fs::read_to_string("../examples/calculator/calculator.ron").unwrap();
    let (mut mended, mut others) = (0, Vec::new());
    for mutation in mutations(&text, 3, 0).iter().filter(|mutation| mutation.of_mark) {
        let Err(found) = check_str_with("t.ron", &mutation.text, Effort::Brief) else { continue };
        let Some((span, put)) = &found.list()[0].fix else {
            others.push(format!("{} {}: {found}", mutation.line, mutation.what));
            continue;
        };
        let (before, after) = (&mutation.text[..span.start as usize], &mutation.text[span.end as usize..]);
        match check_str_with("t.ron", &[before, put, after].concat(), Effort::Brief) {
            Ok(_) => mended += 1,
            Err(then) => others.push(format!("{} {}: {found}\nthen {then}", mutation.line, mutation.what)),
        }
    }
    assert!(mended > 9 * others.len(), "{mended} mended, {} not: {}", others.len(), others.join("\n"));
}

/// What is tried to mend a file is bounded: what would take the square of its size does not end here.
#[test]
fn a_long_broken_line_is_answered() {
    let long = |begin: &str, part: &str, end: &str| [begin, &part.repeat(40_000), end].concat();
    for text in [
        long("Table(", "doc: x ", ")"),
        long("Table(", "examples: [x ", ")"),
        long("Table(", "a: 1, ", "]"),
        long("Table(", "a: 1, ", ")"),
        long("Table(name: \"t\", version: 1, ops: [", "Op(), ", "])"),
        long("Table(ops: [", "Op name ", ")"),
    ] {
        assert!(!codes(&text).is_empty());
    }
}

/// A copy of the standard set in a folder of that name, with its families.
fn standard_set(name: &str) -> (PathBuf, Vec<PathBuf>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let mut families: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir("isa").unwrap() {
        let path = entry.unwrap().path();
        let copy = folder.join(path.file_name().unwrap());
        fs::copy(path, &copy).unwrap();
        families.extend(Some(copy).filter(|copy| copy.extension().is_some_and(|extension| extension == "ron")));
    }
    families.sort();
    (folder.join("standard.ron"), families)
}

#[test]
fn a_mistyped_letter_of_a_standard_family_is_one_error() {
    let (root, families) = standard_set("mistyped_letters");
    let mut counts = Counts::default();
    for (index, family) in families.iter().enumerate() {
        let text = fs::read_to_string(family).unwrap();
        for mutation in mutations(&text, 1499, 31 * index) {
            fs::write(family, &mutation.text).unwrap();
            let found = check_file_with(&root, Effort::Brief).err();
            counts.add(&family.display().to_string(), &mutation, found.as_ref());
        }
        fs::write(family, text).unwrap();
    }
    counts.check();
}

/// What every row relies on.
#[test]
fn a_mistake_in_the_prelude_is_one_error() {
    let (root, _) = standard_set("wrong_preludes");
    let prelude = root.with_file_name("prelude.ron");
    let text = fs::read_to_string(&prelude).unwrap();
    for (right, wrong, code) in [
        ("name: \"TypeMismatch\"", "name: \"TypeMissmatch\"", Code::UnknownTrap),
        ("name: \"TypeMismatch\"", "name: \"typeMismatch\"", Code::BadName),
        ("\"TypeMismatch\", code: 1,", "\"TypeMismatch\", code: 7,", Code::TrapCodeNotAllowed),
        ("\"TypeMismatch\", code: 1,", "\"TypeMismatch\", code: 17,", Code::TrapCodeNotAllowed),
        ("\"int.eq\", sig: \"Int, Int", "\"int.eq\", sig: \"Int", Code::BadPrimitive),
        ("\"truthy\", sig: \"Any", "\"truthy\", sig: \"Int", Code::ArgumentType),
        ("\"truthy\", sig: \"Any", "\"truthy\", sig: \"Anny", Code::UnknownType),
        ("\"truthy\", sig: \"Any", "\"truthy\", sig: \"Any, Any", Code::ArgumentNumber),
        ("\"float.from_int\", sig: \"Int -> Float", "\"float.from_int\", sig: \"Int -> Int", Code::ArgumentType),
        ("\"float.from_int\"", "\"float.from_it\"", Code::UnknownPrimitive),
    ] {
        assert!(text.contains(right), "{right}");
        fs::write(&prelude, text.replacen(right, wrong, 1)).unwrap();
        let found = check_file_with(&root, Effort::Brief).expect_err(wrong);
        let codes: Vec<Code> = found.list().iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, [code], "{wrong}: {found}");
    }
}
