//! The whole table, one line per instruction in fixed columns: what a reviewer reads.

use crate::literals::opcode_text;
use crate::words::summary;
use opforge_spec::model::{Instruction, InstructionSet};

/// Columns: heading and width in characters. The widths are those of most rows and not of the table's widest, so that a row that
/// is added changes no line but its own; a longer cell moves what follows it in its line.
const COLUMNS: [(&str, usize); 7] =
    [("code", 6), ("name", 24), ("operands", 28), ("stack", 28), ("native", 6), ("traps", 27), ("body", 0)];

pub(crate) fn emit(set: &InstructionSet) -> String {
    let mut text = format!("{} {}\n", set.name(), set.version());
    push_line(&mut text, COLUMNS.map(|(heading, _)| heading.to_string()));
    for row in set.instructions() {
        push_line(&mut text, cells(set, row));
    }
    text
}

fn push_line(text: &mut String, cells: [String; 7]) {
    let padded = cells.iter().zip(COLUMNS).map(|(cell, (_, width))| format!("{cell:width$}"));
    text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
    text.push('\n');
}

fn cells(set: &InstructionSet, row: &Instruction) -> [String; 7] {
    let operands: Vec<String> =
        row.operands.iter().map(|operand| format!("{}: {}", operand.name, operand.kind.name())).collect();
    let traps: Vec<&str> = row.traps.iter().map(|trap| set.trap(*trap).name.as_str()).collect();
    [
        opcode_text(row.code),
        row.name.clone(),
        operands.join(", "),
        row.stack.trim().to_string(),
        row.native.state.word().to_string(),
        if traps.is_empty() { "-".to_string() } else { traps.join(" ") },
        summary(set, row),
    ]
}
