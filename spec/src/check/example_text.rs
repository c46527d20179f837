//! The text of an example → its record.
//!
//! `[slots: …; globals: …] immediates inputs => outcome; slots: …; globals: …; prints "…"`. Whether the row can do that is
//! looked at in `examples`.

use super::examples::{HELP, outcomes, words};
use super::expr::plural;
use super::{Row, Table};
use crate::code::Code;
use crate::does::{Cursor, Name, Problem, Token};
use crate::model::{Example, ExampleOperand, Instruction, Literal, Outcome, TrapId};
use crate::nearest::{near_or, nearest};
use crate::source::Text;
use opforge_core::{OperandKind, Scalar};
use std::ops::Range;

/// How many values may stand in one list.
const MAX_VALUES: usize = 1024;

/// Reads the example in `text`, and says where its outcome stands.
pub(crate) fn read(
    text: &Text,
    row: &Row<'_>,
    instruction: &Instruction,
    table: &Table<'_>,
) -> Result<(Example, Range<usize>), Problem> {
    Reader { text, row, instruction, table, cursor: Cursor::new(&text.value, Code::ExampleSyntax)? }.example()
}

struct Reader<'a> {
    text: &'a Text,
    row: &'a Row<'a>,
    instruction: &'a Instruction,
    table: &'a Table<'a>,
    cursor: Cursor,
}

impl<'a> Reader<'a> {
    /// Reads the whole example, and says where its outcome stands.
    fn example(mut self) -> Result<(Example, Range<usize>), Problem> {
        let (slots, globals) = self.before()?;
        let operands = self.operands(&slots, &globals)?;
        let start = self.cursor.range().start;
        let inputs = self.values()?;
        let end = self.cursor.last_end().max(start);
        if !self.cursor.is_symbol("=>") {
            self.cursor.expect("=>", HELP)?;
        }
        self.input_number(&inputs, start..end)?;
        self.cursor.advance();
        let before = self.cursor.last_end();
        let start = self.cursor.range().start;
        let outcome = self.outcome()?;
        let end = self.cursor.last_end();
        let outcome_range = if end > before { start..end } else { before..before };
        let mut example = Example {
            text: self.text.value.clone(),
            slots,
            globals,
            operands,
            inputs,
            outcome,
            slots_after: None,
            globals_after: None,
            prints: None,
            evaluated: false,
        };
        self.after(&mut example)?;
        Ok((example, outcome_range))
    }

    /// `[slots: …; globals: …]`.
    fn before(&mut self) -> Result<(Vec<Literal>, Vec<Literal>), Problem> {
        const BEFORE: &str = "write what is there before: `[slots: 7 nil; globals: 1]`";
        let (mut slots, mut globals) = (Vec::new(), Vec::new());
        if !self.cursor.is_symbol("[") {
            return Ok((slots, globals));
        }
        let opening = self.cursor.range();
        self.cursor.advance();
        if !self.cursor.is_word("slots") && !self.cursor.is_word("globals") {
            return Err(array(opening));
        }
        loop {
            let name = self.cursor.name("`slots` or `globals`", BEFORE)?;
            self.cursor.expect(":", BEFORE)?;
            match name.text.as_str() {
                "slots" => slots = self.values()?,
                "globals" => globals = self.values()?,
                _ => {
                    return Err(Problem::new(Code::ExampleSyntax, name.range, "neither `slots` nor `globals`", BEFORE));
                }
            }
            if !self.cursor.eat(";") {
                self.cursor.expect("]", BEFORE)?;
                return Ok((slots, globals));
            }
        }
    }

    fn operands(&mut self, slots: &[Literal], globals: &[Literal]) -> Result<Vec<ExampleOperand>, Problem> {
        let instruction = self.instruction;
        let mut operands = Vec::new();
        for (index, operand) in instruction.operands.iter().enumerate() {
            let counts = instruction.inputs.iter().any(|input| input.count == Some(index));
            if operand.kind == OperandKind::Target || counts {
                operands.push(ExampleOperand::Omitted);
                continue;
            }
            self.cursor.eat(",");
            let start = self.cursor.range();
            let what = format!("operand `{}` of kind `{}`", operand.name, operand.kind.name());
            if let OperandKind::Func | OperandKind::Block = operand.kind {
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
                Problem::new(Code::ExampleValues, range.clone(), message, operand_help(operand.kind))
                    .label("does not fit")
            })?;
            if let ExampleOperand::Int(number) = operand {
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

    /// Values up to something that is none.
    fn values(&mut self) -> Result<Vec<Literal>, Problem> {
        let mut values = Vec::new();
        loop {
            let comma = !values.is_empty() && self.cursor.eat(",");
            let Some(value) = self.value()? else {
                if comma {
                    return Err(self.cursor.unexpected("a value after the comma", HELP));
                }
                return Ok(values);
            };
            if values.len() >= MAX_VALUES {
                let message = format!("more than {MAX_VALUES} values in one list");
                return Err(Problem::new(Code::TooMany, self.cursor.range(), message, "show it with fewer"));
            }
            values.push(value);
        }
    }

    fn value(&mut self) -> Result<Option<Literal>, Problem> {
        if self.cursor.is_symbol("[") {
            return Err(array(self.cursor.range()));
        }
        if let Some(Token::Text(text)) = self.cursor.peek() {
            let text = text.clone();
            self.cursor.advance();
            return Ok(Some(Literal::Text(text)));
        }
        Ok(self.cursor.scalar(true)?.map(|(scalar, _)| Literal::Scalar(scalar)))
    }

    fn input_number(&self, inputs: &[Literal], range: Range<usize>) -> Result<(), Problem> {
        let singles = self.instruction.single_inputs();
        let group = singles < self.instruction.inputs.len();
        if inputs.len() == singles || (group && inputs.len() >= singles) {
            return Ok(());
        }
        let at_least = if group { "at least " } else { "" };
        let given = inputs.len();
        let message = format!(
            "`{}` pops {at_least}{singles} value{}, the example gives {given}",
            self.instruction.name,
            plural(singles)
        );
        let form = vec!["1"; singles].join(" ");
        let help = format!(
            "write {at_least}{singles} value{} before `=>`, after the immediates: `{form} => …`",
            plural(singles)
        );
        let label = format!("{given} given");
        Err(Problem::new(Code::ExampleValues, range, message, help).label(label))
    }

    fn outcome(&mut self) -> Result<Outcome, Problem> {
        let keyword = match self.cursor.peek() {
            Some(Token::Word(word)) => word.clone(),
            _ => return Ok(Outcome::Next(self.values()?)),
        };
        if ["trap", "next", "jump", "return", "raise"].contains(&keyword.as_str()) {
            self.cursor.advance();
        }
        match keyword.as_str() {
            "trap" => {
                let name = self.cursor.name("the name of a trap", "write `=> trap TypeMismatch`")?;
                self.trap(&name).map(Outcome::Trap)
            }
            "jump" => {
                let help = "name the operand that it jumps through: `=> jump target`";
                let name = self.cursor.name("an operand of kind `Target`", help)?;
                let operand = self.instruction.operands.iter().position(|operand| operand.name == name.text);
                let operand = operand.filter(|&index| self.instruction.operands[index].kind == OperandKind::Target);
                let Some(operand) = operand else {
                    let message = format!("`{}` has no exit `{}`", self.instruction.name, name.text);
                    let help = format!("write what happens: {}", outcomes(self.instruction, self.table));
                    return Err(Problem::new(Code::ExampleOutcome, name.range, message, help)
                        .label("no operand of kind `Target`"));
                };
                Ok(Outcome::Jump(operand, self.values()?))
            }
            "return" => Ok(Outcome::Return(self.value()?.unwrap_or(Literal::Scalar(Scalar::Nil)))),
            "raise" => match self.value()? {
                Some(value) => Ok(Outcome::Raise(value)),
                None => Err(self.cursor.unexpected("the raised value", "write `=> raise 5`")),
            },
            _ => Ok(Outcome::Next(self.values()?)),
        }
    }

    fn trap(&self, name: &Name) -> Result<TrapId, Problem> {
        let traps = &self.table.catalogue.traps;
        if let Some(index) = traps.iter().position(|trap| trap.name == name.text) {
            return Ok(TrapId(index));
        }
        let near = nearest(&name.text, traps.iter().map(|trap| trap.name.as_str()));
        let help = near_or(near, || "write the name of a trap that the row can raise".to_owned());
        let message = format!("no trap is called `{}`", name.text);
        let problem = Problem::new(Code::UnknownTrap, name.range.clone(), message, help).label("unknown trap");
        Err(match near {
            Some(near) => problem.fix(near),
            None => problem,
        })
    }

    /// `; slots: … ; globals: … ; prints "…"`.
    fn after(&mut self, example: &mut Example) -> Result<(), Problem> {
        const AFTER: &str = "write `; slots: 5`, `; globals: 5` or `; prints \\\"text\\\"` after the outcome";
        while self.cursor.eat(";") {
            let name = self.cursor.name("`slots`, `globals` or `prints`", AFTER)?;
            match name.text.as_str() {
                "slots" | "globals" => {
                    self.cursor.expect(":", AFTER)?;
                    let values = self.values()?;
                    let (before, place) = match name.text.as_str() {
                        "slots" => (example.slots.len(), &mut example.slots_after),
                        _ => (example.globals.len(), &mut example.globals_after),
                    };
                    if values.len() != before {
                        let message = format!("{} {} after, but {before} before", values.len(), name.text);
                        let help = format!("give as many values before as after: `[{}: …]`", name.text);
                        return Err(
                            Problem::new(Code::ExampleValues, name.range, message, help).label("another number")
                        );
                    }
                    *place = Some(values);
                }
                "prints" => match self.cursor.peek() {
                    Some(Token::Text(text)) => {
                        example.prints = Some(text.clone());
                        self.cursor.advance();
                    }
                    _ => return Err(self.cursor.unexpected("the printed text", AFTER)),
                },
                other => {
                    let message = format!("`{other}` is neither `slots` nor `globals` nor `prints`");
                    let problem = Problem::new(Code::ExampleSyntax, name.range, message, AFTER);
                    return Err(match nearest(other, ["slots", "globals", "prints"]) {
                        Some(near) => problem.fix(near),
                        None => problem,
                    });
                }
            }
        }
        self.cursor.finish(HELP)
    }
}

fn array(range: Range<usize>) -> Problem {
    let help =
        "write `nil`, `true`, ints, floats or texts; what stands before begins with `[slots: …]` or `[globals: …]`";
    Problem::new(Code::NotYet, range, "arrays in examples are not there yet", help)
}

/// The functions that an assembly text declares.
fn fixture_names(text: &str) -> Vec<&str> {
    let declared = text.lines().filter_map(|line| line.trim().strip_prefix("func "));
    declared.filter_map(|rest| rest.split('(').next()).map(str::trim).collect()
}

fn operand_value(kind: OperandKind, value: &Literal) -> Option<ExampleOperand> {
    match (kind, value) {
        (OperandKind::Const, value) => Some(ExampleOperand::Constant(value.clone())),
        (OperandKind::Float, Literal::Scalar(Scalar::Float(value))) => Some(ExampleOperand::Float(*value)),
        (_, Literal::Scalar(Scalar::Int(value))) => {
            let fits = match kind {
                OperandKind::Int => true,
                OperandKind::I16 => i16::try_from(*value).is_ok(),
                OperandKind::Count8 => u8::try_from(*value).is_ok(),
                OperandKind::Local | OperandKind::Global | OperandKind::Count => u16::try_from(*value).is_ok(),
                _ => false,
            };
            fits.then_some(ExampleOperand::Int(*value))
        }
        _ => None,
    }
}

fn operand_help(kind: OperandKind) -> &'static str {
    match kind {
        OperandKind::Float => "write a float, such as `2.0`",
        OperandKind::I16 => "write an integer from `-32768` to `32767`",
        OperandKind::Count8 => "write a number from `0` to `255`",
        OperandKind::Int => "write an integer, such as `2`",
        _ => "write a number from `0` to `65535`",
    }
}
