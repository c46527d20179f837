//! Bools, and the truth of any scalar.

use crate::Scalar;

/// True when `a` is false.
pub fn not(a: bool) -> bool {
    !a
}

/// True when both are.
pub fn and(a: bool, b: bool) -> bool {
    a && b
}

/// True when at least one is.
pub fn or(a: bool, b: bool) -> bool {
    a || b
}

/// False for nil, `false`, 0 and both zeros among the floats; true for all else, NaN included.
///
/// Texts are no scalars: [`is_truthy_text`] decides about those.
pub fn truthy(value: Scalar) -> bool {
    value.is_truthy()
}

/// False for `""` and `"0"`; true for every other text.
pub fn is_truthy_text(text: &str) -> bool {
    !matches!(text, "" | "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_empty_text_and_a_zero_are_not_truthy() {
        assert!(!is_truthy_text("") && !is_truthy_text("0"));
        for text in ["00", "0.0", " ", "false", "text"] {
            assert!(is_truthy_text(text), "{text}");
        }
    }

    #[test]
    fn bools_combine() {
        for (a, b, both, either) in [
            (false, false, false, false),
            (false, true, false, true),
            (true, false, false, true),
            (true, true, true, true),
        ] {
            assert_eq!((and(a, b), or(a, b)), (both, either), "{a} {b}");
        }
        assert!(not(false) && !not(true));
    }

    #[test]
    fn only_nothing_false_and_zeros_are_not_truthy() {
        for value in [Scalar::Nil, Scalar::Bool(false), Scalar::Int(0), Scalar::Float(0.0), Scalar::Float(-0.0)] {
            assert!(!truthy(value), "{value}");
        }
        let ints = [1, -1, i64::MIN, i64::MAX].map(Scalar::Int);
        let floats = [1.0, -1.0, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN].map(Scalar::Float);
        for value in ints.into_iter().chain(floats).chain([Scalar::Bool(true)]) {
            assert!(truthy(value), "{value}");
        }
    }
}
