//! The numbers that stand in bodies of rows: near them computations change their ways.

use crate::evaluate::Set;
use crate::model::{Block, Body, Expr, Instruction, PartOperand, Step};
use opforge_core::{Kind, Scalar};
use std::collections::BTreeSet;

/// So many of the numbers that are written are put together, two at a time.
const MAX_PAIRED: usize = 24;
/// If no more are written, three are put together, too.
const MAX_TRIPLED: usize = 6;

/// Numbers that an outcome may hang on.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) ints: Vec<i64>,
    pub(crate) floats: Vec<f64>,
    /// Values of other kinds that are written, and what is beside them.
    others: Vec<Scalar>,
    /// All that is put into places: these numbers, their roots, and the ints as floats; each once, the likelier ones first.
    pub(crate) all: Vec<Scalar>,
    max: usize,
    known: BTreeSet<(Kind, u64)>,
}

impl Known {
    /// The numbers that are written, their neighbours, and what two and three of them make together: up to `max` of each kind.
    pub(crate) fn of_written(mut written: Vec<Scalar>, max: usize) -> Self {
        let mut numbers = Self { max, ..Self::default() };
        for literal in &written {
            numbers.near(*literal);
        }
        // A number twice makes nothing new.
        let mut known = BTreeSet::new();
        written.retain(|scalar| known.insert(bits(*scalar)));
        let paired = &written[..written.len().min(MAX_PAIRED)];
        let pairs: Vec<Scalar> = paired.iter().flat_map(|a| paired.iter().flat_map(|b| together(*a, *b))).collect();
        pairs.iter().for_each(|made| numbers.beside(*made));
        for literal in written.iter().filter(|_| written.len() <= MAX_TRIPLED) {
            for made in pairs.iter().filter(|made| made.kind() == literal.kind()) {
                if numbers.of_kind(literal.kind()) >= max {
                    break;
                }
                together(*made, *literal).into_iter().for_each(|made| numbers.beside(made));
            }
        }
        numbers.all = numbers.with_roots();
        numbers
    }

    /// What [`all`](Self::all) is.
    fn with_roots(&self) -> Vec<Scalar> {
        let mut own = Vec::new();
        for index in 0..self.ints.len().max(self.floats.len()) {
            own.extend(self.ints.get(index).map(|value| Scalar::Int(*value)));
            own.extend(self.floats.get(index).map(|value| Scalar::Float(*value)));
        }
        own.extend(&self.others);
        // A mixed pair is compared as floats, and a float may be where an int is expected.
        let wide = self.ints.iter().map(|value| Scalar::Float(*value as f64));
        let mut all: Vec<Scalar> = own.iter().copied().chain(own.iter().filter_map(|made| root(*made))).collect();
        all.extend(wide);
        let wide = all.iter().filter(|number| matches!(number, Scalar::Int(_) | Scalar::Float(_)));
        let others: Vec<Scalar> = wide.flat_map(|number| alike(*number)).collect();
        all.extend(others);
        let mut known = BTreeSet::new();
        all.retain(|scalar| known.insert(bits(*scalar)));
        all
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
            other => {
                self.add_other(other);
                alike(other).for_each(|number| self.near(number));
            }
        }
    }

    /// A value that is no number, and what is beside it.
    fn add_other(&mut self, value: Scalar) {
        for other in [value].into_iter().chain(value.mistaken()) {
            if self.others.len() < self.max && self.known.insert(bits(other)) {
                self.others.push(other);
            }
        }
    }

    /// A number that was made of others: a comparison may change its way at the next one.
    fn beside(&mut self, made: Scalar) {
        match made {
            Scalar::Int(value) => {
                self.add_int(value);
                self.add_int(value.wrapping_add(1));
            }
            Scalar::Float(value) => self.add_float(value),
            _ => {}
        }
    }

    fn of_kind(&self, kind: Kind) -> usize {
        if kind == Kind::Int { self.ints.len() } else { self.floats.len() }
    }

    fn add_int(&mut self, value: i64) {
        if self.ints.len() < self.max && self.known.insert(bits(Scalar::Int(value))) {
            self.ints.push(value);
        }
    }

    fn add_float(&mut self, value: f64) {
        if self.floats.len() < self.max && self.known.insert(bits(Scalar::Float(value))) {
            self.floats.push(value);
        }
    }
}

/// The values of other kinds that stand for the same number: rows over them compute with ints and floats.
fn alike(value: Scalar) -> impl Iterator<Item = Scalar> {
    Kind::ALL.into_iter().filter_map(move |kind| value.as_kind(kind))
}

/// What tells numbers apart: `0.0` and `-0.0` are two.
fn bits(scalar: Scalar) -> (Kind, u64) {
    (scalar.kind(), scalar.payload())
}

/// Where `x + a` meets `b`, and `x * a`, and so on.
fn together(a: Scalar, b: Scalar) -> Vec<Scalar> {
    match (a, b) {
        (Scalar::Int(a), Scalar::Int(b)) => {
            let by = u32::try_from(b).ok().filter(|by| *by < 64);
            let shifted = by.into_iter().flat_map(|by| [a << by, a >> by]);
            let made = [a.wrapping_sub(b), a.wrapping_add(b), a.wrapping_mul(b), a ^ b];
            a.checked_div(b).into_iter().chain(made).chain(shifted).map(Scalar::Int).collect()
        }
        (Scalar::Float(a), Scalar::Float(b)) => [a - b, a + b, a * b, a / b].map(Scalar::Float).into(),
        _ => Vec::new(),
    }
}

/// Where `x * x` meets the number, or comes closest to it.
fn root(scalar: Scalar) -> Option<Scalar> {
    match scalar {
        Scalar::Int(value) => value.checked_isqrt().map(Scalar::Int),
        Scalar::Float(value) if value >= 0.0 => {
            let root = value.sqrt();
            let near = [root, root.next_down(), root.next_up()];
            Some(Scalar::Float(near.into_iter().find(|root| root * root == value).unwrap_or(root)))
        }
        _ => None,
    }
}

/// Adds the literals of the row's body, those of its parts included.
pub(crate) fn of_row(set: &Set<'_>, row: &Instruction, written: &mut Vec<Scalar>) {
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
                if let Some(row) = &set.instructions[part.instruction.0] {
                    of_row(set, row, written);
                }
            }
        }
        Body::Shuffle | Body::Handler(_) => {}
    }
}

fn of_block(block: &Block, written: &mut Vec<Scalar>) {
    for step in &block.steps {
        match step {
            Step::Let { value, .. }
            | Step::Do(value)
            | Step::JumpAt { index: value, .. }
            | Step::Raise(value)
            | Step::Return(Some(value)) => {
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
    if let Expr::Literal(value) = expr {
        written.push(*value);
    }
    expr.parts().into_iter().for_each(|part| of_expr(part, written));
}
