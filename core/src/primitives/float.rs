//! Floats of 64 bits as in IEEE 754: every operation has a result, if only NaN.

/// The float nearest to `a`, ties to even; exact up to `2^53` either side of zero.
pub fn from_int(a: i64) -> f64 {
    a as f64
}

/// `trunc(a)` as an integer; the nearest one there is when that is out of range, 0 for NaN.
pub fn to_int(a: f64) -> i64 {
    a as i64
}

/// `a` without its fraction: rounded towards zero, its sign kept. Infinities and NaN stay.
pub fn trunc(a: f64) -> f64 {
    a.trunc()
}

/// `a + b`.
pub fn add(a: f64, b: f64) -> f64 {
    a + b
}

/// `a - b`.
pub fn sub(a: f64, b: f64) -> f64 {
    a - b
}

/// `a * b`.
pub fn mul(a: f64, b: f64) -> f64 {
    a * b
}

/// `a / b`; by zero an infinity with the product of the signs, NaN for `0 / 0`.
pub fn div(a: f64, b: f64) -> f64 {
    a / b
}

/// `a - b * trunc(a / b)`, exact, with the sign of `a`; `a` itself when `b` is infinite.
///
/// NaN when `b` is zero or `a` is infinite.
pub fn rem(a: f64, b: f64) -> f64 {
    a % b
}

/// `a - b * floor(a / b)`, with the sign of `b`, zeros included.
///
/// NaN when `b` is zero or `a` is infinite. When `b` is infinite it is `a` if the signs agree, else `b`.
///
/// **Source:** Python's `float.__mod__`.
pub fn mod_floor(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    if remainder == 0.0 {
        0.0_f64.copysign(b)
    } else if (remainder < 0.0) != (b < 0.0) {
        remainder + b
    } else {
        remainder
    }
}

/// `a^b` as `pow` of IEEE 754 has it: `x^0 = 1` and `1^y = 1` even for NaN, a fractional power of a
/// negative base is NaN.
pub fn pow(a: f64, b: f64) -> f64 {
    a.powf(b)
}

/// `-a`: the sign turned over, of zeros too.
pub fn neg(a: f64) -> f64 {
    -a
}

/// `a = b`; `0.0 = -0.0`, NaN equals nothing.
pub fn eq(a: f64, b: f64) -> bool {
    a == b
}

/// `a ≠ b`; NaN differs from everything, itself included.
pub fn ne(a: f64, b: f64) -> bool {
    a != b
}

/// `a < b`; false when either is NaN.
pub fn lt(a: f64, b: f64) -> bool {
    a < b
}

/// `a > b`; false when either is NaN.
pub fn gt(a: f64, b: f64) -> bool {
    a > b
}

/// `a ≤ b`; false when either is NaN.
pub fn le(a: f64, b: f64) -> bool {
    a <= b
}

/// `a ≥ b`; false when either is NaN.
pub fn ge(a: f64, b: f64) -> bool {
    a >= b
}

/// -1, 0 or 1 as `a` is less than, equal to or greater than `b`; 0 when either is NaN.
pub fn compare(a: f64, b: f64) -> i64 {
    a.partial_cmp(&b).map_or(0, |ordering| ordering as i64)
}

#[cfg(test)]
mod tests {
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
            &[
                (0.0, 0.0, 0.0),
                (-0.0, 0.0, -0.0),
                (INF, INF, NAN),
                (-MAX, MAX, -INF),
                (TINY, TINY, 0.0),
                (1.0, NAN, NAN),
            ],
        );
    }

    #[test]
    fn products_and_quotients() {
        check(
            mul,
            &[
                (0.0, -1.0, -0.0),
                (INF, 0.0, NAN),
                (MAX, 2.0, INF),
                (TINY, 0.5, 0.0),
                (-TINY, 0.5, -0.0),
                (NAN, 0.0, NAN),
            ],
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
            &[
                (5.5, 2.0, 1.5),
                (-5.5, 2.0, -1.5),
                (5.5, -2.0, 1.5),
                (-4.0, 2.0, -0.0),
                (4.0, -2.0, 0.0),
                (-0.0, 2.0, -0.0),
            ],
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
            &[
                (0.0, -1.0, -0.0),
                (-0.0, 1.0, 0.0),
                (-3.0, INF, INF),
                (3.0, INF, 3.0),
                (3.0, -INF, -INF),
                (-TINY, 1.0, 1.0),
            ],
        );
        check(mod_floor, &[(1.0, 0.0, NAN), (1.0, -0.0, NAN), (INF, 2.0, NAN), (NAN, 1.0, NAN), (1.0, NAN, NAN)]);
    }

    #[test]
    fn powers() {
        check(
            pow,
            &[
                (2.0, 10.0, 1024.0),
                (2.0, -1.0, 0.5),
                (9.0, 0.5, 3.0),
                (-2.0, 3.0, -8.0),
                (-8.0, 0.5, NAN),
                (0.0, 0.0, 1.0),
            ],
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
}
