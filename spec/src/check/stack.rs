//! `stack` of a row → what it pops and pushes, per exit.

use super::catalogue::Catalogue;
use super::operands::{Operands, check_name, name_twice};
use super::report::Report;
use super::table::Row;
use super::types::elsewhere;
use crate::code::Code;
use crate::diagnostic::Cause;
use crate::does::{Cursor, Name, Problem, Token};
use crate::model::{DeclaredOperand, Input, Output};
use crate::source::{Span, Text};
use opforge_core::{OperandKind, Type};

/// How many values a row may pop by name, or push.
const MAX_VALUES: usize = 255;

const HELP: &str = "write what it pops, `->`, and what it pushes: `stack: \"a, b: Int -> r\"`";
const GROUP_HELP: &str = "write `argv: [Any; argc]`, where `args` has `argc: Count`";

/// The form of a row: what it stores, pops and pushes.
#[derive(Clone, Debug, Default)]
pub(crate) struct StackForm {
    /// Where the name of the row stands.
    pub(crate) row: Option<Span>,
    /// The stack effect with single spaces.
    pub(crate) stack: String,
    pub(crate) operands: Vec<DeclaredOperand>,
    pub(crate) operand_spans: Vec<Span>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) input_spans: Vec<Span>,
    pub(crate) outputs: Vec<Output>,
    /// Where each output stands, the `->` when there is none.
    pub(crate) output_spans: Vec<Span>,
    pub(crate) exits: Vec<(usize, Vec<Output>)>,
    pub(crate) exit_spans: Vec<Span>,
}

impl StackForm {
    /// That the row says something of that name more than once.
    pub(crate) fn cause(&self, code: Code, name: &str) -> Option<Cause> {
        Some(Cause::Row(self.row?, code, name.to_owned()))
    }

    /// What is pushed at an exit: `None` is the next instruction.
    pub(crate) fn outputs_at(&self, exit: Option<usize>) -> &[Output] {
        let own = self.exits.iter().find(|(operand, _)| Some(*operand) == exit);
        own.map_or(&self.outputs, |(_, outputs)| outputs)
    }

    pub(crate) fn input(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|input| input.name == name)
    }

    pub(crate) fn operand(&self, name: &str) -> Option<usize> {
        self.operands.iter().position(|operand| operand.name == name)
    }

    /// Whether some exit pushes a value of that name.
    pub(crate) fn is_output(&self, name: &str) -> bool {
        self.outputs.iter().chain(self.exits.iter().flat_map(|(_, outputs)| outputs)).any(|output| output.name == name)
    }
}

/// One side of a stack effect, as written.
struct NamedValue {
    name: Name,
    ty: Type,
    count: Option<usize>,
}

struct Reader<'a> {
    text: &'a Text,
    catalogue: &'a Catalogue,
    report: &'a mut Report,
    cursor: Cursor,
    shape: StackForm,
}

/// Reads `stack`; `None` when it is wrong.
pub(crate) fn read(row: &Row<'_>, operands: Operands, catalogue: &Catalogue, report: &mut Report) -> Option<StackForm> {
    let errors = report.count();
    let text = &row.op.stack;
    let cursor = match Cursor::new(&text.value, Code::StackSyntax) {
        Ok(cursor) => cursor,
        Err(problem) => {
            report.push(problem.in_text(text));
            return None;
        }
    };
    let stack = text.value.split_whitespace().collect::<Vec<_>>().join(" ");
    let row = Some(row.op.name.span);
    let shape =
        StackForm { row, stack, operands: operands.list, operand_spans: operands.spans, ..StackForm::default() };
    let before = report.list.len();
    let mut reader = Reader { text, catalogue, report, cursor, shape };
    if let Err(problem) = reader.effect() {
        report.instead(before, problem.in_text(text));
        return None;
    }
    let shape = reader.shape;
    check_names(&shape, report);
    (report.count() == errors).then_some(shape)
}

impl Reader<'_> {
    fn effect(&mut self) -> Result<(), Problem> {
        for value in self.values("->")? {
            self.shape.input_spans.push(self.text.span_of(value.name.range));
            self.shape.inputs.push(Input { name: value.name.text, ty: value.ty, count: value.count });
        }
        self.cursor.expect("->", HELP)?;
        let (outputs, spans) = self.outputs()?;
        self.shape.outputs = outputs;
        self.shape.output_spans = spans;
        while self.cursor.eat("|") {
            self.exit()?;
        }
        self.cursor.finish(HELP)
    }

    /// `| operand: outputs`.
    fn exit(&mut self) -> Result<(), Problem> {
        const EXIT_HELP: &str = "write the shape of an exit as `| late: v`, where `args` has `late: Target`; \
                                 a value of several types needs a type of its own: `types: [Type(name: \"Key\", is: \"Int | Float\")]`";
        let name = self.cursor.name("the operand that is the exit", EXIT_HELP)?;
        if !self.cursor.is_symbol(":") {
            let message = format!("`{}` stands for an exit here, and lacks its `:`", name.text);
            return Err(Problem::new(Code::StackSyntax, name.range, message, EXIT_HELP)
                .label("`|` begins the shape of an exit"));
        }
        self.cursor.advance();
        let span = self.text.span_of(name.range.clone());
        let operand = self.shape.operand(&name.text).filter(|&index| self.shape.operands[index].kind.is_jump());
        let (outputs, _) = self.outputs()?;
        let Some(operand) = operand else {
            let message = format!("`{}` is no operand of kind `Target`, so it is no exit", name.text);
            return Err(Problem::new(
                Code::BadExit,
                name.range,
                message,
                format!("write `args: \"{}: Target\"`", name.text),
            )
            .label("not an exit of this row"));
        };
        if let Some(first) = self.shape.exits.iter().position(|(earlier, _)| *earlier == operand) {
            name_twice(&name.text, span, self.shape.exit_spans[first], self.report);
        }
        self.shape.exits.push((operand, outputs));
        self.shape.exit_spans.push(span);
        Ok(())
    }

    fn outputs(&mut self) -> Result<(Vec<Output>, Vec<Span>), Problem> {
        let mut outputs = Vec::new();
        let mut spans = Vec::new();
        for value in self.values("|")? {
            if value.count.is_some() {
                let help = "push single values: `-> a, b`";
                return Err(Problem::new(Code::NotYet, value.name.range, "a group as a result is not there yet", help));
            }
            // A name may be pushed more than once: `a -> a, a`.
            let passes = self.shape.input(&value.name.text);
            spans.push(self.text.span_of(value.name.range));
            outputs.push(Output { name: value.name.text, ty: value.ty, passes });
        }
        Ok((outputs, spans))
    }

    /// `a, b: Int, c: [Any; n]` up to `end` or the end of the text.
    fn values(&mut self, end: &str) -> Result<Vec<NamedValue>, Problem> {
        let mut values: Vec<NamedValue> = Vec::new();
        while !self.cursor.is_at_end() && !self.cursor.is_symbol(end) {
            if ["=>", "-", "=", ">"].iter().any(|symbol| self.cursor.is_symbol(symbol)) {
                return Err(self.cursor.unexpected("`->`", "write `->` between what it pops and what it pushes"));
            }
            if !values.is_empty() {
                let help = match self.cursor.peek() {
                    Some(Token::Word(word)) => format!("write `, {word}`: commas separate values"),
                    // Behind the outputs it begins an exit.
                    Some(Token::Symbol("|")) => {
                        "declare the union, `types: [Type(name: \"Key\", is: \"Int | Float\")]`, and write its name; of both numbers it is `Num`".to_owned()
                    }
                    _ => HELP.to_owned(),
                };
                self.cursor.expect(",", &help)?;
            }
            if values.len() >= MAX_VALUES {
                let message = format!("more than {MAX_VALUES} values on one side of a stack effect");
                return Err(Problem::new(Code::TooMany, self.cursor.range(), message, GROUP_HELP));
            }
            let name = self.cursor.name("the name of a value", HELP)?;
            if name.text.starts_with(|c: char| c.is_ascii_uppercase())
                && let Some(Token::Word(own)) = self.cursor.peek()
            {
                let ty = elsewhere(&name.text).unwrap_or(&name.text);
                let help = format!("write the name first: `{own}: {ty}`");
                let range = name.range.start..self.cursor.range().end;
                return Err(Problem::new(Code::StackSyntax, range, "a type before the name of a value", help)
                    .label("the wrong way round"));
            }
            check_name(&name, self.text, None, self.report);
            let (ty, count) = if self.cursor.eat(":") { self.ty()? } else { (Type::ANY, None) };
            values.push(NamedValue { name, ty, count });
        }
        Ok(values)
    }

    /// `Int` or `[Any; argc]`.
    fn ty(&mut self) -> Result<(Type, Option<usize>), Problem> {
        let group = self.cursor.eat("[");
        let name = self.cursor.name("a type", HELP)?;
        let span = self.text.span_of(name.range);
        let ty = self.catalogue.types.resolve(&name.text, span, self.report).unwrap_or(Type::ANY);
        if !group {
            return Ok((ty, None));
        }
        self.cursor.expect(";", GROUP_HELP)?;
        let count = self.cursor.name("the operand that counts the group", GROUP_HELP)?;
        self.cursor.expect("]", GROUP_HELP)?;
        let operand = self.shape.operand(&count.text);
        let counts =
            |&index: &usize| matches!(self.shape.operands[index].kind, OperandKind::Count | OperandKind::Count8);
        let Some(operand) = operand.filter(counts) else {
            let message = format!("`{}` is no operand of kind `Count` or `Count8`", count.text);
            return Err(Problem::new(
                Code::BadGroup,
                count.range,
                message,
                format!("write `args: \"{}: Count\"`", count.text),
            )
            .label("cannot count a group"));
        };
        Ok((ty, Some(operand)))
    }
}

/// Inputs and operands share one namespace; outputs may repeat inputs, but not operands.
fn check_names(shape: &StackForm, report: &mut Report) {
    for (index, input) in shape.inputs.iter().enumerate() {
        if let Some(first) = shape.inputs[..index].iter().position(|earlier| earlier.name == input.name) {
            name_twice(&input.name, shape.input_spans[index], shape.input_spans[first], report);
        }
        if let Some(operand) = shape.operand(&input.name) {
            name_twice(&input.name, shape.input_spans[index], shape.operand_spans[operand], report);
        }
    }
    for (index, output) in shape.outputs.iter().enumerate() {
        if let Some(operand) = shape.operand(&output.name) {
            name_twice(&output.name, shape.output_spans[index], shape.operand_spans[operand], report);
        }
        if let Some(group) = output.passes.filter(|&input| shape.inputs[input].count.is_some()) {
            name_twice(&output.name, shape.output_spans[index], shape.input_spans[group], report);
        }
    }
}
