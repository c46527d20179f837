//! `enum Op`: an opcode with its operand values.

use crate::literals::{docs, row_doc};
use crate::names::{ident, operand_type};
use opforge_spec::model::{Instruction, InstructionSet};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let variants = set.instructions().iter().map(variant);
    let opcodes = set.instructions().iter().map(|row| {
        let name = ident(&row.name);
        let fields = (!row.operands.is_empty()).then(|| quote!({ .. }));
        quote!(Op::#name #fields => Opcode::#name,)
    });
    let equality = equality(set);
    quote! {
        /// An instruction with its operands.
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub enum Op {
            #(#variants,)*
        }

        impl Op {
            /// Its opcode.
            pub const fn opcode(&self) -> Opcode {
                match *self {
                    #(#opcodes)*
                }
            }
        }

        #equality
    }
}

fn variant(row: &Instruction) -> TokenStream {
    let name = ident(&row.name);
    let about = docs(&format!("{}\n\n**Stack:** `{}`.", row_doc(row), row.stack.trim()));
    if row.operands.is_empty() {
        return quote!(#about #name);
    }
    let fields = row.operands.iter().map(|operand| {
        let field = ident(&operand.name);
        let ty = operand_type(operand.kind);
        let role = docs(&format!("{}.", capitalised(operand.kind.meaning())));
        quote!(#role #field: #ty)
    });
    quote!(#about #name { #(#fields),* })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

/// Floats are equal when their bits are.
fn equality(set: &InstructionSet) -> TokenStream {
    let arms = set.instructions().iter().filter(|row| !row.operands.is_empty()).map(|row| {
        let name = ident(&row.name);
        let fields: Vec<_> = row.operands.iter().map(|operand| ident(&operand.name)).collect();
        let ours: Vec<_> = (0..fields.len()).map(|index| ident(&format!("ours_{index}"))).collect();
        let theirs: Vec<_> = (0..fields.len()).map(|index| ident(&format!("theirs_{index}"))).collect();
        let equal =
            row.operands.iter().zip(ours.iter().zip(&theirs)).map(|(operand, (a, b))| match operand.kind.ints() {
                None => quote!(#a.to_bits() == #b.to_bits()),
                Some(_) => quote!(#a == #b),
            });
        quote!((Op::#name { #(#fields: #ours),* }, Op::#name { #(#fields: #theirs),* }) => #(#equal)&&*,)
    });
    // Where one row with operands is all there is, the arm for it leaves nothing over.
    let others = match set.instructions() {
        [only] if !only.operands.is_empty() => None,
        _ => Some(quote!((ours, theirs) => ours.opcode() == theirs.opcode(),)),
    };
    quote! {
        /// Floats are equal when their bits are, so that two ops are equal just when their encodings are.
        impl ::core::cmp::PartialEq for Op {
            fn eq(&self, other: &Op) -> bool {
                match (*self, *other) {
                    #(#arms)*
                    #others
                }
            }
        }

        impl ::core::cmp::Eq for Op {}
    }
}
