//! `fn encode`: op → bytes.

use crate::literals::{byte, opcode_bytes};
use crate::names::{Locals, op_pattern};
use opforge_spec::model::{Instruction, InstructionSet};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let arms = set.instructions().iter().map(arm);
    quote! {
        /// Appends the stored form of `op` to `code`.
        fn encode(op: &Op, code: &mut Vec<u8>) {
            match *op {
                #(#arms)*
            }
        }
    }
}

fn arm(row: &Instruction) -> TokenStream {
    let locals = Locals::new(row);
    let pattern = op_pattern(row, &locals);
    let bytes: Vec<_> = opcode_bytes(row.code).into_iter().map(byte).collect();
    let number = match bytes.as_slice() {
        [byte] => quote!(code.push(#byte)),
        _ => quote!(code.extend_from_slice(&[#(#bytes),*])),
    };
    if row.operands.is_empty() {
        return quote!(#pattern => #number,);
    }
    let operands = row.operands.iter().enumerate().map(|(index, operand)| {
        let name = locals.operand(index);
        match operand.kind.width_bytes() {
            1 => quote!(code.push(#name);),
            _ => quote!(code.extend_from_slice(&#name.to_le_bytes());),
        }
    });
    quote!(#pattern => { #number; #(#operands)* })
}
