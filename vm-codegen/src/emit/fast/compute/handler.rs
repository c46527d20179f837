//! Hand-written bodies.

use super::Compute;
use crate::emit::fast::signature::output_form;
use crate::names::{Form, ident, rust_path};
use opforge_spec::model::{Handler, Output};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

impl Compute<'_> {
    /// A call of the function in `opforge`, or of the method of the user's trait.
    pub(super) fn handler(&self, handler: &Handler) -> TokenStream {
        let row = self.row;
        let used = vec![true; row.inputs.len()];
        let checks = self.checks(&used);
        let place = self.place(self.declared_forms(&used));
        let inputs = (0..row.inputs.len()).map(|input| self.locals.input(input).to_token_stream());
        let operands = (0..row.operands.len()).map(|operand| self.locals.operand(operand).to_token_stream());
        let arguments: Vec<_> = inputs.chain(operands).collect();
        let call = match &handler.std {
            Some(path) => {
                let path = rust_path(path);
                quote!(#path(context, #(#arguments),*))
            }
            None => {
                let (method, context) = (ident(&handler.name), crate::names::handler_context(&handler.name));
                let trap = crate::names::handler_trap(&handler.name);
                quote! {
                    <H as super::Handlers>::#method(handlers, &mut super::#context::new(context), #(#arguments),*)
                        .map_err(super::#trap::code)
                }
            }
        };
        let given: Vec<&Output> = row.outputs.iter().filter(|output| output.passes.is_none()).collect();
        let names: Vec<Ident> = (0..given.len()).map(|position| ident(&format!("argument_{position}"))).collect();
        let binding = match names.as_slice() {
            [] => None,
            [name] => Some(quote!(let #name =)),
            names => Some(quote!(let (#(#names),*) =)),
        };
        let mut next = given.iter().zip(&names);
        // Each in the form that it has: what the handler gave, or what an input was unpacked to.
        let outputs: Vec<(TokenStream, Form)> = row
            .outputs
            .iter()
            .filter_map(|output| match output.passes {
                Some(input) => Some((self.locals.input(input).to_token_stream(), place.inputs[input])),
                None => next.next().map(|(output, name)| (name.to_token_stream(), Form::of(output.ty))),
            })
            .collect();
        let value = match outputs.as_slice() {
            [(output, form)] => self.converted(output.clone(), *form, output_form(row)),
            outputs => {
                let outputs = outputs.iter().map(|(output, form)| form.wrap(output.clone()));
                quote!([#(#outputs),*])
            }
        };
        quote!(#checks #binding #call?; Ok(#value))
    }
}
