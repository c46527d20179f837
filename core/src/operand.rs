//! The values of operands.

use crate::{OperandKind, Scalar};
use std::fmt;

/// The value of one operand.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    /// An index, count or position: kinds `Local Func Const Global Block Count Count8 Target`.
    Index(u32),
    /// An integer: kinds `Int I16`.
    Int(i64),
    /// A float: kind `Float`.
    Float(f64),
}

impl Operand {
    /// The number that it is.
    pub fn scalar(self) -> Scalar {
        match self {
            Self::Index(value) => Scalar::Int(i64::from(value)),
            Self::Int(value) => Scalar::Int(value),
            Self::Float(value) => Scalar::Float(value),
        }
    }

    /// A number of a table as an operand of that kind, if it can be one; whole numbers may stand for floats.
    pub fn of_kind(kind: OperandKind, value: Scalar) -> Option<Self> {
        match (kind, value) {
            (OperandKind::Int | OperandKind::I16, Scalar::Int(value)) => Some(Self::Int(value)),
            (OperandKind::Float, Scalar::Float(value)) => Some(Self::Float(value)),
            (OperandKind::Float, Scalar::Int(value)) => Some(Self::Float(value as f64)),
            (OperandKind::Int | OperandKind::I16 | OperandKind::Float, _) => None,
            (_, Scalar::Int(value)) => Some(Self::Index(u32::try_from(value).ok()?)),
            (_, Scalar::Nil | Scalar::Bool(_) | Scalar::Float(_)) => None,
        }
    }
}

/// Floats are equal when their bits are, so that two ops are equal just when their encodings are.
impl PartialEq for Operand {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Index(a), Self::Index(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            _ => false,
        }
    }
}

impl Eq for Operand {}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Index(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
        }
    }
}
