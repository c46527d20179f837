//! Fusions that no code would ever be made of, since something else takes what they look for.
//!
//! Lowering first rewrites, then folds, then looks for the instructions with the most parts. Of those with the same rows it
//! tries the more special ones first (`SlotForm` in `opforge` puts them into that order), so that an instance of a general
//! fusion is found; one that is the same as another is not.

use super::constants::with_constants;
use super::lines::{NotFusible, Place};
use super::rewrite::rewrite;
use crate::model::{Fusion, Instruction, PatternOperand, PatternPart, Rewrite as Claim};
use opforge_core::Operand;
use opforge_core::slot_form::{Rewrite, RewriteOperand, SlotOp};

/// The rewrite that replaces a part of the pattern, whatever its names stand for.
pub(super) fn by_rewrite(set: &[Instruction], fusion: &Fusion, claims: &[Claim]) -> Option<NotFusible> {
    // One with conditions leaves the pattern where these are not known to hold.
    let always = claims.iter().enumerate().filter(|(_, claim)| claim.when.is_empty());
    let usable = always.filter_map(|(index, claim)| Some((index, rewrite(set, claim)?)));
    usable.into_iter().find_map(|(index, rewrite)| {
        let line = (0..fusion.pattern.len()).find(|line| replaces(set, &fusion.pattern[*line..], &rewrite))?;
        let name = &claims[index].name;
        Some(NotFusible {
            line,
            message: format!("`{}` is never used: rewrite `{name}` replaces what begins here", fusion.name),
            also: Some((Place::Rewrite(index), "is replaced by this, before anything is fused".into())),
            help: format!("write what `{name}` puts there, or remove one of the two"),
        })
    })
}

/// Whether the rewrite always matches the first lines.
fn replaces<'a>(set: &[Instruction], lines: &'a [PatternPart], rewrite: &Rewrite) -> bool {
    let mut variables: Vec<Option<&'a PatternOperand>> = vec![None; rewrite.variables];
    let last = rewrite.from.len().saturating_sub(1);
    rewrite.from.iter().enumerate().all(|(index, wanted)| {
        let Some(PatternPart::Instruction(row, operands)) = lines.get(index) else { return false };
        let row_matches = row.0 == wanted.row;
        // A block ends with it, and no rewrite goes beyond.
        let ends = index < last && !set[row.0].flow.jumps.is_empty();
        let kinds = set[row.0].operands.iter().map(|operand| operand.kind);
        row_matches
            && !ends
            && wanted.operands.iter().zip(kinds.zip(operands)).all(|(wanted, (kind, found))| match (wanted, found) {
                (RewriteOperand::Literal(literal), PatternOperand::Literal(value)) => {
                    Operand::of_kind(kind, *value) == Some(*literal)
                }
                (RewriteOperand::Literal(_), _) => false,
                (RewriteOperand::Variable(variable), found) => {
                    variables.get_mut(*variable).is_some_and(|known| *known.get_or_insert(found) == found)
                }
            })
    })
}

/// Another fusion that makes the same instruction, by itself or with a constant, and is tried before.
pub(super) fn by_fusion(
    set: &[Instruction],
    ops: &[Option<&SlotOp>],
    fusions: &[Fusion],
    index: usize,
) -> Option<NotFusible> {
    let own = ops.get(index).copied().flatten()?;
    let earlier = ops.iter().enumerate().take(index);
    let same = |op: &SlotOp| op.fields == own.fields && op.parts == own.parts;
    let (other, _) = earlier
        .filter_map(|(other, op)| Some((other, (*op)?)))
        .find(|(_, op)| with_constants(set, (*op).clone()).iter().any(same))?;
    let name = &fusions[other].name;
    Some(NotFusible {
        line: fusions[index].pattern.len().saturating_sub(1),
        message: format!("`{}` is never used: fusion `{name}` makes the same instruction", fusions[index].name),
        also: Some((Place::Fusion(other), "makes the same instruction".into())),
        help: format!("remove `Fuse(name: \"{}\", …)`", fusions[index].name),
    })
}
