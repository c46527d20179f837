//! The rewrites that lowering can use.

use crate::model::{Instruction, PatternOperand, PatternPart, Rewrite as Claim};
use opforge_core::slot_form::{Guarded, List, Rewrite, RewriteGuard, RewriteLine, RewriteOperand};
use opforge_core::{Operand, OperandKind};

/// The rewrite, if lowering can use it: of what globals hold nothing is known there.
pub(super) fn rewrite(instructions: &[Instruction], claim: &Claim) -> Option<Rewrite> {
    let mut variables = Vec::new();
    let from = lines(instructions, &claim.from, &mut variables)?;
    let to = lines(instructions, &claim.to, &mut variables)?;
    let when = claim.when.iter().map(|(name, ty)| {
        let of = guarded(instructions, claim, name, &variables)?;
        Some(RewriteGuard { of, ty: *ty })
    });
    let when = when.collect::<Option<_>>()?;
    Some(Rewrite { from, to, variables: variables.len(), when })
}

/// What a condition on that name is about.
fn guarded(instructions: &[Instruction], claim: &Claim, name: &str, variables: &[&str]) -> Option<Guarded> {
    let PatternPart::Instruction(first, _) = claim.from.first()? else { return None };
    if let Some(input) = instructions[first.0].inputs.iter().position(|input| input.name == name) {
        return Some(Guarded::Input(input));
    }
    let is_local = claim.from.iter().any(|part| {
        let PatternPart::Instruction(row, operands) = part else { return false };
        let kinds = instructions[row.0].operands.iter().map(|operand| operand.kind);
        kinds.zip(operands).any(|(kind, operand)| {
            kind == OperandKind::Local && matches!(operand, PatternOperand::Variable(known) if known == name)
        })
    });
    let variable = variables.iter().position(|variable| *variable == name)?;
    is_local.then_some(Guarded::Local(variable))
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
