//! Scalars: the values that need no machine to exist.

mod bool;
mod char;
mod f32;
mod float;
mod i32;
mod int;

use crate::{Kind, Type};
use std::fmt;

/// A type of Rust whose values are the scalars of one kind. All that is to be known of a kind of scalar is here; what else names
/// one (its functions among the primitives, its literals in texts) rustc points at.
pub trait Immediate: Copy + fmt::Debug + 'static {
    /// How many of the lower bytes of [`payload`](Self::payload) a module's file stores.
    const STORED_BYTES: usize;
    /// Values at which computations change their ways: few, each once, and simple ones first.
    const TELLING: &'static [Self];

    /// The payload of such a value in a slot.
    fn payload(self) -> u64;

    /// The value with that payload; `None` if there is none.
    fn from_payload(payload: u64) -> Option<Self>;

    /// The value with that payload, which is one's; any value for other payloads.
    fn from_own(payload: u64) -> Self;

    /// What is the same for two values just when a program cannot tell them apart.
    fn identity(self) -> u64 {
        self.payload()
    }

    /// Whether a jump takes it for true.
    fn is_truthy(self) -> bool;

    /// What a small mistake could make of it; itself may be among them.
    fn mistaken(self) -> Vec<Self>;

    /// Writes it as tables and messages do.
    ///
    /// # Errors
    /// Those of the formatter.
    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// How long it is at most when it is printed, which is not worked out. **Units:** bytes.
    fn most_printed(self) -> usize {
        32
    }

    /// Writes it as a program prints it.
    ///
    /// # Errors
    /// Those of the formatter.
    fn print(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

macro_rules! declare_scalars {
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
        /// A value that fits in a word: nil, or a value of an immediate kind.
        ///
        /// Two scalars are equal when they are the same value to a program that can
        /// look at them: all NaNs are equal, `0.0` and `-0.0` are not.
        #[derive(Clone, Copy, Debug)]
        pub enum Scalar {
            /// The absence of a value.
            Nil,
            $($(#[$doc])* $name($rust),)*
        }

        impl Scalar {
            /// The kind of this scalar.
            pub const fn kind(self) -> Kind {
                match self {
                    Self::Nil => Kind::Nil,
                    $(Self::$name(_) => Kind::$name,)*
                }
            }

            /// The payload of such a value in a slot.
            pub fn payload(self) -> u64 {
                match self {
                    Self::Nil => 0,
                    $(Self::$name(value) => value.payload(),)*
                }
            }

            /// The scalar of that kind with that payload; `None` if there is none.
            pub fn from_payload(kind: Kind, payload: u64) -> Option<Self> {
                match kind {
                    Kind::Nil => (payload == 0).then_some(Self::Nil),
                    $(Kind::$name => <$rust>::from_payload(payload).map(Self::$name),)*
                    _ => None,
                }
            }

            /// How many of the lower bytes of [`payload`](Self::payload) a module's file stores; `None` if no scalar is of
            /// that kind.
            pub fn stored_bytes(kind: Kind) -> Option<usize> {
                match kind {
                    Kind::Nil => Some(0),
                    $(Kind::$name => Some(<$rust>::STORED_BYTES),)*
                    _ => None,
                }
            }

            /// Values of that kind at which computations change their ways, simple ones first.
            pub fn telling(kind: Kind) -> Vec<Self> {
                match kind {
                    Kind::Nil => vec![Self::Nil],
                    $(Kind::$name => <$rust>::TELLING.iter().copied().map(Self::$name).collect(),)*
                    _ => Vec::new(),
                }
            }

            /// What a small mistake could make of it: other values of its kind, each once.
            pub fn mistaken(self) -> Vec<Self> {
                let all: Vec<Self> = match self {
                    Self::Nil => Vec::new(),
                    $(Self::$name(value) => value.mistaken().into_iter().map(Self::$name).collect(),)*
                };
                let mut each: Vec<Self> = Vec::new();
                for other in all {
                    if other != self && !each.contains(&other) {
                        each.push(other);
                    }
                }
                each
            }

            /// Whether a jump takes it for true: all but nil, `false`, 0 and both zeros among the floats.
            pub fn is_truthy(self) -> bool {
                match self {
                    Self::Nil => false,
                    $(Self::$name(value) => value.is_truthy(),)*
                }
            }

            /// How long it is at most when it is printed, which is not worked out: 32, but more for floats with many
            /// zeros. **Units:** bytes.
            pub fn most_printed(self) -> usize {
                match self {
                    Self::Nil => 32,
                    $(Self::$name(value) => value.most_printed(),)*
                }
            }

            fn identity(self) -> (Kind, u64) {
                let identity = match self {
                    Self::Nil => 0,
                    $(Self::$name(value) => value.identity(),)*
                };
                (self.kind(), identity)
            }
        }

        /// Writes the scalar as tables and messages do: `nil`, `true`, decimal
        /// ints, floats in shortest form that reads back the same, with `.0` where integral, `inf` and `nan`.
        impl fmt::Display for Scalar {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {
                    Self::Nil => f.write_str("nil"),
                    $(Self::$name(value) => value.write(f),)*
                }
            }
        }

        impl fmt::Display for Printed {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    Scalar::Nil => f.write_str("nil"),
                    $(Scalar::$name(value) => value.print(f),)*
                }
            }
        }

        $($(impl $from<$rust> for Scalar {
            fn from(value: $rust) -> Self {
                Self::$name(value)
            }
        })?)*

        $(impl TryFrom<Scalar> for $rust {
            type Error = Scalar;

            /// What the scalar holds, if it is of that kind, else the scalar.
            fn try_from(value: Scalar) -> Result<Self, Scalar> {
                if let Scalar::$name(value) = value { Ok(value) } else { Err(value) }
            }
        })*
    };
}

crate::each_kind!(declare_scalars);

/// A scalar as a `strict` program prints it: see [`Scalar::printed`].
#[derive(Clone, Copy, Debug)]
pub struct Printed(Scalar);

impl Scalar {
    /// The type that holds just this scalar's kind.
    pub const fn ty(self) -> Type {
        Type::of(self.kind())
    }

    /// What is displayed as a `strict` program prints the scalar.
    pub const fn printed(self) -> Printed {
        Printed(self)
    }

    /// The value of that kind which stands for the same number, if there is one: between an int and one of 32 bits or a
    /// character by its code, and between a float and one of 32 bits, which is the nearest.
    pub fn as_kind(self, kind: Kind) -> Option<Self> {
        match (self, kind) {
            (Self::Int(value), Kind::I32) => i32::try_from(value).ok().map(Self::I32),
            (Self::Int(value), Kind::Char) => u32::try_from(value).ok().and_then(char::from_u32).map(Self::Char),
            (Self::Float(value), Kind::F32) => Some(Self::F32(value as f32)),
            (Self::I32(value), Kind::Int) => Some(Self::Int(value.into())),
            (Self::F32(value), Kind::Float) => Some(Self::Float(value.into())),
            (Self::Char(value), Kind::Int) => Some(Self::Int(u32::from(value).into())),
            _ => None,
        }
    }

    /// The scalar that a word stands for: `nil`, `true` or `false`.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "nil" => Self::Nil,
            "true" => Self::Bool(true),
            "false" => Self::Bool(false),
            _ => return None,
        })
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Scalar {}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = Scalar> {
        Kind::ALL.into_iter().flat_map(Scalar::telling)
    }

    #[test]
    fn bits_and_kind_are_all_that_a_scalar_is() {
        for scalar in all() {
            assert_eq!(Scalar::from_payload(scalar.kind(), scalar.payload()), Some(scalar));
            let stored = Scalar::stored_bytes(scalar.kind()).unwrap_or_default();
            assert!(stored == 8 || scalar.payload() >> (8 * stored) == 0, "{scalar} needs more than {stored} bytes");
        }
        assert_eq!(Scalar::from_payload(Kind::Bool, 2), None);
        assert_eq!(Scalar::from_payload(Kind::Nil, 1), None);
        assert_eq!(Scalar::from_payload(Kind::Str, 0), None);
    }

    #[test]
    fn what_tells_is_told_apart() {
        let all: Vec<Scalar> = all().collect();
        for (index, scalar) in all.iter().enumerate() {
            assert!(!all[..index].contains(scalar), "{scalar} is there twice");
        }
        for kind in Kind::ALL.into_iter().filter(|kind| kind.is_immediate()) {
            assert!(!Scalar::telling(kind).is_empty(), "{kind:?}");
            assert!(Scalar::stored_bytes(kind).is_some(), "{kind:?}");
        }
    }

    #[test]
    fn mistakes_are_other_values_of_the_kind() {
        for scalar in all() {
            let mistaken = scalar.mistaken();
            assert!(mistaken.iter().all(|other| *other != scalar && other.kind() == scalar.kind()), "{scalar}");
            assert!(!mistaken.is_empty() || scalar == Scalar::Nil, "{scalar}");
        }
    }

    #[test]
    fn floats_are_written_as_they_are_read() {
        let texts = [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 2.0]
            .map(|value| Scalar::Float(value).to_string());
        assert_eq!(texts, ["nan", "nan", "inf", "-inf", "-0.0", "2.0"]);
    }
}
