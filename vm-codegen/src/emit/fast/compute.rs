//! What a row computes, as one function: its inputs and operands are parameters, its outputs the result. Nothing is read
//! from a stack or put there.
//!
//! The first two cases that tell their inputs apart by single kinds are tested in the function itself, which is inlined
//! wherever it is used; the others stand in a function of their own.

use crate::analysis::{calls_with_context, case_types, falls_through, mark, passed_input, primitives, used_inputs};
use crate::body::Place;
use crate::excluded::excluded;
use crate::literals::{index, kinds};
use crate::names::{Form, Locals, ident, operand_type, rust_path, trap_code};
use opforge_core::{OperandKind, Type};
use opforge_spec::model::{Block, Body, Case, Handler, Instruction, InstructionSet, Output, PrimitiveId, Step};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeMap;

/// How many cases are tested in place.
const CASES_IN_PLACE: usize = 2;

/// What calling a row's function takes and gives.
#[derive(Clone, Copy)]
pub(super) struct Signature {
    /// Whether it takes the context.
    pub(super) context: bool,
    /// Whether it takes the handlers.
    pub(super) handlers: bool,
    /// Whether it gives a `Result`.
    pub(super) fallible: bool,
    /// Whether it gives a `Way`; else it gives its outputs.
    pub(super) ways: bool,
    /// Whether it gives an `Option` of that: one case alone.
    optional: bool,
}

impl Signature {
    pub(super) fn of(set: &InstructionSet, row: &Instruction) -> Self {
        let handler = match &row.body {
            Body::Handler(handler) => Some(handler),
            _ => None,
        };
        let context = handler.is_some() || row.fuel_per.is_some() || calls_with_context(set, row);
        let traps = !row.own_traps.is_empty() || !row.traps.is_empty();
        Self {
            context,
            handlers: handler.is_some_and(|handler| handler.std.is_none()),
            fallible: traps || handler.is_some(),
            ways: !is_straight(row),
            optional: false,
        }
    }
}

fn is_straight(row: &Instruction) -> bool {
    let flow = &row.flow;
    flow.next && flow.jumps.is_empty() && !flow.returns && !flow.raises && flow.enters.is_none()
}

/// The name of the function of one case.
pub(super) fn split_name(row: &Instruction, case: usize) -> Ident {
    ident(&format!("{}_case_{case}", row.mnemonic))
}

/// The form of a row's only output.
pub(super) fn output_form(row: &Instruction) -> Form {
    match row.outputs.as_slice() {
        [output] if is_straight(row) => Form::of(output.ty),
        _ => Form::Value,
    }
}

/// How many values the widest of a row's jumps pushes.
pub(super) fn most_jump_outputs(row: &Instruction) -> usize {
    row.flow.jumps.iter().map(|jump| row.outputs_at(*jump).len()).max().unwrap_or(0)
}

/// The function of a row, and one for the cases that it does not test in place.
pub(super) fn function(set: &InstructionSet, row: &Instruction) -> TokenStream {
    let locals = Locals::new(row);
    let compute = Compute { set, row, locals: &locals, signature: Signature::of(set, row) };
    let name = ident(&row.mnemonic);
    let docs = crate::literals::docs(&format!("`{}`: `{}`", row.name, row.stack.trim()));
    let (body, rest) = compute.body();
    let split = (0..split_cases(set, row)).map(|case| compute.split_case(case));
    let (generics, parameters, result) = (compute.generics(), compute.parameters(), compute.result_type());
    quote! {
        #docs
        #[inline(always)]
        pub(super) fn #name #generics (#parameters) -> #result { #body }
        #(#split)*
        #rest
    }
}

/// How many of a row's first cases have functions of their own, so that what follows can be compiled for each case by
/// itself: those that tell inputs apart by single kinds and only compute.
pub(super) fn split_cases(set: &InstructionSet, row: &Instruction) -> usize {
    let Body::Cases { cases, .. } = &row.body else { return 0 };
    let signature = Signature::of(set, row);
    if signature.ways || signature.context || row.outputs.len() != 1 || row.fuel_per.is_some() {
        return 0;
    }
    let typed = row.inputs.iter().any(|input| input.ty != Type::ANY || input.count.is_some());
    let computes = |case: &&Case| {
        let traps = |id: &PrimitiveId| set.primitive(*id).may_trap();
        let plain = case.block.steps.iter().all(|step| matches!(step, Step::Let { .. }));
        let single = case_types(row, &case.guards).iter().all(|ty| Form::of(*ty) != Form::Value);
        !typed && plain && single && !primitives(&case.block).iter().any(traps)
    };
    cases.iter().take(CASES_IN_PLACE).take_while(computes).count()
}

struct Compute<'a> {
    set: &'a InstructionSet,
    row: &'a Instruction,
    locals: &'a Locals,
    signature: Signature,
}

impl Compute<'_> {
    fn generics(&self) -> Option<TokenStream> {
        self.signature.handlers.then(|| quote!(<H: super::Handlers>))
    }

    /// The operands that the function takes: all but places and functions, which are the arm's business.
    fn operands(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.row.operands.len()).filter(|operand| is_passed(self.row, *operand))
    }

    fn parameters(&self) -> TokenStream {
        self.parameters_as(&quote!(::opforge::Value))
    }

    /// The parameters of a function that is not inlined: values as two words, so that they stay in registers.
    fn split_parameters(&self) -> TokenStream {
        self.parameters_as(&quote!(::opforge::exec::Words))
    }

    /// The parameters, single inputs as values of that type.
    fn parameters_as(&self, single: &TokenStream) -> TokenStream {
        let context = self.signature.context.then(|| quote!(context: &mut ::opforge::Context<'_>,));
        let handlers = self.signature.handlers.then(|| quote!(handlers: &mut H,));
        let inputs = self.row.inputs.iter().enumerate().map(|(position, input)| {
            let name = self.locals.input(position);
            if input.count.is_some() { quote!(#name: &[::opforge::Value]) } else { quote!(#name: #single) }
        });
        let operands = self.operands().map(|operand| {
            let (name, ty) = (self.locals.operand(operand), operand_type(self.row.operands[operand].kind));
            quote!(#name: #ty)
        });
        quote!(#context #handlers #(#inputs,)* #(#operands,)*)
    }

    /// Makes values of the parameters that are two words.
    fn join(&self) -> TokenStream {
        let singles = self.row.inputs.iter().enumerate().filter(|(_, input)| input.count.is_none());
        let joined = singles.map(|(position, _)| {
            let name = self.locals.input(position);
            quote!(let #name = ::opforge::Value::join(#name);)
        });
        joined.collect()
    }

    /// What [`split_parameters`](Self::split_parameters) are given.
    fn arguments(&self) -> TokenStream {
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

    fn result_type(&self) -> TokenStream {
        let next = self.outputs_type();
        let result = if self.signature.ways {
            let jump = index(most_jump_outputs(self.row));
            quote!(::opforge::exec::Completion<#next, [::opforge::Value; #jump]>)
        } else {
            next
        };
        if self.signature.fallible { quote!(Result<#result, ::opforge::TrapCode>) } else { result }
    }

    fn outputs_type(&self) -> TokenStream {
        match self.row.outputs.len() {
            1 if !self.signature.ways => output_form(self.row).rust_type(),
            count => {
                let count = index(count);
                quote!([::opforge::Value; #count])
            }
        }
    }

    /// The value that the function gives for what a block does.
    fn given(&self, value: TokenStream) -> TokenStream {
        if self.signature.optional {
            quote!(Some(#value))
        } else if self.signature.fallible {
            quote!(Ok(#value))
        } else {
            value
        }
    }

    fn body(&self) -> (TokenStream, TokenStream) {
        let none = TokenStream::new();
        match &self.row.body {
            Body::Shuffle => (self.whole(&Block { steps: Vec::new() }), none),
            Body::Does(block) => (self.whole(block), none),
            Body::Cases { cases, otherwise } => self.cases(cases, otherwise.as_ref()),
            Body::Handler(handler) => (self.handler(handler), none),
            // Sequences run as their parts, or on the reference engine.
            Body::Seq(_) => (excluded("a function of a sequence"), none),
        }
    }

    fn whole(&self, block: &Block) -> TokenStream {
        let mut used = used_inputs(self.row, block);
        self.mark_fuel(&mut used);
        let checks = self.checks(&used);
        let mut place = self.place(self.declared_forms(&used));
        let fuel = self.fuel(&mut place);
        let steps = self.block(&mut place, block);
        quote!(#checks #fuel #steps)
    }

    fn cases(&self, cases: &[Case], otherwise: Option<&Block>) -> (TokenStream, TokenStream) {
        let all = vec![true; self.row.inputs.len()];
        let (checks, forms) = (self.checks(&all), self.declared_forms(&all));
        let mut place = self.place(forms.clone());
        let fuel = self.fuel(&mut place);
        let in_place = cases.iter().take(CASES_IN_PLACE).take_while(|case| self.is_plain(case)).count();
        let (first, others) = cases.split_at(in_place);
        let first = first.iter().map(|case| self.case(case, &forms));
        if others.is_empty() && otherwise.is_none() {
            let mismatch = self.mismatch();
            return (quote!(#checks #fuel #(#first)* #mismatch), TokenStream::new());
        }
        let name = ident(&format!("{}_rest", self.row.mnemonic));
        let (arguments, parameters, result) = (self.arguments(), self.split_parameters(), self.result_type());
        let join = self.join();
        let generics = self.generics();
        let others = others.iter().map(|case| self.case(case, &forms));
        let end = match otherwise {
            Some(block) => self.block(&mut self.place(forms.clone()), block),
            None => self.mismatch(),
        };
        let rest = quote! {
            #[cold]
            #[inline(never)]
            fn #name #generics (#parameters) -> #result { #join #checks #(#others)* #end }
        };
        (quote!(#checks #fuel #(#first)* #name(#arguments)), rest)
    }

    /// What happens when no case fits. Where one always does, nothing gets there, but rustc cannot know.
    fn mismatch(&self) -> TokenStream {
        if self.signature.fallible { quote!(Err(::opforge::TrapCode::TYPE_MISMATCH)) } else { quote!(unreachable!()) }
    }

    /// Whether a case tells its inputs apart by single kinds alone.
    fn is_plain(&self, case: &Case) -> bool {
        let types = case_types(self.row, &case.guards);
        types
            .iter()
            .zip(&self.row.inputs)
            .all(|(ty, input)| *ty == input.ty || input.count.is_none() && Form::of(*ty) != Form::Value)
    }

    /// `if` the inputs are what the case wants `{ … }`.
    fn case(&self, case: &Case, declared: &[Form]) -> TokenStream {
        self.case_giving(case, declared, false)
    }

    /// The function of one case alone: nothing if the inputs are not what it wants.
    fn split_case(&self, index: usize) -> TokenStream {
        let Body::Cases { cases, .. } = &self.row.body else {
            let excluded = excluded("a case of a row without cases");
            return quote!(#excluded;);
        };
        let forms = vec![Form::Value; self.row.inputs.len()];
        let body = self.case_giving(&cases[index], &forms, true);
        let (name, parameters) = (split_name(self.row, index), self.parameters());
        let result = output_form(self.row).rust_type();
        quote! {
            #[inline(always)]
            pub(super) fn #name(#parameters) -> Option<#result> { #body None }
        }
    }

    /// With `optional`, the outputs are given as `Some`.
    fn case_giving(&self, case: &Case, declared: &[Form], optional: bool) -> TokenStream {
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
                tests.push(quote!(#name.iter().all(|value| matches!(value.kind(), #kinds))));
            } else if form == Form::Value {
                let kinds = kinds(ty);
                tests.push(quote!(matches!(#name.kind(), #kinds)));
            } else if used[position] {
                patterns.push(quote!(Some(#name)));
                subjects.push(as_form(name, form));
                forms[position] = form;
            } else {
                let value = as_form(name, form);
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

    fn place(&self, inputs: Vec<Form>) -> Place<'_> {
        Place { set: self.set, row: self.row, locals: self.locals, inputs, assigned: BTreeMap::new(), hoisted: 0 }
    }

    fn declared_forms(&self, used: &[bool]) -> Vec<Form> {
        let form = |(position, input): (usize, &opforge_spec::model::Input)| match input.count {
            None if used[position] => Form::of(input.ty),
            _ => Form::Value,
        };
        self.row.inputs.iter().enumerate().map(form).collect()
    }

    /// The declared types of inputs, left to right.
    fn checks(&self, used: &[bool]) -> TokenStream {
        let check = |(position, input): (usize, &opforge_spec::model::Input)| {
            let name = self.locals.input(position);
            if input.ty == Type::ANY {
                return TokenStream::new();
            }
            let kinds = kinds(input.ty);
            let mismatch = quote!(return Err(::opforge::TrapCode::TYPE_MISMATCH));
            if input.count.is_some() {
                quote!(if #name.iter().any(|value| !matches!(value.kind(), #kinds)) { #mismatch; })
            } else if Form::of(input.ty) != Form::Value && used[position] {
                let value = as_form(name, Form::of(input.ty));
                quote!(let Some(#name) = #value else { #mismatch; };)
            } else {
                quote!(if !matches!(#name.kind(), #kinds) { #mismatch; })
            }
        };
        self.row.inputs.iter().enumerate().map(check).collect()
    }

    fn mark_fuel(&self, used: &mut [bool]) {
        if let Some(fuel) = &self.row.fuel_per {
            mark(fuel, used);
        }
    }

    fn fuel(&self, place: &mut Place<'_>) -> Option<TokenStream> {
        let fuel = self.row.fuel_per.as_ref()?;
        let mut before = Vec::new();
        let value = place.expr_as(fuel, Form::Int, &mut before);
        Some(quote!(#(#before)* context.charge(u64::try_from(#value).unwrap_or(0));))
    }

    /// The steps of a block; every way through them ends in `return`.
    fn block(&self, place: &mut Place<'_>, block: &Block) -> TokenStream {
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
            let value = self.given(value);
            steps.push(quote!(return #value;));
        }
        quote!(#(#steps)*)
    }

    /// The only output of a row that just goes on, in its form.
    fn only(&self, place: &Place<'_>, output: &Output) -> TokenStream {
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

    fn converted(&self, tokens: TokenStream, form: Form, wanted: Form) -> TokenStream {
        if form == wanted {
            tokens
        } else if wanted == Form::Value {
            form.wrap(tokens)
        } else {
            // The type of the output is that of what is assigned, so that this never fails.
            let value = form.wrap(tokens);
            let value = as_form(&value, wanted);
            quote!(#value.unwrap_or_default())
        }
    }

    fn outputs(&self, place: &Place<'_>, outputs: &[Output]) -> Vec<TokenStream> {
        let value = |output: &Output| {
            let passed = passed_input(self.row, output).filter(|_| !place.assigned.contains_key(&output.name));
            passed.map_or_else(|| place.assigned_value(&output.name), |input| place.input_value(input))
        };
        outputs.iter().map(value).collect()
    }

    fn step(&self, place: &mut Place<'_>, step: &Step, steps: &mut Vec<TokenStream>) {
        let way = |name: &str, value: TokenStream| {
            let name = ident(name);
            let value = self.given(quote!(::opforge::exec::Completion::#name(#value)));
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
                let mut outputs = self.outputs(place, self.row.outputs_at(*operand));
                outputs.resize(most_jump_outputs(self.row), quote!(::opforge::Value::NIL));
                let number = self.row.flow.jumps.iter().position(|jump| jump == operand);
                let number = number.map_or_else(|| excluded("a jump that is not in the row's flow"), index);
                let jump = way("Jump", quote!(#number, [#(#outputs),*]));
                match when {
                    None => steps.push(jump),
                    Some(when) => {
                        let condition = place.condition(when, steps);
                        steps.push(quote!(if #condition { #jump }));
                    }
                }
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
                let value = self.given(quote!(::opforge::exec::Completion::Enter));
                steps.push(quote!(return #value;));
            }
        }
    }

    /// A call of the function in `opforge`, or of the method of the user's trait.
    fn handler(&self, handler: &Handler) -> TokenStream {
        let row = self.row;
        let used = vec![true; row.inputs.len()];
        let checks = self.checks(&used);
        let mut place = self.place(self.declared_forms(&used));
        let fuel = self.fuel(&mut place);
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
                    handlers.#method(&mut super::#context::new(context), #(#arguments),*).map_err(super::#trap::code)
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
        let outputs: Vec<_> = row
            .outputs
            .iter()
            .filter_map(|output| match output.passes {
                Some(input) => Some(place.input_value(input)),
                None => next.next().map(|(output, name)| Form::of(output.ty).wrap(name.to_token_stream())),
            })
            .collect();
        let value = match outputs.as_slice() {
            [output] => {
                let form = output_form(row);
                self.converted(output.clone(), Form::Value, form)
            }
            outputs => quote!([#(#outputs),*]),
        };
        quote!(#checks #fuel #binding #call?; Ok(#value))
    }
}

/// Whether a row's function takes the operand.
pub(super) fn is_passed(row: &Instruction, operand: usize) -> bool {
    let entered = row.flow.enters.is_some_and(|(function, _)| function == operand);
    row.operands[operand].kind != OperandKind::Target && !entered
}

/// A `Value` as an `Option` of what it is held in by that form.
fn as_form(value: &impl ToTokens, form: Form) -> TokenStream {
    match form {
        Form::Bool => quote!(#value.as_bool()),
        Form::Int => quote!(#value.as_int()),
        Form::Float => quote!(#value.as_float()),
        Form::Text => quote!(#value.as_text()),
        Form::Value => quote!(Some(#value)),
    }
}
