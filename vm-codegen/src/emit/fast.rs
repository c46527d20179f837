//! `fn run` and the fast engine: a loop over slot code, one arm for each instruction that is hot, a function for each
//! that is not.
//!
//! What a row computes is one function, which every instruction of slot form that runs it calls: see [`compute`]. What
//! an instruction reads, writes and where it goes is its arm: see [`arms`].

mod signature;
mod compute;
mod arms;

use crate::analysis::own_handlers;
use crate::literals::unsigned;
use crate::names::{Home, ident};
use arms::Arm;
use opforge_core::slot_form::{BuiltIn, RowForm, SlotOp};
use opforge_spec::model::InstructionSet;
use opforge_spec::slots::slot_table;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The name of an instruction's code.
fn code_name(op: &SlotOp) -> Ident {
    ident(&op.name.to_uppercase())
}

/// The name of a built-in instruction's code.
fn built_in_name(built_in: BuiltIn) -> Ident {
    ident(&built_in.name().to_uppercase())
}

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let table = slot_table(set);
    let own = !own_handlers(set).is_empty();
    let rows = table.rows.iter().zip(set.instructions()).filter_map(|(form, row)| match form {
        RowForm::Runs(runs) if !runs.steps => Some(row),
        _ => None,
    });
    let computes = compute::modules(set, rows);
    let of_constants = compute::of_constants(set);
    let (hot, cold) = table.ops.split_at(table.hot);
    let code = |position: usize| unsigned(u64::from(BuiltIn::COUNT) + position as u64);
    let arms = hot.iter().enumerate().map(|(position, op)| {
        let (name, body) = (code_name(op), Arm::hot(set, &table, op, position).body());
        quote!(self::codes::#name => { #body })
    });
    let codes = hot.iter().enumerate().map(|(position, op)| {
        let (name, code) = (code_name(op), code(position));
        quote!(pub(super) const #name: u16 = #code;)
    });
    let codes = (!hot.is_empty()).then(|| {
        quote! {
            /// The codes of the instructions in the loop.
            mod codes {
                #(#codes)*
            }
        }
    });
    let built_in = BuiltIn::ALL.into_iter().filter(|built_in| *built_in != BuiltIn::Cold).map(|built_in| {
        let name = built_in_name(built_in);
        let code = quote!(self::built_in::#name);
        quote!(#code => match fast.built_in(ip, base, #code) { Some(next) => ip = next, None => return })
    });
    let used = BuiltIn::ALL.into_iter().filter(|built_in| *built_in != BuiltIn::Cold || !cold.is_empty());
    let built_in_codes = used.map(|built_in| {
        let (name, code) = (built_in_name(built_in), unsigned(built_in.code().into()));
        quote!(pub(super) const #name: u16 = #code;)
    });
    let (generics, bound, machine) = if own {
        (quote!(<H: Handlers + 'static>), quote!(<H: super::Handlers + 'static>), quote!(H))
    } else {
        (TokenStream::new(), TokenStream::new(), quote!(()))
    };
    let names: Vec<_> = cold.iter().map(|op| ident(&op.name)).collect();
    let colds = cold.iter().zip(&names).map(|(op, name)| {
        let (arm, docs) = (Arm::cold(set, &table, op), crate::literals::docs(&format!("`{}`", op.name)));
        let body = arm.body();
        let next = (!arm.steps()).then(|| quote!(Some((ip, base))));
        quote! {
            #docs
            pub(super) unsafe fn #name #bound (
                fast: &mut ::opforge::exec::Fast<'_>,
                handlers: &mut H,
                mut ip: ::opforge::exec::CodePtr,
                mut base: ::opforge::exec::Base,
            ) -> Option<(::opforge::exec::CodePtr, ::opforge::exec::Base)> {
                unsafe {
                    #body
                    #next
                }
            }
        }
    });
    let last = if cold.is_empty() {
        TokenStream::new()
    } else {
        let types = own.then(|| quote!(::<H>));
        let name = built_in_name(BuiltIn::Cold);
        quote! {
            self::built_in::#name => match kept_out #types ()[usize::from(ip.field(0))](fast, handlers, ip, base) {
                Some(next) => (ip, base) = next,
                None => return,
            },
        }
    };
    let of = own.then(|| quote!(::<H>));
    let alias = (!own).then(|| {
        quote!(
            type H = ();
        )
    });
    let kept_out = (!cold.is_empty()).then(|| {
        quote! {
            /// The instructions that are kept out of the loop, by number.
            fn kept_out #generics () -> &'static [::opforge::exec::Cold<#machine>] {
                &[#(self::cold::#names #of),*]
            }
        }
    });
    let colds: Vec<TokenStream> = alias.into_iter().chain(colds).collect();
    let colds = Home::Cold.with("The fast engine: instructions that are kept out of the loop.", &colds);
    quote! {
        /// Runs slot code until it must leave.
        #[allow(unused_variables, reason = "not every instruction needs all")]
        #[allow(unreachable_code, reason = "an instruction may always leave")]
        unsafe fn run #generics (
            fast: &mut ::opforge::exec::Fast<'_>,
            handlers: &mut #machine,
            mut ip: ::opforge::exec::CodePtr,
            mut base: ::opforge::exec::Base,
        ) {
            unsafe {
                'run: loop {
                    match ip.code() {
                        #(#built_in,)*
                        #(#arms)*
                        #last
                        // SAFETY: validation saw only codes that the table has.
                        _ => ::core::hint::unreachable_unchecked(),
                    }
                }
            }
        }

        /// The codes of the instructions that every table has.
        mod built_in {
            #(#built_in_codes)*
        }

        #codes

        #kept_out

        #of_constants

        #(#computes)*
        #colds
    }
}
