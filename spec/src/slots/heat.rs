//! Which instructions of slot form the fast engine's loop has arms for.

use super::row;
use crate::model::{Heat, Instruction};
use opforge_core::slot_form::SlotOp;

/// How many arms the loop has at most: instructions, their constant forms, and fusions.
pub const MAX_HOT: usize = 256;

/// What is declared about a row's place, by the table or by what it does.
pub(super) fn of(row: &Instruction) -> Option<Heat> {
    row.heat.or_else(|| row::is_rare(row).then_some(Heat::Cold))
}

/// Chooses: what is declared hot is in, then as many others, in their order, as there is room for.
pub(super) fn choose(ops: &mut [(Option<Heat>, SlotOp)]) {
    let declared = ops.iter().filter(|(heat, _)| *heat == Some(Heat::Hot)).count();
    let mut room = MAX_HOT.saturating_sub(declared);
    for (heat, op) in ops {
        op.cold = match heat {
            Some(Heat::Hot) => false,
            Some(Heat::Cold) => true,
            None => room == 0,
        };
        room -= usize::from(heat.is_none() && room > 0);
    }
}
