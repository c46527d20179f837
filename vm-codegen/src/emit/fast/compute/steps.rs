//! The steps of a block, and what it returns.

use super::Compute;
use crate::analysis::{falls_through, passed_input};
use crate::body::Bindings;
use crate::emit::fast::signature::{max_jump_outputs, output_form};
use crate::excluded::excluded;
use crate::literals::index;
use crate::names::{Form, ident, trap_code};
use opforge_core::Type;
use opforge_spec::model::{Block, Output, Step};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

impl Compute<'_> {
    /// The steps of a block; every way through them ends in `return`.
    pub(super) fn block(&self, place: &mut Bindings<'_>, block: &Block) -> TokenStream {
        let mut steps = Vec::new();
        for step in &block.steps {
            self.step(place, step, &mut steps);
        }
        if falls_through(block) {
            let outputs = self.outputs(place, &self.row.outputs);
            let next = match (self.row.outputs.as_slice(), outputs.as_slice()) {
                ([output], [_]) if !self.signature.ways => self.only(place, output),
                _ => quote!([#(#outputs),*]),
            };
            let value = if self.signature.ways { quote!(::opforge::exec::Completion::Next(#next)) } else { next };
            let value = self.returned(value);
            steps.push(quote!(return #value;));
        }
        quote!(#(#steps)*)
    }

    /// The only output of a row that always continues with the next one, in its form.
    pub(super) fn only(&self, place: &Bindings<'_>, output: &Output) -> TokenStream {
        let wanted = output_form(self.row);
        if let Some(form) = place.assigned.get(&output.name) {
            let name = self.locals.assigned(&output.name).to_token_stream();
            return self.converted(name, *form, wanted);
        }
        match passed_input(self.row, output) {
            Some(input) => self.converted(self.locals.input(input).to_token_stream(), place.inputs[input], wanted),
            None => self.converted(place.assigned_value(&output.name), Form::Value, wanted),
        }
    }

    pub(super) fn converted(&self, tokens: TokenStream, form: Form, wanted: Form) -> TokenStream {
        if form == wanted {
            tokens
        } else if wanted == Form::Value {
            form.wrap(tokens)
        } else {
            // The type of the output is that of what is assigned, so that this never fails.
            let value = form.wrap(tokens);
            let value = wanted.read(&value);
            let otherwise = self.mismatch();
            quote!(match #value { Some(value) => value, None => return #otherwise })
        }
    }

    pub(super) fn outputs(&self, place: &Bindings<'_>, outputs: &[Output]) -> Vec<TokenStream> {
        let value = |output: &Output| {
            let passed = passed_input(self.row, output).filter(|_| !place.assigned.contains_key(&output.name));
            passed.map_or_else(|| place.assigned_value(&output.name), |input| place.input_value(input))
        };
        outputs.iter().map(value).collect()
    }

    /// Which of the row's jumps goes through that operand.
    fn jump_number(&self, operand: usize) -> TokenStream {
        let number = self.row.flow.jumps.iter().position(|jump| *jump == operand);
        number.map_or_else(|| excluded("a jump that is not in the row's flow"), index)
    }

    /// What is pushed at a jump through that operand, as many values as at the widest.
    fn jump_outputs(&self, place: &Bindings<'_>, operand: usize) -> Vec<TokenStream> {
        let mut outputs = self.outputs(place, self.row.outputs_at(operand));
        outputs.resize(max_jump_outputs(self.row), quote!(::opforge::Value::NIL));
        outputs
    }

    pub(super) fn step(&self, place: &mut Bindings<'_>, step: &Step, steps: &mut Vec<TokenStream>) {
        let way = |name: &str, value: TokenStream| {
            let name = ident(name);
            let value = self.returned(quote!(::opforge::exec::Completion::#name(#value)));
            quote!(return #value;)
        };
        match step {
            Step::Let { name, ty, value } => {
                let form = Form::of(*ty);
                let value = place.expr_as(value, form, steps);
                let local = self.locals.assigned(name);
                place.assigned.insert(name.clone(), form);
                steps.push(quote!(let #local = #value;));
            }
            Step::Do(call) => {
                let (call, _) = place.expr(call, steps);
                steps.push(quote!(#call;));
            }
            Step::Jump { operand, when } => {
                let (number, outputs) = (self.jump_number(*operand), self.jump_outputs(place, *operand));
                let jump = way("Jump", quote!(#number, [#(#outputs),*]));
                match when {
                    None => steps.push(jump),
                    Some(when) => {
                        let condition = place.condition(when, steps);
                        steps.push(quote!(if #condition { #jump }));
                    }
                }
            }
            Step::JumpAt { operand, index: entry } => {
                let entry = place.expr_as(entry, Form::of(Type::INT), steps);
                let (list, argument, target) = (self.locals.operand(*operand), place.hoist(), place.hoist());
                let (number, outputs) = (self.jump_number(*operand), self.jump_outputs(place, *operand));
                let jump = way("Listed", quote!(#number, #target, [#(#outputs),*]));
                steps.push(quote! {
                    let #argument = #entry;
                    if let Some(#target) = #list.get(#argument) { #jump }
                });
            }
            Step::Trap { trap, when } => {
                let code = trap_code(self.set.trap(*trap));
                match when {
                    None => steps.push(quote!(return Err(#code);)),
                    Some(when) => {
                        let condition = place.condition(when, steps);
                        steps.push(quote!(if #condition { return Err(#code); }));
                    }
                }
            }
            Step::Return(None) => steps.push(way("Return", quote!(::opforge::Value::NIL))),
            Step::Return(Some(value)) => {
                let value = place.expr_as(value, Form::Value, steps);
                steps.push(way("Return", value));
            }
            Step::Raise(value) => {
                let value = place.expr_as(value, Form::Value, steps);
                steps.push(way("Raise", value));
            }
            Step::Enter { .. } => {
                let value = self.returned(quote!(::opforge::exec::Completion::Enter));
                steps.push(quote!(return #value;));
            }
        }
    }
}
