//! `impl Display for Op`: one line of assembly with its operands as they are stored.

use crate::names::{Locals, op_pattern};
use opforge_core::OperandKind;
use opforge_spec::model::{Instruction, InstructionSet};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let arms = set.instructions().iter().map(arm);
    quote! {
        /// Writes the op as assembly, its operands as numbers.
        impl ::core::fmt::Display for Op {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match *self {
                    #(#arms)*
                }
            }
        }
    }
}

fn arm(row: &Instruction) -> TokenStream {
    let locals = Locals::new(row);
    let pattern = op_pattern(row, &locals);
    let mnemonic = &row.mnemonic;
    if row.operands.is_empty() {
        return quote!(#pattern => formatter.write_str(#mnemonic),);
    }
    let mut text = mnemonic.clone();
    let mut arguments = Vec::new();
    for (index, operand) in row.operands.iter().enumerate() {
        let name = locals.operand(index);
        text.push_str(if operand.kind == OperandKind::Target { " {:#x}" } else { " {}" });
        arguments.push(if operand.kind == OperandKind::Float {
            quote!(::opforge::operands::FloatText(#name))
        } else {
            quote!(#name)
        });
    }
    quote!(#pattern => ::core::write!(formatter, #text, #(#arguments),*),)
}
