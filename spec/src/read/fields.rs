//! Taking rows and values out of located nodes, with a diagnostic for whatever does not fit.

use super::literal::{self, Refused};
use super::row_kinds::{OTHER_NAMES, RowKind};
use super::shapes::has_shape;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, hot_and_cold};
use crate::locate::{Field, Node, NodeKind};
use crate::model::Heat;
use crate::nearest::{is_near, nearest};
use crate::rows::{EffectRow, Spanned};
use crate::source::{Sources, Span, Text};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// Reads nodes. A method that returns `None` has said why.
pub(crate) struct Reader<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) diagnostics: &'a mut Vec<Diagnostic>,
}

/// What to write where an opcode lacks.
const LACKING_CODE: &str =
    "add `code: …,` with an opcode that no row has: 0xe0 to 0xef and 0xf800 to 0xffff are for users' tables";

/// How messages call `(field: value)`.
const UNNAMED: &str = "a row without a name";

/// The fields of one row, by name.
pub(super) struct Fields<'n> {
    found: BTreeMap<&'n str, &'n Node>,
    /// The row's name.
    pub(super) head: Span,
    /// Whether all that was written is of a known field.
    pub(super) are_all_known: bool,
}

impl<'n> Fields<'n> {
    pub(super) fn get(&self, field: &str) -> Option<&'n Node> {
        self.found.get(field).copied()
    }
}

impl<'a> Reader<'a> {
    /// What stands in `node`, if it is a row of that kind, and where the row's name is.
    pub(super) fn written<'n>(&mut self, node: &'n Node, shape: &RowKind) -> Option<(Span, &'n [Field])> {
        let (name, fields) = match &node.kind {
            NodeKind::Struct { name, fields } => (name.as_ref(), fields.as_slice()),
            NodeKind::Tuple { name, items } if items.is_empty() => (name.as_ref(), &[][..]),
            NodeKind::Tuple { name: Some(name), .. } if name.text == shape.row => {
                self.report(
                    Diagnostic::new(
                        Code::WrongShape,
                        node.span,
                        format!("`{}` has values without field names", shape.row),
                    )
                    .label("each value needs its field's name")
                    .help(format!("write `{}`", sample(shape))),
                );
                return None;
            }
            _ => {
                self.wrong_row(node.span, &self.describe(node), shape);
                return None;
            }
        };
        let head = name.map_or(Span { end: node.span.start + 1, ..node.span }, |name| name.span);
        if name.is_none_or(|name| name.text != shape.row) {
            let found = name.map_or(UNNAMED.to_owned(), |name| format!("`{}`", name.text));
            self.wrong_row(head, &found, shape);
            return None;
        }
        Some((head, fields))
    }

    /// The fields of `node`, if it is a row of that kind. What is missing was reported, and is `None` when asked for.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, shape: &RowKind) -> Option<Fields<'n>> {
        let (head, fields) = self.written(node, shape)?;
        let mut found: BTreeMap<&str, &Node> = BTreeMap::new();
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        let mut meant: Vec<&str> = Vec::new();
        let mut are_all_known = true;
        let given: BTreeSet<&str> = fields.iter().map(|field| field.name.text.as_str()).collect();
        // A field that is there already is not meant, and one that no engine has yet is not proposed.
        let is_absent = |field: &&str| *field != "code_body" && !given.contains(field);
        let absent: Vec<&str> = shape.fields.iter().map(|(field, _)| *field).filter(is_absent).collect();
        for field in fields {
            if !shape.fields.iter().any(|(known, _)| *known == field.name.text) {
                are_all_known = false;
                meant.extend(self.unknown_field(field, shape, &absent));
            } else if let Some(first) = names.insert(&field.name.text, field.name.span) {
                self.twice(field, first, shape);
            } else if let Some(value) = self.present(&field.value) {
                found.insert(&field.name.text, value);
            } else {
                // `None` is as good as nothing, which a field that must be there may not be.
                names.remove(field.name.text.as_str());
            }
        }
        // What a row is like has the others.
        let required = if meant.contains(&"like") { 0 } else { shape.required };
        for (field, value) in &shape.fields[..required] {
            // A misspelt field was reported as such.
            if !names.contains_key(field) && !meant.contains(field) {
                self.report(
                    Diagnostic::new(Code::MissingField, head, format!("`{}` without its field `{field}`", shape.row))
                        .label(format!("this row has no `{field}`"))
                        .help(match (shape.row, *field) {
                            // Which ones are free is known once all is read.
                            ("Op", "code") => LACKING_CODE.to_owned(),
                            _ => format!("add `{field}: {value},`"),
                        }),
                );
            }
        }
        Some(Fields { found, head, are_all_known })
    }

    /// Complains about a field that was written before, at `first`.
    pub(super) fn twice(&mut self, field: &Field, first: Span, shape: &RowKind) {
        self.report(
            Diagnostic::new(
                Code::DuplicateField,
                field.name.span,
                format!("field `{}` twice in one `{}`", field.name.text, shape.row),
            )
            .label("second time")
            .also(first, "first time")
            .help(match (self.slice(field.value.span), &field.value.kind) {
                (_, NodeKind::List(items)) if !items.is_empty() => {
                    format!("write one `{}: […]` with the items of both", field.name.text)
                }
                (value, _) if !value.contains('\n') => format!("keep one `{}: {value}`", field.name.text),
                _ => format!("keep one `{}`", field.name.text),
            }),
        );
    }

    /// A value without the `Some(…)` that RON allows around it; nothing for `None`.
    pub(super) fn present<'n>(&self, node: &'n Node) -> Option<&'n Node> {
        match &node.kind {
            NodeKind::Tuple { name: Some(name), items } if name.text == "Some" && items.len() == 1 => Some(&items[0]),
            NodeKind::Word if self.slice(node.span) == "None" => None,
            _ => Some(node),
        }
    }

    /// Returns that of the `absent` fields which was probably meant.
    fn unknown_field(&mut self, field: &Field, shape: &RowKind, absent: &[&'static str]) -> Option<&'static str> {
        let name = &field.name;
        let diagnostic =
            Diagnostic::new(Code::UnknownField, name.span, format!("`{}` has no field `{}`", shape.row, name.text))
                .label("unknown field");
        let absent = || absent.iter().copied();
        let begun = || absent().find(|field| name.text.len() > 1 && field.starts_with(&name.text));
        // Of a short name even a third is much; but something must be meant that has to be there.
        let needed = || shape.fields[..shape.required].iter().map(|(field, _)| *field);
        let lacking = || absent().find(|field| is_near(&name.text, field) && needed().any(|needed| needed == *field));
        let other = || {
            let (_, meant) = OTHER_NAMES.iter().find(|(other, _)| *other == name.text)?;
            absent().find(|field| field == meant)
        };
        let fits = |meant: &&str| has_shape(shape.row, meant, &field.value);
        let alike = || nearest(&name.text, absent()).filter(fits).or_else(|| begun().filter(fits));
        // What has to be there and is not is meant, if it can be.
        let needed_one = || absent().find(|field| needed().any(|needed| needed == *field) && fits(field));
        let near = other().or_else(alike).or_else(lacking).or_else(needed_one);
        let near = near.or_else(|| nearest(&name.text, absent()).or_else(begun));
        self.report(match near {
            Some(near) => diagnostic.help(format!("write `{near}`")).fix(name.span, near),
            None => {
                let known = shape.fields.iter().filter(|(field, _)| *field != "code_body");
                let list: Vec<String> = known.map(|(field, _)| format!("`{field}`")).collect();
                diagnostic.help(format!("the fields of `{}` are {}", shape.row, list.join(", ")))
            }
        });
        near
    }

    fn wrong_row(&mut self, span: Span, found: &str, shape: &RowKind) {
        let help = match (found, shape.row) {
            ("`Family`", "Table") => {
                "check a table that includes it: `Table(name: \"bank\", version: 1, include: [\"accounts.ron\"])`"
                    .to_owned()
            }
            ("`Table`", "Family") => {
                "write `Family(name: \"accounts\", doc: \"…\")`: only a root file is a `Table`".to_owned()
            }
            (UNNAMED, row) => format!("write `{row}(` in place of `(`"),
            (found, row) if is_near(&found.trim_matches('`').to_ascii_lowercase(), &row.to_ascii_lowercase()) => {
                format!("write `{row}(`")
            }
            _ => format!("write `{}`", sample(shape)),
        };
        self.report(
            Diagnostic::new(Code::WrongRow, span, format!("{found} where `{}(…)` belongs", shape.row))
                .label(format!("expected `{}(…)`", shape.row))
                .help(help),
        );
    }

    pub(super) fn text(&mut self, node: &Node) -> Option<Text> {
        if !matches!(node.kind, NodeKind::Text) {
            let value = self.slice(node.span);
            let value = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
            let quoted = if value.contains(['"', '\n']) { "\"…\"".to_owned() } else { format!("\"{value}\"") };
            // What is meant is plain of a word alone.
            let is_word = matches!(node.kind, NodeKind::Word);
            return self.wrong_shape_mended(node, "a text", &quoted, is_word);
        }
        match literal::text(self.slice(node.span), node.span) {
            Ok(text) => Some(text),
            Err(refused) => self.bad_literal(
                node,
                &refused,
                "escapes are `\\n \\r \\t \\0 \\\\ \\\" \\xHH \\u{…}`; or write a raw text `r\"…\"`",
            ),
        }
    }

    /// A number; `sample` is one that would fit.
    pub(super) fn number<T: DeserializeOwned>(&mut self, node: &Node, sample: &str) -> Option<Spanned<T>> {
        let looks_numeric =
            self.slice(node.span).starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
        if !matches!(node.kind, NodeKind::Word) || !looks_numeric {
            let quoted = self.slice(node.span).trim_matches('"');
            let is_number = matches!(node.kind, NodeKind::Text) && ron::from_str::<T>(quoted).is_ok();
            return self.wrong_shape_mended(node, "a number", if is_number { quoted } else { sample }, is_number);
        }
        self.literal(node, &format!("write a whole number that fits, such as `{sample}`"))
    }

    pub(super) fn boolean(&mut self, node: &Node) -> Option<Spanned<bool>> {
        if !matches!(self.slice(node.span), "true" | "false") {
            return self.wrong_shape(node, "`true` or `false`", "true");
        }
        self.literal(node, "write `true` or `false`")
    }

    /// `cold: true` or `hot: true`; `false` declares nothing.
    pub(super) fn heat(&mut self, fields: &Fields<'_>) -> Option<Spanned<Heat>> {
        let mut declared = |field: &str, heat: Heat| {
            let node = fields.get(field)?;
            let is = self.boolean(node)?;
            is.value.then_some(Spanned { value: heat, span: is.span })
        };
        let (cold, hot) = (declared("cold", Heat::Cold), declared("hot", Heat::Hot));
        if let (Some(cold), Some(hot)) = (&cold, &hot) {
            self.report(hot_and_cold(hot.span, cold.span).help("remove `hot: true` or `cold: true`"));
        }
        cold.or(hot)
    }

    /// First and last opcode: `(0xe0, 0xef)`.
    pub(super) fn pair(&mut self, node: &Node) -> Option<Spanned<(u16, u16)>> {
        match &node.kind {
            NodeKind::Tuple { name: None, items } if items.len() == 2 => {
                let first = self.number::<u16>(&items[0], "0xe0");
                let last = self.number::<u16>(&items[1], "0xef");
                Some(Spanned { value: (first?.value, last?.value), span: node.span })
            }
            _ => self.wrong_shape(node, "a pair of opcodes", "(0xe0, 0xef)"),
        }
    }

    /// A bare name such as `I16`.
    pub(super) fn word(&mut self, node: &Node, sample: &str) -> Option<Spanned<String>> {
        match self.bare_name(node) {
            Some(name) => Some(Spanned { value: name, span: node.span }),
            None => self.wrong_shape(node, "a name without quotes", sample),
        }
    }

    /// `Output` or `Traps("Overdrawn")`.
    pub(super) fn effect(&mut self, node: &Node, sample: &str) -> Option<Spanned<EffectRow>> {
        let spanned = |name, argument| Spanned { value: EffectRow { name, argument }, span: node.span };
        if let Some(name) = self.bare_name(node) {
            return Some(spanned(name, None));
        }
        match &node.kind {
            NodeKind::Tuple { name: Some(name), items } if items.len() == 1 => {
                let argument = self.text(&items[0])?;
                Some(spanned(name.text.clone(), Some(argument.value)))
            }
            NodeKind::Text => {
                let bare = self.slice(node.span).trim_matches('"');
                let argument = bare.strip_prefix("Traps(").and_then(|rest| rest.strip_suffix(')'));
                let meant = match argument {
                    Some(trap) => format!("Traps(\"{}\")", trap.trim_matches(['\\', '"', '\''])),
                    None => bare.to_owned(),
                };
                self.wrong_shape_mended(node, "a name or `Name(\"text\")`", &meant, true)
            }
            _ => self.wrong_shape(node, "a name or `Name(\"text\")`", sample),
        }
    }

    fn bare_name(&self, node: &Node) -> Option<String> {
        let text = self.slice(node.span);
        let is_name = text.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && text.chars().all(|c| c.is_alphanumeric() || c == '_');
        (matches!(node.kind, NodeKind::Word) && is_name).then(|| text.to_owned())
    }

    /// The items of a list; none if the field is absent or no list.
    pub(super) fn items<'n>(&mut self, node: Option<&'n Node>, sample: &str) -> &'n [Node] {
        match node.map(|node| (node, &node.kind)) {
            None => &[],
            Some((_, NodeKind::List(items))) => items,
            Some((node, _)) => {
                let written = self.slice(node.span);
                let wrap = !written.contains('\n');
                let is_text = matches!(node.kind, NodeKind::Text);
                let lines: Vec<&str> = written.trim_matches('"').split([';', ',']).map(str::trim).collect();
                // Lines of a pattern or sequence, not a body: rows and labels.
                let is_line = |line: &&str| line.starts_with(|c: char| c.is_ascii_uppercase() || c == '@');
                let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
                let sample = match wrap {
                    // Rows without operands.
                    true if is_text && words.iter().all(is_line) => format!("[\"{}\"]", words.join("\", \"")),
                    true if is_text && lines.iter().all(is_line) => format!("[\"{}\"]", lines.join("\", \"")),
                    true => format!("[{written}]"),
                    false => sample.to_owned(),
                };
                let _: Option<()> = self.wrong_shape_mended(node, "a list", &sample, wrap);
                &[]
            }
        }
    }

    pub(super) fn texts(&mut self, node: Option<&Node>) -> Vec<Text> {
        self.items(node, "[\"…\"]").iter().filter_map(|item| self.text(item)).collect()
    }

    pub(super) fn spanned_texts(&mut self, node: &Node) -> Spanned<Vec<Text>> {
        Spanned { value: self.texts(Some(node)), span: node.span }
    }

    fn literal<T: DeserializeOwned>(&mut self, node: &Node, help: &str) -> Option<Spanned<T>> {
        match literal::value(self.slice(node.span)) {
            Ok(value) => Some(Spanned { value, span: node.span }),
            Err(refused) => self.bad_literal(node, &refused, help),
        }
    }

    fn bad_literal<T>(&mut self, node: &Node, refused: &Refused, help: &str) -> Option<T> {
        let offset = |at: usize| node.span.start + u32::try_from(at).unwrap_or(0);
        let span = Span { start: offset(refused.range.start), end: offset(refused.range.end), ..node.span };
        self.report(
            Diagnostic::new(Code::BadLiteral, span, format!("{} cannot be read", self.describe(node)))
                .label(lower_first(&refused.message))
                .help(help),
        );
        None
    }

    fn wrong_shape<T>(&mut self, node: &Node, wanted: &str, sample: &str) -> Option<T> {
        self.wrong_shape_mended(node, wanted, sample, false)
    }

    /// The same; `sample` may be what is meant.
    fn wrong_shape_mended<T>(&mut self, node: &Node, wanted: &str, sample: &str, is_meant: bool) -> Option<T> {
        let found = self.describe(node);
        let diagnostic = Diagnostic::new(Code::WrongShape, node.span, format!("{found} where {wanted} belongs"))
            .label(format!("expected {wanted}"))
            .help(format!("write `{sample}`"));
        self.report(if is_meant { diagnostic.fix(node.span, sample) } else { diagnostic });
        None
    }

    fn describe(&self, node: &Node) -> String {
        match &node.kind {
            NodeKind::Struct { name: Some(name), .. } | NodeKind::Tuple { name: Some(name), .. } => {
                format!("`{}(…)`", name.text)
            }
            NodeKind::Struct { name: None, .. } => UNNAMED.to_owned(),
            NodeKind::Tuple { .. } => "a tuple".to_owned(),
            NodeKind::List(_) => "a list".to_owned(),
            NodeKind::Text => "a text".to_owned(),
            NodeKind::Word => format!("`{}`", self.slice(node.span)),
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn slice(&self, span: Span) -> &'a str {
        let sources: &'a Sources = self.sources;
        sources.get(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

/// A row of that kind with what it must have.
fn sample(shape: &RowKind) -> String {
    let fields = shape.fields[..shape.required].iter().map(|(field, value)| format!("{field}: {value}"));
    format!("{}({})", shape.row, fields.collect::<Vec<_>>().join(", "))
}

/// `ron` begins its messages with a capital.
fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}
