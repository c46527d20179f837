//! Words of the command line → main's parameters.

use crate::exit::Failure;
use opforge::core::counted;
use opforge::{HostValue, Module, parse_scalar, parse_text};

/// The words as what `main` is called with.
///
/// # Errors
/// When there is no `main`, it takes another number of values, or a word is neither a value nor plainly a text.
pub(super) fn parameters(module: &Module, words: &[String]) -> Result<Vec<HostValue>, Failure> {
    let Some(main) = module.functions.iter().find(|function| function.name == "main") else {
        let names: Vec<&str> = module.functions.iter().map(|function| function.name.as_str()).take(8).collect();
        let has = if names.is_empty() { "no functions".to_owned() } else { names.join(", ") };
        return Err(Failure::input(
            format!("the program has no function `main`, it has {has}"),
            "write `func main()`, and name the file with `main` first",
        ));
    };
    if main.params.len() != words.len() {
        let count = main.params.len();
        let names = if count == 0 { String::new() } else { format!(" ({})", main.params.join(" ")) };
        let help = if count == 0 {
            "write nothing behind `--`, or `func main(NAME, …)`"
        } else {
            "give them behind `--`, as in `opforge run FILE -- 2 text`"
        };
        return Err(Failure::input(
            format!("`main` takes {}{names}, not {}", counted(count, "parameter"), words.len()),
            help,
        ));
    }
    words.iter().map(|word| value(word)).collect()
}

/// A word as a value. What looks like a value and is none is an error rather than a text: the program would go on with
/// something that nobody meant.
fn value(word: &str) -> Result<HostValue, Failure> {
    if let Some(scalar) = parse_scalar(word) {
        return Ok(scalar.into());
    }
    if word.starts_with('"') {
        return parse_text(word).map(|text| HostValue::from(text.as_str())).ok_or_else(|| {
            Failure::usage(
                format!("the argument `{word}` begins with a quote, but is not a text in quotes"),
                r#"write the text as assembly does, within quotes of the shell: `'"say \"hi\""'`"#,
            )
        });
    }
    let Some((problem, remedy)) = near_value(word) else { return Ok(word.into()) };
    Err(Failure::usage(
        format!("the argument `{word}` {problem}"),
        format!("{remedy}; to give it as a text, put it in quotes: `{}`", in_quotes(word)),
    ))
}

/// A word in quotes of its own, within quotes of the shell.
fn in_quotes(word: &str) -> String {
    if !word.contains('\'') {
        return format!("'\"{word}\"'");
    }
    let escaped: String = word.chars().fold(String::new(), |mut escaped, character| {
        escaped.extend(matches!(character, '"' | '\\' | '$' | '`').then_some('\\'));
        escaped.push(character);
        escaped
    });
    format!("\"\\\"{escaped}\\\"\"")
}

/// Why a word that looks like a value is none, and what to write.
fn near_value(word: &str) -> Option<(&'static str, String)> {
    const VALUES: &str = "write an int of 64 bits, a float such as `2.5` or `1e9`, or one of 32 bits: `5i32`, `0.5f32`";
    if word.len() > 1 && word.starts_with('\'') && word.ends_with('\'') || word.starts_with("'\\") {
        return Some(("is not one character in quotes", "write one as in `'a'` or `'\\n'`".to_owned()));
    }
    let lower = word.to_ascii_lowercase();
    let unsigned = word.trim_start_matches(['+', '-']);
    let spelling = match lower.trim_start_matches(['+', '-']) {
        "nil" | "true" | "false" if unsigned == word => Some(lower.clone()),
        "nan" => Some("nan".to_owned()),
        "nan32" => Some("nan32".to_owned()),
        "inf32" => Some(if word.starts_with('-') { "-inf32" } else { "inf32" }.to_owned()),
        name if name.starts_with("nan32:") => Some("nan32:0x7fc00001".to_owned()),
        name if name.starts_with("nan:") => Some("nan:0x7ff8000000000001".to_owned()),
        "inf" | "infinity" => Some(if word.starts_with('-') { "-inf" } else { "inf" }.to_owned()),
        _ => None,
    };
    if let Some(spelling) = spelling {
        return Some(("is not how the value is written", format!("write `{spelling}`")));
    }
    if !unsigned.strip_prefix('.').unwrap_or(unsigned).starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain = word.strip_prefix('+').unwrap_or(word);
    let padded = plain.strip_prefix('.').map_or_else(|| plain.to_owned(), |digits| format!("0.{digits}"));
    if parse_scalar(&padded).is_some() {
        return Some(("is not how a number is written", format!("write `{padded}`")));
    }
    let digits = unsigned.chars().all(|c| c.is_ascii_digit() || c == '_');
    let problem = if digits { "does not fit in 64 bits" } else { "begins like a number and is none" };
    Some((problem, VALUES.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_value_and_is_none_says_what_to_write() {
        for (word, part) in [
            ("99999999999999999999", "does not fit in 64 bits"),
            ("1e999", "begins like a number"),
            ("0xZZ", "begins like a number"),
            ("2024-01-01", "begins like a number"),
            ("NaN", "write `nan`"),
            ("-nan", "write `nan`"),
            ("nan:0x1", "write `nan:0x"),
            ("True", "write `true`"),
            ("'ab'", "not one character"),
            ("''", "not one character"),
            ("'\\q", "not one character"),
            ("-nan32", "write `nan32`"),
            ("+inf32", "write `inf32`"),
            ("nan32:0x7f800000", "write `nan32:0x"),
            ("2147483648i32", "begins like a number"),
            ("NIL", "write `nil`"),
            ("+4", "write `4`"),
            ("+2.5", "write `2.5`"),
            (".5", "write `0.5`"),
            ("-Infinity", "write `-inf`"),
            ("+inf", "write `inf`"),
            ("\"open", "begins with a quote"),
            ("\"a\"b", "begins with a quote"),
        ] {
            let failure = value(word).expect_err(word).text();
            assert!(failure.contains(part), "{word}: {failure}");
        }
    }

    #[test]
    fn texts_stay_texts() {
        for word in ["", "text", "two words", "-", "--flag", "-x", "+", "truth", "nano", "null", "+true", "информация"]
        {
            assert_eq!(value(word).ok(), Some(HostValue::from(word)), "{word}");
        }
        assert_eq!(value(r#""42""#).ok(), Some(HostValue::from("42")));
        assert_eq!(value(r#""a\n\"""#).ok(), Some(HostValue::from("a\n\"")));
        assert_eq!(value("nan").ok().map(|value| value.to_string()).as_deref(), Some("nan"));
        assert_eq!(value("-0x10").ok(), Some(HostValue::Int(-16)));
    }
}
