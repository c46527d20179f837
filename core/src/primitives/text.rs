//! Texts: UTF-8, of which a program names places by their distance from the beginning in bytes.
//!
//! Between two characters is a place, and so are both ends; within a character is none.

use crate::Scalar;
use std::cmp::Ordering;

/// How long `text` is. **Units:** bytes.
pub fn bytes(text: &str) -> i64 {
    text.len() as i64
}

/// How many characters `text` has.
pub fn chars(text: &str) -> i64 {
    text.chars().count() as i64
}

/// Whether a character of `text` begins at `at`. **Units:** bytes.
pub fn has_char(text: &str, at: i64) -> bool {
    char_from(text, at).is_some()
}

/// The character of `text` that begins at `at`; U+FFFD if none does. **Units:** bytes.
pub fn char_at(text: &str, at: i64) -> char {
    char_from(text, at).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn char_from(text: &str, at: i64) -> Option<char> {
    text.get(usize::try_from(at).ok()?..)?.chars().next()
}

/// Whether `from` and `to` are places of `text`, and `from ≤ to`. **Units:** bytes.
pub fn has_range(text: &str, from: i64, to: i64) -> bool {
    range(text, from, to).is_some()
}

/// What is between two places of `text`; nothing if they are no places. **Units:** bytes.
pub fn slice(text: &str, from: i64, to: i64) -> &str {
    range(text, from, to).unwrap_or_default()
}

fn range(text: &str, from: i64, to: i64) -> Option<&str> {
    text.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)
}

/// How long `n` copies of `text` are, none for `n < 0`; `i64::MAX` if that is more. **Units:** bytes.
pub fn repeated(text: &str, n: i64) -> i64 {
    bytes(text).saturating_mul(n.max(0))
}

/// Whether `part` stands in `text`.
pub fn contains(text: &str, part: &str) -> bool {
    text.contains(part)
}

/// Where `part` stands first in `text`; `-1` if nowhere. **Units:** bytes.
pub fn find(text: &str, part: &str) -> i64 {
    text.find(part).map_or(-1, |at| at as i64)
}

/// `-1`, `0` or `1` as `a` comes before `b`, is the same or comes after it, in the order of code points.
pub fn compare(a: &str, b: &str) -> i64 {
    // The order of bytes of UTF-8 is that of code points.
    match a.cmp(b) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

/// Whether `a` and `b` are the same characters.
pub fn eq(a: &str, b: &str) -> bool {
    a == b
}

/// The number that `text` writes in decimal: an int if it has a sign and digits only and fits in 64 bits, else a float; nil if
/// it writes none. White space around it does not count.
pub fn number(text: &str) -> Scalar {
    let text = text.trim();
    let digits = text.trim_start_matches(['+', '-']);
    if let Ok(int) = text.parse() {
        return Scalar::Int(int);
    }
    // `inf`, `nan` and the like are words, which Rust would take for floats.
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    text.parse().ok().filter(|_| is_number).map_or(Scalar::Nil, Scalar::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_between_characters() {
        let text = "a\u{e9}\u{1f980}";
        assert_eq!((bytes(text), chars(text)), (7, 3));
        let at = [-1, 0, 1, 2, 3, 4, 7, i64::MIN, i64::MAX];
        assert_eq!(at.map(|at| has_char(text, at)), [false, true, true, false, true, false, false, false, false]);
        assert_eq!([0, 1, 3, 2, 7].map(|at| char_at(text, at)), ['a', '\u{e9}', '\u{1f980}', '\u{fffd}', '\u{fffd}']);
        assert_eq!(slice(text, 1, 3), "\u{e9}");
        assert_eq!((slice(text, 0, 7), slice(text, 7, 7), slice("", 0, 0)), (text, "", ""));
        for (from, to) in [(2, 3), (1, 2), (3, 1), (-1, 3), (0, 8), (i64::MIN, i64::MAX), (8, 8)] {
            assert!(!has_range(text, from, to) && slice(text, from, to).is_empty(), "{from}..{to}");
        }
    }

    #[test]
    fn copies_are_counted_without_wrapping() {
        assert_eq!(repeated("ab", 3), 6);
        assert_eq!([0, -1, i64::MIN].map(|n| repeated("ab", n)), [0; 3]);
        assert_eq!((repeated("ab", 1 << 62), repeated("", i64::MAX)), (i64::MAX, 0));
    }

    #[test]
    fn texts_are_ordered_by_code_points() {
        for (a, b, order) in [
            ("", "", 0),
            ("", "a", -1),
            ("b", "a", 1),
            ("a", "ab", -1),
            ("\u{ff}", "\u{100}", -1),
            ("\u{ffff}", "\u{10000}", -1),
            ("\0", "", 1),
        ] {
            assert_eq!((compare(a, b), compare(b, a), eq(a, b)), (order, -order, order == 0), "{a:?} {b:?}");
        }
        assert_eq!((find("banana", "na"), find("banana", "x"), find("", "")), (2, -1, 0));
        assert!(contains("banana", "nan") && !contains("ban", "banana"));
    }

    #[test]
    fn numbers_are_read_whole() {
        for (text, value) in [
            ("42", Scalar::Int(42)),
            (" -7\n", Scalar::Int(-7)),
            ("+7", Scalar::Int(7)),
            ("-9223372036854775808", Scalar::Int(i64::MIN)),
            ("9223372036854775808", Scalar::Float(9_223_372_036_854_775_808.0)),
            ("2.5", Scalar::Float(2.5)),
            ("-.5e1", Scalar::Float(-5.0)),
            ("1e999", Scalar::Float(f64::INFINITY)),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
        for text in ["", " ", "-", ".", "nan", "inf", "-infinity", "1 2", "0x10", "1_000", "2.5x", "--1", "e5"] {
            assert_eq!(number(text), Scalar::Nil, "{text}");
        }
    }
}
