//! The instructions of slot form that every table has.

/// An instruction that every table has; those of the table come after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum BuiltIn {
    /// Nothing.
    Nop = 0,
    /// `slot = slot`.
    Move = 1,
    /// Exchanges two slots.
    Exchange = 2,
    /// `slot = scalar`: the tag, then the payload.
    Load = 3,
    /// `slot = constant of the module`.
    LoadPool = 4,
    /// Leaves a function that is run on its own, through one of its exits.
    Exit = 5,
    /// An instruction of the table that is kept out of the loop: its number, then its fields.
    Cold = 6,
}

impl BuiltIn {
    /// All of them, by code.
    pub const ALL: [BuiltIn; Self::COUNT as usize] =
        [Self::Nop, Self::Move, Self::Exchange, Self::Load, Self::LoadPool, Self::Exit, Self::Cold];

    /// How many there are: the first code of the table's own instructions.
    pub const COUNT: u16 = 7;

    /// The one with that code.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Its code.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Its name, in snake case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nop => "nop",
            Self::Move => "move",
            Self::Exchange => "exchange",
            Self::Load => "load",
            Self::LoadPool => "load_pool",
            Self::Exit => "exit",
            Self::Cold => "cold",
        }
    }

    /// What it does, in words.
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Nop => "Does nothing.",
            Self::Move => "Copies the second slot into the first.",
            Self::Exchange => "Exchanges two slots.",
            Self::Load => "Puts a value that stands in the code into a slot.",
            Self::LoadPool => "Puts a constant of the module into a slot.",
            Self::Exit => "Leaves a function that is run on its own, through the exit of that number.",
            Self::Cold => "Runs an instruction that is kept out of the loop.",
        }
    }

    /// How many fields of 16 bits it has.
    pub const fn fields(self) -> usize {
        match self {
            Self::Nop => 0,
            Self::Move | Self::Exchange | Self::LoadPool => 2,
            Self::Load => 6,
            Self::Exit | Self::Cold => 1,
        }
    }

    /// How long it is. **Units:** words of 64 bits.
    pub const fn words(self) -> usize {
        (1 + self.fields()).div_ceil(4)
    }
}

/// The codes of the built-in instructions, for patterns.
pub mod built_in_codes {
    use super::BuiltIn;

    /// [`BuiltIn::Nop`].
    pub const NOP: u16 = BuiltIn::Nop.code();
    /// [`BuiltIn::Move`].
    pub const MOVE: u16 = BuiltIn::Move.code();
    /// [`BuiltIn::Exchange`].
    pub const EXCHANGE: u16 = BuiltIn::Exchange.code();
    /// [`BuiltIn::Load`].
    pub const LOAD: u16 = BuiltIn::Load.code();
    /// [`BuiltIn::LoadPool`].
    pub const LOAD_POOL: u16 = BuiltIn::LoadPool.code();
    /// [`BuiltIn::Exit`].
    pub const EXIT: u16 = BuiltIn::Exit.code();
    /// [`BuiltIn::Cold`].
    pub const COLD: u16 = BuiltIn::Cold.code();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order() {
        for (code, built_in) in (0..).zip(BuiltIn::ALL) {
            assert_eq!((built_in.code(), BuiltIn::from_code(code)), (code, Some(built_in)));
        }
        assert_eq!(BuiltIn::from_code(BuiltIn::COUNT), None);
    }
}
