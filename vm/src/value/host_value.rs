//! Values that need no machine.

use super::HostText;
use opforge_core::{Scalar, each_kind};
use std::fmt;
use std::sync::Arc;

/// The variants of [`HostValue`]: one for each immediate kind, and what hosts have for the others.
macro_rules! host_values {
    (
        immediate {
            $(
                $(#[$doc:meta])*
                $name:ident = $tag:literal, $rust:ident, $ty:ident, $new:ident $as:ident $to:ident, $noun:literal
                $(, $from:ident)?;
            )*
        }
        heap { $($heap:tt)* }
    ) => {
        /// A value that needs no machine: what goes into a program and comes out of it.
        #[derive(Clone, Debug)]
        pub enum HostValue {
            /// The absence of a value.
            Nil,
            $($(#[$doc])* $name($rust),)*
            /// A text.
            Text(HostText),
        }

        impl HostValue {
            /// The value as a scalar; `None` for a text.
            pub fn scalar(&self) -> Option<Scalar> {
                Some(match self {
                    Self::Nil => Scalar::Nil,
                    $(Self::$name(value) => Scalar::$name(*value),)*
                    Self::Text(_) => return None,
                })
            }
        }

        impl From<Scalar> for HostValue {
            fn from(value: Scalar) -> Self {
                match value {
                    Scalar::Nil => Self::Nil,
                    $(Scalar::$name(value) => Self::$name(value),)*
                }
            }
        }

        $($(impl $from<$rust> for HostValue {
            fn from(value: $rust) -> Self {
                Self::$name(value)
            }
        })?)*
    };
}

each_kind!(host_values);

/// Scalars are equal as [`Scalar`]s are, texts when they have the same characters.
impl PartialEq for HostValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            _ => self.scalar().is_some() && self.scalar() == other.scalar(),
        }
    }
}

impl Eq for HostValue {}

/// Writes the value as a `strict` program prints it.
impl fmt::Display for HostValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.scalar()) {
            (Self::Text(text), _) => f.write_str(text),
            (_, Some(scalar)) => scalar.printed().fmt(f),
            (_, None) => Ok(()),
        }
    }
}

impl From<&str> for HostValue {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for HostValue {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl From<Arc<str>> for HostValue {
    fn from(value: Arc<str>) -> Self {
        Self::Text(value.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_print_as_strict_programs_print_them() {
        let values = [
            (HostValue::Nil, "nil"),
            (HostValue::Bool(true), "true"),
            (HostValue::Int(-3), "-3"),
            (HostValue::Float(2.0), "2.0"),
            (HostValue::from("a \"b\""), "a \"b\""),
        ];
        for (value, text) in values {
            assert_eq!(value.to_string(), text);
        }
    }
}
