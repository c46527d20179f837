//! What emitters do when they meet something that the checker excludes: say so, loudly, where it is compiled.

use proc_macro2::TokenStream;
use quote::quote;

/// An expression that does not compile and says what was met. It means a mistake in opforge, not in the table.
pub(crate) fn excluded(met: &str) -> TokenStream {
    let message = format!("opforge: {met}; please report it");
    quote!(::core::compile_error!(#message))
}
