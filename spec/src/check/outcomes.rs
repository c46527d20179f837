//! Values and outcomes, as examples write them.

use super::table::Table;
use crate::model::{Instruction, Literal, Outcome, Trap};
use opforge_core::Scalar;

/// A value as an example writes it.
pub(crate) fn words(value: &Literal) -> String {
    match value {
        Literal::Scalar(Scalar::Float(float)) if float.is_nan() => "nan".to_owned(),
        Literal::Scalar(scalar) => scalar.to_string(),
        Literal::Text(text) => format!("{text:?}"),
    }
}

/// Values as an example writes them.
pub(super) fn list(values: &[Literal]) -> String {
    values.iter().map(words).collect::<Vec<_>>().join(" ")
}

/// The outcomes that a row can have, as an example writes them.
pub(crate) fn outcomes(row: &Instruction, table: &Table<'_>) -> String {
    let mut all = Vec::new();
    if row.flow.next && row.outputs.is_empty() {
        all.push("`=> next`".to_owned());
    } else if row.flow.next {
        all.push(format!("`=> {}`", vec!["1"; row.outputs.len()].join(" ")));
    }
    all.extend(row.flow.jumps.iter().map(|operand| format!("`=> jump {}`", row.operands[*operand].name)));
    all.extend(row.flow.returns.then(|| "`=> return 1`".to_owned()));
    all.extend(row.flow.raises.then(|| "`=> raise 1`".to_owned()));
    all.extend(row.traps.iter().map(|trap| format!("`=> trap {}`", table.catalogue.traps[trap.0].name)));
    all.join(", ")
}

/// An outcome as an example writes it.
pub(super) fn outcome_words(outcome: &Outcome, row: &Instruction, traps: &[Trap]) -> String {
    match outcome {
        Outcome::Next(values) if values.is_empty() => "next".to_owned(),
        Outcome::Next(values) => list(values),
        Outcome::Jump(operand, values) => {
            format!("jump {} {}", row.operands[*operand].name, list(values)).trim_end().to_owned()
        }
        Outcome::Trap(trap) => format!("trap {}", traps[trap.0].name),
        Outcome::Return(value) => format!("return {}", words(value)),
        Outcome::Raise(value) => format!("raise {}", words(value)),
    }
}
