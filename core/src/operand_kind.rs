//! The kinds of operand that an instruction may store in the code.

use crate::{Kind, Scalar, Type};
use std::ops::RangeInclusive;

/// What an operand is for. Operands of one role are treated alike, however wide they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OperandRole {
    /// It names a parameter or local of the function, by its slot.
    Local,
    /// It names a function: imports first, then the module's own.
    Func,
    /// It names a constant of the module.
    Const,
    /// It names a global of the module.
    Global,
    /// It is a position in the same function, to jump to.
    Target,
    /// It names a list of such positions, of which the function has several.
    Targets,
    /// It says how many values a group has.
    Count,
    /// It is a value of that kind.
    Number(Kind),
}

/// Declares the kinds: each with how a table writes it, the type of Rust that it is stored as, its role, and what it is in
/// words.
macro_rules! operand_kinds {
    ($($(#[$doc:meta])* $name:ident $written:literal: $stored:ident, $role:expr, $words:literal;)*) => {
        /// What an operand stored in the code means, and with it how wide it is.
        ///
        /// The kind is the operand's role: nothing is inferred from its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum OperandKind {
            $($(#[$doc])* $name,)*
        }

        impl OperandKind {
            /// Every kind, in the order of the manual.
            pub const ALL: [OperandKind; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// How a table writes this kind.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $written,)*
                }
            }

            /// What Rust calls this kind: the variant.
            pub const fn variant(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// What operands of this kind are for.
            pub const fn role(self) -> OperandRole {
                match self {
                    $(Self::$name => $role,)*
                }
            }

            /// What the operand names or is, in words.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)*
                }
            }

            /// How wide the operand is in stored code. **Units:** bytes.
            pub const fn width_bytes(self) -> usize {
                match self {
                    $(Self::$name => size_of::<$stored>(),)*
                }
            }

            /// The primitive type of Rust that it is stored as: `u16`.
            pub const fn stored(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($stored),)*
                }
            }

            /// The ints that it can be; `None` of a float.
            pub fn ints(self) -> Option<RangeInclusive<i64>> {
                match self {
                    $(Self::$name => <$stored>::INTS,)*
                }
            }
        }
    };
}

operand_kinds! {
    /// A parameter or local of the function.
    Local "Local": u16, OperandRole::Local, "a parameter or local, by its slot";
    /// A function: imports first, then the module's own.
    Func "Func": u16, OperandRole::Func, "a function: imports first, then the module's own";
    /// A constant of the module.
    Const "Const": u16, OperandRole::Const, "an index into the module's constants";
    /// A global of the module.
    Global "Global": u16, OperandRole::Global, "a global of the module";
    /// A function used as a block.
    Block "Block": u16, OperandRole::Func, "a function used as a block";
    /// How many values a group has, 16 bits.
    Count "Count": u16, OperandRole::Count, "a number of values";
    /// How many values a group has, 8 bits.
    Count8 "Count8": u8, OperandRole::Count, "a number of values";
    /// A 64-bit integer.
    Int "Int": i64, OperandRole::Number(Kind::Int), "an integer";
    /// A 16-bit signed integer, sign-extended.
    I16 "I16": i16, OperandRole::Number(Kind::Int), "an integer";
    /// A 64-bit float.
    Float "Float": f64, OperandRole::Number(Kind::Float), "a float";
    /// A position in the same function to jump to. **Units:** bytes from the function's start.
    Target "Target": u32, OperandRole::Target, "a position in the same function";
    /// A list of positions to jump to: which of the function's lists.
    Targets "[Target]": u16, OperandRole::Targets, "a list of positions in the same function";
}

/// A type that operands are stored as.
trait Stored {
    /// The ints that it holds.
    const INTS: Option<RangeInclusive<i64>>;
}

macro_rules! stored_ints {
    ($($ty:ident)*) => {
        $(impl Stored for $ty {
            const INTS: Option<RangeInclusive<i64>> = Some($ty::MIN as i64..=$ty::MAX as i64);
        })*
    };
}

stored_ints!(u8 u16 u32 i16 i64);

impl Stored for f64 {
    const INTS: Option<RangeInclusive<i64>> = None;
}

impl OperandKind {
    /// The kind that a table writes as `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether the operand is an index: of a local, or of something of the module.
    pub const fn is_index(self) -> bool {
        match self.role() {
            OperandRole::Local | OperandRole::Func | OperandRole::Const | OperandRole::Global => true,
            OperandRole::Target | OperandRole::Targets | OperandRole::Count | OperandRole::Number(_) => false,
        }
    }

    /// Whether the operand can be that number.
    pub fn admits(self, number: Scalar) -> bool {
        let kind = match self.role() {
            OperandRole::Number(kind) => kind,
            _ => Kind::Int,
        };
        match (number, self.ints()) {
            (Scalar::Int(value), Some(ints)) => kind == Kind::Int && ints.contains(&value),
            _ => kind == number.kind(),
        }
    }

    /// Whether the operand says where to jump to: a place, or a list of places.
    pub const fn is_jump(self) -> bool {
        matches!(self.role(), OperandRole::Target | OperandRole::Targets)
    }

    /// How assembly writes an operand of this kind, which is called `name`: a list stands in brackets.
    pub fn usage(self, name: &str) -> String {
        if self.role() == OperandRole::Targets { format!("[{name}, …]") } else { name.to_owned() }
    }

    /// Whether the operand is a number of values.
    pub const fn is_count(self) -> bool {
        matches!(self.role(), OperandRole::Count)
    }

    /// The type of the value that the operand is; `None` of one that names or counts something.
    pub const fn number(self) -> Option<Type> {
        match self.role() {
            OperandRole::Number(kind) => Some(Type::of(kind)),
            _ => None,
        }
    }
}
