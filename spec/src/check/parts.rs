//! Lines that name an instruction and its operands: parts of a `seq`, of fusions and of rewrites.

use super::{Report, Table};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{Cursor, Name, Problem, Token};
use crate::model::{Instruction, InstructionId};
use crate::nearest::nearest;
use crate::source::{Span, Text};
use crate::std_families::std_families;
use opforge_core::{OperandKind, Scalar};
use std::ops::Range;

const HELP: &str = "write an instruction and its operands, separated by spaces: `\"GetSlot slot\"` or `\"LoadInt 1\"`";

/// A line, as written.
pub(crate) enum Line {
    /// `@label` alone.
    Label(Name),
    /// `Instruction operand…`.
    Part { name: Name, operands: Vec<(Word, Range<usize>)> },
}

/// An operand, as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Word {
    Name(String),
    Literal(Scalar),
    Label(String),
}

/// Reads one line.
pub(crate) fn line(text: &Text) -> Result<Line, Problem> {
    let mut cursor = Cursor::new(&text.value, Code::BadPattern)?;
    if let Some(Token::At(label)) = cursor.peek() {
        let name = Name { text: label.clone(), range: cursor.range() };
        cursor.advance();
        cursor.finish("a label stands alone; write the instruction as the next text")?;
        return Ok(Line::Label(name));
    }
    let name = cursor.name("an instruction", HELP)?;
    let mut operands = Vec::new();
    while !cursor.is_at_end() {
        if let Some((scalar, range)) = cursor.scalar(true)? {
            operands.push((Word::Literal(scalar), range));
            continue;
        }
        let range = cursor.range();
        let word = match cursor.peek() {
            Some(Token::Word(word)) => Word::Name(word.clone()),
            Some(Token::At(label)) => Word::Label(label.clone()),
            _ => return Err(cursor.unexpected("an operand", HELP)),
        };
        cursor.advance();
        operands.push((word, range));
    }
    Ok(Line::Part { name, operands })
}

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
    let diagnostic = diagnostic.label("unknown instruction");
    let row = format!("Op(name: \"{}\"", name.text);
    if let Some((family, _)) = std_families().iter().find(|(_, rows)| rows.contains(&row)) {
        report.push(diagnostic.help(format!("include the family that has it: `include: [\"{family}\"]`")));
        return None;
    }
    report.push(match nearest(&name.text, table.index.keys().copied()) {
        Some(near) => diagnostic.help(format!("write `{near}`")).fix(span, near),
        None => diagnostic.help(format!("add a row: `Op(name: \"{}\", …)`", name.text)),
    });
    None
}

/// Complains about a part with another number of operands than its instruction has.
pub(crate) fn operand_number(
    instruction: &Instruction,
    given: &[(Word, Range<usize>)],
    text: &Text,
    report: &mut Report,
) -> bool {
    let wanted = instruction.operands.len();
    if wanted == given.len() {
        return true;
    }
    let names: Vec<&str> = instruction.operands.iter().map(|operand| operand.name.as_str()).collect();
    let form = [&[instruction.name.as_str()], &names[..]].concat().join(" ");
    let message = format!(
        "`{}` has {wanted} operand{}, here it gets {}",
        instruction.name,
        super::expr::plural(wanted),
        given.len()
    );
    report.push(
        Diagnostic::new(Code::PartOperands, text.span, message)
            .label(format!("{} given", given.len()))
            .help(format!("write `\"{form}\"`")),
    );
    false
}

/// Complains about a literal that does not fit an operand of that kind.
pub(crate) fn literal_fits(value: Scalar, kind: OperandKind, span: Span, report: &mut Report) -> bool {
    let fits = match (kind, value) {
        (OperandKind::Int, Scalar::Int(_)) | (OperandKind::Float, Scalar::Float(_)) => true,
        (OperandKind::I16, Scalar::Int(value)) => i16::try_from(value).is_ok(),
        (OperandKind::Count8, Scalar::Int(value)) => u8::try_from(value).is_ok(),
        (OperandKind::Count | OperandKind::Local, Scalar::Int(value)) => u16::try_from(value).is_ok(),
        _ => false,
    };
    if fits {
        return true;
    }
    let help = match kind {
        OperandKind::Int => "write an integer, such as `1`",
        OperandKind::Float => "write a float, such as `1.0`",
        OperandKind::I16 => "write an integer from `-32768` to `32767`",
        OperandKind::Count8 => "write a number from `0` to `255`",
        OperandKind::Count | OperandKind::Local => "write a number from `0` to `65535`",
        OperandKind::Target => "name an operand of kind `Target`, such as `target`",
        OperandKind::Func | OperandKind::Const | OperandKind::Global | OperandKind::Block => {
            "write the name of an operand, such as `args: \"f: Func\"` and `\"Call f 1\"`"
        }
    };
    let message = format!("`{value}` is no operand of kind `{}`", kind.name());
    report.push(Diagnostic::new(Code::PartOperands, span, message).label("does not fit").help(help));
    false
}
