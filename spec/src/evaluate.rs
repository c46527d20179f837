//! Runs examples of rows while a table is read: bodies over scalars, without a machine.
//!
//! The primitives are those that the engines run, taken from `opforge-core`; locals, globals and constants are kept
//! here. What needs texts, output, scopes, handlers or calls is left to the generated tests. Nothing here can fail to
//! end: bodies have no loops.

use crate::model::{
    Block, Body, Condition, Effect, Example, ExampleOperand, Expr, Instruction, Literal, Outcome, PartOperand,
    Primitive, PrimitiveId, Step, TrapId,
};
use opforge_core::{Evaluator, Scalar};
use std::collections::BTreeMap;

/// What an evaluation looks things up in.
pub(crate) struct Set<'a> {
    pub(crate) primitives: &'a [Primitive],
    pub(crate) instructions: &'a [Option<Instruction>],
    /// The trap of a typed input that has another type.
    pub(crate) mismatch: Option<TrapId>,
}

/// How an example ended, and what is there afterwards.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) slots: Vec<Literal>,
    pub(crate) globals: Vec<Literal>,
}

/// Runs an example of `row`; `None` when that needs a machine.
pub(crate) fn example(set: &Set<'_>, row: &Instruction, example: &Example) -> Option<Ended> {
    let slots = scalars(&example.slots)?;
    let globals = scalars(&example.globals)?;
    let inputs = scalars(&example.inputs)?;
    let group = inputs.len().checked_sub(row.single_inputs())?;
    let operands = row.operands.iter().enumerate().zip(&example.operands).map(|((index, _), operand)| match operand {
        ExampleOperand::Omitted => {
            let counts = row.inputs.iter().any(|input| input.count == Some(index));
            Some(Scalar::Int(if counts { i64::try_from(group).ok()? } else { 0 }))
        }
        ExampleOperand::Int(value) => Some(Scalar::Int(*value)),
        ExampleOperand::Float(value) => Some(Scalar::Float(*value)),
        ExampleOperand::Constant(Literal::Scalar(value)) => Some(*value),
        ExampleOperand::Constant(Literal::Text(_)) | ExampleOperand::Function(_) => None,
    });
    let operands: Vec<Scalar> = operands.collect::<Option<_>>()?;
    let mut world = World { set, slots, globals };
    let mut stack = inputs;
    let outcome = world.run(row, &operands, &mut stack)?;
    let outcome = match outcome {
        End::Next => Outcome::Next(literals(&stack)),
        End::Jump(operand) => Outcome::Jump(operand, literals(&stack)),
        End::Trap(trap) => Outcome::Trap(trap),
        End::Return(value) => Outcome::Return(Literal::Scalar(value)),
        End::Raise(value) => Outcome::Raise(Literal::Scalar(value)),
    };
    Some(Ended { outcome, slots: literals(&world.slots), globals: literals(&world.globals) })
}

fn scalars(values: &[Literal]) -> Option<Vec<Scalar>> {
    let scalar = |value: &Literal| match value {
        Literal::Scalar(scalar) => Some(*scalar),
        Literal::Text(_) => None,
    };
    values.iter().map(scalar).collect()
}

fn literals(values: &[Scalar]) -> Vec<Literal> {
    values.iter().map(|value| Literal::Scalar(*value)).collect()
}

/// How a row ended; outputs are on the stack.
enum End {
    Next,
    /// Through the operand of that index.
    Jump(usize),
    Trap(TrapId),
    Return(Scalar),
    Raise(Scalar),
}

/// What stopped a computation: a trap, or something that needs a machine.
enum Stop {
    Trap(TrapId),
    NeedsMachine,
}

struct World<'a> {
    set: &'a Set<'a>,
    slots: Vec<Scalar>,
    globals: Vec<Scalar>,
}

/// One activation of a row.
struct Frame<'r> {
    row: &'r Instruction,
    operands: &'r [Scalar],
    /// The single inputs by index; those of a group are `None`.
    inputs: Vec<Option<Scalar>>,
    names: BTreeMap<&'r str, Scalar>,
}

impl World<'_> {
    /// Runs `row` with its inputs on top of `stack`, and replaces them by its outputs.
    fn run(&mut self, row: &Instruction, operands: &[Scalar], stack: &mut Vec<Scalar>) -> Option<End> {
        let mut inputs = vec![None; row.inputs.len()];
        let mut below = stack.clone();
        for (index, input) in row.inputs.iter().enumerate().rev() {
            match input.count {
                None => inputs[index] = Some(below.pop()?),
                Some(operand) => {
                    let Scalar::Int(count) = *operands.get(operand)? else { return None };
                    let rest = below.len().checked_sub(usize::try_from(count).ok()?)?;
                    below.truncate(rest);
                }
            }
        }
        for (input, value) in row.inputs.iter().zip(&inputs) {
            if value.is_some_and(|value| !input.ty.has(value.kind())) {
                return self.set.mismatch.map(End::Trap);
            }
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
            End::Jump(operand) => row.outputs_at(operand),
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
    fn sequence(&mut self, row: &Instruction, operands: &[Scalar], stack: &mut Vec<Scalar>) -> Option<End> {
        let Body::Seq(parts) = &row.body else { return None };
        let before = stack.clone();
        for part in parts {
            let instruction = self.set.instructions[part.instruction.0].as_ref()?;
            let values = part.operands.iter().map(|operand| match operand {
                PartOperand::Row(index) => operands.get(*index).copied(),
                PartOperand::Literal(value) => Some(*value),
            });
            let values: Vec<Scalar> = values.collect::<Option<_>>()?;
            match self.run(instruction, &values, stack)? {
                End::Next => {}
                End::Trap(trap) => {
                    *stack = before;
                    return Some(End::Trap(trap));
                }
                End::Jump(operand) => {
                    let PartOperand::Row(index) = part.operands.get(operand)? else { return None };
                    return Some(End::Jump(*index));
                }
                end @ (End::Return(_) | End::Raise(_)) => return Some(end),
            }
        }
        Some(End::Next)
    }

    fn block<'r>(&mut self, block: &'r Block, frame: &mut Frame<'r>) -> Option<End> {
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
                    if self.holds(when.as_ref(), frame)? {
                        return Ok(End::Jump(*operand));
                    }
                }
                Step::Trap { trap, when } => {
                    if self.holds(when.as_ref(), frame)? {
                        return Err(Stop::Trap(*trap));
                    }
                }
                Step::Return(None) => return Ok(End::Return(Scalar::Nil)),
                Step::Return(Some(value)) => return self.value(value, frame).map(End::Return),
                Step::Raise(value) => return self.value(value, frame).map(End::Raise),
                Step::Enter { .. } => return Err(Stop::NeedsMachine),
            }
        }
        Ok(End::Next)
    }

    fn holds(&mut self, condition: Option<&Condition>, frame: &Frame<'_>) -> Result<bool, Stop> {
        let Some(condition) = condition else { return Ok(true) };
        match self.value(&condition.value, frame)? {
            Scalar::Bool(value) => Ok(value != condition.negated),
            _ => Err(Stop::NeedsMachine),
        }
    }

    fn value(&mut self, expr: &Expr, frame: &Frame<'_>) -> Result<Scalar, Stop> {
        self.expr(expr, frame)?.ok_or(Stop::NeedsMachine)
    }

    /// The value of an expression; `None` for a call that gives none. Nesting is bounded by the parser.
    fn expr(&mut self, expr: &Expr, frame: &Frame<'_>) -> Result<Option<Scalar>, Stop> {
        let value = match expr {
            Expr::Input(index, _) => frame.inputs[*index],
            Expr::Operand(index) => frame.operands.get(*index).copied(),
            Expr::Name(name, _) => frame.names.get(name.as_str()).copied(),
            Expr::Literal(value) => Some(*value),
            Expr::Call { primitive, arguments, .. } => return self.call(*primitive, arguments, frame),
        };
        value.map(Some).ok_or(Stop::NeedsMachine)
    }

    fn call(&mut self, id: PrimitiveId, arguments: &[Expr], frame: &Frame<'_>) -> Result<Option<Scalar>, Stop> {
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.value(argument, frame)?);
        }
        let primitive = &self.set.primitives[id.0];
        // A primitive of the same name from elsewhere is another function.
        if !primitive.rust.starts_with("::opforge::") {
            return Err(Stop::NeedsMachine);
        }
        match (primitive.name.as_str(), &values[..]) {
            ("local.get", [Scalar::Int(slot)]) => return place(&mut self.slots, *slot).map(|place| Some(*place)),
            ("global.get", [Scalar::Int(index)]) => return place(&mut self.globals, *index).map(|place| Some(*place)),
            ("const.load", [value]) => return Ok(Some(*value)),
            ("local.set", [Scalar::Int(slot), value]) => *place(&mut self.slots, *slot)? = *value,
            // No scope is open while an example runs, so declaring is setting.
            ("global.set" | "global.declare", [Scalar::Int(index), value]) => {
                *place(&mut self.globals, *index)? = *value
            }
            (name, values) => {
                let pure = primitive.effects.iter().all(|effect| *effect == Effect::ReadsConstants);
                let evaluator = Evaluator::find(name).filter(|_| pure).ok_or(Stop::NeedsMachine)?;
                return (evaluator.run)(values).map(Some).ok_or(Stop::NeedsMachine);
            }
        }
        debug_assert_eq!(frame.operands.len(), frame.row.operands.len());
        Ok(None)
    }
}

fn place(values: &mut [Scalar], index: i64) -> Result<&mut Scalar, Stop> {
    let index = usize::try_from(index).map_err(|_| Stop::NeedsMachine)?;
    values.get_mut(index).ok_or(Stop::NeedsMachine)
}
