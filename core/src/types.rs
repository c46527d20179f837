//! Value types: sets of the kinds that a value may have.

use std::fmt;

/// Declares the kinds: the only list of their names and tags, from which all else is derived.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $tag:literal,)*) => {
        /// The kind of one value. The number is the tag of a value in memory.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* $name = $tag,)*
        }

        impl Kind {
            /// Every kind that values have today, by tag.
            pub const ALL: [Kind; [$($tag),*].len()] = [$(Self::$name),*];

            /// The name by which a table and error messages write this kind.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// The kind of values with that tag.
            #[inline(always)]
            pub const fn from_tag(tag: u64) -> Option<Kind> {
                match tag {
                    $($tag => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// The absence of a value.
    Nil = 0,
    /// `true` or `false`.
    Bool = 1,
    /// A 64-bit integer that wraps.
    Int = 2,
    /// A 64-bit IEEE 754 float.
    Float = 3,
    /// A text: until there is a heap, always a constant of a module or an argument of the host's.
    Str = 128,
}

impl Kind {
    /// Whether a value of this kind is in its slot as a whole; else the slot refers to something.
    pub const fn is_immediate(self) -> bool {
        (self as u8) < Self::FIRST_HEAP_TAG
    }

    /// Heap kinds are one range at the top; 255 is never a value.
    const FIRST_HEAP_TAG: u8 = 128;

    /// Its bit in a [`Type`]: the place of the kind among all.
    const fn bit(self) -> u8 {
        let mut index = 0;
        while Self::ALL[index] as u8 != self as u8 {
            index += 1;
        }
        1 << index
    }
}

/// A set of kinds: what a value at some place may be.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Type(u8);

impl Type {
    /// The empty set: no value.
    pub const NEVER: Type = Type(0);
    /// Every value.
    pub const ANY: Type = Type(((1u16 << Kind::ALL.len()) - 1) as u8);
    /// Only nil.
    pub const NIL: Type = Type::of(Kind::Nil);
    /// Only bools.
    pub const BOOL: Type = Type::of(Kind::Bool);
    /// Only ints.
    pub const INT: Type = Type::of(Kind::Int);
    /// Only floats.
    pub const FLOAT: Type = Type::of(Kind::Float);
    /// Only texts.
    pub const STR: Type = Type::of(Kind::Str);
    /// Ints and floats.
    pub const NUM: Type = Type::INT.union(Type::FLOAT);

    /// Names that a table may write for kinds that later versions will have; they have no values yet.
    pub const PLANNED: [&'static str; 12] =
        ["I32", "F32", "Char", "Atom", "Pid", "Status", "Array", "Hash", "Tuple", "Object", "Cell", "Complex"];

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
