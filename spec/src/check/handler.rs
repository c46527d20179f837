//! Rows whose body is a hand-written function.

use super::block::Uses;
use super::catalogue::Catalogue;
use super::checked::CheckedBody;
use super::primitives::{Declared, declared};
use super::report::Report;
use super::stack::StackForm;
use super::table::Row;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::KEYWORDS;
use crate::mnemonic::mnemonic;
use crate::model::{Body, Effect, Flow, Handler, TrapId};
use crate::source::Text;
use std::collections::BTreeSet;

/// Effects are declared by handlers alone; those of other bodies follow from their steps.
pub(crate) fn refuse_effects(row: &Row<'_>, report: &mut Report) {
    let Some(effects) = &row.op.effects else { return };
    report.push(
        Diagnostic::new(
            Code::EffectNotAllowed,
            effects.span,
            "the effects of this body follow from it and may not be written",
        )
        .label("written twice")
        .help("remove `effects: […]`"),
    );
}

/// Checks a handler row.
pub(crate) fn check(
    row: &Row<'_>,
    name: &Text,
    shape: &StackForm,
    catalogue: &Catalogue,
    uses: &mut Uses,
    report: &mut Report,
) -> Option<CheckedBody> {
    let errors = report.count();
    let word = name.value.as_str();
    let snake = word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let reserved = KEYWORDS.contains(&word) || ["self", "super", "crate", "_"].contains(&word);
    if !snake || reserved {
        let better = match crate::mnemonic::snake(word.rsplit("::").next().unwrap_or(word)) {
            _ if reserved => format!("{word}_value"),
            better if better.is_empty() => mnemonic(&row.op.name.value),
            better => better,
        };
        let message = format!("`{word}` cannot be the name of a handler: it becomes a function");
        let diagnostic = Diagnostic::new(Code::BadName, name.span, message).label(if reserved {
            "means something else in code"
        } else {
            "not in snake case"
        });
        report.push(diagnostic.help(format!("write `handler: \"{better}\"`")));
    }
    let (effects, traps) = effects(row, catalogue, report);
    for (index, operand) in shape.operands.iter().enumerate() {
        let is_target = operand.kind.is_jump();
        uses.operands[index] = true;
        if is_target {
            let message = format!("`{}` says where to jump to, but a handler cannot jump", operand.name);
            report.push(
                Diagnostic::new(Code::BadJump, shape.operand_spans[index], message)
                    .label("never taken")
                    .help("push a bool and let a `jump_if_true` follow, or write the row with `does`"),
            );
        }
    }
    uses.inputs.fill(true);
    if report.count() != errors {
        return None;
    }
    let std = row.std.then(|| format!("::opforge::handlers::{word}"));
    let mut shape = shape.clone();
    for output in &mut shape.outputs {
        // A handler computes all results itself.
        output.passes = None;
    }
    Some(CheckedBody {
        body: Body::Handler(Handler { name: word.to_owned(), std }),
        flow: Flow { next: true, ..Flow::default() },
        own_traps: traps.clone(),
        traps,
        effects,
        shape,
        peak: 0,
    })
}

fn effects(row: &Row<'_>, catalogue: &Catalogue, report: &mut Report) -> (BTreeSet<Effect>, BTreeSet<TrapId>) {
    let (mut effects, mut traps) = (BTreeSet::new(), BTreeSet::new());
    let Some(written) = &row.op.effects else {
        let span = row.op.handler.as_ref().map_or(row.op.span, |handler| handler.span);
        report.push(
            Diagnostic::new(
                Code::MissingEffects,
                span,
                format!("`{}` does not say what its handler does besides computing", row.op.name.value),
            )
            .label("may do anything")
            .help("write `effects: []`, or list them: `effects: [Output, Traps(\"TypeMismatch\")]`"),
        );
        return (effects, traps);
    };
    for row in &written.value {
        match declared(row, catalogue, report) {
            Some(Declared::Trap(trap)) => {
                traps.insert(trap);
                continue;
            }
            Some(Declared::Effect(effect @ (Effect::Output | Effect::ReadsGlobals | Effect::WritesGlobals))) => {
                effects.insert(effect);
                if effect == Effect::Output {
                    traps.extend(catalogue.traps_of_output());
                }
                continue;
            }
            Some(Declared::Effect(_)) => {}
            None => continue,
        }
        report.push(
            Diagnostic::new(
                Code::EffectNotAllowed,
                row.span,
                format!("a handler may not have the effect `{}`", row.value.name),
            )
            .label("not for handlers")
            .help("write `Output`, `ReadsGlobals`, `WritesGlobals` or `Traps(\"…\")`; the rest is for `does`"),
        );
    }
    (effects, traps)
}
