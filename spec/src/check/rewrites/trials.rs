//! What of a rule is tried: boundary values, numbers of the rule's own, small numbers in every combination, random ones.

use super::space::Arrangement;
use super::{Effort, combinations, own, small};
use crate::candidates::{Known, Random};
use crate::evaluate::Value;
use std::cell::Cell;
use std::ops::ControlFlow;

/// What is tried of a rule at least, whatever the effort.
const BRIEF: Amount = Amount { boundary: 300, own: 400, pairs: 250, int_bits: 0, float_bits: 5, random: 300 };
/// What is tried besides that of a rule that is tried thoroughly.
const THOROUGH: Amount = Amount {
    boundary: combinations::MAX_BOUNDARY,
    own: 4_000,
    pairs: 6_000,
    int_bits: 12,
    float_bits: 11,
    random: 4_000,
};

/// How many combinations are tried for one rewrite, at most.
pub const MAX_TRIALS: usize = BRIEF.most() + THOROUGH.most();

/// How much of each sort is tried.
struct Amount {
    /// Combinations of boundary values.
    boundary: usize,
    /// With a number of the rule's own in some place.
    own: usize,
    /// With two of them, or one and a boundary value.
    pairs: usize,
    /// Bits that all places with ints have together, when every combination of small ints is tried; 0 for none.
    int_bits: usize,
    /// So for small floats.
    float_bits: usize,
    /// With random values.
    random: usize,
}

impl Amount {
    const fn most(&self) -> usize {
        self.boundary + self.own + self.pairs + small::most(self.int_bits, self.float_bits) + self.random
    }
}

/// A trial: the arrangement, and the value of each of its positions.
pub(super) type Visit<'v> = &'v mut dyn FnMut(usize, &[Value]) -> ControlFlow<()>;

/// Calls `visit` with everything that is to be tried, until it breaks: stage by stage, each with its numbers. Returns the
/// number of visits; `None` when so much can vary that boundary values cannot all be tried.
pub(super) fn visit<'n>(
    arrangements: &[Arrangement],
    stages: impl Iterator<Item = (Effort, &'n Known)>,
    visit: Visit<'_>,
) -> Option<usize> {
    let (ended, mut number) = (Cell::new(false), 0);
    let mut count = |arrangement: usize, values: &[Value]| {
        number += 1;
        let flow = visit(arrangement, values);
        ended.set(flow.is_break());
        flow
    };
    for (effort, numbers) in stages {
        boundary(arrangements, effort, &mut count)?;
        if ended.get() || others(arrangements, effort, numbers, &mut count).is_break() {
            break;
        }
    }
    Some(number)
}

/// `None` as [`combinations::visit`] gives it.
fn boundary(arrangements: &[Arrangement], effort: Effort, visit: Visit<'_>) -> Option<usize> {
    let sizes: Vec<Vec<usize>> = arrangements.iter().map(Arrangement::sizes).collect();
    let visit =
        &mut |arrangement: usize, chosen: &[usize]| visit(arrangement, &arrangements[arrangement].values(chosen));
    match effort {
        Effort::Brief => combinations::visit_some(&sizes, BRIEF.boundary, visit),
        Effort::Thorough => combinations::visit(&sizes, visit),
    }
}

fn others(arrangements: &[Arrangement], effort: Effort, numbers: &Known, visit: Visit<'_>) -> ControlFlow<()> {
    if arrangements.iter().all(|arrangement| arrangement.positions().is_empty()) {
        return ControlFlow::Continue(());
    }
    let amount = match effort {
        Effort::Brief => BRIEF,
        Effort::Thorough => THOROUGH,
    };
    let mut random = Random::new();
    own::alone(arrangements, numbers, amount.own, &mut random, visit)?;
    own::in_pairs(&arrangements[0], numbers, amount.pairs, &mut random, visit)?;
    small::ints(&arrangements[0], amount.int_bits, visit)?;
    small::floats(&arrangements[0], amount.float_bits, visit)?;
    random_values(arrangements, numbers, amount.random, &mut random, visit)
}

fn random_values(
    arrangements: &[Arrangement],
    numbers: &Known,
    bound: usize,
    random: &mut Random,
    visit: Visit<'_>,
) -> ControlFlow<()> {
    for turn in 0..bound {
        // The first, in which all places differ, as often as all others together.
        let arrangement = if turn % 2 == 0 { 0 } else { random.below(arrangements.len()) };
        let values = arrangements[arrangement].random(random, numbers);
        visit(arrangement, &values)?;
    }
    ControlFlow::Continue(())
}

#[cfg(test)]
mod tests {
    use super::super::literals::most;
    use super::*;
    use opforge_core::{Scalar, Type};

    type Trials = Vec<(usize, Vec<Value>)>;

    fn trials(arrangements: &[Arrangement], stages: &[(Effort, Known)]) -> Trials {
        let mut all = Vec::new();
        let stages = stages.iter().map(|(effort, numbers)| (*effort, numbers));
        let number = visit(arrangements, stages, &mut |index, values| {
            all.push((index, values.to_vec()));
            ControlFlow::Continue(())
        });
        assert!(number == Some(all.len()) && all.len() <= MAX_TRIALS);
        all
    }

    #[test]
    fn each_number_meets_boundary_values_and_other_numbers() {
        let written = [Scalar::Int(4242), Scalar::Int(77), Scalar::Float(50.0), Scalar::Float(0.25)];
        let numbers = Known::of_written(written.into(), most(Effort::Brief));
        for ty in [Type::INT, Type::FLOAT] {
            let own = written.into_iter().filter(|scalar| ty.has(scalar.kind()));
            let known: Vec<Value> = own
                .chain([Scalar::Int(0), Scalar::Int(1), Scalar::Float(0.0), Scalar::Float(1.0)])
                .filter(|scalar| ty.has(scalar.kind()))
                .map(Value::Scalar)
                .collect();
            let mut random = Random::new();
            let mut all = Vec::new();
            let _ =
                own::in_pairs(&Arrangement::over(&[ty, ty]), &numbers, BRIEF.pairs, &mut random, &mut |_, values| {
                    all.push(values.to_vec());
                    ControlFlow::Continue(())
                });
            assert!(all.len() <= BRIEF.pairs);
            for (one, other) in known.iter().flat_map(|one| known.iter().map(move |other| (*one, *other))) {
                assert!(all.contains(&vec![one, other]), "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_thorough_trial_begins_with_the_brief_one() {
        let ints = vec![Scalar::Int(100), Scalar::Int(7), Scalar::Int(-3)];
        let floats = vec![Scalar::Float(9.0), Scalar::Float(5.0), Scalar::Float(32.0), Scalar::Float(212.0)];
        let inputs: [&[Type]; 6] =
            [&[], &[Type::INT], &[Type::FLOAT], &[Type::INT, Type::FLOAT], &[Type::ANY; 2], &[Type::NUM; 4]];
        for written in [Vec::new(), ints.clone(), floats.clone(), [ints, floats].concat()] {
            for inputs in inputs {
                let numbers = |effort| (effort, Known::of_written(written.clone(), most(effort)));
                let arrangements = [Arrangement::over(inputs)];
                let brief = trials(&arrangements, &[numbers(Effort::Brief)]);
                let thorough = trials(&arrangements, &[numbers(Effort::Brief), numbers(Effort::Thorough)]);
                assert!(thorough.starts_with(&brief), "{written:?} {inputs:?}");
            }
        }
    }
}
