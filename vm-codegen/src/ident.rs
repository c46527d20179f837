//! Names of a table → Rust identifiers and paths.

use crate::excluded::excluded;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// Words that need `r#`, in any edition.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that cannot be raw identifiers either.
const NEVER_NAMES: [&str; 5] = ["self", "Self", "super", "crate", "_"];

/// An identifier for `name` that is valid at any place; different names give different identifiers.
pub(crate) fn ident(name: &str) -> Ident {
    let mut text: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit()) {
        text.insert(0, '_');
    }
    if NEVER_NAMES.contains(&stem(&text)) {
        text.push('_');
    }
    if KEYWORDS.contains(&text.as_str()) {
        Ident::new_raw(&text, Span::call_site())
    } else {
        Ident::new(&text, Span::call_site())
    }
}

/// Whether the word is a keyword, so that it names nothing by itself.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || NEVER_NAMES.contains(&word)
}

/// `text` without the underscores at its end, save that `_` alone stays.
fn stem(text: &str) -> &str {
    match text.trim_end_matches('_') {
        "" => "_",
        stem => stem,
    }
}

/// The path of a Rust function: `::a::b` or `crate::a::b`, as the checker lets one be.
pub(crate) fn rust_path(path: &str) -> TokenStream {
    let is_name = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && ident(part) == part;
    let (start, parts) = match (path.strip_prefix("::"), path.strip_prefix("crate::")) {
        (Some(parts), _) => (None, parts),
        (None, Some(parts)) => (Some(quote!(crate)), parts),
        (None, None) => return excluded(&format!("the Rust path `{path}`")),
    };
    if !parts.split("::").all(|part| is_name(part) || KEYWORDS.contains(&part)) {
        return excluded(&format!("the Rust path `{path}`"));
    }
    let parts = parts.split("::").map(ident);
    quote!(#start #(::#parts)*)
}

/// The camel-case form of a name in snake case: `roll_dice` is `RollDice`.
pub(crate) fn camel(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars)
        })
        .collect()
}

/// The upper-case form of a name in camel case: `TypeMismatch` is `TYPE_MISMATCH`.
pub(crate) fn upper(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(c.to_ascii_uppercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_of_names_and_what_is_none_does_not_compile() {
        assert_eq!(rust_path("::dice::roll").to_string(), quote!(::dice::roll).to_string());
        assert_eq!(rust_path("crate::dice::type").to_string(), quote!(crate::dice::r#type).to_string());
        for path in ["dice::roll", "crate::super::roll", "::dice::roll a die", "::dice::6", "crate::"] {
            let tokens = rust_path(path).to_string();
            assert!(tokens.contains("compile_error") && tokens.contains("please report it"), "{path}: {tokens}");
        }
    }
}
