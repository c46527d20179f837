//! What the assembler and disassembler need: mnemonic → row, op ↔ operand list.

use crate::literals::index;
use crate::names::{Locals, ident, op_pattern, operand_of};
use opforge_core::OperandRole;
use opforge_spec::model::{DeclaredOperand, Instruction, InstructionSet};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let rows = set.instructions();
    let mnemonics = rows.iter().map(|row| &row.mnemonic);
    let indices = (0..rows.len()).map(index);
    let lists = rows.iter().map(list);
    let from_operands = from_operands(set);
    quote! {
        /// Index of the row with this mnemonic.
        fn find(mnemonic: &str) -> Option<usize> {
            match mnemonic {
                #(#mnemonics => Some(#indices),)*
                _ => None,
            }
        }

        /// Appends the values of `op`'s operands, in the order of the row.
        fn append_operands(op: &Op, operands: &mut Vec<::opforge::Operand>) {
            match *op {
                #(#lists)*
            }
        }

        #from_operands
    }
}

fn list(row: &Instruction) -> TokenStream {
    let locals = Locals::new(row);
    let pattern = op_pattern(row, &locals);
    if row.operands.is_empty() {
        return quote!(#pattern => {});
    }
    let values = row.operands.iter().enumerate();
    let values = values.map(|(index, operand)| operand_of(locals.operand(index), operand.kind));
    quote!(#pattern => operands.extend_from_slice(&[#(#values),*]),)
}

/// The function that reads an operand of this kind.
fn reader(operand: &DeclaredOperand) -> &'static str {
    match operand.kind.role() {
        OperandRole::Number(_) if operand.kind.ints().is_some() => "int",
        OperandRole::Number(_) => "number",
        _ => "index",
    }
}

fn from_operands(set: &InstructionSet) -> TokenStream {
    let arms = set.instructions().iter().enumerate().map(|(position, row)| from_list(index(position), row));
    quote! {
        /// Makes an op from the index of its row and its operands.
        fn from_operands(instruction: usize, operands: &[::opforge::Operand]) -> Result<Op, ::opforge::OperandError> {
            let op = match (instruction, operands) {
                #(#arms)*
                _ => return Err(::opforge::operands::wrong_number(&TABLE, instruction, operands.len())),
            };
            Ok(op)
        }
    }
}

fn from_list(number: TokenStream, row: &Instruction) -> TokenStream {
    let name = ident(&row.name);
    if row.operands.is_empty() {
        return quote!((#number, []) => Op::#name,);
    }
    let locals = Locals::new(row);
    let values: Vec<_> = (0..row.operands.len()).map(|operand| locals.operand(operand)).collect();
    let fields = row.operands.iter().enumerate().map(|(position, operand)| {
        let (field, value, reader) = (ident(&operand.name), values[position], ident(reader(operand)));
        let position = index(position);
        quote!(#field: ::opforge::operands::#reader(&TABLE, #number, #position, #value)?)
    });
    quote!((#number, &[#(#values),*]) => Op::#name { #(#fields),* },)
}
