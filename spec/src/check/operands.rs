//! `args` of a row → its operands.

use super::report::Report;
use super::table::Row;
use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic};
use crate::does::{Cursor, KEYWORDS, Name, Problem};
use crate::model::DeclaredOperand;
use crate::nearest::nearest;
use crate::source::{Span, Text};
use opforge_core::OperandKind;

/// How many operands a row may have.
const MAX_OPERANDS: usize = 16;

const HELP: &str = "write `args: \"slot: Local, value: Int\"`";

/// The operands of a row and where each stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operands {
    pub(crate) list: Vec<DeclaredOperand>,
    pub(crate) spans: Vec<Span>,
}

/// Reads `args`; `None` when it is wrong.
pub(crate) fn read(row: &Row<'_>, report: &mut Report) -> Option<Operands> {
    let Some(text) = &row.op.args else { return Some(Operands::default()) };
    let errors = report.count();
    let before = report.list.len();
    let operands = match parse(text, report) {
        Ok(operands) => operands,
        Err(problem) => {
            report.instead(before, problem.in_text(text));
            return None;
        }
    };
    for (index, operand) in operands.list.iter().enumerate() {
        if let Some(first) = operands.list[..index].iter().position(|earlier| earlier.name == operand.name) {
            name_twice(&operand.name, operands.spans[index], operands.spans[first], report);
        }
    }
    (report.count() == errors).then_some(operands)
}

fn parse(text: &Text, report: &mut Report) -> Result<Operands, Problem> {
    let mut cursor = Cursor::new(&text.value, Code::OperandSyntax)?;
    let mut operands = Operands::default();
    while !cursor.is_at_end() {
        if !operands.list.is_empty() {
            cursor.expect(",", HELP)?;
        }
        if operands.list.len() >= MAX_OPERANDS {
            let message = format!("an instruction has at most {MAX_OPERANDS} operands");
            return Err(Problem::new(Code::TooMany, cursor.range(), message, "take the rest from the stack"));
        }
        let name = cursor.name("the name of an operand", HELP)?;
        check_name(&name, text, None, report);
        cursor.expect(":", HELP)?;
        let kind = kind(&mut cursor, &name, text, report)?;
        operands.list.push(DeclaredOperand { name: name.text, kind });
        operands.spans.push(text.span_of(name.range));
    }
    Ok(operands)
}

/// Reads a kind, which in brackets is that of a list.
fn kind(cursor: &mut Cursor, operand: &Name, text: &Text, report: &mut Report) -> Result<OperandKind, Problem> {
    let listed = cursor.eat("[");
    let kind = cursor.name("the kind of the operand", HELP)?;
    if !listed {
        return Ok(kind_of(&kind, text, report));
    }
    let help = format!(
        "write `{}: {}`, a list of as many places as the instruction names",
        operand.text,
        OperandKind::Targets.name()
    );
    if kind.text != OperandKind::Target.name() {
        let message = format!("a list of `{}`, but only places to jump to are listed", kind.text);
        return Err(Problem::new(Code::UnknownKind, kind.range, message, help).label("not `Target`"));
    }
    cursor.expect("]", &help)?;
    Ok(OperandKind::Targets)
}

/// The kind that is written; `Int` after complaining when there is none.
fn kind_of(name: &Name, text: &Text, report: &mut Report) -> OperandKind {
    if let Some(kind) = OperandKind::from_name(&name.text) {
        return kind;
    }
    let span = text.span_of(name.range.clone());
    let names = OperandKind::ALL.map(OperandKind::name);
    let message = format!("no kind of operand is called `{}`", name.text);
    let diagnostic = Diagnostic::new(Code::UnknownKind, span, message).label("unknown kind");
    report.push(match nearest(&name.text, names) {
        Some(near) => diagnostic.help(format!("write `{near}`")).fix(span, near),
        None => diagnostic.help(format!("write one of `{}`", names.join("`, `"))),
    });
    OperandKind::Int
}

/// Complains about a name that bodies or generated code could not use.
pub(crate) fn check_name(name: &Name, text: &Text, cause: Option<Cause>, report: &mut Report) {
    let reserved =
        KEYWORDS.contains(&name.text.as_str()) || ["self", "super", "crate", "_"].contains(&name.text.as_str());
    let plain = name.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !reserved && plain {
        return;
    }
    let better: String = match name.text.as_str() {
        "_" => "value".to_owned(),
        word if reserved => format!("{word}_value"),
        word => word.replace('.', "_").to_lowercase(),
    };
    let message = format!("`{}` cannot be a name in a row", name.text);
    let label = if reserved { "means something else in bodies" } else { "not in snake case" };
    let span = text.span_of(name.range.clone());
    let diagnostic = Diagnostic::new(Code::BadName, span, message).label(label).help(format!("write `{better}`"));
    report.push(diagnostic.because(cause));
}

/// Complains about one name for two things of a row.
pub(crate) fn name_twice(name: &str, span: Span, first: Span, report: &mut Report) {
    report.push(
        Diagnostic::new(Code::NameTwice, span, format!("`{name}` is the name of two things in this row"))
            .label("used again")
            .also(first, "first used here")
            .help(format!("give one another name, such as `{name}_2`")),
    );
}
