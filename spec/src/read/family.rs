//! Families and the rows in them.

use super::fields::{Fields, Reader};
use super::row_kinds;
use super::template::{LikeRow, Template, like_row, template};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::locate::{Node, NodeKind};
use crate::rows::{
    EffectRow, FamilyRows, FuseRow, LACKING, OpRow, PrimMeaning, PrimRow, RewriteRow, Spanned, TrapRow, TypeRow,
};
use crate::source::Text;

/// A family, and what it wants read besides.
#[derive(Debug)]
pub(crate) struct FamilyFile {
    pub(crate) rows: FamilyRows,
    pub(crate) include: Vec<Text>,
    /// Whether all that is to be included is in `include`.
    pub(crate) is_include_whole: bool,
    /// The name of its fixture file.
    pub(crate) fixtures: Option<Text>,
    pub(crate) templates: Vec<Template>,
    pub(crate) likes: Vec<LikeRow>,
}

/// Reads `Family(…)`.
pub(crate) fn family(reader: &mut Reader<'_>, node: &Node) -> Option<FamilyFile> {
    let fields = reader.fields(node, &row_kinds::FAMILY)?;
    let name = fields.get("name").and_then(|node| reader.text(node));
    let doc = fields.get("doc").and_then(|node| reader.text(node));
    let (include, is_include_whole) = include(reader, &fields);
    let file = family_rows(reader, &fields, name, doc)?;
    Some(FamilyFile { include, is_include_whole: is_include_whole && file.is_include_whole, ..file })
}

/// The names of the files to include, and whether these are all: what is written under a misspelt name may be more of them.
pub(super) fn include(reader: &mut Reader<'_>, fields: &Fields<'_>) -> (Vec<Text>, bool) {
    let wrong = reader.diagnostics.len();
    let include = reader.texts(fields.get("include"));
    (include, fields.are_all_known && reader.diagnostics.len() == wrong)
}

/// What a `Family` or a `Table` holds itself.
pub(super) fn family_rows(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    name: Option<Text>,
    doc: Option<Text>,
) -> Option<FamilyFile> {
    let codes = fields.get("codes").and_then(|node| reader.pair(node));
    let fixtures = fields.get("fixtures").and_then(|node| reader.text(node));
    let traps = rows(reader, fields, "traps", trap);
    let types = rows(reader, fields, "types", type_);
    let primitives = rows(reader, fields, "primitives", primitive);
    let written = reader.items(fields.get("templates"), "[]");
    let templates: Vec<Template> = written.iter().filter_map(|node| template(reader, node)).collect();
    let are_templates_whole = templates.len() == written.len();
    let (mut ops, mut likes) = (Vec::new(), Vec::new());
    for node in reader.items(fields.get("ops"), "[]") {
        match like_row(node, ops.len() + likes.len()) {
            Some(like) => likes.push(like),
            None => ops.extend(op(reader, node)),
        }
    }
    let fusions = rows(reader, fields, "fusions", fusion);
    let rewrites = rows(reader, fields, "rewrites", rewrite);
    let rows = FamilyRows {
        name: name?,
        doc,
        codes,
        std: false,
        fixtures: None,
        fixtures_file: None,
        traps,
        types,
        primitives,
        ops,
        fusions,
        rewrites,
    };
    Some(FamilyFile { rows, include: Vec::new(), is_include_whole: are_templates_whole, fixtures, templates, likes })
}

fn rows<T>(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    field: &str,
    read: fn(&mut Reader<'_>, &Node) -> Option<T>,
) -> Vec<T> {
    reader.items(fields.get(field), "[]").iter().filter_map(|node| read(reader, node)).collect()
}

fn trap(reader: &mut Reader<'_>, node: &Node) -> Option<TrapRow> {
    let fields = reader.fields(node, &row_kinds::TRAP)?;
    let name = fields.get("name").and_then(|node| reader.text(node));
    let code = fields.get("code").and_then(|node| reader.number(node, "1000"));
    let doc = fields.get("doc").and_then(|node| reader.text(node));
    Some(TrapRow { name: name?, code: code?, doc: doc? })
}

fn type_(reader: &mut Reader<'_>, node: &Node) -> Option<TypeRow> {
    let fields = reader.fields(node, &row_kinds::TYPE)?;
    let name = fields.get("name").and_then(|node| reader.text(node));
    let is = fields.get("is").and_then(|node| reader.text(node));
    Some(TypeRow { name: name?, is: is? })
}

fn primitive(reader: &mut Reader<'_>, node: &Node) -> Option<PrimRow> {
    let fields = reader.fields(node, &row_kinds::PRIM)?;
    let name = fields.get("name").and_then(|node| reader.text(node));
    let sig = fields.get("sig").and_then(|node| reader.text(node));
    let means = meaning(reader, node, &fields);
    let effects = effects(reader, fields.get("effects"));
    let role = fields.get("role").and_then(|node| reader.word(node, "ReadsLocal"));
    let cost = fields.get("cost").and_then(|node| reader.number(node, "1"));
    let phrase = fields.get("phrase").and_then(|node| reader.text(node));
    Some(PrimRow { name: name?, sig: sig?, means: means?, effects, role, cost, phrase })
}

/// `rust` or `is`, just one of them.
fn meaning(reader: &mut Reader<'_>, node: &Node, fields: &Fields<'_>) -> Option<PrimMeaning> {
    match (fields.get("rust"), fields.get("is")) {
        (Some(rust), None) => reader.text(rust).map(PrimMeaning::Rust),
        (None, Some(is)) => reader.text(is).map(PrimMeaning::Is),
        (Some(rust), Some(is)) => {
            let message = "a primitive is a function or an expression, not both";
            let wrong = Diagnostic::new(Code::DuplicateField, is.span, message).label("an expression");
            reader.report(wrong.also(rust.span, "a function").help("remove `rust` or `is`"));
            None
        }
        (None, None) => {
            // A field of another shape, or misspelt, was reported.
            let written = !fields.are_all_known
                || matches!(&node.kind, NodeKind::Struct { fields, .. } if fields.iter().any(|field| matches!(field.name.text.as_str(), "rust" | "is")));
            if !written {
                let message = "`Prim` without its field `rust` or `is`";
                let wrong = Diagnostic::new(Code::MissingField, node.span, message).label("nothing says what it does");
                reader.report(wrong.help("add `rust: \"crate::bank::interest\",` or `is: \"int.add_wrap(a, b)\",`"));
            }
            None
        }
    }
}

/// Reads `Op(…)`.
pub(crate) fn op(reader: &mut Reader<'_>, node: &Node) -> Option<OpRow> {
    let fields = reader.fields(node, &row_kinds::OP)?;
    let name = fields.get("name").and_then(|node| reader.text(node));
    let code = match fields.get("code") {
        Some(node) => reader.number(node, "0xe0"),
        None => Some(Spanned { value: LACKING, span: fields.head }),
    };
    let stack = fields.get("stack").and_then(|node| reader.text(node));
    let doc = fields.get("doc").and_then(|node| reader.text(node));
    let mut text = |field| fields.get(field).and_then(|node| reader.text(node));
    let (args, does, otherwise) = (text("args"), text("does"), text("otherwise"));
    let (handler, code_body) = (text("handler"), text("code_body"));
    let (fuel_per, no_examples) = (text("fuel_per"), text("no_examples"));
    let cases = fields.get("cases").map(|node| reader.spanned_texts(node));
    let seq = fields.get("seq").map(|node| reader.spanned_texts(node));
    let effects = fields.get("effects").map(|node| Spanned { value: effects(reader, Some(node)), span: node.span });
    let const_form = fields.get("const_form").and_then(|node| reader.word(node, "I16"));
    let heat = reader.heat(&fields);
    let native = fields.get("native").and_then(|node| reader.effect(node, "Never(\"talks to a terminal\")"));
    let examples = reader.texts(fields.get("examples"));
    Some(OpRow {
        span: node.span,
        name: name?,
        code: code?,
        args,
        stack: stack?,
        doc: doc?,
        does,
        cases,
        otherwise,
        seq,
        handler,
        code_body,
        effects,
        fuel_per,
        const_form,
        heat,
        native,
        examples,
        no_examples,
    })
}

fn effects(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<Spanned<EffectRow>> {
    let items = reader.items(node, "[Output, Traps(\"Overdrawn\")]");
    items.iter().filter_map(|item| reader.effect(item, "Traps(\"Overdrawn\")")).collect()
}

fn fusion(reader: &mut Reader<'_>, node: &Node) -> Option<FuseRow> {
    let fields = reader.fields(node, &row_kinds::FUSE)?;
    let name = fields.get("name").and_then(|node| reader.text(node));
    let seq = fields.get("seq").map(|node| reader.spanned_texts(node));
    let heat = reader.heat(&fields);
    Some(FuseRow { name: name?, seq: seq?, heat })
}

fn rewrite(reader: &mut Reader<'_>, node: &Node) -> Option<RewriteRow> {
    let fields = reader.fields(node, &row_kinds::REWRITE)?;
    let name = fields.get("name").and_then(|node| reader.text(node));
    let from = fields.get("from").map(|node| reader.spanned_texts(node));
    let to = fields.get("to").map(|node| reader.spanned_texts(node));
    let when = fields.get("when").and_then(|node| reader.text(node));
    let canonical = fields.get("canonical").and_then(|node| reader.boolean(node));
    Some(RewriteRow { name: name?, from: from?, to: to?, when, canonical })
}
