//! The lines of a fusion or of a side of a rewrite → a pattern.

use super::lines::{Line, Word, line};
use super::parts::{instruction, literal_fits, operand_number};
use super::report::Report;
use super::table::Table;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::Name;
use crate::model::{PatternOperand, PatternPart};
use crate::nearest::nearest;
use crate::rows::Spanned;
use crate::source::{Span, Text};
use opforge_core::OperandKind;
use std::collections::BTreeMap;

/// How many lines a pattern may have.
const MAX_LINES: usize = 64;

/// Lines as they are read.
pub(super) struct Pattern<'a> {
    table: &'a Table<'a>,
    report: &'a mut Report,
    pub(super) parts: Vec<PatternPart>,
    /// Kind and first place of each.
    pub(super) variables: BTreeMap<String, (OperandKind, Span)>,
    labels: BTreeMap<String, Span>,
    jumps: BTreeMap<String, Span>,
    /// Whether every line could be read: else nobody knows which variables and labels it names.
    pub(super) is_whole: bool,
}

impl<'a> Pattern<'a> {
    pub(super) fn new(table: &'a Table<'a>, report: &'a mut Report) -> Self {
        let (variables, labels, jumps) = Default::default();
        Self { table, report, parts: Vec::new(), variables, labels, jumps, is_whole: true }
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
                Err(problem) => {
                    self.report.push(problem.in_text(text));
                    self.is_whole = false;
                }
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
        let Some((id, row)) = instruction(name, text, self.table, self.report) else {
            self.is_whole = false;
            return;
        };
        if !operand_number((&self.table.rows[id.0], row), words, text, self.report) {
            self.is_whole = false;
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
        if first_kind == kind && (kind != OperandKind::Targets || first == span) {
            return;
        }
        if first_kind == kind {
            let message = format!("`{name}` stands for one list of targets in two places");
            self.report.push(
                Diagnostic::new(Code::BadPattern, span, message)
                    .label("another instruction")
                    .also(first, "first here")
                    .note("each list of targets is of one instruction")
                    .help(format!("give one another name, such as `{name}_2`")),
            );
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
    pub(super) fn check_labels(&mut self) {
        if !self.is_whole {
            return;
        }
        let mut unused: BTreeMap<&str, Span> =
            self.labels.iter().map(|(label, span)| (label.as_str(), *span)).collect();
        unused.retain(|label, _| !self.jumps.contains_key(*label));
        for (label, span) in self.jumps.iter().filter(|(label, _)| !self.labels.contains_key(*label)) {
            let message = format!("no line of the pattern is `@{label}`");
            let diagnostic = Diagnostic::new(Code::BadPattern, *span, message).label("goes nowhere");
            let near = nearest(label, self.labels.keys().map(String::as_str));
            self.report.push(match near {
                Some(near) => {
                    let place = unused.remove(near);
                    let diagnostic = diagnostic.help(format!("write `@{near}`")).fix(*span, format!("@{near}"));
                    place.into_iter().fold(diagnostic, |all, place| all.also(place, "nothing goes here"))
                }
                None => diagnostic
                    .help(format!("add a line `\"@{label}\"`, or write `{label}` for a place outside the pattern")),
            });
        }
        for (label, span) in unused {
            let message = format!("no instruction of the pattern goes to `@{label}`");
            let diagnostic = Diagnostic::new(Code::BadPattern, span, message).label("not used");
            self.report.push(diagnostic.help(format!("remove the line `\"@{label}\"`, or add `\"Jump @{label}\"`")));
        }
    }
}

/// Whether the lines name rows of `std:` that are there, made of such rows. Where one is replaced by a row of the table's
/// own, which may mean something else, what `std:` says of it is about another table.
pub(super) fn is_std(lines: &[Text], table: &Table<'_>) -> bool {
    lines.iter().all(|text| match line(text) {
        Ok(Line::Part { name, .. }) => table.index.get(name.text.as_str()).is_some_and(|id| table.is_std(*id)),
        _ => true,
    })
}
