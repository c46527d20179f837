//! What the assembler and disassembler need: mnemonic → row, op ↔ operand list.

use crate::literals::index;
use crate::names::{Locals, ident, op_pattern};
use opforge_core::OperandKind;
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
        // Where no row has operands, nothing is appended.
        #[allow(clippy::ptr_arg)]
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
    let values = row.operands.iter().enumerate().map(|(index, operand)| {
        let name = locals.operand(index);
        match operand.kind {
            OperandKind::Int => quote!(::opforge::Operand::Int(#name)),
            OperandKind::I16 => quote!(::opforge::Operand::Int(i64::from(#name))),
            OperandKind::Float => quote!(::opforge::Operand::Float(#name)),
            OperandKind::Target => quote!(::opforge::Operand::Index(#name)),
            _ => quote!(::opforge::Operand::Index(u32::from(#name))),
        }
    });
    quote!(#pattern => operands.extend([#(#values),*]),)
}

/// The function that reads an operand of this kind.
fn reader(operand: &DeclaredOperand) -> &'static str {
    match operand.kind {
        OperandKind::Int | OperandKind::I16 => "read_int",
        OperandKind::Float => "read_float",
        _ => "read_index",
    }
}

/// Only the readers that some row needs are written.
fn readers(set: &InstructionSet) -> TokenStream {
    let needs =
        |name: &str| set.instructions().iter().flat_map(|row| &row.operands).any(|operand| reader(operand) == name);
    let index = needs("read_index").then(|| {
        quote! {
            fn read_index<T: TryFrom<u32>>(row: usize, position: usize, found: ::opforge::Operand) -> Result<T, ::opforge::OperandError> {
                match found {
                    ::opforge::Operand::Index(value) => T::try_from(value).map_err(|_| misfit(row, position, found)),
                    _ => Err(misfit(row, position, found)),
                }
            }
        }
    });
    let int = needs("read_int").then(|| {
        quote! {
            fn read_int<T: TryFrom<i64>>(row: usize, position: usize, found: ::opforge::Operand) -> Result<T, ::opforge::OperandError> {
                match found {
                    ::opforge::Operand::Int(value) => T::try_from(value).map_err(|_| misfit(row, position, found)),
                    _ => Err(misfit(row, position, found)),
                }
            }
        }
    });
    let float = needs("read_float").then(|| {
        quote! {
            fn read_float(row: usize, position: usize, found: ::opforge::Operand) -> Result<f64, ::opforge::OperandError> {
                match found {
                    ::opforge::Operand::Float(value) => Ok(value),
                    _ => Err(misfit(row, position, found)),
                }
            }
        }
    });
    let misfit = (index.is_some() || int.is_some() || float.is_some()).then(|| {
        quote! {
            fn misfit(row: usize, position: usize, found: ::opforge::Operand) -> ::opforge::OperandError {
                let row = &TABLE.instructions[row];
                let operand = &row.operands[position];
                ::opforge::OperandError::DoesNotFit { mnemonic: row.mnemonic, operand: operand.name, kind: operand.kind, found }
            }
        }
    });
    quote!(#misfit #index #int #float)
}

fn from_operands(set: &InstructionSet) -> TokenStream {
    let readers = readers(set);
    let arms = set.instructions().iter().enumerate().map(|(position, row)| from_list(index(position), row));
    quote! {
        /// Makes an op from the index of its row and its operands.
        fn from_operands(instruction: usize, operands: &[::opforge::Operand]) -> Result<Op, ::opforge::OperandError> {
            #readers
            let op = match (instruction, operands) {
                #(#arms)*
                _ => {
                    return Err(match TABLE.instructions.get(instruction) {
                        Some(row) => ::opforge::OperandError::WrongNumber {
                            mnemonic: row.mnemonic,
                            expected: row.operands.len(),
                            found: operands.len(),
                        },
                        None => ::opforge::OperandError::NoSuchInstruction(instruction),
                    });
                }
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
        quote!(#field: #reader(#number, #position, #value)?)
    });
    quote!((#number, &[#(#values),*]) => Op::#name { #(#fields),* },)
}
