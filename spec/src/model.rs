//! The checked instruction set: what every emitter reads.
//!
//! Only the checker in this crate makes an [`InstructionSet`], so having one
//! is the proof that its table is right. It holds no RON and no Rust tokens.

pub use opforge_core::{Effect, NativeState};
use opforge_core::{OperandKind, Scalar, StandardTrap, Type};
use std::path::PathBuf;

/// A table that was read and checked as a whole.
#[derive(Clone, Debug)]
pub struct InstructionSet {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) doc: String,
    pub(crate) families: Vec<Family>,
    pub(crate) traps: Vec<Trap>,
    pub(crate) primitives: Vec<Primitive>,
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) fusions: Vec<Fusion>,
    pub(crate) rewrites: Vec<Rewrite>,
    pub(crate) files: Vec<PathBuf>,
}

impl InstructionSet {
    /// The table's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The table's version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// What the table is, in a sentence or two of Markdown; may be empty.
    pub fn doc(&self) -> &str {
        &self.doc
    }

    /// The families that have instructions, in order of their first opcode.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// Every trap a program can meet, by number. [`TrapId`] indexes this.
    pub fn traps(&self) -> &[Trap] {
        &self.traps
    }

    /// Every primitive that bodies may call. [`PrimitiveId`] indexes this.
    pub fn primitives(&self) -> &[Primitive] {
        &self.primitives
    }

    /// The instructions, by opcode. [`InstructionId`] indexes this.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// The fusions, checked for form.
    pub fn fusions(&self) -> &[Fusion] {
        &self.fusions
    }

    /// The rewrites, each tried on boundary values.
    pub fn rewrites(&self) -> &[Rewrite] {
        &self.rewrites
    }

    /// The files on disk that the table was read from, the root first; embedded `std:` families are not among them.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The instruction called `name`.
    pub fn instruction(&self, name: &str) -> Option<&Instruction> {
        self.instructions.iter().find(|instruction| instruction.name == name)
    }

    /// The trap behind an id of this set.
    pub fn trap(&self, id: TrapId) -> &Trap {
        &self.traps[id.0]
    }

    /// The primitive behind an id of this set.
    pub fn primitive(&self, id: PrimitiveId) -> &Primitive {
        &self.primitives[id.0]
    }
}

/// Index of a trap in [`InstructionSet::traps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrapId(pub usize);

/// Index of a primitive in [`InstructionSet::primitives`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrimitiveId(pub usize);

/// Index of an instruction in [`InstructionSet::instructions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstructionId(pub usize);

/// A named group of instructions, from one file.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// What it holds, in a sentence.
    pub doc: String,
    /// Assembly functions that its examples name with `@`; empty if none.
    pub fixtures: String,
}

/// An error that a running program can raise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// Its name, in camel case.
    pub name: String,
    /// Its number, which a handler sees.
    pub code: u16,
    /// When it happens.
    pub doc: String,
    /// Which of `opforge`'s own it is, if the `std:` prelude declares it.
    pub standard: Option<StandardTrap>,
}

/// A named operation that bodies are made of.
#[derive(Clone, Debug)]
pub struct Primitive {
    /// Its dotted name, such as `int.add_wrap`.
    pub name: String,
    /// What it takes.
    pub params: Vec<Param>,
    /// What it gives; `None` if it is a statement.
    pub result: Option<Type>,
    /// Absolute path of the Rust function, such as `::opforge::core::primitives::int::add_wrap`.
    pub rust: String,
    /// What it does besides computing; sorted, without repeats.
    pub effects: Vec<Effect>,
    /// The traps it may raise; sorted, without repeats.
    pub traps: Vec<TrapId>,
    /// What it is to the fast engine, which can then do without calling it.
    pub role: Option<PrimitiveRole>,
    /// Whether the `std:` prelude declares it (then the function is `opforge`'s own, and known to the evaluator).
    pub std: bool,
    /// Its cost, relative to an integer addition.
    pub cost: u32,
    /// How the manual says it: text with `{0}`, `{1}`, … for the arguments.
    pub phrase: String,
}

impl Primitive {
    /// Whether the Rust function takes `&mut Context` first.
    pub fn needs_context(&self) -> bool {
        !self.effects.is_empty()
    }

    /// Whether the Rust function gives `Result<_, Trap>`.
    pub fn may_trap(&self) -> bool {
        !self.traps.is_empty()
    }
}

/// A primitive that folding replaces: a row that only does this becomes no instruction of slot form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimitiveRole {
    /// Gives the value of the local that its argument names.
    ReadsLocal,
    /// Puts its second argument into the local that its first one names.
    WritesLocal,
    /// Gives the module's constant that its argument names.
    LoadsConstant,
}

/// One parameter of a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// A value of a type.
    Value(Type),
    /// An operand of a kind, passed as its index or count.
    Operand(OperandKind),
    /// A group of values, bottom first.
    Group(Type),
}

/// One instruction: a checked row.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// Its name, in camel case.
    pub name: String,
    /// Its spelling in assembly: the name in snake case.
    pub mnemonic: String,
    /// Its stored opcode: one byte below `0xf0`, or `0xf0PP..=0xffPP` for a prefix and a second byte.
    pub code: u16,
    /// Index of its family in [`InstructionSet::families`].
    pub family: usize,
    /// What it does, in Markdown.
    pub doc: String,
    /// Its operands, in the order in which they are stored.
    pub operands: Vec<DeclaredOperand>,
    /// Its stack effect as written, with single spaces.
    pub stack: String,
    /// What it pops, bottom first.
    pub inputs: Vec<Input>,
    /// What it pushes when it goes on to the next instruction, bottom first.
    pub outputs: Vec<Output>,
    /// What it pushes when it jumps through the operand of that index, where that differs from `outputs`.
    pub exits: Vec<(usize, Vec<Output>)>,
    /// Its meaning.
    pub body: Body,
    /// How control leaves it.
    pub flow: Flow,
    /// What it does besides computing; derived, or declared for a handler. Sorted, without repeats.
    pub effects: Vec<Effect>,
    /// The traps that its steps, primitives or handler raise, limits included; sorted.
    pub own_traps: Vec<TrapId>,
    /// The traps it can raise, those of types that do not fit included and limits excluded; sorted.
    pub traps: Vec<TrapId>,
    /// How many values it needs above its inputs while it runs (parts of a `seq`). **Units:** values.
    pub peak: u32,
    /// What it costs beyond ticks of control flow: ticks per unit of this expression over inputs and operands.
    pub fuel_per: Option<Expr>,
    /// Whether its slot form also takes a constant as last operand, and how wide; used by the fast engine.
    pub const_form: Option<OperandKind>,
    /// Whether the fast engine keeps it out of its hot `match`.
    pub cold: bool,
    /// What native code may do with it.
    pub native: Native,
    /// What it is expected to do.
    pub examples: Vec<Example>,
    /// Why it has no examples.
    pub no_examples: Option<String>,
}

impl Instruction {
    /// How many single values and how many groups it pops are known from the row alone: the singles.
    pub fn single_inputs(&self) -> usize {
        self.inputs.iter().filter(|input| input.count.is_none()).count()
    }

    /// What it pushes on the exit through operand `operand`.
    pub fn outputs_at(&self, operand: usize) -> &[Output] {
        self.exits.iter().find(|(exit, _)| *exit == operand).map_or(&self.outputs, |(_, outputs)| outputs)
    }
}

/// One operand of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredOperand {
    /// Its name in the row.
    pub name: String,
    /// Its kind.
    pub kind: OperandKind,
}

/// One popped value, or a group of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name in the row.
    pub name: String,
    /// Its type; another one traps `TypeMismatch` before the body.
    pub ty: Type,
    /// For a group: the operand that counts its values.
    pub count: Option<usize>,
}

/// One pushed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name in the row.
    pub name: String,
    /// Its type: as declared, met with the join of what the body gives.
    pub ty: Type,
    /// The input it passes through, if it is named like one and the body does not assign it.
    pub passes: Option<usize>,
}

/// The meaning of an instruction.
#[derive(Clone, Debug)]
pub enum Body {
    /// Outputs are inputs, in another order or number; no code.
    Shuffle,
    /// A list of steps.
    Does(Block),
    /// The first case whose guards fit.
    Cases {
        /// The cases, in order.
        cases: Vec<Case>,
        /// What happens when none fits; `None` traps `TypeMismatch`.
        otherwise: Option<Block>,
    },
    /// Other instructions, one after the other.
    Seq(Vec<Part>),
    /// A hand-written function.
    Handler(Handler),
}

/// One case of a body.
#[derive(Clone, Debug)]
pub struct Case {
    /// One type per input.
    pub guards: Vec<Type>,
    /// What it does; each guarded input has its guard's type in it.
    pub block: Block,
}

/// Steps that run in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step of a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `name = expr`: an output or a local of the block, assigned once.
    Let {
        /// The name.
        name: String,
        /// The value's type.
        ty: Type,
        /// The value.
        value: Expr,
    },
    /// `primitive(…)`: a call for its effect.
    Do(Expr),
    /// `jump operand [if …]`.
    Jump {
        /// Index of the operand of kind `Target`.
        operand: usize,
        /// When; `None` is always.
        when: Option<Condition>,
    },
    /// `trap Name [if …]`.
    Trap {
        /// Which.
        trap: TrapId,
        /// When; `None` is always.
        when: Option<Condition>,
    },
    /// `return [expr]`: leaves the function; nil if there is no value.
    Return(Option<Expr>),
    /// `raise expr`: unwinds to the innermost handler with that value.
    Raise(Expr),
    /// `[name =] enter f(group)`: calls a function; last step of its block.
    Enter {
        /// The output that receives the result. Always `Some` today: every function returns one value.
        name: Option<String>,
        /// Index of the operand of kind `Func`.
        operand: usize,
        /// Index of the input that is the group of arguments.
        group: usize,
    },
}

/// `if expr` or `unless expr`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// True for `unless`.
    pub negated: bool,
    /// A `Bool`.
    pub value: Expr,
}

/// A typed expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// An input of the row, by index, with the type it has at this place. A group only as an argument.
    Input(usize, Type),
    /// An operand of the row, by index.
    Operand(usize),
    /// A name assigned by an earlier step.
    Name(String, Type),
    /// A literal.
    Literal(Scalar),
    /// A call of a primitive; infix operators become calls.
    Call {
        /// Which.
        primitive: PrimitiveId,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// The operator it was written as, for the manual.
        infix: Option<&'static str>,
    },
}

/// One part of a `seq`.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The instruction.
    pub instruction: InstructionId,
    /// Its operands.
    pub operands: Vec<PartOperand>,
}

/// Where a part's operand comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum PartOperand {
    /// The operand of the row with that index.
    Row(usize),
    /// A literal number.
    Literal(Scalar),
}

/// A hand-written body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The function's name, in snake case.
    pub name: String,
    /// For rows of `std:` families, the path of the function in `opforge`; users' own rows go through the generated trait.
    pub std: Option<String>,
}

/// How control leaves an instruction; derived from its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Whether it can go on to the next instruction.
    pub next: bool,
    /// The operands it can jump through.
    pub jumps: Vec<usize>,
    /// Whether it can leave the function.
    pub returns: bool,
    /// Whether it raises a value.
    pub raises: bool,
    /// The `Func` operand it enters and the input group it passes.
    pub enters: Option<(usize, usize)>,
    /// `1` if it opens a scope, `-1` if it closes one.
    pub scope: i8,
}

/// What native code may do with an instruction. Until the lowering exists, this is only shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Native {
    /// The state.
    pub state: NativeState,
    /// Why it is weaker than derivable.
    pub reason: Option<String>,
}

/// One example of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// As written.
    pub text: String,
    /// Locals before.
    pub slots: Vec<Literal>,
    /// Globals before.
    pub globals: Vec<Literal>,
    /// One per operand; `Omitted` for targets and group counts.
    pub operands: Vec<ExampleOperand>,
    /// The inputs, bottom first, groups spread out.
    pub inputs: Vec<Literal>,
    /// What happens.
    pub outcome: Outcome,
    /// Locals after, if stated.
    pub slots_after: Option<Vec<Literal>>,
    /// Globals after, if stated.
    pub globals_after: Option<Vec<Literal>>,
    /// What is printed, if stated.
    pub prints: Option<String>,
    /// Whether it was evaluated while the table was read; else only the generated tests run it.
    pub evaluated: bool,
}

/// A value in an example.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A scalar.
    Scalar(Scalar),
    /// A text constant.
    Text(String),
}

/// An operand in an example.
#[derive(Clone, Debug, PartialEq)]
pub enum ExampleOperand {
    /// A target (its exit is named by the outcome) or a count of a group (the number of values given).
    Omitted,
    /// A slot, global, count or integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A constant's value.
    Constant(Literal),
    /// A function of the family's fixtures.
    Function(String),
}

/// How an example ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Goes on to the next instruction with these outputs.
    Next(Vec<Literal>),
    /// Jumps through that operand with these outputs.
    Jump(usize, Vec<Literal>),
    /// Raises that trap; the stack is as it was.
    Trap(TrapId),
    /// Returns that value.
    Return(Literal),
    /// Raises that value.
    Raise(Literal),
}

/// A fusion: a sequence that the fast engine runs as one instruction. Checked for form only, so far.
#[derive(Clone, Debug)]
pub struct Fusion {
    /// Its name.
    pub name: String,
    /// The sequence.
    pub pattern: Vec<PatternPart>,
    /// Whether the fast engine keeps it out of its hot `match`.
    pub cold: bool,
}

/// A rewrite: a claim that one sequence equals another, which boundary values were tried on.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// Its name.
    pub name: String,
    /// What is replaced.
    pub from: Vec<PatternPart>,
    /// By what.
    pub to: Vec<PatternPart>,
    /// Type conditions: on inputs of the first row of `from` by their names, and on its operand variables. A variable
    /// of kind `Local` or `Global` stands for what that place holds when `from` begins.
    pub when: Vec<(String, Type)>,
    /// How many combinations of values and equal operands were tried; at most [`MOST_TRIALS`](crate::MOST_TRIALS).
    pub tried: usize,
}

/// One line of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternPart {
    /// `@label`: a place that jumps of the pattern go to.
    Label(String),
    /// An instruction and its operands.
    Instruction(InstructionId, Vec<PatternOperand>),
}

/// An operand of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternOperand {
    /// A variable: equal names stand for equal operands.
    Variable(String),
    /// A literal.
    Literal(Scalar),
    /// A label of the pattern.
    Label(String),
}
