//! Characters: Unicode scalar values.

/// The code point of `a`.
pub fn code(a: char) -> i64 {
    i64::from(u32::from(a))
}

/// Whether `a` is the code point of a character: surrogates are none.
pub fn is_code(a: i64) -> bool {
    u32::try_from(a).is_ok_and(|code| char::from_u32(code).is_some())
}

/// The character with the code point `a`; U+FFFD if there is none.
pub fn from_code(a: i64) -> char {
    u32::try_from(a).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Whether `a` has the Unicode property Alphabetic.
pub fn is_alphabetic(a: char) -> bool {
    a.is_alphabetic()
}

/// Whether `a` is a number of any script.
pub fn is_numeric(a: char) -> bool {
    a.is_numeric()
}

/// Whether `a` has the Unicode property White_Space.
pub fn is_whitespace(a: char) -> bool {
    a.is_whitespace()
}

/// `a` in upper case; `a` itself where that would be several characters, as of `ß`.
pub fn upper(a: char) -> char {
    let mut upper = a.to_uppercase();
    if upper.len() == 1 { upper.next().unwrap_or(a) } else { a }
}

/// `a` in lower case; `a` itself where that would be several characters.
pub fn lower(a: char) -> char {
    let mut lower = a.to_lowercase();
    if lower.len() == 1 { lower.next().unwrap_or(a) } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_characters_are_one_to_one_but_for_what_is_none() {
        for character in ['\0', 'a', '\u{d7ff}', '\u{e000}', char::MAX] {
            assert!(is_code(code(character)));
            assert_eq!(from_code(code(character)), character);
        }
        for none in [-1, 0xd800, 0xdfff, 0x11_0000, i64::MAX, i64::MIN, 1 << 32] {
            assert!(!is_code(none));
            assert_eq!(from_code(none), '\u{fffd}');
        }
    }

    #[test]
    fn cases_of_one_character() {
        assert_eq!(['a', 'É', 'ß', 'ﬁ', '1'].map(upper), ['A', 'É', 'ß', 'ﬁ', '1']);
        assert_eq!(['A', 'É', 'İ', '1'].map(lower), ['a', 'é', 'İ', '1']);
    }
}
