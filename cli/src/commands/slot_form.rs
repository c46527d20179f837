//! What the instructions of slot form do, which `opforge disasm --slots` shows and no row of the table names.

use crate::terminal::program;
use opforge::Kind;
use opforge::core::slot_form::{BuiltIn, Field, PartInput, SlotOp, SlotTable};
use opforge::metadata::{FusionInfo, LineOperand, PatternLine, Table};
use std::fmt::Write;

/// The names that are no mnemonics of the table.
pub(super) fn names<'t>(table: &Table, slots: &'t SlotTable) -> Vec<&'t str> {
    let built_in = BuiltIn::ALL.iter().map(|built_in| built_in.name());
    let ops = slots.ops.iter().map(|op| op.name.as_ref());
    built_in.chain(ops).filter(|name| !table.instructions.iter().any(|row| row.mnemonic == *name)).collect()
}

/// What the instruction of slot form, or the fusion, of that name does.
pub(super) fn explain(table: &Table, slots: &SlotTable, name: &str) -> Option<String> {
    if let Some(fusion) = table.fusions.iter().find(|fusion| fusion.name == name || fusion.mnemonic == name) {
        return Some(explain_fusion(table, slots, fusion));
    }
    if let Some(built_in) = BuiltIn::ALL.into_iter().find(|built_in| built_in.name() == name) {
        return Some(format!("{name}, an instruction of slot form\n\n{}\n", built_in.doc()));
    }
    let op = slots.ops.iter().find(|op| op.name == name)?;
    match op.fusion.and_then(|fusion| table.fusions.get(fusion)) {
        Some(fusion) => Some(explain_fusion(table, slots, fusion)),
        None => explain_form(table, op),
    }
}

fn explain_fusion(table: &Table, slots: &SlotTable, fusion: &FusionInfo) -> String {
    let mut text = format!("{}, the fusion `{}`\n\nRuns these instructions as one:\n\n", fusion.mnemonic, fusion.name);
    for line in fusion.pattern {
        // Writing to a `String` cannot fail, here and below.
        let _ = match line {
            PatternLine::Label(label) => writeln!(text, "  label{label}:"),
            PatternLine::Row(row, operands) => {
                let mnemonic = table.instructions.get(*row).map_or("?", |row| row.mnemonic);
                let operands: Vec<String> = operands.iter().map(operand).collect();
                writeln!(text, "{}", format!("      {mnemonic} {}", operands.join(" ")).trim_end())
            }
        };
    }
    let index = table.fusions.iter().position(|other| other.name == fusion.name);
    let forms: Vec<&str> =
        slots.ops.iter().filter(|op| op.fusion.is_some() && op.fusion == index).map(|op| &*op.name).collect();
    if !forms.is_empty() {
        let _ = writeln!(text, "\nin slot form: {}", forms.join(", "));
        if forms.iter().any(|form| form.contains("_of_")) {
            text.push_str("\nWhat ends in `_of_` and kinds is for places where those of its inputs are known, `_but_one` but for one.\n");
        }
    }
    text
}

/// An operand of a pattern: equal letters are equal operands.
fn operand(operand: &LineOperand) -> String {
    match operand {
        LineOperand::Variable(number) => {
            let letter =
                u8::try_from(*number).ok().filter(|number| *number < 26).map(|number| char::from(b'a' + number));
            letter.map_or_else(|| format!("x{number}"), String::from)
        }
        LineOperand::Number(value) => value.to_string(),
        LineOperand::Label(label) => format!("label{label}"),
    }
}

/// A row with a constant among its inputs.
fn explain_form(table: &Table, op: &SlotOp) -> Option<String> {
    let part = op.parts.first()?;
    let row = table.instructions.get(part.row?)?;
    let constants: Vec<String> = row
        .inputs
        .iter()
        .zip(part.inputs.iter())
        .filter_map(|(input, from)| match from {
            PartInput::Number(field) => Some((input.name, op.fields.get(*field)?)),
            _ => None,
        })
        .map(|(name, field)| match field {
            Field::Int16 => format!("`{name}` is an int of 16 bits"),
            Field::Number(Kind::Int) => format!("`{name}` is an int"),
            _ => format!("`{name}` is a {}", field.number().and_then(|ty| ty.single()).map_or("number", Kind::noun)),
        })
        .collect();
    let mut how = if constants.is_empty() {
        String::new()
    } else {
        format!(", where {} that stands in the code", constants.join(" and "))
    };
    let kinds = row.inputs.iter().zip(part.kinds.iter());
    let kinds: Vec<String> = kinds
        .filter_map(|(input, kind)| kind.map(|kind| format!("`{}` is of kind {}", input.name, kind.name())))
        .collect();
    if !kinds.is_empty() {
        how.push_str(&format!(", for places where it is known that {}", kinds.join(" and ")));
    }
    let mnemonic = row.mnemonic;
    Some(format!(
        "{}, an instruction of slot form\n\nRuns `{mnemonic}`{how}. `{} explain {mnemonic}` says more.\n",
        op.name,
        program()
    ))
}
