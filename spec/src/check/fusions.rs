//! Fusions, checked for form: rows, operands, labels. Rewrites read their lines by it too.

use super::parts::{Line, Word, instruction, line, literal_fits, operand_number};
use super::{Report, Table};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::Name;
use crate::model::{Fusion, Instruction, PatternOperand, PatternPart};
use crate::rows::{FuseRow, Rows, Spanned};
use crate::slots;
use crate::source::{Span, Text};
use opforge_core::OperandKind;
use std::collections::BTreeMap;

/// How many arms the fast engine's `match` has at most: instructions, their constant forms, and fusions.
const MAX_HOT: usize = 256;
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

/// Checks that every fusion is one instruction of slot form, and that the fast engine's `match` holds all that are hot.
pub(crate) fn fusible(
    rows: &Rows,
    table: &Table<'_>,
    instructions: &[Instruction],
    fusions: &[Fusion],
    report: &mut Report,
) {
    let primitives = &table.catalogue.primitives;
    for (fusion, why) in fusions.iter().zip(slots::check_fusions(instructions, primitives, fusions)) {
        let Some(why) = why else { continue };
        let Some(row) = kept(rows, table).find(|row| row.name.value == fusion.name) else { continue };
        let span = row.seq.value.get(why.line).map_or(row.seq.span, |text| text.span);
        let label = format!("in `{}`", row.name.value);
        report.push(Diagnostic::new(Code::NotFusible, span, why.message).label(label).help(why.help));
    }
    let hot = slots::hot_arms(instructions, primitives, fusions);
    if hot > MAX_HOT {
        // The first row or fusion whose own arm is one too many.
        let is_hot = |cold: &Option<Spanned<bool>>| !cold.as_ref().is_some_and(|cold| cold.value);
        let names = table.rows.iter().filter(|row| is_hot(&row.op.cold)).map(|row| &row.op.name);
        let all = names.chain(kept(rows, table).filter(|row| is_hot(&row.cold)).map(|row| &row.name));
        let Some(last) = all.last() else { return };
        let message = format!("the fast engine's loop would have {hot} arms, but {MAX_HOT} may be");
        report.push(
            Diagnostic::new(Code::TooManyHot, last.span, message)
                .label("with this one")
                .help("write `cold: true` in rows and fusions that seldom run"),
        );
    }
}

/// The fusions but those of `std:` families that name rows which are not there.
pub(crate) fn kept<'r>(rows: &'r Rows, table: &Table<'_>) -> impl Iterator<Item = &'r FuseRow> {
    let all = rows.families.iter().flat_map(|family| family.fusions.iter().map(|row| (family.std, row)));
    all.filter(|(std, row)| !std || all_there(&row.seq.value, table)).map(|(_, row)| row)
}

/// Whether the table has every row that the lines name.
pub(super) fn all_there(lines: &[Text], table: &Table<'_>) -> bool {
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

/// Lines as they are read.
pub(super) struct Pattern<'a> {
    table: &'a Table<'a>,
    report: &'a mut Report,
    pub(super) parts: Vec<PatternPart>,
    /// Kind and first place of each.
    pub(super) variables: BTreeMap<String, (OperandKind, Span)>,
    labels: BTreeMap<String, Span>,
    jumps: BTreeMap<String, Span>,
}

impl<'a> Pattern<'a> {
    pub(super) fn new(table: &'a Table<'a>, report: &'a mut Report) -> Self {
        let (variables, labels, jumps) = Default::default();
        Self { table, report, parts: Vec::new(), variables, labels, jumps }
    }

    pub(super) fn lines(&mut self, lines: &Spanned<Vec<Text>>) {
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
    (report.count() == errors).then(|| Fusion {
        name: row.name.value.clone(),
        pattern: parts,
        cold: row.cold.as_ref().is_some_and(|cold| cold.value),
    })
}
