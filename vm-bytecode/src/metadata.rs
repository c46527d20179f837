//! What a generated machine knows of its table: read by the assembler, the
//! disassembler, the test harness and tools.

use crate::trap::TrapCode;
pub use opforge_core::Through;
use opforge_core::{Effect, NativeState, OperandKind, Scalar, Type};

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
    /// Hash of everything in it that stored code depends on; each module carries it.
    pub hash: u64,
    /// Its families.
    pub families: &'static [FamilyInfo],
    /// Its instructions, by opcode.
    pub instructions: &'static [InstructionInfo],
    /// The traps its programs can meet, by number.
    pub traps: &'static [TrapInfo],
    /// Its fusions.
    pub fusions: &'static [FusionInfo],
    /// Its rewrites.
    pub rewrites: &'static [RewriteInfo],
    /// Index in `instructions` of the row with this mnemonic.
    pub find: fn(&str) -> Option<usize>,
}

/// A family of instructions.
#[derive(Debug)]
pub struct FamilyInfo {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub doc: &'static str,
    /// Assembly functions that its examples name; empty if none.
    pub fixtures: &'static str,
    /// The file that they are from, as the family names it; empty if none.
    pub fixtures_file: &'static str,
}

/// A trap.
#[derive(Debug)]
pub struct TrapInfo {
    /// Its name.
    pub name: &'static str,
    /// Its number.
    pub code: TrapCode,
    /// When it happens.
    pub doc: &'static str,
}

/// A fusion.
#[derive(Debug)]
pub struct FusionInfo {
    /// Its name, in camel case.
    pub name: &'static str,
    /// The name of its instruction of slot form.
    pub mnemonic: &'static str,
    /// What it stands for.
    pub pattern: &'static [PatternLine],
}

/// A rewrite: a sequence that lowering replaces by a cheaper one.
#[derive(Debug)]
pub struct RewriteInfo {
    /// Its name.
    pub name: &'static str,
    /// What is replaced.
    pub pattern: &'static [PatternLine],
    /// Numbers that the outcome may hang on, for tests.
    pub numbers: &'static [Scalar],
}

/// A line of a fusion's pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PatternLine {
    /// A place that jumps of the pattern go to, by number.
    Label(usize),
    /// The row of that index, and its operands.
    Row(usize, &'static [LineOperand]),
}

/// An operand of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LineOperand {
    /// Equal numbers stand for equal operands.
    Variable(usize),
    /// A number.
    Number(Scalar),
    /// A place of the pattern.
    Label(usize),
}

/// An instruction.
#[derive(Debug)]
pub struct InstructionInfo {
    /// Its name, in camel case.
    pub name: &'static str,
    /// Its spelling in assembly.
    pub mnemonic: &'static str,
    /// Its stored opcode: one byte below `0xf0`, else prefix and second byte.
    pub code: u16,
    /// Index of its family in [`Table::families`].
    pub family: usize,
    /// What it does.
    pub doc: &'static str,
    /// Its stack effect as written.
    pub stack: &'static str,
    /// Its operands, in the order in which they are stored.
    pub operands: &'static [OperandInfo],
    /// What it pops, bottom first.
    pub inputs: &'static [InputInfo],
    /// What it pushes when it continues with the next instruction, bottom first.
    pub outputs: &'static [OutputInfo],
    /// For each operand it can jump through: the operand's index and what it pushes then.
    pub jumps: &'static [(usize, &'static [OutputInfo])],
    /// How many values it needs above its inputs while it runs.
    pub peak: u32,
    /// Indices that no operand holds and that must exist all the same: those that the parts of a sequence name.
    pub fixed: &'static [(OperandKind, u16)],
    /// Whether it can continue with the next instruction.
    pub falls_through: bool,
    /// Whether it can leave the function.
    pub returns: bool,
    /// Whether it raises a value.
    pub raises: bool,
    /// The operand that names a function it enters, and the input group it passes.
    pub enters: Option<(usize, usize)>,
    /// `1` if it opens a scope, `-1` if it closes one.
    pub scope: i8,
    /// The traps it can raise, limits excluded.
    pub traps: &'static [TrapCode],
    /// What it does besides computing.
    pub effects: &'static [Effect],
    /// How it runs in native code.
    pub native: NativeState,
    /// What tools may use it for, if its body does just that.
    pub role: Option<Role>,
    /// Its examples.
    pub examples: &'static [ExampleInfo],
    /// The combinations of input types that the body computes with, one type per single input: what the generator of
    /// programs should mostly feed it. Empty when any will do.
    pub accepts: &'static [&'static [Type]],
}

/// What an instruction is to tools that must not know its name; derived from its body.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Role {
    /// Pushes the local that its one operand names.
    GetLocal,
    /// Pops a value of any type into the local that its one operand names.
    SetLocal,
    /// Pushes the constant that its one operand names.
    LoadConstant,
    /// Pushes its one operand, a number.
    LoadOperand,
    /// Pushes this scalar; it has no operands.
    Load(Scalar),
}

/// An operand.
#[derive(Debug)]
pub struct OperandInfo {
    /// Its name in the row.
    pub name: &'static str,
    /// Its kind.
    pub kind: OperandKind,
}

/// A popped value, or a group of them.
#[derive(Debug)]
pub struct InputInfo {
    /// Its name in the row.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// For a group: the index of the operand that counts its values.
    pub count: Option<usize>,
}

/// A pushed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputInfo {
    /// Its type.
    pub ty: Type,
    /// The input that it passes on, by index.
    pub passes: Option<usize>,
}

/// An example of a row, as the test harness runs it.
#[derive(Debug)]
pub struct ExampleInfo {
    /// As written in the table.
    pub text: &'static str,
    /// Locals before.
    pub slots: &'static [Literal],
    /// Globals before.
    pub globals: &'static [Literal],
    /// What the input has, if stated.
    pub reads: Option<&'static str>,
    /// One per operand.
    pub operands: &'static [GivenOperand],
    /// The inputs, bottom first.
    pub inputs: &'static [Literal],
    /// What happens.
    pub outcome: ExampleOutcome,
    /// Locals after, if stated.
    pub slots_after: Option<&'static [Literal]>,
    /// Globals after, if stated.
    pub globals_after: Option<&'static [Literal]>,
    /// What is printed, if stated.
    pub prints: Option<&'static str>,
}

/// A value in an example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    /// A scalar.
    Scalar(Scalar),
    /// A text constant.
    Text(&'static str),
}

/// An operand in an example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GivenOperand {
    /// A target, or the count of the only group.
    Omitted,
    /// A number; also that of a slot or global, a count, or how many targets a list has.
    Number(Scalar),
    /// A constant's value.
    Constant(Literal),
    /// A function of the family's fixtures.
    Function(&'static str),
}

/// How an example ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ExampleOutcome {
    /// Continues at the next instruction with these outputs.
    Next(&'static [Literal]),
    /// Jumps that way with these outputs.
    Jump(Through, &'static [Literal]),
    /// Raises that trap; the stack is as it was.
    Trap(TrapCode),
    /// Returns that value.
    Return(Literal),
    /// Raises that value.
    Raise(Literal),
}
