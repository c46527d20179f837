//! Definitions of primitives, put in place of their calls.

use crate::model::Expr;

/// How many expressions there may be, and how deep they may be nested, where a definition was put in.
const MAX_INLINED: usize = 4096;
const MAX_DEPTH: usize = 64;

/// The body with the arguments in place of the parameters; `None` if that is too large.
pub(super) fn inlined(body: &Expr, arguments: &[Expr]) -> Option<Expr> {
    // Each may be written several times.
    let largest = arguments.iter().map(size).max().unwrap_or(1).max(1);
    if size(body).saturating_mul(largest) > MAX_INLINED {
        return None;
    }
    let expr = substituted(body, arguments);
    (depth(&expr) <= MAX_DEPTH).then_some(expr)
}

fn substituted(body: &Expr, arguments: &[Expr]) -> Expr {
    match body {
        Expr::Input(index, _) => arguments.get(*index).cloned().unwrap_or_else(|| body.clone()),
        Expr::Call { primitive, arguments: inner, infix } => Expr::Call {
            primitive: *primitive,
            arguments: inner.iter().map(|argument| substituted(argument, arguments)).collect(),
            infix: *infix,
        },
        Expr::If { condition, then, otherwise, ty } => {
            let part = |part: &Expr| Box::new(substituted(part, arguments));
            Expr::If { condition: part(condition), then: part(then), otherwise: part(otherwise), ty: *ty }
        }
        Expr::Operand(_) | Expr::Name(..) | Expr::Literal(_) => body.clone(),
    }
}

fn depth(expr: &Expr) -> usize {
    1 + expr.parts().into_iter().map(depth).max().unwrap_or(0)
}

/// How many expressions it consists of.
pub(super) fn size(expr: &Expr) -> usize {
    let mut size = 0;
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        size += 1;
        open.extend(expr.parts());
    }
    size
}
