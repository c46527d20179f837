//! How often each instruction of slot form would have run, from how often those of stack form did.
//!
//! An instruction of slot form runs whenever the one of stack form does that it comes from, of a fusion its first part: nothing
//! else goes into the middle of it. Only that a loop goes on which is one instruction does not run it again.

use super::error::LowerError;
use super::index::SlotForm;
use super::lower::{MAX_CODE, lower};
use super::lowered::{Lowered, Round};
use super::lowering::Lowering;
use super::poll::Poll;
use super::word::Reader;
use opforge_bytecode::{InstructionSet, VerifiedModule};
use opforge_core::Pc;
use std::collections::BTreeMap;

/// How often the instructions of a function ran, in stack form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Executions {
    /// By position; of a function that is too long to have slot code nothing is noted.
    runs: Vec<u64>,
    /// Whether any ran.
    any: bool,
    /// Jumps that were taken back: from where to where.
    back: BTreeMap<(Pc, Pc), u64>,
}

/// How often instructions of slot form would have run, by name.
pub(crate) type SlotCounts = BTreeMap<&'static str, u64>;

impl Executions {
    /// Notes that the instruction at `pc` ran, of a function of so much code.
    pub(crate) fn ran(&mut self, pc: Pc, code_bytes: usize) {
        self.any = true;
        if self.runs.is_empty() && code_bytes <= MAX_CODE {
            self.runs.resize(code_bytes, 0);
        }
        if let Some(count) = self.runs.get_mut(pc.index()) {
            *count += 1;
        }
    }

    /// Notes that a jump was taken back.
    pub(crate) fn jumped_back(&mut self, from: Pc, to: Pc) {
        *self.back.entry((from, to)).or_default() += 1;
    }

    fn at(&self, pc: Pc) -> u64 {
        self.runs.get(pc.index()).copied().unwrap_or(0)
    }

    fn rounds(&self, round: &Round) -> u64 {
        let jumps = self.back.range((round.from, Pc(0))..(round.end, Pc(0)));
        jumps.filter(|((_, to), _)| *to == round.to).map(|(_, count)| count).sum()
    }
}

/// Adds to `counts` how often each instruction of the function's slot code would have run.
///
/// # Errors
/// Why there is no slot code: the reference engine runs the function then.
pub(crate) fn count<I: InstructionSet>(
    form: &SlotForm,
    (verified, function): (&VerifiedModule, usize),
    lowering: Lowering,
    executions: &Executions,
    counts: &mut SlotCounts,
) -> Result<(), LowerError> {
    if !executions.any {
        return Ok(());
    }
    let code = lower::<I>(form, verified, function, lowering, &Poll::never())?;
    add(form, &code, executions, counts);
    Ok(())
}

fn add(form: &SlotForm, code: &Lowered, executions: &Executions, counts: &mut SlotCounts) {
    for origin in &code.origins {
        let reader = Reader::new(&code.words, origin.word);
        let op = reader.code().and_then(|code| form.table().op(code, reader.field(0).unwrap_or(0)));
        // What every table has is no choice of this one.
        let Some(op) = op else { continue };
        let first = code.rounds.partition_point(|round| round.word < origin.word);
        let own = code.rounds[first..].iter().take_while(|round| round.word == origin.word);
        let rounds: u64 = own.map(|round| executions.rounds(round)).sum();
        let runs = executions.at(origin.pc).saturating_sub(rounds);
        if runs > 0 {
            *counts.entry(&op.name).or_default() += runs;
        }
    }
}
