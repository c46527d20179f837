//! The register form of an instruction: slots named for its inputs and its result, stored as the stack form that reads
//! them, runs and writes.
//!
//! Called by the assembler and the builder. The rows that read and write locals and load literals are found by what
//! they do ([`Role`]); no name is known here. Nothing else knows of registers: what is stored is stack form.

use crate::isa::Operand;
use crate::metadata::{InstructionInfo, Role, Table};
use opforge_core::{OperandKind, Scalar};
use std::fmt;

/// What an instruction is given in register form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RegisterForm {
    /// Inputs that are single values.
    pub(crate) singles: usize,
    /// The group among the inputs.
    pub(crate) group: Option<Group>,
}

/// A group of inputs, whose values are as many as are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Its index among the inputs.
    pub(crate) input: usize,
    /// The operand that counts it.
    pub(crate) count: usize,
}

/// Why an instruction has no register form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoRegisterForm {
    /// It pushes nothing, or never continues with the next instruction.
    NoResult,
    /// It pushes more than one value.
    SeveralResults,
    /// It can jump, which would skip storing the result.
    Jumps,
    /// It takes several groups of values, which commas do not tell apart.
    SeveralGroups,
}

impl fmt::Display for NoRegisterForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoResult => "has no result to store in a slot",
            Self::SeveralResults => "has more than one result",
            Self::Jumps => "can jump, which would skip storing its result",
            Self::SeveralGroups => "takes several groups of values, which commas do not tell apart",
        })
    }
}

impl RegisterForm {
    /// The register form of a row.
    ///
    /// # Errors
    /// Why it has none.
    pub(crate) fn of(row: &InstructionInfo) -> Result<Self, NoRegisterForm> {
        if !row.jumps.is_empty() {
            return Err(NoRegisterForm::Jumps);
        }
        match row.outputs.len() {
            1 if row.falls_through => {}
            0 | 1 => return Err(NoRegisterForm::NoResult),
            _ => return Err(NoRegisterForm::SeveralResults),
        }
        let mut form = Self { singles: 0, group: None };
        for (input, info) in row.inputs.iter().enumerate() {
            match info.count {
                None => form.singles += 1,
                Some(_) if form.group.is_some() => return Err(NoRegisterForm::SeveralGroups),
                Some(count) => form.group = Some(Group { input, count }),
            }
        }
        Ok(form)
    }
}

/// The rows of a table that register form is stored with, by their index.
#[derive(Debug)]
pub(crate) struct Rows {
    get: Option<usize>,
    set: Option<usize>,
    constant: Option<usize>,
    /// Rows that push a scalar of their own.
    scalars: Vec<(Scalar, usize)>,
    /// Rows that push their operand, the narrowest first.
    numbers: Vec<(OperandKind, usize)>,
}

impl Rows {
    /// Finds the rows of `table`; of several that do the same, the one with the lowest opcode.
    pub(crate) fn of(table: &Table) -> Self {
        let mut rows = Self { get: None, set: None, constant: None, scalars: Vec::new(), numbers: Vec::new() };
        for (index, row) in table.instructions.iter().enumerate() {
            match (row.role, row.operands) {
                (Some(Role::GetLocal), _) => rows.get = rows.get.or(Some(index)),
                (Some(Role::SetLocal), _) => rows.set = rows.set.or(Some(index)),
                (Some(Role::LoadConstant), _) => rows.constant = rows.constant.or(Some(index)),
                (Some(Role::Load(scalar)), _) => rows.scalars.push((scalar, index)),
                (Some(Role::LoadOperand), [operand]) => rows.numbers.push((operand.kind, index)),
                _ => {}
            }
        }
        rows.numbers.sort_by_key(|(kind, _)| kind.width_bytes());
        rows
    }

    /// The row that pushes a local.
    ///
    /// # Errors
    /// What the table lacks.
    pub(crate) fn get(&self) -> Result<usize, MissingRow> {
        self.get.ok_or(MissingRow::GetLocal)
    }

    /// The row that pops a value into a local.
    ///
    /// # Errors
    /// What the table lacks.
    pub(crate) fn set(&self) -> Result<usize, MissingRow> {
        self.set.ok_or(MissingRow::SetLocal)
    }

    /// The row that pushes a constant of the module.
    ///
    /// # Errors
    /// What the table lacks.
    pub(crate) fn constant(&self) -> Result<usize, MissingRow> {
        self.constant.ok_or(MissingRow::LoadConstant)
    }

    /// The row, and its operands, that pushes `scalar` with the fewest bytes and without a constant of the module.
    ///
    /// # Errors
    /// What the table lacks.
    pub(crate) fn scalar(&self, scalar: Scalar) -> Result<(usize, Vec<Operand>), MissingRow> {
        if let Some((_, row)) = self.scalars.iter().find(|(known, _)| same_bits(*known, scalar)) {
            return Ok((*row, Vec::new()));
        }
        let fitting = self.numbers.iter().find_map(|(kind, row)| Some((*row, vec![operand(*kind, scalar)?])));
        fitting.ok_or(MissingRow::Scalar(scalar))
    }
}

/// A row that register form needs and the table does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingRow {
    /// One that pushes a local.
    GetLocal,
    /// One that pops a value of any type into a local.
    SetLocal,
    /// One that pushes a constant of the module.
    LoadConstant,
    /// One that pushes this scalar.
    Scalar(Scalar),
}

impl fmt::Display for MissingRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GetLocal => f.write_str("the table has no instruction that pushes a local"),
            Self::SetLocal => f.write_str("the table has no instruction that pops a value into a local"),
            Self::LoadConstant => f.write_str("the table has no instruction that pushes a constant"),
            Self::Scalar(value) => write!(f, "the table has no instruction that pushes `{value}`"),
        }
    }
}

impl MissingRow {
    /// A row that would do, as a table writes it.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Self::GetLocal | Self::SetLocal => {
                "`include: [\"std:variables\"]` in the table brings `GetSlot` and `SetSlot`"
            }
            Self::LoadConstant | Self::Scalar(_) => {
                "`include: [\"std:constants\"]` in the table brings `LoadInt`, `LoadFloat`, `LoadConst` and others"
            }
        }
    }
}

/// Scalars are equal to a program when this is so, but NaNs too only when their bits are.
fn same_bits(a: Scalar, b: Scalar) -> bool {
    (a.kind(), a.payload()) == (b.kind(), b.payload())
}

/// `scalar` as the operand of a row that pushes it, if it fits.
fn operand(kind: OperandKind, scalar: Scalar) -> Option<Operand> {
    Operand::of_kind(kind, scalar).filter(|_| kind.admits(scalar))
}
