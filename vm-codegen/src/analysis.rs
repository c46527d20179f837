//! Facts about a set that several emitters need; nothing here makes tokens.

use opforge_core::Type;
use opforge_spec::model::{
    Block, Body, Condition, Expr, Handler, Instruction, InstructionSet, Output, Part, PrimitiveId, Step,
};

/// The rows whose handlers the table's user writes, by opcode.
pub(crate) fn own_handlers(set: &InstructionSet) -> Vec<(&Instruction, &Handler)> {
    let handlers = set.instructions().iter().filter_map(|row| match &row.body {
        Body::Handler(handler) if handler.std.is_none() => Some((row, handler)),
        _ => None,
    });
    handlers.collect()
}

/// Whether running the row calls a handler that the table's user writes.
pub(crate) fn calls_own_handler(row: &Instruction) -> bool {
    matches!(&row.body, Body::Handler(handler) if handler.std.is_none())
}

/// The row that a part of a `seq` runs.
pub(crate) fn part_row<'a>(set: &'a InstructionSet, part: &Part) -> &'a Instruction {
    &set.instructions()[part.instruction.0]
}

/// Every block of a body, in order.
pub(crate) fn blocks(body: &Body) -> Vec<&Block> {
    match body {
        Body::Does(block) => vec![block],
        Body::Cases { cases, otherwise } => cases.iter().map(|case| &case.block).chain(otherwise).collect(),
        Body::Shuffle | Body::Seq(_) | Body::Handler(_) => Vec::new(),
    }
}

/// Whether a block can reach its end.
pub(crate) fn falls_through(block: &Block) -> bool {
    !block.steps.iter().any(|step| match step {
        Step::Jump { when, .. } | Step::Trap { when, .. } => when.is_none(),
        Step::Return(_) | Step::Raise(_) | Step::Enter { .. } => true,
        Step::Let { .. } | Step::Do(_) | Step::JumpAt { .. } => false,
    })
}

/// The expressions of a block's steps, in order.
fn exprs(block: &Block) -> impl Iterator<Item = &Expr> {
    block.steps.iter().filter_map(|step| match step {
        Step::Let { value, .. }
        | Step::Do(value)
        | Step::JumpAt { index: value, .. }
        | Step::Raise(value)
        | Step::Return(Some(value)) => Some(value),
        Step::Jump { when, .. } | Step::Trap { when, .. } => when.as_ref().map(|when| &when.value),
        Step::Return(None) | Step::Enter { .. } => None,
    })
}

/// Visits an expression and those within it.
fn visit<'e>(expr: &'e Expr, see: &mut impl FnMut(&'e Expr)) {
    see(expr);
    expr.parts().into_iter().for_each(|part| visit(part, see));
}

/// The primitives that a block calls.
pub(crate) fn primitives(block: &Block) -> Vec<PrimitiveId> {
    exprs(block).flat_map(primitives_of).collect()
}

fn primitives_of(expr: &Expr) -> Vec<PrimitiveId> {
    let mut found = Vec::new();
    visit(expr, &mut |expr| {
        if let Expr::Call { primitive, .. } = expr {
            found.push(*primitive);
        }
    });
    found
}

/// The primitives that running the row calls: those of its body and of its charge.
pub(crate) fn called_primitives(row: &Instruction) -> impl Iterator<Item = PrimitiveId> {
    blocks(&row.body).into_iter().flat_map(primitives).chain(row.fuel_per.iter().flat_map(primitives_of))
}

/// Whether a primitive of the body takes the context.
pub(crate) fn calls_with_context(set: &InstructionSet, row: &Instruction) -> bool {
    let needs = |id: &PrimitiveId| set.primitive(*id).needs_context();
    blocks(&row.body).into_iter().any(|block| primitives(block).iter().any(needs))
}

/// For each input of the row, whether this block looks at it or passes it on.
pub(crate) fn used_inputs(row: &Instruction, block: &Block) -> Vec<bool> {
    let mut used = vec![false; row.inputs.len()];
    let mut assigned: Vec<&str> = Vec::new();
    for step in &block.steps {
        if let Step::Let { name, .. } = step {
            assigned.push(name);
        }
        match step {
            Step::Let { value, .. } | Step::Do(value) | Step::Raise(value) | Step::Return(Some(value)) => {
                mark(value, &mut used);
            }
            Step::Jump { operand, when } => {
                mark_condition(when.as_ref(), &mut used);
                mark_passed(row, row.outputs_at(*operand), &assigned, &mut used);
            }
            Step::JumpAt { operand, index } => {
                mark(index, &mut used);
                mark_passed(row, row.outputs_at(*operand), &assigned, &mut used);
            }
            Step::Trap { when, .. } => mark_condition(when.as_ref(), &mut used),
            Step::Enter { group, .. } => used[*group] = true,
            Step::Return(None) => {}
        }
    }
    if falls_through(block) {
        mark_passed(row, &row.outputs, &assigned, &mut used);
    }
    used
}

/// Marks the inputs that an expression looks at.
pub(crate) fn mark(expr: &Expr, used: &mut [bool]) {
    visit(expr, &mut |expr| {
        if let Expr::Input(input, _) = expr {
            used[*input] = true;
        }
    });
}

fn mark_condition(condition: Option<&Condition>, used: &mut [bool]) {
    if let Some(condition) = condition {
        mark(&condition.value, used);
    }
}

fn mark_passed(row: &Instruction, outputs: &[Output], assigned: &[&str], used: &mut [bool]) {
    for output in outputs.iter().filter(|output| !assigned.contains(&output.name.as_str())) {
        if let Some(input) = passed_input(row, output) {
            used[input] = true;
        }
    }
}

/// The input that an output passes on where its name is not assigned yet.
pub(crate) fn passed_input(row: &Instruction, output: &Output) -> Option<usize> {
    output.passes.or_else(|| row.inputs.iter().position(|input| input.name == output.name))
}

/// The types that reach an input in a case: those that are both declared and guarded.
pub(crate) fn case_types(row: &Instruction, guards: &[Type]) -> Vec<Type> {
    let guard = |index: usize| guards.get(index).copied().unwrap_or(Type::ANY);
    row.inputs.iter().enumerate().map(|(index, input)| input.ty.intersection(guard(index))).collect()
}

/// The combinations of input types that the row computes with, one type per single input; empty when any will do.
pub(crate) fn accepts(set: &InstructionSet, row: &Instruction) -> Vec<Vec<Type>> {
    let single = |types: Vec<Type>| -> Vec<Type> {
        types.into_iter().zip(&row.inputs).filter(|(_, input)| input.count.is_none()).map(|(ty, _)| ty).collect()
    };
    let declared = || row.inputs.iter().map(|input| input.ty).collect();
    let rows: Vec<Vec<Type>> = match &row.body {
        Body::Cases { cases, .. } => cases
            .iter()
            .filter(|case| !always_traps(&case.block))
            .map(|case| single(case_types(row, &case.guards)))
            .collect(),
        Body::Seq(parts) => vec![single(seq_types(set, row, parts))],
        Body::Shuffle | Body::Does(_) | Body::Handler(_) => vec![single(declared())],
    };
    if rows.iter().any(|types| types.iter().all(|ty| *ty == Type::ANY)) { Vec::new() } else { rows }
}

fn always_traps(block: &Block) -> bool {
    matches!(block.steps.first(), Some(Step::Trap { when: None, .. }))
}

/// What the parts of a `seq` want of its inputs: the first combination that the part which pops an input accepts.
fn seq_types(set: &InstructionSet, row: &Instruction, parts: &[Part]) -> Vec<Type> {
    let mut types: Vec<Type> = row.inputs.iter().map(|input| input.ty).collect();
    let mut stack: Vec<Option<usize>> = (0..types.len()).map(Some).collect();
    for part in parts {
        let popped = part_row(set, part);
        let wanted = accepts(set, popped).into_iter().next();
        let start = stack.len().saturating_sub(popped.inputs.len());
        let taken = stack.split_off(start);
        for (position, input) in taken.iter().enumerate() {
            let ty = wanted.as_ref().and_then(|types| types.get(position));
            if let (Some(input), Some(ty)) = (input, ty) {
                types[*input] = types[*input].intersection(*ty);
            }
        }
        stack.extend(
            popped.outputs.iter().map(|output| output.passes.and_then(|input| taken.get(input).copied().flatten())),
        );
    }
    types
}
