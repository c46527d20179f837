//! `ACCEPTS`: what the generator of well-formed programs feeds each row.

use crate::analysis::accepts;
use crate::literals::{index, value_type};
use opforge_spec::model::InstructionSet;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let count = index(set.instructions().len());
    let rows = set.instructions().iter().map(|row| {
        let combinations = accepts(set, row).into_iter().map(|types| {
            let types = types.into_iter().map(value_type);
            quote!(&[#(#types),*])
        });
        quote!(&[#(#combinations),*])
    });
    quote! {
        /// For each row, the combinations of input types that its body computes with; none where any will do.
        const ACCEPTS: [&[&[::opforge::Type]]; #count] = [#(#rows),*];
    }
}
