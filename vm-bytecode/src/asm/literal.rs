//! Numbers and texts as assembly writes them: text to value and back.

use opforge_core::Scalar;
use opforge_core::escapes::{read_char, read_escape, write_escaped};
use std::fmt::Write;

/// Bits of the NaN that `nan` stands for; others are written `nan:0x…`.
const NAN_BITS: u64 = 0x7ff8_0000_0000_0000;
/// The same for `nan32`.
const NAN32_BITS: u32 = 0x7fc0_0000;

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

/// Reads a number of 32 bits: an integer that ends in `i32`, a float that ends in `f32`, `inf32`, `-inf32`, `nan32`, or
/// `nan32:0x…` with the bits of another NaN. `None` if the text does not look like one.
///
/// # Errors
/// Why it is malformed, as the end of a sentence.
pub(crate) fn parse_narrow(text: &str) -> Option<Result<Scalar, &'static str>> {
    let special = match text {
        "inf32" => Some(f32::INFINITY),
        "-inf32" => Some(f32::NEG_INFINITY),
        "nan32" => Some(f32::from_bits(NAN32_BITS)),
        _ => None,
    };
    if let Some(value) = special {
        return Some(Ok(Scalar::F32(value)));
    }
    if let Some(bits) = text.strip_prefix("nan32:0x") {
        let value = parse_digits(bits, 16).ok().and_then(|bits| u32::try_from(bits).ok()).map(f32::from_bits);
        let value = value.filter(|value| value.is_nan());
        return Some(value.map(Scalar::F32).ok_or("does not give the bits of a NaN of 32 bits"));
    }
    let digits = text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
    if let Some(int) = text.strip_suffix("i32").filter(|_| digits) {
        // Digits of another base than ten may fill all 32 bits.
        let other_base = ["0x", "0o", "0b"].iter().any(|base| int.starts_with(base));
        let narrow = |value: i64| match i32::try_from(value) {
            Ok(value) => Ok(value),
            Err(_) if other_base => u32::try_from(value).map(u32::cast_signed).map_err(|_| TOO_WIDE),
            Err(_) => Err(TOO_WIDE),
        };
        // So many that they fill more than 64 bits of an int are none of 32.
        let wide = |value: &i64| *value >= 0 || int.starts_with('-');
        return Some(
            parse_int(int).and_then(|value| if wide(&value) { narrow(value) } else { Err(TOO_WIDE) }).map(Scalar::I32),
        );
    }
    let float = text.strip_suffix("f32").filter(|_| digits && !text.trim_start_matches('-').starts_with("0x"))?;
    let plain: String = float.chars().filter(|&character| character != '_').collect();
    Some(match plain.parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(Scalar::F32(value)),
        Ok(_) => Err("is too large for a float of 32 bits; infinity is written `inf32`"),
        Err(_) => Err("is not a float"),
    })
}

/// Why a number is no integer of 32 bits.
const TOO_WIDE: &str = "does not fit in 32 bits";

/// Reads a scalar as assembly writes it: `nil`, `true`, `false`, an integer, a float (`5i32` and `0.5f32` of 32 bits), or a
/// character in quotes. `None` for anything else.
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
        None if parse_narrow(text).is_some() => parse_narrow(text)?.ok(),
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

/// Writes a scalar so that it reads back to the same bits.
pub(crate) fn write_scalar(scalar: Scalar, out: &mut String) {
    // Writing to a `String` cannot fail.
    let _ = match scalar {
        Scalar::Float(value) if value.is_nan() && value.to_bits() != NAN_BITS => {
            write!(out, "nan:0x{:016x}", value.to_bits())
        }
        Scalar::F32(value) if value.is_nan() && value.to_bits() != NAN32_BITS => {
            write!(out, "nan32:0x{:08x}", value.to_bits())
        }
        _ => write!(out, "{scalar}"),
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
mod tests;
