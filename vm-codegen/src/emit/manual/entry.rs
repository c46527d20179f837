//! One instruction's entry in the manual.

use super::cell::cell;
use crate::literals::opcode_bytes;
use crate::words;
use opforge_core::Through;
use opforge_spec::model::{Body, Case, Effect, Example, Instruction, InstructionSet, Literal, Outcome, Output};
use std::fmt::Write as _;

/// The entry, from its heading on.
pub(super) fn text(set: &InstructionSet, row: &Instruction) -> String {
    let mut text = format!("## {}\n\n{}\n", row.name, row.doc.trim());
    let _ = write!(text, "\n```text\n{}\n```\n", encoding(row));
    text.push_str(&operands(row));
    let _ = write!(text, "\n* **Assembly:** `{}`\n", assembly(row));
    let _ = writeln!(text, "* **Stack:** `{}`", row.stack.trim());
    for &jump in &row.flow.jumps {
        if row.exits.iter().any(|(exit, _)| *exit == jump) {
            let _ = writeln!(
                text,
                "* **Stack after the jump to `{}`:** {}",
                row.operands[jump].name,
                pushed(row.outputs_at(jump))
            );
        }
    }
    text.push_str(&facts(set, row));
    text.push_str(&meaning(set, row));
    text.push_str(&examples(set, row));
    text
}

/// The mnemonic and its operands' names.
pub(super) fn assembly(row: &Instruction) -> String {
    let operands = row.operands.iter().map(|operand| operand.kind.usage(&operand.name));
    std::iter::once(row.mnemonic.clone()).chain(operands).collect::<Vec<_>>().join(" ")
}

/// A diagram of the stored bytes: positions above, contents below.
fn encoding(row: &Instruction) -> String {
    let opcode = opcode_bytes(row.code);
    let mut fields =
        vec![(opcode.len(), opcode.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "))];
    for operand in &row.operands {
        fields.push((operand.kind.width_bytes(), format!("{}: {}", operand.name, operand.kind.stored())));
    }
    let (mut above, mut below) = (String::from("byte"), String::from("    "));
    let mut at = 0;
    for (width, content) in fields {
        let place = if width == 1 { at.to_string() } else { format!("{at}–{}", at + width - 1) };
        let size = place.chars().count().max(content.chars().count());
        let _ = write!(above, "   {place:size$}");
        let _ = write!(below, " | {content:size$}");
        at += width;
    }
    format!("{}\n{} |", above.trim_end(), below)
}

fn pushed(outputs: &[Output]) -> String {
    words::names(outputs.iter().map(|output| &output.name))
}

fn operands(row: &Instruction) -> String {
    if row.operands.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n| operand | kind | is |\n|---|---|---|\n");
    for operand in &row.operands {
        let _ = writeln!(text, "| `{}` | `{}` | {} |", operand.name, operand.kind.name(), operand.kind.meaning());
    }
    text
}

/// Types, traps, fuel, scopes, native state.
fn facts(set: &InstructionSet, row: &Instruction) -> String {
    let mut text = String::new();
    let outputs: Vec<String> = row.outputs.iter().map(|output| format!("`{}: {}`", output.name, output.ty)).collect();
    if !outputs.is_empty() {
        let _ = writeln!(text, "* **Gives:** {}", outputs.join(", "));
    }
    let traps: Vec<String> = row.traps.iter().map(|trap| format!("[`{}`](traps.md)", set.trap(*trap).name)).collect();
    let _ = writeln!(text, "* **Traps:** {}", if traps.is_empty() { "none".to_string() } else { traps.join(", ") });
    let _ = writeln!(text, "* **Fuel:** {}", fuel(set, row));
    match row.flow.scope {
        1.. => text.push_str("* **Scope:** opens a scope of named variables\n"),
        0 => {}
        _ => text.push_str("* **Scope:** closes the innermost scope of named variables\n"),
    }
    let native = row.native.state.word();
    let reason = row.native.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let _ = writeln!(text, "* **Native:** {native}{reason}");
    text
}

fn fuel(set: &InstructionSet, row: &Instruction) -> String {
    let mut costs = Vec::new();
    if row.flow.enters.is_some() {
        costs.push("one tick for the call".to_string());
    }
    if !row.flow.jumps.is_empty() {
        costs.push("one tick when it jumps backwards".to_string());
    }
    if let Some(fuel) = &row.fuel_per {
        costs.push(format!("as many ticks as {}", words::expr(set, row, fuel)));
    }
    if row.effects.contains(&Effect::Input) {
        costs.push("a tick, and one more for each KiB of what is read".to_string());
    }
    if costs.is_empty() { "none".to_string() } else { costs.join("; ") }
}

fn meaning(set: &InstructionSet, row: &Instruction) -> String {
    let mut text = String::from("\n**Meaning.**");
    let typed: Vec<String> = row
        .inputs
        .iter()
        .filter(|input| input.ty != opforge_core::Type::ANY)
        .map(|input| format!("`{}` must be {}", input.name, input.ty))
        .collect();
    if !typed.is_empty() {
        let _ = write!(text, " {}, else it traps `TypeMismatch`.", capitalised(&typed.join(", ")));
    }
    for sentence in words::meaning(set, row) {
        let _ = write!(text, " {sentence}");
    }
    text.push('\n');
    if let Body::Cases { cases, otherwise } = &row.body {
        text.push_str(&case_table(set, row, cases));
        let last = match otherwise {
            Some(block) => words::block(set, row, block).join(" "),
            None => "Traps `TypeMismatch`.".to_string(),
        };
        let _ = writeln!(text, "| otherwise {}| {} |", "| ".repeat(row.inputs.len().saturating_sub(1)), cell(&last));
    }
    text
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

fn case_table(set: &InstructionSet, row: &Instruction, cases: &[Case]) -> String {
    let mut text = String::from("\n|");
    for input in &row.inputs {
        let _ = write!(text, " `{}` |", input.name);
    }
    let _ = writeln!(text, " |\n|{}", "---|".repeat(row.inputs.len() + 1));
    for case in cases {
        text.push('|');
        for guard in &case.guards {
            let _ = write!(text, " {} |", cell(&guard.to_string()));
        }
        let _ = writeln!(text, " {} |", cell(&words::block(set, row, &case.block).join(" ")));
    }
    text
}

fn examples(set: &InstructionSet, row: &Instruction) -> String {
    if row.examples.is_empty() {
        return match &row.no_examples {
            Some(reason) => format!("\nNo examples: {reason}.\n", reason = reason.trim_end_matches('.')),
            None => String::new(),
        };
    }
    let mut text = String::from("\n| example | outcome |\n|---|---|\n");
    for example in &row.examples {
        let before = example.text.split_once("=>").map_or(example.text.as_str(), |(before, _)| before);
        let _ = writeln!(text, "| {} | {} |", code(before), cell(&outcome(set, row, example)));
    }
    text
}

/// Text as code in a table; an empty one is left empty.
fn code(text: &str) -> String {
    let text = cell(text);
    match text.contains('`') {
        _ if text.is_empty() => String::new(),
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}

fn outcome(set: &InstructionSet, row: &Instruction, example: &Example) -> String {
    let mut text = match &example.outcome {
        Outcome::Next(values) if values.is_empty() => "continues".to_string(),
        Outcome::Next(values) => literals(values),
        Outcome::Jump(through, values) => {
            let Through { operand, entry } = *through;
            let entry = entry.map(|entry| format!("[{entry}]")).unwrap_or_default();
            let with = if values.is_empty() { String::new() } else { format!(" with {}", literals(values)) };
            format!("jumps to `{}{entry}`{with}", row.operands[operand].name)
        }
        Outcome::Trap(trap) => format!("traps `{}`", set.trap(*trap).name),
        Outcome::Return(value) => format!("returns {}", literal(value)),
        Outcome::Raise(value) => format!("raises {}", literal(value)),
    };
    if let Some(slots) = &example.slots_after {
        let _ = write!(text, "; locals are then {}", literals(slots));
    }
    if let Some(globals) = &example.globals_after {
        let _ = write!(text, "; globals are then {}", literals(globals));
    }
    if let Some(prints) = &example.prints {
        let _ = write!(text, "; prints `{prints:?}`");
    }
    text
}

fn literals(values: &[Literal]) -> String {
    values.iter().map(literal).collect::<Vec<_>>().join(" ")
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Scalar(value) => format!("`{value}`"),
        Literal::Text(text) => format!("`{text:?}`"),
    }
}
