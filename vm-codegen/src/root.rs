//! The crate whose paths generated code names: emitters write `::opforge::…`, and this puts another crate in its place.

use crate::ident::is_keyword;
use proc_macro2::{Group, TokenStream, TokenTree};

/// `tokens` with every path that begins with `::opforge` beginning with `root` instead, which is an absolute path.
pub fn replace(tokens: TokenStream, root: &TokenStream) -> TokenStream {
    let mut replaced: Vec<TokenTree> = Vec::new();
    // How many of the last tokens were the colons of `::`, and whether a path can begin with them.
    let (mut colons, mut begins, mut lifetime) = (0, true, false);
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                // A third colon is that of `name: ::path`.
                let first = (colons == 3 || colons == 2 && begins) && ident == "opforge";
                let text = ident.to_string();
                let segment =
                    !lifetime && (!is_keyword(&text) || ["crate", "self", "super", "Self"].contains(&text.as_str()));
                (colons, begins, lifetime) = (0, !segment, false);
                if first {
                    replaced.truncate(replaced.len() - 2);
                    replaced.extend(root.clone());
                } else {
                    replaced.push(ident.into());
                }
            }
            TokenTree::Punct(punct) => {
                match punct.as_char() {
                    ':' => colons += 1,
                    mark => (colons, begins, lifetime) = (0, true, mark == '\''),
                }
                replaced.push(punct.into());
            }
            TokenTree::Group(group) => {
                (colons, begins, lifetime) = (0, true, false);
                let mut inner = Group::new(group.delimiter(), replace(group.stream(), root));
                inner.set_span(group.span());
                replaced.push(inner.into());
            }
            TokenTree::Literal(literal) => {
                (colons, begins, lifetime) = (0, true, false);
                replaced.push(literal.into());
            }
        }
    }
    replaced.into_iter().collect()
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
        assert_eq!(replace(tokens.clone(), &quote!(::other)).to_string(), expected.to_string());
        let expected = quote! {
            impl crate::a::b::Op for &'static crate::a::b::B {}
            fn f(a: crate::a::b::Op) -> crate::a::b::Vec<crate::a::b::Value> {
                inner::opforge::g(crate::a::b::X::opforge)
            }
        };
        assert_eq!(replace(tokens, &quote!(crate::a::b)).to_string(), expected.to_string());
    }
}
