//! What stands between the braces of the macro.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Token, Visibility, bracketed};

/// `[$crate]`, then one or more declarations.
pub(crate) struct Declarations {
    /// The path of the crate whose macro was called, which it gives itself.
    pub(crate) root: TokenStream,
    pub(crate) list: Vec<Declaration>,
}

/// `#[doc…] pub mod calc = "calc.ron";`
pub(crate) struct Declaration {
    /// Attributes that say whether there is a declaration at all.
    pub(crate) conditions: Vec<Attribute>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) path: LitStr,
    /// Whether the module needs a doc comment: the user wrote none.
    pub(crate) doc: bool,
}

impl Parse for Declarations {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let root;
        bracketed!(root in input);
        let root = root.parse()?;
        let mut list = vec![input.parse()?];
        while !input.is_empty() {
            list.push(input.parse()?);
        }
        Ok(Self { root, list })
    }
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Err(input.error("expected `pub mod name = \"table.ron\";`"));
        }
        let all = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![mod]>()?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let path = input.parse()?;
        input.parse::<Option<Token![;]>>()?;
        let (conditions, attributes): (Vec<_>, Vec<_>) = all.into_iter().partition(is_condition);
        let doc = !attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
        Ok(Self { conditions, attributes, visibility, name, path, doc })
    }
}

/// `#[cfg(…)]`, or `#[cfg_attr(…, cfg(…))]`.
fn is_condition(attribute: &Attribute) -> bool {
    let path = attribute.path();
    let names_cfg = |token: TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "cfg");
    let tokens = || attribute.meta.require_list().map(|list| list.tokens.clone()).unwrap_or_default();
    path.is_ident("cfg") || path.is_ident("cfg_attr") && tokens().into_iter().any(names_cfg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_told_from_other_attributes() {
        let text = "#[cfg(a)] #[doc = \"b\"] #[cfg_attr(c, cfg(d))] #[cfg_attr(e, doc = \"f\")] mod a = \"a.ron\"";
        let declarations: Declarations = syn::parse_str(&format!("[::opforge] {text}")).expect("as it is written");
        let declaration = &declarations.list[0];
        assert_eq!((declaration.conditions.len(), declaration.attributes.len()), (2, 2));
    }
}
