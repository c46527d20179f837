//! One instruction: what it pops and pushes, how control leaves it, what it does besides.

use super::body::{Body, Expr};
use super::example::Example;
use super::heat::Heat;
use super::id::TrapId;
use opforge_core::{Effect, NativeState, OperandKind, Type};

/// One instruction: a checked row.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// Its name, in camel case.
    pub name: String,
    /// Its spelling in assembly: the name in snake case.
    pub mnemonic: String,
    /// Its stored opcode: one byte below `0xf0`, or `0xf0PP..=0xffPP` for a prefix and a second byte.
    pub code: u16,
    /// Index of its family in [`InstructionSet::families`](super::InstructionSet::families).
    pub family: usize,
    /// What it does, in Markdown.
    pub doc: String,
    /// Its operands, in the order in which they are stored.
    pub operands: Vec<DeclaredOperand>,
    /// Its stack effect as written, with single spaces.
    pub stack: String,
    /// What it pops, bottom first.
    pub inputs: Vec<Input>,
    /// What it pushes when it continues with the next instruction, bottom first.
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
    /// What is declared about its place in the fast engine's loop.
    pub heat: Option<Heat>,
    /// What native code may do with it.
    pub native: Native,
    /// What it is expected to do.
    pub examples: Vec<Example>,
    /// Why it has no examples.
    pub no_examples: Option<String>,
}

impl Instruction {
    /// How many values it pops besides groups.
    pub fn single_inputs(&self) -> usize {
        self.inputs.iter().filter(|input| input.count.is_none()).count()
    }

    /// Whether examples leave operand `operand` out: a target, which the outcome names, or the count of the only group, which is
    /// as long as there are values left.
    pub fn omits(&self, operand: usize) -> bool {
        let groups = self.inputs.len() - self.single_inputs();
        let counts = groups == 1 && self.inputs.iter().any(|input| input.count == Some(operand));
        self.operands[operand].kind == OperandKind::Target || counts
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
    /// Its type: as declared, met with the join of what the body computes.
    pub ty: Type,
    /// The input it passes through, if it is named like one and the body does not assign it.
    pub passes: Option<usize>,
}

/// How control leaves an instruction; derived from its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Whether it can continue with the next instruction.
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

/// What native code may do with an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Native {
    /// The state.
    pub state: NativeState,
    /// Why it is weaker than derivable.
    pub reason: Option<String>,
}
