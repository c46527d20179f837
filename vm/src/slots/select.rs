//! Which instruction of slot form runs next: the longest whose parts are what stands there.

use super::index::{SlotForm, fits};
use super::instructions::{Constant, Instruction, Instructions, What};
use super::lowering::Lowering;
use opforge_bytecode::Operand;
use opforge_core::fold::Source;
use opforge_core::slot_form::{Field, OperandSource, PartInput, PartOutputs, SlotOp, SlotPart};
use opforge_core::{Pc, Scalar, Slot, Type};

/// The instruction of slot form for what stands somewhere, and what its fields are.
#[derive(Debug)]
pub(super) struct Selected {
    /// Index in [`SlotTable::ops`].
    pub(super) op: usize,
    pub(super) fields: Vec<FieldValue>,
    /// Constants that must be put into homes before.
    pub(super) loads: Vec<(Slot, Constant)>,
    /// How many instructions it replaces.
    pub(super) count: usize,
}

/// The content of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FieldValue {
    Slot(Slot),
    Number(Scalar),
    /// Also which of the function's lists of targets.
    Index(u16),
    Target(Pc),
}

/// Selects for the instructions from `at` on. `block` returns the instruction that a position's block begins with.
pub(super) fn select(
    form: &SlotForm,
    all: &Instructions,
    at: usize,
    locals: usize,
    lowering: Lowering,
    block: &impl Fn(Pc) -> Option<usize>,
) -> Option<Selected> {
    let mut found = None;
    let mut node = form.root()?;
    for count in 1.. {
        let row = match all.list.get(at + count - 1).map(|instruction| instruction.what) {
            Some(What::Row(row)) => Some(row),
            Some(What::Copy) => None,
            _ => break,
        };
        let Some(next) = form.next(node, row) else { break };
        node = next;
        let allowed = node.ops.iter().filter_map(|code| Some((*code, form.table().ops.get(*code)?)));
        for (code, op) in allowed.filter(|(_, op)| allows(lowering, op)) {
            let fields = vec![None; op.fields.len()];
            let mut binding = Binding { form, all, op, at, locals, fields, loads: Vec::new() };
            if binding.bind(block).is_some()
                && let Some(fields) = binding.fields.into_iter().collect()
            {
                found = Some(Selected { op: code, fields, loads: binding.loads, count });
                break;
            }
        }
    }
    found
}

fn allows(lowering: Lowering, op: &SlotOp) -> bool {
    !op.is_fused() && !op.is_typed() || lowering.fuses() && (lowering.fuses_loops() || !op.is_loop())
}

struct Binding<'a> {
    form: &'a SlotForm,
    all: &'a Instructions,
    op: &'static SlotOp,
    at: usize,
    locals: usize,
    fields: Vec<Option<FieldValue>>,
    loads: Vec<(Slot, Constant)>,
}

impl Binding<'_> {
    /// Finds what each field is; nothing if the instructions are not what the parts say.
    fn bind(&mut self, block: &impl Fn(Pc) -> Option<usize>) -> Option<()> {
        let first = self.all.list.get(self.at)?;
        let mut jumps: Vec<usize> = Vec::new();
        for index in 0..self.op.parts.len() {
            let instruction = self.all.list.get(self.at + index)?;
            if instruction.region != first.region {
                #[cfg(test)]
                cov_mark::hit!(region_ends_within_a_fusion);
                return None;
            }
            self.inputs(index, instruction)?;
            self.outputs(index, instruction)?;
            self.operands(index, instruction, block, &mut jumps)?;
            self.spills_all(index, instruction).then_some(())?;
        }
        if !self.loads.is_empty() && self.op.is_loop() {
            return None;
        }
        self.is_only_entry(&jumps).then_some(())
    }

    /// Whether nothing but the instruction's own jumps goes into the middle of it.
    fn is_only_entry(&self, jumps: &[usize]) -> bool {
        (self.at + 1..self.at + self.op.parts.len()).all(|inner| {
            let Some(leader) = self.all.list.get(inner).and_then(|instruction| instruction.leader) else { return true };
            let own = jumps.iter().filter(|jump| **jump == inner).count();
            let alone = !leader.entry && leader.jumps as usize == own;
            #[cfg(test)]
            if !alone {
                cov_mark::hit!(fusion_is_entered_in_its_middle);
            }
            alone
        })
    }

    fn set(&mut self, field: usize, value: FieldValue) -> Option<()> {
        let place = self.fields.get_mut(field)?;
        (*place.get_or_insert(value) == value).then_some(())
    }

    /// The earlier part whose result is kept out of the frame and would be in `slot`. What is kept does not reach other blocks.
    fn kept_in(&self, before: usize, slot: Slot) -> Option<usize> {
        let is_kept = |part: usize| matches!(self.op.parts[part].outputs, PartOutputs::Kept(_));
        let leads = |part: usize| self.all.list.get(self.at + part).is_some_and(|part| part.leader.is_some());
        let reaches = |part: usize| !is_kept(part) || !(part + 1..=before).any(leads);
        let mut parts = (0..before).rev().filter(|part| reaches(*part));
        let writer = parts.find(|part| {
            self.all.list.get(self.at + part).is_some_and(|instruction| Instructions::writes(instruction, slot))
        })?;
        is_kept(writer).then_some(writer)
    }

    /// Whether the part puts everything into the frame that is looked for there when it leaves.
    fn spills_all(&self, index: usize, instruction: &Instruction) -> bool {
        let (Some(part), true) = (self.op.parts.get(index), instruction.map.is_some()) else { return true };
        let away = self.all.map_of(instruction);
        let kept = (0..index).filter(|earlier| matches!(self.op.parts[*earlier].outputs, PartOutputs::Kept(_)));
        kept.filter(|earlier| !part.spills.contains(earlier)).all(|earlier| {
            let Some(slot) = self.all.list.get(self.at + earlier).map(|kept| kept.output) else { return false };
            let position = slot.index().saturating_sub(self.locals);
            let at_home =
                position < instruction.depth.count() && away.iter().all(|away| away.position.count() != position);
            let named = at_home || away.iter().any(|away| away.source == Source::Slot(slot));
            !named || self.kept_in(index, slot) != Some(earlier)
        })
    }

    fn inputs(&mut self, index: usize, instruction: &Instruction) -> Option<()> {
        let inputs = self.all.inputs_of(instruction);
        let wanted = &self.op.parts.get(index)?.inputs;
        if inputs.len() != wanted.len() {
            return None;
        }
        let kinds = &self.op.parts.get(index)?.kinds;
        for (position, (wanted, input)) in wanted.iter().zip(inputs).enumerate() {
            if let Some(Some(kind)) = kinds.get(position) {
                Type::of(*kind).contains(self.all.type_of(instruction, position)).then_some(())?;
            }
            match (wanted, input.source) {
                (PartInput::Slot(field), Source::Slot(slot)) => {
                    if self.kept_in(index, slot).is_some() {
                        #[cfg(test)]
                        cov_mark::hit!(kept_result_is_read_elsewhere);
                        return None;
                    }
                    self.set(*field, FieldValue::Slot(slot))?;
                }
                (PartInput::Slot(field), Source::Const(constant)) => {
                    let alone = self.op.is_fused() && self.form.takes(instruction.what, position, constant);
                    let home = input.home;
                    #[cfg(test)]
                    if alone {
                        cov_mark::hit!(part_alone_holds_the_constant);
                    } else if !self.is_free(index, home) {
                        cov_mark::hit!(home_of_a_constant_is_taken);
                    }
                    (!alone && self.is_free(index, home)).then_some(())?;
                    self.loads.push((home, constant));
                    self.set(*field, FieldValue::Slot(home))?;
                }
                (PartInput::Group(field), Source::Slot(slot)) => self.set(*field, FieldValue::Slot(slot))?,
                (PartInput::Number(field), Source::Const(Constant::Scalar(value))) => {
                    fits(*self.op.fields.get(*field)?, value).then_some(())?;
                    self.set(*field, FieldValue::Number(value))?;
                }
                (PartInput::Literal(literal), Source::Const(Constant::Scalar(value))) if *literal == value => {}
                (PartInput::Part(part), Source::Slot(slot)) if self.kept_in(index, slot) == Some(*part) => {}
                _ => return None,
            }
        }
        Some(())
    }

    /// Whether a constant can be put into `home` before the parts: no other is, and none of the parts before `index` reads
    /// it, writes it, or leaves while it holds something else.
    fn is_free(&self, index: usize, home: Slot) -> bool {
        let taken = self.loads.iter().any(|(other, _)| *other == home);
        !taken
            && (0..index).all(|part| {
                let (Some(instruction), Some(form)) = (self.all.list.get(self.at + part), self.op.parts.get(part))
                else {
                    return false;
                };
                // What an earlier part shows when it traps, or has on the stack when it jumps, must still be there.
                let position = home.index().saturating_sub(self.locals);
                let shown = instruction.map.is_some() && position < instruction.depth.count();
                let jumped = self.jumps(form) && position < instruction.base.count();
                let read = self.all.inputs_of(instruction).iter().any(|input| input.source == Source::Slot(home));
                !shown && !jumped && !read && !Instructions::writes(instruction, home)
            })
    }

    /// Whether a part may go somewhere else than to the next.
    fn jumps(&self, part: &SlotPart) -> bool {
        part.operands.iter().any(|operand| match operand {
            OperandSource::Label(_) => true,
            OperandSource::Field(field) => self.op.fields.get(*field).is_some_and(|field| field.is_jump()),
            OperandSource::Literal(_) => false,
        })
    }

    fn outputs(&mut self, index: usize, instruction: &Instruction) -> Option<()> {
        match self.op.parts.get(index)?.outputs {
            PartOutputs::None => Some(()),
            PartOutputs::Slot(field) | PartOutputs::Slots(field) => {
                self.set(field, FieldValue::Slot(instruction.output))
            }
            PartOutputs::Kept(field) => {
                // A home that nothing names later, and whose position is off the stack in the end.
                let position = instruction.output.index().checked_sub(self.locals)?;
                let end = self.at + self.op.parts.len();
                let later = self.all.list.get(self.at + index + 1..end)?;
                let gone = later.iter().any(|later| later.base.count() <= position);
                if instruction.last_use >= end || !gone {
                    #[cfg(test)]
                    cov_mark::hit!(kept_result_is_needed_later);
                    return None;
                }
                field.map_or(Some(()), |field| self.set(field, FieldValue::Slot(instruction.output)))
            }
        }
    }

    fn operands(
        &mut self,
        index: usize,
        instruction: &Instruction,
        block: &impl Fn(Pc) -> Option<usize>,
        jumps: &mut Vec<usize>,
    ) -> Option<()> {
        let operands = self.all.operands_of(instruction);
        for (wanted, operand) in self.op.parts.get(index)?.operands.iter().zip(operands) {
            match wanted {
                OperandSource::Literal(literal) => (literal == operand).then_some(())?,
                OperandSource::Label(part) => {
                    let Operand::Index(target) = operand else { return None };
                    let target = block(Pc(*target))?;
                    (target == self.at + part).then_some(())?;
                    jumps.push(target);
                }
                OperandSource::Field(field) => {
                    let value = match (*self.op.fields.get(*field)?, *operand) {
                        (Field::Target, Operand::Index(target)) => FieldValue::Target(Pc(target)),
                        (Field::Slot, Operand::Index(slot)) => FieldValue::Slot(Slot(u16::try_from(slot).ok()?)),
                        (Field::Operand(_) | Field::Targets, Operand::Index(index)) => {
                            FieldValue::Index(u16::try_from(index).ok()?)
                        }
                        (field, Operand::Number(value)) if field.number() == Some(value.ty()) => {
                            FieldValue::Number(value)
                        }
                        _ => return None,
                    };
                    self.set(*field, value)?;
                }
            }
        }
        Some(())
    }
}
