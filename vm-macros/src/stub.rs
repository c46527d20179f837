//! What a module holds when its table is wrong, so that the table's mistake is not followed by errors about missing names.

use proc_macro2::TokenStream;
use quote::quote;

/// A set without instructions, for front ends.
pub(crate) fn codec() -> TokenStream {
    items()
}

/// A machine without instructions.
pub(crate) fn machine() -> TokenStream {
    let items = items();
    quote! {
        #items

        /// Stands for the handlers of a table with mistakes.
        pub trait Handlers {}

        /// Stands for the slot form of a table with mistakes.
        static SLOTS: ::opforge::slots::SlotTable =
            ::opforge::slots::SlotTable {
                rows: ::std::borrow::Cow::Borrowed(&[]),
                ops: ::std::borrow::Cow::Borrowed(&[]),
                hot: 0,
                rewrites: ::std::borrow::Cow::Borrowed(&[]),
            };

        static SLOT_FORM: ::std::sync::LazyLock<::opforge::slots::SlotForm> =
            ::std::sync::LazyLock::new(|| ::opforge::slots::SlotForm::new(&SLOTS));

        impl<H: 'static> ::opforge::Execute for Isa<H> {
            type Handlers = H;

            fn slot_form() -> &'static ::opforge::slots::SlotForm {
                &SLOT_FORM
            }

            unsafe fn run(
                _: &mut ::opforge::exec::Fast<'_>,
                _: &mut H,
                _: ::opforge::exec::CodePtr,
                _: ::opforge::exec::Base,
            ) {
            }

            fn step(
                op: &Op,
                _: &mut ::opforge::exec::StepContext<'_>,
                _: &mut H,
            ) -> Result<::opforge::Flow, ::opforge::TrapCode> {
                match *op {}
            }
        }
    }
}

/// What both have. `Isa` takes a type or none, since the table's handlers are not known.
fn items() -> TokenStream {
    let prelude = opforge_codegen::prelude();
    quote! {
        #prelude

        /// Stands for the opcodes of a table with mistakes.
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        pub enum Opcode {}

        /// Stands for the instructions of a table with mistakes.
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::cmp::Eq)]
        pub enum Op {}

        impl ::core::fmt::Display for Op {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match *self {}
            }
        }

        /// Stands for the builder of a table with mistakes.
        pub trait Build {}

        impl<H: 'static> Build for ::opforge::FunctionBuilder<Isa<H>> {}

        /// Stands for a table with mistakes.
        pub static TABLE: ::opforge::metadata::Table = ::opforge::metadata::Table {
            name: "",
            version: 0,
            hash: 0,
            families: &[],
            instructions: &[],
            traps: &[],
            fusions: &[],
            rewrites: &[],
            find: |_| None,
        };

        /// Stands for the instruction set of a table with mistakes.
        #[derive(::core::fmt::Debug)]
        pub struct Isa<H = ()>(::core::marker::PhantomData<H>);

        impl<H: 'static> ::opforge::InstructionSet for Isa<H> {
            type Op = Op;

            fn table() -> &'static ::opforge::metadata::Table {
                &TABLE
            }

            fn instruction(op: &Op) -> usize {
                match *op {}
            }

            fn append_operands(op: &Op, _: &mut Vec<::opforge::Operand>) {
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
        }
    }
}
