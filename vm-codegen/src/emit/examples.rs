//! The rows' examples as tests, and of each fusion that it does what its parts do.

use crate::analysis::own_handlers;
use crate::names::ident;
use opforge_spec::model::{Instruction, InstructionSet};
use opforge_spec::slots::slot_table;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let rows: Vec<&Instruction> = set.instructions().iter().filter(|row| !row.examples.is_empty()).collect();
    let names = rows.iter().map(|row| &row.name);
    let fusions = set.fusions().iter().map(|fusion| &fusion.name);
    if !own_handlers(set).is_empty() {
        return quote! {
            /// Runs the examples of every row, those of handlers on fresh handlers of type `H`. Call it from a test.
            ///
            /// # Panics
            /// When a row does not do what one of its examples says.
            pub fn check_examples<H: Handlers + Default + 'static>() {
                #(::opforge::testing::check_examples::<Isa<H>>(#names);)*
            }

            /// Runs every fusion against its parts, on fresh handlers of type `H`. Call it from a test.
            ///
            /// # Panics
            /// When a fusion does not do what its parts do, or is never selected.
            pub fn check_fusions<H: Handlers + Default + 'static>() {
                #(::opforge::testing::check_fusion::<Isa<H>>(#fusions);)*
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
    let slots = slot_table(set);
    let fusions = fusions.enumerate().map(|(position, name)| {
        let op = slots.ops.iter().rfind(|op| op.fusion == Some(position));
        let test = ident(op.map_or(name, |op| &op.name));
        quote! {
            #[test]
            fn #test() {
                ::opforge::testing::check_fusion::<super::Isa>(#name);
            }
        }
    });
    quote! {
        #[cfg(test)]
        mod examples {
            #(#tests)*
        }

        #[cfg(test)]
        mod fusions {
            #(#fusions)*
        }
    }
}
