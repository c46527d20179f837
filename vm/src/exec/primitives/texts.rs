//! Texts: the functions of `opforge_core` over the characters that handles stand for, and those that make new ones.

use crate::exec::Context;
use crate::exec::effects::{Allocates, ReadsConstants};
use crate::value::{Text, Value};
use opforge_bytecode::TrapCode;
use opforge_core::Scalar;
use opforge_core::primitives::text;
use std::fmt::{self, Write};

/// How long a text is. **Units:** bytes.
pub fn bytes(context: &mut Context<'_, impl ReadsConstants>, text: Text) -> i64 {
    text::bytes(context.text(text))
}

/// How many characters it has.
pub fn chars(context: &mut Context<'_, impl ReadsConstants>, text: Text) -> i64 {
    text::chars(context.text(text))
}

/// Whether a character begins at that byte.
pub fn has_char(context: &mut Context<'_, impl ReadsConstants>, text: Text, at: i64) -> bool {
    text::has_char(context.text(text), at)
}

/// The character that begins at that byte.
pub fn char_at(context: &mut Context<'_, impl ReadsConstants>, text: Text, at: i64) -> char {
    text::char_at(context.text(text), at)
}

/// Whether there is such a range of bytes, with whole characters.
pub fn has_range(context: &mut Context<'_, impl ReadsConstants>, text: Text, from: i64, to: i64) -> bool {
    text::has_range(context.text(text), from, to)
}

/// Whether the second stands in the first.
pub fn contains(context: &mut Context<'_, impl ReadsConstants>, text: Text, part: Text) -> bool {
    text::contains(context.text(text), context.text(part))
}

/// The byte at which the second stands first in the first; -1 if nowhere.
pub fn find(context: &mut Context<'_, impl ReadsConstants>, text: Text, part: Text) -> i64 {
    text::find(context.text(text), context.text(part))
}

/// The order of two texts.
pub fn compare(context: &mut Context<'_, impl ReadsConstants>, a: Text, b: Text) -> i64 {
    text::compare(context.text(a), context.text(b))
}

/// Whether two texts are the same characters.
pub fn eq(context: &mut Context<'_, impl ReadsConstants>, a: Text, b: Text) -> bool {
    a == b || text::eq(context.text(a), context.text(b))
}

/// The number that a text writes; nil if it writes none.
pub fn number(context: &mut Context<'_, impl ReadsConstants>, text: Text) -> Value {
    text::number(context.text(text)).into()
}

/// How long so many copies of a text are, or a little more than the longest text may be. **Units:** bytes.
pub fn repeated(context: &mut Context<'_, impl ReadsConstants>, text: Text, n: i64) -> i64 {
    // What is refused need not be paid as if it were done.
    let most = i64::try_from(context.longest_text()).unwrap_or(i64::MAX).saturating_add(1);
    text::repeated(context.text(text), n).min(most)
}

/// One text behind the other.
///
/// # Errors
/// `OutOfMemory`; so below.
pub fn concat(context: &mut Context<'_, impl ReadsConstants + Allocates>, a: Text, b: Text) -> Result<Text, TrapCode> {
    let length = context.text(a).len().saturating_add(context.text(b).len());
    let mut text = context.room_for_text(length)?;
    text.push_str(context.text(a));
    text.push_str(context.text(b));
    context.new_text(text)
}

/// So many copies of a text.
///
/// # Errors
/// See [`concat`].
pub fn repeat(
    context: &mut Context<'_, impl ReadsConstants + Allocates>,
    text: Text,
    n: i64,
) -> Result<Text, TrapCode> {
    let length = repeated(context, text, n);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let mut copies = context.room_for_text(length)?.into_bytes();
    if length > 0 {
        copies.extend_from_slice(context.text(text).as_bytes());
    }
    while copies.len() < length {
        // Twice as many each time: a copy of one byte takes as long as one of a few hundred.
        copies.extend_from_within(..copies.len().min(length - copies.len()));
    }
    // Whole copies of a text are one.
    context.new_text(String::from_utf8(copies).unwrap_or_default())
}

/// What is between two places of a text.
///
/// # Errors
/// See [`concat`].
pub fn slice(
    context: &mut Context<'_, impl ReadsConstants + Allocates>,
    text: Text,
    from: i64,
    to: i64,
) -> Result<Text, TrapCode> {
    let length = text::slice(context.text(text), from, to).len();
    let mut part = context.room_for_text(length)?;
    part.push_str(text::slice(context.text(text), from, to));
    context.new_text(part)
}

/// The text that a value is printed as; a text is itself.
///
/// # Errors
/// See [`concat`].
pub fn of(context: &mut Context<'_, impl ReadsConstants + Allocates>, value: Value) -> Result<Text, TrapCode> {
    match (value.as_text(), value.scalar()) {
        (Some(text), _) => Ok(text),
        (None, scalar) => {
            let printed = scalar.unwrap_or(Scalar::Nil).printed();
            let mut length = Length(0);
            // To count does not fail, nor to write where there is room.
            let _ = write!(length, "{printed}");
            let mut text = context.room_for_text(length.0)?;
            let _ = write!(text, "{printed}");
            context.new_text(text)
        }
    }
}

/// How long is what is written to it. **Units:** bytes.
struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}
