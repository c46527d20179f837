//! Operands and inputs of the instructions that a [`Writer`] writes.

use super::Writer;
use crate::instruction_set::{InstructionSet, Operand};
use crate::metadata::InstructionInfo;
use crate::module::Constant;
use opforge_core::{Kind, OperandKind, Scalar, Type};

impl<I: InstructionSet> Writer<'_, '_, I> {
    /// Operands for a row, and its inputs on the stack: what is there already, or fresh values.
    pub(super) fn feed(&mut self, index: usize) -> Vec<Operand> {
        let (operands, total) = self.counted(index);
        let reuse = self.shared.random.once_in(5) && self.depth - self.floor >= total;
        if !reuse {
            self.push_inputs(index, &operands);
        }
        operands
    }

    pub(super) fn feed_fresh(&mut self, index: usize) -> Vec<Operand> {
        let (operands, _) = self.counted(index);
        self.push_inputs(index, &operands);
        operands
    }

    /// Operands for a row, and how many values it then pops.
    fn counted(&mut self, index: usize) -> (Vec<Operand>, usize) {
        let row = Self::row(index);
        let mut fixed = Vec::new();
        if let Some((function, group)) = row.enters {
            let callees = self.callees();
            let callee = self.shared.random.pick(&callees).unwrap_or(self.index);
            fixed.push((function, callee));
            if let Some(count) = row.inputs[group].count {
                fixed.push((count, self.shared.arities[callee]));
            }
        }
        let operands = self.operands(index, &fixed);
        let total = popped(row, &operands);
        (operands, total)
    }

    /// The functions that this one may call: later ones, seldom any.
    pub(super) fn callees(&mut self) -> Vec<usize> {
        let all = self.shared.arities.len();
        let first = if self.shared.random.once_in(20) { 0 } else { self.index + 1 };
        (first..all).collect()
    }

    pub(super) fn push_inputs(&mut self, index: usize, operands: &[Operand]) {
        let row = Self::row(index);
        let accepted = match self.shared.random.once_in(10) {
            true => None,
            false => self.shared.random.pick(row.accepts),
        };
        let mut single = 0;
        for input in row.inputs {
            match input.count {
                Some(count) => {
                    for _ in 0..count_of(operands, count) {
                        self.produce(input.ty);
                    }
                }
                None => {
                    let ty = accepted.and_then(|types| types.get(single).copied()).unwrap_or(input.ty);
                    single += 1;
                    self.produce(ty);
                }
            }
        }
    }

    pub(super) fn pop_inputs(&mut self, index: usize, operands: &[Operand]) {
        self.depth = self.depth.saturating_sub(popped(Self::row(index), operands));
    }

    /// Pushes a value of a type, or of any if no row gives one of that type.
    pub(super) fn produce(&mut self, ty: Type) {
        let kinds: Vec<Kind> = ty.kinds().collect();
        let kind = self.shared.random.pick(&kinds).unwrap_or(Kind::Nil);
        let catalogue = self.shared.catalogue;
        let mut rows = catalogue.producers(kind);
        if rows.is_empty() || ty == Type::ANY && self.shared.random.once_in(2) {
            rows = catalogue.all_producers();
        }
        let constant = (self.shared.random.once_in(4)).then(|| self.shared.random.pick(&catalogue.constants)).flatten();
        let Some(row) = constant.or_else(|| self.shared.random.pick(&rows)) else { return };
        let operands = if catalogue.constants.contains(&row) {
            vec![Operand::Index(self.constant(kind))]
        } else {
            self.operands(row, &[])
        };
        self.depth += 1;
        self.emit(row, operands, &[]);
    }

    /// A value for every operand; targets are 0, those in `fixed` are given.
    pub(super) fn operands(&mut self, index: usize, fixed: &[(usize, usize)]) -> Vec<Operand> {
        let row = Self::row(index);
        let is_count = |at: usize| row.inputs.iter().any(|input| input.count == Some(at));
        let mut operands = Vec::with_capacity(row.operands.len());
        for (at, operand) in row.operands.iter().enumerate() {
            let random = &mut *self.shared.random;
            let number = match fixed.iter().find(|(operand, _)| *operand == at) {
                Some((_, value)) => *value,
                None => match operand.kind {
                    OperandKind::Local => random.below(self.slots),
                    OperandKind::Global => random.below(self.shared.globals),
                    OperandKind::Count | OperandKind::Count8 if is_count(at) => random.below(4),
                    OperandKind::Count | OperandKind::Count8 => random.below(256),
                    OperandKind::Const => {
                        let kind = Kind::ALL[random.below(Kind::ALL.len())];
                        self.constant(kind) as usize
                    }
                    OperandKind::Func | OperandKind::Block | OperandKind::Target => 0,
                    OperandKind::Int => {
                        operands.push(Operand::Int(random.int()));
                        continue;
                    }
                    OperandKind::I16 => {
                        let value = random.int().clamp(i64::from(i16::MIN), i64::from(i16::MAX));
                        operands.push(Operand::Int(value));
                        continue;
                    }
                    OperandKind::Float => {
                        operands.push(Operand::Float(random.float()));
                        continue;
                    }
                },
            };
            operands.push(Operand::Index(u32::try_from(number).unwrap_or(0)));
        }
        operands
    }

    /// The index of a constant of `kind`.
    fn constant(&mut self, kind: Kind) -> u32 {
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

fn count_of(operands: &[Operand], count: usize) -> usize {
    match operands.get(count) {
        Some(Operand::Index(count)) => *count as usize,
        _ => 0,
    }
}

fn popped(row: &InstructionInfo, operands: &[Operand]) -> usize {
    row.inputs.iter().map(|input| input.count.map_or(1, |count| count_of(operands, count))).sum()
}
