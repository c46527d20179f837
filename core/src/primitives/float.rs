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

/// The lesser one, `-0.0` before `0.0`; NaN if either is.
///
/// **Source:** `minimum` of IEEE 754-2019.
pub fn min(a: f64, b: f64) -> f64 {
    if a < b || a == b && a.is_sign_negative() || a.is_nan() { a } else { b }
}

/// The greater one, `0.0` after `-0.0`; NaN if either is.
///
/// **Source:** `maximum` of IEEE 754-2019.
pub fn max(a: f64, b: f64) -> f64 {
    if a > b || a == b && a.is_sign_positive() || a.is_nan() { a } else { b }
}

/// `a` without its sign, of zeros, infinities and NaN, too.
pub fn abs(a: f64) -> f64 {
    a.abs()
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
mod tests;
