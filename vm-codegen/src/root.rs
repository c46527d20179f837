//! The crate whose paths generated code names: emitters write `::opforge::…`, and this puts another crate in its place.

use crate::ident::is_keyword;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};

/// `tokens` with every path that begins with `::opforge` beginning with `::root` instead.
pub fn replace(tokens: TokenStream, root: &str) -> TokenStream {
    // How many of the last tokens were the colons of `::`, and whether a path can begin with them.
    let (mut colons, mut begins, mut lifetime) = (0, true, false);
    let replaced = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) => {
            // A third colon is that of `name: ::path`.
            let first = (colons == 3 || colons == 2 && begins) && ident == "opforge";
            let text = ident.to_string();
            let segment =
                !lifetime && (!is_keyword(&text) || ["crate", "self", "super", "Self"].contains(&text.as_str()));
            (colons, begins, lifetime) = (0, !segment, false);
            TokenTree::Ident(if first { Ident::new(root, ident.span()) } else { ident })
        }
        TokenTree::Punct(punct) => {
            match punct.as_char() {
                ':' => colons += 1,
                mark => (colons, begins, lifetime) = (0, true, mark == '\''),
            }
            TokenTree::Punct(punct)
        }
        TokenTree::Group(group) => {
            (colons, begins, lifetime) = (0, true, false);
            let mut inner = Group::new(group.delimiter(), replace(group.stream(), root));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        TokenTree::Literal(literal) => {
            (colons, begins, lifetime) = (0, true, false);
            TokenTree::Literal(literal)
        }
    });
    replaced.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn only_the_first_segment_of_a_path_is_the_root() {
        let tokens = quote! {
            impl ::opforge::Op for &'static ::opforge::B {}
            fn f(a: ::opforge::Op) -> ::opforge::Vec<::opforge::Value> { inner::opforge::g(::opforge::X::opforge) }
        };
        let expected = quote! {
            impl ::other::Op for &'static ::other::B {}
            fn f(a: ::other::Op) -> ::other::Vec<::other::Value> { inner::opforge::g(::other::X::opforge) }
        };
        assert_eq!(replace(tokens, "other").to_string(), expected.to_string());
    }
}
