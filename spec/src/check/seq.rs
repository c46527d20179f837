//! `seq`: a row that is other rows, one after the other.

use super::checked::CheckedBody;
use super::composer::{Composer, Item};
use super::handler::refuse_effects;
use super::joined::meet_types;
use super::report::{Report, plural};
use super::stack::StackForm;
use super::table::{Row, Table};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Body, Part};
use crate::source::Text;

/// How many parts a sequence may have.
const MAX_PARTS: usize = 64;
/// How many instructions a sequence may be when its parts, and theirs, are counted. It bounds what one instruction does
/// at run time, and how deeply its parts are nested.
const MAX_WEIGHT: usize = 256;

/// Checks a sequence whose parts are checked.
pub(crate) fn check(
    row: &Row<'_>,
    list: &[Text],
    shape: &StackForm,
    table: &Table<'_>,
    report: &mut Report,
) -> Option<CheckedBody> {
    let errors = report.count();
    refuse_effects(row, report);
    if !within_limits(row, list, report) {
        return None;
    }
    let mut composer = Composer::new(shape, report);
    let mut parts = Vec::new();
    for (index, text) in list.iter().enumerate() {
        let part = composer.part(text, index + 1 == list.len(), table);
        // After a part that is wrong the stack is unknown.
        parts.push(part?);
    }
    let weight = weight(&parts, table);
    if weight > MAX_WEIGHT {
        let message = format!("`{}` is {weight} instructions, but a sequence may be {MAX_WEIGHT}", row.op.name.value);
        let span = row.op.seq.as_ref().map_or(row.op.span, |seq| seq.span);
        let diagnostic = Diagnostic::new(Code::TooMany, span, message).label("counting the parts of its parts");
        composer.report.push(diagnostic.help("remove parts of `seq` that are long sequences themselves"));
    }
    let Composer { stack: _, flow, effects, own_traps, traps, used, peak, ends, .. } = composer;
    let mut shape = shape.clone();
    compare(row, &mut shape, ends, report);
    unused(&shape, &used, report);
    let peak = u32::try_from(peak).unwrap_or(u32::MAX);
    let checked = CheckedBody { body: Body::Seq(parts), flow, effects, own_traps, traps, shape, peak };
    (report.count() == errors).then_some(checked)
}

/// How many instructions a sequence is, itself and the parts of its parts counted.
pub(crate) fn weight(parts: &[Part], table: &Table<'_>) -> usize {
    parts.iter().fold(1, |sum, part| sum.saturating_add(table.weights[part.instruction.0]))
}

fn within_limits(row: &Row<'_>, list: &[Text], report: &mut Report) -> bool {
    if list.is_empty() {
        let span = row.op.seq.as_ref().map_or(row.op.span, |seq| seq.span);
        let diagnostic = Diagnostic::new(Code::BadPattern, span, "a sequence without parts").label("empty");
        report.push(diagnostic.help("write its parts: `seq: [\"Dup\", \"Add\"]`"));
    } else if list.len() > MAX_PARTS {
        let message = format!("{} parts, but a sequence has at most {MAX_PARTS}", list.len());
        let diagnostic = Diagnostic::new(Code::TooMany, list[MAX_PARTS].span, message).label("too many");
        report.push(diagnostic.help(format!("write at most {MAX_PARTS} parts in `seq`")));
    }
    (1..=MAX_PARTS).contains(&list.len())
}

/// Compares what the parts leave with what the row declares.
fn compare(row: &Row<'_>, shape: &mut StackForm, ends: Vec<(Option<usize>, Vec<Item>)>, report: &mut Report) {
    let mut types = Vec::new();
    let errors = report.count();
    for (exit, items) in &ends {
        let declared = shape.outputs_at(*exit).len();
        if declared != items.len() {
            let at = exit.map_or(String::new(), |operand| format!(" at the exit `{}`", shape.operands[operand].name));
            let inputs: Vec<&str> = shape.inputs.iter().map(|input| input.name.as_str()).collect();
            let left = items.iter().enumerate().map(|(index, item)| match item {
                Item::Input(input) => shape.inputs[*input].name.clone(),
                Item::Value(_) => format!("r{}", index + 1),
            });
            let left = left.collect::<Vec<_>>().join(", ");
            let message = format!(
                "the parts leave {} value{}{at}, but `stack` says {declared}",
                items.len(),
                plural(items.len())
            );
            report.push(
                Diagnostic::new(Code::SeqStack, row.op.stack.span, message)
                    .label(format!("{declared} declared"))
                    .also(row.op.seq.as_ref().map_or(row.op.span, |seq| seq.span), format!("{} left", items.len()))
                    .help(format!("write `stack: \"{} -> {left}\"`", inputs.join(", "))),
            );
            continue;
        }
        let ty = |item: &Item| match item {
            Item::Input(input) => shape.inputs[*input].ty,
            Item::Value(ty) => *ty,
        };
        types.push((*exit, items.iter().map(ty).collect::<Vec<_>>()));
    }
    if report.count() != errors {
        return;
    }
    for (exit, items) in &ends {
        let position = exit.and_then(|exit| shape.exits.iter().position(|(operand, _)| *operand == exit));
        let outputs = match position {
            Some(position) => &mut shape.exits[position].1,
            None => &mut shape.outputs,
        };
        for (index, (output, item)) in outputs.iter_mut().zip(items).enumerate() {
            output.passes = output.passes.filter(|input| *item == Item::Input(*input));
            let ty = match item {
                Item::Input(input) => shape.inputs[*input].ty,
                Item::Value(ty) => *ty,
            };
            if !output.ty.contains(ty) {
                let span = position.map_or_else(|| shape.output_spans[index], |position| shape.exit_spans[position]);
                let message = format!("`{}` is declared `{}`, but the parts leave `{ty}`", output.name, output.ty);
                let diagnostic =
                    Diagnostic::new(Code::ResultType, span, message).label(format!("declared `{}`", output.ty));
                report.push(diagnostic.help(format!("write `{}: {ty}`", output.name)));
            }
        }
    }
    meet_types(row, shape, &types, report);
}

fn unused(shape: &StackForm, used: &[bool], report: &mut Report) {
    for (index, operand) in shape.operands.iter().enumerate() {
        if used[index] || shape.inputs.iter().any(|input| input.count == Some(index)) {
            continue;
        }
        let message = format!("operand `{}` is never used", operand.name);
        report.push(
            Diagnostic::new(Code::UnusedOperand, shape.operand_spans[index], message)
                .label("no part uses it")
                .help(format!("give it to a part, such as `\"GetSlot {}\"`, or remove it from `args`", operand.name)),
        );
    }
}
