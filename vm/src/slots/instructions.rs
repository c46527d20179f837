//! The instructions of slot form of one function, before they are fused and encoded.

use opforge_bytecode::Operand;
use opforge_core::fold::{Away, Consumed, Sink, Source};
use opforge_core::{Depth, Pc, Scalar, Slot, Type};
use std::ops::Range;

/// A constant in slot form: a scalar, or a text of the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Constant {
    Scalar(Scalar),
    Pool(u16),
}

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// What a row says.
    Row(usize),
    /// `output = input`.
    Copy,
    /// Exchanges the output with the slot that is its input.
    Exchange,
    Nothing,
    /// Leaves through an exit.
    Exit(u16),
}

/// An instruction.
#[derive(Clone, Debug)]
pub(super) struct Instruction {
    pub(super) what: What,
    /// The position in stack form that it comes from.
    pub(super) pc: Pc,
    /// Where its inputs are, in [`Instructions::inputs`].
    pub(super) inputs: Range<usize>,
    /// Its operands, in [`Instructions::operands`].
    pub(super) operands: Range<usize>,
    /// The slot of its first output; where it has none, that of its first input's home.
    pub(super) output: Slot,
    /// How many slots it writes from there on.
    pub(super) outputs: usize,
    /// How many values are on the stack before its row.
    pub(super) depth: Depth,
    /// How many values its row leaves on the stack below its outputs; all that there can be for what folding writes.
    pub(super) base: Depth,
    /// For one that can leave: the positions away before it, in [`Instructions::maps`].
    pub(super) map: Option<Range<usize>>,
    /// What guards it.
    pub(super) region: u32,
    /// The last instruction that needs the value that it puts into a home.
    pub(super) last_use: usize,
    pub(super) leader: Option<Leader>,
}

/// What leads to the first instruction of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Leader {
    /// The block's position in stack form.
    pub(super) pc: Pc,
    /// How many values are on the stack where it begins.
    pub(super) depth: Depth,
    /// How many jumps go to it.
    pub(super) jumps: u32,
    /// Whether something else may: a call that returns, a handler, the start.
    pub(super) entry: bool,
    /// Whether it rests on what the function did before: on the type of a value that it finds.
    pub(super) assumes: bool,
}

/// The instructions of a function.
#[derive(Debug, Default)]
pub(super) struct Instructions {
    pub(super) list: Vec<Instruction>,
    pub(super) inputs: Vec<Consumed<Constant>>,
    /// What is known of the type of each.
    pub(super) types: Vec<Type>,
    pub(super) operands: Vec<Operand>,
    pub(super) maps: Vec<Away<Constant>>,
    /// What the next ones share.
    pub(super) pc: Pc,
    pub(super) region: u32,
    pub(super) leader: Option<Leader>,
}

impl Instructions {
    pub(super) fn push(&mut self, what: What, inputs: Range<usize>, output: Slot) -> &mut Instruction {
        let at = self.list.len();
        self.list.push(Instruction {
            what,
            pc: self.pc,
            inputs,
            operands: 0..0,
            output,
            outputs: 0,
            depth: Depth(0),
            base: Depth(u32::MAX),
            map: None,
            region: self.region,
            last_use: at,
            leader: self.leader.take(),
        });
        &mut self.list[at]
    }

    pub(super) fn inputs_of(&self, instruction: &Instruction) -> &[Consumed<Constant>] {
        self.inputs.get(instruction.inputs.clone()).unwrap_or_default()
    }

    /// What is known of the type of an input.
    pub(super) fn type_of(&self, instruction: &Instruction, input: usize) -> Type {
        self.types.get(instruction.inputs.start + input).copied().unwrap_or(Type::ANY)
    }

    pub(super) fn operands_of(&self, instruction: &Instruction) -> &[Operand] {
        self.operands.get(instruction.operands.clone()).unwrap_or_default()
    }

    pub(super) fn map_of(&self, instruction: &Instruction) -> &[Away<Constant>] {
        instruction.map.clone().and_then(|map| self.maps.get(map)).unwrap_or_default()
    }

    /// Whether the instruction writes the slot.
    pub(super) fn writes(instruction: &Instruction, slot: Slot) -> bool {
        let first = instruction.output.index();
        (first..first + instruction.outputs).contains(&slot.index())
    }

    fn one_input(&mut self, source: Source<Constant>, home: Slot) -> Range<usize> {
        self.inputs.push(Consumed { source, home });
        self.types.push(Type::ANY);
        self.inputs.len() - 1..self.inputs.len()
    }
}

impl Sink<Constant> for Instructions {
    fn copy(&mut self, to: Slot, from: Source<Constant>) {
        let inputs = self.one_input(from, to);
        self.push(What::Copy, inputs, to).outputs = 1;
    }

    fn exchange(&mut self, a: Slot, b: Slot) {
        let inputs = self.one_input(Source::Slot(b), b);
        self.push(What::Exchange, inputs, a);
    }

    fn redirect(&mut self, to: Slot) {
        if let Some(last) = self.list.last_mut() {
            last.output = to;
        }
    }
}

/// The index or count in an operand, if it is one that a field of slot code holds.
pub(super) fn index(operands: &[Operand], operand: usize) -> Option<u16> {
    match operands.get(operand)? {
        Operand::Index(index) => u16::try_from(*index).ok(),
        _ => None,
    }
}
