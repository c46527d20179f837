//! Traps: the numbers by which a running program's faults are known.

use opforge_core::StandardTrap;
use std::fmt;

/// The number of a trap. Numbers below 1000 are the standard ones; a table's own begin there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrapCode(pub u16);

impl TrapCode {
    /// A value of another type than the instruction takes.
    pub const TYPE_MISMATCH: Self = Self(StandardTrap::TypeMismatch.code());
    /// An integer division by zero.
    pub const DIVISION_BY_ZERO: Self = Self(StandardTrap::DivisionByZero.code());
    /// No room for more values: frames and saved variables of scopes.
    pub const STACK_OVERFLOW: Self = Self(StandardTrap::StackOverflow.code());
    /// No room for more frames and scopes.
    pub const FRAME_OVERFLOW: Self = Self(StandardTrap::FrameOverflow.code());
    /// A raised value that nobody caught.
    pub const RAISED: Self = Self(StandardTrap::Raised.code());
    /// Code that the engine must not meet.
    pub const INVALID_CODE: Self = Self(StandardTrap::InvalidCode.code());
    /// The program writes, but the host granted no output.
    pub const NO_OUTPUT: Self = Self(StandardTrap::NoOutput.code());
    /// The host's output refused what the program wrote.
    pub const OUTPUT_FAILED: Self = Self(StandardTrap::OutputFailed.code());
    /// A host function failed, panicked or returned wrongly.
    pub const HOST_FAILURE: Self = Self(StandardTrap::HostFailure.code());
    /// A number that is the code point of no character.
    pub const INVALID_CHARACTER: Self = Self(StandardTrap::InvalidCharacter.code());
    /// No room for another object within the limits.
    pub const OUT_OF_MEMORY: Self = Self(StandardTrap::OutOfMemory.code());
    /// An index or a range that is not within what it is of.
    pub const OUT_OF_BOUNDS: Self = Self(StandardTrap::OutOfBounds.code());
    /// The program reads, but the host granted no input.
    pub const NO_INPUT: Self = Self(StandardTrap::NoInput.code());
    /// The host's input could not be read, or is no text.
    pub const INPUT_FAILED: Self = Self(StandardTrap::InputFailed.code());

    /// The name of a standard trap; tables name their own in [`crate::metadata::Table::traps`].
    pub const fn standard_name(self) -> Option<&'static str> {
        match StandardTrap::from_code(self.0) {
            Some(trap) => Some(trap.name()),
            None => None,
        }
    }
}

/// Writes the name of a standard trap, else `trap N`.
impl fmt::Display for TrapCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.standard_name() {
            Some(name) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_traps_have_names() {
        assert_eq!(TrapCode(2).to_string(), "DivisionByZero");
        assert_eq!(TrapCode(1000).to_string(), "1000");
    }
}
