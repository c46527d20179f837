//! What an instruction of slot form reads, writes and where it goes.

use super::compute::{Signature, is_passed, most_jump_outputs, output_form, split_cases, split_name};
use crate::excluded::excluded;
use crate::literals::{index, operand_number, unsigned};
use crate::names::{Form, OperandType, ident, operand_type};
use opforge_core::slot_form::{Field, OperandSource, PartInput, PartOutputs, RowForm, SlotOp, SlotPart, SlotTable};
use opforge_core::{OperandKind, Scalar, Type};
use opforge_spec::model::{Body, Instruction, InstructionSet};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Lifetime;

/// Instructions of at most so many parts are compiled for each combination of their parts' cases.
const MOST_PARTS_BY_CASE: usize = 3;

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

    /// The arm: it leaves, or has put `ip` where the code goes on.
    pub(super) fn body(&self) -> TokenStream {
        let words = index(self.op.words());
        let skip = quote!(ip = ip.skip(#words););
        if let [SlotPart { row: Some(row), .. }] = &*self.op.parts
            && let RowForm::Runs(runs) = &self.table.rows[*row]
        {
            let leave = self.leave();
            if runs.steps {
                return quote!(fast.step(ip); #leave;);
            }
            if runs.ends {
                let part = self.part(0);
                return quote!(#part fast.pause(ip.skip(#words)); #leave;);
            }
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

    /// Keeps the end of the arm from being merged with that of others, which would cost a jump each time.
    fn apart(&self) -> TokenStream {
        let number = unsigned(self.number as u64);
        if self.hot { quote!(::opforge::prevent_tail_merging!(#number);) } else { TokenStream::new() }
    }

    /// The part at `position` and what comes after it: once for each of the row's split cases if that is short, so that
    /// it is compiled for what the case gives.
    fn then(&self, position: usize, rest: TokenStream) -> TokenStream {
        let part = &self.op.parts[position];
        let whole = self.part(position);
        let short = self.op.parts.len() <= MOST_PARTS_BY_CASE;
        let Some(row) = self.row(part).filter(|_| self.hot && short) else {
            return quote!(#whole #rest);
        };
        let go_on = self.go_on();
        let inputs: Vec<TokenStream> = part.inputs.iter().map(|input| self.input(input)).collect();
        let operands = self.passed(row, part);
        let count = split_cases(self.set, row);
        if count == 0 {
            return quote!(#whole #rest);
        }
        let whole = self.part_again(position);
        let again: Vec<TokenStream> = part.inputs.iter().map(|input| self.input_again(input)).collect();
        let cases = (0..count).map(|case| {
            let name = split_name(row, case);
            let inputs = if case == 0 { &inputs } else { &again };
            let written = self.write(position, part, &quote!(value), output_form(row));
            let apart = self.apart();
            quote!(if let Some(value) = fast::#name(#(#inputs,)* #operands) { #written #rest #apart #go_on; })
        });
        quote!(#(#cases)* #whole #rest)
    }

    fn row(&self, part: &SlotPart) -> Option<&'a Instruction> {
        part.row.map(|row| &self.set.instructions()[row])
    }

    /// Whether a slice may end right after it.
    fn ends(&self) -> bool {
        let ends = |row: usize| matches!(&self.table.rows[row], RowForm::Runs(runs) if runs.ends);
        self.op.parts.iter().filter_map(|part| part.row).any(ends)
    }

    /// Ends the loop.
    fn leave(&self) -> TokenStream {
        if self.hot { quote!(return) } else { quote!(return None) }
    }

    /// Goes on at `ip`; or leaves there, if ticks were charged beside the loop's own.
    fn go_on(&self) -> TokenStream {
        if self.ends() {
            let leave = self.leave();
            return quote!(fast.pause(ip); #leave;);
        }
        if self.hot { quote!(continue 'run) } else { quote!(return Some((ip, base))) }
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
        let bound = if signature.fallible {
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

    /// Puts what later parts would have put into the frame there, and leaves with the trap `code`.
    fn trap(&self, position: usize) -> TokenStream {
        let (spill, part) = (self.spill(position), unsigned(position as u64));
        quote!(#spill fast.trap(ip, #part, code);)
    }

    fn spill(&self, position: usize) -> TokenStream {
        let spill = |kept: &usize| {
            let PartOutputs::Kept(Some(field)) = self.op.parts[*kept].outputs else {
                let excluded = excluded("a value to be put into the frame that has no slot there");
                return quote!(#excluded;);
            };
            let (slot, value) = (self.field(field), self.kept(*kept));
            quote!(base.set(#slot, #value);)
        };
        self.op.parts[position].spills.iter().map(spill).collect()
    }

    /// A call of the row's function.
    fn call(&self, row: &Instruction, part: &SlotPart, signature: &Signature, again: bool) -> TokenStream {
        let name = ident(&row.mnemonic);
        let path = if self.hot { quote!(fast::#name) } else { quote!(self::#name) };
        let context = signature.context.then(|| quote!(&mut fast.context,));
        let handlers = signature.handlers.then(|| quote!(handlers,));
        // What is only passed on would be moved as 16 bytes; what is told apart need not be loaded to be compared.
        let passes = |index: usize| row.inputs[index].ty == Type::ANY && !matches!(row.body, Body::Cases { .. });
        let inputs = part
            .inputs
            .iter()
            .enumerate()
            .map(|(index, input)| if again || passes(index) { self.input_again(input) } else { self.input(input) });
        let operands = self.passed(row, part);
        quote!(#path(#context #handlers #(#inputs,)* #operands))
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

    /// The slot that a field names. What several parts name is read once, before any of them writes.
    fn field(&self, field: usize) -> TokenStream {
        if self.op.parts.len() > 1 {
            return ident(&format!("slot_{field}")).to_token_stream();
        }
        let offset = index(self.offsets[field]);
        quote!(ip.field(#offset))
    }

    /// Reads the slots that the parts name.
    fn slots(&self) -> TokenStream {
        if self.op.parts.len() < 2 {
            return TokenStream::new();
        }
        let slots = self.op.fields.iter().zip(&self.offsets).enumerate().filter_map(|(field, (form, offset))| {
            let (name, offset) = (self.field(field), index(*offset));
            matches!(form, Field::Slot | Field::Slots(_)).then(|| quote!(let #name = ip.field(#offset);))
        });
        slots.collect()
    }

    /// An input that was looked at before: read again, so that the first look need not keep it.
    fn input_again(&self, input: &PartInput) -> TokenStream {
        match input {
            PartInput::Slot(field) => {
                let slot = self.field(*field);
                quote!(base.get_again(#slot))
            }
            input => self.input(input),
        }
    }

    fn input(&self, input: &PartInput) -> TokenStream {
        match input {
            PartInput::Slot(field) => {
                let slot = self.field(*field);
                quote!(base.get(#slot))
            }
            PartInput::Group(field) => {
                let first = self.field(*field);
                let count = match self.op.fields[*field] {
                    Field::Group(count) => self.field(count),
                    other => excluded(&format!("a group in a field that is `{other:?}`")),
                };
                quote!(base.group(#first, usize::from(#count)))
            }
            PartInput::Number(field) => {
                let offset = index(self.offsets[*field]);
                match self.op.fields[*field] {
                    Field::Int16 => quote!(::opforge::Value::int(ip.int16(#offset))),
                    Field::Int => quote!(::opforge::Value::int(ip.int(#offset))),
                    Field::Float => quote!(::opforge::Value::float(ip.float(#offset))),
                    other => excluded(&format!("a number in a field that is `{other:?}`")),
                }
            }
            PartInput::Literal(value) => literal(*value),
            PartInput::Part(part) => self.kept(*part),
        }
    }

    /// The value that an earlier part kept out of the frame.
    fn kept(&self, part: usize) -> TokenStream {
        let form = self.row(&self.op.parts[part]).map_or(Form::Value, output_form);
        form.wrap(ident(&format!("kept_{part}")).to_token_stream())
    }

    fn operand(&self, kind: OperandKind, operand: &OperandSource) -> TokenStream {
        let field = match operand {
            OperandSource::Field(field) => *field,
            OperandSource::Literal(value) => return operand_number(*value),
            OperandSource::Label(_) => return excluded("a label where a number is wanted"),
        };
        let offset = index(self.offsets[field]);
        match kind {
            OperandKind::Int => quote!(ip.int(#offset)),
            OperandKind::Float => quote!(ip.float(#offset)),
            kind => {
                let ty = operand_type(kind);
                let is_field = OperandType::of(kind) == OperandType::U16;
                if is_field { quote!(ip.field(#offset)) } else { quote!((ip.field(#offset) as #ty)) }
            }
        }
    }

    /// Puts the only output where it goes.
    fn write(&self, position: usize, part: &SlotPart, value: &TokenStream, form: Form) -> TokenStream {
        match part.outputs {
            PartOutputs::None => {
                let excluded = excluded("an output that goes nowhere");
                quote!(#excluded;)
            }
            PartOutputs::Slot(field) | PartOutputs::Slots(field) => {
                let (slot, value) = (self.field(field), form.wrap(value.clone()));
                quote!(base.set(#slot, #value);)
            }
            PartOutputs::Kept(_) => {
                let kept = ident(&format!("kept_{position}"));
                quote!(let #kept = #value;)
            }
        }
    }

    /// Puts several outputs one after the other.
    fn write_all(&self, part: &SlotPart, values: &TokenStream, count: usize) -> TokenStream {
        if count == 0 {
            return TokenStream::new();
        }
        let (PartOutputs::Slots(field) | PartOutputs::Slot(field)) = part.outputs else {
            let excluded = excluded("outputs that go nowhere");
            return quote!(#excluded;);
        };
        let first = self.field(field);
        let writes = (0..count).map(|position| {
            let (offset, position) = (unsigned(position as u64), index(position));
            quote!(base.set_after(#first, #offset, #values[#position]);)
        });
        quote!(#(#writes)*)
    }

    /// Goes where the row's function said.
    fn ways(&self, position: usize, row: &Instruction, part: &SlotPart, result: &Ident) -> TokenStream {
        let (leave, go_on) = (self.leave(), self.go_on());
        let mut arms = Vec::new();
        if row.flow.next && row.flow.enters.is_none() {
            let written = self.write_all(part, &quote!(values), row.outputs.len());
            arms.push(quote!(::opforge::exec::Completion::Next(values) => { #written }));
        }
        for (number, operand) in row.flow.jumps.iter().enumerate() {
            let outputs = row.outputs_at(*operand).len().min(most_jump_outputs(row));
            let (written, jump) = (self.write_all(part, &quote!(values), outputs), self.jump(position, part, *operand));
            let number = index(number);
            arms.push(quote!(::opforge::exec::Completion::Jump(#number, values) => { #written #jump }));
        }
        if row.flow.returns {
            arms.push(quote! {
                ::opforge::exec::Completion::Return(value) => match fast.ret(base, value) {
                    Some(next) => { (ip, base) = next; #go_on; }
                    None => { #leave; }
                }
            });
        }
        if row.flow.raises {
            let number = unsigned(position as u64);
            let spill = self.spill(position);
            arms.push(quote! {
                ::opforge::exec::Completion::Raise(value) => { #spill fast.raise(ip, #number, value); #leave; }
            });
        }
        if let Some((function, group)) = row.flow.enters {
            let (OperandSource::Field(function), PartInput::Group(home)) =
                (&part.operands[function], &part.inputs[group])
            else {
                return excluded("a call whose function or arguments are in no field");
            };
            let (function, home, words) = (self.field(*function), self.field(*home), index(self.op.words()));
            arms.push(quote! {
                ::opforge::exec::Completion::Enter => match fast.call(ip, base, #words, #function, #home) {
                    Some(next) => { (ip, base) = next; #go_on; }
                    None => { #leave; }
                }
            });
        }
        // No other way is given; the compiler sees that.
        let number = unsigned(position as u64);
        quote! {
            match #result {
                #(#arms)*
                _ => { fast.trap(ip, #number, ::opforge::TrapCode::INVALID_CODE); #leave; }
            }
        }
    }

    fn jump(&self, position: usize, part: &SlotPart, operand: usize) -> TokenStream {
        let (leave, go_on) = (self.leave(), self.go_on());
        match part.operands[operand] {
            OperandSource::Label(target) if target <= position => {
                quote!(if fast.tick(ip) { #leave; } continue 'again;)
            }
            OperandSource::Label(target) => {
                let label = label(target);
                quote!(break #label;)
            }
            OperandSource::Field(field) => {
                let offset = index(self.offsets[field]);
                quote! {
                    match fast.jump(ip, #offset) {
                        Some(next) => { ip = next; #go_on; }
                        None => { #leave; }
                    }
                }
            }
            OperandSource::Literal(_) => {
                let excluded = excluded("a jump to a number");
                quote!(#excluded;)
            }
        }
    }
}

fn label(part: usize) -> Lifetime {
    Lifetime::new(&format!("'part_{part}"), Span::call_site())
}

fn literal(value: Scalar) -> TokenStream {
    let (tokens, form) = crate::body::literal(value);
    form.wrap(tokens)
}
