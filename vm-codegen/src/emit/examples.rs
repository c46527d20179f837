//! The rows' examples as tests.

use crate::analysis::own_handlers;
use crate::names::ident;
use opforge_spec::model::{Instruction, InstructionSet};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let rows: Vec<&Instruction> = set.instructions().iter().filter(|row| !row.examples.is_empty()).collect();
    let names = rows.iter().map(|row| &row.name);
    if !own_handlers(set).is_empty() {
        return quote! {
            /// Runs the examples of every row, those of handlers on fresh handlers of type `H`. Call it from a test.
            ///
            /// # Panics
            /// When a row does not do what one of its examples says.
            pub fn check_examples<H: Handlers + Default + 'static>() {
                #(::opforge::testing::check_examples::<Isa<H>>(#names);)*
            }
        };
    }
    let tests = rows.iter().map(|row| {
        let (test, name) = (ident(&row.mnemonic), &row.name);
        quote! {
            #[test]
            fn #test() {
                ::opforge::testing::check_examples::<super::Isa>(#name);
            }
        }
    });
    quote! {
        #[cfg(test)]
        mod examples {
            #(#tests)*
        }
    }
}
