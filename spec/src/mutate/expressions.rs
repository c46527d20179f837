//! Small mistakes in expressions.

use super::similar::{commutes, others};
use crate::evaluate::Set;
use crate::model::{Expr, Instruction, Param, Primitive};
use opforge_core::Type;

/// How many expressions all mistakes in one may be made of together, about.
const MAX_NODES: usize = 100_000;
/// How many mistakes are made in the largest.
const MIN_MISTAKES: usize = 16;

/// What an expression may be made of where it stands.
pub(super) struct Scope<'a> {
    pub(super) set: Set<'a>,
    pub(super) row: &'a Instruction,
    /// The types that the inputs have there.
    pub(super) inputs: &'a [Type],
}

/// An expression in which one part was changed.
pub(super) struct Changed {
    pub(super) expr: Expr,
    pub(super) old: Expr,
    pub(super) new: Expr,
}

impl Scope<'_> {
    /// The expression with one small mistake each; of a very large one, only some.
    pub(super) fn mistakes(&self, expr: &Expr) -> Vec<Changed> {
        let mut left = (MAX_NODES / size(expr)).max(MIN_MISTAKES);
        self.within(expr, &mut left)
    }

    fn within(&self, expr: &Expr, left: &mut usize) -> Vec<Changed> {
        let own = self.here(expr).into_iter().filter(|new| new != expr).take(*left);
        let mut all: Vec<Changed> = own.map(|new| Changed { expr: new.clone(), old: expr.clone(), new }).collect();
        *left -= all.len();
        for (index, part) in expr.parts().into_iter().enumerate() {
            for changed in self.within(part, left) {
                let mut whole = expr.clone();
                if let Some(place) = part_mut(&mut whole, index) {
                    *place = changed.expr;
                    all.push(Changed { expr: whole, old: changed.old, new: changed.new });
                }
            }
        }
        all
    }

    /// The inputs that can be where something of that type is.
    pub(super) fn inputs_of(&self, ty: Type) -> impl Iterator<Item = Expr> {
        let single =
            self.row.inputs.iter().zip(self.inputs).enumerate().filter(|(_, (input, _))| input.count.is_none());
        single.filter(move |(_, (_, own))| ty.contains(**own)).map(|(index, (_, own))| Expr::Input(index, *own))
    }

    /// What could stand by mistake in place of the expression as a whole.
    fn here(&self, expr: &Expr) -> Vec<Expr> {
        match expr {
            Expr::Literal(value) => value.mistaken().into_iter().map(Expr::Literal).collect(),
            Expr::Input(_, ty) => self.inputs_of(*ty).collect(),
            Expr::Operand(index) => {
                let kind = self.row.operands[*index].kind;
                let same = self.row.operands.iter().enumerate().filter(|(_, operand)| operand.kind == kind);
                same.map(|(index, _)| Expr::Operand(index)).collect()
            }
            Expr::Name(..) => Vec::new(),
            Expr::If { condition, then, otherwise, ty } => {
                let exchanged = Expr::If {
                    condition: condition.clone(),
                    then: otherwise.clone(),
                    otherwise: then.clone(),
                    ty: *ty,
                };
                vec![exchanged, (**then).clone(), (**otherwise).clone()]
            }
            Expr::Call { primitive, arguments, .. } => {
                let known = others(self.set.primitives, *primitive);
                let call = |primitive, arguments| Expr::Call { primitive, arguments, infix: None };
                let mut all: Vec<Expr> = known.into_iter().map(|other| call(other, arguments.clone())).collect();
                let declared = &self.set.primitives[primitive.0];
                for (one, other) in pairs(declared) {
                    if !commutes(declared) {
                        let mut swapped = arguments.clone();
                        swapped.swap(one, other);
                        all.push(call(*primitive, swapped));
                    }
                }
                all
            }
        }
    }
}

/// Two parameters each of the same type.
fn pairs(primitive: &Primitive) -> Vec<(usize, usize)> {
    let params = &primitive.params;
    let same = |one: usize, other: usize| match (params[one], params[other]) {
        (Param::Value(a), Param::Value(b)) => a == b,
        (Param::Operand(a), Param::Operand(b)) => a == b,
        _ => false,
    };
    let all = (0..params.len()).flat_map(|other| (0..other).map(move |one| (one, other)));
    all.filter(|(one, other)| same(*one, *other)).collect()
}

fn part_mut(expr: &mut Expr, index: usize) -> Option<&mut Expr> {
    match expr {
        Expr::Call { arguments, .. } => arguments.get_mut(index),
        Expr::If { condition, then, otherwise, .. } => {
            [condition, then, otherwise].into_iter().nth(index).map(|part| &mut **part)
        }
        Expr::Input(..) | Expr::Operand(_) | Expr::Name(..) | Expr::Literal(_) => None,
    }
}

/// How many expressions it consists of.
pub(super) fn size(expr: &Expr) -> usize {
    1 + expr.parts().into_iter().map(size).sum::<usize>()
}
