//! All combinations where they are few; pairs of values, and the bound, where they are many.

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
    assert_eq!(visited(&[vec![100, 100]]).unwrap().len(), MAX_BOUNDARY);
}

/// `Some(missing)`: which pairs of values of two positions do not meet in that arrangement.
fn unmet(all: &[(usize, Vec<usize>)], arrangement: usize, sizes: &[usize]) -> usize {
    let mut met = BTreeSet::new();
    for (_, chosen) in all.iter().filter(|(other, _)| *other == arrangement) {
        for (a, first) in chosen.iter().enumerate() {
            met.extend(chosen.iter().enumerate().skip(a + 1).map(|(b, second)| (a, *first, b, *second)));
        }
    }
    let pairs =
        sizes.iter().enumerate().map(|(a, first)| sizes[a + 1..].iter().map(|second| first * second).sum::<usize>());
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
    assert_eq!(all.len(), MAX_BOUNDARY);
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
            prop_assert!(all.len() <= MAX_BOUNDARY);
            prop_assert_eq!(unmet(&all, 0, &sizes[0]), 0);
            for (arrangement, chosen) in &all {
                let sizes = &sizes[*arrangement];
                prop_assert!(chosen.len() == sizes.len() && chosen.iter().zip(sizes).all(|(value, size)| value < size));
            }
        }
    }
}
