//! Rewrites: sequences of rows are replaced by equal ones, block by block, until none is left that can be.
//!
//! A row of what is put there may trap. What is seen then is the state that the rows written down would have left: their
//! position, and their stack, which is told from what is on the stack instead (see [`Moves`]).

use super::index::SlotForm;
use super::instructions::Constant;
use super::types::{Known, Rules};
use opforge_bytecode::Operand;
use opforge_bytecode::metadata::InstructionInfo;
use opforge_core::Pc;
use opforge_core::fold::Source;
use opforge_core::moves::Moves;
use opforge_core::slot_form::{Guarded, Rewrite, RewriteGuard, RewriteLine, RewriteOperand, RowForm};

/// A row of a block, with its operands.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) row: usize,
    pub(super) operands: Vec<Operand>,
    /// The position in stack form that it comes from.
    pub(super) pc: Pc,
    /// What is seen when it traps, if that is not the stack as it finds it.
    pub(super) seen: Option<Box<Seen>>,
}

/// What the stack is like when a row traps, and where that is said to be.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) pc: Pc,
    /// Made of the stack that the row finds.
    pub(super) stack: Moves<Source<Constant>>,
}

/// What rewriting needs to know of the place where it is done.
pub(super) struct Rewriter<'a> {
    pub(super) form: &'a SlotForm,
    pub(super) rows: &'static [InstructionInfo],
    pub(super) pushed: &'a Pushed<'a>,
    /// How deep the stack is where the block begins, how deep it may become, and below which depth it must not be moved about.
    pub(super) start: usize,
    pub(super) most: usize,
    pub(super) pinned: usize,
    /// What is known of types there.
    pub(super) rules: Rules<'a>,
    pub(super) known: &'a Known,
}

/// What is known of types in a block that is being rewritten, behind the steps that are done. It is followed only where a
/// condition asks.
struct Here {
    /// What is known behind so many steps; the first is the start of the block.
    marks: Vec<(usize, Known)>,
    /// The same, of the place that was asked for last.
    last: (usize, Known),
}

/// What is known is noted after so many steps.
const STEPS_BETWEEN_MARKS: usize = 64;

impl Here {
    fn new(known: &Known) -> Self {
        Self { marks: vec![(0, known.clone())], last: (0, known.clone()) }
    }

    /// Steps behind these are other ones now.
    fn forget(&mut self, done: usize) {
        self.marks.retain(|(behind, _)| *behind <= done);
        if self.last.0 > done
            && let Some(mark) = self.marks.last()
        {
            self.last.clone_from(mark);
        }
    }

    /// What is known behind these steps; nothing where an operand is not what its row has.
    fn behind(&mut self, done: &[Step], rules: Rules<'_>) -> &Known {
        let (behind, known) = &mut self.last;
        for step in done.get(*behind..).unwrap_or_default() {
            if rules.row(known, step.row, &step.operands, None).is_none() {
                *known = Known::nothing();
            }
            *behind += 1;
            if behind.is_multiple_of(STEPS_BETWEEN_MARKS) {
                self.marks.push((*behind, known.clone()));
            }
        }
        known
    }
}

/// What a row with these operands pushes that only says where a value is; `None` of a constant that is not there.
pub(super) type Pushed<'a> = dyn Fn(&RowForm, &[Operand]) -> Option<Source<Constant>> + 'a;

/// For each row of a block, so many rewrites are made at most: each lowers a measure, but some by little.
const MAX_EACH: usize = 64;

impl Rewriter<'_> {
    /// Rewrites a block until nothing can be rewritten: from its first row on, the longest first, and again from just before
    /// what was replaced.
    pub(super) fn rewrite(&self, steps: Vec<Step>) -> Vec<Step> {
        let mut left = steps.len().saturating_mul(MAX_EACH);
        let mut rest = steps;
        rest.reverse();
        let mut done: Vec<Step> = Vec::with_capacity(rest.len());
        let mut depth = self.start;
        let mut here = Here::new(self.known);
        while let Some(next) = rest.last() {
            match self.found(&rest, &done, depth, &mut here).filter(|_| left > 0) {
                Some((taken, replacement)) => {
                    left -= 1;
                    rest.truncate(rest.len() - taken);
                    rest.extend(replacement.into_iter().rev());
                    for _ in 1..self.form.longest_rewrite() {
                        let Some(step) = done.pop() else { break };
                        depth = self.depth_before(&step, depth);
                        rest.push(step);
                    }
                    here.forget(done.len());
                }
                None => {
                    depth = self.depth_after(next, depth);
                    done.extend(rest.pop());
                }
            }
        }
        done
    }

    fn depth_after(&self, step: &Step, depth: usize) -> usize {
        self.rows
            .get(step.row)
            .map_or(depth, |row| (depth + row.pushes() as usize).saturating_sub(row.pops(&step.operands) as usize))
    }

    fn depth_before(&self, step: &Step, depth: usize) -> usize {
        self.rows
            .get(step.row)
            .map_or(depth, |row| (depth + row.pops(&step.operands) as usize).saturating_sub(row.pushes() as usize))
    }

    /// The rewrite of what comes next, the last of `rest` first: how many steps it takes, and what it puts there.
    fn found(&self, rest: &[Step], done: &[Step], depth: usize, here: &mut Here) -> Option<(usize, Vec<Step>)> {
        let first = rest.last()?.row;
        self.form.rewrites(first).iter().find_map(|rewrite| {
            let start = rest.len().checked_sub(rewrite.from.len())?;
            let mut from: Vec<&Step> = rest.get(start..)?.iter().collect();
            from.reverse();
            let variables = matched(rewrite, &from)?;
            if !rewrite.when.is_empty() {
                let known = here.behind(done, self.rules);
                rewrite.when.iter().all(|guard| self.holds(guard, first, &variables, known)).then_some(())?;
            }
            let to = self.replacement(rewrite, &variables, &from, depth)?;
            Some((from.len(), to))
        })
    }

    /// Whether a condition is known to hold.
    fn holds(&self, guard: &RewriteGuard, first: usize, variables: &[Option<Operand>], known: &Known) -> bool {
        let ty = match guard.of {
            Guarded::Input(input) => self.rows.get(first).and_then(|row| known.top(row.inputs.len()).nth(input)),
            Guarded::Local(variable) => match variables.get(variable) {
                Some(Some(Operand::Index(local))) => u16::try_from(*local).ok().map(|local| known.local_type(local)),
                _ => None,
            },
        };
        ty.is_some_and(|ty| guard.ty.contains(ty))
    }

    fn replacement(
        &self,
        rewrite: &Rewrite,
        variables: &[Option<Operand>],
        from: &[&Step],
        depth: usize,
    ) -> Option<Vec<Step>> {
        let (first, last) = (from.first()?.pc, from.last()?.pc);
        let (at, mut stack) = self.moved(from.iter().copied())?;
        let mut to = Vec::with_capacity(rewrite.to.len());
        for line in rewrite.to.iter() {
            let operands = line.operands.iter().map(|operand| given(operand, variables)).collect::<Option<_>>()?;
            to.push(Step { row: line.row, operands, pc: last, seen: None });
        }
        self.has_room(&to, depth).then_some(())?;
        let (runs, there) = self.moved(&to)?;
        let (trapping, step) = match (from.get(at), to.get_mut(runs)) {
            (Some(trapping), Some(step)) => (trapping, step),
            // Nothing can trap on one of the sides, and so on none.
            _ => return Some(to),
        };
        let mut pc = trapping.pc;
        if let Some(seen) = &trapping.seen {
            stack.then(&seen.stack);
            pc = seen.pc;
        }
        // A handler's values stay at home throughout.
        let reached = stack.dropped().max(there.dropped());
        (stack == there || depth.checked_sub(reached)? >= self.pinned).then_some(())?;
        let stack = stack.after(there)?;
        (step.pc, step.seen) = (pc, Some(Box::new(Seen { pc, stack })));
        to[..runs].iter_mut().for_each(|step| step.pc = first);
        Some(to)
    }

    /// How many rows only say where values are before the first that does something, and what they make of the stack.
    fn moved<'s>(&self, steps: impl IntoIterator<Item = &'s Step>) -> Option<(usize, Moves<Source<Constant>>)> {
        let mut moves = Moves::default();
        let mut count = 0;
        for step in steps {
            let form = self.form.row(step.row)?;
            match form {
                RowForm::Shuffle(outputs) => moves.shuffle(self.rows.get(step.row)?.inputs.len(), outputs),
                RowForm::GetLocal(_) | RowForm::Constant(_) => moves.push((self.pushed)(form, &step.operands)?),
                RowForm::SetLocal(_) | RowForm::Sequence(_) | RowForm::Runs(_) => break,
            }
            count += 1;
        }
        Some((count, moves))
    }

    /// Whether the frame has the room that the steps need from `depth` on.
    fn has_room(&self, steps: &[Step], mut depth: usize) -> bool {
        steps.iter().all(|step| {
            let Some(row) = self.rows.get(step.row) else { return false };
            let during = depth + row.peak as usize;
            let pushed = (depth + row.most_pushed() as usize).saturating_sub(row.pops(&step.operands) as usize);
            depth = self.depth_after(step, depth);
            during.max(pushed) <= self.most
        })
    }
}

/// What the variables of a rewrite stand for, if the steps are what it replaces.
fn matched(rewrite: &Rewrite, steps: &[&Step]) -> Option<Vec<Option<Operand>>> {
    let mut variables: Vec<Option<Operand>> = vec![None; rewrite.variables];
    for (line, step) in rewrite.from.iter().zip(steps) {
        line_matches(line, step, &mut variables).then_some(())?;
    }
    Some(variables)
}

fn line_matches(line: &RewriteLine, step: &Step, variables: &mut [Option<Operand>]) -> bool {
    line.row == step.row
        && line.operands.iter().zip(&step.operands).all(|(wanted, found)| match wanted {
            RewriteOperand::Literal(literal) => literal == found,
            RewriteOperand::Variable(variable) => {
                variables.get_mut(*variable).is_some_and(|known| *known.get_or_insert(*found) == *found)
            }
        })
}

fn given(operand: &RewriteOperand, variables: &[Option<Operand>]) -> Option<Operand> {
    match operand {
        RewriteOperand::Literal(literal) => Some(*literal),
        RewriteOperand::Variable(variable) => variables.get(*variable).copied().flatten(),
    }
}
