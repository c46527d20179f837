//! Tables in Markdown.

/// Text as a cell of a table: one line, bars escaped.
pub(super) fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
