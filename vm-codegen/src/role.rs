//! What a row is to tools that must not know its name: read from its slot form, which follows from its body.

use opforge_core::Scalar;
use opforge_core::slot_form::{ConstantForm, RowForm};
use opforge_spec::model::Instruction;

/// Something that tools need a row for. `opforge::metadata::Role` says the same at run time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role {
    /// Pushes the local that its one operand names.
    GetLocal,
    /// Pops a value of any type into the local that its one operand names.
    SetLocal,
    /// Pushes the constant that its one operand names.
    LoadConstant,
    /// Pushes its one operand, a number.
    LoadOperand,
    /// Pushes this scalar; no operands.
    Load(Scalar),
}

/// The role of a row of that form, if it has no operands beside those that its role needs.
pub(crate) fn role(row: &Instruction, form: &RowForm) -> Option<Role> {
    let (role, operands) = match form {
        RowForm::GetLocal(_) => (Role::GetLocal, 1),
        RowForm::SetLocal(_) => (Role::SetLocal, 1),
        RowForm::Constant(ConstantForm::Pool(_)) => (Role::LoadConstant, 1),
        RowForm::Constant(ConstantForm::Operand(_)) => (Role::LoadOperand, 1),
        RowForm::Constant(ConstantForm::Literal(value)) => (Role::Load(*value), 0),
        RowForm::Shuffle(_) | RowForm::Sequence(_) | RowForm::Runs(_) => return None,
    };
    (row.operands.len() == operands).then_some(role)
}
