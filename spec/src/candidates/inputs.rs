//! What a row is tried on: examples without an outcome.

use super::numbers::{Known, of_row};
use super::random::Random;
use super::values::{StandsFor, ints_of, of_type, place_or_values, value_type};
use crate::evaluate::{Set, Value, obstacle};
use crate::model::{Body, Example, ExampleOperand, Instruction, Outcome, PartOperand};
use opforge_core::{OperandKind, OperandRole, Scalar, Type};
use std::ops::RangeInclusive;

/// How many a row is tried on, at most.
const MAX_TRIALS: usize = 4_000;
/// How many of these each case is tried on at least, as far as they differ, however many cases there are.
const MIN_OF_CASE: usize = 60;
/// A share of the trials has random values: one of so many.
const RANDOM_SHARE: usize = 3;
/// How many locals and globals an example may begin with.
const MAX_PLACES: usize = 8;
/// How many targets a list of an example has at most: each is an exit of what runs it.
pub(crate) const MAX_TARGETS: i64 = 1_000;
/// How many numbers of each kind are taken from a row's body.
const MAX_NUMBERS: usize = 24;
/// Numbers that tell operations apart better than boundary values do.
const TELLING_INTS: [i64; 4] = [3, 7, -3, -7];
const TELLING_FLOATS: [f64; 4] = [2.5, 4.0, -1.5, -7.5];

/// What the row is tried on, the simplest first; empty for one that needs a machine, or more than examples can hold.
///
/// The same on every run. Each case is tried on values of its own types, and all rows on some that fit nothing.
pub(crate) fn inputs(set: &Set<'_>, row: &Instruction) -> Vec<Example> {
    if obstacle(set, row).is_some() {
        return Vec::new();
    }
    let mut written = Vec::new();
    of_row(set, row, &mut written);
    let numbers = Known::of_written(written, MAX_NUMBERS);
    let types = |types: &mut dyn Iterator<Item = Type>| types.collect::<Vec<Type>>();
    let declared = types(&mut row.inputs.iter().map(|input| input.ty));
    let mut within: Vec<Vec<Type>> = Vec::new();
    if let Body::Cases { cases, .. } = &row.body {
        within.extend(cases.iter().map(|case| case.guards.clone()));
    }
    within.push(declared);
    let share = (MAX_TRIALS / (within.len() + 1)).max(MIN_OF_CASE);
    within.push(vec![Type::ANY; row.inputs.len()]);
    let mut all: Vec<Example> = Vec::new();
    let mut random = Random::new();
    for types in &within {
        let Some(form) = Form::new(set, row, types, &numbers) else { return Vec::new() };
        all.extend(form.simple(share - share / RANDOM_SHARE, &mut random));
        all.extend(form.random(share / RANDOM_SHARE, &mut random, &numbers));
    }
    all
}

/// The ints that an operand of an example can be: it has an exit for each target of a list, of which there are not so many.
fn ints_in_examples(kind: OperandKind) -> RangeInclusive<i64> {
    match kind.role() {
        OperandRole::Targets => 0..=MAX_TARGETS,
        _ => ints_of(kind),
    }
}

/// What can vary in an example.
struct Form<'r> {
    row: &'r Instruction,
    positions: Vec<Position>,
}

struct Position {
    what: What,
    /// Not empty.
    values: Vec<Value>,
    ty: Type,
    ints: RangeInclusive<i64>,
}

#[derive(Clone, Copy)]
enum What {
    Input,
    Operand(usize),
    Slot,
    Global,
}

impl<'r> Form<'r> {
    fn new(set: &Set<'_>, row: &'r Instruction, types: &[Type], numbers: &Known) -> Option<Self> {
        let position = |what: What, ty: Type, ints: RangeInclusive<i64>, boundary: Vec<Value>| {
            let telling = TELLING_INTS.map(Scalar::Int).into_iter().chain(TELLING_FLOATS.map(Scalar::Float));
            let own = telling.chain(numbers.all.iter().copied()).map(Value::Scalar);
            let mut values = boundary;
            for value in own.filter(|value| ty.has(value.kind()) && is_within(*value, &ints)) {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            Position { what, values, ty, ints }
        };
        let all = || i64::MIN..=i64::MAX;
        let mut positions = Vec::new();
        for ty in types {
            positions.push(position(What::Input, *ty, all(), of_type(*ty)));
        }
        let (slots, globals) = (places(set, row, OperandKind::Local)?, places(set, row, OperandKind::Global)?);
        for (index, operand) in row.operands.iter().enumerate() {
            let (ty, ints, values) = match (operand.kind, place_or_values(operand.kind)?) {
                (_, StandsFor::Target) => continue,
                (kind, StandsFor::Place) => {
                    let count = if kind == OperandKind::Local { slots } else { globals };
                    // Each variable begins with a place of its own.
                    let before = row.operands[..index].iter().filter(|operand| operand.kind == kind).count();
                    let numbers = (before..count).chain(0..before).filter_map(|place| i64::try_from(place).ok());
                    (Type::NEVER, all(), numbers.map(|place| Value::Scalar(Scalar::Int(place))).collect())
                }
                (kind, StandsFor::Values(values)) => (value_type(kind), ints_in_examples(kind), values),
            };
            positions.push(position(What::Operand(index), ty, ints, values));
        }
        for (what, count) in [(What::Slot, slots), (What::Global, globals)] {
            positions.extend((0..count).map(|_| position(what, Type::ANY, all(), of_type(Type::ANY))));
        }
        positions.iter().all(|position| !position.values.is_empty()).then_some(Self { row, positions })
    }

    /// Combinations of known values, those of the first ones first: all of them if there are no more than `bound`.
    fn simple(&self, bound: usize, random: &mut Random) -> Vec<Example> {
        let sizes = || self.positions.iter().map(|position| position.values.len());
        let product = sizes().fold(1, |product: usize, size| product.saturating_mul(size));
        let mut chosen: Vec<Vec<usize>> = Vec::new();
        if product <= bound {
            for number in 0..product {
                let mut rest = number;
                let digit = |size: usize| {
                    let digit = rest % size;
                    rest /= size;
                    digit
                };
                chosen.push(sizes().map(digit).collect());
            }
        } else {
            let longest = sizes().max().unwrap_or(0);
            for turn in 0..bound {
                // Each value of each position is there; besides, the simple ones more often.
                let one = |(column, size): (usize, usize)| {
                    if turn < longest {
                        return (turn + column) % size;
                    }
                    let size = if turn % 2 == 0 { size } else { random.below(size) + 1 };
                    random.below(size)
                };
                chosen.push(sizes().enumerate().map(one).collect());
            }
        }
        chosen.sort_by_key(|chosen| chosen.iter().sum::<usize>());
        let values = |chosen: &Vec<usize>| -> Vec<Value> {
            self.positions.iter().zip(chosen).map(|(position, index)| position.values[*index]).collect()
        };
        chosen.iter().map(|chosen| self.example(&values(chosen))).collect()
    }

    fn random(&self, bound: usize, random: &mut Random, numbers: &Known) -> Vec<Example> {
        if self.positions.is_empty() {
            return Vec::new();
        }
        let mut all = Vec::new();
        for _ in 0..bound {
            let mut values: Vec<Value> = Vec::new();
            for position in &self.positions {
                let same = (random.below(6) == 0).then(|| random.one_of(&values)).flatten();
                let value = same.or_else(|| random.value(position.ty, numbers));
                let value = value.filter(|value| position.ty.has(value.kind()) && is_within(*value, &position.ints));
                values.push(value.unwrap_or_else(|| position.values[random.below(position.values.len())]));
            }
            all.push(self.example(&values));
        }
        all
    }

    /// The example that has that value at each position, without an outcome.
    fn example(&self, values: &[Value]) -> Example {
        let mut example = Example {
            text: String::new(),
            slots: Vec::new(),
            globals: Vec::new(),
            reads: None,
            operands: vec![ExampleOperand::Omitted; self.row.operands.len()],
            inputs: Vec::new(),
            outcome: Outcome::Next(Vec::new()),
            slots_after: None,
            globals_after: None,
            prints: None,
            evaluated: true,
        };
        for (position, value) in self.positions.iter().zip(values) {
            let literal = value.literal();
            match position.what {
                What::Input => example.inputs.push(literal),
                What::Slot => example.slots.push(literal),
                What::Global => example.globals.push(literal),
                What::Operand(index) => {
                    example.operands[index] = match (self.row.operands[index].kind, value) {
                        (OperandKind::Const, _) => ExampleOperand::Constant(literal),
                        (_, Value::Scalar(value)) => ExampleOperand::Number(*value),
                        _ => ExampleOperand::Omitted,
                    }
                }
            }
        }
        example
    }
}

fn is_within(value: Value, ints: &RangeInclusive<i64>) -> bool {
    !matches!(value, Value::Scalar(Scalar::Int(value)) if !ints.contains(&value))
}

/// How many locals (or globals) an example of the row needs: one for each operand, and those that parts name by number; `None`
/// if that is too many.
fn places(set: &Set<'_>, row: &Instruction, kind: OperandKind) -> Option<usize> {
    let own = row.operands.iter().filter(|operand| operand.kind == kind).count();
    Some(own.max(fixed(set, row, kind)?)).filter(|count| *count <= MAX_PLACES)
}

/// One more than the greatest number by which a part of the row names a local (or global).
fn fixed(set: &Set<'_>, row: &Instruction, kind: OperandKind) -> Option<usize> {
    let Body::Seq(parts) = &row.body else { return Some(0) };
    let mut most = 0;
    for part in parts {
        let instruction = set.instructions.get(part.instruction.0)?.as_ref()?;
        most = most.max(fixed(set, instruction, kind)?);
        for (operand, given) in instruction.operands.iter().zip(&part.operands) {
            if let (true, PartOperand::Literal(Scalar::Int(number))) = (operand.kind == kind, given) {
                most = most.max(usize::try_from(*number).ok()?.checked_add(1)?);
            }
        }
    }
    Some(most)
}
