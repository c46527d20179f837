//! Numbers and texts as assembly writes them: text to value and back.

use opforge_core::Scalar;
use opforge_core::escapes::{read_char, read_escape, write_escaped};
use std::fmt::Write;

/// Bits of the NaN that `nan` stands for; others are written `nan:0x…`.
const NAN_BITS: u64 = 0x7ff8_0000_0000_0000;

/// Reads an integer: `-`, then decimal, `0x`, `0o` or `0b` digits, with `_` between them.
///
/// Digits of another base than ten may fill all 64 bits: `0xffff_ffff_ffff_ffff` is -1.
///
/// # Errors
/// Why the text is malformed, as the end of a sentence.
pub(crate) fn parse_int(text: &str) -> Result<i64, &'static str> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let (radix, digits) = match body.get(..2) {
        Some("0x") => (16, &body[2..]),
        Some("0o") => (8, &body[2..]),
        Some("0b") => (2, &body[2..]),
        _ => (10, body),
    };
    if radix == 10 && digits.starts_with('_') {
        return Err("is not a number");
    }
    let magnitude = parse_digits(digits, radix)?;
    let value = if negative { -i128::from(magnitude) } else { i128::from(magnitude) };
    match i64::try_from(value) {
        Ok(value) => Ok(value),
        Err(_) if radix != 10 && !negative => Ok(i64::from_ne_bytes(magnitude.to_ne_bytes())),
        Err(_) => Err("does not fit in 64 bits"),
    }
}

fn parse_digits(digits: &str, radix: u32) -> Result<u64, &'static str> {
    let mut value: u64 = 0;
    let mut any = false;
    for character in digits.chars().filter(|&character| character != '_') {
        let digit = character.to_digit(radix).ok_or("has a character that is no digit")?;
        value = value
            .checked_mul(u64::from(radix))
            .and_then(|value| value.checked_add(u64::from(digit)))
            .ok_or("does not fit in 64 bits")?;
        any = true;
    }
    if any { Ok(value) } else { Err("has no digits") }
}

/// Whether `text`, which starts like a number, is meant as a float.
pub(crate) fn looks_like_float(text: &str) -> bool {
    let body = text.strip_prefix('-').unwrap_or(text);
    if matches!(body, "inf" | "nan") || body.starts_with("nan:") {
        return true;
    }
    let other_base = matches!(body.get(..2), Some("0x" | "0o" | "0b"));
    body.starts_with(|c: char| c.is_ascii_digit()) && !other_base && body.contains(['.', 'e', 'E'])
}

/// Reads a float: digits with `.` or an exponent, `inf`, `-inf`, `nan`, or `nan:0x…` with the bits of another NaN.
///
/// # Errors
/// Why the text is malformed, as the end of a sentence.
pub(crate) fn parse_float(text: &str) -> Result<f64, &'static str> {
    match text {
        "inf" => return Ok(f64::INFINITY),
        "-inf" => return Ok(f64::NEG_INFINITY),
        "nan" => return Ok(f64::from_bits(NAN_BITS)),
        "-nan" => return Err("has no sign; write its bits, as in `nan:0xfff8000000000000`"),
        _ => {}
    }
    if let Some(bits) = text.strip_prefix("nan:") {
        let digits =
            bits.strip_prefix("0x").ok_or("must give its bits in hexadecimal, as in `nan:0x7ff8000000000001`")?;
        let value = f64::from_bits(parse_digits(digits, 16)?);
        return if value.is_nan() { Ok(value) } else { Err("does not give the bits of a NaN") };
    }
    if !looks_like_float(text) {
        return Err("is not a float");
    }
    let plain: String = text.chars().filter(|&character| character != '_').collect();
    let value: f64 = plain.parse().map_err(|_| "is not a float")?;
    if value.is_infinite() { Err("is too large for a float; infinity is written `inf`") } else { Ok(value) }
}

/// Reads a scalar as assembly writes it: `nil`, `true`, `false`, an integer, a float or a character in quotes. `None` for
/// anything else.
///
/// ```
/// use opforge_bytecode::{Scalar, parse_scalar};
/// assert_eq!(parse_scalar("0x10"), Some(Scalar::Int(16)));
/// assert_eq!(parse_scalar("-2.5e3"), Some(Scalar::Float(-2500.0)));
/// assert_eq!(parse_scalar("'\\n'"), Some(Scalar::Char('\n')));
/// assert_eq!(parse_scalar("ten"), None);
/// ```
pub fn parse_scalar(text: &str) -> Option<Scalar> {
    match Scalar::from_word(text) {
        Some(scalar) => Some(scalar),
        None if text.starts_with('\'') => {
            read_char(text).ok().filter(|(_, used)| *used == text.len()).map(|(value, _)| Scalar::Char(value))
        }
        None if looks_like_float(text) => parse_float(text).ok().map(Scalar::Float),
        None => parse_int(text).ok().map(Scalar::Int),
    }
}

/// Reads a text as assembly writes it, in quotes, with escapes. `None` for anything else.
///
/// ```
/// use opforge_bytecode::parse_text;
/// assert_eq!(parse_text(r#""4\u{2009}km""#).as_deref(), Some("4\u{2009}km"));
/// assert_eq!(parse_text("4"), None);
/// ```
pub fn parse_text(text: &str) -> Option<String> {
    let body = text.strip_prefix('"')?;
    parse_string(body).ok().filter(|(_, used)| *used == body.len()).map(|(value, _)| value)
}

/// Writes a float so that [`parse_float`] returns the same bits.
pub(crate) fn write_float(value: f64, out: &mut String) {
    // Writing to a `String` cannot fail.
    let _ = match value.to_bits() {
        NAN_BITS => write!(out, "nan"),
        bits if value.is_nan() => write!(out, "nan:0x{bits:016x}"),
        _ => write!(out, "{value:?}"),
    };
}

/// Reads the string that starts after the opening quote of `text`; returns it and how many bytes it took, closing
/// quote included.
///
/// # Errors
/// What is wrong, and the range of bytes where.
pub(crate) fn parse_string(text: &str) -> Result<(String, usize), (StringError, std::ops::Range<usize>)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, at + 1)),
            '\\' => {
                let (escaped, used) = read_escape(&text[at + 1..])
                    .map_err(|used| (StringError::Escape(text[at..at + 1 + used].to_owned()), at..at + 1 + used))?;
                value.push(escaped);
                while characters.as_str().len() > text.len() - (at + 1 + used) {
                    characters.next();
                }
            }
            _ => value.push(character),
        }
    }
    Err((StringError::Unclosed, 0..text.len()))
}

/// What may be wrong with a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StringError {
    /// The line ends within it.
    Unclosed,
    /// It has an escape that there is not.
    Escape(String),
}

/// Writes a string with its quotes so that [`parse_string`] returns the same text.
pub(crate) fn write_string(value: &str, out: &mut String) {
    out.push('"');
    for character in value.chars() {
        // Writing to a `String` cannot fail.
        let _ = write_escaped(character, '"', out);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_in_four_bases() {
        let cases: [(&str, Result<i64, &str>); 16] = [
            ("0", Ok(0)),
            ("-12", Ok(-12)),
            ("1_000_000", Ok(1_000_000)),
            ("0xff", Ok(255)),
            ("-0x10", Ok(-16)),
            ("0o17", Ok(15)),
            ("0b1010_1010", Ok(170)),
            ("9223372036854775807", Ok(i64::MAX)),
            ("-9223372036854775808", Ok(i64::MIN)),
            ("0xffff_ffff_ffff_ffff", Ok(-1)),
            ("9223372036854775808", Err("does not fit in 64 bits")),
            ("-0x8000000000000001", Err("does not fit in 64 bits")),
            ("0x1_0000_0000_0000_0000", Err("does not fit in 64 bits")),
            ("0x", Err("has no digits")),
            ("12a", Err("has a character that is no digit")),
            ("0b12", Err("has a character that is no digit")),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_int(text), expected, "{text}");
        }
    }

    #[test]
    fn floats_keep_their_bits() {
        for bits in [
            0,
            1 << 63,
            0x3ff0_0000_0000_0000,
            1,
            f64::MAX.to_bits(),
            f64::INFINITY.to_bits(),
            f64::NEG_INFINITY.to_bits(),
            NAN_BITS,
            0x7ff0_0000_0000_0001,
            0xfff8_0000_0000_0000,
        ] {
            let mut text = String::new();
            write_float(f64::from_bits(bits), &mut text);
            assert_eq!(parse_float(&text).map(f64::to_bits), Ok(bits), "{text}");
        }
        assert!(parse_float("1e999").is_err());
        assert!(parse_float("nan:0x1").is_err());
        assert!(parse_float("1.5.2").is_err());
        assert!(parse_float("12").is_err());
    }

    #[test]
    fn strings_keep_their_characters() {
        for text in ["", "plain", "a\"b\\c", "\n\r\t\0", "\u{7f}\u{1b}[31m", "naïve \u{1f980} \u{202e}", "\u{10ffff}"]
        {
            let mut written = String::new();
            write_string(text, &mut written);
            assert!(!written.contains('\n'));
            assert_eq!(parse_string(&written[1..]), Ok((text.to_owned(), written.len() - 1)), "{written}");
        }
        assert_eq!(parse_string(r#"\x41\u{e9}""#), Ok(("Aé".to_owned(), 11)));
        let wrong = [
            ("\\q\"", "\\q"),
            ("\\x80\"", "\\x80"),
            ("\\xg0\"", "\\xg0"),
            ("\\u{d800}\"", "\\u{d800}"),
            ("\\u41\"", "\\u"),
        ];
        for (text, shown) in wrong {
            assert_eq!(parse_string(text).map_err(|(error, _)| error), Err(StringError::Escape(shown.to_owned())));
        }
        for text in ["abc", "abc\\\"", "\\", "\\x", "\\u{"] {
            assert!(parse_string(text).is_err(), "{text}");
        }
    }
}
