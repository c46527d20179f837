//! Examples of rows, as the evaluator of tables computes their outcomes.

use super::draft::{Draft, Row};
use super::names::choose;
use opforge::metadata::Through;
use opforge::{OperandKind, Scalar};
use opforge_spec::{Example, ExampleOperand, Instruction, InstructionSet, Literal, Outcome};
use opforge_testing::Random;

/// How many combinations of values are tried for a row.
const TRIALS: usize = 12;
/// How many examples a row gets.
const MOST: usize = 5;

/// Gives rows the examples that they need, where chance finds them; the others stay excused.
pub(super) fn add(random: &mut Random, draft: &mut Draft, set: &InstructionSet) {
    for row in &mut draft.rows {
        let Some(instruction) = set.instruction(&row.name) else { continue };
        row.examples = of(random, row, instruction, set);
    }
}

fn of(random: &mut Random, row: &Row, instruction: &Instruction, set: &InstructionSet) -> Vec<String> {
    let tried: Vec<Example> = (0..TRIALS).map(|trial| example(random, row, instruction, trial)).collect();
    let outcomes = opforge_spec::outcomes(set, instruction, &tried);
    let (mut texts, mut succeeds, mut traps) = (Vec::new(), false, instruction.traps.is_empty());
    let mut kept = Vec::new();
    for (example, outcome) in tried.iter().zip(outcomes) {
        let Some(outcome) = outcome else { return Vec::new() };
        let trap = matches!(outcome, Outcome::Trap(_));
        // The last ones are only looked at for what is lacking.
        let lacking = if trap { !traps } else { !succeeds };
        let Some(text) = text(row, example, &outcome, set).filter(|_| lacking || texts.len() < MOST) else { continue };
        if texts.contains(&text) {
            continue;
        }
        (succeeds, traps) = (succeeds || !trap, traps || trap);
        texts.push(text);
        kept.push(Example { outcome, ..example.clone() });
    }
    if !(succeeds && traps) {
        return Vec::new();
    }
    texts.extend(opforge_spec::lacking_examples(set, instruction, &kept));
    texts
}

fn example(random: &mut Random, row: &Row, instruction: &Instruction, trial: usize) -> Example {
    let int = |value: i64| ExampleOperand::Number(Scalar::Int(value));
    let counts = |index: usize| row.inputs.iter().any(|input| input.count == Some(index));
    let operands = row.operands.iter().enumerate().map(|(index, (_, kind))| match kind {
        _ if instruction.omits(index) => ExampleOperand::Omitted,
        _ if counts(index) => int(choose(random, &[0, 1, 2])),
        OperandKind::Const => ExampleOperand::Constant(literal(random, trial)),
        OperandKind::Targets => int(choose(random, &[0, 1, 2, 3])),
        OperandKind::Float => ExampleOperand::Number(Scalar::Float(1.5)),
        OperandKind::Local | OperandKind::Global => int(choose(random, &[0, 1, 2])),
        _ => int(choose(random, &[0, 1, 2, 100])),
    });
    let operands: Vec<ExampleOperand> = operands.collect();
    let mut inputs = Vec::new();
    for input in &row.inputs {
        let count = match input.count.map(|operand| &operands[operand]) {
            None => 1,
            Some(ExampleOperand::Number(Scalar::Int(count))) => usize::try_from(*count).unwrap_or(0),
            Some(_) => random.below(3),
        };
        for _ in 0..count {
            // Values of the declared type, mostly.
            let fitting = (0..6).map(|_| literal(random, trial)).find(|value| match value {
                Literal::Scalar(scalar) => input.ty.has(scalar.kind()),
                Literal::Text(_) => false,
            });
            let any = literal(random, trial);
            inputs.push(fitting.filter(|_| trial > 1).unwrap_or(any));
        }
    }
    let three = |random: &mut Random| (0..3).map(|_| literal(random, trial)).collect();
    let has = |wanted: OperandKind| row.operands.iter().any(|(_, kind)| *kind == wanted);
    Example {
        text: String::new(),
        slots: if has(OperandKind::Local) { three(random) } else { Vec::new() },
        globals: if has(OperandKind::Global) { three(random) } else { Vec::new() },
        operands,
        inputs,
        outcome: Outcome::Next(Vec::new()),
        slots_after: None,
        globals_after: None,
        prints: None,
        reads: None,
        evaluated: false,
    }
}

fn literal(random: &mut Random, trial: usize) -> Literal {
    Literal::Scalar(match random.below(9) {
        _ if trial == 0 => Scalar::Nil,
        0 => Scalar::Nil,
        1 => Scalar::Bool(random.once_in(2)),
        7 => Scalar::I32(choose(random, &[0, 1, -7, i32::MAX])),
        8 => Scalar::F32(choose(random, &[0.0, 0.1, -2.5])),
        6 => Scalar::Char(choose(random, &['a', '0', 'ß'])),
        2 => Scalar::Float(choose(random, &[0.0, 1.5, -2.25, 1e9])),
        _ => Scalar::Int(choose(random, &[0, 1, -1, 2, 5, 9, i64::MAX, i64::MIN])),
    })
}

fn text(row: &Row, example: &Example, outcome: &Outcome, set: &InstructionSet) -> Option<String> {
    let mut before = Vec::new();
    if !example.slots.is_empty() {
        before.push(format!("slots: {}", list(&example.slots)?));
    }
    if !example.globals.is_empty() {
        before.push(format!("globals: {}", list(&example.globals)?));
    }
    let before = if before.is_empty() { String::new() } else { format!("[{}] ", before.join("; ")) };
    let mut values = Vec::new();
    for operand in &example.operands {
        match operand {
            ExampleOperand::Omitted => {}
            ExampleOperand::Number(value) => values.push(value.to_string()),
            ExampleOperand::Constant(value) => values.push(list(std::slice::from_ref(value))?),
            ExampleOperand::Function(_) => return None,
        }
    }
    values.push(list(&example.inputs)?);
    let outcome = match outcome {
        Outcome::Next(values) => list(values)?,
        Outcome::Jump(Through { operand, entry }, values) => {
            let entry = entry.map(|entry| format!("[{entry}]")).unwrap_or_default();
            format!("jump {}{entry} {}", row.operands[*operand].0, list(values)?)
        }
        Outcome::Trap(trap) => format!("trap {}", set.trap(*trap).name),
        Outcome::Return(value) => format!("return {}", list(std::slice::from_ref(value))?),
        Outcome::Raise(value) => format!("raise {}", list(std::slice::from_ref(value))?),
    };
    Some(format!("{before}{} => {outcome}", values.join(" ").trim()).trim().to_owned())
}

/// The values as an example writes them; `None` where they are not finite.
fn list(values: &[Literal]) -> Option<String> {
    let word = |value: &Literal| match value {
        Literal::Scalar(Scalar::Float(value)) if !value.is_finite() => None,
        Literal::Scalar(value) => Some(value.to_string()),
        Literal::Text(_) => None,
    };
    Some(values.iter().map(word).collect::<Option<Vec<_>>>()?.join(" "))
}
