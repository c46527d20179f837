//! Text of a string in a table → tokens with their place in it.

use opforge_core::escapes::{read_char, read_escape};
use std::ops::Range;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A name, perhaps with dots: `a`, `int.add_wrap`, `_`.
    Word(String),
    /// `@name`: a label or a fixture function.
    At(String),
    /// An integer without its sign.
    Int(u64),
    /// A float without its sign.
    Float(f64),
    /// A quoted text, escapes resolved.
    Text(String),
    /// A character in quotes.
    Char(char),
    /// An integer of 32 bits without its sign, as `5i32`.
    I32(u64),
    /// A float of 32 bits without its sign, as `0.5f32`.
    F32(f32),
    /// Punctuation.
    Symbol(&'static str),
}

/// A token and the bytes it stands for.
pub(crate) type Lexeme = (Token, Range<usize>);

/// What cannot be read as a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LexError {
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Longer symbols before those that begin them.
const SYMBOLS: [&str; 22] = [
    "=>", "->", "==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "(", ")", "[", "]", ",", ";", ":", "|", "%",
];

/// Splits `text` into tokens.
pub(crate) fn lex(text: &str) -> Result<Vec<Lexeme>, LexError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let lexeme = if first.is_ascii_alphabetic() || first == '_' {
            let end = at + word_length(&text[at..]);
            (Token::Word(text[at..end].to_owned()), at..end)
        } else if first == '@' {
            let end = at + 1 + word_length(&text[at + 1..]);
            if end == at + 1 {
                return Err(error(at..end, "`@` without a name", "write the name right after it, such as `@top`"));
            }
            (Token::At(text[at + 1..end].to_owned()), at..end)
        } else if first.is_ascii_digit() {
            number(text, at)?
        } else if first == '"' {
            quoted(text, at)?
        } else if first == '\'' {
            let (character, used) = read_char(&text[at..])
                .map_err(|(shown, message, help)| error(at..at + shown, message, help.replace('"', "\\\"")))?;
            (Token::Char(character), at..at + used)
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| text[at..].starts_with(**symbol)) {
            (Token::Symbol(symbol), at..at + symbol.len())
        } else {
            return Err(no_token(text, at, first));
        };
        at = lexeme.1.end;
        tokens.push(lexeme);
    }
    Ok(tokens)
}

/// Characters that look like symbols, or are such in print.
const LOOKALIKES: [(char, &str); 14] = [
    ('→', "->"),
    ('⇒', "=>"),
    ('≤', "<="),
    ('≥', ">="),
    ('≠', "!="),
    ('×', "*"),
    ('·', "*"),
    ('÷', "/"),
    ('−', "-"),
    ('–', "-"),
    ('“', "\\\""),
    ('”', "\\\""),
    ('‘', "\\\""),
    ('’', "\\\""),
];

/// What is said of a character that begins no token.
fn no_token(text: &str, at: usize, first: char) -> LexError {
    let range = at..at + first.len_utf8();
    if let Some((_, meant)) = LOOKALIKES.iter().find(|(like, _)| *like == first) {
        return error(range, format!("`{first}` is no symbol"), format!("write `{meant}`"));
    }
    if first == '.' {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
        let whole: String = digits(&before.chars().rev().collect::<String>()).chars().rev().collect();
        let part = digits(after);
        return if after.starts_with('.') {
            error(at..at + 2, "there are no ranges and no loops", "a body is a list of steps, each of which runs once")
        } else if part.is_empty() && whole.is_empty() {
            error(range, "`.` means nothing here", "remove `.`")
        } else {
            let or_zero = |digits: &str| if digits.is_empty() { "0".to_owned() } else { digits.to_owned() };
            let meant = format!("{}.{}", or_zero(&whole), or_zero(&part));
            error(
                at - whole.len()..at + 1 + part.len(),
                "a float has digits on both sides of its `.`",
                format!("write `{meant}`"),
            )
        };
    }
    let shown = first.escape_default();
    error(range, format!("`{shown}` means nothing here"), format!("remove `{shown}`"))
}

fn error(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> LexError {
    LexError { range, message: message.into(), help: help.into() }
}

/// How many bytes at the start of `text` form a dotted name.
fn word_length(text: &str) -> usize {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut end = 0;
    for (index, c) in text.char_indices() {
        let dot =
            c == '.' && index > 0 && text[index + 1..].starts_with(|next: char| part(next) && !next.is_ascii_digit());
        if !part(c) && !dot {
            break;
        }
        end = index + 1;
    }
    end
}

fn number(text: &str, start: usize) -> Result<Lexeme, LexError> {
    let rest = &text[start..];
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = rest.strip_prefix(prefix) {
            let length = digits.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(digits.len());
            let range = start..start + 2 + length;
            return integer(&digits[..length], radix, range);
        }
    }
    let is_digit = |c: char| c.is_ascii_digit() || c == '_';
    let mut length = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
    let mut float = false;
    if rest[length..].starts_with('.') && rest[length + 1..].starts_with(|c: char| c.is_ascii_digit()) {
        float = true;
        length += 1;
        length += rest[length..].find(|c| !is_digit(c)).unwrap_or(rest.len() - length);
    }
    if rest[length..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
        let digits = rest[length + 1 + sign..].find(|c: char| !c.is_ascii_digit());
        let digits = digits.unwrap_or(rest.len() - length - 1 - sign);
        if digits > 0 {
            float = true;
            length += 1 + sign + digits;
        }
    }
    let after = word_length(&rest[length..]);
    let range = start..start + length + after;
    let digits: String = rest[..length].chars().filter(|&c| c != '_').collect();
    match (&rest[length..length + after], digits.parse::<u64>(), digits.parse::<f32>()) {
        ("i32", Ok(value), _) if !float => return Ok((Token::I32(value), range)),
        ("f32", _, Ok(value)) if value.is_finite() => return Ok((Token::F32(value), range)),
        ("i32", Err(_), _) if !float => {
            return Err(error(
                range,
                "an integer that does not fit in 32 bits",
                "write a number up to `2147483647i32`",
            ));
        }
        ("f32", ..) => {
            return Err(error(
                range,
                "a number larger than any float of 32 bits",
                "write a float up to about `3.4e38f32`",
            ));
        }
        _ => {}
    }
    if after > 0 {
        let message = format!("`{}` is neither a number nor a name", &text[range.clone()]);
        return Err(error(
            range,
            message,
            "put a space after the number, or begin the name with a letter; numbers of 32 bits are `5i32` and `0.5f32`",
        ));
    }
    if !float {
        return integer(&digits, 10, range);
    }
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Float(value), range)),
        Ok(_) => {
            let help = "write a float up to about `1.8e308`";
            Err(error(range, format!("`{digits}` is larger than any float"), help))
        }
        Err(_) => Err(error(range, format!("`{digits}` is not a number"), "write a float such as `2.5` or `1e300`")),
    }
}

fn integer(digits: &str, radix: u32, range: Range<usize>) -> Result<Lexeme, LexError> {
    let digits: String = digits.chars().filter(|&c| c != '_').collect();
    match u64::from_str_radix(&digits, radix) {
        Ok(value) => Ok((Token::Int(value), range)),
        Err(_) => Err(error(
            range,
            "an integer that cannot be read",
            "write digits for a number within 64 bits, such as `9223372036854775807`",
        )),
    }
}

fn quoted(text: &str, start: usize) -> Result<Lexeme, LexError> {
    let mut value = String::new();
    let mut chars = text[start + 1..].char_indices();
    while let Some((index, c)) = chars.next() {
        let at = start + 1 + index;
        match c {
            '"' => return Ok((Token::Text(value), start..at + 1)),
            '\\' => {
                let (escaped, used) = read_escape(&text[at + 1..]).map_err(|shown| {
                    let help = r#"write one of `\n`, `\r`, `\t`, `\0`, `\\`, `\"`, `\u{e9}`, with each backslash doubled in a RON string"#;
                    error(at..at + 1 + shown, "an unknown escape in a text", help)
                })?;
                value.push(escaped);
                while chars.as_str().len() > text.len() - (at + 1 + used) {
                    chars.next();
                }
            }
            _ => value.push(c),
        }
    }
    Err(error(start..text.len(), "a text that is not closed", "end it with a quote: `\\\"`"))
}
