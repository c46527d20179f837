//! What an instruction of slot form reads, writes and where it goes.

mod reads;
mod writes;
mod exits;

use super::compute::split_cases;
use super::signature::{Signature, is_passed, output_form};
use crate::excluded::excluded;
use crate::literals::{index, unsigned};
use crate::names::{Form, Home, ident};
use opforge_core::Type;
use opforge_core::slot_form::{RowForm, SlotOp, SlotPart, SlotTable};
use opforge_spec::model::{Body, Instruction, InstructionSet};
use opforge_spec::slots::{is_tried, sure_cases};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Lifetime;

/// Instructions of at most so many parts are compiled for each combination of their parts' cases.
const MAX_PARTS_BY_CASE: usize = 3;

/// An arm of the loop, or the body of a function that is kept out of it.
pub(super) struct Arm<'a> {
    set: &'a InstructionSet,
    table: &'a SlotTable,
    op: &'a SlotOp,
    offsets: Vec<usize>,
    hot: bool,
    number: usize,
}

impl<'a> Arm<'a> {
    /// The arm of the instruction at `number` in the loop.
    pub(super) fn hot(set: &'a InstructionSet, table: &'a SlotTable, op: &'a SlotOp, number: usize) -> Self {
        Self { set, table, op, offsets: op.offsets().collect(), hot: true, number }
    }

    pub(super) fn cold(set: &'a InstructionSet, table: &'a SlotTable, op: &'a SlotOp) -> Self {
        Self { set, table, op, offsets: op.offsets().collect(), hot: false, number: 0 }
    }

    /// The arm: it leaves, or has put `ip` where the code continues.
    pub(super) fn body(&self) -> TokenStream {
        let words = index(self.op.words());
        let skip = quote!(ip = ip.skip(#words););
        if self.steps() {
            let leave = self.leave();
            return quote!(fast.step(ip); #leave;);
        }
        let slots = self.slots();
        if self.op.labels().next().is_some() {
            let parts = self.parts();
            return quote!(#slots #parts #skip);
        }
        let apart = self.apart();
        let mut rest = quote!(#skip #apart);
        for position in (0..self.op.parts.len()).rev() {
            rest = self.then(position, rest);
        }
        quote!(#slots #rest)
    }

    /// Whether the reference engine runs it, so that nothing comes after it.
    pub(super) fn steps(&self) -> bool {
        let [SlotPart { row: Some(row), .. }] = &*self.op.parts else { return false };
        matches!(&self.table.rows[*row], RowForm::Runs(runs) if runs.steps)
    }

    /// Keeps the end of the arm from being merged with that of others, which would cost a jump each time.
    fn apart(&self) -> TokenStream {
        let number = unsigned(self.number as u64);
        if self.hot { quote!(::opforge::prevent_tail_merging!(#number);) } else { TokenStream::new() }
    }

    /// The part at `position` and what comes after it: once for each of the row's split cases if that is short, so that
    /// it is compiled for what the case computes.
    fn then(&self, position: usize, rest: TokenStream) -> TokenStream {
        let part = &self.op.parts[position];
        let whole = self.part(position);
        let short = self.op.parts.len() <= MAX_PARTS_BY_CASE;
        let Some(row) = self.row(part).filter(|_| self.hot && (short || self.op.is_typed())) else {
            return quote!(#whole #rest);
        };
        let continues = self.continues();
        let inputs: Vec<TokenStream> = self.inputs(part, false);
        let operands = self.passed(row, part);
        let count = split_cases(self.set, row);
        let sure = if self.op.is_typed() { sure_cases(&self.table.cases, self.op) } else { Vec::new() };
        if let Some(case) = sure.get(position).copied().flatten().filter(|case| *case < count) {
            // The kinds are settled while this is compiled, and there is nothing else.
            let name = Home::Case(case).beside(row);
            let written = self.write(position, part, &quote!(value), output_form(row));
            let (spill, number, leave) = (self.spill(position), unsigned(position as u64), self.leave());
            return quote! {
                let Some(value) = #name(#(#inputs,)* #operands) else {
                    #spill
                    fast.trap(ip, #number, ::opforge::TrapCode::INVALID_CODE);
                    #leave;
                };
                #written
                #rest
            };
        }
        if !short {
            return quote!(#whole #rest);
        }
        if count == 0 {
            return quote!(#whole #rest);
        }
        let whole = self.part_again(position);
        let again = self.inputs(part, true);
        let cases = (0..count).map(|case| {
            let name = Home::Case(case).beside(row);
            let inputs = if case == 0 { &inputs } else { &again };
            let written = self.write(position, part, &quote!(value), output_form(row));
            quote!(if let Some(value) = #name(#(#inputs,)* #operands) { #written #rest #continues; })
        });
        quote!(#(#cases)* #whole #rest)
    }

    /// The inputs of a part; `again` if others looked at them before.
    fn inputs(&self, part: &SlotPart, again: bool) -> Vec<TokenStream> {
        let input = |(index, input)| match part.kinds.get(index) {
            Some(Some(kind)) => self.input_of(input, *kind),
            _ if again => self.input_again(input),
            _ => self.input(input),
        };
        part.inputs.iter().enumerate().map(input).collect()
    }

    fn row(&self, part: &SlotPart) -> Option<&'a Instruction> {
        part.row.map(|row| &self.set.instructions()[row])
    }

    /// All parts, within the labels that their jumps go to.
    fn parts(&self) -> TokenStream {
        let count = self.op.parts.len();
        let mut labels: Vec<usize> = self.op.labels().map(|(_, label)| label).collect();
        labels.sort_unstable();
        labels.dedup();
        let mut tokens = TokenStream::new();
        for position in 0..=count {
            if position > 0 && labels.contains(&position) {
                let label = label(position);
                tokens = quote!(#label: { #tokens });
            }
            if position < count {
                let part = self.part(position);
                tokens = quote!(#tokens #part);
            }
        }
        if labels.contains(&0) { quote!('again: loop { #tokens break 'again; }) } else { tokens }
    }

    fn part(&self, position: usize) -> TokenStream {
        self.part_with(position, false)
    }

    /// The part, after others looked at its inputs.
    fn part_again(&self, position: usize) -> TokenStream {
        self.part_with(position, true)
    }

    fn part_with(&self, position: usize, again: bool) -> TokenStream {
        let part = &self.op.parts[position];
        let Some(row) = self.row(part) else {
            let value = match &*part.inputs {
                [input] => self.input(input),
                _ => excluded("a copy that is not of one value"),
            };
            return self.write(position, part, &value, Form::Value);
        };
        let signature = Signature::of(self.set, row);
        let call = self.call(row, part, &signature, again);
        let result = ident(&format!("result_{position}"));
        let bound = if is_tried(row) {
            let leave = self.leave();
            quote! {
                let ticks = fast.try_one();
                let #result = match #call {
                    Ok(value) => value,
                    Err(_) => { fast.stop(ip, ticks); #leave; }
                };
            }
        } else if signature.fallible {
            let (trap, leave) = (self.trap(position), self.leave());
            quote! {
                let #result = match #call {
                    Ok(value) => value,
                    Err(code) => { #trap #leave; }
                };
            }
        } else {
            quote!(let #result = #call;)
        };
        if signature.ways {
            let ways = self.ways(position, row, part, &result);
            return quote!(#bound #ways);
        }
        let written = match (row.outputs.len(), &part.outputs) {
            (1, _) => self.write(position, part, &result.to_token_stream(), output_form(row)),
            _ => self.write_all(part, &result.to_token_stream(), row.outputs.len()),
        };
        quote!(#bound #written)
    }

    /// A call of the row's function.
    fn call(&self, row: &Instruction, part: &SlotPart, signature: &Signature, again: bool) -> TokenStream {
        let path = if self.hot { Home::Compute.beside(row) } else { Home::Compute.of(row) };
        let context = signature.context.then(|| quote!(&mut fast.context,));
        let budget = signature.pays.then(|| quote!(&mut fast.budget,));
        let handlers = signature.handlers.then(|| quote!(handlers,));
        // What is only passed on would be moved as 16 bytes; what is told apart need not be loaded to be compared.
        let passes = |index: usize| row.inputs[index].ty == Type::ANY && !matches!(row.body, Body::Cases { .. });
        let (first, later) = (self.inputs(part, false), self.inputs(part, true));
        let both = first.iter().zip(&later).enumerate();
        let inputs = both.map(|(index, (first, later))| if again || passes(index) { later } else { first });
        let operands = self.passed(row, part);
        quote!(#path(#context #handlers #budget #(#inputs,)* #operands))
    }

    /// The operands that the row's function takes.
    fn passed(&self, row: &Instruction, part: &SlotPart) -> TokenStream {
        let operands = part
            .operands
            .iter()
            .enumerate()
            .filter(|(operand, _)| is_passed(row, *operand))
            .map(|(operand, given)| self.operand(row.operands[operand].kind, given));
        quote!(#(#operands,)*)
    }
}

fn label(part: usize) -> Lifetime {
    Lifetime::new(&format!("'part_{part}"), Span::call_site())
}
