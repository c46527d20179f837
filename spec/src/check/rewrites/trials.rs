//! What of a rule is tried: boundary values, numbers of the rule's own, small numbers in every combination, random ones.

use super::Effort;
use super::combinations;
use super::literals::Numbers;
use super::random::Random;
use super::space::Arrangement;
use crate::evaluate::Value;
use opforge_core::{Kind, Scalar};
use std::cell::Cell;
use std::ops::ControlFlow;

/// With a number of the rule's own in some position.
const OWN: usize = 4_000;
/// Bits that all positions with ints have together, when every combination of small ints is tried.
const SMALL_BITS: usize = 12;
/// With random values.
const RANDOM: usize = 4_000;

/// How many combinations are tried for one rewrite, at most.
pub const MAX_TRIALS: usize = combinations::MAX_BOUNDARY + OWN + (2 << SMALL_BITS) + RANDOM;

/// How much of each sort is tried.
struct Amount {
    /// Combinations of boundary values; `None` for as many as [`combinations::visit`] gives.
    boundary: Option<usize>,
    own: usize,
    small_bits: usize,
    random: usize,
}

impl Effort {
    fn amount(self) -> Amount {
        match self {
            Self::Brief => Amount { boundary: Some(300), own: 400, small_bits: 0, random: 300 },
            Self::Thorough => Amount { boundary: None, own: OWN, small_bits: SMALL_BITS, random: RANDOM },
        }
    }
}

/// A trial: the arrangement, and the value of each of its positions.
type Visit<'v> = &'v mut dyn FnMut(usize, &[Value]) -> ControlFlow<()>;

/// Calls `visit` with everything that is to be tried, until it breaks. Returns the number of visits; `None` when so much can
/// vary that boundary values cannot all be tried.
pub(super) fn visit(
    arrangements: &[Arrangement],
    numbers: &Numbers,
    effort: Effort,
    visit: Visit<'_>,
) -> Option<usize> {
    let (amount, ended, mut number) = (effort.amount(), Cell::new(false), 0);
    let mut count = |arrangement: usize, values: &[Value]| {
        number += 1;
        let flow = visit(arrangement, values);
        ended.set(flow.is_break());
        flow
    };
    let sizes: Vec<Vec<usize>> = arrangements.iter().map(Arrangement::sizes).collect();
    let boundary =
        &mut |arrangement: usize, chosen: &[usize]| count(arrangement, &arrangements[arrangement].values(chosen));
    match amount.boundary {
        None => combinations::visit(&sizes, boundary)?,
        Some(bound) => combinations::visit_some(&sizes, bound, boundary)?,
    };
    let varies = arrangements.iter().any(|arrangement| !arrangement.positions().is_empty());
    if !ended.get() && varies {
        let mut others = || {
            let mut random = Random::new();
            own_numbers(arrangements, numbers, amount.own, &mut random, &mut count)?;
            small_ints(&arrangements[0], amount.small_bits, &mut count)?;
            random_values(arrangements, numbers, amount.random, &mut random, &mut count)
        };
        let _ = others();
    }
    Some(number)
}

/// Every number of the rule's own in every position that admits it, among random values.
fn own_numbers(
    arrangements: &[Arrangement],
    numbers: &Numbers,
    bound: usize,
    random: &mut Random,
    visit: Visit<'_>,
) -> ControlFlow<()> {
    let ints = numbers.ints.iter().map(|value| Scalar::Int(*value));
    // A mixed pair is compared as floats, and a float may be where an int is expected.
    let wide = numbers.ints.iter().map(|value| Scalar::Float(*value as f64));
    let floats = numbers.floats.iter().map(|value| Scalar::Float(*value));
    let own: Vec<Value> = ints.chain(floats).chain(wide).map(Value::Scalar).collect();
    let positions = arrangements[0].positions();
    let all = own.iter().flat_map(|value| (0..positions.len()).map(move |position| (position, *value)));
    let admitted = all.filter(|(position, value)| positions[*position].admits(*value));
    for (turn, (position, value)) in admitted.cycle().take(bound.min(own.len() * positions.len() * 4)).enumerate() {
        let arrangement = turn % arrangements.len();
        let mut values = random_of(&arrangements[arrangement], numbers, random);
        if arrangements[arrangement].positions().get(position).is_some_and(|place| place.admits(value)) {
            values[position] = value;
        }
        visit(arrangement, &values)?;
    }
    ControlFlow::Continue(())
}

/// Every combination of ints of a few bits, in all positions that admit ints: as they are, and at the top of the word, where
/// sums and differences of theirs wrap around as those of a small word would.
fn small_ints(arrangement: &Arrangement, bits: usize, visit: Visit<'_>) -> ControlFlow<()> {
    let positions = arrangement.positions();
    let with_ints: Vec<usize> = (0..positions.len()).filter(|index| positions[*index].ty.has(Kind::Int)).collect();
    let width = bits.checked_div(with_ints.len()).unwrap_or(0);
    if width < 2 {
        return ControlFlow::Continue(());
    }
    let mut values: Vec<Value> = positions.iter().map(|position| position.values[0]).collect();
    for shift in [0, 64 - width] {
        for combination in 0..1_usize << (width * with_ints.len()) {
            let mut all_admitted = true;
            for (number, index) in with_ints.iter().enumerate() {
                let field = (combination >> (number * width)) & ((1 << width) - 1);
                // Of both signs.
                let value = ((field as i64) << (64 - width)) >> (64 - width - shift);
                values[*index] = Value::Scalar(Scalar::Int(value));
                all_admitted &= positions[*index].admits(values[*index]);
            }
            if all_admitted {
                visit(0, &values)?;
            }
        }
    }
    ControlFlow::Continue(())
}

fn random_values(
    arrangements: &[Arrangement],
    numbers: &Numbers,
    bound: usize,
    random: &mut Random,
    visit: Visit<'_>,
) -> ControlFlow<()> {
    for turn in 0..bound {
        // The first, in which all places differ, as often as all others together.
        let arrangement = if turn % 2 == 0 { 0 } else { random.below(arrangements.len()) };
        let values = random_of(&arrangements[arrangement], numbers, random);
        visit(arrangement, &values)?;
    }
    ControlFlow::Continue(())
}

/// A value for each position; some are equal to one before.
fn random_of(arrangement: &Arrangement, numbers: &Numbers, random: &mut Random) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    for position in arrangement.positions() {
        let same = (random.below(6) == 0).then(|| values.get(random.below(values.len())).copied()).flatten();
        let value = same.or_else(|| random.value(position.ty, numbers)).filter(|value| position.admits(*value));
        values.push(value.unwrap_or_else(|| position.values[random.below(position.values.len())]));
    }
    values
}
