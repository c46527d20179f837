//! The whole table, one aligned line per instruction: what a reviewer reads.

use crate::literals::opcode_text;
use crate::words::summary;
use opforge_spec::model::{Instruction, InstructionSet};

pub(crate) fn emit(set: &InstructionSet) -> String {
    let header = ["code", "name", "operands", "stack", "native", "traps", "body"].map(String::from);
    let mut rows = vec![header];
    rows.extend(set.instructions().iter().map(|row| line(set, row)));
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = format!("{} {}\n", set.name(), set.version());
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn line(set: &InstructionSet, row: &Instruction) -> [String; 7] {
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
