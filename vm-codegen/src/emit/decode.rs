//! `fn decode`: bytes → op. Knows nothing of what the operands mean; the verifier does.

use crate::literals::{byte, index, opcode, opcode_bytes};
use crate::names::{ident, operand_type};
use opforge_spec::model::{Instruction, InstructionSet};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let mut short = Vec::new();
    let mut long: BTreeMap<u8, Vec<TokenStream>> = BTreeMap::new();
    for row in set.instructions() {
        match opcode_bytes(row.code).as_slice() {
            [prefix, second] => {
                let (second, op) = (byte(*second), op(row));
                long.entry(*prefix).or_default().push(quote!(#second => #op,));
            }
            _ => {
                let (code, op) = (opcode(row.code), op(row));
                short.push(quote!(#code => #op,));
            }
        }
    }
    let prefixes = long.into_iter().map(|(prefix, arms)| {
        let prefix = byte(prefix);
        quote! {
            #prefix => {
                let [second] = take(rest, pc, 1)?;
                match second {
                    #(#arms)*
                    _ => return Err(unknown(pc, u16::from_be_bytes([#prefix, second]))),
                }
            }
        }
    });
    quote! {
        /// Reads the op at `pc` and returns the position after it.
        fn decode(code: &[u8], pc: usize) -> Result<(Op, usize), ::opforge::DecodeError> {
            /// The bytes from `at` on, of the instruction at `pc`.
            fn take<const N: usize>(rest: &[u8], pc: usize, at: usize) -> Result<[u8; N], ::opforge::DecodeError> {
                let bytes = rest.get(at..).and_then(|bytes| bytes.first_chunk());
                bytes.copied().ok_or(::opforge::DecodeError::Truncated { pc })
            }
            /// What is said of an opcode that no instruction has.
            fn unknown(pc: usize, opcode: u16) -> ::opforge::DecodeError {
                ::opforge::DecodeError::UnknownOpcode { pc, opcode }
            }
            let rest = code.get(pc..).unwrap_or_default();
            let [first] = take(rest, pc, 0)?;
            let (op, width) = match first {
                #(#short)*
                #(#prefixes)*
                _ => return Err(unknown(pc, u16::from(first))),
            };
            Ok((op, pc + width))
        }
    }
}

/// `(op, width in bytes)`.
fn op(row: &Instruction) -> TokenStream {
    let name = ident(&row.name);
    let mut at = opcode_bytes(row.code).len();
    let mut fields = Vec::new();
    for operand in &row.operands {
        let (field, ty, start) = (ident(&operand.name), operand_type(operand.kind), index(at));
        fields.push(quote!(#field: #ty::from_le_bytes(take(rest, pc, #start)?)));
        at += operand.kind.width_bytes();
    }
    let width = index(at);
    if fields.is_empty() { quote!((Op::#name, #width)) } else { quote!((Op::#name { #(#fields),* }, #width)) }
}
