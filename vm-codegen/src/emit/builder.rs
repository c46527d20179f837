//! `trait Build`: one method per row on the function builder.

use crate::half::Half;
use crate::literals::{docs, index, row_doc};
use crate::names::{Locals, ident, isa, operand_of, operand_type};
use opforge_core::OperandKind;
use opforge_spec::model::{Instruction, InstructionSet};
use proc_macro2::TokenStream;
use quote::quote;

/// Methods that `FunctionBuilder` has itself, and those of traits that are always in scope: Rust would find them before
/// a row's. A test compares this with what `FunctionBuilder` has.
const TAKEN: [&str; 14] = [
    "assign",
    "bind",
    "catch",
    "here",
    "into",
    "label",
    "line",
    "local",
    "param",
    "pc",
    "push",
    "push_jump",
    "target_list",
    "try_into",
];

pub(crate) fn emit(set: &InstructionSet, half: Half) -> TokenStream {
    let rows = set.instructions();
    let declarations = rows.iter().map(|row| {
        let (docs, signature) = (docs(&doc(row)), signature(row));
        quote!(#docs #signature;)
    });
    let methods = rows.iter().enumerate().map(|(position, row)| {
        let (signature, body) = (signature(row), body(position, row));
        quote!(#signature { #body })
    });
    let (generics, isa) = isa(set, half);
    quote! {
        /// Appends instructions to a function, one method for each.
        pub trait Build {
            #(#declarations)*
        }

        impl #generics Build for ::opforge::FunctionBuilder<#isa> {
            #(#methods)*
        }
    }
}

fn is_taken(row: &Instruction) -> bool {
    TAKEN.contains(&row.mnemonic.as_str())
}

fn doc(row: &Instruction) -> String {
    let text = format!("`{}`: {}", row.stack.trim(), row_doc(row));
    if !is_taken(row) {
        return text;
    }
    format!("{text}\n\nAn underscore follows the name, for there is another method `{}`.", row.mnemonic)
}

fn signature(row: &Instruction) -> TokenStream {
    let locals = Locals::new(row);
    // No mnemonic ends in an underscore, so this one is free.
    let name = if is_taken(row) { ident(&format!("{}_", row.mnemonic)) } else { ident(&row.mnemonic) };
    let operands = row.operands.iter().enumerate().map(|(position, operand)| {
        let name = locals.operand(position);
        let ty = match operand.kind {
            OperandKind::Target => quote!(::opforge::Label),
            OperandKind::Targets => quote!(&[::opforge::Label]),
            kind => operand_type(kind),
        };
        quote!(#name: #ty)
    });
    quote!(fn #name(&mut self, #(#operands),*) -> &mut Self)
}

fn body(position: usize, row: &Instruction) -> TokenStream {
    let locals = Locals::new(row);
    let name = ident(&row.name);
    if row.operands.iter().any(|operand| operand.kind.is_jump()) {
        let position = index(position);
        let operands = row.operands.iter().enumerate().map(|(position, operand)| {
            let name = locals.operand(position);
            match operand.kind {
                OperandKind::Target => quote!(::opforge::BuildOperand::Label(#name)),
                OperandKind::Targets => quote!(::opforge::BuildOperand::Labels(#name.to_vec())),
                kind => {
                    let operand = operand_of(name, kind);
                    quote!(::opforge::BuildOperand::Value(#operand))
                }
            }
        });
        return quote!(::opforge::FunctionBuilder::push_jump(self, #position, &[#(#operands),*]));
    }
    if row.operands.is_empty() {
        return quote!(::opforge::FunctionBuilder::push(self, Op::#name));
    }
    let fields = row.operands.iter().enumerate().map(|(position, operand)| {
        let (field, local) = (ident(&operand.name), locals.operand(position));
        if field == *local { quote!(#field) } else { quote!(#field: #local) }
    });
    quote!(::opforge::FunctionBuilder::push(self, Op::#name { #(#fields),* }))
}
