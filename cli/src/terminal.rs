//! All that this program writes for people.
//!
//! Nothing that a file, a program or the command line holds reaches a terminal in a form that it would obey. A document, which
//! has no styles, passes [`plain`]. What has styles of our own passes [`escaped`], and each foreign text in it [`line`] before:
//! then no style in it is foreign, and it stays in its line.

use opforge::core::{is_invisible, printable};
use serde_json::Value;
use std::ffi::OsString;
use std::fmt::{Display, Write as _};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::OnceLock;

/// Our own styles, which are removed where they are not wanted.
pub(crate) const RED: &str = "\u{1b}[1;31m";
pub(crate) const BOLD: &str = "\u{1b}[1m";
pub(crate) const PLAIN: &str = "\u{1b}[0m";

/// What this program is called, which a host has built for a machine of its own.
static PROGRAM: OnceLock<String> = OnceLock::new();

/// Notes what this program is called: the file name of its first argument.
pub(crate) fn note_program(argument: Option<&OsString>) {
    if let Some(name) = argument.and_then(|argument| Path::new(argument).file_stem()) {
        PROGRAM.get_or_init(|| name.to_string_lossy().into_owned());
    }
}

/// What this program is called.
pub(crate) fn program() -> &'static str {
    PROGRAM.get().map_or("opforge", String::as_str)
}

/// Foreign text as part of one line: without ends of lines and styles, too.
pub(crate) fn line(text: impl Display) -> String {
    text.to_string().chars().map(printable).collect()
}

/// Text of several lines without styles: what a terminal would obey is replaced.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|character| if character == '\n' { '\n' } else { printable(character) }).collect()
}

/// Text of several lines with our styles in it: what else a terminal would obey is replaced.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let length = style_length(rest).unwrap_or(0);
        if length > 0 {
            out.push_str(&rest[..length]);
        } else {
            out.push(if character == '\n' { '\n' } else { printable(character) });
        }
        rest = &rest[length.max(character.len_utf8())..];
    }
    out
}

/// How long the style is that `text` begins with, if it does. **Units:** bytes.
fn style_length(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters[end..].starts_with('m').then_some("\u{1b}[".len() + end + 1)
}

/// Whether somebody watches standard error.
pub(crate) fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Writes lines to standard error. When that cannot be written, nobody is left to tell.
pub(crate) fn tell(text: &str) {
    let mut err = anstream::stderr().lock();
    let _ = err.write_all(escaped(text).as_bytes()).and_then(|()| err.flush());
}

/// JSON in one line, or in several if `pretty`. The same value, written so that it may be shown.
pub(crate) fn json(value: &Value, pretty: bool) -> String {
    json_text(&if pretty { format!("{value:#}") } else { value.to_string() })
}

/// As [`json`], of what is written already.
pub(crate) fn json_text(text: &str) -> String {
    let mut out = visible(text);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// As [`json`], of a value within another.
pub(crate) fn json_part(value: &Value) -> String {
    visible(&value.to_string())
}

/// JSON in visible characters and ends of lines.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        // Only texts hold such characters, and there they may be escaped.
        if character != '\n' && (character.is_control() || is_invisible(character)) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_styles_and_ends_of_lines_reach_a_terminal() {
        let text = format!("{RED}error{PLAIN}: \u{1b}]0;t\u{7}\r\u{9b}2J\u{202e}\u{2066}\u{61c}\n  \u{1b}[2J\u{1b}[1");
        let shown = escaped(&text);
        assert_eq!(shown, format!("{RED}error{PLAIN}: �]0;t���2J���\n  �[2J�[1"));
        assert_eq!(line(&text).matches(['\u{1b}', '\n']).count(), 0);
    }

    #[test]
    fn json_is_the_same_value_in_visible_characters() {
        let value = serde_json::json!({ "a": "\u{9b}2J\u{202e}\u{7f}\u{e0001}\n" });
        for pretty in [false, true] {
            let text = json(&value, pretty);
            assert!(text.chars().all(|c| c == '\n' || printable(c) == c), "{text:?}");
            assert_eq!(serde_json::from_str::<Value>(&text).ok().as_ref(), Some(&value));
        }
    }
}
