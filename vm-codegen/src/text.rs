//! Products as text, for people, tools and snapshots.

use crate::emit;
use crate::emitter::{Emitter, all_tokens};
use crate::excluded::excluded;
use crate::half::Half;
use opforge_spec::Diagnostics;
use opforge_spec::model::InstructionSet;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use std::path::Path;

/// An item of more tokens is not formatted. **Units:** tokens, each of which takes some 250 bytes while that is done.
const MAX_FORMATTED: usize = 1 << 20;

/// One product of a table as text: Rust code formatted, other texts as they are. The same table makes the same text.
pub fn expand(set: &InstructionSet, emitter: Emitter) -> String {
    match emitter {
        Emitter::Manual => emit::manual::emit(set),
        Emitter::Listing => emit::listing::emit(set),
        Emitter::Json => format!("{:#}\n", emit::json::emit(set)),
        Emitter::All => all_tokens(set).map(|tokens| format(tokens, MAX_FORMATTED)).collect(),
        emitter => match emitter.tokens(set, Half::Machine) {
            Some(tokens) => format(tokens, MAX_FORMATTED),
            None => format!("{}\n", excluded(&format!("no text for `{}`", emitter.name()))),
        },
    }
}

/// Reads and checks the table in the file `path`, and returns one product of it as text.
///
/// # Errors
/// Everything that is wrong with the table.
pub fn expand_file(path: impl AsRef<Path>, emitter: Emitter) -> Result<String, Diagnostics> {
    Ok(expand(&opforge_spec::check_file(path.as_ref())?, emitter))
}

/// Formats Rust code, one item after another: parsed, code takes more than thirty times the memory of its text. Of
/// an item of more than `most` tokens only a module is formatted, item by item.
fn format(tokens: TokenStream, most: usize) -> String {
    let mut text = String::new();
    for mut item in items(tokens) {
        let inner = match &item[..] {
            [.., TokenTree::Ident(word), TokenTree::Ident(_), TokenTree::Group(group)] if word == "mod" => {
                group.stream()
            }
            _ => TokenStream::new(),
        };
        if inner.is_empty() {
            text.push_str(&format_item(item.into_iter().collect(), most));
            continue;
        }
        item.pop();
        let header = format_item(quote!(#(#item)* {}), most);
        text.push_str(header.strip_suffix("}\n").unwrap_or(&header));
        text.push('\n');
        for item in items(inner) {
            // Within a module, so that it is indented and broken into lines as it is there.
            let module = format_item(quote!(mod m { #(#item)* }), most);
            let lines = module.strip_prefix("mod m {\n").and_then(|rest| rest.strip_suffix("}\n"));
            text.push_str(lines.unwrap_or(&module));
        }
        text.push_str("}\n");
    }
    text
}

/// The items of a file or module: each ends with a semicolon, or with braces that no semicolon follows.
fn items(tokens: TokenStream) -> impl Iterator<Item = Vec<TokenTree>> {
    let is_semicolon = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';');
    let is_braces = |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let mut trees = tokens.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut item = Vec::new();
        while let Some(tree) = trees.next() {
            let ends = is_semicolon(&tree) || is_braces(&tree) && !trees.peek().is_some_and(is_semicolon);
            item.push(tree);
            if ends {
                break;
            }
        }
        (!item.is_empty()).then_some(item)
    })
}

/// Formats one item. What is none, or too large, is shown as it is: so that what rustc complains of can be seen.
fn format_item(tokens: TokenStream, most: usize) -> String {
    if left_of(most, tokens.clone()).is_none() {
        return format!("// The next item has more than {most} tokens and is not formatted.\n{tokens}\n");
    }
    match syn::parse2(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => format!("{tokens}\n"),
    }
}

/// What is left of `most` when each token takes one; `None` if they do not suffice.
fn left_of(most: usize, tokens: TokenStream) -> Option<usize> {
    tokens.into_iter().try_fold(most, |left, tree| match tree {
        TokenTree::Group(group) => left_of(left.checked_sub(2)?, group.stream()),
        _ => left.checked_sub(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: [&str; 16] = [
        "use a::{b, c};",
        "#[doc(hidden)]",
        "pub mod m {",
        "    use super::*;",
        "    static A: B = B { c: 1, d: [1, 2, 3] };",
        "    struct C<T = ()>(T);",
        "    impl C {",
        "        fn f() {",
        "            1;",
        "        }",
        "    }",
        "}",
        "mod empty {}",
        "static E: u8 = { 1 };",
        "fn g() {}",
        "",
    ];

    #[test]
    fn items_are_formatted_as_the_whole_file_is() {
        let code = CODE.join("\n");
        assert_eq!(format(code.parse().expect("tokens"), 1000), code);
    }

    #[test]
    fn a_large_item_is_not_formatted() {
        let tokens: TokenStream = "fn f() { 1; 2; 3; } fn g() {}".parse().expect("tokens");
        let text = format(tokens, 10);
        assert_eq!(
            text,
            "// The next item has more than 10 tokens and is not formatted.\nfn f () { 1 ; 2 ; 3 ; }\nfn g() {}\n"
        );
    }

    #[test]
    fn what_is_no_item_is_shown_as_it_is() {
        let tokens: TokenStream = "fn f() {} 1 + 2; fn g() {} 3".parse().expect("tokens");
        assert_eq!(format(tokens, 1000), "fn f() {}\n1 + 2 ;\nfn g() {}\n3\n");
    }
}
