//! Scalars: the values that need no machine to exist.

use crate::{Kind, Type};
use std::fmt;

/// A value that fits in a word: nil, a bool, an int or a float.
///
/// Two scalars are equal when they are the same value to a program that can
/// look at them: all NaNs are equal, `0.0` and `-0.0` are not.
#[derive(Clone, Copy, Debug)]
pub enum Scalar {
    /// The absence of a value.
    Nil,
    /// A truth value.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A 64-bit float.
    Float(f64),
}

impl Scalar {
    /// The kind of this scalar.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Nil => Kind::Nil,
            Self::Bool(_) => Kind::Bool,
            Self::Int(_) => Kind::Int,
            Self::Float(_) => Kind::Float,
        }
    }

    /// The type that holds just this scalar's kind.
    pub const fn ty(self) -> Type {
        Type::of(self.kind())
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Nil, Self::Nil) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
            _ => false,
        }
    }
}

impl Eq for Scalar {}

/// Writes the scalar as a `strict` program prints it: `nil`, `true`, decimal
/// ints, floats in shortest form that reads back the same, with `.0` where integral, `inf` and `nan`.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Nil => f.write_str("nil"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            // As it is read, wherever a float is read; which NaN it is shows only where code is written down.
            Self::Float(value) if value.is_nan() => f.write_str("nan"),
            Self::Float(value) => write!(f, "{value:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_they_are_read() {
        let texts = [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 2.0]
            .map(|value| Scalar::Float(value).to_string());
        assert_eq!(texts, ["nan", "nan", "inf", "-inf", "-0.0", "2.0"]);
    }
}
