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
use crate::names::Home;
use arms::Arm;
use opforge_core::slot_form::{BuiltIn, RowForm};
use opforge_spec::model::InstructionSet;
use opforge_spec::slots::slot_table;
use proc_macro2::TokenStream;
use quote::quote;

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
        let (code, body) = (code(position), Arm::hot(set, &table, op, position).body());
        quote!(#code => { #body })
    });
    let built_in = BuiltIn::ALL
        .into_iter()
        .filter(|built_in| *built_in != BuiltIn::Cold)
        .map(|built_in| unsigned(built_in.code().into()))
        .map(|code| quote!(#code => match fast.built_in(ip, base, #code) { Some(next) => ip = next, None => return }));
    let (generics, bound, machine) = if own {
        (quote!(<H: Handlers + 'static>), quote!(<H: super::Handlers + 'static>), quote!(H))
    } else {
        (TokenStream::new(), TokenStream::new(), quote!(()))
    };
    let names: Vec<_> = (0..cold.len()).map(|position| quote::format_ident!("op_{position}")).collect();
    let colds = cold.iter().zip(&names).map(|(op, name)| {
        let (body, docs) = (Arm::cold(set, &table, op).body(), crate::literals::docs(&format!("`{}`", op.name)));
        quote! {
            #docs
            unsafe fn #name #bound (
                fast: &mut ::opforge::exec::Fast<'_>,
                handlers: &mut H,
                mut ip: ::opforge::exec::CodePtr,
                mut base: ::opforge::exec::Base,
            ) -> Option<(::opforge::exec::CodePtr, ::opforge::exec::Base)> {
                unsafe {
                    #body
                    Some((ip, base))
                }
            }
        }
    });
    let last = if cold.is_empty() {
        TokenStream::new()
    } else {
        let types = own.then(|| quote!(::<H>));
        let code = unsigned(BuiltIn::Cold.code().into());
        quote! {
            #code => match self::cold::all #types ()[usize::from(ip.field(0))](fast, handlers, ip, base) {
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
    let all = quote! {
        #alias

        /// The instructions that are kept out of the loop, by code.
        pub(super) fn all #bound () -> &'static [::opforge::exec::Cold<H>] {
            &[#(#names #of),*]
        }
    };
    let colds: Vec<TokenStream> = [all].into_iter().chain(colds).collect();
    let colds = Home::Cold.with("The fast engine: instructions that are kept out of the loop.", &colds);
    quote! {
        /// Runs slot code until it must leave.
        #[allow(unused_variables, unreachable_code)]
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

        #of_constants

        #(#computes)*
        #colds
    }
}
