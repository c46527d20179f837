//! What is known of the types of a frame's values: forward over the rows of a function, from constants, from what rows
//! give, and from what they have let pass.
//!
//! Sound for every engine, since it follows stack form: what is known at a place holds whenever a program is there, however
//! it came there. Nothing is known at the start of a function and of a handler.

use super::decoded::Decoded;
use super::error::LowerError;
use super::index::SlotForm;
use super::instructions::{Leader, index};
use super::poll::Poll;
use opforge_bytecode::metadata::{InstructionInfo, OutputInfo};
use opforge_bytecode::{Analysis, Constant, Function, Module, Operand};
use opforge_core::slot_form::{ConstantForm, RowCase, RowForm, SequenceOperand};
use opforge_core::{Effect, Kind, Pc, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What is known of the values of a frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The locals that something is known of, or was written to.
    locals: BTreeMap<u16, Local>,
    /// The topmost values, bottom first; of those below nothing is known.
    stack: Vec<Held>,
    /// The version of locals that are not listed.
    others: u64,
    /// The version that the next write makes.
    next: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Local {
    ty: Type,
    /// Changes with each write.
    version: u64,
}

/// A value on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    ty: Type,
    /// The local that it was read from, and its version then.
    from: Option<(u16, u64)>,
}

const ANYTHING: Held = Held { ty: Type::ANY, from: None };

impl Known {
    /// Nothing.
    pub(super) fn nothing() -> Self {
        Self { next: 1, ..Self::default() }
    }

    /// Whether anything is known of a type.
    pub(super) fn assumes(&self) -> bool {
        let mut types = self.locals.values().map(|local| local.ty).chain(self.stack.iter().map(|held| held.ty));
        types.any(|ty| ty != Type::ANY)
    }

    /// The types of the topmost values, bottom first.
    pub(super) fn top(&self, count: usize) -> impl Iterator<Item = Type> + '_ {
        let unknown = count.saturating_sub(self.stack.len());
        let known = self.stack.iter().skip((self.stack.len() + unknown).saturating_sub(count));
        std::iter::repeat_n(Type::ANY, unknown).chain(known.map(|held| held.ty))
    }

    /// The type of what a local holds.
    pub(super) fn local_type(&self, local: u16) -> Type {
        self.local(local).ty
    }

    fn local(&self, local: u16) -> Local {
        self.locals.get(&local).copied().unwrap_or(Local { ty: Type::ANY, version: self.others })
    }

    fn write(&mut self, local: u16, ty: Type) {
        self.locals.insert(local, Local { ty, version: self.next });
        self.next += 1;
    }

    /// Forgets all locals: any may have been written.
    fn forget(&mut self) {
        self.locals.clear();
        self.others = self.next;
        self.next += 1;
    }

    fn push(&mut self, ty: Type) {
        self.stack.push(Held { ty, from: None });
    }

    /// Drops the topmost values.
    fn drop(&mut self, count: usize) {
        self.stack.truncate(self.stack.len().saturating_sub(count));
    }

    /// Takes the topmost values, bottom first.
    fn pop(&mut self, count: usize) -> Vec<Held> {
        let first = self.stack.len().saturating_sub(count);
        let mut taken = vec![ANYTHING; count.saturating_sub(self.stack.len())];
        taken.extend(self.stack.drain(first..));
        taken
    }

    /// A value that was read from a local turned out to be of that type.
    fn learn(&mut self, held: Held, ty: Type) {
        let Some((local, version)) = held.from else { return };
        if self.local(local).version == version {
            self.locals.insert(local, Local { ty, version });
        }
    }

    /// How much there is to know.
    fn size(&self) -> usize {
        self.locals.len() + self.stack.len() + 1
    }

    /// Keeps what holds in both; whether that is less than before. What was read from where is forgotten.
    fn join(&mut self, other: &Known) -> bool {
        let mut less = false;
        self.locals.retain(|local, known| {
            let both = known.ty.union(other.local(*local).ty);
            less |= both != known.ty;
            known.ty = both;
            both != Type::ANY
        });
        let count = self.stack.len().min(other.stack.len());
        less |= self.stack.drain(..self.stack.len() - count).count() > 0;
        for (held, other) in self.stack.iter_mut().rev().zip(other.stack.iter().rev()) {
            let both = held.ty.union(other.ty);
            less |= both != held.ty;
            held.ty = both;
        }
        self.trim();
        less
    }

    /// Does without the lowest values of which nothing is known.
    fn trim(&mut self) {
        let known = self.stack.iter().position(|held| held.ty != Type::ANY).unwrap_or(self.stack.len());
        self.stack.drain(..known);
    }

    /// What is known at the start of a block that is reached with this.
    fn at_block(&self) -> Known {
        let mut known = Self { next: 1, ..Self::default() };
        let said = self.locals.iter().filter(|(_, known)| known.ty != Type::ANY);
        known.locals = said.map(|(local, known)| (*local, Local { ty: known.ty, version: 0 })).collect();
        known.stack = self.stack.iter().map(|held| Held { ty: held.ty, from: None }).collect();
        known.trim();
        known
    }
}

/// Told what is known at the places that a row may jump to, if anyone wants to know.
type Jumps<'j, 'f> = Option<&'j mut (dyn FnMut(Pc, &Rc<Known>) + 'f)>;

/// What rows do to what is known.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) form: &'a SlotForm,
    pub(super) rows: &'static [InstructionInfo],
    pub(super) module: &'a Module,
    /// The function's lists of targets.
    pub(super) lists: &'a [Vec<u32>],
}

impl Rules<'_> {
    /// What is known after a row if it continues with the next one; `jump` is told what is known where it may jump to.
    /// `None` if an operand is not what the row has.
    pub(super) fn row(
        &self,
        known: &mut Known,
        row: usize,
        operands: &[Operand],
        mut jump: Jumps<'_, '_>,
    ) -> Option<()> {
        match self.form.row(row)? {
            RowForm::GetLocal(operand) => {
                let index = index(operands, *operand)?;
                let Local { ty, version } = known.local(index);
                known.stack.push(Held { ty, from: Some((index, version)) });
            }
            RowForm::SetLocal(operand) => {
                let ty = known.stack.pop().unwrap_or(ANYTHING).ty;
                known.write(index(operands, *operand)?, ty);
            }
            RowForm::Shuffle(outputs) => {
                let taken = known.pop(self.rows.get(row)?.inputs.len());
                for output in outputs.iter() {
                    known.stack.push(*taken.get(usize::from(*output))?);
                }
            }
            RowForm::Constant(form) => known.push(self.constant(form, operands)?),
            RowForm::Sequence(parts) => {
                for part in parts.iter() {
                    let given = part.operands.iter().map(|operand| match operand {
                        SequenceOperand::Row(index) => operands.get(*index).copied(),
                        SequenceOperand::Literal(literal) => Some(*literal),
                    });
                    let given: Vec<Operand> = given.collect::<Option<_>>()?;
                    // The last alone may jump.
                    self.row(known, part.row, &given, jump.as_deref_mut())?;
                }
            }
            RowForm::Runs(_) => self.runs(known, row, operands, jump)?,
        }
        Some(())
    }

    fn runs(&self, known: &mut Known, row: usize, operands: &[Operand], jump: Jumps<'_, '_>) -> Option<()> {
        let info = self.rows.get(row)?;
        let mut taken = Vec::new();
        if info.inputs.iter().any(|input| input.count.is_some()) {
            known.drop(info.pops(operands) as usize);
        } else {
            taken = known.pop(info.inputs.len());
        }
        let types: Vec<Type> = taken.iter().map(|held| held.ty).collect();
        let fit = RowCase::fit(self.form.cases(row), &types);
        // What is no case of the row has trapped.
        for (held, ty) in taken.iter_mut().zip(fit.iter().flat_map(|fit| &fit.inputs)) {
            known.learn(*held, *ty);
            held.ty = *ty;
        }
        if info.effects.contains(&Effect::WritesLocals) {
            known.forget();
        }
        let passed = |output: &OutputInfo| output.passes.and_then(|input| taken.get(input)).copied();
        if let Some(jump) = jump {
            // The same at all targets of a list, of which there may be many.
            let mut last: Option<(usize, Rc<Known>)> = None;
            for (number, target) in info.targets(operands, self.lists) {
                let there = match last.take().filter(|(before, _)| *before == number) {
                    Some((_, there)) => there,
                    None => {
                        let mut there = known.clone();
                        let (_, outputs) = info.jumps.get(number)?;
                        there.stack.extend(outputs.iter().map(|output| passed(output).unwrap_or(ANYTHING)));
                        Rc::new(there)
                    }
                };
                jump(target, &there);
                last = Some((number, there));
            }
        }
        for (position, output) in info.outputs.iter().enumerate() {
            let computed = fit.as_ref().and_then(|fit| fit.outputs.get(position)).copied();
            let computed = Held { ty: computed.unwrap_or(Type::ANY), from: None };
            known.stack.push(passed(output).unwrap_or(computed));
        }
        Some(())
    }

    fn constant(&self, form: &ConstantForm, operands: &[Operand]) -> Option<Type> {
        Some(match form {
            ConstantForm::Literal(value) => value.ty(),
            ConstantForm::Operand(operand) => operands.get(*operand)?.scalar().ty(),
            ConstantForm::Pool(operand) => match self.module.constants.get(usize::from(index(operands, *operand)?))? {
                Constant::Scalar(value) => value.ty(),
                Constant::Text(_) => Type::of(Kind::Str),
            },
        })
    }
}

/// So much work for each row of a function is done to find out what is known where blocks begin, in rows and in values, and at
/// least [`MIN_WORK`]; where that does not suffice nothing is known there.
const MAX_WORK_PER_ROW: usize = 64;

/// See [`MAX_WORK_PER_ROW`].
const MIN_WORK: usize = 1 << 14;

/// What is known where the blocks of a function begin.
pub(super) struct Blocks {
    /// By the block's first instruction among all of the function.
    known: BTreeMap<u32, Known>,
}

impl Blocks {
    /// Where nothing is known.
    pub(super) fn unknown() -> Self {
        Self { known: BTreeMap::new() }
    }

    /// What is known where the block at `at` begins.
    pub(super) fn at(&self, at: u32) -> Known {
        self.known.get(&at).cloned().unwrap_or_else(Known::nothing)
    }

    /// Follows the function until nothing changes.
    pub(super) fn of(
        rules: Rules<'_>,
        function: &Function,
        analysis: &Analysis,
        decoded: &Decoded,
        leaders: &[Option<Leader>],
        poll: &Poll<'_>,
    ) -> Result<Self, LowerError> {
        let first = decoded.list.iter().enumerate().filter(|(_, op)| is_leader(leaders, op.at));
        let positions: BTreeMap<u32, usize> = first.map(|(position, op)| (op.at, position)).collect();
        // What else leads to these is not followed.
        let handlers = function.regions.iter().filter_map(|region| analysis.instruction(Pc(region.target)));
        let pinned: BTreeSet<u32> = handlers.chain([0]).collect();
        let mut known: BTreeMap<u32, Known> = BTreeMap::new();
        for at in &pinned {
            known.insert(*at, Known::nothing());
        }
        let mut waiting = pinned.clone();
        let most = MIN_WORK.max(decoded.list.len().saturating_mul(MAX_WORK_PER_ROW));
        let mut work = 0;
        while let Some(at) = waiting.pop_first() {
            let (Some(mut here), Some(position)) = (known.get(&at).cloned(), positions.get(&at)) else { continue };
            let mut arrivals: Vec<(u32, Rc<Known>)> = Vec::new();
            poll.work(here.size())?;
            work += here.size();
            let mut falls = None;
            for op in decoded.list.get(*position..).unwrap_or_default() {
                if op.at != at && is_leader(leaders, op.at) {
                    break;
                }
                let jumped = &mut |target: Pc, there: &Rc<Known>| {
                    arrivals.extend(analysis.instruction(target).map(|to| (to, Rc::clone(there))));
                };
                if rules.row(&mut here, op.row as usize, decoded.operands(*op), Some(jumped)).is_none() {
                    return Ok(Self::unknown());
                }
                work += 1;
                poll.work(1)?;
                falls = rules.rows.get(op.row as usize).is_some_and(|row| row.falls_through).then_some(op.at + 1);
            }
            arrivals.extend(falls.map(|to| (to, Rc::new(here))));
            for (to, arriving) in arrivals.into_iter().filter(|(to, _)| !pinned.contains(to)) {
                poll.work(arriving.size())?;
                work += arriving.size();
                let less = match known.get_mut(&to) {
                    Some(before) => before.join(&arriving),
                    None => known.insert(to, arriving.at_block()).is_none(),
                };
                if less {
                    waiting.insert(to);
                }
                // A list may be long.
                if work > most {
                    #[cfg(test)]
                    cov_mark::hit!(types_are_too_much_work);
                    return Ok(Self::unknown());
                }
            }
        }
        Ok(Self { known })
    }
}

fn is_leader(leaders: &[Option<Leader>], at: u32) -> bool {
    leaders.get(at as usize).is_some_and(Option::is_some)
}

#[cfg(test)]
mod tests;
