//! The fields of each kind of row, with a sample of each for help lines.

/// One kind of row.
pub(super) struct RowKind {
    /// Its name, written before the bracket.
    pub(super) row: &'static str,
    /// How many of `fields`, from the first, must be there.
    pub(super) required: usize,
    /// Each field's name and a value that it could have.
    pub(super) fields: &'static [(&'static str, &'static str)],
}

pub(super) const TABLE: RowKind = RowKind {
    row: "Table",
    required: 2,
    fields: &[
        ("name", "\"bank\""),
        ("version", "1"),
        ("doc", "\"What the machine is for.\""),
        ("include", "[\"std:arithmetic\"]"),
        ("without", "[\"Pow\"]"),
        ("cold", "[\"Pow\"]"),
        ("hot", "[\"Pow\"]"),
        ("counts", "\"counts.ron\""),
        ("families", "[Family(name: \"accounts\", doc: \"Money in, money out.\")]"),
        ("codes", "(0xe0, 0xef)"),
        ("fixtures", "\"functions.opf\""),
        ("traps", "[]"),
        ("types", "[]"),
        ("primitives", "[]"),
        ("templates", "[]"),
        ("ops", "[]"),
        ("fusions", "[]"),
        ("rewrites", "[]"),
    ],
};

pub(super) const FAMILY: RowKind = RowKind {
    row: "Family",
    required: 2,
    fields: &[
        ("name", "\"accounts\""),
        ("doc", "\"Money in, money out.\""),
        ("include", "[\"std:arithmetic\"]"),
        ("codes", "(0xe0, 0xef)"),
        ("fixtures", "\"functions.opf\""),
        ("traps", "[]"),
        ("types", "[]"),
        ("primitives", "[]"),
        ("templates", "[]"),
        ("ops", "[]"),
        ("fusions", "[]"),
        ("rewrites", "[]"),
    ],
};

/// Of these the fields are names of instructions, whichever there are.
pub(super) const COUNTS: RowKind = RowKind { row: "Counts", required: 1, fields: &[("add_int", "1000")] };

pub(super) const TRAP: RowKind = RowKind {
    row: "Trap",
    required: 3,
    fields: &[("name", "\"Overdrawn\""), ("code", "1000"), ("doc", "\"When it happens.\"")],
};

pub(super) const TYPE: RowKind =
    RowKind { row: "Type", required: 2, fields: &[("name", "\"Key\""), ("is", "\"Int | Str\"")] };

pub(super) const PRIM: RowKind = RowKind {
    row: "Prim",
    required: 2,
    fields: &[
        ("name", "\"bank.interest\""),
        ("sig", "\"Int, Int -> Int\""),
        ("rust", "\"crate::bank::interest\""),
        ("is", "\"int.add_wrap(a, b)\""),
        ("effects", "[Output]"),
        ("role", "ReadsLocal"),
        ("cost", "1"),
        ("phrase", "\"the interest on {0} at {1}\""),
    ],
};

/// The fields of a row that can have a body: `first`, those that rows share by a template, `last`.
macro_rules! with_body {
    ([$($first:tt)*] [$($last:tt)*]) => {
        &[
            $($first)*
            ("args", "\"slot: Local\""),
            ("does", "\"r = int.add_wrap(a, b)\""),
            ("cases", "[\"Int, Int => r = int.add_wrap(a, b)\"]"),
            ("otherwise", "\"trap TypeMismatch\""),
            ("seq", "[\"Dup\", \"Add\"]"),
            ("handler", "\"deposit\""),
            ("code_body", "\"deposit.opf\""),
            ("effects", "[Output]"),
            ("fuel_per", "\"n\""),
            ("const_form", "I16"),
            ("cold", "true"),
            ("hot", "true"),
            ("native", "Never(\"talks to a terminal\")"),
            $($last)*
        ]
    };
}

pub(super) const OP: RowKind = RowKind {
    row: "Op",
    required: 4,
    fields: with_body!(
        [
            ("name", "\"Deposit\""),
            ("code", "0xe0"),
            ("stack", "\"a, b -> r\""),
            ("doc", "\"What it does.\""),
            ("like", "\"numbers(int.add_wrap, float.add)\""),
        ]
        [("examples", "[\"2 3 => 5\"]"), ("no_examples", "\"needs a terminal\"")]
    ),
};

/// As an [`OP`] without what each row says itself.
pub(super) const TEMPLATE: RowKind = RowKind {
    row: "Template",
    required: 1,
    fields: with_body!(
        [
            ("name", "\"pair\""),
            ("params", "\"ints, floats\""),
            ("stack", "\"a, b -> r\""),
            ("doc", "\"What it does.\""),
        ]
        []
    ),
};

pub(super) const FUSE: RowKind = RowKind {
    row: "Fuse",
    required: 2,
    fields: &[
        ("name", "\"JumpIfNotLt\""),
        ("seq", "[\"NumLt\", \"JumpIfFalse out\"]"),
        ("cold", "true"),
        ("hot", "true"),
    ],
};

pub(super) const REWRITE: RowKind = RowKind {
    row: "Rewrite",
    required: 3,
    fields: &[
        ("name", "\"double_not\""),
        ("from", "[\"LogNot\", \"LogNot\"]"),
        ("to", "[\"Truth\"]"),
        ("when", "\"a: Int\""),
        ("canonical", "true"),
    ],
};

/// What fields are called elsewhere.
pub(super) const OTHER_NAMES: [(&str, &str); 18] = [
    ("description", "doc"),
    ("docs", "doc"),
    ("comment", "doc"),
    ("summary", "doc"),
    ("mnemonic", "name"),
    ("id", "name"),
    ("opcode", "code"),
    ("number", "code"),
    ("effect", "stack"),
    ("body", "does"),
    ("template", "like"),
    ("operands", "args"),
    ("signature", "sig"),
    ("function", "rust"),
    ("pattern", "seq"),
    ("match", "from"),
    ("into", "to"),
    ("replacement", "to"),
];
