//! `trait Handlers`, and for each method the context that it gets and the traps that it may raise.

use crate::analysis::own_handlers;
use crate::literals::{docs, docs_of, row_doc};
use crate::names::{Form, handler_context, handler_trap, ident, operand_type, trap_code};
use opforge_spec::model::{Effect, Handler, Instruction, InstructionSet, Trap};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let own = own_handlers(set);
    if own.is_empty() {
        return TokenStream::new();
    }
    let methods = own.iter().map(|(row, handler)| method(row, handler));
    let parts = own.iter().map(|(row, handler)| {
        let (trap, context) = (trap(set, row, handler), context(row, handler));
        quote!(#trap #context)
    });
    quote! {
        /// The instructions of this table that are written by hand.
        pub trait Handlers {
            #(#methods)*
        }

        #(#parts)*
    }
}

/// Inputs, then operands; returns `()`, one value or a tuple.
fn method(row: &Instruction, handler: &Handler) -> TokenStream {
    let (name, context, trap) = (ident(&handler.name), handler_context(&handler.name), handler_trap(&handler.name));
    let docs = docs(&format!(
        "{}\n\n**Stack:** `{}`.\n\n# Errors\nThe trap that it raises; the stack is then as it was.",
        row_doc(row),
        row.stack.trim()
    ));
    let locals = crate::names::Locals::new(row);
    let inputs = row.inputs.iter().enumerate().map(|(position, input)| {
        let name = locals.input(position);
        match input.count {
            Some(_) => quote!(#name: &[::opforge::Value]),
            None => {
                let ty = Form::of(input.ty).rust_type();
                quote!(#name: #ty)
            }
        }
    });
    let operands = row.operands.iter().enumerate().map(|(position, operand)| {
        let (name, ty) = (locals.operand(position), operand_type(operand.kind));
        quote!(#name: #ty)
    });
    let given: Vec<_> = row
        .outputs
        .iter()
        .filter(|output| output.passes.is_none())
        .map(|output| Form::of(output.ty).rust_type())
        .collect();
    let result = match given.as_slice() {
        [one] => quote!(#one),
        several => quote!((#(#several),*)),
    };
    let parameters = inputs.chain(operands);
    quote! {
        #docs
        fn #name(&mut self, context: &mut #context<'_>, #(#parameters),*) -> Result<#result, #trap>;
    }
}

fn trap(set: &InstructionSet, row: &Instruction, handler: &Handler) -> TokenStream {
    let name = handler_trap(&handler.name);
    let about = docs(&format!("What [`Handlers::{}`] may raise.", handler.name));
    let traps: Vec<&Trap> = row.own_traps.iter().map(|trap| set.trap(*trap)).collect();
    let variants = traps.iter().map(|trap| {
        let (docs, name) = (docs_of("trap", &trap.name, &trap.doc), ident(&trap.name));
        quote!(#docs #name)
    });
    let arms = traps.iter().map(|trap| {
        let (variant, code) = (ident(&trap.name), trap_code(trap));
        quote!(#name::#variant => #code,)
    });
    quote! {
        #about
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
        )]
        pub enum #name {
            #(#variants,)*
        }

        impl #name {
            /// The trap's number.
            pub const fn code(self) -> ::opforge::TrapCode {
                match self {
                    #(#arms)*
                }
            }
        }
    }
}

fn context(row: &Instruction, handler: &Handler) -> TokenStream {
    let (name, trap) = (handler_context(&handler.name), handler_trap(&handler.name));
    let about = docs(&format!("What [`Handlers::{}`] may do with the machine: what its row declares.", handler.name));
    let write = row.effects.contains(&Effect::Output).then(|| {
        quote! {
            /// Writes text to the program's output.
            ///
            /// # Errors
            /// When the host grants no output, or writing to it fails.
            pub fn write(&mut self, text: &str) -> Result<(), #trap> {
                self.context.write_output(text).map_err(|code| match code {
                    ::opforge::TrapCode::NO_OUTPUT => #trap::NoOutput,
                    _ => #trap::OutputFailed,
                })
            }
        }
    });
    let writes = row.effects.contains(&Effect::WritesGlobals);
    let reads = (writes || row.effects.contains(&Effect::ReadsGlobals)).then(|| {
        quote! {
            /// The value of a global of the module; nil if there is none with that index.
            pub fn global(&self, global: u16) -> ::opforge::Value {
                self.context.global(global).unwrap_or(::opforge::Value::NIL)
            }
        }
    });
    let sets = writes.then(|| {
        quote! {
            /// Sets a global of the module; does nothing if there is none with that index.
            pub fn set_global(&mut self, global: u16, value: ::opforge::Value) {
                let _ = self.context.set_global(global, value);
            }
        }
    });
    quote! {
        #about
        #[derive(::core::fmt::Debug)]
        pub struct #name<'c> {
            context: ::opforge::Context<'c, ::opforge::effects::All>,
        }

        impl<'c> #name<'c> {
            fn new(context: &'c mut ::opforge::Context<'_, ::opforge::effects::All>) -> Self {
                Self { context: context.only() }
            }

            /// The text behind a handle.
            pub fn text(&self, text: ::opforge::Text) -> &str {
                self.context.text(text)
            }

            #write
            #reads
            #sets
        }
    }
}
