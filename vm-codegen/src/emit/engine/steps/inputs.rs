//! How an engine function looks at its inputs: names bound, groups split off, declared types checked.

use super::Function;
use crate::literals::{index, kinds};
use crate::names::Form;
use opforge_core::Type;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

impl Function<'_> {
    /// How many values the row pops, as an expression.
    pub(in crate::emit::engine) fn input_count(&self) -> TokenStream {
        let singles = self.row.single_inputs();
        let mut terms = Vec::new();
        if singles > 0 || self.row.inputs.is_empty() {
            terms.push(index(singles));
        }
        for count in self.row.inputs.iter().filter_map(|input| input.count) {
            let count = self.locals.operand(count);
            terms.push(quote!(usize::from(#count)));
        }
        quote!(#(#terms)+*)
    }

    /// Binds the inputs to their names and checks their declared types, left to right.
    pub(super) fn take(&self, used: &[bool]) -> TokenStream {
        let needed = |input: usize| used[input] || self.row.inputs[input].ty != Type::ANY;
        let names: Vec<Option<&Ident>> =
            (0..self.row.inputs.len()).map(|input| needed(input).then(|| self.locals.input(input))).collect();
        let bind = if names.is_empty() {
            TokenStream::new()
        } else if self.has_group() {
            self.take_groups(&names)
        } else {
            let names = names.iter().map(|name| binding(*name));
            quote!(let [#(#names),*] = context.inputs()?;)
        };
        let checks = (0..self.row.inputs.len()).map(|input| self.check(input, used[input]));
        quote!(#bind #(#checks)*)
    }

    fn take_groups(&self, names: &[Option<&Ident>]) -> TokenStream {
        let count = self.input_count();
        let whole = quote!(let inputs = context.input_list(#count)?;);
        if let [name] = names {
            let bind = name.map(|name| quote!(let #name = inputs.as_slice();));
            return quote!(#whole #bind);
        }
        let mut parts = Vec::new();
        let mut position = 0;
        while position < names.len() {
            let last_of = |end: usize| if end == names.len() { quote!(_) } else { quote!(rest) };
            if let Some(count) = self.row.inputs[position].count {
                let (name, rest, count) = (binding(names[position]), last_of(position + 1), self.locals.operand(count));
                parts.push(quote! {
                    let Some((#name, #rest)) = rest.split_at_checked(usize::from(#count)) else {
                        return Err(::opforge::TrapCode::INVALID_CODE);
                    };
                });
                position += 1;
            } else {
                let singles = self.row.inputs[position..].iter().take_while(|input| input.count.is_none()).count();
                let run = names[position..position + singles].iter().map(|name| binding(*name));
                let rest = last_of(position + singles);
                parts.push(quote! {
                    let Some((&[#(#run),*], #rest)) = rest.split_first_chunk() else {
                        return Err(::opforge::TrapCode::INVALID_CODE);
                    };
                });
                position += singles;
            }
        }
        quote!(#whole let rest = inputs.as_slice(); #(#parts)*)
    }

    fn check(&self, input: usize, used: bool) -> TokenStream {
        let (declared, name) = (&self.row.inputs[input], self.locals.input(input));
        if declared.ty == Type::ANY {
            return TokenStream::new();
        }
        let form = Form::of(declared.ty);
        if declared.count.is_none() && form != Form::Value && used {
            let unpacked = form.unwrap(name.to_token_stream());
            return quote!(let #name = #unpacked;);
        }
        let kinds = kinds(declared.ty);
        let condition = if declared.count.is_some() {
            quote!(#name.iter().any(|value| !::core::matches!(value.kind(), #kinds)))
        } else {
            quote!(!::core::matches!(#name.kind(), #kinds))
        };
        quote!(if #condition { return Err(::opforge::TrapCode::TYPE_MISMATCH); })
    }
}

/// The pattern that binds a name, or nothing.
fn binding(name: Option<&Ident>) -> TokenStream {
    name.map_or_else(|| quote!(_), ToTokens::to_token_stream)
}
