//! Which combinations of values are tried: all if they fit the bound, else every pair of values and a sample.

use crate::candidates::Random;
use std::ops::ControlFlow;

/// How many combinations of boundary values are tried for one rewrite, at most.
pub(super) const MAX_BOUNDARY: usize = 10_000;

/// Calls `visit` with an arrangement and, for each of its positions, the index of a value.
///
/// `sizes` says how many values each position of each arrangement has; none is 0. When all combinations are at most
/// [`MAX_BOUNDARY`], all are visited. Else
///
/// - in the first arrangement, every two values of every two positions meet;
/// - so they do in the others if the bound has room for it; if not, every value of every position is there;
/// - the rest, up to the bound, is a pseudo-random sample, the same on every run.
///
/// Pairs meet as in the affine planes: with `q` a prime, rows `(x, y)` and columns `c` below `q`, the values
/// `x + c·y (mod q)` of two columns are each pair once. **Source:** Bush 1952, orthogonal arrays of strength 2.
///
/// Returns the number of visits; `None` when there are too many positions or arrangements for this.
pub(super) fn visit(sizes: &[Vec<usize>], visit: &mut dyn FnMut(usize, &[usize]) -> ControlFlow<()>) -> Option<usize> {
    let mut visits = Visits { visit, number: 0 };
    let products: Vec<usize> = sizes.iter().map(|sizes| product(sizes)).collect();
    let total = products.iter().fold(0, |sum: usize, product| sum.saturating_add(*product));
    let flow = if total <= MAX_BOUNDARY {
        sizes.iter().enumerate().try_for_each(|(arrangement, sizes)| visits.all(arrangement, sizes))
    } else {
        let plan = Plan::new(sizes)?;
        plan.visit(sizes, &products, &mut visits)
    };
    let _ = flow;
    Some(visits.number)
}

/// As [`visit`], of which this is a share: at most `bound` visits, in which every value of every position of the first
/// arrangement is there. `None` when `visit` gives it.
pub(super) fn visit_some(
    sizes: &[Vec<usize>],
    bound: usize,
    visit: &mut dyn FnMut(usize, &[usize]) -> ControlFlow<()>,
) -> Option<usize> {
    let mut visits = Visits { visit, number: 0 };
    let total = sizes.iter().map(|sizes| product(sizes)).fold(0, usize::saturating_add);
    if total <= bound {
        let _ = sizes.iter().enumerate().try_for_each(|(arrangement, sizes)| visits.all(arrangement, sizes));
        return Some(visits.number);
    }
    if total > MAX_BOUNDARY {
        Plan::new(sizes)?;
    }
    let longest = sizes.first()?.iter().copied().max().unwrap_or(1);
    let mut random = Random::new();
    for turn in 0..bound {
        let (arrangement, chosen) = if turn < longest {
            (0, sizes[0].iter().enumerate().map(|(column, size)| (turn + column) % size).collect::<Vec<_>>())
        } else {
            let arrangement = random.below(sizes.len());
            (arrangement, sizes[arrangement].iter().map(|size| random.below(*size)).collect())
        };
        if visits.one(arrangement, &chosen).is_break() {
            break;
        }
    }
    Some(visits.number)
}

fn product(sizes: &[usize]) -> usize {
    sizes.iter().fold(1, |product: usize, size| product.saturating_mul(*size))
}

struct Visits<'v> {
    visit: &'v mut dyn FnMut(usize, &[usize]) -> ControlFlow<()>,
    number: usize,
}

impl Visits<'_> {
    fn one(&mut self, arrangement: usize, chosen: &[usize]) -> ControlFlow<()> {
        self.number += 1;
        (self.visit)(arrangement, chosen)
    }

    /// Every combination; the last position changes fastest.
    fn all(&mut self, arrangement: usize, sizes: &[usize]) -> ControlFlow<()> {
        let mut chosen = vec![0; sizes.len()];
        loop {
            self.one(arrangement, &chosen)?;
            let Some(position) = (0..sizes.len()).rev().find(|&position| chosen[position] + 1 < sizes[position]) else {
                return ControlFlow::Continue(());
            };
            chosen[position] += 1;
            chosen[position + 1..].fill(0);
        }
    }
}

/// How much of each arrangement is visited.
struct Plan {
    /// A prime, not less than any number of values or positions.
    prime: usize,
    /// How many `y` each arrangement but the first has, from 1 to `prime`.
    lines: usize,
}

impl Plan {
    fn new(sizes: &[Vec<usize>]) -> Option<Self> {
        let least = sizes.iter().flat_map(|sizes| sizes.iter().copied().chain([sizes.len()])).max()?;
        let prime = (least.max(2)..=MAX_BOUNDARY).find(|&number| is_prime(number))?;
        let first = prime.checked_mul(prime).filter(|first| *first <= MAX_BOUNDARY)?;
        let others = (MAX_BOUNDARY - first).checked_div(sizes.len() - 1).map_or(prime, |each| each / prime);
        (others > 0).then_some(Self { prime, lines: others.min(prime) })
    }

    fn visit(&self, sizes: &[Vec<usize>], products: &[usize], visits: &mut Visits<'_>) -> ControlFlow<()> {
        let mut sampled = Vec::new();
        for (arrangement, sizes) in sizes.iter().enumerate() {
            let lines = if arrangement == 0 { self.prime } else { self.lines };
            if products[arrangement] <= lines * self.prime {
                visits.all(arrangement, sizes)?;
                continue;
            }
            sampled.push(arrangement);
            // Arrangements that have few lines have different ones.
            for y in (0..lines).map(|line| (arrangement + line) % self.prime) {
                for x in 0..self.prime {
                    let chosen = |(column, size): (usize, &usize)| (x + column * y) % self.prime % size;
                    visits.one(arrangement, &sizes.iter().enumerate().map(chosen).collect::<Vec<_>>())?;
                }
            }
        }
        let mut random = Random::new();
        while visits.number < MAX_BOUNDARY && !sampled.is_empty() {
            let arrangement = sampled[random.below(sampled.len())];
            let chosen: Vec<usize> = sizes[arrangement].iter().map(|size| random.below(*size)).collect();
            visits.one(arrangement, &chosen)?;
        }
        ControlFlow::Continue(())
    }
}

fn is_prime(number: usize) -> bool {
    number > 1 && (2..).take_while(|factor| factor * factor <= number).all(|factor| !number.is_multiple_of(factor))
}

#[cfg(test)]
mod tests;
