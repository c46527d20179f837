//! The parameters of a row's function, and its result.

use super::Compute;
use crate::emit::fast::signature::{is_passed, max_jump_outputs, output_form};
use crate::literals::index;
use crate::names::{Form, operand_type};
use opforge_core::OperandKind;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

impl Compute<'_> {
    /// The operands that the function takes: all but places and functions, which are the arm's business.
    pub(super) fn operands(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.row.operands.len()).filter(|operand| is_passed(self.row, *operand))
    }

    pub(super) fn parameters(&self) -> TokenStream {
        self.parameters_as(&quote!(::opforge::Value))
    }

    /// The parameters of a function that is not inlined: values as two words, so that they stay in registers.
    pub(super) fn split_parameters(&self) -> TokenStream {
        self.parameters_as(&quote!(::opforge::exec::Words))
    }

    /// The parameters, single inputs as values of that type.
    pub(super) fn parameters_as(&self, single: &TokenStream) -> TokenStream {
        let context =
            self.signature.context.then(|| quote!(context: &mut ::opforge::Context<'_, ::opforge::effects::All>,));
        let handlers = self.signature.handlers.then(|| quote!(handlers: &mut H,));
        let inputs = self.row.inputs.iter().enumerate().map(|(position, input)| {
            let name = self.locals.input(position);
            if input.count.is_some() { quote!(#name: &[::opforge::Value]) } else { quote!(#name: #single) }
        });
        let operands = self.operands().map(|operand| {
            let name = self.locals.operand(operand);
            match self.row.operands[operand].kind {
                OperandKind::Targets => quote!(#name: ::opforge::exec::TargetList),
                kind => {
                    let ty = operand_type(kind);
                    quote!(#name: #ty)
                }
            }
        });
        let budget = self.signature.pays.then(|| quote!(budget: &mut u64,));
        quote!(#context #handlers #budget #(#inputs,)* #(#operands,)*)
    }

    /// Makes values of the parameters that are two words.
    pub(super) fn join(&self) -> TokenStream {
        let singles = self.row.inputs.iter().enumerate().filter(|(_, input)| input.count.is_none());
        let joined = singles.map(|(position, _)| {
            let name = self.locals.input(position);
            quote!(let #name = ::opforge::Value::join(#name);)
        });
        joined.collect()
    }

    /// The arguments for [`split_parameters`](Self::split_parameters).
    pub(super) fn arguments(&self) -> TokenStream {
        let context = self.signature.context.then(|| quote!(context,));
        let handlers = self.signature.handlers.then(|| quote!(handlers,));
        let inputs = self.row.inputs.iter().enumerate().map(|(position, input)| {
            let name = self.locals.input(position);
            if input.count.is_some() {
                return quote!(#name);
            }
            // The checks of declared types unpacked it.
            let value = Form::of(input.ty).wrap(name.to_token_stream());
            quote!(#value.split())
        });
        let operands = self.operands().map(|operand| self.locals.operand(operand));
        quote!(#context #handlers #(#inputs,)* #(#operands,)*)
    }

    /// The arguments for [`parameters`](Self::parameters), of a row whose inputs are not unpacked: those of any type.
    pub(super) fn names(&self) -> TokenStream {
        let inputs = (0..self.row.inputs.len()).map(|input| self.locals.input(input));
        let operands = self.operands().map(|operand| self.locals.operand(operand));
        let budget = self.signature.pays.then(|| quote!(budget,));
        quote!(#budget #(#inputs,)* #(#operands,)*)
    }

    pub(super) fn result_type(&self) -> TokenStream {
        let next = self.outputs_type();
        let result = if self.signature.ways {
            let jump = index(max_jump_outputs(self.row));
            quote!(::opforge::exec::Completion<#next, [::opforge::Value; #jump]>)
        } else {
            next
        };
        if self.signature.fallible { quote!(Result<#result, ::opforge::TrapCode>) } else { result }
    }

    pub(super) fn outputs_type(&self) -> TokenStream {
        match self.row.outputs.len() {
            1 if !self.signature.ways => output_form(self.row).rust_type(),
            count => {
                let count = index(count);
                quote!([::opforge::Value; #count])
            }
        }
    }

    /// What the function returns for a value that a block computes.
    pub(super) fn returned(&self, value: TokenStream) -> TokenStream {
        if self.signature.optional {
            quote!(Some(#value))
        } else if self.signature.fallible {
            quote!(Ok(#value))
        } else {
            value
        }
    }
}
