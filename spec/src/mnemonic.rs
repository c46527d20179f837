//! How a row is spelt in assembly.

/// The spelling of a row in assembly: its name in snake case.
pub(crate) fn mnemonic(name: &str) -> String {
    let mut mnemonic = String::new();
    let mut before = '_';
    for (index, c) in name.char_indices() {
        let next_is_lower = name[index + c.len_utf8()..].starts_with(|next: char| next.is_ascii_lowercase());
        if c.is_ascii_uppercase() && before != '_' && (!before.is_ascii_uppercase() || next_is_lower) {
            mnemonic.push('_');
        }
        mnemonic.push(c.to_ascii_lowercase());
        before = c;
    }
    mnemonic
}

/// The words of `name` in snake case, whatever separates them.
pub(crate) fn snake(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let snake = words.map(mnemonic).collect::<Vec<_>>().join("_");
    snake.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_').to_owned()
}
