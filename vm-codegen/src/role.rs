//! What a row is to tools that must not know its name: read from its body.

use opforge_core::{Scalar, Type};
use opforge_spec::model::{Body, Expr, Instruction, InstructionSet, Step};

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

/// The role of a row, if its body does just that and nothing else.
pub(crate) fn role(set: &InstructionSet, row: &Instruction) -> Option<Role> {
    let Body::Does(block) = &row.body else { return None };
    let [step] = block.steps.as_slice() else { return None };
    if row.fuel_per.is_some() {
        return None;
    }
    match (step, row.operands.len(), row.inputs.as_slice(), row.outputs.as_slice()) {
        (Step::Let { value, .. }, operands, [], [_]) => match (value, operands) {
            (Expr::Literal(value), 0) => Some(Role::Load(*value)),
            (Expr::Operand(_), 1) => Some(Role::LoadOperand),
            (Expr::Call { primitive, .. }, 1) => match set.primitive(*primitive).name.as_str() {
                "local.get" => Some(Role::GetLocal),
                "const.load" => Some(Role::LoadConstant),
                _ => None,
            },
            _ => None,
        },
        (Step::Do(Expr::Call { primitive, arguments, .. }), 1, [input], []) => {
            let stores = set.primitive(*primitive).name == "local.set";
            let whole = input.count.is_none() && input.ty == Type::ANY;
            (stores && whole && matches!(arguments.as_slice(), [_, Expr::Input(..)])).then_some(Role::SetLocal)
        }
        _ => None,
    }
}
