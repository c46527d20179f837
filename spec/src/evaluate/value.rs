//! The values that evaluations compute with, and the places they are kept in.

use super::texts;
use crate::model::Literal;
use opforge_core::{Kind, Scalar};

/// A value of an evaluation: a scalar, or a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Scalar(Scalar),
    Text(&'static str),
}

impl Value {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Scalar(scalar) => scalar.kind(),
            Self::Text(_) => Kind::Str,
        }
    }

    /// The value that `literal` writes; `None` of a text that is left to a machine.
    pub(super) fn of(literal: &Literal) -> Option<Self> {
        match literal {
            Literal::Scalar(scalar) => Some(Self::Scalar(*scalar)),
            Literal::Text(text) => texts::value(text),
        }
    }

    pub(crate) fn literal(self) -> Literal {
        match self {
            Self::Scalar(scalar) => Literal::Scalar(scalar),
            Self::Text(text) => Literal::Text(text.to_owned()),
        }
    }

    pub(super) fn scalar(self) -> Option<Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            Self::Text(_) => None,
        }
    }
}

/// Locals or globals: number and value of each that an evaluation may touch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Places(pub(crate) Vec<(u16, Value)>);

impl Places {
    pub(super) fn values(&self) -> Vec<Value> {
        self.0.iter().map(|(_, value)| *value).collect()
    }

    pub(super) fn place(&mut self, index: i64) -> Option<&mut Value> {
        self.0.iter_mut().find(|(number, _)| i64::from(*number) == index).map(|(_, value)| value)
    }
}
