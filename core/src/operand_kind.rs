//! The kinds of operand that an instruction may store in the code.

/// What an operand stored in the code means, and with it how wide it is.
///
/// The kind is the operand's role: nothing is inferred from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OperandKind {
    /// A parameter or local of the function.
    Local,
    /// A function: imports first, then the module's own.
    Func,
    /// A constant of the module.
    Const,
    /// A global of the module.
    Global,
    /// A function used as a block.
    Block,
    /// How many values a group has, 16 bits.
    Count,
    /// How many values a group has, 8 bits.
    Count8,
    /// A 64-bit integer.
    Int,
    /// A 16-bit signed integer, sign-extended.
    I16,
    /// A 64-bit float.
    Float,
    /// A position in the same function to jump to. **Units:** bytes from the function's start.
    Target,
}

impl OperandKind {
    /// Every kind, in the order of the manual.
    pub const ALL: [OperandKind; 11] = [
        Self::Local,
        Self::Func,
        Self::Const,
        Self::Global,
        Self::Block,
        Self::Count,
        Self::Count8,
        Self::Int,
        Self::I16,
        Self::Float,
        Self::Target,
    ];

    /// The name by which a table writes this kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "Local",
            Self::Func => "Func",
            Self::Const => "Const",
            Self::Global => "Global",
            Self::Block => "Block",
            Self::Count => "Count",
            Self::Count8 => "Count8",
            Self::Int => "Int",
            Self::I16 => "I16",
            Self::Float => "Float",
            Self::Target => "Target",
        }
    }

    /// The kind that a table writes as `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// How wide the operand is in stored code. **Units:** bytes.
    pub const fn width_bytes(self) -> usize {
        match self {
            Self::Count8 => 1,
            Self::Local | Self::Func | Self::Const | Self::Global | Self::Block | Self::Count | Self::I16 => 2,
            Self::Target => 4,
            Self::Int | Self::Float => 8,
        }
    }

    /// Whether the operand is an index: of a local, or of something of the module.
    pub const fn is_index(self) -> bool {
        match self {
            Self::Local | Self::Func | Self::Const | Self::Global | Self::Block => true,
            Self::Count | Self::Count8 | Self::Int | Self::I16 | Self::Float | Self::Target => false,
        }
    }

    /// What the operand names, in words.
    pub const fn role(self) -> &'static str {
        match self {
            Self::Local => "a parameter or local, by its slot",
            Self::Func => "a function: imports first, then the module's own",
            Self::Const => "an index into the module's constants",
            Self::Global => "a global of the module",
            Self::Block => "a function used as a block",
            Self::Count | Self::Count8 => "a number of values",
            Self::Int | Self::I16 => "an integer",
            Self::Float => "a float",
            Self::Target => "a position in the same function",
        }
    }
}
