//! What examples of a row can say that happens.

use super::table::Table;
use crate::model::{DeclaredOperand, Instruction};
use opforge_core::OperandKind;

/// The outcomes that a row can have, as an example writes them.
pub(crate) fn outcomes(row: &Instruction, table: &Table<'_>) -> String {
    let mut all = Vec::new();
    if row.flow.next && row.outputs.is_empty() {
        all.push("`=> next`".to_owned());
    } else if row.flow.next {
        all.push(format!("`=> {}`", vec!["1"; row.outputs.len()].join(" ")));
    }
    all.extend(row.flow.jumps.iter().map(|operand| {
        let DeclaredOperand { name, kind } = &row.operands[*operand];
        format!("`=> jump {name}{}`", if *kind == OperandKind::Targets { "[0]" } else { "" })
    }));
    all.extend(row.flow.returns.then(|| "`=> return 1`".to_owned()));
    all.extend(row.flow.raises.then(|| "`=> raise 1`".to_owned()));
    all.extend(row.traps.iter().map(|trap| format!("`=> trap {}`", table.catalogue.traps[trap.0].name)));
    all.join(", ")
}
