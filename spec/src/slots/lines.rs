//! The lines of a pattern, before they are folded.

use crate::model::{Body, Fusion, Instruction, PatternOperand, PatternPart};
use opforge_core::slot_form::{ConstantForm, RowForm, SequenceOperand};
use opforge_core::{OperandKind, Scalar};
use std::collections::BTreeMap;

/// Why a pattern is no instruction of slot form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotFusible {
    /// Index of the line; of the last one for the pattern as a whole.
    pub(crate) line: usize,
    /// What is wrong with it.
    pub(crate) message: String,
    /// What else is concerned, and how.
    pub(crate) also: Option<(Place, String)>,
    /// What to write instead.
    pub(crate) help: String,
}

/// What a fusion is in conflict with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Another line of its own.
    Line(usize),
    /// The fusion of that index.
    Fusion(usize),
    /// The rewrite of that index.
    Rewrite(usize),
}

/// A line of the pattern, sequences spread out.
pub(super) struct Line<'a> {
    pub(super) line: usize,
    pub(super) row: usize,
    pub(super) operands: Vec<Given<'a>>,
}

/// An operand of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Given<'a> {
    /// A name: equal names stand for equal operands.
    Name(&'a str),
    Literal(Scalar),
    /// A label of the pattern.
    Label(&'a str),
}

impl<'a> Given<'a> {
    fn of(operand: &'a PatternOperand) -> Self {
        match operand {
            PatternOperand::Variable(name) => Self::Name(name),
            PatternOperand::Literal(value) => Self::Literal(*value),
            PatternOperand::Label(label) => Self::Label(label),
        }
    }
}

/// The line that each label stands before.
pub(super) type Labels<'a> = BTreeMap<&'a str, usize>;

/// The pattern's rows with sequences spread out, and the line that each label stands before.
pub(super) fn flatten<'a>(rows: &[RowForm], fusion: &'a Fusion) -> (Vec<Line<'a>>, Labels<'a>) {
    let (mut lines, mut labels) = (Vec::new(), Labels::new());
    for (line, part) in fusion.pattern.iter().enumerate() {
        match part {
            PatternPart::Label(label) => {
                labels.insert(label, lines.len());
            }
            PatternPart::Instruction(id, operands) => {
                let operands: Vec<Given<'_>> = operands.iter().map(Given::of).collect();
                match &rows[id.0] {
                    RowForm::Sequence(parts) => {
                        for part in parts.iter() {
                            let given = |operand: &SequenceOperand| match operand {
                                SequenceOperand::Row(index) => operands.get(*index).copied(),
                                SequenceOperand::Literal(value) => Some(Given::Literal(value.scalar())),
                            };
                            let operands = part.operands.iter().filter_map(given).collect();
                            lines.push(Line { line, row: part.row, operands });
                        }
                    }
                    _ => lines.push(Line { line, row: id.0, operands }),
                }
            }
        }
    }
    (lines, labels)
}

/// Whether a row computes, jumps or moves values, and does nothing else.
pub(super) fn can_be_folded(row: &Instruction, form: &RowForm) -> bool {
    match form {
        RowForm::GetLocal(_) | RowForm::SetLocal(_) | RowForm::Shuffle(_) | RowForm::Constant(_) => true,
        RowForm::Runs(runs) => !runs.home && !runs.tries && !row.flow.returns && !row.flow.raises,
        _ => false,
    }
}

/// The names that stand for locals, in order.
pub(super) fn locals<'a>(
    set: &[Instruction],
    rows: &[RowForm],
    lines: &[Line<'a>],
) -> Result<Vec<&'a str>, NotFusible> {
    let mut locals = Vec::new();
    for line in lines {
        for (operand, given) in set[line.row].operands.iter().zip(&line.operands) {
            match given {
                Given::Name(name) if operand.kind == OperandKind::Local && !locals.contains(name) => locals.push(*name),
                // Another name would not help where the row itself cannot be fused, which is said when it is folded.
                Given::Literal(_)
                    if can_be_folded(&set[line.row], &rows[line.row])
                        && !matches!(operand.kind, OperandKind::Int | OperandKind::I16 | OperandKind::Float) =>
                {
                    return Err(NotFusible {
                        line: line.line,
                        message: format!("a fixed `{}` in a fusion", operand.kind.name()),
                        also: None,
                        help: "write a name, which stands for any: `a`".into(),
                    });
                }
                _ => {}
            }
        }
    }
    Ok(locals)
}

/// Refuses a name that stands for a local or a number which is folded away and for an operand of a row that is left:
/// nothing would see to it that both are the same.
pub(super) fn both_ways(rows: &[RowForm], lines: &[Line<'_>]) -> Result<(), NotFusible> {
    let names = |own: bool| {
        lines.iter().filter(move |line| matches!(rows[line.row], RowForm::Runs(_)) == own).flat_map(|line| {
            line.operands.iter().filter_map(move |operand| match operand {
                Given::Name(name) => Some((line.line, *name)),
                _ => None,
            })
        })
    };
    for (line, name) in names(true) {
        if let Some((other, _)) = names(false).find(|(_, other)| *other == name) {
            return Err(NotFusible {
                line,
                message: format!("`{name}` is also an operand of a row that is folded away"),
                also: Some((Place::Line(other), "is folded away".into())),
                help: format!("write another name, such as `{name}_2`"),
            });
        }
    }
    Ok(())
}

/// Refuses rows that cannot be parts, wherever they stand.
pub(super) fn check_rows(set: &[Instruction], rows: &[RowForm], lines: &[Line<'_>]) -> Result<(), NotFusible> {
    for (at, line) in lines.iter().enumerate() {
        let row = &set[line.row];
        // What is left has two rows at least, or it is no fusion.
        let without = if at >= 2 {
            format!("end the pattern before `{}`", row.name)
        } else if lines.len() - at > 2 {
            format!("begin the pattern after `{}`", row.name)
        } else {
            format!("remove the fusion: without `{}` there is nothing to fuse", row.name)
        };
        match &rows[line.row] {
            RowForm::Constant(ConstantForm::Pool(_)) => {
                return Err(refuse(set, line, "takes a constant of the module", "write `LoadInt` or `LoadFloat`"));
            }
            RowForm::Runs(runs) if runs.steps && matches!(row.body, Body::Seq(_)) => {
                let help = format!("write its parts, or {without}");
                return Err(refuse(set, line, "is a sequence that is run part by part", &help));
            }
            form if !can_be_folded(row, form) => {
                return Err(refuse(set, line, "does more than compute and jump", &without));
            }
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn refuse(set: &[Instruction], line: &Line<'_>, why: &str, help: &str) -> NotFusible {
    let message = format!("`{}` cannot be fused: it {why}", set[line.row].name);
    NotFusible { line: line.line, message, also: None, help: help.into() }
}
