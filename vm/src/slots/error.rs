//! Why a function has no slot code.

use std::fmt;

/// Why a function cannot be lowered, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowerError {
    /// The instruction of stack form at which lowering stopped; for slot code that is not valid, what it comes from.
    /// **Units:** bytes.
    pub pc: u32,
    /// What stopped it.
    pub rule: LowerRule,
}

/// What slot form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LowerRule {
    /// A frame has at most 32,766 slots: the reference engine runs functions with more.
    FrameSize,
    /// Code is at most 256 KiB long: the reference engine runs functions with more.
    CodeSize,
    /// Every distance between words fits 32 bits.
    Distance,
    /// There is such a function.
    Function,
    /// The code is what verification saw.
    Verified,
    /// Every row has a form, and its operands are of their kinds.
    Row,
    /// Code falls only into what verification reached.
    FallsThrough,
    /// Every instruction of slot form is one of the table's.
    Selected,
    /// Every jump goes to the beginning of a block.
    Target,
    /// Slot code is made of the table's instructions, each whole, and does not run past its end.
    Instruction,
    /// Every slot that code or a frame map names is one of the frame's.
    Slot,
    /// Every index that code or a frame map names something by is within range.
    Index,
    /// A call passes as many values as the function takes.
    Arity,
    /// Entries and frame maps are in order, and at instructions.
    Order,
    /// A frame map is within the stack.
    Depth,
    /// Nobody asked that lowering stops.
    Interrupted,
    /// There is as much memory as lowering may take.
    Memory,
}

impl LowerRule {
    /// The rule as a sentence that was broken.
    fn broken(self) -> &'static str {
        match self {
            Self::FrameSize => "the frame has more than 32,766 slots",
            Self::CodeSize => "the code is longer than 256 KiB",
            Self::Distance => "a distance does not fit 32 bits",
            Self::Function => "there is no such function",
            Self::Verified => "the code is not what verification saw",
            Self::Row => "an operand is not of its row's kind",
            Self::FallsThrough => "code falls into what nothing reaches",
            Self::Selected => "no instruction of slot form does this",
            Self::Target => "a jump does not go to a block",
            Self::Instruction => "a word is no instruction, or the code runs past its end",
            Self::Slot => "a slot is outside of the frame",
            Self::Index => "an index names nothing",
            Self::Arity => "a call passes another number of values than the function takes",
            Self::Order => "entries or frame maps are not in order",
            Self::Depth => "a frame map names a position above the stack",
            Self::Interrupted => "lowering was interrupted",
            Self::Memory => "there is not enough memory to lower the function",
        }
    }
}

impl fmt::Display for LowerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no slot code: at {:#x}: {}", self.pc, self.rule.broken())
    }
}

impl std::error::Error for LowerError {}
