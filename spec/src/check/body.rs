//! The body of a row, and what follows from it: flow, effects, traps, types of results.

use super::block::{BlockChecker, CheckedBlock, Uses};
use super::stack::Shape;
use super::{Catalogue, Report, Row, cases, handler};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{self, Parser};
use crate::model::{Block, Body, Effect, Expr, Flow, Step, TrapId};
use crate::source::{Span, Text};
use opforge_core::{OperandKind, Type};
use std::collections::BTreeSet;

/// A body that is right, and what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct CheckedBody {
    pub(crate) body: Body,
    pub(crate) flow: Flow,
    pub(crate) effects: BTreeSet<Effect>,
    /// The traps that its steps, its parts' steps or its handler raise.
    pub(crate) own_traps: BTreeSet<TrapId>,
    /// Those, and those of types that do not fit.
    pub(crate) traps: BTreeSet<TrapId>,
    /// What the row pushes: types met with what the body gives.
    pub(crate) shape: Shape,
    pub(crate) peak: u32,
}

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
    shape: &Shape,
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

fn shuffle(row: &Row<'_>, shape: &Shape, uses: &mut Uses, report: &mut Report) -> Option<CheckedBody> {
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
                .help(format!("add a body, such as `does: \"{} = …\"`", output.name)),
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
    shape: &Shape,
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

/// Checks the steps of one block.
pub(crate) fn block(
    steps: &[does::Step],
    text: &Text,
    inputs: Vec<Type>,
    shape: &Shape,
    catalogue: &Catalogue,
    uses: &mut Uses,
    report: &mut Report,
) -> Option<CheckedBlock> {
    BlockChecker::new(catalogue, shape, text, inputs, uses, report).block(steps)
}

/// Blocks of one row, put together.
pub(crate) struct Joined {
    pub(crate) blocks: Vec<Block>,
    flow: Flow,
    effects: BTreeSet<Effect>,
    traps: BTreeSet<TrapId>,
    shape: Shape,
}

impl Joined {
    pub(crate) fn finish(self, body: Body) -> CheckedBody {
        let Self { blocks: _, flow, effects, traps, shape } = self;
        CheckedBody { body, flow, effects, own_traps: traps.clone(), traps, shape, peak: 0 }
    }
}

/// Puts the blocks of a row together: what it does is what any of them does.
pub(crate) fn join(row: &Row<'_>, checked: Vec<CheckedBlock>, shape: &Shape, report: &mut Report) -> Option<Joined> {
    let errors = report.count();
    let mut flow = Flow::default();
    let (mut effects, mut traps) = (BTreeSet::new(), BTreeSet::new());
    let mut ends = Vec::new();
    // A trap or raise takes its scopes along; every other way out must leave with the same ones.
    let stays = |block: &CheckedBlock| block.flow.next || block.flow.returns || !block.flow.jumps.is_empty();
    let scope = checked.iter().find(|block| stays(block)).map_or(0, |block| block.flow.scope);
    if checked.iter().any(|block| block.flow.scope != scope && (stays(block) || block.flow.scope != 0)) {
        report.push(
            Diagnostic::new(Code::BadScope, row.op.name.span, "some cases open or close a scope, others do not")
                .label("leaves with different scopes")
                .help("write one row with `does: \"scope.open()\"` and one with `does: \"scope.close()\"`"),
        );
    }
    flow.scope = scope;
    let mut enters = checked.iter().filter_map(|block| block.flow.enters);
    if let Some(first) = enters.next().filter(|first| enters.any(|other| other != *first)) {
        report.push(
            Diagnostic::new(Code::BadEnter, row.op.name.span, "the cases enter different functions")
                .label(format!("one case enters `{}`", shape.operands[first.0].name))
                .help("write a row of its own for each `enter`: `does: \"r = enter f(argv)\"`"),
        );
    }
    let mut blocks = Vec::new();
    for block in checked {
        flow.next |= block.flow.next;
        flow.returns |= block.flow.returns;
        flow.raises |= block.flow.raises;
        flow.enters = flow.enters.or(block.flow.enters);
        flow.jumps.extend(block.flow.jumps);
        effects.extend(block.effects);
        traps.extend(block.traps);
        ends.extend(block.ends);
        blocks.push(block.block);
    }
    flow.jumps.sort_unstable();
    flow.jumps.dedup();
    let mut shape = shape.clone();
    meet_types(row, &mut shape, &ends, report);
    pass_through(&mut shape, &mut blocks);
    (report.count() == errors).then_some(Joined { blocks, flow, effects, traps, shape })
}

/// Narrows the types of the results to what the body gives at each exit.
pub(crate) fn meet_types(row: &Row<'_>, shape: &mut Shape, ends: &[(Option<usize>, Vec<Type>)], report: &mut Report) {
    let own: Vec<usize> = shape.exits.iter().map(|(operand, _)| *operand).collect();
    let given = |exit: Option<usize>, index: usize| {
        let shares = |end: Option<usize>| end.is_none_or(|operand| !own.contains(&operand));
        let ends = ends.iter().filter(|(end, _)| if exit.is_some() { *end == exit } else { shares(*end) });
        ends.map(|(_, types)| types.get(index).copied().unwrap_or(Type::ANY)).reduce(Type::union)
    };
    for index in 0..shape.outputs.len() {
        let Some(ty) = given(None, index) else {
            let output = &shape.outputs[index];
            let message =
                format!("result `{}` is never pushed: `{}` never goes on with it", output.name, row.op.name.value);
            report.push(
                Diagnostic::new(Code::OutputMissing, shape.output_spans[index], message)
                    .label("never pushed")
                    .help("remove it from `stack`: write nothing after the `->`"),
            );
            return;
        };
        shape.outputs[index].ty = shape.outputs[index].ty.intersection(ty);
    }
    for position in 0..shape.exits.len() {
        let (operand, outputs) = &mut shape.exits[position];
        if !ends.iter().any(|(exit, _)| *exit == Some(*operand)) {
            let name = &shape.operands[*operand].name;
            report.push(
                Diagnostic::new(
                    Code::BadExit,
                    shape.exit_spans[position],
                    format!("`{}` never jumps to `{name}`", row.op.name.value),
                )
                .label("never taken")
                .help(format!("add a step `jump {name} if …`, or remove this part of `stack`")),
            );
            continue;
        }
        let exit = Some(*operand);
        for (index, output) in outputs.iter_mut().enumerate() {
            output.ty = output.ty.intersection(given(exit, index).unwrap_or(Type::ANY));
        }
    }
}

/// Settles which results pass an input through: those that no block assigns. Where only some blocks assign one, the
/// others get a step that does.
fn pass_through(shape: &mut Shape, blocks: &mut [Block]) {
    let assigns = |block: &Block, wanted: &str| {
        block.steps.iter().any(|step| match step {
            Step::Let { name, .. } | Step::Enter { name: Some(name), .. } => name == wanted,
            _ => false,
        })
    };
    let inputs = shape.inputs.clone();
    let exits = shape.exits.iter_mut().flat_map(|(_, outputs)| outputs);
    let mut settled: BTreeSet<String> = BTreeSet::new();
    for output in shape.outputs.iter_mut().chain(exits) {
        let Some(input) = output.passes else { continue };
        let assigned = blocks.iter().any(|block| assigns(block, &output.name));
        if !assigned && !settled.contains(&output.name) {
            continue;
        }
        output.passes = None;
        if settled.insert(output.name.clone()) {
            for block in blocks.iter_mut().filter(|block| !assigns(block, &output.name)) {
                let ty = inputs[input].ty;
                block.steps.insert(0, Step::Let { name: output.name.clone(), ty, value: Expr::Input(input, ty) });
            }
        }
    }
}

/// Complains about operands and inputs that nothing uses.
fn unused(row: &Row<'_>, shape: &Shape, uses: &Uses, is_shuffle: bool, report: &mut Report) {
    let fuel = row.op.fuel_per.as_ref().map_or("", |text| text.value.as_str());
    let words: BTreeSet<&str> = fuel.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    for (index, operand) in shape.operands.iter().enumerate() {
        let counts = shape.inputs.iter().any(|input| input.count == Some(index));
        if uses.operands[index] || counts || words.contains(operand.name.as_str()) {
            continue;
        }
        let help = match operand.kind {
            OperandKind::Target => format!("add a step `jump {}`, or remove it from `args`", operand.name),
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
