//! `Isa`: the type that stands for the set, and its `InstructionSet`, which only names the functions of the others.

use crate::analysis::own_handlers;
use crate::half::Half;
use crate::names::isa;
use opforge_spec::model::InstructionSet;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet, half: Half) -> TokenStream {
    let own = half == Half::Machine && !own_handlers(set).is_empty();
    let about = crate::literals::docs(&format!("The instruction set of the table `{}`.", set.name()));
    let declaration = if own {
        quote! {
            #about
            ///
            /// `H` is what its handlers run on.
            #[derive(::core::fmt::Debug)]
            pub struct Isa<H>(::core::marker::PhantomData<H>);
        }
    } else {
        quote!(#about #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)] pub struct Isa;)
    };
    let (generics, ty) = isa(set, half);
    quote! {
        #declaration

        impl #generics ::opforge::InstructionSet for #ty {
            type Op = Op;

            fn table() -> &'static ::opforge::metadata::Table {
                &TABLE
            }

            fn instruction(op: &Op) -> usize {
                op.opcode().index()
            }

            fn append_operands(op: &Op, operands: &mut Vec<::opforge::Operand>) {
                append_operands(op, operands);
            }

            fn from_operands(instruction: usize, operands: &[::opforge::Operand]) -> Result<Op, ::opforge::OperandError> {
                from_operands(instruction, operands)
            }

            fn encode(op: &Op, code: &mut Vec<u8>) {
                encode(op, code);
            }

            fn decode(code: &[u8], pc: usize) -> Result<(Op, usize), ::opforge::DecodeError> {
                decode(code, pc)
            }
        }
    }
}
