//! Values, outcomes and whole examples, as tables write them.

use crate::model::{Effect, Example, ExampleOperand, Instruction, Literal, Outcome, Trap};
use opforge_core::Through;

/// A value as an example writes it.
pub(crate) fn words(value: &Literal) -> String {
    match value {
        Literal::Scalar(scalar) => scalar.to_string(),
        Literal::Text(text) => format!("{text:?}"),
    }
}

/// Values as an example writes them.
pub(crate) fn list(values: &[Literal]) -> String {
    values.iter().map(words).collect::<Vec<_>>().join(" ")
}

/// An outcome as an example writes it.
pub(crate) fn outcome_words(outcome: &Outcome, row: &Instruction, traps: &[Trap]) -> String {
    match outcome {
        Outcome::Next(values) if values.is_empty() => "next".to_owned(),
        Outcome::Next(values) => list(values),
        Outcome::Jump(through, values) => {
            format!("jump {} {}", through_words(*through, row), list(values)).trim_end().to_owned()
        }
        Outcome::Trap(trap) => format!("trap {}", traps[trap.0].name),
        Outcome::Return(value) => format!("return {}", words(value)),
        Outcome::Raise(value) => format!("raise {}", words(value)),
    }
}

/// The way of a jump as an example writes it.
pub(crate) fn through_words(through: Through, row: &Instruction) -> String {
    let name = &row.operands[through.operand].name;
    through.entry.map_or_else(|| name.clone(), |entry| format!("{name}[{entry}]"))
}

/// An example as it stands in a table, without the quotes around it.
pub(crate) fn example_words(example: &Example, row: &Instruction, traps: &[Trap]) -> String {
    let mut text = format!("{} => {}", given_words(example), outcome_words(&example.outcome, row, traps));
    for (name, values) in [("slots", &example.slots_after), ("globals", &example.globals_after)] {
        if let Some(values) = values {
            text.push_str(&format!("; {name}: {}", list(values)));
        }
    }
    text.trim_start().to_owned()
}

/// What stands before `=>` in an example.
pub(crate) fn given_words(example: &Example) -> String {
    let mut before = Vec::new();
    for (name, values) in [("slots", &example.slots), ("globals", &example.globals)] {
        if !values.is_empty() {
            before.push(format!("{name}: {}", list(values)));
        }
    }
    let mut parts = Vec::new();
    if !before.is_empty() {
        parts.push(format!("[{}]", before.join("; ")));
    }
    for operand in &example.operands {
        match operand {
            ExampleOperand::Omitted => {}
            ExampleOperand::Number(value) => parts.push(value.to_string()),
            ExampleOperand::Constant(value) => parts.push(words(value)),
            ExampleOperand::Function(name) => parts.push(format!("@{name}")),
        }
    }
    parts.extend(example.inputs.iter().map(words));
    parts.join(" ")
}

/// What of its state an example of the row has to say for its writes to show: of locals, and of globals.
pub(crate) fn writes(row: &Instruction) -> (bool, bool) {
    (row.effects.contains(&Effect::WritesLocals), row.effects.contains(&Effect::WritesGlobals))
}
