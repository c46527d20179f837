//! Templates: fields that rows of one shape share, with parameters, and rows that are like one.

use super::fields::{Fields, Reader};
use super::row_kinds;
use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic};
use crate::locate::{Field, Node, NodeKind, texts};
use crate::source::{Expansion, Location, Piece, Source, Sources, Span, Text};
use opforge_core::escapes::read_char;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// `Template(name, params, …)`.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) name: Text,
    /// The parameters and where they are declared.
    params: Vec<(String, Span)>,
    /// All of it, in its file.
    span: Span,
    /// The line that it begins on.
    line: usize,
    /// How far it is indented. **Units:** characters.
    column: usize,
    /// Where in it a parameter is used, and which.
    uses: Vec<(Range<usize>, usize)>,
    /// Whether something was wrong with it, so that nothing can be made of it.
    pub(crate) is_wrong: bool,
}

/// `Op(like: "numbers(int.add_wrap, float.add)", …)`: a row that cannot be read before all templates are known.
#[derive(Clone, Debug)]
pub(crate) struct LikeRow {
    /// How many rows stand before it in its family.
    pub(crate) before: usize,
    node: Node,
}

/// What `like` says.
pub(crate) struct Like {
    pub(crate) template: String,
    pub(crate) template_span: Span,
    /// The text and where it stands.
    pub(crate) arguments: Vec<(String, Span)>,
    /// All of it.
    pub(crate) span: Span,
}

/// So many errors are looked at for whether they are about a template.
const MAX_WRONG: usize = 1000;

/// A template is shown indented by at most so much.
const MAX_INDENT: usize = 80;

/// So many parameters are named in a remedy.
const MAX_SHOWN: usize = 8;

const PARAMS_HELP: &str = "write `params: \"int, float\"`: small letters, digits and `_`";

/// Reads `Template(…)`.
pub(super) fn template(reader: &mut Reader<'_>, node: &Node) -> Option<Template> {
    let before = reader.diagnostics.len();
    let fields = reader.fields(node, &row_kinds::TEMPLATE)?;
    let name = fields.get("name").and_then(|node| reader.text(node));
    let params = params(reader, &fields);
    let Location { line, column, .. } = reader.sources.place(node.span);
    let mut template =
        Template { name: name?, params, span: node.span, line, column: column - 1, uses: Vec::new(), is_wrong: false };
    template.check_name(reader);
    // Else its parameters are not known.
    if reader.diagnostics.len() == before {
        template.find_uses(reader);
    }
    // What is wrong with its form was reported before.
    let is_within = |found: &Diagnostic| {
        let span = found.primary.0;
        span.file == node.span.file && node.span.start <= span.start && span.end <= node.span.end
    };
    let is_wrong = reader.diagnostics.len() > before || reader.diagnostics.iter().take(MAX_WRONG).any(is_within);
    Some(Template { is_wrong, ..template })
}

fn params(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<(String, Span)> {
    let Some(text) = fields.get("params").and_then(|node| reader.text(node)) else { return Vec::new() };
    let (mut params, mut known): (Vec<(String, Span)>, BTreeMap<String, Span>) = (Vec::new(), BTreeMap::new());
    if text.value.contains('$') {
        let message = "the parameters of a template are declared without `$`";
        let diagnostic = Diagnostic::new(Code::TemplateArguments, text.span, message).label("names only");
        reader.report(diagnostic.help(format!("write `params: \"{}\"`", text.value.replace('$', ""))));
        return Vec::new();
    }
    for (name, range) in split(&text.value, 0) {
        let span = text.span_of(range);
        let wrong = |message: String| Diagnostic::new(Code::TemplateArguments, span, message).help(PARAMS_HELP);
        if !is_name(name) {
            reader.report(wrong(format!("`{name}` is no parameter's name")).label("here"));
        } else if let Some(first) = known.get(name) {
            reader.report(
                Diagnostic::new(Code::TemplateArguments, span, format!("two parameters are called `{name}`"))
                    .label("the second")
                    .also(*first, "the first")
                    .help(format!("give it another name, such as `other_{name}`")),
            );
        } else {
            known.insert(name.to_owned(), span);
            params.push((name.to_owned(), span));
        }
    }
    params
}

/// Whether a row is like a template.
pub(super) fn like_row(node: &Node, before: usize) -> Option<LikeRow> {
    let NodeKind::Struct { fields, .. } = &node.kind else { return None };
    let is_like = fields.iter().any(|field| field.name.text == "like");
    is_like.then(|| LikeRow { before, node: node.clone() })
}

impl LikeRow {
    /// What the row says it is like.
    pub(crate) fn like(&self, reader: &mut Reader<'_>) -> Option<Like> {
        let NodeKind::Struct { fields, .. } = &self.node.kind else { return None };
        let mut written = fields.iter().filter(|field| field.name.text == "like");
        let field = written.next()?;
        if let Some(again) = written.next() {
            reader.report(
                Diagnostic::new(Code::DuplicateField, again.name.span, "field `like` twice in one `Op`")
                    .label("second time")
                    .also(field.name.span, "first time")
                    .help("keep one `like`: a row is like one template"),
            );
            return None;
        }
        let text = reader.text(&field.value)?;
        let like = parse(&text);
        if like.is_none() {
            reader.report(
                Diagnostic::new(Code::TemplateArguments, field.value.span, "this is no template and its arguments")
                    .label("expected a name, or a name and arguments")
                    .help("write `like: \"numbers(int.add_wrap, float.add)\"`, without quotes, `\\` and `$` in the arguments"),
            );
        }
        like
    }

    /// The row's name, as far as it has one.
    pub(crate) fn name(&self, reader: &mut Reader<'_>) -> String {
        let NodeKind::Struct { fields, .. } = &self.node.kind else { return String::new() };
        let named = fields.iter().find(|field| field.name.text == "name");
        named.map_or("", |field| reader.slice(field.value.span)).trim_matches('"').to_owned()
    }

    /// The row with the fields of the template, which `expanded` is.
    pub(crate) fn with(&self, expanded: &Node) -> Node {
        let mut node = self.node.clone();
        if let (NodeKind::Struct { fields, .. }, NodeKind::Struct { fields: others, .. }) =
            (&mut node.kind, &expanded.kind)
        {
            let shared = |field: &&Field| {
                let name = field.name.text.as_str();
                !matches!(name, "name" | "params") && row_kinds::TEMPLATE.fields.iter().any(|(known, _)| *known == name)
            };
            // The row's own come last: of what is written twice, it is they that are too many.
            let own = std::mem::take(fields).into_iter().filter(|field| field.name.text != "like");
            fields.extend(others.iter().filter(shared).cloned().chain(own));
        }
        node
    }
}

/// `name`, `name(a, b)`.
fn parse(text: &Text) -> Option<Like> {
    let value = &text.value;
    if value.contains(['"', '\\', '$', '\n', '\r']) {
        return None;
    }
    let open = value.find('(').unwrap_or(value.len());
    let name = value[..open].trim();
    let start = value.find(name)?;
    let arguments = match value.get(open + 1..) {
        None => Vec::new(),
        Some(rest) => split(rest.trim_end().strip_suffix(')')?, open + 1),
    };
    // A name that no template can have is said to be wrong where it is declared, or not to be there.
    let is_word = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if name.is_empty() || !is_word || arguments.iter().any(|(argument, _)| argument.is_empty()) {
        return None;
    }
    Some(Like {
        template: name.to_owned(),
        template_span: text.span_of(start..start + name.len()),
        arguments: arguments.into_iter().map(|(text_of, range)| (text_of.to_owned(), text.span_of(range))).collect(),
        span: text.span,
    })
}

/// What commas separate outside of brackets, trimmed, with its range; the text begins at `from`. Nothing for a blank text.
fn split(text: &str, from: usize) -> Vec<(&str, Range<usize>)> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let mut depth = 0_i32;
    let mut start = 0;
    let mut ends = Vec::new();
    let mut after_literal = 0;
    for (at, c) in text.char_indices() {
        match c {
            _ if at < after_literal => {}
            '\'' => after_literal = read_char(&text[at..]).map_or(0, |(_, length)| at + length),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                ends.push((start, at));
                start = at + 1;
            }
            _ => {}
        }
    }
    ends.push((start, text.len()));
    let trimmed = ends.into_iter().map(|(start, end)| {
        let part = &text[start..end];
        let inner = part.trim();
        let first = from + start + (part.len() - part.trim_start().len());
        (inner, first..first + inner.len())
    });
    trimmed.collect()
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(is_name_byte)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'
}

/// Each `$name` of a text: its range with the `$`, and the name.
fn uses(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    text.match_indices('$').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let length = rest.bytes().take_while(|byte| is_name_byte(*byte)).count();
        // `$5` is an amount.
        is_name(&rest[..length]).then(|| (at..at + 1 + length, &rest[..length]))
    })
}

impl Template {
    fn check_name(&self, reader: &mut Reader<'_>) {
        let name = &self.name.value;
        if is_name(name) {
            return;
        }
        let wrong =
            Diagnostic::new(Code::BadName, self.name.span, format!("`{name}` cannot be the name of a template"));
        let right: String =
            name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        reader.report(
            wrong
                .label("must be small letters, digits and `_`, a letter first")
                .help(format!("write `name: \"{}\"`", right.trim_start_matches(|c: char| !c.is_ascii_lowercase())))
                .because([Cause::Misnamed(name.clone())]),
        );
    }

    /// The names that its texts use as parameters, each once.
    fn undeclared<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut names: Vec<&str> = Vec::new();
        for literal in texts(self.span.file, text) {
            for (_, name) in uses(&text[literal]) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// Finds where its texts use parameters; complains of what is none, and of one that nothing uses.
    fn find_uses(&mut self, reader: &mut Reader<'_>) {
        let params: BTreeMap<&str, usize> =
            self.params.iter().enumerate().map(|(index, (name, _))| (name.as_str(), index)).collect();
        let text = reader.slice(self.span);
        let mut is_known = true;
        let undeclared = self.undeclared(text);
        for literal in texts(self.span.file, text) {
            for (range, name) in uses(&text[literal.clone()]) {
                let range = literal.start + range.start..literal.start + range.end;
                if let Some(param) = params.get(name) {
                    self.uses.push((range, *param));
                    continue;
                }
                is_known = false;
                let at = |offset: usize| self.span.start + u32::try_from(offset).unwrap_or(0);
                let span = Span { start: at(range.start), end: at(range.end), ..self.span };
                let names: Vec<String> =
                    self.params.iter().take(MAX_SHOWN).map(|(param, _)| format!("`${param}`")).collect();
                let help = if names.is_empty() {
                    format!("declare what it uses: `params: \"{}\"`", undeclared.join(", "))
                } else {
                    format!("write one of {}, or declare it in `params`", names.join(", "))
                };
                let message = format!("`{}` has no parameter `{name}`", self.name.value);
                let wrong = Diagnostic::new(Code::TemplateArguments, span, message);
                // Without any parameters all are lacking for one reason.
                let which = if names.is_empty() { "" } else { name };
                let cause = Cause::Unknown("parameter", format!("{}.{which}", self.name.value));
                reader.report(wrong.label("unknown parameter").help(help).because([cause]));
            }
        }
        // Else one that is not used is perhaps misspelt where it is.
        if !is_known {
            return;
        }
        let used: BTreeSet<usize> = self.uses.iter().map(|(_, param)| *param).collect();
        for (_, (param, span)) in self.params.iter().enumerate().filter(|(index, _)| !used.contains(index)) {
            let message = format!("`{}` does not use its parameter `{param}`", self.name.value);
            let wrong = Diagnostic::new(Code::TemplateArguments, *span, message).label("stands for nothing");
            reader.report(wrong.help(format!("write `${param}` where it belongs, or remove it")));
        }
    }

    /// How often it can be used: the parameters.
    pub(crate) fn params(&self) -> impl ExactSizeIterator<Item = &str> {
        self.params.iter().map(|(name, _)| name.as_str())
    }

    /// How long the template is with these arguments. **Units:** bytes.
    pub(crate) fn expanded(&self, like: &Like, sources: &Sources) -> usize {
        let put = self.arguments(like).map(|(range, (argument, _))| argument.len().saturating_sub(range.len()));
        put.fold(self.text(sources).len(), usize::saturating_add)
    }

    fn text<'s>(&self, sources: &'s Sources) -> &'s str {
        let (start, end) = (self.span.start as usize, self.span.end as usize);
        sources.get(self.span.file).text.get(start..end).unwrap_or("")
    }

    /// Each use of a parameter, with what is put there.
    fn arguments<'l>(&self, like: &'l Like) -> impl Iterator<Item = (Range<usize>, &'l (String, Span))> {
        self.uses.iter().filter_map(|(range, param)| Some((range.clone(), like.arguments.get(*param)?)))
    }

    /// The template with the arguments in place of its parameters, as a file of its own.
    pub(crate) fn expand(&self, like: &Like, row: &str, sources: &Sources) -> Source {
        let template = self.text(sources);
        // As far to the right as in its file, as far as anyone would look.
        let mut text = " ".repeat(self.column.min(MAX_INDENT));
        let mut pieces = Vec::new();
        let mut done = 0;
        let offset = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
        for (range, (argument, span)) in self.arguments(like) {
            text.push_str(&template[done..range.start]);
            let from = offset(&text);
            text.push_str(argument);
            pieces.push(Piece { start: from, end: offset(&text), from: *span });
            done = range.end;
        }
        text.push_str(&template[done..]);
        let expansion = Expansion {
            template: self.name.value.clone(),
            template_file: self.span.file,
            line: self.line,
            row: row.to_owned(),
            used: like.span,
            pieces,
        };
        Source { name: sources.get(self.span.file).name.clone(), path: None, text, expansion: Some(expansion) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_split_outside_of_brackets() {
        let parts: Vec<&str> = split(" a, f(b, c) ,<", 0).into_iter().map(|(part, _)| part).collect();
        assert_eq!(parts, ["a", "f(b, c)", "<"]);
        assert_eq!(split("x( a ,b", 0)[0].1, 0..7);
        assert_eq!(split(" a ,b", 10).into_iter().map(|(_, range)| range).collect::<Vec<_>>(), [11..12, 14..15]);
        assert!(split("  ", 0).is_empty());
    }

    #[test]
    fn uses_are_whole_names() {
        let found: Vec<_> = uses("$a+$ab_1 $ $$b $X $5").map(|(_, name)| name).collect();
        assert_eq!(found, ["a", "ab_1", "b"]);
    }
}
