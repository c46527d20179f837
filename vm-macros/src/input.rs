//! What stands between the braces of the macro.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Path, PathArguments, Token, Visibility};

/// One or more declarations.
pub(crate) struct Declarations {
    /// What `crate = "…";` before them says: where the macro's own crate is found.
    pub(crate) root: Option<LitStr>,
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

impl Declarations {
    /// The path of the macro's own crate, `default` if none is given.
    ///
    /// # Errors
    /// When what is given is no path.
    pub(crate) fn root(&self, default: &str) -> syn::Result<TokenStream> {
        let Some(given) = &self.root else {
            let name = Ident::new(default, proc_macro2::Span::call_site());
            return Ok(quote!(::#name));
        };
        let message = format!("`{}` is no path of a crate; write its name: `crate = \"{default}\";`", given.value());
        let error = || syn::Error::new(given.span(), &message);
        let path: Path = given.parse().map_err(|_| error())?;
        let plain = path.segments.iter().all(|segment| matches!(segment.arguments, PathArguments::None));
        let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
        match (first.as_str(), plain) {
            ("self" | "super" | "Self", _) | (_, false) => Err(error()),
            ("crate", _) => Ok(quote!(#path)),
            _ if path.leading_colon.is_some() => Ok(quote!(#path)),
            _ => Ok(quote!(::#path)),
        }
    }
}

impl Parse for Declarations {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut root = None;
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            root = Some(input.parse()?);
            input.parse::<Token![;]>()?;
        }
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

    fn declarations(text: &str) -> Declarations {
        syn::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_crate_is_a_path_from_anywhere() {
        let root = |text: &str| {
            let tokens = declarations(&format!("crate = {text:?}; mod a = \"a.ron\";")).root("opforge");
            tokens.map_or_else(|error| error.to_string(), |tokens| tokens.to_string())
        };
        assert_eq!(root("machines"), quote!(::machines).to_string());
        assert_eq!(root("::machines"), quote!(::machines).to_string());
        assert_eq!(root("framework::opforge"), quote!(::framework::opforge).to_string());
        assert_eq!(root("crate::opforge"), quote!(crate::opforge).to_string());
        for wrong in ["", "self::machines", "super::machines", "machines<u8>", "a b", "::"] {
            assert_eq!(root(wrong), format!("`{wrong}` is no path of a crate; write its name: `crate = \"opforge\";`"));
        }
        let none = declarations("mod a = \"a.ron\";").root("opforge");
        assert_eq!(none.map(|tokens| tokens.to_string()).unwrap_or_default(), quote!(::opforge).to_string());
    }

    #[test]
    fn conditions_are_told_from_other_attributes() {
        let text = "#[cfg(a)] #[doc = \"b\"] #[cfg_attr(c, cfg(d))] #[cfg_attr(e, doc = \"f\")] mod a = \"a.ron\"";
        let declaration = &declarations(text).list[0];
        assert_eq!((declaration.conditions.len(), declaration.attributes.len()), (2, 2));
    }
}
