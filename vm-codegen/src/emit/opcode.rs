//! `enum Opcode`: the numbers alone.

use crate::literals::{docs, index, opcode, row_doc};
use crate::names::ident;
use opforge_spec::model::InstructionSet;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let rows = set.instructions();
    let names: Vec<_> = rows.iter().map(|row| ident(&row.name)).collect();
    let codes: Vec<_> = rows.iter().map(|row| opcode(row.code)).collect();
    let indices: Vec<_> = (0..rows.len()).map(index).collect();
    let count = index(rows.len());
    let variants = rows.iter().zip(names.iter().zip(&codes)).map(|(row, (name, code))| {
        let docs = docs(&row_doc(row));
        quote!(#docs #name = #code)
    });
    // An enum without variants may not have a representation.
    let repr = (!rows.is_empty()).then(|| quote!(#[repr(u16)]));
    quote! {
        /// The opcode of an instruction: one byte, or a prefix of `0xf0` and above and a second byte.
        #repr
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        pub enum Opcode {
            #(#variants,)*
        }

        impl Opcode {
            /// Every opcode, in ascending order.
            pub const ALL: [Opcode; #count] = [#(Opcode::#names),*];

            /// The opcode with this number, if an instruction has it.
            pub const fn from_code(code: u16) -> Option<Opcode> {
                match code {
                    #(#codes => Some(Opcode::#names),)*
                    _ => None,
                }
            }

            /// Its number.
            pub const fn code(self) -> u16 {
                match self {
                    #(Opcode::#names => #codes,)*
                }
            }

            /// Index of its row in the table's instructions.
            pub const fn index(self) -> usize {
                match self {
                    #(Opcode::#names => #indices,)*
                }
            }

            /// What the table says of it.
            pub fn info(self) -> &'static ::opforge::metadata::InstructionInfo {
                &TABLE.instructions[self.index()]
            }
        }
    }
}
