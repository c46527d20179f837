//! What is said about a rewrite whose sides differ.

use super::Effort;
use super::equality::{Difference, Ended, saving_guard, with_guard};
use super::rule::Rule;
use crate::check::outcomes::words;
use crate::code::Code;
use crate::counterexample::{Counterexample, Ending};
use crate::diagnostic::Diagnostic;
use crate::evaluate::{Places, Value};
use crate::model::{ExampleOperand, Literal};
use crate::rows::RewriteRow;
use crate::source::Span;
use opforge_core::{OperandKind, Scalar, Type};

/// The complaint, with the difference as a counterexample and the guard that mends it, if there is one.
pub(super) fn diagnostic(row: &RewriteRow, rule: &Rule<'_>, difference: &Difference, effort: Effort) -> Diagnostic {
    let name = &row.name.value;
    let guard = saving_guard(rule, effort).map(|(name, ty)| when_text(&with_guard(&rule.when, &name, ty)));
    let counterexample = counterexample(rule, difference, guard.clone());
    let slots_differ = difference.from.slots != difference.to.slots;
    let say = |ending: &Ending| ending_words(ending, slots_differ);
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

fn when_text(when: &[(String, Type)]) -> String {
    when.iter().map(|(name, ty)| format!("{name}: {ty}")).collect::<Vec<_>>().join(", ")
}

fn counterexample(rule: &Rule<'_>, difference: &Difference, when: Option<String>) -> Counterexample {
    let Difference { trial, from, to } = difference;
    let operand = |(name, value): &(String, Value)| {
        let operand = match (rule.variables.get(name), value) {
            (Some(OperandKind::Const), value) => ExampleOperand::Constant(value.literal()),
            (_, Value::Scalar(Scalar::Int(value))) => ExampleOperand::Int(*value),
            (_, Value::Scalar(Scalar::Float(value))) => ExampleOperand::Float(*value),
            (_, value) => ExampleOperand::Constant(value.literal()),
        };
        (name.clone(), operand)
    };
    let ending = |ended: &Ended| Ending {
        trap: ended.trap.map(|trap| rule.traps[trap.0].name.clone()),
        stack: ended.stack.iter().map(|value| value.literal()).collect(),
        slots: numbered(&ended.slots),
    };
    Counterexample {
        stack: trial.stack.iter().map(|value| value.literal()).collect(),
        operands: trial.operands.iter().map(operand).collect(),
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
            ExampleOperand::Int(value) => value.to_string(),
            ExampleOperand::Float(value) => words(&Literal::Scalar(Scalar::Float(*value))),
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

fn ending_words(ending: &Ending, with_slots: bool) -> String {
    let mut text = match &ending.trap {
        Some(trap) => format!("traps `{trap}`"),
        None if ending.stack.is_empty() => "gives no value".to_owned(),
        None => format!("gives `{}`", list(&ending.stack)),
    };
    if with_slots {
        let slots = places_words("local", &ending.slots);
        text += &format!(" and leaves {}", slots.join(", "));
    }
    text
}

fn list(values: &[Literal]) -> String {
    values.iter().map(words).collect::<Vec<_>>().join(" ")
}
