//! A table as it was written: every field with its place, nothing checked yet
//! but that fields are known, present where needed, and of the right RON shape.

use crate::model::Heat;
use crate::source::{Span, Text};
use std::collections::BTreeMap;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// A table after all includes were read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) doc: String,
    /// In the order in which they were included, the prelude first.
    pub(crate) families: Vec<FamilyRows>,
    /// The name as written.
    pub(crate) table: Option<Text>,
    /// Whether the `std:` families are files, being worked on, so that what they name must be there.
    pub(crate) std_on_disk: bool,
    /// How often each instruction of slot form ran, by name; some may be of an earlier table.
    pub(crate) counts: BTreeMap<String, u64>,
    /// Name and opcode of each row that `without` left out.
    pub(crate) dropped: Vec<(String, u16)>,
}

/// One family: a file, or one written inside the root table.
#[derive(Clone, Debug)]
pub(crate) struct FamilyRows {
    pub(crate) name: Text,
    pub(crate) doc: Option<Text>,
    /// First and last opcode.
    pub(crate) codes: Option<Spanned<(u16, u16)>>,
    /// Whether it is one of the embedded `std:` families.
    pub(crate) std: bool,
    /// The text of its fixture file.
    pub(crate) fixtures: Option<Text>,
    /// The name of that file.
    pub(crate) fixtures_file: Option<Text>,
    pub(crate) traps: Vec<TrapRow>,
    pub(crate) types: Vec<TypeRow>,
    pub(crate) primitives: Vec<PrimRow>,
    pub(crate) ops: Vec<OpRow>,
    pub(crate) fusions: Vec<FuseRow>,
    pub(crate) rewrites: Vec<RewriteRow>,
}

/// `Trap(name, code, doc)`.
#[derive(Clone, Debug)]
pub(crate) struct TrapRow {
    pub(crate) name: Text,
    pub(crate) code: Spanned<u16>,
    pub(crate) doc: Text,
}

/// `Type(name, is)`: a named union.
#[derive(Clone, Debug)]
pub(crate) struct TypeRow {
    pub(crate) name: Text,
    pub(crate) is: Text,
}

/// `Prim(name, sig, rust, effects, role, cost, phrase)`, `Prim(name, sig, is, phrase)`.
#[derive(Clone, Debug)]
pub(crate) struct PrimRow {
    pub(crate) name: Text,
    /// `"Int, Int -> Int"`, `"slot: Local -> Any"`, `"values: [Any] -> "`.
    pub(crate) sig: Text,
    pub(crate) means: PrimMeaning,
    pub(crate) effects: Vec<Spanned<EffectRow>>,
    pub(crate) role: Option<Spanned<String>>,
    pub(crate) cost: Option<Spanned<u32>>,
    pub(crate) phrase: Option<Text>,
}

/// What a primitive is.
#[derive(Clone, Debug)]
pub(crate) enum PrimMeaning {
    /// A function.
    Rust(Text),
    /// An expression over other primitives.
    Is(Text),
}

/// An effect as written: `Output`, `Traps("Name")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EffectRow {
    pub(crate) name: String,
    pub(crate) argument: Option<String>,
}

/// What stands for the opcode of a row that has none, which was reported: no opcode.
pub(crate) const LACKING: u16 = 0xf0;

/// `Op(…)`: one instruction.
#[derive(Clone, Debug)]
pub(crate) struct OpRow {
    pub(crate) span: Span,
    pub(crate) name: Text,
    /// [`LACKING`], at the row's name, if there is none.
    pub(crate) code: Spanned<u16>,
    pub(crate) args: Option<Text>,
    pub(crate) stack: Text,
    pub(crate) doc: Text,
    pub(crate) does: Option<Text>,
    pub(crate) cases: Option<Spanned<Vec<Text>>>,
    pub(crate) otherwise: Option<Text>,
    pub(crate) seq: Option<Spanned<Vec<Text>>>,
    pub(crate) handler: Option<Text>,
    pub(crate) code_body: Option<Text>,
    pub(crate) effects: Option<Spanned<Vec<Spanned<EffectRow>>>>,
    pub(crate) fuel_per: Option<Text>,
    pub(crate) const_form: Option<Spanned<String>>,
    pub(crate) heat: Option<Spanned<Heat>>,
    /// `Never("reason")` or `Helper("reason")`; `Inline` is refused.
    pub(crate) native: Option<Spanned<EffectRow>>,
    pub(crate) examples: Vec<Text>,
    pub(crate) no_examples: Option<Text>,
}

/// `Fuse(name, seq)`.
#[derive(Clone, Debug)]
pub(crate) struct FuseRow {
    pub(crate) name: Text,
    pub(crate) seq: Spanned<Vec<Text>>,
    pub(crate) heat: Option<Spanned<Heat>>,
}

/// `Rewrite(name, from, to, when)`.
#[derive(Clone, Debug)]
pub(crate) struct RewriteRow {
    pub(crate) name: Text,
    pub(crate) from: Spanned<Vec<Text>>,
    pub(crate) to: Spanned<Vec<Text>>,
    pub(crate) when: Option<Text>,
    pub(crate) canonical: Option<Spanned<bool>>,
}
