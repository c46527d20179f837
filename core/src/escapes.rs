//! Characters and texts as tables and assembly write them: the escapes, and the literal of a character.

use crate::is_invisible;
use std::fmt::{self, Write};

/// Reads what follows a backslash: the character, and how many bytes it took.
///
/// # Errors
/// That there is no such escape: how many bytes of it to show.
pub fn read_escape(text: &str) -> Result<(char, usize), usize> {
    let Some(first) = text.chars().next() else { return Err(0) };
    let simple = match first {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        '\\' | '"' | '\'' => first,
        'x' => {
            let (character, used) = hexadecimal(text, 1, text.get(1..3), 3)?;
            return if character.is_ascii() { Ok((character, used)) } else { Err(used) };
        }
        'u' => {
            let end = text.find('}').filter(|_| text.starts_with("u{"));
            return match end {
                Some(end) => hexadecimal(text, 2, text.get(2..end), end + 1),
                None => Err(1),
            };
        }
        _ => return Err(first.len_utf8()),
    };
    Ok((simple, 1))
}

fn hexadecimal(text: &str, skipped: usize, digits: Option<&str>, used: usize) -> Result<(char, usize), usize> {
    let digits = digits.ok_or(skipped.min(text.len()))?;
    let hexadecimal = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = if hexadecimal { u32::from_str_radix(digits, 16).ok() } else { None };
    code.and_then(char::from_u32).map(|character| (character, used)).ok_or(used)
}

/// Writes a character between quotes of that kind, so that it reads back, and shows where it would not.
///
/// # Errors
/// Those of the writer.
pub fn write_escaped(character: char, quote: char, out: &mut impl Write) -> fmt::Result {
    match character {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\0' => out.write_str("\\0"),
        '\\' => out.write_str("\\\\"),
        _ if character == quote => write!(out, "\\{quote}"),
        _ if character.is_control() || is_invisible(character) => write!(out, "\\u{{{:x}}}", u32::from(character)),
        _ => out.write_char(character),
    }
}

/// Reads the literal of a character at the start of `text`, as `'a'` or `'\n'`; returns it and how many bytes it took.
///
/// # Errors
/// How many bytes of it to show, and what is wrong and what would be right, as the ends of two sentences.
pub fn read_char(text: &str) -> Result<(char, usize), (usize, &'static str, &'static str)> {
    let escapes = r"write one of `\n`, `\r`, `\t`, `\0`, `\\`, `\'`, `\x41`, `\u{e9}`";
    let body = text.strip_prefix('\'').unwrap_or(text);
    let (character, used) = match body.strip_prefix('\\') {
        Some(escape) => match read_escape(escape) {
            Ok((character, used)) => (character, used + 1),
            Err(shown) => return Err((2 + shown, "an unknown escape in a character", escapes)),
        },
        None => match body.chars().next() {
            Some('\'') => {
                return Err((2, "a character that is none", r"write the character between the quotes, or `'\''`"));
            }
            Some(character) => (character, character.len_utf8()),
            None => return Err((1, "a character that is not closed", "write it as in `'a'`")),
        },
    };
    if body[used..].starts_with('\'') {
        return Ok((character, used + 2));
    }
    // As far as the next quote, if it is a text that was meant.
    match body.find('\'') {
        Some(end) => Err((end + 2, "more than one character", "a text stands in double quotes, as in `\"text\"`")),
        None => {
            Err((1 + used, "a character that is not closed", "write it as in `'a'`; a text stands in double quotes"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_read_back() {
        for character in ['a', '\'', '"', '\\', '\n', '\0', '\u{7f}', '\u{202e}', '漢', char::MAX] {
            let text = crate::Scalar::Char(character).to_string();
            assert_eq!(read_char(&format!("{text} rest")), Ok((character, text.len())), "{text}");
        }
        assert_eq!(read_char(r"'\x41'"), Ok(('A', 6)));
    }

    #[test]
    fn what_is_no_character_says_where_it_is_wrong() {
        let wrong = |text: &str| read_char(text).map_err(|(shown, message, _)| (text[..shown].to_owned(), message));
        assert_eq!(wrong("''"), Err(("''".to_owned(), "a character that is none")));
        assert_eq!(wrong("'ab' c"), Err(("'ab'".to_owned(), "more than one character")));
        assert_eq!(wrong("'漢"), Err(("'漢".to_owned(), "a character that is not closed")));
        assert_eq!(wrong("'"), Err(("'".to_owned(), "a character that is not closed")));
        assert_eq!(wrong(r"'\q'"), Err((r"'\q".to_owned(), "an unknown escape in a character")));
        assert_eq!(wrong(r"'\u{d800}'"), Err((r"'\u{d800}".to_owned(), "an unknown escape in a character")));
        assert_eq!(wrong(r"'\"), Err((r"'\".to_owned(), "an unknown escape in a character")));
    }
}
