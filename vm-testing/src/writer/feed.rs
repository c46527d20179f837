//! Operands and inputs of the instructions that a [`Writer`] writes, and what they leave on the stack.

use super::{Callable, Guess, Writer, index_operand};
use crate::catalogue::Computer;
use opforge::core::Effect;
use opforge::metadata::{OperandInfo, OutputInfo};
use opforge::{Constant, InstructionSet, Kind, Operand, OperandKind, OperandRole, Scalar, Type};

/// Expressions within expressions.
const NESTED: usize = 4;

impl<I: InstructionSet> Writer<'_, '_, I> {
    /// Operands for a row, and its inputs on the stack: what is there already, or fresh values.
    pub(super) fn feed(&mut self, index: usize) -> Vec<Operand> {
        let operands = self.chosen(index);
        let total = Self::row(index).pops(&operands) as usize;
        if self.depth() - self.floor >= total {
            let reuse = self.shared.random.once_in(2) && self.fits(index, &operands);
            if reuse || self.shared.random.once_in(200) {
                return operands;
            }
        }
        self.push_inputs(index, &operands);
        operands
    }

    pub(super) fn feed_fresh(&mut self, index: usize) -> Vec<Operand> {
        let operands = self.chosen(index);
        self.push_inputs(index, &operands);
        operands
    }

    /// Operands for a row; a function comes with its number of parameters.
    pub(super) fn chosen(&mut self, index: usize) -> Vec<Operand> {
        let row = Self::row(index);
        let mut fixed = Vec::new();
        if let Some((function, group)) = row.enters {
            let callees = self.callees();
            let callee = self.shared.random.pick(&callees).unwrap_or(self.shared.imports + self.index);
            fixed.push((function, callee));
            if let Some(count) = row.inputs[group].count {
                fixed.push((count, self.shared.callables[callee].params.len()));
            }
        }
        self.operands(index, &fixed)
    }

    /// The functions that this one may call: imports and later ones, seldom any.
    pub(super) fn callees(&mut self) -> Vec<usize> {
        let (imports, all) = (self.shared.imports, self.shared.callables.len());
        let first = if self.shared.random.once_in(12) { imports } else { imports + self.index + 1 };
        (0..imports).chain(first..all).collect()
    }

    /// What an instruction enters.
    fn callee(&self, index: usize, operands: &[Operand]) -> Option<&Callable> {
        let (function, _) = Self::row(index).enters?;
        self.shared.callables.get(count_of(operands, function))
    }

    /// The combinations of types that the row computes with, one type for each value that it pops.
    fn accepted(&self, index: usize, operands: &[Operand]) -> Vec<Vec<Type>> {
        let row = Self::row(index);
        let callee = self.callee(index, operands);
        let slot = self.shared.catalogue.setters.contains(&index).then(|| count_of(operands, 0));
        let combination = |types: Option<&[Type]>| {
            let (mut all, mut single) = (Vec::new(), 0);
            for input in row.inputs {
                let Some(count) = input.count else {
                    let declared = types.and_then(|types| types.get(single).copied()).unwrap_or(input.ty);
                    let known = slot.and_then(|slot| self.slots.get(slot)).or(row.returns.then_some(&self.result));
                    all.push(known.map_or(declared, |kind| Type::of(*kind)));
                    single += 1;
                    continue;
                };
                let param = |at: usize| callee.and_then(|callee| callee.params.get(at)).map(|kind| Type::of(*kind));
                all.extend((0..count_of(operands, count)).map(|at| param(at).unwrap_or(input.ty)));
            }
            all
        };
        match row.accepts {
            [] => vec![combination(None)],
            some => some.iter().map(|types| combination(Some(types))).collect(),
        }
    }

    /// Whether the values on top of the stack are what the row computes with.
    pub(super) fn fits(&self, index: usize, operands: &[Operand]) -> bool {
        self.accepted(index, operands).iter().any(|types| {
            let Some(start) = self.depth().checked_sub(types.len()) else { return false };
            let fit = |(guess, ty): (&Guess, &Type)| *ty == Type::ANY || guess.is_some_and(|kind| ty.has(kind));
            self.stack[start..].iter().zip(types).all(fit)
        })
    }

    fn push_inputs(&mut self, index: usize, operands: &[Operand]) {
        let accepted = self.accepted(index, operands);
        let wrong = self.shared.random.once_in(300);
        let chosen = self.shared.random.below(accepted.len());
        for ty in &accepted[chosen] {
            let kind = if wrong { None } else { self.kind_of(*ty) };
            // Most ints are more than any list has targets.
            let listed = kind == Some(Kind::Int) && Self::row(index).operands.iter().any(is_list);
            if !(listed && self.small_int()) {
                self.expression(kind);
            }
        }
    }

    /// Pushes a small int, from the code or from a slot; seldom, and where the table cannot, nothing.
    fn small_int(&mut self) -> bool {
        if self.shared.catalogue.roles.ints.is_empty() || self.shared.random.once_in(6) {
            return false;
        }
        let value = i64::try_from(self.shared.random.below(5)).unwrap_or(0);
        match self.counter().filter(|_| !self.shared.random.once_in(3)) {
            Some(slot) if self.set_int(slot, value) => self.get(slot),
            _ => self.int(value),
        }
        true
    }

    /// A kind of the type.
    fn kind_of(&mut self, ty: Type) -> Guess {
        if ty == Type::ANY {
            return Some(self.shared.random.kind());
        }
        let kinds: Vec<Kind> = ty.kinds().collect();
        self.shared.random.pick(&kinds)
    }

    /// Pushes a value of that kind, computed or not.
    pub(super) fn expression(&mut self, kind: Guess) {
        let wanted = kind.unwrap_or(Kind::Int);
        let computers = self.shared.catalogue.roles.computers(wanted);
        if self.nested >= NESTED || computers.is_empty() || !self.shared.random.once_in(3) {
            return self.produce(kind);
        }
        let Computer { row, takes, .. } = computers[self.shared.random.below(computers.len())].clone();
        self.nested += 1;
        for kind in takes {
            self.expression(Some(kind));
        }
        self.nested -= 1;
        self.on_stack(row, Vec::new());
    }

    /// Pushes a value of that kind, by one instruction.
    pub(super) fn produce(&mut self, kind: Guess) {
        let catalogue = self.shared.catalogue;
        let wanted = kind.unwrap_or(Kind::Int);
        if self.shared.random.once_in(2) {
            let slots: Vec<usize> = (0..self.slots.len()).filter(|slot| self.slots[*slot] == wanted).collect();
            let random = &mut *self.shared.random;
            if let (Some(getter), Some(slot)) = (random.pick(&catalogue.getters), random.pick(&slots)) {
                return self.on_stack(getter, vec![index_operand(slot)]);
            }
        }
        self.produce_new(kind);
    }

    /// Pushes a value of that kind that is in no slot, if the table can.
    pub(super) fn produce_new(&mut self, kind: Guess) {
        let catalogue = self.shared.catalogue;
        let wanted = kind.unwrap_or(Kind::Int);
        let producers = if kind.is_some() { catalogue.producers(wanted) } else { catalogue.all_producers() };
        let Some(row) = self.shared.random.pick(&producers) else { return };
        let operands = if catalogue.constants.contains(&row) {
            vec![Operand::Index(self.constant(wanted))]
        } else {
            self.operands(row, &[])
        };
        self.on_stack(row, operands);
        if let (Some(top), true) = (self.stack.last_mut(), catalogue.constants.contains(&row)) {
            *top = Some(wanted);
        }
    }

    /// Writes an instruction whose inputs are on the stack, and that does not jump.
    pub(super) fn on_stack(&mut self, index: usize, operands: Vec<Operand>) {
        self.flow(index, operands, &[]);
    }

    /// The kinds that an instruction leaves when it continues, in place of those that it takes.
    pub(super) fn outputs(&self, index: usize, operands: &[Operand], taken: &[Guess]) -> Vec<Guess> {
        let row = Self::row(index);
        let computed = || self.shared.catalogue.roles.result(index, taken);
        let output = |output: &OutputInfo| {
            if let Some(kind) = output.ty.single() {
                return Some(kind);
            }
            if let Some(callee) = self.callee(index, operands) {
                return Some(callee.result);
            }
            if self.shared.catalogue.getters.contains(&index) {
                return self.slots.get(count_of(operands, 0)).copied();
            }
            match output.passes {
                Some(input) => taken.get(input).copied().flatten(),
                None => computed(),
            }
        };
        row.outputs.iter().map(output).collect()
    }

    /// A value for every operand; targets are 0, those in `fixed` are given.
    pub(super) fn operands(&mut self, index: usize, fixed: &[(usize, usize)]) -> Vec<Operand> {
        let row = Self::row(index);
        let is_count = |at: usize| row.inputs.iter().any(|input| input.count == Some(at));
        let mut operands = Vec::with_capacity(row.operands.len());
        for (at, operand) in row.operands.iter().enumerate() {
            if let Some((_, value)) = fixed.iter().find(|(operand, _)| *operand == at) {
                operands.push(index_operand(*value));
                continue;
            }
            let random = &mut *self.shared.random;
            operands.push(match operand.kind.role() {
                OperandRole::Local => index_operand(self.slot_for(index)),
                OperandRole::Global => index_operand(random.below(self.shared.globals)),
                OperandRole::Count if is_count(at) => index_operand(random.below(4)),
                OperandRole::Count => index_operand(random.below(256)),
                OperandRole::Const => {
                    let kind = Kind::ALL[random.below(Kind::ALL.len())];
                    Operand::Index(self.constant(kind))
                }
                OperandRole::Func | OperandRole::Target | OperandRole::Targets => Operand::Index(0),
                OperandRole::Number(Kind::Int) => {
                    let (least, most) = operand.kind.ints().unwrap_or(0..=0).into_inner();
                    Operand::from(random.int().clamp(least, most))
                }
                OperandRole::Number(kind) => Operand::Number(random.scalar(kind).unwrap_or(Scalar::Nil)),
            });
        }
        operands
    }

    /// A slot for the row: where it may trap one that holds a number, where it writes none that a loop counts in.
    fn slot_for(&mut self, index: usize) -> usize {
        let row = Self::row(index);
        let careful = !self.shared.random.once_in(150);
        let writes = row.effects.contains(&Effect::WritesLocals);
        let numeric = |slot: &usize| matches!(self.slots[*slot], Kind::Int | Kind::Float);
        let good = |slot: &usize| (row.traps.is_empty() || numeric(slot)) && !(writes && self.reserved.contains(slot));
        let slots: Vec<usize> = (0..self.slots.len()).filter(good).collect();
        let any = self.shared.random.below(self.slots.len());
        if careful { self.shared.random.pick(&slots).unwrap_or(any) } else { any }
    }

    /// The index of a constant of `kind`.
    pub(super) fn constant(&mut self, kind: Kind) -> u32 {
        const TEXTS: [&str; 6] = ["", "0", "text", "\"\\\n", "\u{e9}\u{1f980}", "-12.5"];
        let constant = match self.shared.random.scalar(kind) {
            Some(Scalar::Float(value)) if value.is_nan() => Constant::Scalar(Scalar::Float(f64::NAN)),
            Some(scalar) => Constant::Scalar(scalar),
            None => Constant::from(TEXTS[self.shared.random.below(TEXTS.len())]),
        };
        let known = self.shared.constants.iter().position(|other| *other == constant);
        let index = known.unwrap_or_else(|| {
            self.shared.constants.push(constant);
            self.shared.constants.len() - 1
        });
        u32::try_from(index).unwrap_or(0)
    }
}

fn is_list(operand: &OperandInfo) -> bool {
    operand.kind == OperandKind::Targets
}

pub(super) fn count_of(operands: &[Operand], count: usize) -> usize {
    match operands.get(count) {
        Some(Operand::Index(count)) => *count as usize,
        _ => 0,
    }
}
