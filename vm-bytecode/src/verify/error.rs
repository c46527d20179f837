//! The rules that a module can break.

use crate::isa::DecodeError;
use crate::module::{Function, Module};
use opforge_core::{Pc, Printable, counted};
use std::fmt::{self, Write};

/// A rule that a module breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// The function, if the rule is about one.
    pub function: Option<String>,
    /// Where in its code. **Units:** bytes.
    pub pc: Option<u32>,
    /// File and line of the source there, if the module says.
    pub source: Option<(String, u32)>,
    /// The rule, with what was found.
    pub rule: Rule,
}

/// A place in the code of the function that an error is about. Shown like `0x9 (main.src:3)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePlace {
    /// **Units:** bytes.
    pub pc: u32,
    /// File and line of the source there, if the module says.
    pub source: Option<(String, u32)>,
}

impl CodePlace {
    pub(super) fn new(module: &Module, function: &Function, pc: Pc) -> Self {
        Self { pc: pc.0, source: source(module, function, pc.0) }
    }
}

/// File and line of the source at a position, to be kept.
pub(super) fn source(module: &Module, function: &Function, pc: u32) -> Option<(String, u32)> {
    module.source_of(function, pc).map(|(file, line)| (file.to_owned(), line))
}

impl fmt::Display for CodePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.pc)?;
        match &self.source {
            Some((file, line)) => write!(Printable(f), " ({file}:{line})"),
            None => Ok(()),
        }
    }
}

/// Two ways to an instruction that do not bring the same: the one from where the error is, and one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ways {
    /// The instruction that both come to.
    pub at: CodePlace,
    /// What the way from here brings.
    pub here: u32,
    /// Where the other way comes from.
    pub from: CodePlace,
    /// What it brings.
    pub before: u32,
}

impl Ways {
    fn show(&self, rule: &str, what: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, here, from, before } = self;
        write!(f, "{rule}: {at} is reached with {} from here, with {before} from {from}", counted(*here as usize, what))
    }
}

/// The rules that a module breaks: never none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyErrors(Vec<VerifyError>);

/// A rule of verification, with what was found instead. **Units:** positions in bytes, depths in values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are what the messages name")]
pub enum Rule {
    /// The module is written in this instruction set.
    Table { expected: String, found: String },
    /// Imports, globals and functions have different names; so have the slots of a function.
    UniqueNames { name: String },
    /// A name is a letter or `_`, then letters, digits, `_` and `.`.
    NameForm { name: String },
    /// There are at most as many as operands can name.
    Count { what: &'static str, found: usize, most: usize },
    /// No two constants of a module are equal, no two of its files have the same name.
    Repeated { what: &'static str, first: usize, second: usize },
    /// Lines are by pc, at instructions, name a file of the module, and each says something else than the one before;
    /// one of an unknown position has file 0, and is not the first.
    Lines,
    /// Every byte of code belongs to an instruction.
    Decodes(DecodeError),
    /// An operand names something that is there.
    Index { what: &'static str, index: u32, count: usize },
    /// The instructions of a function name its lists of targets one after the other, each once.
    ListOrder { found: u32, expected: usize },
    /// Each list of targets is named by an instruction.
    UnnamedList { list: usize },
    /// A call passes as many values as the function takes.
    Arity { function: String, expected: usize, found: u32 },
    /// An instruction takes no more than what is on the stack.
    Underflow { needs: u32, depth: u32 },
    /// A jump goes to an instruction of the function.
    WildJump { target: u32 },
    /// All ways to an instruction bring a stack of the same depth.
    EqualDepth(Box<Ways>),
    /// All ways to an instruction have the same number of scopes open.
    EqualScopes(Box<Ways>),
    /// A function returns, jumps or raises before its code ends.
    FallsOff,
    /// A scope that is closed was opened in the same function.
    ScopeToClose,
    /// A function closes its scopes before it returns.
    ScopesAtReturn { open: u32 },
    /// A frame has at most 65,535 slots: locals and stack.
    FrameSize { slots: u32 },
    /// A region begins and ends at instructions, the first before the second.
    RegionBounds { start: u32, end: u32 },
    /// Regions are nested or disjoint, by start, the longer first.
    RegionNesting { first: u32, second: u32 },
    /// A handler begins at an instruction outside of its region.
    RegionTarget { target: u32 },
    /// The start of a region is reached before its other instructions can be.
    RegionStart { start: u32 },
    /// Throughout a region the stack is at least as deep as its handler's height.
    RegionHeight { height: u32, depth: u32 },
    /// A region does not close scopes that were open when it began.
    RegionScopes { expected: u32, found: u32 },
}

impl Rule {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Table { .. } => "assemble the program again for this machine",
            Self::UniqueNames { .. } => "rename one of the two",
            Self::NameForm { .. } => "use a letter or `_`, then letters, digits, `_` and `.`",
            Self::Count { what: "bytes of code", .. } => "divide the function into several",
            Self::Count { .. } => "divide the module into several",
            Self::Repeated { .. } => "keep one of them, and let all that names the other name it",
            Self::Lines => {
                "list lines by pc, each at the first byte of an instruction and different from the one before"
            }
            Self::Decodes(_) => "write the code with the encoder of this instruction set",
            Self::Index { .. } => "declare it, or name one that is there",
            Self::ListOrder { .. } => "give each instruction a list of its own, in the order of the code",
            Self::UnnamedList { .. } => "leave out the list, or write the instruction that names it",
            Self::Arity { .. } => "push and count as many values as the function takes",
            Self::Underflow { .. } => "push the values before the instruction",
            Self::WildJump { .. } => "jump to the first byte of an instruction of the same function",
            Self::EqualDepth(_) => "push or pop on one of the ways",
            Self::EqualScopes(_) => "open or close scopes on one of the ways",
            Self::FallsOff => "end the function with a return or a jump",
            Self::ScopeToClose => "open the scope first, or leave this out",
            Self::ScopesAtReturn { .. } => "close the scopes before returning",
            Self::FrameSize { .. } => "divide the function into several, or use fewer locals",
            Self::RegionBounds { .. } => {
                "put both at the first byte of an instruction; the end may be the end of the code"
            }
            Self::RegionNesting { .. } => "let one region hold the other or end before it, and list the longer first",
            Self::RegionTarget { .. } => "put the handler at an instruction before or after the region",
            Self::RegionStart { .. } => "let all ways into the region pass its first instruction",
            Self::RegionHeight { .. } => "lower the height, or keep more on the stack",
            Self::RegionScopes { .. } => "close after the region what was opened before it",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table { expected, found } => {
                write!(f, "the module is written for {found}, this machine is {expected}")
            }
            Self::UniqueNames { name } => write!(f, "the name `{name}` is used for two things"),
            Self::NameForm { name } => write!(f, "{name:?} is no name"),
            Self::Count { what, found, most } => write!(f, "{found} {what}, at most {most} are possible"),
            Self::Repeated { what, first, second } => write!(f, "{what} {first} and {second} are equal"),
            Self::Lines => f.write_str("the table of lines is not in order"),
            Self::Decodes(DecodeError::UnknownOpcode { opcode, .. }) => {
                write!(f, "no instruction has opcode {opcode:#04x}")
            }
            Self::Decodes(DecodeError::Truncated { .. }) => f.write_str("the code ends within the instruction"),
            Self::Index { what, index, count } => {
                write!(f, "{what} {index} is out of range, there {} {count}", if *count == 1 { "is" } else { "are" })
            }
            Self::ListOrder { found, expected } => {
                write!(f, "list of targets {found} is named here, where it is the turn of {expected}")
            }
            Self::UnnamedList { list } => write!(f, "no instruction names list of targets {list}"),
            Self::Arity { function, expected, found } => {
                write!(f, "`{function}` takes {}, {found} {} passed", counted(*expected, "value"), be(*found))
            }
            Self::Underflow { needs, depth } => {
                write!(
                    f,
                    "stack underflow: {} {} popped, {depth} {} there",
                    counted(*needs as usize, "value"),
                    be(*needs),
                    be(*depth)
                )
            }
            Self::WildJump { target } => write!(f, "wild jump: no instruction begins at {target:#x}"),
            Self::EqualDepth(ways) => ways.show("unequal depths", "value", f),
            Self::EqualScopes(ways) => ways.show("unbalanced scopes", "open scope", f),
            Self::FallsOff => f.write_str("missing return: the code ends after this instruction"),
            Self::ScopeToClose => f.write_str("unbalanced scopes: no scope is open here"),
            Self::ScopesAtReturn { open } => {
                write!(f, "unbalanced scopes: {open} {} still open at the return", be(*open))
            }
            Self::FrameSize { slots } => write!(f, "the frame has {slots} slots, at most 65,535 are allowed"),
            Self::RegionBounds { start, end } => {
                write!(f, "region {start:#x} to {end:#x} is empty or does not begin and end at instructions")
            }
            Self::RegionNesting { first, second } => {
                write!(f, "the regions at {first:#x} and {second:#x} are neither nested nor disjoint, or not in order")
            }
            Self::RegionTarget { target } => {
                write!(f, "the handler at {target:#x} is no instruction outside of its region")
            }
            Self::RegionStart { start } => {
                write!(f, "this is reached without passing {start:#x}, where its region starts")
            }
            Self::RegionHeight { height, depth } => {
                write!(
                    f,
                    "the region's handler keeps {}, the stack has {depth} here",
                    counted(*height as usize, "value")
                )
            }
            Self::RegionScopes { expected, found } => {
                write!(f, "unbalanced scopes: the region began with {expected} open, here {} {found}", be(*found))
            }
        }
    }
}

fn be(number: u32) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut Printable(f);
        match (&self.function, self.pc) {
            (Some(function), Some(pc)) => {
                write!(f, "`{function}` at {}: ", CodePlace { pc, source: self.source.clone() })?;
            }
            (Some(function), None) => write!(f, "`{function}`: ")?,
            _ => {}
        }
        write!(f, "{}; help: {}", self.rule, self.rule.remedy())
    }
}

impl std::error::Error for VerifyError {}

impl VerifyErrors {
    pub(super) fn new(errors: Vec<VerifyError>) -> Self {
        Self(errors)
    }

    /// The errors, those about the module before those about its functions.
    pub fn errors(&self) -> &[VerifyError] {
        &self.0
    }
}

/// Writes one error a line.
impl fmt::Display for VerifyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for VerifyErrors {}
