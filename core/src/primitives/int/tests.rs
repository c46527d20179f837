//! The primitives over ints at the ends of their range.

use super::*;

const MIN: i64 = i64::MIN;
const MAX: i64 = i64::MAX;

#[track_caller]
fn check<T: PartialEq + std::fmt::Debug>(function: fn(i64, i64) -> T, rows: &[(i64, i64, T)]) {
    for (a, b, expected) in rows {
        assert_eq!(function(*a, *b), *expected, "of {a} and {b}");
    }
}

#[test]
fn sums_wrap() {
    check(add_wrap, &[(0, 0, 0), (2, 3, 5), (1, -1, 0), (MAX, 1, MIN), (MIN, -1, MAX), (MIN, MIN, 0), (MIN, MAX, -1)]);
    check(sub_wrap, &[(0, 0, 0), (2, 3, -1), (MIN, 1, MAX), (MAX, -1, MIN), (0, MIN, MIN), (-1, MIN, MAX)]);
}

#[test]
fn products_wrap() {
    check(
        mul_wrap,
        &[(0, MIN, 0), (1, MAX, MAX), (-3, 4, -12), (MIN, -1, MIN), (MAX, 2, -2), (MAX, MAX, 1), (MIN, 2, 0)],
    );
}

#[test]
fn the_least_integer_is_its_own_negation() {
    for (a, expected) in [(0, 0), (1, -1), (-1, 1), (MAX, MIN + 1), (MIN, MIN)] {
        assert_eq!(neg_wrap(a), expected);
    }
}

#[test]
fn quotients_truncate_and_are_total() {
    check(
        div_wrap,
        &[(7, 2, 3), (-7, 2, -3), (7, -2, -3), (-7, -2, 3), (1, 2, 0), (0, 5, 0), (MIN, 1, MIN), (MIN, -1, MIN)],
    );
    check(div_wrap, &[(0, 0, 0), (5, 0, 0), (MIN, 0, 0), (MAX, MIN, 0), (MIN, MAX, -1), (MAX, MAX, 1)]);
}

#[test]
fn remainders_have_the_sign_of_the_dividend() {
    check(
        rem_wrap,
        &[(7, 3, 1), (-7, 3, -1), (7, -3, 1), (-7, -3, -1), (6, 3, 0), (0, 3, 0), (MIN, -1, 0), (MIN, 1, 0)],
    );
    check(rem_wrap, &[(5, 0, 0), (MIN, 0, 0), (MAX, MIN, MAX), (MIN, MAX, -1)]);
}

#[test]
fn floored_remainders_have_the_sign_of_the_divisor() {
    check(
        mod_floor,
        &[(7, 3, 1), (-7, 3, 2), (7, -3, -2), (-7, -3, -1), (6, 3, 0), (-6, 3, 0), (0, -3, 0), (MIN, -1, 0)],
    );
    check(
        mod_floor,
        &[
            (5, 0, 0),
            (MIN, 0, 0),
            (MAX, MIN, -1),
            (MIN, MAX, MAX - 1),
            (-1, MIN, -1),
            (1, MIN, MIN + 1),
            (-1, MAX, MAX - 1),
        ],
    );
}

#[test]
fn bits_combine() {
    check(and, &[(12, 10, 8), (-1, MAX, MAX), (MIN, MAX, 0), (0, -1, 0)]);
    check(or, &[(12, 10, 14), (MIN, MAX, -1), (0, 0, 0), (0, 1, 1)]);
    check(xor, &[(12, 10, 6), (MIN, MAX, -1), (-1, -1, 0), (-1, 0, -1)]);
    for (a, expected) in [(0, -1), (-1, 0), (1, -2), (MIN, MAX), (MAX, MIN)] {
        assert_eq!(not(a), expected);
    }
}

#[test]
fn shifts_count_modulo_64() {
    check(
        shl,
        &[
            (1, 0, 1),
            (1, 1, 2),
            (1, 63, MIN),
            (1, 64, 1),
            (1, 65, 2),
            (1, -1, MIN),
            (3, 63, MIN),
            (-1, 4, -16),
            (MIN, 1, 0),
        ],
    );
    check(
        shr,
        &[
            (8, 1, 4),
            (-8, 1, -4),
            (-1, 63, -1),
            (MIN, 63, -1),
            (MAX, 62, 1),
            (5, 64, 5),
            (5, -63, 2),
            (-5, 1, -3),
            (MIN, MIN, MIN),
        ],
    );
}

#[test]
fn comparisons_agree_with_the_order() {
    let ordered = [MIN, MIN + 1, -1, 0, 1, MAX - 1, MAX];
    for (i, &a) in ordered.iter().enumerate() {
        for (j, &b) in ordered.iter().enumerate() {
            assert_eq!((eq(a, b), ne(a, b)), (i == j, i != j), "{a} {b}");
            assert_eq!((lt(a, b), gt(a, b), le(a, b), ge(a, b)), (i < j, i > j, i <= j, i >= j), "{a} {b}");
            let sign = if i < j { -1 } else { i64::from(i > j) };
            assert_eq!(compare(a, b), sign, "{a} {b}");
        }
    }
}
