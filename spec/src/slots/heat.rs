//! Which instructions of slot form the fast engine's loop has arms for, and why the others have none.

use super::row;
use crate::model::{Heat, Instruction};
use opforge_core::slot_form::SlotOp;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many arms the loop has at most: instructions, their constant forms, and fusions.
pub const MAX_HOT: usize = 256;

/// An instruction that the loop may have an arm for.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) op: SlotOp,
    /// Its forms for inputs of known kinds.
    pub(super) typed: Vec<SlotOp>,
    pub(super) claim: Option<Claim>,
    /// How often it ran, in whichever of its forms.
    pub(super) count: u64,
}

/// What decides the place of an instruction before all else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// The table says so.
    Declared(Heat),
    /// What it does is seldom done, or takes long anyway.
    Rare,
}

/// Why the loop has no arm for an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The table declares it cold.
    Declared,
    /// It prints, opens scopes or calls a handler, and nothing declares it hot.
    Rare,
    /// There is no room, and what has an arm ran more often.
    Count,
    /// There is no room, and what has an arm stands before it.
    Order,
}

/// What decides a row's place.
pub(super) fn claim(row: &Instruction) -> Option<Claim> {
    row.heat.map(Claim::Declared).or_else(|| row::is_rare(row).then_some(Claim::Rare))
}

impl Candidate {
    /// Notes how often it ran: what ran in a typed form would have run in the plain one if there were no other.
    pub(super) fn note(&mut self, counts: &BTreeMap<String, u64>) {
        let ops = std::iter::once(&self.op).chain(&self.typed);
        let counted = ops.filter_map(|op| counts.get(&*op.name));
        self.count = counted.fold(0, |sum, count| sum.saturating_add(*count));
    }
}

/// Chooses: what is declared hot is in, then of the others those that ran most often, equally often in their order, as long
/// as there is room.
pub(super) fn choose(candidates: &mut [Candidate]) {
    let declared = candidates.iter().filter(|candidate| candidate.claim == Some(Claim::Declared(Heat::Hot))).count();
    let mut open: Vec<&mut SlotOp> = Vec::new();
    let mut order: Vec<&mut Candidate> = candidates.iter_mut().collect();
    // Stable.
    order.sort_by_key(|candidate| Reverse(candidate.count));
    for Candidate { op, claim, .. } in order {
        match claim {
            Some(Claim::Declared(heat)) => op.cold = *heat == Heat::Cold,
            Some(Claim::Rare) => op.cold = true,
            None => open.push(op),
        }
    }
    let room = MAX_HOT.saturating_sub(declared);
    for (place, op) in open.into_iter().enumerate() {
        op.cold = place >= room;
    }
}

/// Why each of the chosen that is kept out is so.
pub(super) fn kept_out(chosen: &[Candidate]) -> impl Iterator<Item = (&Candidate, Why)> {
    let open = chosen.iter().filter(|candidate| candidate.claim.is_none() && !candidate.op.cold);
    let least = open.map(|candidate| candidate.count).min().unwrap_or(0);
    chosen.iter().filter(|candidate| candidate.op.cold).map(move |candidate| {
        let why = match candidate.claim {
            Some(Claim::Declared(_)) => Why::Declared,
            Some(Claim::Rare) => Why::Rare,
            None if candidate.count < least => Why::Count,
            None => Why::Order,
        };
        (candidate, why)
    })
}
