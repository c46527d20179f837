//! `Isa`: the type that stands for the machine, and its `InstructionSet`, which only names the functions of the others.

use crate::analysis::own_handlers;
use crate::names::isa;
use opforge_spec::model::InstructionSet;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let own = !own_handlers(set).is_empty();
    let about = crate::literals::docs(&format!("The machine of the table `{}`.", set.name()));
    let declaration = if own {
        quote! {
            #about
            ///
            /// `H` is what its handlers run on.
            #[derive(Debug)]
            pub struct Isa<H>(::core::marker::PhantomData<H>);
        }
    } else {
        quote!(#about #[derive(Clone, Copy, Debug)] pub struct Isa;)
    };
    let (generics, ty) = isa(set);
    let handlers = if own { quote!(H) } else { quote!(()) };
    let parameter = if own { quote!(handlers) } else { quote!(_handlers) };
    let argument = own.then(|| quote!(handlers));
    quote! {
        #declaration

        impl #generics ::opforge::InstructionSet for #ty {
            type Op = Op;
            type Handlers = #handlers;

            fn table() -> &'static ::opforge::metadata::Table {
                &TABLE
            }

            fn instruction(op: &Op) -> usize {
                op.opcode().index()
            }

            fn operands(op: &Op) -> Vec<::opforge::Operand> {
                operands(op)
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

            fn verify(op: &Op, rules: &mut ::opforge::Rules<'_>) -> Result<(), ::opforge::VerifyError> {
                verify(op, rules)
            }

            fn slots() -> &'static ::opforge::slots::SlotTable {
                &SLOTS
            }

            fn slot_index() -> &'static ::opforge::slots::Index {
                &SLOT_INDEX
            }

            unsafe fn run(
                fast: &mut ::opforge::slots::Fast<'_>,
                handlers: &mut #handlers,
                pc: ::opforge::slots::Pc,
                base: ::opforge::slots::Base,
            ) {
                unsafe { run(fast, handlers, pc, base) }
            }

            fn step(
                op: &Op,
                context: &mut ::opforge::Context<'_>,
                #parameter: &mut #handlers,
            ) -> Result<::opforge::Flow, ::opforge::TrapCode> {
                step(op, context, #argument)
            }
        }
    }
}
