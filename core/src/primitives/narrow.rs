//! Between numbers of 32 and of 64 bits. What is computed with narrow ones is computed with wide ones and made narrow again:
//! that gives the same bits.
//!
//! **Source:** for floats, S. A. Figueroa, "When is double rounding innocuous?", 1995: a sum, difference, product or
//! quotient of two floats of 24 bits that is rounded to 53 bits and then to 24 is what it is rounded to 24 bits at once.

/// `a` as an int of 64 bits.
pub fn int_of_i32(a: i32) -> i64 {
    a.into()
}

/// `a (mod 2^32)`, from -2^31 to 2^31 - 1.
pub fn i32_wrap(a: i64) -> i32 {
    a as i32
}

/// `a` as a float of 64 bits, exactly; NaN for NaN.
pub fn float_of_f32(a: f32) -> f64 {
    a.into()
}

/// The float of 32 bits nearest to `a`, ties to even; infinite beyond the greatest.
pub fn f32_round(a: f64) -> f32 {
    a as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ints_wrap_at_32_bits() {
        for (wide, narrow) in [(0, 0), (i64::from(i32::MAX) + 1, i32::MIN), (-1, -1), (1 << 32, 0), (i64::MIN, 0)] {
            assert_eq!(i32_wrap(wide), narrow);
        }
        assert_eq!(i32_wrap(int_of_i32(i32::MIN)), i32::MIN);
    }

    proptest! {
        #[test]
        fn narrow_ints_compute_as_themselves(a: i32, b: i32) {
            let (wide_a, wide_b) = (int_of_i32(a), int_of_i32(b));
            prop_assert_eq!(i32_wrap(wide_a.wrapping_add(wide_b)), a.wrapping_add(b));
            prop_assert_eq!(i32_wrap(wide_a.wrapping_sub(wide_b)), a.wrapping_sub(b));
            prop_assert_eq!(i32_wrap(wide_a.wrapping_mul(wide_b)), a.wrapping_mul(b));
            if b != 0 {
                prop_assert_eq!(i32_wrap(wide_a.wrapping_div(wide_b)), a.wrapping_div(b));
                prop_assert_eq!(i32_wrap(wide_a.wrapping_rem(wide_b)), a.wrapping_rem(b));
            }
        }

        /// Of any bits, so that subnormal ones and those that differ much are among them.
        #[test]
        fn narrow_floats_compute_as_themselves(a: u32, b: u32) {
            let (a, b) = (f32::from_bits(a), f32::from_bits(b));
            let (wide_a, wide_b) = (float_of_f32(a), float_of_f32(b));
            let all = [
                (wide_a + wide_b, a + b),
                (wide_a - wide_b, a - b),
                (wide_a * wide_b, a * b),
                (wide_a / wide_b, a / b),
            ];
            for (wide, narrow) in all {
                let rounded = f32_round(wide);
                prop_assert!(rounded.to_bits() == narrow.to_bits() || rounded.is_nan() && narrow.is_nan(), "{a} {b}");
            }
        }
    }
}
