//! The primitives over floats against tables of what IEEE 754 says.

use super::*;
use crate::Scalar;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
/// The least subnormal.
const TINY: f64 = 5e-324;
const MAX: f64 = f64::MAX;

/// Compares as programs do: all NaNs are one value, zeros differ by sign.
#[track_caller]
fn check(function: fn(f64, f64) -> f64, rows: &[(f64, f64, f64)]) {
    for &(a, b, expected) in rows {
        assert_eq!(Scalar::Float(function(a, b)), Scalar::Float(expected), "of {a:?} and {b:?}");
    }
}

#[track_caller]
fn check_one(function: fn(f64) -> f64, rows: &[(f64, f64)]) {
    for &(a, expected) in rows {
        assert_eq!(Scalar::Float(function(a)), Scalar::Float(expected), "of {a:?}");
    }
}

#[test]
fn integers_convert_to_the_nearest_float() {
    let two_53 = 9_007_199_254_740_992;
    for (a, expected) in [
        (0, 0.0),
        (-1, -1.0),
        (two_53, 9_007_199_254_740_992.0),
        (two_53 + 1, 9_007_199_254_740_992.0),
        (two_53 + 3, 9_007_199_254_740_996.0),
        (i64::MAX, 9_223_372_036_854_775_808.0),
        (i64::MIN, -9_223_372_036_854_775_808.0),
    ] {
        assert_eq!(Scalar::Float(from_int(a)), Scalar::Float(expected), "of {a}");
    }
}

#[test]
fn floats_convert_to_integers_in_range() {
    for (a, expected) in [
        (0.0, 0),
        (-0.0, 0),
        (TINY, 0),
        (2.9, 2),
        (-2.9, -2),
        (1e300, i64::MAX),
        (-1e300, i64::MIN),
        (INF, i64::MAX),
        (-INF, i64::MIN),
        (NAN, 0),
    ] {
        assert_eq!(to_int(a), expected, "of {a:?}");
    }
}

#[test]
fn truncation_keeps_the_sign() {
    let rows =
        [(0.0, 0.0), (-0.0, -0.0), (0.9, 0.0), (-0.9, -0.0), (2.5, 2.0), (-2.5, -2.0), (1e300, 1e300), (TINY, 0.0)];
    check_one(trunc, &rows);
    check_one(trunc, &[(INF, INF), (-INF, -INF), (NAN, NAN)]);
}

#[test]
fn sums() {
    check(
        add,
        &[
            (0.0, -0.0, 0.0),
            (-0.0, -0.0, -0.0),
            (0.1, 0.2, 0.300_000_000_000_000_04),
            (MAX, MAX, INF),
            (INF, -INF, NAN),
        ],
    );
    check(add, &[(TINY, 0.0, TINY), (TINY, -TINY, 0.0), (1.0, TINY, 1.0), (NAN, 1.0, NAN)]);
    check(
        sub,
        &[(0.0, 0.0, 0.0), (-0.0, 0.0, -0.0), (INF, INF, NAN), (-MAX, MAX, -INF), (TINY, TINY, 0.0), (1.0, NAN, NAN)],
    );
}

#[test]
fn products_and_quotients() {
    check(
        mul,
        &[(0.0, -1.0, -0.0), (INF, 0.0, NAN), (MAX, 2.0, INF), (TINY, 0.5, 0.0), (-TINY, 0.5, -0.0), (NAN, 0.0, NAN)],
    );
    check(
        div,
        &[(1.0, 0.0, INF), (1.0, -0.0, -INF), (0.0, 0.0, NAN), (1.0, INF, 0.0), (-1.0, INF, -0.0), (INF, INF, NAN)],
    );
    check(div, &[(7.0, 2.0, 3.5), (TINY, 2.0, 0.0), (MAX, 0.5, INF), (NAN, 1.0, NAN)]);
}

#[test]
fn remainders_have_the_sign_of_the_dividend() {
    check(
        rem,
        &[(5.5, 2.0, 1.5), (-5.5, 2.0, -1.5), (5.5, -2.0, 1.5), (-4.0, 2.0, -0.0), (4.0, -2.0, 0.0), (-0.0, 2.0, -0.0)],
    );
    check(
        rem,
        &[
            (1.0, 0.0, NAN),
            (INF, 2.0, NAN),
            (-3.0, INF, -3.0),
            (3.0, -INF, 3.0),
            (NAN, 1.0, NAN),
            (1.0, NAN, NAN),
            (1.0, TINY, 0.0),
        ],
    );
}

#[test]
fn floored_remainders_have_the_sign_of_the_divisor() {
    check(
        mod_floor,
        &[
            (5.5, 2.0, 1.5),
            (-5.5, 2.0, 0.5),
            (5.5, -2.0, -0.5),
            (-5.5, -2.0, -1.5),
            (-4.0, 2.0, 0.0),
            (4.0, -2.0, -0.0),
        ],
    );
    check(
        mod_floor,
        &[(0.0, -1.0, -0.0), (-0.0, 1.0, 0.0), (-3.0, INF, INF), (3.0, INF, 3.0), (3.0, -INF, -INF), (-TINY, 1.0, 1.0)],
    );
    check(mod_floor, &[(1.0, 0.0, NAN), (1.0, -0.0, NAN), (INF, 2.0, NAN), (NAN, 1.0, NAN), (1.0, NAN, NAN)]);
}

#[test]
fn powers() {
    check(
        pow,
        &[(2.0, 10.0, 1024.0), (2.0, -1.0, 0.5), (9.0, 0.5, 3.0), (-2.0, 3.0, -8.0), (-8.0, 0.5, NAN), (0.0, 0.0, 1.0)],
    );
    check(
        pow,
        &[
            (NAN, 0.0, 1.0),
            (1.0, NAN, 1.0),
            (0.0, -1.0, INF),
            (-0.0, -1.0, -INF),
            (-0.0, 3.0, -0.0),
            (2.0, 1024.0, INF),
        ],
    );
    check(pow, &[(2.0, -1074.0, TINY), (2.0, -INF, 0.0), (0.5, -INF, INF), (-1.0, INF, 1.0), (NAN, 1.0, NAN)]);
}

#[test]
fn negation_turns_the_sign_of_everything() {
    check_one(neg, &[(0.0, -0.0), (-0.0, 0.0), (1.5, -1.5), (INF, -INF), (NAN, NAN), (TINY, -TINY), (MAX, -MAX)]);
}

#[test]
fn comparisons_agree_with_the_order() {
    let ordered = [-INF, -MAX, -1.0, -TINY, 0.0, TINY, 1.0, MAX, INF];
    for (i, &a) in ordered.iter().enumerate() {
        for (j, &b) in ordered.iter().enumerate() {
            assert_eq!((eq(a, b), ne(a, b)), (i == j, i != j), "{a:?} {b:?}");
            assert_eq!((lt(a, b), gt(a, b), le(a, b), ge(a, b)), (i < j, i > j, i <= j, i >= j), "{a:?} {b:?}");
            let sign = if i < j { -1 } else { i64::from(i > j) };
            assert_eq!(compare(a, b), sign, "{a:?} {b:?}");
        }
    }
}

#[test]
fn zeros_are_equal() {
    assert!(eq(0.0, -0.0) && !ne(0.0, -0.0) && le(0.0, -0.0) && ge(-0.0, 0.0));
    assert!(!lt(-0.0, 0.0) && !gt(0.0, -0.0));
    assert_eq!(compare(-0.0, 0.0), 0);
}

#[test]
fn nan_is_unordered() {
    for (a, b) in [(NAN, NAN), (NAN, 0.0), (0.0, NAN), (NAN, INF), (-INF, NAN)] {
        assert!(!eq(a, b) && ne(a, b) && !lt(a, b) && !gt(a, b) && !le(a, b) && !ge(a, b));
        assert_eq!(compare(a, b), 0);
    }
}

#[test]
fn the_lesser_and_the_greater_of_two() {
    check(min, &[(1.0, 2.0, 1.0), (2.0, 1.0, 1.0), (-INF, INF, -INF), (-0.0, 0.0, -0.0), (0.0, -0.0, -0.0)]);
    check(max, &[(1.0, 2.0, 2.0), (2.0, 1.0, 2.0), (-INF, INF, INF), (-0.0, 0.0, 0.0), (0.0, -0.0, 0.0)]);
    for either in [min, max] {
        check(either, &[(NAN, 1.0, NAN), (1.0, NAN, NAN), (NAN, NAN, NAN), (INF, NAN, NAN), (TINY, TINY, TINY)]);
    }
    assert!(abs(-0.0).is_sign_positive() && abs(-INF) == INF && abs(-2.5) == 2.5 && abs(NAN).is_nan());
}
