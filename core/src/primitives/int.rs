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

/// `a + b`, or the bound that it lies beyond.
pub fn add_saturating(a: i64, b: i64) -> i64 {
    a.saturating_add(b)
}

/// `a - b`, or the bound that it lies beyond.
pub fn sub_saturating(a: i64, b: i64) -> i64 {
    a.saturating_sub(b)
}

/// `a * b`, or the bound that it lies beyond.
pub fn mul_saturating(a: i64, b: i64) -> i64 {
    a.saturating_mul(b)
}

/// `-a`, or the greatest integer for the least.
pub fn neg_saturating(a: i64) -> i64 {
    a.saturating_neg()
}

/// `a * 2^(b mod 64)`, or the bound that it lies beyond.
pub fn shl_saturating(a: i64, b: i64) -> i64 {
    let factor = 1_i128 << (b & 63);
    (i128::from(a) * factor).clamp(i64::MIN.into(), i64::MAX.into()) as i64
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
mod tests;
