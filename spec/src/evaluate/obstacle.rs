//! What keeps a row from being evaluated, told from the row alone.

use super::world::{Set, is_known};
use crate::model::{Block, Body, Expr, Instruction, Step};

/// Why [`World::run`](super::world::World::run) cannot run `row` on every value, as the rest of a sentence about it; `None` when it can.
pub(crate) fn obstacle(set: &Set<'_>, row: &Instruction) -> Option<String> {
    if row.inputs.iter().any(|input| input.count.is_some()) {
        return Some("takes a group of values".to_owned());
    }
    let in_block = |block: &Block| block.steps.iter().find_map(|step| in_step(set, step));
    match &row.body {
        Body::Shuffle => None,
        Body::Does(block) => in_block(block),
        Body::Cases { cases, otherwise } => cases.iter().map(|case| &case.block).chain(otherwise).find_map(in_block),
        Body::Seq(parts) => parts.iter().find_map(|part| {
            let part = set.instructions[part.instruction.0].as_ref()?;
            obstacle(set, part).map(|why| format!("has the part `{}`, which {why}", part.name))
        }),
        Body::Handler(_) => Some("has a hand-written body".to_owned()),
    }
}

fn in_step(set: &Set<'_>, step: &Step) -> Option<String> {
    match step {
        Step::Let { value, .. } | Step::JumpAt { index: value, .. } => in_expr(set, value),
        Step::Do(call) => in_expr(set, call),
        Step::Jump { when, .. } | Step::Trap { when, .. } => in_expr(set, &when.as_ref()?.value),
        Step::Return(value) => in_expr(set, value.as_ref()?),
        Step::Raise(value) => in_expr(set, value),
        Step::Enter { .. } => Some("enters a function".to_owned()),
    }
}

fn in_expr(set: &Set<'_>, expr: &Expr) -> Option<String> {
    let called = match expr {
        Expr::Call { primitive, .. } => Some(&set.primitives[primitive.0]),
        _ => None,
    };
    let own = called.filter(|primitive| !is_known(primitive)).map(|primitive| match primitive.std {
        true => format!("calls `{}`, which needs a machine", primitive.name),
        false => format!("calls `{}`, a function of the table's own", primitive.name),
    });
    own.or_else(|| expr.parts().into_iter().find_map(|part| in_expr(set, part)))
}
