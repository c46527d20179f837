//! The text of an example → its record.
//!
//! `[slots: …; globals: …; reads "…"] immediates inputs => outcome; slots: …; globals: …; prints "…"`. Whether the row can do that is
//! looked at in `examples`.

mod operands;
mod outcome;

use super::report::plural;
use super::table::{Row, Table};
use crate::code::Code;
use crate::does::{Cursor, Name, Problem, Token};
use crate::model::{Example, ExampleOperand, Instruction, Literal};
use crate::nearest::nearest;
use crate::source::Text;
use opforge_core::{Scalar, counted};
use std::ops::Range;

const HELP: &str = "write immediates, inputs, `=>` and what happens: `\"2 3 => 5\"`, `\"nil 1 => trap TypeMismatch\"`, \
                    `\"[slots: 7] 0 => 7; slots: 7\"`";

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

/// What there is before the instruction.
#[derive(Default)]
struct Before {
    slots: Vec<Literal>,
    globals: Vec<Literal>,
    reads: Option<String>,
}

/// Notes the name of a part, which may stand in an example once.
fn once(seen: &mut Vec<String>, name: &Name) -> Result<(), Problem> {
    if seen.contains(&name.text) {
        let message = format!("`{}` is given twice", name.text);
        let help = format!("remove one of the two `{}`", name.text);
        return Err(Problem::new(Code::ExampleSyntax, name.range.clone(), message, help));
    }
    seen.push(name.text.clone());
    Ok(())
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
        let Before { slots, globals, reads } = self.before()?;
        let operands = self.operands(&slots, &globals)?;
        let start = self.cursor.range().start;
        let inputs = self.values()?;
        let end = self.cursor.last_end().max(start);
        if !self.cursor.is_symbol("=>") {
            return Err(self.no_value().unwrap_or_else(|| self.cursor.unexpected("`=>`", HELP)));
        }
        self.input_number(&operands, &inputs, start..end)?;
        self.cursor.advance();
        let before = self.cursor.last_end();
        let start = self.cursor.range().start;
        let outcome = self.outcome(&operands)?;
        let end = self.cursor.last_end();
        let outcome_range = if end > before { start..end } else { before..before };
        let mut example = Example {
            text: self.text.value.clone(),
            slots,
            globals,
            reads,
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

    /// `[slots: …; globals: …; reads "…"]`.
    fn before(&mut self) -> Result<Before, Problem> {
        const BEFORE: &str = "write what is there before: `[slots: 7 nil; globals: 1; reads \\\"text\\\"]`";
        const NAMES: [&str; 3] = ["slots", "globals", "reads"];
        let mut before = Before::default();
        if !self.cursor.is_symbol("[") {
            return Ok(before);
        }
        let opening = self.cursor.range();
        self.cursor.advance();
        if !NAMES.into_iter().any(|name| self.cursor.is_word(name)) {
            if let Some(Token::Word(word)) = self.cursor.peek()
                && let Some(near) = nearest(word, NAMES)
            {
                let message = format!("`{word}` is neither `slots` nor `globals` nor `reads`");
                let help = if near == "reads" {
                    "write `[reads \\\"text\\\"]`".to_owned()
                } else {
                    format!("write `[{near}: …]`")
                };
                return Err(Problem::new(Code::ExampleSyntax, self.cursor.range(), message, &help));
            }
            return Err(array(opening));
        }
        let mut seen: Vec<String> = Vec::new();
        loop {
            let name = self.cursor.name("`slots`, `globals` or `reads`", BEFORE)?;
            once(&mut seen, &name)?;
            match name.text.as_str() {
                "slots" | "globals" => {
                    self.cursor.expect(":", BEFORE)?;
                    let values = self.values()?;
                    *(if name.text == "slots" { &mut before.slots } else { &mut before.globals }) = values;
                }
                "reads" => before.reads = Some(self.text("the text to read", BEFORE)?),
                _ => {
                    let message = "neither `slots` nor `globals` nor `reads`";
                    return Err(Problem::new(Code::ExampleSyntax, name.range, message, BEFORE));
                }
            }
            if !self.cursor.eat(";") {
                self.cursor.expect("]", BEFORE)?;
                return Ok(before);
            }
        }
    }

    /// A text in quotes: `what`.
    fn text(&mut self, what: &str, help: &str) -> Result<String, Problem> {
        let Some(Token::Text(text)) = self.cursor.peek() else { return Err(self.cursor.unexpected(what, help)) };
        let text = text.clone();
        self.cursor.advance();
        Ok(text)
    }

    /// Values, up to the first token that is not one.
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

    fn input_number(
        &self,
        operands: &[ExampleOperand],
        inputs: &[Literal],
        range: Range<usize>,
    ) -> Result<(), Problem> {
        let (singles, given) = (self.instruction.single_inputs(), inputs.len());
        let counts: Vec<Option<usize>> = self
            .instruction
            .inputs
            .iter()
            .filter_map(|input| input.count)
            .map(|operand| match operands.get(operand) {
                Some(ExampleOperand::Number(Scalar::Int(count))) => usize::try_from(*count).ok(),
                _ => None,
            })
            .collect();
        // Of the only group as many values as are left.
        let group = counts.contains(&None);
        let wanted = singles + counts.iter().flatten().sum::<usize>();
        if given == wanted || group && given >= wanted {
            return Ok(());
        }
        let at_least = if group { "at least " } else { "" };
        let by_counts = if wanted > singles { ", as the counts of its groups say" } else { "" };
        let values = format!("{at_least}{wanted} value{}", plural(wanted));
        let message = format!("`{}` pops {values}{by_counts}, the example gives {given}", self.instruction.name);
        let form = vec!["1"; wanted.min(8)].join(" ");
        let help = format!("write {values} before `=>`, after the immediates: `{form} => …`");
        let label = format!("{given} given");
        Err(Problem::new(Code::ExampleValues, range, message, help).label(label))
    }

    /// `; slots: … ; globals: … ; prints "…"`.
    fn after(&mut self, example: &mut Example) -> Result<(), Problem> {
        const AFTER: &str = "write `; slots: 5`, `; globals: 5` or `; prints \\\"text\\\"` after the outcome";
        let mut seen: Vec<String> = Vec::new();
        while self.cursor.eat(";") {
            let name = self.cursor.name("`slots`, `globals` or `prints`", AFTER)?;
            once(&mut seen, &name)?;
            match name.text.as_str() {
                "slots" | "globals" => {
                    self.cursor.expect(":", AFTER)?;
                    let values = self.values()?;
                    let (before, place) = match name.text.as_str() {
                        "slots" => (example.slots.len(), &mut example.slots_after),
                        _ => (example.globals.len(), &mut example.globals_after),
                    };
                    if values.len() != before {
                        let message = format!(
                            "{} after, but {before} before",
                            counted(values.len(), name.text.trim_end_matches('s'))
                        );
                        let help = format!("give as many values before as after: `[{}: …]`", name.text);
                        return Err(
                            Problem::new(Code::ExampleValues, name.range, message, help).label("another number")
                        );
                    }
                    *place = Some(values);
                }
                "prints" => example.prints = Some(self.text("the printed text", AFTER)?),
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
        match self.no_value() {
            Some(problem) => Err(problem),
            None => self.cursor.finish(HELP),
        }
    }

    /// What is said of a value as other languages write it.
    fn no_value(&self) -> Option<Problem> {
        let Some(Token::Word(word)) = self.cursor.peek() else { return None };
        let value = match word.to_ascii_lowercase().as_str() {
            "null" | "none" | "undefined" | "undef" | "nil" | "void" => "nil",
            "true" => "true",
            "false" => "false",
            _ => return None,
        };
        if value == word {
            return None;
        }
        let problem = Problem::new(
            Code::ExampleSyntax,
            self.cursor.range(),
            format!("`{word}` is no value"),
            format!("write `{value}`"),
        );
        Some(problem.label("not how it is written here").fix(value))
    }
}

fn array(range: Range<usize>) -> Problem {
    let help =
        "write `nil`, `true`, ints, floats or texts; what stands before begins with `[slots: …]` or `[globals: …]`";
    Problem::new(Code::NotYet, range, "arrays in examples are not there yet", help)
}
