//! What is said about a rewrite whose sides differ.

use super::equality::{Difference, Ended, Late};
use super::guard::{saving_guard, with_guard};
use super::rule::Rule;
use super::space::Trial;
use crate::code::Code;
use crate::counterexample::{Counterexample, Ending};
use crate::diagnostic::Diagnostic;
use crate::evaluate::{Places, Value};
use crate::model::{ExampleOperand, Literal};
use crate::rows::RewriteRow;
use crate::source::Span;
use crate::words::words;
use opforge_core::{OperandKind, Type};

/// The complaint, with the difference as a counterexample and the guard that mends it, if there is one.
pub(super) fn diagnostic(row: &RewriteRow, rule: &Rule<'_>, difference: &Difference) -> Diagnostic {
    let name = &row.name.value;
    let guard = saving_guard(rule, &difference.trial).map(|(name, ty)| when_text(&with_guard(&rule.when, &name, ty)));
    let counterexample = counterexample(rule, difference, guard.clone());
    let slots_differ = difference.from.slots != difference.to.slots;
    let globals_differ = difference.from.globals != difference.to.globals;
    let jumps = difference.from.jump.is_some() || difference.to.jump.is_some();
    let say = |ending: &Ending| ending_words(ending, jumps, slots_differ, globals_differ);
    let (from, to) = (say(&counterexample.from), say(&counterexample.to));
    let message = format!("`{name}` is not equal to what it replaces");
    let diagnostic = Diagnostic::new(Code::NotEqual, row.to.span, message)
        .label(to)
        .also(row.from.span, from)
        .note(format!("with {}", before_words(&counterexample)));
    let mut diagnostic = match guard {
        Some(guard) => {
            let (span, text) = match &row.when {
                Some(when) => (when.span, format!("\"{guard}\"")),
                None => (Span { start: row.to.span.end, ..row.to.span }, format!(", when: \"{guard}\"")),
            };
            let help = format!("with a condition no difference is found: write `when: \"{guard}\"`");
            diagnostic.help(help).fix(span, text)
        }
        None => diagnostic.help(format!(
            "remove `Rewrite(name: \"{name}\", …)`, or mend `to`: no condition on one operand or input makes it equal"
        )),
    };
    diagnostic.counterexample = Some(Box::new(counterexample));
    diagnostic
}

/// The complaint about a row that traps when others have done something, with the guard that mends it, if there is one.
pub(super) fn late(row: &RewriteRow, rule: &Rule<'_>, late: &Late) -> Diagnostic {
    let (side, lines) = if late.is_from { (&row.from, &rule.from) } else { (&row.to, &rule.to) };
    let span = side.value.get(late.line).map_or(side.span, |text| text.span);
    let (name, trapping) = (&row.name.value, &lines[late.line].row.name);
    let message = format!("`{trapping}` can trap after rows before it have done something");
    let trial = trial_words(&late.trial, rule);
    let diagnostic = Diagnostic::new(Code::TrapsLate, span, message)
        .label("what they did would have to be shown")
        .note(format!("it does with {trial}"));
    match saving_guard(rule, &late.trial).map(|(name, ty)| when_text(&with_guard(&rule.when, &name, ty))) {
        Some(guard) => diagnostic.help(format!("under a condition it does not: write `when: \"{guard}\"`")),
        None => diagnostic.help(format!(
            "write rows that only move values or push constants before `{trapping}`, or remove `Rewrite(name: \"{name}\", …)`"
        )),
    }
}

fn trial_words(trial: &Trial, rule: &Rule<'_>) -> String {
    let nothing = Ending { trap: None, jump: None, stack: Vec::new(), slots: Vec::new(), globals: Vec::new() };
    before_words(&Counterexample {
        stack: trial.stack.iter().map(|value| value.literal()).collect(),
        operands: trial.operands.iter().map(|operand| operand_of(rule, operand)).collect(),
        slots: numbered(&trial.slots),
        globals: numbered(&trial.globals),
        from: nothing.clone(),
        to: nothing,
        when: None,
    })
}

fn operand_of(rule: &Rule<'_>, (name, value): &(String, Value)) -> (String, ExampleOperand) {
    let operand = match (rule.variables.get(name), value) {
        (Some(OperandKind::Const), value) => ExampleOperand::Constant(value.literal()),
        (Some(OperandKind::Target), _) => ExampleOperand::Omitted,
        (_, Value::Scalar(value)) => ExampleOperand::Number(*value),
        (_, value) => ExampleOperand::Constant(value.literal()),
    };
    (name.clone(), operand)
}

fn when_text(when: &[(String, Type)]) -> String {
    when.iter().map(|(name, ty)| format!("{name}: {ty}")).collect::<Vec<_>>().join(", ")
}

fn counterexample(rule: &Rule<'_>, difference: &Difference, when: Option<String>) -> Counterexample {
    let Difference { trial, from, to } = difference;
    let ending = |ended: &Ended| Ending {
        trap: ended.trap.map(|trap| rule.traps[trap.0].name.clone()),
        jump: ended.jump.clone(),
        stack: ended.stack.iter().map(|value| value.literal()).collect(),
        slots: numbered(&ended.slots),
        globals: numbered(&ended.globals),
    };
    Counterexample {
        stack: trial.stack.iter().map(|value| value.literal()).collect(),
        operands: trial.operands.iter().map(|operand| operand_of(rule, operand)).collect(),
        slots: numbered(&trial.slots),
        globals: numbered(&trial.globals),
        from: ending(from),
        to: ending(to),
        when,
    }
}

fn numbered(places: &Places) -> Vec<(u16, Literal)> {
    places.0.iter().map(|(number, value)| (*number, value.literal())).collect()
}

/// `` the stack `0 nan`, `slot` = 0, local 0 = `nil` ``.
fn before_words(counterexample: &Counterexample) -> String {
    let mut all = Vec::new();
    if !counterexample.stack.is_empty() {
        all.push(format!("the stack `{}`", list(&counterexample.stack)));
    }
    for (name, operand) in &counterexample.operands {
        let value = match operand {
            ExampleOperand::Number(value) => value.to_string(),
            ExampleOperand::Constant(value) => words(value),
            ExampleOperand::Omitted | ExampleOperand::Function(_) => continue,
        };
        all.push(format!("`{name}` = {value}"));
    }
    let places = [("local", &counterexample.slots), ("global", &counterexample.globals)];
    all.extend(places.into_iter().flat_map(|(noun, places)| places_words(noun, places)));
    if all.is_empty() { "an empty stack".to_owned() } else { all.join(", ") }
}

fn places_words(noun: &str, places: &[(u16, Literal)]) -> Vec<String> {
    places.iter().map(|(number, value)| format!("{noun} {number} = {}", words(value))).collect()
}

fn ending_words(ending: &Ending, jumps: bool, with_slots: bool, with_globals: bool) -> String {
    let mut text = match (&ending.trap, &ending.jump) {
        (Some(trap), _) => format!("traps `{trap}`"),
        (None, Some(target)) if ending.stack.is_empty() => format!("jumps to `{target}`"),
        (None, Some(target)) => format!("jumps to `{target}` with `{}`", list(&ending.stack)),
        (None, None) if jumps && ending.stack.is_empty() => "goes on".to_owned(),
        (None, None) if jumps => format!("goes on with `{}`", list(&ending.stack)),
        (None, None) if ending.stack.is_empty() => "gives no value".to_owned(),
        (None, None) => format!("gives `{}`", list(&ending.stack)),
    };
    let slots = with_slots.then(|| places_words("local", &ending.slots));
    let globals = with_globals.then(|| places_words("global", &ending.globals));
    let places: Vec<String> = slots.into_iter().chain(globals).flatten().collect();
    if !places.is_empty() {
        text += &format!(" and leaves {}", places.join(", "));
    }
    text
}

fn list(values: &[Literal]) -> String {
    values.iter().map(words).collect::<Vec<_>>().join(" ")
}
