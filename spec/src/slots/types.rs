//! What types tell of a row: which of its cases runs, and what it pushes then.

use crate::model::{Block, Body, Expr, Instruction, Output, Primitive, Step};
use opforge_core::Type;
use opforge_core::slot_form::{List, RowCase};
use std::collections::BTreeMap;

/// The cases of a row; none of one that says nothing: a sequence, a handler, a row that takes a group.
pub(super) fn cases(primitives: &[Primitive], row: &Instruction) -> Vec<RowCase> {
    if row.inputs.iter().any(|input| input.count.is_some()) {
        return Vec::new();
    }
    let declared: List<Type> = row.inputs.iter().map(|input| input.ty).collect();
    let case = |inputs: List<Type>, block: &Block| {
        let outputs = outputs(primitives, row, block, &inputs);
        RowCase { inputs, outputs }
    };
    match &row.body {
        Body::Shuffle => vec![case(declared, &Block { steps: Vec::new() })],
        Body::Does(block) => vec![case(declared, block)],
        Body::Cases { cases, otherwise } => {
            let guarded = cases.iter().map(|one| {
                let types = declared.iter().zip(&one.guards).map(|(ty, guard)| ty.intersection(*guard));
                case(types.collect(), &one.block)
            });
            let rest = otherwise.iter().map(|block| case(declared.clone(), block));
            guarded.chain(rest).collect()
        }
        Body::Seq(_) | Body::Handler(_) => Vec::new(),
    }
}

/// The type of a value that is said to be of the type `ty`, as far as it can be trusted.
fn trusted(primitives: &[Primitive], assigned: &BTreeMap<&str, Type>, value: &Expr, ty: Type) -> Type {
    match value {
        Expr::Name(other, _) => assigned.get(other.as_str()).copied().unwrap_or(Type::ANY),
        // That a function of the user's returns nil, or one of several kinds, is only what its row says: in Rust it is a value.
        Expr::Call { primitive, .. } if !primitives[primitive.0].std && !is_rust_type(ty) => Type::ANY,
        Expr::If { then, otherwise, .. } => {
            let both = [then, otherwise].map(|value| trusted(primitives, assigned, value, ty));
            both[0].union(both[1])
        }
        Expr::Input(..) | Expr::Operand(_) | Expr::Literal(_) | Expr::Call { .. } => ty,
    }
}

/// Whether values of the type have a type of their own in Rust.
fn is_rust_type(ty: Type) -> bool {
    [Type::BOOL, Type::INT, Type::FLOAT, Type::STR].contains(&ty)
}

/// The types of the row's outputs after that block, as far as they can be trusted.
fn outputs(primitives: &[Primitive], row: &Instruction, block: &Block, inputs: &[Type]) -> List<Type> {
    let mut assigned: BTreeMap<&str, Type> = BTreeMap::new();
    for step in &block.steps {
        if let Step::Let { name, ty, value } = step {
            assigned.insert(name, trusted(primitives, &assigned, value, *ty));
        }
    }
    let ty = |output: &Output| {
        let passed = || output.passes.and_then(|input| inputs.get(input).copied());
        assigned.get(output.name.as_str()).copied().or_else(passed).unwrap_or(Type::ANY)
    };
    row.outputs.iter().map(ty).collect()
}
