//! What generated code calls to read the operands of an op and to write them.

use super::OperandError;
use crate::metadata::Table;
use opforge_core::{Operand, Scalar};
use std::fmt;

/// An index or a count that stands at `position` among the operands of instruction `row`.
pub fn index<T: TryFrom<u32>>(table: &Table, row: usize, position: usize, found: Operand) -> Result<T, OperandError> {
    match found {
        Operand::Index(value) => T::try_from(value).map_err(|_| misfit(table, row, position, found)),
        _ => Err(misfit(table, row, position, found)),
    }
}

/// An int that stands there.
pub fn int<T: TryFrom<i64>>(table: &Table, row: usize, position: usize, found: Operand) -> Result<T, OperandError> {
    match found {
        Operand::Number(Scalar::Int(value)) => T::try_from(value).map_err(|_| misfit(table, row, position, found)),
        _ => Err(misfit(table, row, position, found)),
    }
}

/// A number of another kind that stands there.
pub fn number<T: TryFrom<Scalar>>(
    table: &Table,
    row: usize,
    position: usize,
    found: Operand,
) -> Result<T, OperandError> {
    let misfit = || misfit(table, row, position, found);
    match found {
        Operand::Number(value) => T::try_from(value).map_err(|_| misfit()),
        Operand::Index(_) => Err(misfit()),
    }
}

/// Why operands make no op of instruction `row`, though each would fit.
pub fn wrong_number(table: &Table, row: usize, found: usize) -> OperandError {
    match table.instructions.get(row) {
        Some(info) => OperandError::WrongNumber { mnemonic: info.mnemonic, expected: info.operands.len(), found },
        None => OperandError::NoSuchInstruction(row),
    }
}

/// Generated code names instructions and operands of its own table.
fn misfit(table: &Table, row: usize, position: usize, found: Operand) -> OperandError {
    let Some(info) = table.instructions.get(row) else { return OperandError::NoSuchInstruction(row) };
    match info.operands.get(position) {
        Some(operand) => {
            OperandError::DoesNotFit { mnemonic: info.mnemonic, operand: operand.name, kind: operand.kind, found }
        }
        None => {
            OperandError::WrongNumber { mnemonic: info.mnemonic, expected: info.operands.len(), found: position + 1 }
        }
    }
}

/// A float as an op shows it. Only one NaN is written `nan`; others show their bits, so that reading the text back gives
/// the same op.
#[derive(Clone, Copy, Debug)]
pub struct FloatText(pub f64);

impl fmt::Display for FloatText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        match value.to_bits() {
            _ if !value.is_nan() => write!(f, "{value:?}"),
            bits if bits == f64::NAN.to_bits() => f.write_str("nan"),
            bits => write!(f, "nan:{bits:#018x}"),
        }
    }
}
