//! `opforge explain`: an error code of tables, a trap or an instruction → what it means.

use crate::arguments::ExplainArguments;
use crate::commands::slot_form;
use crate::exit::{Exit, Failure};
use crate::{output, terminal};
use opforge::Execute;
use opforge::core::slot_form::SlotTable;
use opforge::metadata::{InstructionInfo, Table, TrapInfo};
use opforge_spec::Code;
use std::fmt::Write;

pub(crate) fn explain<I: Execute>(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let table = I::table();
    let Some(code) = arguments.code.as_deref().filter(|_| !arguments.list).map(str::trim) else {
        output::print(&list(table, I::slot_form().table()))?;
        return Ok(Exit::Success);
    };
    let text = if let Some(trap) = find_trap(table, code) {
        explain_trap(trap)
    } else if let Some(row) = find_row(table, code) {
        explain_row(table, row)
    } else if let Some(text) = slot_form::explain(table, I::slot_form().table(), code) {
        text
    } else {
        let code: Code = code.parse().map_err(|error| {
            Failure::usage(
                format!("{error}"),
                format!(
                    "give a code such as `E0104`, a trap such as `TypeMismatch`, or a mnemonic of `{}`; \
                     `{} explain --list` lists them",
                    table.name,
                    terminal::program()
                ),
            )
        })?;
        format!("{}: {}\n\n{}\n", code.number(), code.title(), code.explanation().trim())
    };
    output::print(&text)?;
    Ok(Exit::Success)
}

/// All that can be explained, one line each.
fn list(table: &Table, slots: &SlotTable) -> String {
    let mut text = String::from("errors of tables:\n");
    // Writing to a `String` cannot fail, here and below.
    for code in Code::ALL {
        let _ = writeln!(text, "  {}  {}", code.number(), code.title());
    }
    text.push_str("\ntraps:\n");
    for trap in table.traps {
        let _ = writeln!(text, "  {:<3}  {}", trap.code.0, trap.name);
    }
    text.push_str("\ninstructions:\n");
    for row in table.instructions {
        let _ = writeln!(text, "  {}", row.mnemonic);
    }
    text.push_str("\ninstructions of slot form, which `opforge disasm --slots` shows besides:\n");
    for name in slot_form::names(table, slots) {
        let _ = writeln!(text, "  {name}");
    }
    text
}

fn find_trap<'t>(table: &'t Table, text: &str) -> Option<&'t TrapInfo> {
    // Numbers of four digits are codes of errors as well, written without the `E`.
    let number = text.parse().ok().filter(|_| !text.starts_with('0'));
    table.traps.iter().find(|trap| trap.name.eq_ignore_ascii_case(text) || Some(trap.code.0) == number)
}

fn find_row<'t>(table: &'t Table, text: &str) -> Option<&'t InstructionInfo> {
    table.instructions.iter().find(|row| row.mnemonic == text || row.name == text)
}

fn explain_trap(trap: &TrapInfo) -> String {
    format!("trap {}: {}\n\n{}\n", trap.code.0, trap.name, trap.doc.trim())
}

fn explain_row(table: &Table, row: &InstructionInfo) -> String {
    let operands: Vec<String> =
        row.operands.iter().map(|operand| operand.kind.usage(&operand.name.to_uppercase())).collect();
    let mut text = format!("{} {}", row.mnemonic, operands.join(" "));
    text.truncate(text.trim_end().len());
    // Writing to a `String` cannot fail.
    let _ = write!(text, "        {}\n\n{}\n", row.stack, row.doc.trim());
    for operand in row.operands {
        let _ = write!(text, "\n  {}: {}", operand.name.to_uppercase(), operand.kind.meaning());
    }
    if !row.operands.is_empty() {
        text.push('\n');
    }
    let names: Vec<&str> =
        table.traps.iter().filter(|trap| row.traps.contains(&trap.code)).map(|trap| trap.name).collect();
    if !names.is_empty() {
        let _ = writeln!(text, "\ntraps: {}", names.join(", "));
    }
    if !row.examples.is_empty() {
        text.push_str("\nexamples:\n");
    }
    for example in row.examples {
        let _ = writeln!(text, "  {}", example.text);
    }
    text
}
