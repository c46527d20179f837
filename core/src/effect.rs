//! What instructions do besides computing.

/// Something the machine does besides computing. Traps are told apart from these: a program has some of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// Looks at constants of the module, or at the characters of texts.
    ReadsConstants,
    /// Makes a text. There may be no room for it, so nothing may have changed before, and everything before may be done again.
    Allocates,
    /// Reads a local.
    ReadsLocals,
    /// Writes a local.
    WritesLocals,
    /// Reads a global.
    ReadsGlobals,
    /// Writes a global.
    WritesGlobals,
    /// Opens a scope of named variables.
    OpensScope,
    /// Closes the innermost scope of named variables.
    ClosesScope,
    /// Reads from the host's input.
    Input,
    /// Writes to the host's output.
    Output,
}

impl Effect {
    /// Every effect, in order.
    pub const ALL: [Effect; 10] = [
        Self::ReadsConstants,
        Self::Allocates,
        Self::ReadsLocals,
        Self::WritesLocals,
        Self::ReadsGlobals,
        Self::WritesGlobals,
        Self::OpensScope,
        Self::ClosesScope,
        Self::Input,
        Self::Output,
    ];

    /// The name by which a table writes this effect.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadsConstants => "ReadsConstants",
            Self::Allocates => "Allocates",
            Self::ReadsLocals => "ReadsLocals",
            Self::WritesLocals => "WritesLocals",
            Self::ReadsGlobals => "ReadsGlobals",
            Self::WritesGlobals => "WritesGlobals",
            Self::OpensScope => "OpensScope",
            Self::ClosesScope => "ClosesScope",
            Self::Input => "Input",
            Self::Output => "Output",
        }
    }

    /// The effect that a table writes as `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.name() == name)
    }

    /// Whether it changes something that outlives the instruction.
    pub const fn changes_state(self) -> bool {
        match self {
            Self::WritesLocals
            | Self::WritesGlobals
            | Self::OpensScope
            | Self::ClosesScope
            | Self::Input
            | Self::Output => true,
            Self::ReadsConstants | Self::Allocates | Self::ReadsLocals | Self::ReadsGlobals => false,
        }
    }
}
