//! Traps: the numbers by which a running program's faults are known.

use std::fmt;

/// The number of a trap. Numbers below 1000 are the standard ones; a table's own begin there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrapCode(pub u16);

impl TrapCode {
    /// A value of another type than the instruction takes.
    pub const TYPE_MISMATCH: Self = Self(1);
    /// An integer division by zero.
    pub const DIVISION_BY_ZERO: Self = Self(2);
    /// No room for more values: frames and saved variables of scopes.
    pub const STACK_OVERFLOW: Self = Self(3);
    /// No room for more frames and scopes.
    pub const FRAME_OVERFLOW: Self = Self(4);
    /// A raised value that nobody caught.
    pub const RAISED: Self = Self(5);
    /// Code that the engine must not meet.
    pub const INVALID_CODE: Self = Self(6);
    /// The program writes, but the host granted no output.
    pub const NO_OUTPUT: Self = Self(7);
    /// The host's output refused what the program wrote.
    pub const OUTPUT_FAILED: Self = Self(8);
    /// A host function failed, panicked or returned wrongly.
    pub const HOST_FAILURE: Self = Self(9);

    /// The name of a standard trap; tables name their own in [`crate::metadata::Table::traps`].
    pub const fn standard_name(self) -> Option<&'static str> {
        Some(match self {
            Self::TYPE_MISMATCH => "TypeMismatch",
            Self::DIVISION_BY_ZERO => "DivisionByZero",
            Self::STACK_OVERFLOW => "StackOverflow",
            Self::FRAME_OVERFLOW => "FrameOverflow",
            Self::RAISED => "Raised",
            Self::INVALID_CODE => "InvalidCode",
            Self::NO_OUTPUT => "NoOutput",
            Self::OUTPUT_FAILED => "OutputFailed",
            Self::HOST_FAILURE => "HostFailure",
            _ => return None,
        })
    }
}

/// Writes the name of a standard trap, else `trap N`.
impl fmt::Display for TrapCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.standard_name() {
            Some(name) => f.write_str(name),
            None => write!(f, "trap {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standard_trap_has_a_name() {
        for code in 1..=9 {
            assert!(TrapCode(code).standard_name().is_some(), "{code}");
        }
        assert_eq!(TrapCode(2).to_string(), "DivisionByZero");
        assert_eq!(TrapCode(1000).to_string(), "trap 1000");
    }
}
