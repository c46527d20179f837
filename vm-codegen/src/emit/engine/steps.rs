//! The body of one engine function: inputs in, steps, outputs out.

mod cases;
mod inputs;

use crate::analysis::{falls_through, mark, passed_input, used_inputs};
use crate::body::Bindings;
use crate::literals::index;
use crate::names::{Form, Locals, ident, trap_code};
use opforge_core::Type;
use opforge_spec::model::{Block, Case, Expr, Instruction, InstructionSet, Output, Step};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::BTreeMap;

/// What every part of one function needs.
pub(super) struct Function<'a> {
    set: &'a InstructionSet,
    row: &'a Instruction,
    locals: &'a Locals,
}

/// How a block ends that cannot reach its end.
#[derive(Clone, Copy, PartialEq)]
enum Leaving {
    /// The block is the function's: its last expression is the result.
    Expression,
    /// The block is an arm that others leave through their value.
    Return,
}

impl<'a> Function<'a> {
    pub(super) fn new(set: &'a InstructionSet, row: &'a Instruction, locals: &'a Locals) -> Self {
        Self { set, row, locals }
    }

    pub(super) fn shuffle(&self) -> TokenStream {
        let nothing = Block { steps: Vec::new() };
        self.does(&nothing)
    }

    pub(super) fn does(&self, block: &Block) -> TokenStream {
        let used = self.used([block]);
        let take = self.take(&used);
        let mut place = self.place(self.declared_forms());
        let fuel = self.fuel(&mut place);
        let (steps, end) = self.block(&mut place, block, Leaving::Expression);
        let end = end.unwrap_or_else(|| {
            let outputs = self.outputs(&place, &self.row.outputs);
            self.commit(&quote!(&[#(#outputs),*]), &quote!(::opforge::Flow::Next))
        });
        quote!(#take #fuel #(#steps)* #end)
    }

    pub(super) fn cases(&self, cases: &[Case], otherwise: Option<&Block>) -> TokenStream {
        let blocks: Vec<&Block> = cases.iter().map(|case| &case.block).chain(otherwise).collect();
        let subjects: Vec<usize> = (0..self.row.inputs.len()).filter(|&input| self.is_subject(input)).collect();
        let mut used = self.used(blocks.iter().copied());
        subjects.iter().for_each(|&input| used[input] = true);
        let take = self.take(&used);
        let mut place = self.place(self.declared_forms());
        let fuel = self.fuel(&mut place);
        let mut hoisted = place.hoisted;

        let falls = blocks.iter().any(|block| falls_through(block));
        let leaving = if falls { Leaving::Return } else { Leaving::Expression };
        let mut arms = Vec::new();
        for case in cases {
            let (pattern, forms) = self.pattern(case, &subjects);
            let guard = self.group_guard(case);
            arms.push(self.arm(quote!(#pattern #guard), forms, &case.block, leaving, &mut hoisted));
        }
        if !self.is_exhaustive(cases, &subjects) {
            arms.push(match otherwise {
                Some(block) => self.arm(quote!(_), self.declared_forms(), block, leaving, &mut hoisted),
                None if falls => quote!(_ => return Err(::opforge::TrapCode::TYPE_MISMATCH),),
                None => quote!(_ => Err(::opforge::TrapCode::TYPE_MISMATCH),),
            });
        }
        let unpacked = subjects.iter().map(|&input| {
            let name = self.locals.input(input);
            quote!(#name.unpack())
        });
        let subject = match subjects.len() {
            1 => quote!(#(#unpacked)*),
            _ => quote!((#(#unpacked),*)),
        };
        if !falls {
            return quote!(#take #fuel match #subject { #(#arms)* });
        }
        let count = index(self.row.outputs.len());
        let commit = self.commit(&quote!(&outputs), &quote!(::opforge::Flow::Next));
        quote! {
            #take
            #fuel
            let outputs: [::opforge::Value; #count] = match #subject { #(#arms)* };
            #commit
        }
    }

    /// `call` is a call that lacks its inputs and operands.
    pub(super) fn handled(&self, call: TokenStream, trap: Option<TokenStream>) -> TokenStream {
        let row = self.row;
        let take = self.take(&vec![true; row.inputs.len()]);
        let mut place = self.place(self.declared_forms());
        let fuel = self.fuel(&mut place);
        let inputs = (0..row.inputs.len()).map(|input| self.locals.input(input).to_token_stream());
        let operands = (0..row.operands.len()).map(|operand| self.locals.operand(operand).to_token_stream());
        let arguments: Vec<_> = inputs.chain(operands).collect();
        let call = complete(call, &arguments);
        let given: Vec<&Output> = row.outputs.iter().filter(|output| output.passes.is_none()).collect();
        let names: Vec<Ident> = (0..given.len()).map(|position| ident(&format!("argument_{position}"))).collect();
        let binding = match names.as_slice() {
            [] => None,
            [name] => Some(quote!(let #name =)),
            names => Some(quote!(let (#(#names),*) =)),
        };
        let mut next = given.iter().zip(&names);
        let outputs: Vec<_> = row
            .outputs
            .iter()
            .filter_map(|output| match output.passes {
                Some(input) => Some(place.input_value(input)),
                None => next.next().map(|(output, name)| Form::of(output.ty).wrap(name.to_token_stream())),
            })
            .collect();
        let commit = self.commit(&quote!(&[#(#outputs),*]), &quote!(::opforge::Flow::Next));
        quote!(#take #fuel #binding #call #trap?; #commit)
    }

    /// Only the checks of the inputs' types, for a row whose parts take the inputs themselves.
    pub(super) fn type_checks(&self) -> TokenStream {
        if self.row.inputs.iter().all(|input| input.ty == Type::ANY) && self.row.fuel_per.is_none() {
            return TokenStream::new();
        }
        let used = self.used([]);
        let take = self.take(&used);
        let mut place = self.place(self.declared_forms());
        let fuel = self.fuel(&mut place);
        quote!(#take #fuel)
    }

    fn place(&self, inputs: Vec<Form>) -> Bindings<'a> {
        Bindings {
            set: self.set,
            row: self.row,
            locals: self.locals,
            inputs,
            assigned: BTreeMap::new(),
            hoisted: 0,
            saturates: false,
        }
    }

    fn declared_forms(&self) -> Vec<Form> {
        self.row
            .inputs
            .iter()
            .map(|input| if input.count.is_some() { Form::Value } else { Form::of(input.ty) })
            .collect()
    }

    fn has_group(&self) -> bool {
        self.row.inputs.iter().any(|input| input.count.is_some())
    }

    fn used<'b>(&self, blocks: impl IntoIterator<Item = &'b Block>) -> Vec<bool> {
        let mut used = vec![false; self.row.inputs.len()];
        for block in blocks {
            for (used, here) in used.iter_mut().zip(used_inputs(self.row, block)) {
                *used |= here;
            }
        }
        if let Some(fuel) = &self.row.fuel_per {
            mark(fuel, &mut used);
        }
        used
    }

    fn fuel(&self, place: &mut Bindings<'_>) -> Option<TokenStream> {
        let fuel = self.row.fuel_per.as_ref()?;
        let mut before = Vec::new();
        place.saturates = true;
        let value = place.expr_as(fuel, Form::of(Type::INT), &mut before);
        place.saturates = false;
        let pay = if self.row.flow.enters.is_some() { quote!(pay_to_enter) } else { quote!(pay) };
        // In a block of its own: an input may have any name.
        Some(quote!({ #(#before)* let ticks = #value; context.#pay(ticks)?; }))
    }

    /// Replaces the inputs by what is pushed, and ends with that flow.
    fn commit(&self, pushed: &TokenStream, flow: &TokenStream) -> TokenStream {
        let count = if self.has_group() { quote!(inputs.len()) } else { index(self.row.inputs.len()) };
        quote!(context.replace(#count, #pushed)?; Ok(#flow))
    }

    fn outputs(&self, place: &Bindings<'_>, outputs: &[Output]) -> Vec<TokenStream> {
        outputs
            .iter()
            .map(|output| match passed_input(self.row, output).filter(|_| !place.assigned.contains_key(&output.name)) {
                Some(input) => place.input_value(input),
                None => place.assigned_value(&output.name),
            })
            .collect()
    }

    /// The statements of a block, and how it leaves the function if it cannot reach its end.
    fn block(
        &self,
        place: &mut Bindings<'_>,
        block: &Block,
        leaving: Leaving,
    ) -> (Vec<TokenStream>, Option<TokenStream>) {
        let mut steps = Vec::new();
        for step in &block.steps {
            let end = self.step(place, step, &mut steps);
            if let Some((before, result)) = end {
                let end = match leaving {
                    Leaving::Expression => quote!(#before #result),
                    Leaving::Return => quote!(#before return #result;),
                };
                return (steps, Some(end));
            }
        }
        (steps, None)
    }

    /// Translates one step. If nothing can follow it: what comes before its result, and its result.
    fn step(
        &self,
        place: &mut Bindings<'_>,
        step: &Step,
        steps: &mut Vec<TokenStream>,
    ) -> Option<(TokenStream, TokenStream)> {
        match step {
            Step::Let { name, ty, value } => {
                let form = Form::of(*ty);
                let value = place.expr_as(value, form, steps);
                let local = self.locals.assigned(name);
                place.assigned.insert(name.clone(), form);
                steps.push(quote!(let #local = #value;));
                None
            }
            Step::Do(call) => {
                let (call, _) = place.expr(call, steps);
                steps.push(quote!(#call;));
                None
            }
            Step::Jump { operand, when } => {
                let outputs = self.outputs(place, self.row.outputs_at(*operand));
                let (before, result) = self.replaced(&outputs, &{
                    let target = self.locals.operand(*operand);
                    quote!(::opforge::Flow::Jump(#target))
                });
                let Some(when) = when else { return Some((before, result)) };
                let condition = place.condition(when, steps);
                steps.push(quote!(if #condition { #before return #result; }));
                None
            }
            Step::JumpAt { operand, index } => {
                let index = place.expr_as(index, Form::of(Type::INT), steps);
                let (list, entry, target) = (self.locals.operand(*operand), place.hoist(), place.hoist());
                let outputs = self.outputs(place, self.row.outputs_at(*operand));
                let (before, result) = self.replaced(&outputs, &quote!(::opforge::Flow::Jump(#target)));
                steps.push(quote! {
                    let #entry = #index;
                    if let Some(#target) = context.listed(#list, #entry)? { #before return #result; }
                });
                None
            }
            Step::Trap { trap, when } => {
                let code = trap_code(self.set.trap(*trap));
                let Some(when) = when else { return Some((TokenStream::new(), quote!(Err(#code)))) };
                let condition = place.condition(when, steps);
                steps.push(quote!(if #condition { return Err(#code); }));
                None
            }
            Step::Return(None) => Some(self.replaced(&[], &quote!(::opforge::Flow::Return(::opforge::Value::NIL)))),
            Step::Return(Some(value)) => {
                let value = self.last_value(place, value, steps);
                Some(self.replaced(&[], &quote!(::opforge::Flow::Return(#value))))
            }
            Step::Raise(value) => {
                let value = place.expr_as(value, Form::Value, steps);
                // As a trap it leaves the stack as it was.
                Some((TokenStream::new(), quote!(Ok(::opforge::Flow::Raise(#value)))))
            }
            Step::Enter { operand, group, .. } => {
                let (function, arguments) = (self.locals.operand(*operand), self.locals.input(*group));
                let flow = quote!(::opforge::Flow::Enter { function: #function, arguments: #arguments.to_vec() });
                Some(self.replaced(&[], &flow))
            }
        }
    }

    fn replaced(&self, pushed: &[TokenStream], flow: &TokenStream) -> (TokenStream, TokenStream) {
        let count = if self.has_group() { quote!(inputs.len()) } else { index(self.row.inputs.len()) };
        (quote!(context.replace(#count, &[#(#pushed),*])?;), quote!(Ok(#flow)))
    }

    /// The value that a row leaves with. A call may trap or need the context, so it comes before the inputs go.
    fn last_value(&self, place: &mut Bindings<'_>, value: &Expr, steps: &mut Vec<TokenStream>) -> TokenStream {
        let tokens = place.expr_as(value, Form::Value, steps);
        if matches!(value, Expr::Input(..) | Expr::Operand(_) | Expr::Name(..) | Expr::Literal(_)) {
            return tokens;
        }
        let name = place.hoist();
        steps.push(quote!(let #name = #tokens;));
        quote!(#name)
    }

    fn arm(
        &self,
        pattern: TokenStream,
        forms: Vec<Form>,
        block: &Block,
        leaving: Leaving,
        hoisted: &mut usize,
    ) -> TokenStream {
        let mut place = self.place(forms);
        place.hoisted = *hoisted;
        if let Some(value) = self.only_output(&mut place, block) {
            return quote!(#pattern => [#value],);
        }
        let (steps, end) = self.block(&mut place, block, leaving);
        *hoisted = place.hoisted;
        let end = end.unwrap_or_else(|| {
            let outputs = self.outputs(&place, &self.row.outputs);
            quote!([#(#outputs),*])
        });
        quote!(#pattern => { #(#steps)* #end })
    }

    /// The value of a block that only computes the row's one output.
    fn only_output(&self, place: &mut Bindings<'_>, block: &Block) -> Option<TokenStream> {
        match (block.steps.as_slice(), self.row.outputs.as_slice()) {
            ([Step::Let { name, ty, value }], [output]) if *name == output.name => {
                let form = Form::of(*ty);
                let mut before = Vec::new();
                let value = place.expr_as(value, form, &mut before);
                before.is_empty().then(|| form.wrap(value))
            }
            _ => None,
        }
    }
}

/// Adds arguments to a call that ends in its parenthesis.
fn complete(call: TokenStream, arguments: &[TokenStream]) -> TokenStream {
    let mut tokens: Vec<TokenTree> = call.into_iter().collect();
    if let Some(TokenTree::Group(group)) = tokens.pop() {
        let inner = group.stream();
        tokens.push(Group::new(Delimiter::Parenthesis, quote!(#inner #(#arguments),*)).into());
    }
    tokens.into_iter().collect()
}
