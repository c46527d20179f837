//! Fusions and rewrites, checked for form: rows, operands, labels.

use super::block::any_changes;
use super::parts::{Line, Word, instruction, line, literal_fits, operand_number};
use super::{Report, Table};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{Cursor, Name, Problem};
use crate::model::{Body, Effect, Fusion, Instruction, PatternOperand, PatternPart, Rewrite};
use crate::rows::{FuseRow, RewriteRow, Rows, Spanned};
use crate::source::{Span, Text};
use opforge_core::{OperandKind, Type};
use std::collections::{BTreeMap, BTreeSet};

/// How many lines a pattern may have.
const MAX_LINES: usize = 64;

/// Checks all fusions. Those of `std:` families that name rows which are not there are dropped.
pub(crate) fn fusions(rows: &Rows, table: &Table<'_>, report: &mut Report) -> Vec<Fusion> {
    let mut fusions = Vec::new();
    let mut patterns: BTreeMap<String, Span> = BTreeMap::new();
    for row in kept(rows, table) {
        let Some(fusion) = fusion(row, table, report) else { continue };
        let canonical = canonical(&fusion.pattern);
        if let Some(first) = patterns.get(&canonical) {
            report.push(
                Diagnostic::new(
                    Code::DuplicatePattern,
                    row.seq.span,
                    format!("`{}` has the pattern of an earlier fusion", row.name.value),
                )
                .label("the same pattern")
                .also(*first, "first written here")
                .help(format!("remove `Fuse(name: \"{}\", …)`", row.name.value)),
            );
            continue;
        }
        patterns.insert(canonical, row.seq.span);
        fusions.push(fusion);
    }
    fusions
}

/// The fusions but those of `std:` families that name rows which are not there.
pub(crate) fn kept<'r>(rows: &'r Rows, table: &Table<'_>) -> impl Iterator<Item = &'r FuseRow> {
    let all = rows.families.iter().flat_map(|family| family.fusions.iter().map(|row| (family.std, row)));
    all.filter(|(std, row)| !std || all_there(&row.seq.value, table)).map(|(_, row)| row)
}

/// Checks all rewrites, dropping like [`fusions`].
pub(crate) fn rewrites(rows: &Rows, table: &Table<'_>, report: &mut Report) -> Vec<Rewrite> {
    let all = rows.families.iter().flat_map(|family| family.rewrites.iter().map(|row| (family.std, row)));
    let there = all.filter(|(std, row)| !std || (all_there(&row.from.value, table) && all_there(&row.to.value, table)));
    there.filter_map(|(_, row)| rewrite(row, table, report)).collect()
}

fn all_there(lines: &[Text], table: &Table<'_>) -> bool {
    lines.iter().all(|text| match line(text) {
        Ok(Line::Part { name, .. }) => table.index.contains_key(name.text.as_str()),
        _ => true,
    })
}

/// The pattern with its variables numbered, so that equal patterns have equal text.
fn canonical(pattern: &[PatternPart]) -> String {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut text = String::new();
    for part in pattern {
        match part {
            PatternPart::Label(label) => {
                let next = numbers.len();
                text += &format!("@{};", numbers.entry(label).or_insert(next));
            }
            PatternPart::Instruction(id, operands) => {
                text += &id.0.to_string();
                for operand in operands {
                    let next = numbers.len();
                    text += &match operand {
                        PatternOperand::Variable(name) => format!(" ${}", numbers.entry(name).or_insert(next)),
                        PatternOperand::Label(name) => format!(" @{}", numbers.entry(name).or_insert(next)),
                        PatternOperand::Literal(value) => format!(" {value}"),
                    };
                }
                text.push(';');
            }
        }
    }
    text
}

struct Pattern<'a> {
    table: &'a Table<'a>,
    report: &'a mut Report,
    parts: Vec<PatternPart>,
    variables: BTreeMap<String, (OperandKind, Span)>,
    labels: BTreeMap<String, Span>,
    jumps: BTreeMap<String, Span>,
}

impl<'a> Pattern<'a> {
    fn new(table: &'a Table<'a>, report: &'a mut Report) -> Self {
        let (variables, labels, jumps) = Default::default();
        Self { table, report, parts: Vec::new(), variables, labels, jumps }
    }

    fn lines(&mut self, lines: &Spanned<Vec<Text>>) {
        if lines.value.len() > MAX_LINES {
            let message = format!("{} lines, but a pattern has at most {MAX_LINES}", lines.value.len());
            let diagnostic = Diagnostic::new(Code::TooMany, lines.value[MAX_LINES].span, message).label("too many");
            self.report
                .push(diagnostic.help(format!("write at most {MAX_LINES} lines, from `\"@top\"` to `\"Jump @top\"`")));
            return;
        }
        for text in &lines.value {
            match line(text) {
                Err(problem) => self.report.push(problem.in_text(text)),
                Ok(Line::Label(label)) => self.label(&label, text),
                Ok(Line::Part { name, operands }) => self.part(&name, &operands, text),
            }
        }
    }

    fn label(&mut self, label: &Name, text: &Text) {
        let span = text.span_of(label.range.clone());
        if let Some(first) = self.labels.insert(label.text.clone(), span) {
            self.report.push(
                Diagnostic::new(Code::BadPattern, span, format!("label `@{}` stands twice", label.text))
                    .label("again")
                    .also(first, "first here")
                    .help(format!("name one `@{}_2`", label.text)),
            );
        }
        self.parts.push(PatternPart::Label(label.text.clone()));
    }

    fn part(&mut self, name: &Name, words: &[(Word, std::ops::Range<usize>)], text: &Text) {
        let Some((id, row)) = instruction(name, text, self.table, self.report) else { return };
        if !operand_number(row, words, text, self.report) {
            return;
        }
        let mut operands = Vec::new();
        for ((word, range), operand) in words.iter().zip(&row.operands) {
            let span = text.span_of(range.clone());
            operands.push(match word {
                Word::Literal(value) => {
                    literal_fits(*value, operand.kind, span, self.report);
                    PatternOperand::Literal(*value)
                }
                Word::Label(label) => {
                    self.jump(label, operand.kind, span);
                    PatternOperand::Label(label.clone())
                }
                Word::Name(name) => {
                    self.variable(name, operand.kind, span);
                    PatternOperand::Variable(name.clone())
                }
            });
        }
        self.parts.push(PatternPart::Instruction(id, operands));
    }

    fn jump(&mut self, label: &str, kind: OperandKind, span: Span) {
        if kind != OperandKind::Target {
            let message = format!("`@{label}` is a place, but an operand of kind `{}` is wanted", kind.name());
            let diagnostic = Diagnostic::new(Code::PartOperands, span, message).label("a place");
            self.report.push(diagnostic.help(format!("write `{label}`, a name for whatever operand stands there")));
        }
        self.jumps.entry(label.to_owned()).or_insert(span);
    }

    fn variable(&mut self, name: &str, kind: OperandKind, span: Span) {
        let (first_kind, first) = *self.variables.entry(name.to_owned()).or_insert((kind, span));
        if first_kind == kind {
            return;
        }
        let message = format!("`{name}` stands for operands of kinds `{}` and `{}`", first_kind.name(), kind.name());
        self.report.push(
            Diagnostic::new(Code::PartOperands, span, message)
                .label(format!("`{}` here", kind.name()))
                .also(first, format!("`{}` here", first_kind.name()))
                .help(format!("give one another name, such as `{name}_2`")),
        );
    }

    /// Every label is jumped to, every jump goes to a label.
    fn check_labels(&mut self) {
        for (label, span) in &self.jumps {
            if !self.labels.contains_key(label) {
                let message = format!("no line of the pattern is `@{label}`");
                let diagnostic = Diagnostic::new(Code::BadPattern, *span, message).label("goes nowhere");
                let help = format!("add a line `\"@{label}\"`, or write `{label}` for a place outside the pattern");
                self.report.push(diagnostic.help(help));
            }
        }
        for (label, span) in &self.labels {
            if !self.jumps.contains_key(label) {
                let message = format!("no instruction of the pattern goes to `@{label}`");
                let diagnostic = Diagnostic::new(Code::BadPattern, *span, message).label("not used");
                self.report
                    .push(diagnostic.help(format!("remove the line `\"@{label}\"`, or add `\"Jump @{label}\"`")));
            }
        }
    }
}

fn fusion(row: &FuseRow, table: &Table<'_>, report: &mut Report) -> Option<Fusion> {
    let errors = report.count();
    let mut pattern = Pattern::new(table, report);
    pattern.lines(&row.seq);
    pattern.check_labels();
    let parts = pattern.parts;
    let instructions = parts.iter().filter(|part| matches!(part, PatternPart::Instruction(..))).count();
    if report.count() == errors && instructions < 2 {
        let message =
            format!("`{}` joins {instructions} instruction{}", row.name.value, super::expr::plural(instructions));
        let diagnostic = Diagnostic::new(Code::BadPattern, row.seq.span, message).label("nothing to join");
        report.push(diagnostic.help("write two or more: `seq: [\"NumLt\", \"JumpIfFalse out\"]`"));
    }
    (report.count() == errors).then(|| Fusion { name: row.name.value.clone(), pattern: parts })
}

fn rewrite(row: &RewriteRow, table: &Table<'_>, report: &mut Report) -> Option<Rewrite> {
    let errors = report.count();
    let mut from = Pattern::new(table, report);
    from.lines(&row.from);
    let (from_parts, from_variables) = (from.parts, from.variables);
    let mut to = Pattern::new(table, report);
    to.lines(&row.to);
    let (to_parts, to_variables) = (to.parts, to.variables);
    if row.from.value.is_empty() {
        let diagnostic = Diagnostic::new(Code::BadPattern, row.from.span, "there is nothing to rewrite").label("empty");
        report.push(diagnostic.help("write what is replaced: `from: [\"LogNot\", \"LogNot\"]`"));
    }
    for (name, (_, span)) in &to_variables {
        if !from_variables.contains_key(name) {
            let diagnostic = Diagnostic::new(Code::BadRewrite, *span, format!("`{name}` does not stand in `from`"));
            report
                .push(diagnostic.label("has no value").help(format!("use `{name}` in `from`, or write a number here")));
        }
    }
    straight(&row.name.value, &row.from, &from_parts, true, table, report);
    straight(&row.name.value, &row.to, &to_parts, false, table, report);
    let inputs = first_inputs(&from_parts, table);
    let when = row.when.as_ref().map_or(Some(Vec::new()), |text| when(text, &from_variables, &inputs, table, report));
    let when = when?;
    (report.count() == errors).then(|| Rewrite { name: row.name.value.clone(), from: from_parts, to: to_parts, when })
}

fn first_inputs(parts: &[PatternPart], table: &Table<'_>) -> BTreeSet<String> {
    let first = parts.iter().find_map(|part| match part {
        PatternPart::Instruction(id, _) => table.instructions[id.0].as_ref(),
        PatternPart::Label(_) => None,
    });
    first.map_or(BTreeSet::new(), |first| first.inputs.iter().map(|input| input.name.clone()).collect())
}

/// A rewrite is over rows that only compute; the first row of `from` alone may trap.
fn straight(
    name: &str,
    lines: &Spanned<Vec<Text>>,
    parts: &[PatternPart],
    is_from: bool,
    table: &Table<'_>,
    report: &mut Report,
) {
    if lines.value.len() != parts.len() {
        return;
    }
    for (index, (part, text)) in parts.iter().zip(&lines.value).enumerate() {
        let PatternPart::Instruction(id, _) = part else {
            let diagnostic = Diagnostic::new(Code::BadRewrite, text.span, "a rewrite is straight, so it has no labels");
            report.push(diagnostic.label("a label").help(format!("remove the line `\"{}\"`", text.value)));
            continue;
        };
        let Some(row) = table.instructions[id.0].as_ref() else { continue };
        let why = if !is_simple(row) {
            "does more than compute"
        } else if is_from && index > 0 && !row.traps.is_empty() {
            "may trap, and only the first row of `from` may"
        } else {
            continue;
        };
        report.push(
            Diagnostic::new(Code::BadRewrite, text.span, format!("`{}` {why}", row.name))
                .label("cannot be rewritten")
                .help(format!("remove `Rewrite(name: \"{name}\", …)`, or write it over rows that compute")),
        );
    }
}

fn is_simple(row: &Instruction) -> bool {
    let straight = row.flow.next && row.flow.jumps.is_empty() && !row.flow.returns && !row.flow.raises;
    let computes = !matches!(row.body, Body::Handler(_)) && row.flow.enters.is_none() && row.flow.scope == 0;
    let outside = row.effects.iter().filter(|effect| !matches!(effect, Effect::WritesLocals));
    straight && computes && !any_changes(outside)
}

/// `a: Int, b: Float`.
fn when(
    text: &Text,
    variables: &BTreeMap<String, (OperandKind, Span)>,
    inputs: &BTreeSet<String>,
    table: &Table<'_>,
    report: &mut Report,
) -> Option<Vec<(String, Type)>> {
    const HELP: &str = "write names and types: `when: \"a: Int, b: Float\"`";
    let mut read = || -> Result<Option<Vec<(String, Type)>>, Problem> {
        let mut cursor = Cursor::new(&text.value, Code::BadRewrite)?;
        let mut conditions = Some(Vec::new());
        loop {
            let name = cursor.name("a name", HELP)?;
            if !variables.contains_key(&name.text) && !inputs.contains(&name.text) {
                let known: Vec<&str> = variables.keys().chain(inputs).map(String::as_str).collect();
                let help = crate::nearest::near_or(crate::nearest::nearest(&name.text, known.iter().copied()), || {
                    format!("write an input of the first row of `from`: `{}`", known.join("`, `"))
                });
                let message = format!("`{}` is neither an operand of `from` nor an input of its first row", name.text);
                return Err(Problem::new(Code::BadRewrite, name.range, message, help).label("unknown name"));
            }
            cursor.expect(":", HELP)?;
            let ty = cursor.name("a type", HELP)?;
            let ty = table.catalogue.types.resolve(&ty.text, text.span_of(ty.range), report);
            conditions = conditions.zip(ty).map(|(mut all, ty)| {
                all.push((name.text, ty));
                all
            });
            if !cursor.eat(",") {
                cursor.finish(HELP)?;
                return Ok(conditions);
            }
        }
    };
    match read() {
        Ok(conditions) => conditions,
        Err(problem) => {
            report.push(problem.in_text(text));
            None
        }
    }
}
