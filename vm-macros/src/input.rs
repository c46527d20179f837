//! What stands between the braces of the macro.

use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Token, Visibility};

/// One or more declarations.
pub(crate) struct Declarations {
    pub(crate) list: Vec<Declaration>,
}

/// `#[doc…] pub mod calc = "calc.ron";`
pub(crate) struct Declaration {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) path: LitStr,
    /// Whether the module needs a doc comment: the user wrote none.
    pub(crate) doc: bool,
}

impl Parse for Declarations {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut list = vec![input.parse()?];
        while !input.is_empty() {
            list.push(input.parse()?);
        }
        Ok(Self { list })
    }
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Err(input.error("expected `pub mod name = \"table.ron\";`"));
        }
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![mod]>()?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let path = input.parse()?;
        input.parse::<Option<Token![;]>>()?;
        let doc = !attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
        Ok(Self { attributes, visibility, name, path, doc })
    }
}
