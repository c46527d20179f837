//! Names that are chosen to clash: with those of generated code, of Rust, of each other.

use opforge_testing::Random;

/// Words for inputs, operands, outputs and steps.
const WORDS: &[&str] = &[
    "a",
    "b",
    "c",
    "x",
    "y",
    "n",
    "value",
    "values",
    "result",
    "context",
    "_context",
    "handlers",
    "code",
    "op",
    "operands",
    "inputs",
    "outputs",
    "flow",
    "rest",
    "base",
    "ip",
    "fast",
    "next",
    "run",
    "step",
    "engine",
    "find",
    "type",
    "match",
    "fn",
    "move",
    "async",
    "gen",
    "dyn",
    "try",
    "box",
    "abstract",
    "yield",
    "mut",
    "ref",
    "let",
    "in",
    "argument_0",
    "argument_1",
    "kept_0",
    "kept_1",
    "result_0",
    "slot_0",
    "slot_1",
    "part_0",
    "again",
    "read_int",
    "read_index",
    "read_float",
    "misfit",
    "row",
    "position",
    "found",
    "pc",
    "take",
    "unknown",
    "first",
    "second",
    "width",
    "formatter",
    "float_text",
    "ours_0",
    "theirs_0",
    "other",
    "ours",
    "theirs",
    "t",
    "h",
    "i64",
    "f64",
    "bool",
    "u16",
    "usize",
    "str",
    "some",
    "none",
    "ok",
    "err",
    "opforge",
    "core",
    "std",
    "_x",
    "__",
    "a_",
    "context_",
    "error",
    "target",
    "mnemonic",
    "instruction",
    "encode",
    "decode",
    "index",
    "info",
    "from_code",
    "isa",
    "table",
    "macro_rules",
    "union",
    "safe",
    "raw",
    "default",
    "auto",
    "_a",
    "_n",
    "arguments",
    "number",
    "home",
    "words",
];

/// Names of rows.
const ROWS: &[&str] = &[
    "Add",
    "Sub",
    "Some",
    "None",
    "Ok",
    "Err",
    "Vec",
    "String",
    "Option",
    "Result",
    "Value",
    "Op",
    "Opcode",
    "Isa",
    "Build",
    "Handlers",
    "Table",
    "Cold",
    "Run",
    "Step",
    "Fast",
    "Engine",
    "Find",
    "Encode",
    "Decode",
    "Accepts",
    "Slots",
    "SlotForm",
    "AppendOperands",
    "FromOperands",
    "Type",
    "Box",
    "Move",
    "Match",
    "Async",
    "Gen",
    "Try",
    "Union",
    "Dyn",
    "Static",
    "Fn",
    "Push",
    "Label",
    "Into",
    "TryInto",
    "Clone",
    "Eq",
    "Fmt",
    "Default",
    "From",
    "Drop",
    "Code",
    "ALL",
    "All",
    "Index",
    "Info",
    "FromCode",
    "Take",
    "Unknown",
    "Misfit",
    "ReadInt",
    "FloatText",
    "I64",
    "U16",
    "F64",
    "Bool",
    "Str",
    "Core",
    "Std",
    "Opforge",
    "H",
    "T",
    "Hash",
    "Ord",
    "Copy",
    "Debug",
    "New",
    "Next",
    "Jump2",
    "Context",
    "Trap",
    "Rest",
    "ToString",
    "ToOwned",
    "IntoIter",
    "Borrow",
    "A",
    "Ab",
    "X1",
    "PC",
    "Here",
    "Assign",
    "Line",
    "Param",
    "Catch",
    "Bind",
    "Unit",
    "Main",
    "Crate",
    "Super",
    "Where",
    "While",
    "Yield",
];

/// What is put behind the name of another row.
const ENDS: &[&str] =
    &["Rest", "Case0", "Case1", "Case", "Int", "Float", "I16", "Context", "Trap", "2", "Cold", "Value", "Fused", "0"];

const DOCS: &[&str] = &[
    "",
    "Does something.",
    " ",
    "Two\n\nparagraphs.",
    "Doubles.\n\n```\nload_int 21\ntwice\n```",
    "Indented:\n\n    load_int 21\n    twice\n",
    "Unclosed. ``` [`Nope`] <b> <Vec<u8>> [x](y)",
    "```\nnever closed",
    "```rust\npanic!()\n```",
    "- a list\n\n      with code\n",
    "> quoted\n>\n> ```\n> let\n> ```",
    "Quotes \" and \\ and */ and /// and {} {0}",
    "Turned \u{202e}around\u{202c}, wide \u{6f22}, \u{0}null",
    "# Heading\n\n| a | b |\n|---|\n| `|` |",
    "See https://example.com and `Add`.",
    "  Trailing spaces   \n\n\n  and empty lines\n\n",
];

/// A documentation, some of them odd.
pub(super) fn doc(random: &mut Random) -> String {
    if random.once_in(2) { "Does something.".to_owned() } else { choose(random, DOCS).to_owned() }
}

/// One of a list that is not empty.
pub(super) fn choose<T: Copy>(random: &mut Random, list: &[T]) -> T {
    list[random.below(list.len())]
}

/// Names that are all different.
#[derive(Debug, Default)]
pub(super) struct Fresh(Vec<String>);

impl Fresh {
    /// A name for a value, mostly an awkward one.
    pub(super) fn value(&mut self, random: &mut Random, rows: &[String]) -> String {
        for _ in 0..20 {
            let name = match random.below(8) {
                0 if !rows.is_empty() => {
                    let row = snake(&rows[random.below(rows.len())]);
                    let end = choose(random, &["", "_rest", "_case_0", "_case_1", "_int", "_float"]);
                    let start = choose(random, &["", "", "cold_"]);
                    format!("{start}{row}{end}")
                }
                1 => format!("v{}", random.below(100)),
                _ => choose(random, WORDS).to_owned(),
            };
            if self.add(&name) {
                return name;
            }
        }
        let name = format!("spare_{}", self.0.len());
        self.0.push(name.clone());
        name
    }

    /// A name for a row.
    pub(super) fn row(&mut self, random: &mut Random) -> String {
        for _ in 0..20 {
            let name = match random.below(5) {
                0 | 1 if !self.0.is_empty() => {
                    let other = self.0[random.below(self.0.len())].clone();
                    if random.once_in(4) { format!("Cold{other}") } else { other + choose(random, ENDS) }
                }
                2 => format!("Row{}", random.below(1000)),
                _ => choose(random, ROWS).to_owned(),
            };
            let same = |known: &String| snake(known) == snake(&name);
            if !self.0.iter().any(same) && self.add(&name) {
                return name;
            }
        }
        let name = format!("Spare{}", self.0.len());
        self.0.push(name.clone());
        name
    }

    /// Takes a name; false if it is taken already.
    pub(super) fn add(&mut self, name: &str) -> bool {
        let reserved =
            ["jump", "trap", "return", "raise", "enter", "await", "if", "unless", "else", "when", "otherwise"];
        if self.0.iter().any(|known| known == name) || reserved.contains(&name) {
            return false;
        }
        self.0.push(name.to_owned());
        true
    }

    pub(super) fn names(&self) -> &[String] {
        &self.0
    }
}

/// A name in camel case as assembly writes it, roughly.
pub(super) fn snake(name: &str) -> String {
    let mut text = String::new();
    let mut before = 'A';
    for c in name.chars() {
        if c.is_ascii_uppercase() && !before.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
        before = c;
    }
    text
}
