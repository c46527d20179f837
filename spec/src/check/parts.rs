//! What lines name: instructions that are there, operands that fit.

use super::lines::Word;
use super::report::{Report, plural};
use super::table::{Row, Table};
use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic, Side};
use crate::does::Name;
use crate::mnemonic::mnemonic;
use crate::model::{Instruction, InstructionId};
use crate::nearest::nearest;
use crate::source::{Span, Text};
use crate::std_families::family_of_row;
use opforge_core::{Kind, OperandKind, OperandRole, Scalar};
use std::ops::Range;

/// The instruction of that name; `None` after complaining, or where its own row is wrong.
pub(crate) fn instruction<'t>(
    name: &Name,
    text: &Text,
    table: &'t Table<'_>,
    report: &mut Report,
) -> Option<(InstructionId, &'t Instruction)> {
    if let Some(id) = table.index.get(name.text.as_str()) {
        let instruction = table.instructions[id.0].as_ref();
        if instruction.is_none() {
            report.silent();
        }
        return instruction.map(|instruction| (*id, instruction));
    }
    let span = text.span_of(name.range.clone());
    let diagnostic = Diagnostic::new(Code::UnknownRow, span, format!("no instruction is called `{}`", name.text));
    let diagnostic = diagnostic.label("unknown instruction").because([Cause::Unknown("row", mnemonic(&name.text))]);
    if table.left_out.contains(name.text.as_str()) {
        let help = format!("remove `\"{}\"` from `without`, or this line", name.text);
        report.push(diagnostic.note("the table leaves it out: `without`").help(help));
        return None;
    }
    if let Some(family) = family_of_row(&name.text) {
        let diagnostic = diagnostic.because([Cause::NotIncluded(family.to_owned())]);
        report.push(diagnostic.help(format!("include the family that has it: `include: [\"{family}\"]`")));
        return None;
    }
    report.push(match nearest(&name.text, table.index.keys().copied()) {
        Some(near) => diagnostic.help(format!("write `{near}`")).fix(span, near),
        None => diagnostic.help(format!("add a row: `Op(name: \"{}\", …)`", name.text)),
    });
    None
}

/// That the operands of a row are declared otherwise than they are used.
pub(crate) fn declaration(row: &Row<'_>) -> Option<Cause> {
    (!row.is_embedded).then(|| Cause::Declaration(row.op.name.span, row.op.name.value.clone(), Side::Arguments))
}

/// Complains about a part with another number of operands than its instruction has.
pub(crate) fn operand_number(
    (row, instruction): (&Row<'_>, &Instruction),
    given: &[(Word, Range<usize>)],
    text: &Text,
    report: &mut Report,
) -> bool {
    let wanted = instruction.operands.len();
    let cause = declaration(row);
    if wanted == given.len() {
        report.right(cause);
        return true;
    }
    let names: Vec<&str> = instruction.operands.iter().map(|operand| operand.name.as_str()).collect();
    let form = [&[instruction.name.as_str()], &names[..]].concat().join(" ");
    let message =
        format!("`{}` has {wanted} operand{}, here it gets {}", instruction.name, plural(wanted), given.len());
    report.push(
        Diagnostic::new(Code::PartOperands, text.span, message)
            .label(format!("{} given", given.len()))
            .help(format!("write `\"{form}\"`"))
            .because(cause),
    );
    false
}

/// How to write an operand of that kind.
pub(crate) fn how_to_write(kind: OperandKind) -> String {
    match (kind.role(), kind.ints()) {
        (OperandRole::Target, _) => "name an operand of kind `Target`, such as `target`".to_owned(),
        (OperandRole::Targets, _) => "name an operand of kind `[Target]`, such as `cases`".to_owned(),
        (OperandRole::Func | OperandRole::Const | OperandRole::Global, _) => {
            "write the name of an operand, such as `args: \"f: Func\"` and `\"Call f 1\"`".to_owned()
        }
        (OperandRole::Number(Kind::Int), _) if kind.width_bytes() == 8 => "write an integer, such as `1`".to_owned(),
        (OperandRole::Number(Kind::Int), Some(ints)) => {
            format!("write an integer from `{}` to `{}`", ints.start(), ints.end())
        }
        (OperandRole::Number(number), _) => {
            let such = Scalar::telling(number).get(1).map(|value| format!(", such as `{value}`")).unwrap_or_default();
            format!("write a {}{such}", number.noun())
        }
        (OperandRole::Local | OperandRole::Count, ints) => {
            format!("write a number from `0` to `{}`", ints.map_or(0, |ints| *ints.end()))
        }
    }
}

/// Complains about a literal that does not fit an operand of that kind.
pub(crate) fn literal_fits(value: Scalar, kind: OperandKind, span: Span, report: &mut Report) -> bool {
    let names = kind.is_jump() || matches!(kind.role(), OperandRole::Func | OperandRole::Const | OperandRole::Global);
    if !names && kind.admits(value) {
        return true;
    }
    let help = how_to_write(kind);
    let message = format!("`{value}` is no operand of kind `{}`", kind.name());
    report.push(Diagnostic::new(Code::PartOperands, span, message).label("does not fit").help(help));
    false
}
