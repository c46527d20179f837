//! Runs one row: its steps, its expressions, the primitives that they call.

use super::reached::Way;
use super::texts;
use super::value::{Places, Value};
use crate::model::{
    Block, Body, Condition, Effect, Expr, Instruction, InstructionSet, PartOperand, Primitive, PrimitiveId, Step, Trap,
    TrapId,
};
use opforge_core::{Evaluator, Scalar, StandardTrap, Through};
use std::collections::{BTreeMap, BTreeSet};

/// What an evaluation looks things up in.
#[derive(Clone, Copy)]
pub(crate) struct Set<'a> {
    pub(crate) primitives: &'a [Primitive],
    pub(crate) instructions: &'a [Option<Instruction>],
    /// The trap of a typed input that has another type.
    pub(crate) mismatch: Option<TrapId>,
}

impl<'a> Set<'a> {
    /// The rows of a whole set, for [`of`](Self::of).
    pub(crate) fn instructions(set: &InstructionSet) -> Vec<Option<Instruction>> {
        set.instructions().iter().cloned().map(Some).collect()
    }

    /// What evaluations of the rows of `set` look things up in.
    pub(crate) fn of(set: &'a InstructionSet, instructions: &'a [Option<Instruction>]) -> Self {
        let is_mismatch = |trap: &Trap| trap.standard == Some(StandardTrap::TypeMismatch);
        Self {
            primitives: set.primitives(),
            instructions,
            mismatch: set.traps().iter().position(is_mismatch).map(TrapId),
        }
    }
}

/// How a row ended; outputs are on the stack.
pub(crate) enum End {
    Next,
    Jump(Through),
    Trap(TrapId),
    Return(Value),
    Raise(Value),
}

/// What stopped a computation: a trap, or something that needs a machine.
enum Stop {
    Trap(TrapId),
    NeedsMachine,
}

/// What rows find and leave, but for the stack.
pub(crate) struct World<'a> {
    pub(crate) set: &'a Set<'a>,
    pub(crate) slots: Places,
    pub(crate) globals: Places,
    /// The ways that were gone, where somebody wants to know.
    pub(crate) reached: Option<BTreeSet<Way>>,
}

/// One activation of a row.
struct Frame<'r> {
    row: &'r Instruction,
    operands: &'r [Value],
    /// The single inputs by index; those of a group are `None`.
    inputs: Vec<Option<Value>>,
    names: BTreeMap<&'r str, Value>,
}

impl World<'_> {
    /// Runs `row` with its inputs on top of `stack`, and replaces them by its outputs; `None` when that needs a machine.
    pub(crate) fn run(&mut self, row: &Instruction, operands: &[Value], stack: &mut Vec<Value>) -> Option<End> {
        let mut inputs = vec![None; row.inputs.len()];
        let mut below = stack.clone();
        let mut groups = Vec::new();
        for (index, input) in row.inputs.iter().enumerate().rev() {
            match input.count {
                None => inputs[index] = Some(below.pop()?),
                Some(operand) => {
                    let Value::Scalar(Scalar::Int(count)) = *operands.get(operand)? else { return None };
                    let rest = below.len().checked_sub(usize::try_from(count).ok()?)?;
                    groups.extend(below.drain(rest..).map(|value| (input.ty, value)));
                }
            }
        }
        for (input, value) in row.inputs.iter().zip(&inputs) {
            if value.is_some_and(|value| !input.ty.has(value.kind())) {
                return self.set.mismatch.map(End::Trap);
            }
        }
        if groups.into_iter().any(|(ty, value)| !ty.has(value.kind())) {
            return self.set.mismatch.map(End::Trap);
        }
        let mut frame = Frame { row, operands, inputs, names: BTreeMap::new() };
        let end = match &row.body {
            Body::Shuffle => End::Next,
            Body::Does(block) => self.block(block, &mut frame)?,
            Body::Cases { cases, otherwise } => {
                let fits = |guards: &[opforge_core::Type]| {
                    guards
                        .iter()
                        .zip(&frame.inputs)
                        .all(|(guard, value)| value.is_none_or(|value| guard.has(value.kind())))
                };
                let fitting = cases.iter().find(|case| fits(&case.guards)).map(|case| &case.block);
                match fitting.or(otherwise.as_ref()) {
                    Some(block) => self.block(block, &mut frame)?,
                    None => End::Trap(self.set.mismatch?),
                }
            }
            Body::Seq(_) => return self.sequence(row, operands, stack),
            Body::Handler(_) => return None,
        };
        let exit = match end {
            End::Next => &row.outputs[..],
            End::Jump(through) => row.outputs_at(through.operand),
            End::Trap(_) | End::Return(_) | End::Raise(_) => return Some(end),
        };
        for output in exit {
            let passed = output.passes.or_else(|| row.inputs.iter().position(|input| input.name == output.name));
            let assigned = frame.names.get(output.name.as_str()).copied();
            below.push(assigned.or_else(|| frame.inputs[passed?])?);
        }
        *stack = below;
        Some(end)
    }

    /// Runs the parts one after the other; a trap puts everything back.
    fn sequence(&mut self, row: &Instruction, operands: &[Value], stack: &mut Vec<Value>) -> Option<End> {
        let Body::Seq(parts) = &row.body else { return None };
        let before = stack.clone();
        for part in parts {
            let instruction = self.set.instructions[part.instruction.0].as_ref()?;
            let values = part.operands.iter().map(|operand| match operand {
                PartOperand::Row(index) => operands.get(*index).copied(),
                PartOperand::Literal(value) => Some(Value::Scalar(*value)),
            });
            let values: Vec<Value> = values.collect::<Option<_>>()?;
            match self.run(instruction, &values, stack)? {
                End::Next => {}
                End::Trap(trap) => {
                    *stack = before;
                    return Some(End::Trap(trap));
                }
                End::Jump(through) => {
                    let PartOperand::Row(operand) = *part.operands.get(through.operand)? else { return None };
                    return Some(End::Jump(Through { operand, ..through }));
                }
                end @ (End::Return(_) | End::Raise(_)) => return Some(end),
            }
        }
        Some(End::Next)
    }

    fn block<'r>(&mut self, block: &'r Block, frame: &mut Frame<'r>) -> Option<End> {
        self.reach(|| Way::block(block));
        match self.steps(block, frame) {
            Ok(end) => Some(end),
            Err(Stop::Trap(trap)) => Some(End::Trap(trap)),
            Err(Stop::NeedsMachine) => None,
        }
    }

    fn steps<'r>(&mut self, block: &'r Block, frame: &mut Frame<'r>) -> Result<End, Stop> {
        for step in &block.steps {
            match step {
                Step::Let { name, value, .. } => {
                    let value = self.value(value, frame)?;
                    frame.names.insert(name, value);
                }
                Step::Do(call) => {
                    self.expr(call, frame)?;
                }
                Step::Jump { operand, when } => {
                    let holds = self.holds(when.as_ref(), frame)?;
                    self.reach(|| Way::step(step, holds));
                    if holds {
                        return Ok(End::Jump(Through { operand: *operand, entry: None }));
                    }
                }
                Step::JumpAt { operand, index } => {
                    let index = self.value(index, frame)?;
                    let entry = listed(index, frame.operands.get(*operand).copied());
                    self.reach(|| Way::step(step, entry.is_some()));
                    if entry.is_some() {
                        return Ok(End::Jump(Through { operand: *operand, entry }));
                    }
                }
                Step::Trap { trap, when } => {
                    let holds = self.holds(when.as_ref(), frame)?;
                    self.reach(|| Way::step(step, holds));
                    if holds {
                        return Err(Stop::Trap(*trap));
                    }
                }
                Step::Return(None) => return Ok(End::Return(Value::Scalar(Scalar::Nil))),
                Step::Return(Some(value)) => return self.value(value, frame).map(End::Return),
                Step::Raise(value) => return self.value(value, frame).map(End::Raise),
                Step::Enter { .. } => return Err(Stop::NeedsMachine),
            }
        }
        Ok(End::Next)
    }

    fn reach(&mut self, way: impl FnOnce() -> Way) {
        if let Some(reached) = &mut self.reached {
            reached.insert(way());
        }
    }

    fn holds(&mut self, condition: Option<&Condition>, frame: &Frame<'_>) -> Result<bool, Stop> {
        let Some(condition) = condition else { return Ok(true) };
        match self.value(&condition.value, frame)? {
            Value::Scalar(Scalar::Bool(value)) => Ok(value != condition.negated),
            _ => Err(Stop::NeedsMachine),
        }
    }

    fn value(&mut self, expr: &Expr, frame: &Frame<'_>) -> Result<Value, Stop> {
        self.expr(expr, frame)?.ok_or(Stop::NeedsMachine)
    }

    /// The value of an expression; `None` for a call that returns none. Nesting is bounded by the parser.
    fn expr(&mut self, expr: &Expr, frame: &Frame<'_>) -> Result<Option<Value>, Stop> {
        let value = match expr {
            Expr::Input(index, _) => frame.inputs[*index],
            Expr::Operand(index) => frame.operands.get(*index).copied(),
            Expr::Name(name, _) => frame.names.get(name.as_str()).copied(),
            Expr::Literal(value) => Some(Value::Scalar(*value)),
            Expr::If { condition, then, otherwise, .. } => {
                let Value::Scalar(Scalar::Bool(holds)) = self.value(condition, frame)? else {
                    return Err(Stop::NeedsMachine);
                };
                self.reach(|| Way::choice(expr, holds));
                return self.expr(if holds { then } else { otherwise }, frame);
            }
            Expr::Call { primitive, arguments, .. } => return self.call(*primitive, arguments, frame),
        };
        value.map(Some).ok_or(Stop::NeedsMachine)
    }

    fn call(&mut self, id: PrimitiveId, arguments: &[Expr], frame: &Frame<'_>) -> Result<Option<Value>, Stop> {
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.value(argument, frame)?);
        }
        let primitive = &self.set.primitives[id.0];
        if !is_known(primitive) {
            return Err(Stop::NeedsMachine);
        }
        match (primitive.name.as_str(), &values[..]) {
            ("local.get", [Value::Scalar(Scalar::Int(slot))]) => {
                return self.slots.place(*slot).map(|place| Some(*place)).ok_or(Stop::NeedsMachine);
            }
            ("global.get", [Value::Scalar(Scalar::Int(index))]) => {
                return self.globals.place(*index).map(|place| Some(*place)).ok_or(Stop::NeedsMachine);
            }
            ("const.load", [value]) => return Ok(Some(*value)),
            ("local.set", [Value::Scalar(Scalar::Int(slot)), value]) => {
                *self.slots.place(*slot).ok_or(Stop::NeedsMachine)? = *value
            }
            // No scope is open while an example runs, so declaring is setting.
            ("global.set" | "global.declare", [Value::Scalar(Scalar::Int(index)), value]) => {
                *self.globals.place(*index).ok_or(Stop::NeedsMachine)? = *value;
            }
            (name, values) => return compute(name, values).map(Some).ok_or(Stop::NeedsMachine),
        }
        debug_assert_eq!(frame.operands.len(), frame.row.operands.len());
        Ok(None)
    }
}

/// What a primitive of `opforge` that only computes gives of these values; `None` if it is none, or that needs a machine.
pub(crate) fn compute(name: &str, values: &[Value]) -> Option<Value> {
    let scalars: Option<Vec<Scalar>> = values.iter().map(|value| value.scalar()).collect();
    let result = Evaluator::find(name).zip(scalars).and_then(|(found, scalars)| (found.run)(&scalars));
    result.map(Value::Scalar).or_else(|| texts::call(name, values))
}

/// Whether a primitive only computes, and is run here.
pub(crate) fn computes(primitive: &Primitive) -> bool {
    is_known(primitive) && !STATE.contains(&primitive.name.as_str())
}

/// The target of that index of a list, which stands here for as many targets as it has, if it has one.
fn listed(index: Value, list: Option<Value>) -> Option<usize> {
    match (index, list?) {
        (Value::Scalar(Scalar::Int(index)), Value::Scalar(Scalar::Int(count))) if index < count => {
            usize::try_from(index).ok()
        }
        _ => None,
    }
}

/// The primitives with state that [`World`] runs by name.
const STATE: [&str; 6] = ["local.get", "local.set", "global.get", "global.set", "global.declare", "const.load"];

/// Whether it is one of the functions of `opforge` that are run here. One of the same name from elsewhere is another.
pub(super) fn is_known(primitive: &Primitive) -> bool {
    let name = primitive.name.as_str();
    let is_pure = !primitive.may_trap() && primitive.effects.iter().all(|effect| *effect == Effect::ReadsConstants);
    let is_over_texts = texts::PRIMITIVES.contains(&name);
    primitive.std && (STATE.contains(&name) || is_over_texts || (is_pure && Evaluator::find(name).is_some()))
}

#[cfg(test)]
mod tests {
    use super::{STATE, is_known, texts};
    use crate::model::{Effect, Param, Primitive};
    use opforge_core::primitives::EVALUATORS;

    #[test]
    fn what_is_run_here_is_what_the_prelude_declares() {
        let set = crate::standard();
        for evaluator in EVALUATORS {
            let found = set.primitives().iter().find(|primitive| primitive.name == evaluator.name);
            let found = found.unwrap_or_else(|| panic!("`{}` is not in the prelude", evaluator.name));
            let params: Vec<Param> = evaluator.params.iter().copied().map(Param::Value).collect();
            assert_eq!((&found.params, found.result), (&params, Some(evaluator.result)), "{}", found.name);
        }
        for name in STATE.into_iter().chain(texts::PRIMITIVES) {
            assert!(set.primitives().iter().any(|primitive| primitive.name == name), "`{name}` is not in the prelude");
        }
        // What else there is needs a machine: its state, and its limits.
        let own = |primitive: &&Primitive| primitive.std && primitive.is.is_none() && !is_known(primitive);
        for primitive in set.primitives().iter().filter(own) {
            let name = primitive.name.as_str();
            let has_state = primitive.effects.iter().any(|effect| *effect != Effect::ReadsConstants);
            assert!(
                has_state || ["str.repeated", "output.bytes"].contains(&name),
                "`{name}` is pure, and examples cannot be evaluated: give it an entry in `EVALUATORS` of `core/src/primitives/mod.rs`",
            );
        }
    }
}
