//! What a row computes, as one function: its inputs and operands are parameters, its outputs the result. Nothing is read
//! from a stack or put there.
//!
//! The first two cases that tell their inputs apart by single kinds are tested in the function itself, which is inlined
//! wherever it is used; the others stand in a function of their own.

mod parameters;
mod inputs;
mod steps;
mod cases;
mod handler;

use super::signature::{Signature, output_form};
use crate::analysis::{case_types, mark, primitives, used_inputs};
use crate::body::Bindings;
use crate::excluded::excluded;
use crate::names::{Form, Home, Locals, ident};
use opforge_core::Type;
use opforge_spec::model::{Block, Body, Case, Instruction, InstructionSet, PrimitiveId, Step};
use opforge_spec::slots::only_computes;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;

/// How many cases are tested in place.
const CASES_IN_PLACE: usize = 2;

/// The functions of rows: a module for each kind of them.
pub(super) fn modules<'a>(set: &InstructionSet, rows: impl Iterator<Item = &'a Instruction>) -> Vec<TokenStream> {
    let (mut all, mut rests, mut cases) = (Vec::new(), Vec::new(), vec![Vec::new(); CASES_IN_PLACE]);
    for row in rows {
        let functions = functions(set, row);
        all.push(functions.all);
        rests.extend(functions.rest);
        cases.iter_mut().zip(functions.cases).for_each(|(cases, case)| cases.push(case));
    }
    let mut modules = vec![Home::Compute.with("The fast engine: what rows compute.", &all)];
    if !rests.is_empty() {
        modules.push(Home::Rest.with("The fast engine: the cases of rows that are not tested in place.", &rests));
    }
    for (number, cases) in cases.iter().enumerate().filter(|(_, cases)| !cases.is_empty()) {
        let doc = format!("The fast engine: case {number} of rows, alone.");
        modules.push(Home::Case(number).with(&doc, cases));
    }
    modules
}

/// What rows give for constants: those that compute one value of others, by the standard primitives and no more.
pub(super) fn of_constants(set: &InstructionSet) -> TokenStream {
    let rows = || set.instructions().iter().enumerate().filter(|(_, row)| only_computes(set.primitives(), row));
    let code = |row: &Instruction| ident(&row.mnemonic.to_uppercase());
    let arms = rows().map(|(_, row)| {
        let (code, name) = (code(row), ident(&row.mnemonic));
        let inputs: Vec<_> = (0..row.inputs.len()).map(|input| quote::format_ident!("value_{input}")).collect();
        let call = quote!(self::compute::#name(#(*#inputs),*));
        let call = if Signature::of(set, row).fallible { quote!(#call.ok()?) } else { call };
        let value = output_form(row).wrap(call);
        quote!((self::rows::#code, [#(#inputs),*]) => Some(#value),)
    });
    let arms: Vec<TokenStream> = arms.collect();
    if arms.is_empty() {
        return quote! {
            /// What a row that only computes gives for constants: the table has none.
            fn of_constants(_: usize, _: &[::opforge::Value]) -> Option<::opforge::Value> {
                None
            }
        };
    }
    let numbers = rows().map(|(index, row)| {
        let (code, number) = (code(row), crate::literals::index(index));
        quote!(pub(super) const #code: usize = #number;)
    });
    quote! {
        /// The rows that only compute, as lowering numbers them.
        mod rows {
            #(#numbers)*
        }

        /// What a row that only computes gives for constants; `None` if it does more, or traps.
        fn of_constants(row: usize, inputs: &[::opforge::Value]) -> Option<::opforge::Value> {
            match (row, inputs) {
                #(#arms)*
                _ => None,
            }
        }
    }
}

/// What a row computes.
struct Functions {
    all: TokenStream,
    /// The cases that `all` does not test in place.
    rest: Option<TokenStream>,
    /// The first cases, each alone.
    cases: Vec<TokenStream>,
}

fn functions(set: &InstructionSet, row: &Instruction) -> Functions {
    let locals = Locals::new(row);
    let compute = Compute { set, row, locals: &locals, signature: Signature::of(set, row) };
    let name = ident(&row.mnemonic);
    let docs = crate::literals::docs(&format!("`{}`: `{}`", row.name, row.stack.trim()));
    let (body, rest) = compute.body();
    let cases = (0..split_cases(set, row)).map(|case| compute.split_case(case)).collect();
    let (generics, parameters, result) = (compute.generics(), compute.parameters(), compute.result_type());
    let all = quote! {
        #docs
        #[inline(always)]
        pub(super) fn #name #generics (#parameters) -> #result { #body }
    };
    Functions { all, rest, cases }
}

/// How many of a row's first cases have functions of their own, so that what follows can be compiled for each case by
/// itself: those that tell inputs apart by single kinds and only compute.
pub(super) fn split_cases(set: &InstructionSet, row: &Instruction) -> usize {
    let Body::Cases { cases, .. } = &row.body else { return 0 };
    let signature = Signature::of(set, row);
    if signature.ways || signature.context || row.outputs.len() != 1 {
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

    fn body(&self) -> (TokenStream, Option<TokenStream>) {
        let none = None;
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
        if let Some(fuel) = &self.row.fuel_per {
            mark(fuel, &mut used);
        }
        let checks = self.checks(&used);
        let mut place = self.place(self.declared_forms(&used));
        let payment = self.payment(&mut place);
        let steps = self.block(&mut place, block);
        quote!(#checks #payment #steps)
    }

    /// Pays for the work out of what the loop has.
    fn payment(&self, place: &mut Bindings<'_>) -> Option<TokenStream> {
        let fuel = self.row.fuel_per.as_ref().filter(|_| self.signature.pays)?;
        let mut before = Vec::new();
        place.saturates = true;
        let ticks = place.expr_as(fuel, Form::of(Type::INT), &mut before);
        place.saturates = false;
        // In a block of its own: an input may have any name.
        Some(quote!({ #(#before)* let ticks = #ticks; ::opforge::exec::pay(budget, ticks)?; }))
    }

    fn place(&self, inputs: Vec<Form>) -> Bindings<'_> {
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
}
