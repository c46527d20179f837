//! The traps that the library itself raises.

/// A trap that every table has. The number is what a handler of the running program sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
pub enum StandardTrap {
    /// A value of another type than the instruction takes.
    TypeMismatch = 1,
    /// An integer division by zero.
    DivisionByZero = 2,
    /// No room for more values: frames and saved variables of scopes.
    StackOverflow = 3,
    /// No room for more frames and scopes.
    FrameOverflow = 4,
    /// A raised value that nobody caught.
    Raised = 5,
    /// Code that the engine must not meet.
    InvalidCode = 6,
    /// The program writes, but the host granted no output.
    NoOutput = 7,
    /// The host's output refused what the program wrote.
    OutputFailed = 8,
    /// A host function failed, panicked or returned wrongly.
    HostFailure = 9,
    /// A number that is the code point of no character.
    InvalidCharacter = 10,
    /// No room for another object: all together, or one alone, would be larger than the limit.
    OutOfMemory = 11,
    /// An index or a range that is not within what it is of.
    OutOfBounds = 12,
    /// The program reads, but the host granted no input.
    NoInput = 13,
    /// The host's input could not be read, or is no text.
    InputFailed = 14,
}

impl StandardTrap {
    /// Every standard trap, by number.
    pub const ALL: [StandardTrap; 14] = [
        Self::TypeMismatch,
        Self::DivisionByZero,
        Self::StackOverflow,
        Self::FrameOverflow,
        Self::Raised,
        Self::InvalidCode,
        Self::NoOutput,
        Self::OutputFailed,
        Self::HostFailure,
        Self::InvalidCharacter,
        Self::OutOfMemory,
        Self::OutOfBounds,
        Self::NoInput,
        Self::InputFailed,
    ];

    /// What writing can raise, whatever row writes.
    pub const OF_OUTPUT: [StandardTrap; 2] = [Self::NoOutput, Self::OutputFailed];

    /// Its number.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The standard trap of that number.
    pub const fn from_code(code: u16) -> Option<Self> {
        // Numbers are in order, from 1.
        if code == 0 || code as usize > Self::ALL.len() { None } else { Some(Self::ALL[code as usize - 1]) }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TypeMismatch => "TypeMismatch",
            Self::DivisionByZero => "DivisionByZero",
            Self::StackOverflow => "StackOverflow",
            Self::FrameOverflow => "FrameOverflow",
            Self::Raised => "Raised",
            Self::InvalidCode => "InvalidCode",
            Self::NoOutput => "NoOutput",
            Self::OutputFailed => "OutputFailed",
            Self::HostFailure => "HostFailure",
            Self::InvalidCharacter => "InvalidCharacter",
            Self::OutOfMemory => "OutOfMemory",
            Self::OutOfBounds => "OutOfBounds",
            Self::NoInput => "NoInput",
            Self::InputFailed => "InputFailed",
        }
    }

    /// Whether it comes from a limit of the machine.
    pub const fn is_limit(self) -> bool {
        matches!(self, Self::StackOverflow | Self::FrameOverflow | Self::OutOfMemory)
    }

    /// Whether it depends on the machine or its host, so that no example of a row need show it.
    pub const fn is_from_outside(self) -> bool {
        match self {
            Self::InvalidCode | Self::NoOutput | Self::OutputFailed | Self::HostFailure => true,
            Self::NoInput | Self::InputFailed => true,
            Self::StackOverflow | Self::FrameOverflow | Self::OutOfMemory => true,
            Self::TypeMismatch | Self::DivisionByZero | Self::Raised | Self::InvalidCharacter | Self::OutOfBounds => {
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_order() {
        for trap in StandardTrap::ALL {
            assert_eq!(StandardTrap::from_code(trap.code()), Some(trap));
        }
        assert_eq!([0, 15].map(StandardTrap::from_code), [None, None]);
    }
}
