//! The numbers that stand in a rule and in the bodies of its rows: near them computations change their ways.

use super::rule::{Line, Rule};
use crate::model::{Block, Body, Expr, Instruction, PartOperand, PatternOperand, Step};
use opforge_core::Scalar;

/// How many numbers of each kind are looked at, the ones made of two others included.
const MAX_NUMBERS: usize = 96;

/// Numbers that a rule's outcome may hang on.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) ints: Vec<i64>,
    pub(super) floats: Vec<f64>,
}

impl Numbers {
    /// The numbers of both sides, their neighbours, and what two of them make together.
    pub(super) fn of(rule: &Rule<'_>) -> Self {
        let mut written = Vec::new();
        rule.from.iter().chain(&rule.to).for_each(|line| of_line(rule, line, &mut written));
        let mut numbers = Self::default();
        for literal in &written {
            numbers.near(*literal);
        }
        for (index, a) in written.iter().enumerate() {
            for b in &written[index..] {
                numbers.together(*a, *b);
            }
        }
        numbers
    }

    /// All of them, those that were written and their neighbours first.
    pub(super) fn scalars(&self) -> Vec<Scalar> {
        let (ints, floats) = (self.ints.iter().copied(), self.floats.iter().copied());
        ints.map(Scalar::Int).chain(floats.map(Scalar::Float)).collect()
    }

    fn near(&mut self, literal: Scalar) {
        match literal {
            Scalar::Int(value) => {
                self.add_int(value);
                self.add_int(value.wrapping_add(1));
                self.add_int(value.wrapping_sub(1));
                self.add_int(value.wrapping_neg());
                // A mixed pair is compared as floats.
                self.add_float(value as f64);
            }
            Scalar::Float(value) => {
                self.add_float(value);
                self.add_float(value.next_up());
                self.add_float(value.next_down());
                self.add_float(-value);
                // Saturates where there is no such int.
                self.add_int(value as i64);
            }
            Scalar::Nil | Scalar::Bool(_) => {}
        }
    }

    /// Where `x + a` meets `b`, and `x * a`, and so on.
    fn together(&mut self, a: Scalar, b: Scalar) {
        match (a, b) {
            (Scalar::Int(a), Scalar::Int(b)) => {
                let quotients = [a.checked_div(b), b.checked_div(a)].into_iter().flatten();
                let made = [a.wrapping_sub(b), b.wrapping_sub(a), a.wrapping_add(b), a.wrapping_mul(b)];
                for value in made.into_iter().chain(quotients) {
                    self.add_int(value);
                    self.add_int(value.wrapping_add(1));
                }
            }
            (Scalar::Float(a), Scalar::Float(b)) => {
                [a - b, a + b, a * b, a / b, b / a].into_iter().for_each(|value| self.add_float(value));
            }
            _ => {}
        }
    }

    fn add_int(&mut self, value: i64) {
        if self.ints.len() < MAX_NUMBERS && !self.ints.contains(&value) {
            self.ints.push(value);
        }
    }

    fn add_float(&mut self, value: f64) {
        if self.floats.len() < MAX_NUMBERS && !self.floats.iter().any(|known| known.to_bits() == value.to_bits()) {
            self.floats.push(value);
        }
    }
}

fn of_line(rule: &Rule<'_>, line: &Line<'_>, written: &mut Vec<Scalar>) {
    let operands = line.operands.iter().filter_map(|operand| match operand {
        PatternOperand::Literal(value) => Some(*value),
        PatternOperand::Variable(_) | PatternOperand::Label(_) => None,
    });
    written.extend(operands);
    of_row(rule, line.row, written);
}

fn of_row(rule: &Rule<'_>, row: &Instruction, written: &mut Vec<Scalar>) {
    match &row.body {
        Body::Does(block) => of_block(block, written),
        Body::Cases { cases, otherwise } => {
            cases.iter().map(|case| &case.block).chain(otherwise).for_each(|block| of_block(block, written));
        }
        Body::Seq(parts) => {
            for part in parts {
                written.extend(part.operands.iter().filter_map(|operand| match operand {
                    PartOperand::Literal(value) => Some(*value),
                    PartOperand::Row(_) => None,
                }));
                if let Some(row) = &rule.set.instructions[part.instruction.0] {
                    of_row(rule, row, written);
                }
            }
        }
        Body::Shuffle | Body::Handler(_) => {}
    }
    written.dedup();
}

fn of_block(block: &Block, written: &mut Vec<Scalar>) {
    for step in &block.steps {
        match step {
            Step::Let { value, .. } | Step::Do(value) | Step::Raise(value) | Step::Return(Some(value)) => {
                of_expr(value, written);
            }
            Step::Jump { when, .. } | Step::Trap { when, .. } => {
                when.iter().for_each(|when| of_expr(&when.value, written));
            }
            Step::Return(None) | Step::Enter { .. } => {}
        }
    }
}

fn of_expr(expr: &Expr, written: &mut Vec<Scalar>) {
    match expr {
        Expr::Literal(value) => written.push(*value),
        Expr::Call { arguments, .. } => arguments.iter().for_each(|argument| of_expr(argument, written)),
        Expr::Input(..) | Expr::Operand(_) | Expr::Name(..) => {}
    }
}
