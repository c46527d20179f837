//! How instructions run in native code.

/// How an instruction runs in native code, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NativeState {
    /// As machine code in place.
    Inline,
    /// As a call from native code.
    Helper,
    /// By leaving native code.
    Exit,
}

impl NativeState {
    /// How the manual and tools write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Helper => "helper",
            Self::Exit => "exit",
        }
    }
}
