//! Bodies of cases: the first in place, the others in a function of their own.

use super::{CASES_IN_PLACE, Compute, split_cases};
use crate::analysis::{case_types, used_inputs};
use crate::emit::fast::signature::{Signature, output_form};
use crate::excluded::excluded;
use crate::literals::kinds;
use crate::names::{Form, Home, ident};
use opforge_spec::model::{Block, Body, Case};
use proc_macro2::TokenStream;
use quote::quote;

impl Compute<'_> {
    pub(super) fn cases(&self, cases: &[Case], otherwise: Option<&Block>) -> (TokenStream, Option<TokenStream>) {
        let all = vec![true; self.row.inputs.len()];
        let (checks, forms) = (self.checks(&all), self.declared_forms(&all));
        let in_place = cases.iter().take(CASES_IN_PLACE).take_while(|case| self.is_plain(case)).count();
        let (first, others) = cases.split_at(in_place);
        let alone = split_cases(self.set, self.row);
        let first = first.iter().enumerate().map(|(index, case)| match index < alone {
            true => self.call_of_split_case(index),
            false => self.case(case, &forms),
        });
        if others.is_empty() && otherwise.is_none() {
            let mismatch = self.mismatch();
            return (quote!(#checks #(#first)* #mismatch), None);
        }
        let (name, path) = (ident(&self.row.mnemonic), Home::Rest.of(self.row));
        let (arguments, parameters, result) = (self.arguments(), self.split_parameters(), self.result_type());
        let join = self.join();
        let generics = self.generics();
        let others = others.iter().map(|case| self.case(case, &forms));
        let end = match otherwise {
            Some(block) => self.block(&mut self.place(forms.clone()), block),
            None => self.mismatch(),
        };
        let docs = crate::literals::docs(&format!("`{}`: the cases that are not tested in place.", self.row.name));
        let rest = quote! {
            #docs
            #[cold]
            #[inline(never)]
            pub(super) fn #name #generics (#parameters) -> #result { #join #checks #(#others)* #end }
        };
        (quote!(#checks #(#first)* #path(#arguments)), Some(rest))
    }

    /// What happens when no case fits. Where one always does, nothing gets there, but rustc cannot know.
    pub(super) fn mismatch(&self) -> TokenStream {
        if self.signature.fallible {
            quote!(Err(::opforge::TrapCode::TYPE_MISMATCH))
        } else {
            quote!(::core::unreachable!())
        }
    }

    /// Whether a case tells its inputs apart by single kinds alone.
    pub(super) fn is_plain(&self, case: &Case) -> bool {
        let types = case_types(self.row, &case.guards);
        types
            .iter()
            .zip(&self.row.inputs)
            .all(|(ty, input)| *ty == input.ty || input.count.is_none() && Form::of(*ty) != Form::Value)
    }

    /// `if` the inputs are what the case wants `{ … }`.
    pub(super) fn case(&self, case: &Case, declared: &[Form]) -> TokenStream {
        self.case_returning(case, declared, false)
    }

    /// The function of one case alone: nothing if the inputs are not what it wants.
    pub(super) fn split_case(&self, index: usize) -> TokenStream {
        let Body::Cases { cases, .. } = &self.row.body else {
            let excluded = excluded("a case of a row without cases");
            return quote!(#excluded;);
        };
        let forms = vec![Form::Value; self.row.inputs.len()];
        let body = self.case_returning(&cases[index], &forms, true);
        let (name, parameters) = (ident(&self.row.mnemonic), self.parameters());
        let result = output_form(self.row).rust_type();
        let docs = crate::literals::docs(&format!("`{}`: one case; nothing if it is another.", self.row.name));
        quote! {
            #docs
            #[inline(always)]
            pub(super) fn #name(#parameters) -> Option<#result> { #body None }
        }
    }

    /// What the function of one case alone gives, if the inputs are what it wants.
    fn call_of_split_case(&self, index: usize) -> TokenStream {
        let (path, arguments) = (Home::Case(index).of(self.row), self.names());
        let value = if self.signature.fallible { quote!(Ok(value)) } else { quote!(value) };
        quote!(if let Some(value) = #path(#arguments) { return #value; })
    }

    /// With `optional`, the outputs are returned as `Some`.
    pub(super) fn case_returning(&self, case: &Case, declared: &[Form], optional: bool) -> TokenStream {
        let types = case_types(self.row, &case.guards);
        let used = used_inputs(self.row, &case.block);
        let mut forms = declared.to_vec();
        let (mut tests, mut patterns, mut subjects) = (Vec::new(), Vec::new(), Vec::new());
        for (position, input) in self.row.inputs.iter().enumerate() {
            let (ty, name) = (types[position], self.locals.input(position));
            if ty == input.ty || declared[position] != Form::Value {
                continue;
            }
            let form = Form::of(ty);
            if input.count.is_some() {
                let kinds = kinds(ty);
                tests.push(quote!(#name.iter().all(|value| ::core::matches!(value.kind(), #kinds))));
            } else if form == Form::Value {
                let kinds = kinds(ty);
                tests.push(quote!(::core::matches!(#name.kind(), #kinds)));
            } else if used[position] {
                patterns.push(quote!(Some(#name)));
                subjects.push(form.read(name));
                forms[position] = form;
            } else {
                let value = form.read(name);
                tests.push(quote!(#value.is_some()));
            }
        }
        let body = if optional {
            let signature = Signature { fallible: false, optional, ..self.signature };
            Compute { signature, ..*self }.block(&mut self.place(forms), &case.block)
        } else {
            self.block(&mut self.place(forms), &case.block)
        };
        let body = match patterns.as_slice() {
            [] => quote!(#body),
            _ => quote!(if let (#(#patterns,)*) = (#(#subjects,)*) { #body }),
        };
        match tests.as_slice() {
            [] => quote!({ #body }),
            _ => quote!(if #(#tests)&&* { #body }),
        }
    }
}
