//! What an instruction does to the stack, computed from its row and its operands: for everything that needs to know.

use crate::isa::Operand;
use crate::metadata::InstructionInfo;
use opforge_core::{OperandKind, Pc};

impl InstructionInfo {
    /// How many values the instruction takes off the stack. `operands` are those of an op of this row.
    pub fn pops(&self, operands: &[Operand]) -> u32 {
        self.sizes(operands).sum()
    }

    /// How many values each input is: a group as many as its operand counts.
    pub fn sizes<'a>(&'a self, operands: &'a [Operand]) -> impl Iterator<Item = u32> + 'a {
        self.inputs.iter().map(|input| input.count.map_or(1, |count| index_of(operands, count)))
    }

    /// How many values it pushes when it continues with the next instruction.
    pub fn pushes(&self) -> u32 {
        self.outputs.len() as u32
    }

    /// How many values it pushes when it jumps through its jump `jump`, counted in the order of [`Self::jumps`].
    pub fn pushes_at(&self, jump: usize) -> u32 {
        self.jumps.get(jump).map_or(0, |(_, outputs)| outputs.len() as u32)
    }

    /// The most values that it pushes on any of its exits.
    pub fn most_pushed(&self) -> u32 {
        (0..self.jumps.len()).map(|jump| self.pushes_at(jump)).chain([self.pushes()]).max().unwrap_or(0)
    }

    /// The positions that an op of this row can jump to, each with the jump's number; `lists` are those of its function.
    pub fn targets<'a>(
        &'a self,
        operands: &'a [Operand],
        lists: &'a [Vec<u32>],
    ) -> impl Iterator<Item = (usize, Pc)> + 'a {
        self.jumps.iter().enumerate().flat_map(move |(jump, (operand, _))| {
            let index = index_of(operands, *operand);
            let listed = self.operands.get(*operand).is_some_and(|operand| operand.kind == OperandKind::Targets);
            let list = if listed { lists.get(index as usize).map_or(&[][..], Vec::as_slice) } else { &[] };
            let single = (!listed).then_some(index);
            single.into_iter().chain(list.iter().copied()).map(move |target| (jump, Pc(target)))
        })
    }

    /// The lists of targets that an op of this row names, by their index in its function.
    pub fn lists<'a>(&'a self, operands: &'a [Operand]) -> impl Iterator<Item = u32> + 'a {
        let listed = self.operands.iter().enumerate().filter(|(_, operand)| operand.kind == OperandKind::Targets);
        listed.map(|(operand, _)| index_of(operands, operand))
    }
}

/// The index or count in an operand; the operands of an op have the kinds of its row.
fn index_of(operands: &[Operand], operand: usize) -> u32 {
    match operands.get(operand) {
        Some(Operand::Index(value)) => *value,
        _ => 0,
    }
}
