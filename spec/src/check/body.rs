//! The body of a row: which it has, and that nothing is left unused.

use super::block::{Uses, block};
use super::catalogue::Catalogue;
use super::checked::CheckedBody;
use super::joined::join;
use super::report::Report;
use super::stack::StackForm;
use super::table::Row;
use super::{cases, handler};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::Parser;
use crate::model::{Block, Body, Flow};
use crate::source::{Span, Text};
use opforge_core::OperandKind;
use std::collections::BTreeSet;

/// Which body a row has.
pub(crate) enum Form<'r> {
    Shuffle,
    Does(&'r Text),
    Cases(&'r [Text]),
    Seq(&'r [Text]),
    Handler(&'r Text),
}

/// The one body field of a row; `None` after complaining.
pub(crate) fn form<'r>(row: &Row<'r>, report: &mut Report) -> Option<Form<'r>> {
    let op = row.op;
    let mut forms: Vec<(&str, Span, Form<'r>)> = Vec::new();
    forms.extend(op.does.as_ref().map(|text| ("does", text.span, Form::Does(text))));
    forms.extend(op.cases.as_ref().map(|list| ("cases", list.span, Form::Cases(&list.value))));
    forms.extend(op.seq.as_ref().map(|list| ("seq", list.span, Form::Seq(&list.value))));
    forms.extend(op.handler.as_ref().map(|text| ("handler", text.span, Form::Handler(text))));
    if let Some(text) = &op.code_body {
        report.push(
            Diagnostic::new(Code::NotYet, text.span, "`code_body` is not there yet")
                .label("planned for a later version")
                .help("write the body as `does: \"…\"` or `handler: \"…\", effects: []`"),
        );
        return None;
    }
    if let [(first, place, _), (second, span, _), ..] = &forms[..] {
        let message = format!("a row has one body, but `{}` has both `{first}` and `{second}`", op.name.value);
        report.push(
            Diagnostic::new(Code::BodyFields, *span, message)
                .label("a second body")
                .also(*place, "the first body")
                .help(format!("remove `{second}: …`, or make it a row of its own")),
        );
        return None;
    }
    if let Some(otherwise) = op.otherwise.as_ref().filter(|_| op.cases.is_none()) {
        report.push(
            Diagnostic::new(
                Code::OtherwiseAlone,
                otherwise.span,
                "`otherwise` stands for what no case takes, but there are no cases",
            )
            .label("never asked for")
            .help(match op.does {
                Some(_) => "remove it".to_owned(),
                None => format!("write `does: \"{}\"`", otherwise.value),
            }),
        );
        return None;
    }
    Some(forms.pop().map_or(Form::Shuffle, |(_, _, form)| form))
}

/// Checks a body that does not depend on other rows; `seq` is checked later.
pub(crate) fn check(
    row: &Row<'_>,
    form: &Form<'_>,
    shape: &StackForm,
    catalogue: &Catalogue,
    report: &mut Report,
) -> Option<CheckedBody> {
    let errors = report.count();
    if !matches!(form, Form::Handler(_)) {
        handler::refuse_effects(row, report);
    }
    let mut uses = Uses::none(shape);
    let checked = match form {
        Form::Shuffle => shuffle(row, shape, &mut uses, report),
        Form::Does(text) => does(text, row, shape, catalogue, &mut uses, report),
        Form::Cases(list) => cases::check(row, list, shape, catalogue, &mut uses, report),
        Form::Handler(name) => handler::check(row, name, shape, catalogue, &mut uses, report),
        Form::Seq(_) => None,
    };
    let checked = checked?;
    if report.count() == errors {
        let is_shuffle = matches!(form, Form::Shuffle);
        unused(row, shape, &uses, is_shuffle, report);
    }
    (report.count() == errors).then_some(checked)
}

fn shuffle(row: &Row<'_>, shape: &StackForm, uses: &mut Uses, report: &mut Report) -> Option<CheckedBody> {
    for (output, span) in shape.outputs.iter().zip(&shape.output_spans) {
        if output.passes.is_none() {
            report.push(
                Diagnostic::new(
                    Code::BadShuffle,
                    *span,
                    format!("`{}` has no body, so where does `{}` come from?", row.op.name.value, output.name),
                )
                .label("not an input")
                .also(row.op.name.span, "has none of `does`, `cases`, `seq` and `handler`")
                .help(format!("add a body, such as `does: \"{} = …\"`", output.name))
                .because(shape.cause(Code::BadShuffle, &output.name)),
            );
        }
    }
    if let Some(span) = shape.exit_spans.first() {
        let message = format!("`{}` has no body, so it cannot jump", row.op.name.value);
        let diagnostic = Diagnostic::new(Code::BadExit, *span, message).label("never taken");
        report.push(diagnostic.help("add a body that jumps: `does: \"jump target\"`"));
    }
    uses.inputs.fill(true);
    let mut shape = shape.clone();
    for output in &mut shape.outputs {
        if let Some(input) = output.passes {
            output.ty = output.ty.intersection(shape.inputs[input].ty);
        }
    }
    let flow = Flow { next: true, ..Flow::default() };
    let (effects, own_traps, traps) = Default::default();
    Some(CheckedBody { body: Body::Shuffle, flow, effects, own_traps, traps, shape, peak: 0 })
}

fn does(
    text: &Text,
    row: &Row<'_>,
    shape: &StackForm,
    catalogue: &Catalogue,
    uses: &mut Uses,
    report: &mut Report,
) -> Option<CheckedBody> {
    let steps = Parser::new(&text.value).and_then(|mut parser| parser.steps());
    let steps = match steps {
        Ok(steps) => steps,
        Err(problem) => {
            report.push(problem.in_text(text));
            return None;
        }
    };
    if steps.is_empty() {
        let diagnostic = Diagnostic::new(Code::DoesSyntax, text.span, "a body without steps").label("no step");
        report.push(diagnostic.help("leave out `does` where the results are inputs, or write a step: `r = …`"));
        return None;
    }
    let checked =
        block(&steps, text, shape.inputs.iter().map(|input| input.ty).collect(), shape, catalogue, uses, report)?;
    join(row, vec![checked], shape, report).map(|mut joined| {
        let block = joined.blocks.pop().unwrap_or(Block { steps: Vec::new() });
        joined.finish(Body::Does(block))
    })
}

/// Complains about operands and inputs that nothing uses.
fn unused(row: &Row<'_>, shape: &StackForm, uses: &Uses, is_shuffle: bool, report: &mut Report) {
    let fuel = row.op.fuel_per.as_ref().map_or("", |text| text.value.as_str());
    let words: BTreeSet<&str> = fuel.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    for (index, operand) in shape.operands.iter().enumerate() {
        let counts = shape.inputs.iter().any(|input| input.count == Some(index));
        if uses.operands[index] || counts || words.contains(operand.name.as_str()) {
            continue;
        }
        let help = match operand.kind {
            OperandKind::Target => format!("add a step `jump {}`, or remove it from `args`", operand.name),
            OperandKind::Targets => format!("add a step `jump {}[i]`, or remove it from `args`", operand.name),
            _ => format!("use `{}` in the body, or remove it from `args`", operand.name),
        };
        report.push(
            Diagnostic::new(
                Code::UnusedOperand,
                shape.operand_spans[index],
                format!("operand `{}` is never used", operand.name),
            )
            .label("stored with every such instruction, and not used")
            .help(help),
        );
    }
    if is_shuffle {
        return;
    }
    for (index, input) in shape.inputs.iter().enumerate() {
        if uses.inputs[index] || words.contains(input.name.as_str()) {
            continue;
        }
        report.push(
            Diagnostic::new(
                Code::UnusedInput,
                shape.input_spans[index],
                format!("`{}` is popped and never used", input.name),
            )
            .label("not used")
            .help(format!("use `{0}` in the body, keep it with `-> {0}`, or remove it from `stack`", input.name)),
        );
    }
}
