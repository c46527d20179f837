//! The values of operands.

use crate::{OperandKind, Scalar, Type};
use std::fmt;

/// The value of one operand.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    /// An index, count or position; of a list of targets, which of the function's it is.
    Index(u32),
    /// A number: of the kinds whose role is [`Number`](crate::OperandRole::Number).
    Number(Scalar),
}

/// By which way an instruction jumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Through {
    /// The operand, by its index in the row.
    pub operand: usize,
    /// Of a list, which of its targets, from 0; `None` of a single target.
    pub entry: Option<usize>,
}

impl Operand {
    /// The number that it is.
    pub fn scalar(self) -> Scalar {
        match self {
            Self::Index(value) => Scalar::Int(i64::from(value)),
            Self::Number(number) => number,
        }
    }

    /// A number of a table as an operand of that kind, if it can be one; whole numbers may stand for floats.
    pub fn of_kind(kind: OperandKind, value: Scalar) -> Option<Self> {
        match (kind.number(), value) {
            (Some(Type::FLOAT), Scalar::Int(value)) => Some(Self::from(value as f64)),
            (Some(ty), _) => (ty == value.ty()).then_some(Self::Number(value)),
            (None, Scalar::Int(value)) => Some(Self::Index(u32::try_from(value).ok()?)),
            (None, _) => None,
        }
    }
}

impl<N: Into<Scalar>> From<N> for Operand {
    fn from(number: N) -> Self {
        Self::Number(number.into())
    }
}

/// Floats are equal when their bits are, so that two ops are equal just when their encodings are.
impl PartialEq for Operand {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Index(a), Self::Index(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => (a.kind(), a.payload()) == (b.kind(), b.payload()),
            _ => false,
        }
    }
}

impl Eq for Operand {}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Index(value) => write!(f, "{value}"),
            Self::Number(number) => number.fmt(f),
        }
    }
}
