//! Trials with the rule's own numbers: each of them in each place, and every two of them, or one and a boundary value.

use super::space::{Arrangement, Position};
use super::trials::Visit;
use crate::candidates::{Known, Random, of_type};
use crate::evaluate::Value;
use opforge_core::{Kind, Type};
use std::ops::ControlFlow;

/// How often each number is in each place, if there are other places.
const ROUNDS: usize = 4;

/// Every number in every place that expects it, among random values.
pub(super) fn alone(
    arrangements: &[Arrangement],
    numbers: &Known,
    bound: usize,
    random: &mut Random,
    visit: Visit<'_>,
) -> ControlFlow<()> {
    let positions = arrangements[0].positions();
    let all = numbers.all.iter().flat_map(|number| (0..positions.len()).map(move |at| (at, Value::Scalar(*number))));
    let all: Vec<(usize, Value)> = all.filter(|(at, value)| fits(&positions[*at], *value)).collect();
    let rounds = if positions.len() > 1 { ROUNDS } else { 1 };
    for (turn, (at, value)) in all.iter().cycle().take(bound.min(all.len() * rounds)).enumerate() {
        // Where all places differ as often as in all other ways together; in the next round the other way round.
        let round = turn / all.len();
        let index = if (turn + round).is_multiple_of(2) { 0 } else { turn / 2 % arrangements.len() };
        let arrangement = &arrangements[index];
        let mut values = arrangement.random(random, numbers);
        if arrangement.positions().get(*at).is_some_and(|position| position.admits(*value)) {
            values[*at] = *value;
        }
        visit(index, &values)?;
    }
    ControlFlow::Continue(())
}

/// The kinds whose values are numbers, or stand for some.
const NUMBERS: [Kind; 5] = [Kind::Int, Kind::Float, Kind::I32, Kind::F32, Kind::Char];

/// Every two numbers of a kind in every two places that expect them; the likelier ones and the simpler boundary values
/// first, until the bound.
pub(super) fn in_pairs(
    arrangement: &Arrangement,
    numbers: &Known,
    bound: usize,
    random: &mut Random,
    visit: Visit<'_>,
) -> ControlFlow<()> {
    let positions = arrangement.positions();
    let kinds = NUMBERS.map(|kind| (kind, with_boundary(kind, numbers, bound.isqrt() + 1)));
    let mut places = Vec::new();
    for (kind, values) in &kinds {
        let expecting: Vec<usize> = (0..positions.len()).filter(|at| positions[*at].expected.has(*kind)).collect();
        for (turn, first) in expecting.iter().enumerate() {
            places.extend(expecting[turn + 1..].iter().map(|second| (*first, *second, values)));
        }
    }
    let longest = kinds.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let mut left = if places.is_empty() { 0 } else { bound };
    for rank in 0..longest {
        for (one, other) in (0..rank).flat_map(|less| [(less, rank), (rank, less)]).chain([(rank, rank)]) {
            for (first, second, values) in &places {
                let (Some(one), Some(other)) = (values.get(one), values.get(other)) else { continue };
                if !fits(&positions[*first], *one) || !fits(&positions[*second], *other) {
                    continue;
                }
                if left == 0 {
                    return ControlFlow::Continue(());
                }
                left -= 1;
                let mut trial = around(arrangement, numbers, random);
                (trial[*first], trial[*second]) = (*one, *other);
                visit(0, &trial)?;
            }
        }
    }
    ControlFlow::Continue(())
}

/// The rule's own numbers and the boundary values of that kind, in turn, each once, up to so many.
fn with_boundary(kind: Kind, numbers: &Known, most: usize) -> Vec<Value> {
    let own: Vec<Value> = numbers.all.iter().copied().map(Value::Scalar).filter(|value| value.kind() == kind).collect();
    let boundary = of_type(Type::of(kind));
    let mut all: Vec<Value> = Vec::new();
    for index in 0..most.min(own.len().max(boundary.len())) {
        for value in own.get(index).into_iter().chain(boundary.get(index)) {
            if !all.contains(value) {
                all.push(*value);
            }
        }
    }
    all.truncate(most);
    all
}

/// What stands in the other places: the simplest values there are, or random ones.
fn around(arrangement: &Arrangement, numbers: &Known, random: &mut Random) -> Vec<Value> {
    if arrangement.positions().len() > 2 && random.below(2) == 0 {
        return arrangement.random(random, numbers);
    }
    let simple = |position: &Position| position.plain().nth(random.below(2)).unwrap_or(position.values[0]);
    arrangement.positions().iter().map(simple).collect()
}

fn fits(position: &Position, value: Value) -> bool {
    position.admits(value) && position.expected.has(value.kind())
}
