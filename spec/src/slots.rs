//! The slot form of a table, derived from its checked rows: see [`opforge_core::slot_form`].
//!
//! Each row either only tells folding where values are (it reads or writes a local, pushes a constant, moves values
//! about), or is one or more instructions of slot form. A fusion is an instruction of several parts: its pattern, folded
//! as functions are folded at run time. Nothing of slot form is written in a table.

mod row;
mod constants;
mod lines;
mod depths;
mod walk;
mod parts;
mod fusion;
mod rewrite;
mod unused;
mod shadowed;
mod computed;
mod heat;
mod types;
mod typed;

use crate::mnemonic::mnemonic;
use crate::model::{Body, Fusion, Heat, Instruction, InstructionSet, Primitive, Rewrite};
use crate::nearest::nearest;
pub use computed::only_computes;
use heat::{Candidate, Claim};
pub use heat::{MAX_HOT, Why};
pub(crate) use lines::{NotFusible, Place};
use opforge_core::slot_form::{List, RowCase, RowForm, SlotOp, SlotPart, SlotTable};
pub use row::is_tried;
use std::collections::{BTreeMap, BTreeSet};
pub use typed::{MAX_TYPED, sure_cases};
use unused::Rewrites;
pub(crate) use unused::Unused;

/// The slot form of a checked table.
pub fn slot_table(set: &InstructionSet) -> SlotTable {
    let rows = row_forms(set.instructions(), set.primitives());
    let cases = row_cases(set);
    let (ops, hot) = slot_ops(candidates(set, &rows, &cases), set.counts());
    let rewrites: List<_> = set.rewrites().iter().filter_map(|row| rewrite::rewrite(set.instructions(), row)).collect();
    SlotTable { rows: rows.into(), cases, ops: ops.into(), hot, rewrites }
}

/// Whether the row only tells folding where values are: it reads a local, pushes a constant or moves values about.
pub(crate) fn only_moves(primitives: &[Primitive], row: &Instruction) -> bool {
    // A sequence never is such a row, and only for one are other instructions looked at.
    !matches!(row.body, Body::Seq(_))
        && matches!(row::form(&[], primitives, row), RowForm::GetLocal(_) | RowForm::Constant(_) | RowForm::Shuffle(_))
}

fn row_cases(set: &InstructionSet) -> List<List<RowCase>> {
    set.instructions().iter().map(|row| types::cases(set.primitives(), row).into()).collect()
}

fn row_forms(instructions: &[Instruction], primitives: &[Primitive]) -> Vec<RowForm> {
    instructions.iter().map(|row| row::form(instructions, primitives, row)).collect()
}

/// The instructions of slot form, and how many of them are hot; those come first.
fn slot_ops(mut candidates: Vec<Candidate>, counts: &BTreeMap<String, u64>) -> (Vec<SlotOp>, usize) {
    heat::choose(&mut candidates);
    let typed: Vec<SlotOp> = typed::by_turn(&candidates, counts).into_iter().take(MAX_TYPED).cloned().collect();
    let mut ops: Vec<SlotOp> = candidates.into_iter().map(|candidate| candidate.op).collect();
    ops.extend(typed);
    // Stable: otherwise by opcode, then in the order of the fusions, typed forms last.
    ops.sort_by_key(|op| op.cold);
    let hot = ops.iter().filter(|op| !op.cold).count();
    (ops, hot)
}

/// All that slot form could have an instruction for, each with a name of its own, and how often it ran.
fn candidates(set: &InstructionSet, rows: &[RowForm], cases: &[List<RowCase>]) -> Vec<Candidate> {
    let (instructions, fusions) = (set.instructions(), set.fusions());
    let with_forms = |(claim, op)| Candidate { typed: typed::forms(cases, &op), op, claim, count: 0 };
    let mut candidates: Vec<Candidate> = claimed(instructions, rows, fusions).into_iter().map(with_forms).collect();
    tell_apart(instructions, fusions, &mut candidates);
    candidates.iter_mut().for_each(|candidate| candidate.note(set.counts()));
    candidates
}

/// Gives each instruction a name of its own: those of rows and fusions stay, of others that are called the same the later ones
/// get a number.
fn tell_apart(instructions: &[Instruction], fusions: &[Fusion], candidates: &mut [Candidate]) {
    let is_plain = |op: &SlotOp| {
        let own = match (op.fusion, &*op.parts) {
            (Some(fusion), _) => mnemonic(&fusions[fusion].name),
            (None, [SlotPart { row: Some(row), .. }]) => instructions[*row].mnemonic.clone(),
            (None, _) => return false,
        };
        op.name == own && !op.is_typed()
    };
    let (mut ops, mut typed): (Vec<&mut SlotOp>, Vec<&mut SlotOp>) = (Vec::new(), Vec::new());
    for candidate in candidates {
        ops.push(&mut candidate.op);
        typed.extend(&mut candidate.typed);
    }
    typed.sort_by_key(|op| typed::rank(op));
    ops.extend(typed);
    let plain: Vec<bool> = ops.iter().map(|op| is_plain(op)).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for wanted in [true, false] {
        for (op, _) in ops.iter_mut().zip(&plain).filter(|(_, plain)| **plain == wanted) {
            let free = |name: &String| !taken.contains(name);
            let numbered = (2..).map(|number| format!("{}_{number}", op.name));
            let name = std::iter::once(op.name.to_string()).chain(numbered).find(free).unwrap_or_default();
            taken.insert(name.clone());
            op.name = name.into();
        }
    }
}

/// The instructions of slot form, rows by opcode, then fusions, and what decides the place of each.
fn claimed(instructions: &[Instruction], rows: &[RowForm], fusions: &[Fusion]) -> Vec<(Option<Claim>, SlotOp)> {
    let mut ops = Vec::new();
    for (index, form) in rows.iter().enumerate() {
        if let RowForm::Runs(_) = form {
            let op = row::slot_op(&instructions[index], index);
            let claim = heat::claim(&instructions[index]);
            ops.extend(constants::with_constants(instructions, op).into_iter().map(|op| (claim, op)));
        }
    }
    for (index, fusion) in fusions.iter().enumerate() {
        // The checker refuses a fusion that is no instruction.
        if let Ok(op) = fusion::slot_op(instructions, rows, fusion, index) {
            let claim = fusion.heat.map(Claim::Declared);
            ops.extend(constants::with_constants(instructions, op).into_iter().map(|op| (claim, op)));
        }
    }
    ops
}

/// For each fusion, why it cannot be an instruction of slot form that code is ever made of, if it cannot.
pub(crate) fn check_fusions(
    instructions: &[Instruction],
    primitives: &[Primitive],
    fusions: &[Fusion],
    rewrites: &[Rewrite],
) -> Vec<Option<NotFusible>> {
    let rows = row_forms(instructions, primitives);
    let made: Vec<_> =
        fusions.iter().enumerate().map(|(index, fusion)| fusion::slot_op(instructions, &rows, fusion, index)).collect();
    let ops: Vec<Option<&SlotOp>> = made.iter().map(|made| made.as_ref().ok()).collect();
    let shadows = |index: usize, op: &SlotOp| {
        let computed = computed::in_pattern(instructions, primitives, &rows, &fusions[index], op);
        let rewritten = shadowed::by_rewrite(instructions, &fusions[index], rewrites);
        computed.or(rewritten).or_else(|| shadowed::by_fusion(instructions, &ops, fusions, index))
    };
    (0..fusions.len())
        .map(|index| made[index].as_ref().map_or_else(|why| Some(why.clone()), |op| shadows(index, op)))
        .collect()
}

/// For each rewrite, why lowering never uses it, if it never does.
pub(crate) fn check_rewrites(
    instructions: &[Instruction],
    primitives: &[Primitive],
    claims: &[Rewrite],
) -> Vec<Option<Unused>> {
    let rows = row_forms(instructions, primitives);
    let rewrites = Rewrites::new(instructions, &rows, claims);
    (0..claims.len()).map(|index| rewrites.unused(index)).collect()
}

/// How many arms of the fast engine's loop are declared hot.
pub(crate) fn declared_hot(instructions: &[Instruction], primitives: &[Primitive], fusions: &[Fusion]) -> usize {
    let ops = claimed(instructions, &row_forms(instructions, primitives), fusions);
    ops.iter().filter(|(claim, _)| *claim == Some(Claim::Declared(Heat::Hot))).count()
}

/// How the room in the fast engine's loop was given away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoopRoom {
    /// What has no arm of its own, by opcode, then in the order of the fusions.
    pub kept_out: Vec<KeptOut>,
    /// The typed forms of what is in for which there is no room, by name; those that come nearest to it first.
    pub typed_out: Vec<String>,
    /// Names in the table's counts that slot form does not have.
    pub stale: Vec<StaleCount>,
}

/// An instruction of slot form that the loop has no arm for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptOut {
    /// Its name in slot form.
    pub name: String,
    /// How often it ran in the programs that the table is tuned for, in whichever of its forms; 0 if it was not counted.
    pub count: u64,
    /// Why.
    pub why: Why,
}

/// A name in a table's counts that slot form does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleCount {
    /// The name.
    pub name: String,
    /// The name that was probably meant.
    pub near: Option<String>,
}

/// How the room in the fast engine's loop was given away.
pub fn loop_room(set: &InstructionSet) -> LoopRoom {
    let mut candidates = candidates(set, &row_forms(set.instructions(), set.primitives()), &row_cases(set));
    heat::choose(&mut candidates);
    let kept_out = heat::kept_out(&candidates).map(|(Candidate { op, count, .. }, why)| KeptOut {
        name: op.name.to_string(),
        count: *count,
        why,
    });
    let ops = candidates.iter().flat_map(|candidate| std::iter::once(&candidate.op).chain(&candidate.typed));
    let known: BTreeSet<&str> = ops.map(|op| &*op.name).collect();
    let stale = set
        .counts()
        .keys()
        .filter(|name| !known.contains(name.as_str()))
        .map(|name| StaleCount { name: name.clone(), near: nearest(name, known.iter().copied()).map(str::to_owned) });
    let typed_out = typed::by_turn(&candidates, set.counts()).into_iter().skip(MAX_TYPED);
    let typed_out = typed_out.map(|form| form.name.to_string());
    LoopRoom { kept_out: kept_out.collect(), typed_out: typed_out.collect(), stale: stale.collect() }
}
