//! Texts of evaluations, and the primitives over them.

use super::value::Value;
use opforge_core::Scalar;
use opforge_core::primitives::{logic, text};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// A text that is longer is left to a machine. **Units:** bytes.
const MAX_BYTES: usize = 1 << 12;
/// All texts together; what is more is left to a machine. **Units:** bytes.
const MAX_ALL_BYTES: usize = 1 << 22;

/// The texts so far, each once for as long as the process runs: values are copied about, and most texts are tried often.
static TEXTS: Mutex<(BTreeSet<&'static str>, usize)> = Mutex::new((BTreeSet::new(), 0));

/// The value that is this text; `None` if it is too long, or there are too many.
pub(super) fn value(text: &str) -> Option<Value> {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let (known, bytes) = &mut *texts;
    if let Some(known) = known.get(text) {
        return Some(Value::Text(known));
    }
    if text.len() > MAX_BYTES || *bytes + text.len() > MAX_ALL_BYTES {
        return None;
    }
    *bytes += text.len();
    let kept: &'static str = Box::leak(text.into());
    known.insert(kept);
    Some(Value::Text(kept))
}

/// The primitives over texts that are run here.
pub(super) const PRIMITIVES: [&str; 14] = [
    "str.bytes",
    "str.chars",
    "str.has_char",
    "str.char_at",
    "str.has_range",
    "str.contains",
    "str.find",
    "str.compare",
    "str.eq",
    "str.number",
    "str.concat",
    "str.repeat",
    "str.slice",
    "str.of",
];

/// What a primitive gives of these values; `None` if it is none of those over texts, or what it gives is left to a machine.
pub(super) fn call(name: &str, values: &[Value]) -> Option<Value> {
    use Scalar::{Bool, Char, Int};
    use Value::{Scalar as Plain, Text};
    let made: Cow<'_, str> = match (name, values) {
        ("truthy", [Text(a)]) => return Some(Plain(Bool(logic::is_truthy_text(a)))),
        ("str.bytes", [Text(a)]) => return Some(Plain(Int(text::bytes(a)))),
        ("str.chars", [Text(a)]) => return Some(Plain(Int(text::chars(a)))),
        ("str.has_char", [Text(a), Plain(Int(at))]) => return Some(Plain(Bool(text::has_char(a, *at)))),
        ("str.char_at", [Text(a), Plain(Int(at))]) => return Some(Plain(Char(text::char_at(a, *at)))),
        ("str.has_range", [Text(a), Plain(Int(from)), Plain(Int(to))]) => {
            return Some(Plain(Bool(text::has_range(a, *from, *to))));
        }
        ("str.contains", [Text(a), Text(b)]) => return Some(Plain(Bool(text::contains(a, b)))),
        ("str.find", [Text(a), Text(b)]) => return Some(Plain(Int(text::find(a, b)))),
        ("str.compare", [Text(a), Text(b)]) => return Some(Plain(Int(text::compare(a, b)))),
        ("str.eq", [Text(a), Text(b)]) => return Some(Plain(Bool(text::eq(a, b)))),
        ("str.number", [Text(a)]) => return Some(Plain(text::number(a))),
        ("str.concat", [Text(a), Text(b)]) => format!("{a}{b}").into(),
        ("str.repeat", [Text(a), Plain(Int(n))]) => {
            // Nothing longer is made than is kept; of nothing there may be many copies.
            let length = usize::try_from(text::repeated(a, *n)).ok().filter(|length| *length <= MAX_BYTES)?;
            a.repeat(length.checked_div(a.len()).unwrap_or(0)).into()
        }
        ("str.slice", [Text(a), Plain(Int(from)), Plain(Int(to))]) => text::slice(a, *from, *to).into(),
        ("str.of", [Text(a)]) => return Some(Text(a)),
        ("str.of", [Plain(scalar)]) => scalar.printed().to_string().into(),
        _ => return None,
    };
    value(&made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_left_to_a_machine() {
        let x = value("x").expect("a short text");
        let repeat = |n: i64| call("str.repeat", &[x, Value::Scalar(Scalar::Int(n))]);
        assert_eq!(repeat(3), value("xxx"));
        assert_eq!((repeat(1 << 12).is_some(), repeat((1 << 12) + 1), repeat(i64::MAX)), (true, None, None));
        let nothing = value("").expect("a short text");
        assert_eq!(call("str.repeat", &[nothing, Value::Scalar(Scalar::Int(i64::MAX))]), Some(nothing));
        assert_eq!(value(&"x".repeat(1 << 13)), None);
    }
}
