//! The code of a function as its instructions, and where its blocks begin.

use super::instructions::Leader;
use opforge_bytecode::metadata::InstructionInfo;
use opforge_bytecode::{Analysis, Function, FunctionFacts, InstructionSet, Operand};
use opforge_core::Pc;
use opforge_core::slot_form::{RowForm, Runs, SlotTable};

/// The instructions of a function that are reached, decoded.
pub(super) struct Decoded {
    pub(super) list: Vec<DecodedOp>,
    operands: Vec<Operand>,
}

/// An instruction of stack form.
#[derive(Clone, Copy)]
pub(super) struct DecodedOp {
    /// Index among all instructions of the function.
    pub(super) at: u32,
    pub(super) pc: Pc,
    pub(super) row: u32,
    first: u32,
    count: u32,
}

impl Decoded {
    /// `None` if the code is not what was analysed.
    pub(super) fn new<I: InstructionSet>(function: &Function, analysis: &Analysis) -> Option<Self> {
        let mut decoded = Self { list: Vec::new(), operands: Vec::new() };
        for (at, pc) in analysis.reached() {
            let (op, _) = I::decode(&function.code, pc.index()).ok()?;
            let first = decoded.operands.len();
            I::append_operands(&op, &mut decoded.operands);
            decoded.list.push(DecodedOp {
                at,
                pc,
                row: u32::try_from(I::instruction(&op)).ok()?,
                first: u32::try_from(first).ok()?,
                count: u32::try_from(decoded.operands.len() - first).ok()?,
            });
        }
        Some(decoded)
    }

    pub(super) fn operands(&self, op: DecodedOp) -> &[Operand] {
        let first = op.first as usize;
        self.operands.get(first..first + op.count as usize).unwrap_or_default()
    }

    /// Where blocks begin, by instruction; after the last one come the exits.
    pub(super) fn leaders(
        &self,
        facts: &FunctionFacts,
        function: &Function,
        analysis: &Analysis,
        rows: &[InstructionInfo],
        table: &SlotTable,
    ) -> Vec<Option<Leader>> {
        let exits = facts.entry().exits as usize;
        let mut leaders: Vec<Option<Leader>> = vec![None; analysis.count() + exits];
        let mut lead = |at: Option<u32>, jumps: u32, entry: bool| {
            if let Some(leader) = at.and_then(|at| leaders.get_mut(at as usize)) {
                let leader = leader.get_or_insert_default();
                leader.jumps += jumps;
                leader.entry |= entry;
            }
        };
        lead(Some(0), 0, true);
        for op in &self.list {
            let row = &rows[op.row as usize];
            for (_, target) in row.targets(self.operands(*op), &function.target_lists) {
                lead(place(target, function, analysis), 1, false);
            }
            let pauses = matches!(table.rows.get(op.row as usize), Some(RowForm::Runs(Runs { steps: true, .. })));
            let ends = !row.jumps.is_empty() || !row.falls_through || row.enters.is_some() || pauses;
            if ends {
                lead(Some(op.at + 1), 0, row.enters.is_some() || pauses);
            }
        }
        for region in &function.regions {
            lead(analysis.instruction(Pc(region.start)), 0, false);
            lead(place(Pc(region.end), function, analysis), 0, false);
            lead(analysis.instruction(Pc(region.target)), 0, true);
        }
        (0..exits).for_each(|exit| lead(Some((analysis.count() + exit) as u32), 0, true));
        leaders
    }
}

/// The instruction at `pc`, or the exit that it denotes.
fn place(pc: Pc, function: &Function, analysis: &Analysis) -> Option<u32> {
    let after = pc.index().checked_sub(function.code.len());
    match after {
        Some(exit) => u32::try_from(analysis.count() + exit).ok(),
        None => analysis.instruction(pc),
    }
}
