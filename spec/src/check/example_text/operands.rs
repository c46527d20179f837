//! The operands of an example.

use super::{HELP, Reader};
use crate::candidates::MAX_TARGETS;
use crate::check::parts::how_to_write;
use crate::code::Code;
use crate::does::{Problem, Token};
use crate::model::{ExampleOperand, Literal};
use crate::nearest::nearest;
use crate::words::words;
use opforge_core::{OperandKind, OperandRole, Scalar};

impl Reader<'_> {
    pub(super) fn operands(&mut self, slots: &[Literal], globals: &[Literal]) -> Result<Vec<ExampleOperand>, Problem> {
        let instruction = self.instruction;
        let mut operands = Vec::new();
        for (index, operand) in instruction.operands.iter().enumerate() {
            if instruction.omits(index) {
                operands.push(ExampleOperand::Omitted);
                continue;
            }
            self.cursor.eat(",");
            let start = self.cursor.range();
            let what = format!("operand `{}` of kind `{}`", operand.name, operand.kind.name());
            if operand.kind.role() == OperandRole::Func {
                operands.push(ExampleOperand::Function(self.function(&what)?));
                continue;
            }
            let Some(value) = self.value()? else {
                let mut problem = self.cursor.unexpected(&what, HELP);
                problem.code = Code::ExampleValues;
                return Err(problem);
            };
            let range = start.start..self.cursor.last_end();
            let operand = operand_value(operand.kind, &value).ok_or_else(|| {
                let message = format!("`{}` is no {what}", words(&value));
                let help = match operand.kind {
                    OperandKind::Targets => format!("write how many targets there are, up to `{MAX_TARGETS}`"),
                    kind => how_to_write(kind),
                };
                Problem::new(Code::ExampleValues, range.clone(), message, help).label("does not fit")
            })?;
            if let ExampleOperand::Number(Scalar::Int(number)) = operand {
                let (kind, there) = match instruction.operands[index].kind {
                    OperandKind::Local => ("slots", slots.len()),
                    OperandKind::Global => ("globals", globals.len()),
                    _ => ("", usize::MAX),
                };
                if usize::try_from(number).is_ok_and(|number| number >= there) {
                    let message =
                        format!("there is no number {number} of {kind}: the example gives {there}, counted from 0");
                    let help = format!(
                        "write `[{kind}: {}] …`",
                        vec!["nil"; usize::try_from(number).unwrap_or(0).min(7) + 1].join(" ")
                    );
                    return Err(Problem::new(Code::ExampleValues, range, message, help).label("not there"));
                }
            }
            operands.push(operand);
        }
        Ok(operands)
    }

    fn function(&mut self, what: &str) -> Result<String, Problem> {
        let range = self.cursor.range();
        let Some(Token::At(name)) = self.cursor.peek() else {
            let mut problem =
                self.cursor.unexpected(what, "name a function of the family's fixtures: `@double 1 21 => 42`");
            problem.code = Code::ExampleValues;
            return Err(problem);
        };
        let name = name.clone();
        self.cursor.advance();
        let known = fixture_names(self.row.fixtures.map_or("", |text| text.value.as_str()));
        if known.contains(&name.as_str()) {
            return Ok(name);
        }
        let near = nearest(&name, known.iter().copied());
        let help = match near {
            Some(near) => format!("write `@{near}`"),
            None => format!("add it to the family's `fixtures`: `func {name}(x)` … `end`"),
        };
        let problem =
            Problem::new(Code::UnknownFixture, range, format!("no fixture function is called `{name}`"), help);
        let problem = problem.label("unknown function");
        Err(match near {
            Some(near) => problem.fix(format!("@{near}")),
            None => problem,
        })
    }
}

/// The functions that an assembly text declares.
fn fixture_names(text: &str) -> Vec<&str> {
    let declared = text.lines().filter_map(|line| line.trim().strip_prefix("func "));
    declared.filter_map(|rest| rest.split('(').next()).map(str::trim).collect()
}

fn operand_value(kind: OperandKind, value: &Literal) -> Option<ExampleOperand> {
    match (kind.role(), value) {
        (OperandRole::Const, value) => Some(ExampleOperand::Constant(value.clone())),
        (OperandRole::Target | OperandRole::Func, _) => None,
        (OperandRole::Targets, Literal::Scalar(Scalar::Int(count))) => {
            let listed = (0..=MAX_TARGETS).contains(count);
            listed.then_some(ExampleOperand::Number(Scalar::Int(*count)))
        }
        (OperandRole::Targets, _) => None,
        (_, Literal::Scalar(value)) => kind.admits(*value).then_some(ExampleOperand::Number(*value)),
        (_, Literal::Text(_)) => None,
    }
}
