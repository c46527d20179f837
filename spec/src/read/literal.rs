//! Literals: `ron` says what they are, this says where each byte of a text stands.

use crate::locate::raw_hashes;
use crate::source::{Span, Text};
use serde::de::DeserializeOwned;
use std::ops::Range;

/// What `ron` said about a literal, and which of its bytes that is about.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) message: String,
    pub(super) range: Range<usize>,
}

/// The value of one literal, by `ron`'s rules.
pub(super) fn value<T: DeserializeOwned>(literal: &str) -> Result<T, Refused> {
    ron::from_str(literal).map_err(|error| {
        let range = match error.code {
            ron::Error::InvalidEscape(_) => escape_before(literal, &error.span.end),
            _ => 0..literal.len(),
        };
        Refused { message: error.code.to_string(), range }
    })
}

/// The escape that ends at or around a position of the literal; the whole literal if there is none.
fn escape_before(literal: &str, position: &ron::error::Position) -> Range<usize> {
    let line = literal.split_inclusive('\n').take(position.line.saturating_sub(1)).map(str::len).sum::<usize>();
    let column = literal[line..].chars().take(position.col.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
    let end = line + column;
    match literal[..end].rfind('\\') {
        Some(start) if start + 1 < end => start..end,
        Some(start) => start..literal[start + 1..].chars().next().map_or(end, |c| start + 1 + c.len_utf8()),
        None => 0..literal.len(),
    }
}

/// The text that the literal at `span` stands for.
pub(super) fn text(literal: &str, span: Span) -> Result<Text, Refused> {
    let value: String = value(literal)?;
    let opening = raw_hashes(literal).map_or(1, |hashes| 2 + hashes);
    let start = span.start + offset(opening);
    let is_verbatim = literal.get(opening..).is_some_and(|body| body.starts_with(value.as_str()));
    let offsets = if is_verbatim && (raw_hashes(literal).is_some() || !literal.contains('\\')) {
        Vec::new()
    } else {
        escaped_offsets(literal, span.start, value.len())
    };
    Ok(Text { value, span, offsets, start })
}

/// The place of each byte of the value of a quoted literal, and of its end.
///
/// Empty if the count differs from what `ron` made of it: then places are near enough, counted from the quote.
fn escaped_offsets(literal: &str, base: u32, value_bytes: usize) -> Vec<u32> {
    let body = literal.get(..literal.len().saturating_sub(1)).unwrap_or("");
    let mut offsets = Vec::with_capacity(value_bytes + 1);
    let mut at = 1;
    while at < body.len() {
        let (source_bytes, bytes) = unit(&body[at..]);
        if body.as_bytes()[at] == b'\\' {
            offsets.extend(std::iter::repeat_n(base + offset(at), bytes));
        } else {
            offsets.extend((0..bytes).map(|byte| base + offset(at + byte)));
        }
        at += source_bytes;
    }
    if offsets.len() != value_bytes {
        return Vec::new();
    }
    offsets.push(base + offset(body.len()));
    offsets
}

/// How many bytes the next character or escape has in the file, and how many in the value.
fn unit(text: &str) -> (usize, usize) {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), Some('x')) => (text.len().min(4), 1),
        (Some('\\'), Some('u')) => {
            let end = text.find('}').map_or(text.len(), |at| at + 1);
            let digits = text.get(3..end.saturating_sub(1)).unwrap_or("");
            let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
            (end, c.map_or(1, char::len_utf8))
        }
        (Some('\\'), Some('\n' | '\r')) => {
            let rest = text[1..].trim_start_matches([' ', '\t', '\n', '\r']);
            (text.len() - rest.len(), 0)
        }
        (Some('\\'), Some(c)) => (1 + c.len_utf8(), 1),
        (Some(c), _) => (c.len_utf8(), c.len_utf8()),
        (None, _) => (1, 0),
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[track_caller]
    fn check(literal: &str, value: &str, places: &[u32]) {
        let end = u32::try_from(literal.len()).unwrap();
        let text = text(literal, Span { file: FileId(0), start: 0, end }).unwrap();
        assert_eq!(text.value, value);
        let found: Vec<u32> = (0..=value.len()).map(|at| text.span_of(at..at).start).collect();
        assert_eq!(found, places);
    }

    #[test]
    fn places_of_verbatim_texts() {
        check(r#""ab""#, "ab", &[1, 2, 3]);
        check(r##"r#"a\n"#"##, "a\\n", &[3, 4, 5, 6]);
    }

    #[test]
    fn places_of_escaped_texts() {
        check(r#""a\nb""#, "a\nb", &[1, 2, 4, 5]);
        check(r#""\"\\""#, "\"\\", &[1, 3, 5]);
        check(r#""\x41b\u{e9}c""#, "Ab\u{e9}c", &[1, 5, 6, 6, 12, 13]);
        check("\"a\\\n   b\"", "ab", &[1, 7, 8]);
    }
}
