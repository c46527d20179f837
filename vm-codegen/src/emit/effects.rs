//! A type for each list of effects that the primitives which bodies call declare: what their contexts allow.

use crate::analysis::called_primitives;
use crate::literals::docs;
use crate::names::effects_type;
use opforge_core::Effect;
use opforge_spec::model::InstructionSet;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let called = set.instructions().iter().flat_map(called_primitives);
    let lists: BTreeSet<&[Effect]> = called
        .map(|id| set.primitive(id))
        .filter(|called| called.needs_context())
        .map(|called| &*called.effects)
        .collect();
    if lists.is_empty() {
        return TokenStream::new();
    }
    let types = lists.into_iter().map(|effects| {
        let name = effects_type(effects);
        let written: Vec<String> = effects.iter().map(|effect| format!("`{}`", effect.name())).collect();
        let docs = docs(&format!("{}.", written.join(", ")));
        let traits = effects.iter().map(|effect| Ident::new(effect.name(), Span::call_site()));
        quote! {
            #docs
            pub(super) enum #name {}
            #(impl ::opforge::effects::#traits for #name {})*
        }
    });
    quote! {
        /// What primitives may do with the machine: a type for each list of effects.
        mod effects {
            #(#types)*
        }
    }
}
