//! What a module holds when its table is wrong, so that the table's mistake is not followed by errors about missing names.

use proc_macro2::TokenStream;
use quote::quote;

/// A machine without instructions. `Isa` takes a type or none, since the table's handlers are not known.
pub(crate) fn items() -> TokenStream {
    quote! {
        /// Stands for the opcodes of a table with mistakes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Opcode {}

        /// Stands for the instructions of a table with mistakes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Op {}

        impl ::core::fmt::Display for Op {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match *self {}
            }
        }

        /// Stands for the builder of a table with mistakes.
        pub trait Build {}

        impl<H: 'static> Build for ::opforge::FunctionBuilder<Isa<H>> {}

        /// Stands for the handlers of a table with mistakes.
        pub trait Handlers {}

        /// Stands for the examples of a table with mistakes.
        pub fn check_examples<H>() {}

        /// Stands for the fusions of a table with mistakes.
        pub fn check_fusions<H>() {}

        /// Stands for a table with mistakes.
        pub static TABLE: ::opforge::metadata::Table = ::opforge::metadata::Table {
            name: "",
            version: 0,
            hash: 0,
            families: &[],
            instructions: &[],
            traps: &[],
            fusions: &[],
            find: |_| None,
        };

        /// Stands for the slot form of a table with mistakes.
        static SLOTS: ::opforge::slots::SlotTable =
            ::opforge::slots::SlotTable { rows: &[], ops: &[], hot: 0, rewrites: &[] };

        static SLOT_INDEX: ::std::sync::LazyLock<::opforge::slots::Index> =
            ::std::sync::LazyLock::new(|| ::opforge::slots::Index::new(&SLOTS));

        /// Stands for the machine of a table with mistakes.
        #[derive(Debug)]
        pub struct Isa<H = ()>(::core::marker::PhantomData<H>);

        impl<H: 'static> ::opforge::InstructionSet for Isa<H> {
            type Op = Op;
            type Handlers = H;

            fn table() -> &'static ::opforge::metadata::Table {
                &TABLE
            }

            fn instruction(op: &Op) -> usize {
                match *op {}
            }

            fn operands(op: &Op) -> Vec<::opforge::Operand> {
                match *op {}
            }

            fn from_operands(instruction: usize, _: &[::opforge::Operand]) -> Result<Op, ::opforge::OperandError> {
                Err(::opforge::OperandError::NoSuchInstruction(instruction))
            }

            fn encode(op: &Op, _: &mut Vec<u8>) {
                match *op {}
            }

            fn decode(_: &[u8], pc: usize) -> Result<(Op, usize), ::opforge::DecodeError> {
                Err(::opforge::DecodeError::Truncated { pc })
            }

            fn verify(op: &Op, _: &mut ::opforge::Rules<'_>) -> Result<(), ::opforge::VerifyError> {
                match *op {}
            }

            fn slots() -> &'static ::opforge::slots::SlotTable {
                &SLOTS
            }

            fn slot_index() -> &'static ::opforge::slots::Index {
                &SLOT_INDEX
            }

            unsafe fn run(
                _: &mut ::opforge::slots::Fast<'_>,
                _: &mut H,
                _: ::opforge::slots::Pc,
                _: ::opforge::slots::Base,
            ) {
            }

            fn step(
                op: &Op,
                _: &mut ::opforge::Context<'_>,
                _: &mut H,
            ) -> Result<::opforge::Flow, ::opforge::TrapCode> {
                match *op {}
            }
        }
    }
}
