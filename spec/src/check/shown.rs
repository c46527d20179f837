//! Whether the examples of a row show all that its body can do.

use super::report::Report;
use super::table::{Row, Table};
use crate::code::Code;
use crate::coverage::{Place, What, blocks, unsaid, unshown};
use crate::diagnostic::Diagnostic;
use crate::does::{self, Parser, StepKind};
use crate::model::{Body, Example, Instruction, Step};
use crate::source::{Span, Text};
use crate::words::example_words;
use opforge_core::Effect;
use std::collections::BTreeSet;

/// Complains about each case, trap, way of a jump, value of a choice and effect that no example of the row shows.
pub(super) fn check(
    row: &Row<'_>,
    instruction: &Instruction,
    examples: &[Example],
    table: &Table<'_>,
    report: &mut Report,
) {
    let traps = &table.catalogue.traps;
    let mut proposed: BTreeSet<String> = BTreeSet::new();
    for (place, example) in unshown(&table.evaluation(), traps, instruction, examples) {
        let what = match place.what {
            What::Block if is_otherwise(&place, instruction) => "`otherwise`",
            What::Block => "this case",
            What::Trap => "this trap",
            What::Jump(true) => "this jump taken",
            What::Jump(false) => "this jump not taken",
            What::Choice(true) => "what is behind this `then`",
            What::Choice(false) => "what is behind this `else`",
            What::Effect(effect) => says(effect).0,
        };
        let message = format!("no example of `{}` shows {what}", row.op.name.value);
        let example = example_words(&example, instruction, traps);
        // What one example shows is lacking once.
        if !proposed.insert(example.clone()) {
            continue;
        }
        report.push(
            Diagnostic::new(Code::NotShown, span(&place, row, instruction), message)
                .label("not shown")
                .help(format!("add one to `examples`: `{example:?}`")),
        );
    }
    for effect in unsaid(&table.evaluation(), instruction, examples) {
        let (what, words) = says(effect);
        let message = format!("no example of `{}` shows {what}", row.op.name.value);
        report.push(
            Diagnostic::new(Code::NotShown, row.op.name.span, message)
                .label("not shown")
                .help(format!("write one of its `examples` with `{words}`")),
        );
    }
}

/// What an effect leaves, and how an example says it.
fn says(effect: Effect) -> (&'static str, &'static str) {
    match effect {
        Effect::WritesLocals => ("what it writes into locals", "; slots: v…"),
        Effect::WritesGlobals => ("what it writes into globals", "; globals: v…"),
        Effect::Input => ("what it reads", "[reads \"…\"]"),
        _ => ("what it prints", "; prints \"…\""),
    }
}

fn is_otherwise(place: &Place, instruction: &Instruction) -> bool {
    matches!(&instruction.body, Body::Cases { cases, .. } if place.block == cases.len())
}

/// Where the place stands, as far as that is known.
fn span(place: &Place, row: &Row<'_>, instruction: &Instruction) -> Span {
    let op = row.op;
    let text = match &op.cases {
        Some(cases) => cases.value.get(place.block).or(op.otherwise.as_ref()),
        None => op.does.as_ref(),
    };
    let Some(text) = text else { return op.name.span };
    place.step.and_then(|step| step_span(text, step, place, instruction)).unwrap_or(text.span)
}

fn step_span(text: &Text, step: usize, place: &Place, instruction: &Instruction) -> Option<Span> {
    let is_case = matches!(instruction.body, Body::Cases { .. }) && !is_otherwise(place, instruction);
    // No guard holds an arrow.
    let start = if is_case { text.value.find("=>")? + "=>".len() } else { 0 };
    let written = Parser::new(&text.value[start..]).and_then(|mut parser| parser.steps()).ok()?;
    let steps = &blocks(instruction).get(place.block)?.steps;
    let wanted = steps.get(step)?;
    // Steps that were put in besides only assign, so that those of a kind are in the same order.
    let rank =
        steps[..step].iter().filter(|step| std::mem::discriminant(*step) == std::mem::discriminant(wanted)).count();
    let found = match wanted {
        Step::Let { name, .. } => written.iter().find(|step| assigns(step, name)),
        _ => written.iter().filter(|step| is_like(step, wanted)).nth(rank),
    };
    let range = &found?.range;
    Some(text.span_of(start + range.start..start + range.end))
}

fn assigns(step: &does::Step, wanted: &str) -> bool {
    matches!(&step.kind, StepKind::Assign { name, .. } if name.text == wanted)
}

fn is_like(written: &does::Step, step: &Step) -> bool {
    matches!(
        (&written.kind, step),
        (StepKind::Call(_), Step::Do(_))
            | (StepKind::Jump { .. }, Step::Jump { .. })
            | (StepKind::JumpAt { .. }, Step::JumpAt { .. })
            | (StepKind::Trap { .. }, Step::Trap { .. })
            | (StepKind::Return(_), Step::Return(_))
            | (StepKind::Raise(_), Step::Raise(_))
    )
}
