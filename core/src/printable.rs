//! Texts from modules and programs, as they may be shown on a terminal.

use std::fmt::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Writes to a formatter, with [`char::REPLACEMENT_CHARACTER`] in place of each character that a terminal would obey or
/// not show. What is written must be meant as one line.
///
/// ```
/// use opforge_core::Printable;
/// use std::fmt::{self, Display, Write};
///
/// struct Name(String);
///
/// impl Display for Name {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         write!(Printable(f), "function `{}`", self.0)
///     }
/// }
///
/// assert_eq!(Name("\x1b[2J".into()).to_string(), "function `\u{fffd}[2J`");
/// ```
pub struct Printable<'a, 'b>(pub &'a mut fmt::Formatter<'b>);

impl Write for Printable<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| self.0.write_char(printable(character)))
    }
}

/// What a terminal may be sent in place of `character`.
pub fn printable(character: char) -> char {
    let hidden = character.is_control() && character != '\t' || is_invisible(character);
    if hidden { char::REPLACEMENT_CHARACTER } else { character }
}

/// Whether the character shows nothing itself, and may change how the rest of a line looks: marks of direction and their
/// isolates, ends of lines, joiners, annotations, tags.
pub fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// How wide a terminal shows `text`, which holds no tabs. **Units:** columns, of which a Chinese character takes two and
/// an accent that is written on its own none.
///
/// ```
/// assert_eq!(["ab", "漢字", "e\u{301}"].map(opforge_core::display_width), [2, 4, 1]);
/// ```
pub fn display_width(text: &str) -> usize {
    text.width()
}

/// A number and what it counts, which is in the plural unless there is one.
///
/// ```
/// use opforge_core::counted;
///
/// assert_eq!([counted(0, "value"), counted(1, "value")], ["0 values", "1 value"]);
/// ```
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
