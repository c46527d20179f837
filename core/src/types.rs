//! Value types: sets of the kinds that a value may have.

use std::fmt;

/// The kinds of values: the only list of them. Calls `$then!` with it.
///
/// A value of an immediate kind is its payload and nothing else: each has a Rust type, which implements
/// [`Immediate`](crate::Immediate), its name in [`Type`], and the names of the functions that make a value, read one, and
/// demand one. Where `From` stands behind it, a value of that type of Rust is meant as one of this kind: of two types of
/// integers only one can be, or a literal in Rust would be the other. Values of the other kinds refer to something.
#[doc(hidden)]
#[macro_export]
macro_rules! each_kind {
    ($then:ident) => {
        $then! {
            immediate {
                /// `true` or `false`.
                Bool = 1, bool, BOOL, bool as_bool to_bool, "truth value", From;
                /// A 64-bit integer that wraps.
                Int = 2, i64, INT, int as_int to_int, "integer", From;
                /// A 64-bit IEEE 754 float.
                Float = 3, f64, FLOAT, float as_float to_float, "float", From;
                /// A character: a Unicode scalar value.
                Char = 4, char, CHAR, char as_char to_char, "character", From;
                /// A 32-bit integer that wraps.
                I32 = 5, i32, I32, i32 as_i32 to_i32, "32-bit integer";
                /// A 32-bit IEEE 754 float.
                F32 = 6, f32, F32, f32 as_f32 to_f32, "32-bit float";
            }
            heap {
                /// A text: UTF-8 that never changes.
                Str = 128, Text, STR, text as_text to_text, "text";
            }
        }
    };
}

macro_rules! declare_kinds {
    (
        immediate {
            $(
                $(#[$doc:meta])*
                $name:ident = $tag:literal, $rust:ident, $ty:ident, $new:ident $as:ident $to:ident, $noun:literal
                $(, $from:ident)?;
            )*
        }
        heap {
            $(
                $(#[$heap_doc:meta])*
                $heap:ident = $heap_tag:literal, $heap_rust:ident, $heap_ty:ident,
                $heap_new:ident $heap_as:ident $heap_to:ident, $heap_noun:literal;
            )*
        }
    ) => {
        /// The kind of one value. The number is the tag of a value in memory.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Kind {
            /// The absence of a value.
            Nil = 0,
            $($(#[$doc])* $name = $tag,)*
            $($(#[$heap_doc])* $heap = $heap_tag,)*
        }

        impl Kind {
            /// Every kind that values have today, by tag.
            pub const ALL: [Kind; 1 + [$($tag,)* $($heap_tag,)*].len()] =
                [Self::Nil, $(Self::$name,)* $(Self::$heap,)*];

            /// The name by which a table and error messages write this kind.
            pub const fn name(self) -> &'static str {
                match self {
                    Self::Nil => "Nil",
                    $(Self::$name => stringify!($name),)*
                    $(Self::$heap => stringify!($heap),)*
                }
            }

            /// What a value of this kind is called in a sentence.
            pub const fn noun(self) -> &'static str {
                match self {
                    Self::Nil => "nil",
                    $(Self::$name => $noun,)*
                    $(Self::$heap => $heap_noun,)*
                }
            }

            /// The kind of values with that tag.
            #[inline(always)]
            pub const fn from_tag(tag: u64) -> Option<Kind> {
                match tag {
                    0 => Some(Self::Nil),
                    $($tag => Some(Self::$name),)*
                    $($heap_tag => Some(Self::$heap),)*
                    _ => None,
                }
            }

            /// The type of Rust that holds what such a value is, and the functions of `Value` that make it one, read it, and demand
            /// it; `None` for nil, which has nothing to hold.
            pub const fn rust(self) -> Option<RustType> {
                Some(match self {
                    Self::Nil => return None,
                    $(Self::$name => RustType {
                        name: stringify!($rust),
                        new: stringify!($new),
                        read: stringify!($as),
                        demand: stringify!($to),
                    },)*
                    $(Self::$heap => RustType {
                        name: stringify!($heap_rust),
                        new: stringify!($heap_new),
                        read: stringify!($heap_as),
                        demand: stringify!($heap_to),
                    },)*
                })
            }
        }

        impl Type {
            /// Only nil.
            pub const NIL: Type = Type::of(Kind::Nil);
            $(
                #[doc = concat!("Only values of the kind [`", stringify!($name), "`](Kind::", stringify!($name), ").")]
                pub const $ty: Type = Type::of(Kind::$name);
            )*
            $(
                #[doc = concat!("Only values of the kind [`", stringify!($heap), "`](Kind::", stringify!($heap), ").")]
                pub const $heap_ty: Type = Type::of(Kind::$heap);
            )*
        }
    };
}

each_kind!(declare_kinds);

/// How generated Rust holds a value of one kind: see [`Kind::rust`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RustType {
    /// The type: `i64`; of kinds that refer to something, a type of the machine's crate.
    pub name: &'static str,
    /// `Value::int(i64)`.
    pub new: &'static str,
    /// `Value::as_int`, an `Option`.
    pub read: &'static str,
    /// `Value::to_int`, which traps `TypeMismatch`.
    pub demand: &'static str,
}

impl Kind {
    /// Whether a value of this kind is in its slot as a whole; else the slot refers to something.
    pub const fn is_immediate(self) -> bool {
        (self as u8) < Self::FIRST_HEAP_TAG
    }

    /// Heap kinds are one range at the top; 255 is never a value.
    const FIRST_HEAP_TAG: u8 = 128;

    /// Its bit in a [`Type`]: the place of the kind among all.
    const fn bit(self) -> u32 {
        let mut index = 0;
        while Self::ALL[index] as u8 != self as u8 {
            index += 1;
        }
        1 << index
    }
}

/// A set of kinds: what a value at some place may be.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Type(u32);

impl Type {
    /// The empty set: no value.
    pub const NEVER: Type = Type(0);
    /// Every value.
    pub const ANY: Type = Type((1 << Kind::ALL.len()) - 1);
    /// Ints and floats.
    pub const NUM: Type = Type::INT.union(Type::FLOAT);

    /// Names that a table may write for kinds that later versions will have; they have no values yet.
    pub const PLANNED: [&'static str; 9] =
        ["Atom", "Pid", "Status", "Array", "Hash", "Tuple", "Object", "Cell", "Complex"];

    /// The set of one kind.
    pub const fn of(kind: Kind) -> Type {
        Type(kind.bit())
    }

    /// The built-in type that a table writes as `name`.
    pub fn from_name(name: &str) -> Option<Type> {
        match name {
            "Any" => Some(Type::ANY),
            "Num" => Some(Type::NUM),
            _ => Kind::ALL.into_iter().find(|kind| kind.name() == name).map(Type::of),
        }
    }

    /// `self ∪ other`.
    pub const fn union(self, other: Type) -> Type {
        Type(self.0 | other.0)
    }

    /// `self ∩ other`.
    pub const fn intersection(self, other: Type) -> Type {
        Type(self.0 & other.0)
    }

    /// Whether every kind of `other` is in `self`.
    pub const fn contains(self, other: Type) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether values of `kind` are in `self`.
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether no value is in `self`.
    pub const fn is_never(self) -> bool {
        self.0 == 0
    }

    /// The only kind in the set, if there is just one.
    pub fn single(self) -> Option<Kind> {
        Kind::ALL.into_iter().find(|&kind| Type::of(kind) == self)
    }

    /// The kinds in the set, in the order of their tags.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |&kind| self.has(kind))
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Type::ANY {
            return f.write_str("Any");
        }
        if *self == Type::NUM {
            return f.write_str("Num");
        }
        for (index, kind) in self.kinds().enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            f.write_str(kind.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Type({self})")
    }
}
