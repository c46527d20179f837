//! Which combinations of values are tried: all if they fit the bound, else every pair of values and a sample.

use std::ops::ControlFlow;

/// How many combinations are tried for one rewrite, at most.
pub const MAX_TRIALS: usize = 10_000;

/// Calls `visit` with an arrangement and, for each of its positions, the index of a value.
///
/// `sizes` says how many values each position of each arrangement has; none is 0. When all combinations are at most
/// [`MAX_TRIALS`], all are visited. Else
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
    let flow = if total <= MAX_TRIALS {
        sizes.iter().enumerate().try_for_each(|(arrangement, sizes)| visits.all(arrangement, sizes))
    } else {
        let plan = Plan::new(sizes)?;
        plan.visit(sizes, &products, &mut visits)
    };
    let _ = flow;
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
        let prime = (least.max(2)..=MAX_TRIALS).find(|&number| is_prime(number))?;
        let first = prime.checked_mul(prime).filter(|first| *first <= MAX_TRIALS)?;
        let others = (MAX_TRIALS - first).checked_div(sizes.len() - 1).map_or(prime, |each| each / prime);
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
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        while visits.number < MAX_TRIALS && !sampled.is_empty() {
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

/// **Source:** Marsaglia 2003, xorshift; the same numbers on every run and machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let high = usize::try_from(self.0 >> 40).unwrap_or(0);
        high.checked_rem(bound).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn visited(sizes: &[Vec<usize>]) -> Option<Vec<(usize, Vec<usize>)>> {
        let mut all = Vec::new();
        let number = visit(sizes, &mut |arrangement, chosen| {
            all.push((arrangement, chosen.to_vec()));
            ControlFlow::Continue(())
        })?;
        assert_eq!(number, all.len());
        Some(all)
    }

    #[test]
    fn few_combinations_are_all_visited_once() {
        let all = visited(&[vec![28, 28], vec![3], vec![]]).unwrap();
        assert_eq!(all.len(), 28 * 28 + 3 + 1);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(visited(&[vec![100, 100]]).unwrap().len(), MAX_TRIALS);
    }

    /// `Some(missing)`: which pairs of values of two positions do not meet in that arrangement.
    fn unmet(all: &[(usize, Vec<usize>)], arrangement: usize, sizes: &[usize]) -> usize {
        let mut met = BTreeSet::new();
        for (_, chosen) in all.iter().filter(|(other, _)| *other == arrangement) {
            for (a, first) in chosen.iter().enumerate() {
                met.extend(chosen.iter().enumerate().skip(a + 1).map(|(b, second)| (a, *first, b, *second)));
            }
        }
        let pairs = sizes
            .iter()
            .enumerate()
            .map(|(a, first)| sizes[a + 1..].iter().map(|second| first * second).sum::<usize>());
        pairs.sum::<usize>() - met.len()
    }

    #[test]
    fn all_pairs_meet_in_each_arrangement_of_three_locals() {
        let sizes = vec![vec![28, 28, 28, 28], vec![28, 28, 28], vec![28, 28, 28], vec![28, 28, 28], vec![28, 28, 28]];
        let all = visited(&sizes).unwrap();
        for (arrangement, sizes) in sizes.iter().enumerate() {
            assert_eq!(unmet(&all, arrangement, sizes), 0, "{arrangement}");
        }
    }

    /// As with six locals, of which any may be equal.
    #[test]
    fn in_many_arrangements_every_value_is_there() {
        let sizes = vec![vec![28; 6]; 203];
        let all = visited(&sizes).unwrap();
        assert_eq!(all.len(), MAX_TRIALS);
        assert_eq!(unmet(&all, 0, &sizes[0]), 0);
        let there: BTreeSet<(usize, usize, usize)> = all
            .iter()
            .flat_map(|(arrangement, chosen)| chosen.iter().enumerate().map(|(at, value)| (*arrangement, at, *value)))
            .collect();
        assert_eq!(there.len(), 203 * 6 * 28);
        assert_eq!(visited(&vec![vec![28; 7]; 877]), None);
        assert_eq!(visited(&[vec![2; 98]]), None);
    }

    #[test]
    fn what_is_visited_is_the_same_on_every_run() {
        let sizes = vec![vec![28; 5]; 3];
        assert_eq!(visited(&sizes), visited(&sizes));
    }

    #[test]
    fn a_visit_can_end_it() {
        let mut seen = 0;
        let number = visit(&[vec![28; 5]], &mut |_, _| {
            seen += 1;
            if seen == 7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((seen, number), (7, Some(7)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_bound_holds_and_pairs_meet(sizes in prop::collection::vec(prop::collection::vec(1..30_usize, 0..8), 1..12)) {
            if let Some(all) = visited(&sizes) {
                prop_assert!(all.len() <= MAX_TRIALS);
                prop_assert_eq!(unmet(&all, 0, &sizes[0]), 0);
                for (arrangement, chosen) in &all {
                    let sizes = &sizes[*arrangement];
                    prop_assert!(chosen.len() == sizes.len() && chosen.iter().zip(sizes).all(|(value, size)| value < size));
                }
            }
        }
    }
}
