//! Small mistakes in the steps of a block.

use super::expressions::{Changed, Scope};
use super::mutant::{Seeder, becomes, is_dropped};
use crate::model::{Block, Condition, Expr, Primitive, PrimitiveId, Step, TrapId};
use opforge_core::{OperandKind, Scalar, Type};

impl Seeder<'_> {
    /// Adds the row with a mistake in a step of that block, in which the inputs have these types.
    pub(super) fn steps(&mut self, index: usize, block: &Block, inputs: &[Type], heading: &str) {
        for (at, step) in block.steps.iter().enumerate() {
            let place = format!("{heading}{}", self.spelling().step(step));
            let changes = self.changes(step, inputs);
            for (new, change) in changes {
                let mut block = block.clone();
                match new {
                    Some(new) => block.steps[at] = new,
                    None => drop(block.steps.remove(at)),
                }
                self.block(index, block, place.clone(), change);
            }
        }
    }

    /// What could stand in place of the step by mistake, or nothing at all, and how that is told.
    fn changes(&self, step: &Step, inputs: &[Type]) -> Vec<(Option<Step>, String)> {
        let spelling = self.spelling();
        let scope = Scope { set: self.set, row: self.row, inputs };
        let (mut whole, mut within): (Vec<Option<Step>>, Vec<(Step, Changed)>) = (Vec::new(), Vec::new());
        let in_expr = |expr: &Expr, wrap: &dyn Fn(Expr) -> Step| -> Vec<(Step, Changed)> {
            scope.mistakes(expr).into_iter().map(|changed| (wrap(changed.expr.clone()), changed)).collect()
        };
        match step {
            Step::Let { name, ty, value } => {
                let assigned = |value: Expr| Step::Let { name: name.clone(), ty: *ty, value };
                // An input alone has all others in its place already.
                let is_alone = matches!(value, Expr::Input(..));
                whole.extend(scope.inputs_of(*ty).filter(|_| !is_alone).map(|input| Some(assigned(input))));
                within.extend(in_expr(value, &assigned));
            }
            Step::Do(call) => {
                whole.push(None);
                within.extend(in_expr(call, &Step::Do));
            }
            Step::Jump { operand, when } => {
                let jump = |operand: usize, when: Option<Condition>| Step::Jump { operand, when };
                let targets = self.row.operands.iter().enumerate();
                let targets = targets.filter(|(_, operand)| operand.kind == OperandKind::Target);
                let others = targets.map(|(index, _)| index).filter(|index| index != operand);
                whole.push(None);
                whole.extend(others.map(|other| Some(jump(other, when.clone()))));
                if let Some(when) = when {
                    whole.push(Some(jump(*operand, Some(negated(when)))));
                    whole.push(Some(jump(*operand, None)));
                    within.extend(in_expr(&when.value, &|value| jump(*operand, Some(Condition { value, ..*when }))));
                }
            }
            Step::JumpAt { operand, index } => {
                let jump = |operand: usize, index: Expr| Step::JumpAt { operand, index };
                let lists = self.row.operands.iter().enumerate();
                let lists = lists.filter(|(_, operand)| operand.kind == OperandKind::Targets);
                let others = lists.map(|(index, _)| index).filter(|list| list != operand);
                whole.push(None);
                whole.extend(others.map(|other| Some(jump(other, index.clone()))));
                let beside = [1, -1].into_iter().filter_map(|by| self.beside(index, by));
                whole.extend(beside.map(|index| Some(jump(*operand, index))));
                within.extend(in_expr(index, &|index| jump(*operand, index)));
            }
            Step::Trap { trap, when } => {
                let raise = |trap: TrapId, when: Option<Condition>| Step::Trap { trap, when };
                let other = TrapId((trap.0 + 1) % self.traps.len());
                whole.push(None);
                whole.extend((other != *trap).then(|| Some(raise(other, when.clone()))));
                if let Some(when) = when {
                    whole.push(Some(raise(*trap, Some(negated(when)))));
                    within.extend(in_expr(&when.value, &|value| raise(*trap, Some(Condition { value, ..*when }))));
                }
            }
            Step::Return(value) => {
                whole.extend(value.is_some().then_some(Some(Step::Return(None))));
                if let Some(value) = value {
                    within.extend(in_expr(value, &|value| Step::Return(Some(value))));
                }
            }
            Step::Raise(value) => {
                whole.push(Some(Step::Return(Some(value.clone()))));
                within.extend(in_expr(value, &Step::Raise));
            }
            Step::Enter { .. } => {}
        }
        let old = spelling.step(step);
        let told = |new: &Option<Step>| match new {
            Some(new) => becomes(&old, &spelling.step(new)),
            None => is_dropped(&old),
        };
        let whole = whole.into_iter().map(|new| (told(&new), new)).map(|(change, new)| (new, change));
        let within = within
            .into_iter()
            .map(|(new, changed)| (Some(new), becomes(&spelling.expr(&changed.old), &spelling.expr(&changed.new))));
        whole.chain(within).collect()
    }
}

impl Seeder<'_> {
    /// What is so much more than an int that is no literal: as of those who count from 1.
    fn beside(&self, index: &Expr, by: i64) -> Option<Expr> {
        let is_sum = |primitive: &Primitive| primitive.std && primitive.name == "int.add_wrap";
        let primitive = PrimitiveId(self.set.primitives.iter().position(is_sum)?);
        let arguments = vec![index.clone(), Expr::Literal(Scalar::Int(by))];
        let sum = Expr::Call { primitive, arguments, infix: Some("+") };
        (!matches!(index, Expr::Literal(_))).then_some(sum)
    }
}

fn negated(when: &Condition) -> Condition {
    Condition { negated: !when.negated, value: when.value.clone() }
}
