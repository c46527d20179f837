//! Integers of 64 bits in two's complement: arithmetic wraps, nothing fails.

/// `a + b (mod 2^64)`.
pub fn add_wrap(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

/// `a - b (mod 2^64)`.
pub fn sub_wrap(a: i64, b: i64) -> i64 {
    a.wrapping_sub(b)
}

/// `a * b (mod 2^64)`.
pub fn mul_wrap(a: i64, b: i64) -> i64 {
    a.wrapping_mul(b)
}

/// `-a (mod 2^64)`; the least integer is its own negation.
pub fn neg_wrap(a: i64) -> i64 {
    a.wrapping_neg()
}

/// `trunc(a / b) (mod 2^64)`: the quotient rounded towards zero.
///
/// By zero it is 0. `i64::MIN / -1` is `i64::MIN`.
pub fn div_wrap(a: i64, b: i64) -> i64 {
    if b == 0 { 0 } else { a.wrapping_div(b) }
}

/// `a - b * trunc(a / b)`: the remainder, with the sign of `a`.
///
/// By zero it is 0. `i64::MIN` by -1 is 0.
pub fn rem_wrap(a: i64, b: i64) -> i64 {
    if b == 0 { 0 } else { a.wrapping_rem(b) }
}

/// `a - b * floor(a / b)`: the remainder, with the sign of `b`.
///
/// By zero it is 0. `i64::MIN` by -1 is 0.
pub fn mod_floor(a: i64, b: i64) -> i64 {
    let remainder = rem_wrap(a, b);
    // The signs differ here, so the sum cannot overflow.
    if remainder != 0 && (remainder < 0) != (b < 0) { remainder + b } else { remainder }
}

/// The bits that are set in both.
pub fn and(a: i64, b: i64) -> i64 {
    a & b
}

/// The bits that are set in either.
pub fn or(a: i64, b: i64) -> i64 {
    a | b
}

/// The bits that are set in just one.
pub fn xor(a: i64, b: i64) -> i64 {
    a ^ b
}

/// Every bit turned over: `-1 - a`.
pub fn not(a: i64) -> i64 {
    !a
}

/// `a * 2^(n mod 64) (mod 2^64)`: only the low six bits of `n` count, whatever its sign.
pub fn shl(a: i64, n: i64) -> i64 {
    a << (n & 63)
}

/// `floor(a / 2^(n mod 64))`: keeps the sign; only the low six bits of `n` count, whatever its sign.
pub fn shr(a: i64, n: i64) -> i64 {
    a >> (n & 63)
}

/// `a = b`.
pub fn eq(a: i64, b: i64) -> bool {
    a == b
}

/// `a ≠ b`.
pub fn ne(a: i64, b: i64) -> bool {
    a != b
}

/// `a < b`.
pub fn lt(a: i64, b: i64) -> bool {
    a < b
}

/// `a > b`.
pub fn gt(a: i64, b: i64) -> bool {
    a > b
}

/// `a ≤ b`.
pub fn le(a: i64, b: i64) -> bool {
    a <= b
}

/// `a ≥ b`.
pub fn ge(a: i64, b: i64) -> bool {
    a >= b
}

/// -1, 0 or 1 as `a` is less than, equal to or greater than `b`.
pub fn compare(a: i64, b: i64) -> i64 {
    a.cmp(&b) as i64
}

#[cfg(test)]
mod tests {
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
        check(
            add_wrap,
            &[(0, 0, 0), (2, 3, 5), (1, -1, 0), (MAX, 1, MIN), (MIN, -1, MAX), (MIN, MIN, 0), (MIN, MAX, -1)],
        );
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
}
