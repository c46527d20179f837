//! What a row's function does before its steps: the declared types of inputs.

use super::Compute;
use crate::literals::kinds;
use crate::names::Form;
use opforge_core::Type;
use proc_macro2::TokenStream;
use quote::quote;

impl Compute<'_> {
    pub(super) fn declared_forms(&self, used: &[bool]) -> Vec<Form> {
        let form = |(position, input): (usize, &opforge_spec::model::Input)| match input.count {
            None if used[position] => Form::of(input.ty),
            _ => Form::Value,
        };
        self.row.inputs.iter().enumerate().map(form).collect()
    }

    /// The declared types of inputs, left to right.
    pub(super) fn checks(&self, used: &[bool]) -> TokenStream {
        let check = |(position, input): (usize, &opforge_spec::model::Input)| {
            let name = self.locals.input(position);
            if input.ty == Type::ANY {
                return TokenStream::new();
            }
            let kinds = kinds(input.ty);
            let mismatch = quote!(return Err(::opforge::TrapCode::TYPE_MISMATCH));
            if input.count.is_some() {
                quote!(if #name.iter().any(|value| !::core::matches!(value.kind(), #kinds)) { #mismatch; })
            } else if Form::of(input.ty) != Form::Value && used[position] {
                let value = Form::of(input.ty).read(name);
                quote!(let Some(#name) = #value else { #mismatch; };)
            } else {
                quote!(if !::core::matches!(#name.kind(), #kinds) { #mismatch; })
            }
        };
        self.row.inputs.iter().enumerate().map(check).collect()
    }
}
