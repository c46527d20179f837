//! The rewrites that lowering can use.

use crate::model::{Instruction, PatternOperand, PatternPart, Rewrite as Claim};
use opforge_core::Operand;
use opforge_core::slot_form::{List, Rewrite, RewriteLine, RewriteOperand};

/// The rewrite, if lowering can use it. Nothing is known of types there, so `when` is never met.
pub(super) fn rewrite(instructions: &[Instruction], claim: &Claim) -> Option<Rewrite> {
    let mut variables = Vec::new();
    let from = lines(instructions, &claim.from, &mut variables)?;
    let to = lines(instructions, &claim.to, &mut variables)?;
    claim.when.is_empty().then_some(Rewrite { from, to, variables: variables.len() })
}

/// The lines of a side; `variables` are the names that stand for operands, in order.
pub(super) fn lines<'a>(
    instructions: &[Instruction],
    pattern: &'a [PatternPart],
    variables: &mut Vec<&'a str>,
) -> Option<List<RewriteLine>> {
    let line = |part: &'a PatternPart| {
        // The checker refuses labels in a rewrite: it is straight.
        let PatternPart::Instruction(row, operands) = part else { return None };
        let kinds = instructions[row.0].operands.iter().map(|operand| operand.kind);
        let operands = kinds.zip(operands).map(|(kind, operand)| match operand {
            PatternOperand::Variable(name) => {
                let known = variables.iter().position(|variable| variable == name);
                Some(RewriteOperand::Variable(known.unwrap_or_else(|| {
                    variables.push(name);
                    variables.len() - 1
                })))
            }
            PatternOperand::Literal(value) => Some(RewriteOperand::Literal(Operand::of_kind(kind, *value)?)),
            PatternOperand::Label(_) => None,
        });
        Some(RewriteLine { row: row.0, operands: operands.collect::<Option<_>>()? })
    };
    pattern.iter().map(line).collect()
}
