//! `TABLE`: what a generated machine knows of its table at run time.

use crate::excluded::excluded;
use crate::literals::{hex64, index, int, opcode, operand_kind, scalar, unsigned, value_type};
use crate::names::{ident, trap_code};
use crate::role::Role;
use opforge_core::slot_form::{RowForm, SlotTable};
use opforge_core::{Operand, Scalar, Through};
use opforge_spec::model::{
    Body, Example, ExampleOperand, Fusion, Instruction, InstructionSet, Literal, NativeState, Outcome, Output,
    PartOperand, PatternOperand, PatternPart, Rewrite,
};
use opforge_spec::slots::slot_table;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let (name, version, hash) = (set.name(), unsigned(u64::from(set.version())), hex64(set.hash()));
    let families = set.families().iter().map(|family| {
        let (name, doc, fixtures, file) = (&family.name, family.doc.trim(), &family.fixtures, &family.fixtures_file);
        quote!(::opforge::metadata::FamilyInfo { name: #name, doc: #doc, fixtures: #fixtures, fixtures_file: #file })
    });
    let slots = slot_table(set);
    let rows = set.instructions().iter().zip(slots.rows.iter()).enumerate();
    let instructions = rows.map(|(position, (row, form))| instruction(set, position, row, form));
    let traps = set.traps().iter().map(|trap| {
        let (name, code, doc) = (&trap.name, trap_code(trap), trap.doc.trim());
        quote!(::opforge::metadata::TrapInfo { name: #name, code: #code, doc: #doc })
    });
    let fusions = set.fusions().iter().enumerate().map(|(position, row)| fusion(set, &slots, position, row));
    let rewrites = set.rewrites().iter().map(|row| rewrite(set, row));
    quote! {
        /// The table that this machine was generated from.
        pub static TABLE: ::opforge::metadata::Table = ::opforge::metadata::Table {
            name: #name,
            version: #version,
            hash: #hash,
            families: &[#(#families),*],
            instructions: &[#(#instructions),*],
            traps: &[#(#traps),*],
            fusions: &[#(#fusions),*],
            rewrites: &[#(#rewrites),*],
            find,
        };
    }
}

fn instruction(set: &InstructionSet, position: usize, row: &Instruction, form: &RowForm) -> TokenStream {
    let (name, mnemonic, doc, stack) = (&row.name, &row.mnemonic, row.doc.trim(), row.stack.trim());
    let (code, family, position) = (opcode(row.code), index(row.family), index(position));
    let operands = row.operands.iter().map(|operand| {
        let (name, kind) = (&operand.name, operand_kind(operand.kind));
        quote!(::opforge::metadata::OperandInfo { name: #name, kind: #kind })
    });
    let inputs = row.inputs.iter().map(|input| {
        let (name, ty, count) = (&input.name, value_type(input.ty), option(input.count.map(index)));
        quote!(::opforge::metadata::InputInfo { name: #name, ty: #ty, count: #count })
    });
    let outputs = outputs_info(&row.outputs);
    let (peak, fixed) = (unsigned(u64::from(row.peak)), fixed(set, row));
    let jumps = row.flow.jumps.iter().map(|&jump| {
        let (outputs, jump) = (outputs_info(row.outputs_at(jump)), index(jump));
        quote!((#jump, #outputs))
    });
    let (falls_through, returns, raises) = (row.flow.next, row.flow.returns, row.flow.raises);
    let enters = option(row.flow.enters.map(|(function, group)| {
        let (function, group) = (index(function), index(group));
        quote!((#function, #group))
    }));
    let scope = int(i64::from(row.flow.scope));
    let traps = row.traps.iter().map(|trap| trap_code(set.trap(*trap)));
    let effects = row.effects.iter().map(|effect| {
        let name = ident(effect.name());
        quote!(::opforge::core::Effect::#name)
    });
    let native = match row.native.state {
        NativeState::Inline => quote!(Inline),
        NativeState::Helper => quote!(Helper),
        NativeState::Exit => quote!(Exit),
    };
    let role = option(crate::role::role(row, form).map(role));
    let examples = row.examples.iter().map(|row| example(set, row));
    quote! {
        ::opforge::metadata::InstructionInfo {
            name: #name,
            mnemonic: #mnemonic,
            code: #code,
            family: #family,
            doc: #doc,
            stack: #stack,
            operands: &[#(#operands),*],
            inputs: &[#(#inputs),*],
            outputs: #outputs,
            jumps: &[#(#jumps),*],
            peak: #peak,
            fixed: &[#(#fixed),*],
            falls_through: #falls_through,
            returns: #returns,
            raises: #raises,
            enters: #enters,
            scope: #scope,
            traps: &[#(#traps),*],
            effects: &[#(#effects),*],
            native: ::opforge::core::NativeState::#native,
            role: #role,
            examples: &[#(#examples),*],
            accepts: ACCEPTS[#position],
        }
    }
}

fn fusion(set: &InstructionSet, slots: &SlotTable, position: usize, fusion: &Fusion) -> TokenStream {
    let lines = pattern(set, &fusion.pattern);
    // Forms with a constant come before the instruction itself.
    let op = slots.ops.iter().rfind(|op| op.fusion == Some(position) && !op.is_typed());
    let (name, mnemonic) =
        (&fusion.name, op.map_or_else(|| excluded("a fusion that is no instruction"), |op| op.name.to_token_stream()));
    quote!(::opforge::metadata::FusionInfo { name: #name, mnemonic: #mnemonic, pattern: &[#(#lines),*] })
}

fn rewrite(set: &InstructionSet, rewrite: &Rewrite) -> TokenStream {
    let (name, lines) = (&rewrite.name, pattern(set, &rewrite.from));
    let numbers = rewrite.numbers.iter().copied().map(scalar);
    quote! {
        ::opforge::metadata::RewriteInfo {
            name: #name,
            pattern: &[#(#lines),*],
            numbers: &[#(#numbers),*],
        }
    }
}

fn pattern(set: &InstructionSet, parts: &[PatternPart]) -> Vec<TokenStream> {
    // Names of operands and of places, numbered apart.
    let (mut names, mut labels): (Vec<&str>, Vec<&str>) = Default::default();
    let lines = parts.iter().map(|part| match part {
        PatternPart::Label(label) => {
            let number = numbered(&mut labels, label);
            quote!(::opforge::metadata::PatternLine::Label(#number))
        }
        PatternPart::Instruction(row, given) => {
            let kinds = set.instructions()[row.0].operands.iter().map(|operand| operand.kind);
            let operands = kinds.zip(given).map(|(kind, operand)| {
                let operand = match operand {
                    PatternOperand::Variable(name) => call("Variable", numbered(&mut names, name)),
                    PatternOperand::Label(name) => call("Label", numbered(&mut labels, name)),
                    PatternOperand::Literal(value) => {
                        let number = Operand::of_kind(kind, *value).map_or(*value, Operand::scalar);
                        call("Number", scalar(number))
                    }
                };
                quote!(::opforge::metadata::LineOperand::#operand)
            });
            let (operands, row): (Vec<_>, _) = (operands.collect(), index(row.0));
            quote!(::opforge::metadata::PatternLine::Row(#row, &[#(#operands),*]))
        }
    });
    lines.collect()
}

fn call(name: &str, argument: impl ToTokens) -> TokenStream {
    let name = crate::names::ident(name);
    quote!(#name(#argument))
}

fn numbered<'a>(names: &mut Vec<&'a str>, name: &'a str) -> TokenStream {
    let known = names.iter().position(|known| *known == name);
    index(known.unwrap_or_else(|| {
        names.push(name);
        names.len() - 1
    }))
    .to_token_stream()
}

fn role(role: Role) -> TokenStream {
    match role {
        Role::GetLocal => quote!(::opforge::metadata::Role::GetLocal),
        Role::SetLocal => quote!(::opforge::metadata::Role::SetLocal),
        Role::LoadConstant => quote!(::opforge::metadata::Role::LoadConstant),
        Role::LoadOperand => quote!(::opforge::metadata::Role::LoadOperand),
        Role::Load(value) => {
            let value = scalar(value);
            quote!(::opforge::metadata::Role::Load(#value))
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

fn outputs_info(outputs: &[Output]) -> TokenStream {
    let outputs = outputs.iter().map(|output| {
        let (ty, passes) = (value_type(output.ty), option(output.passes.map(index)));
        quote!(::opforge::metadata::OutputInfo { ty: #ty, passes: #passes })
    });
    quote!(&[#(#outputs),*])
}

/// The indices that a `seq` writes into its parts: no operand of the row holds them, and they must exist all the same.
fn fixed(set: &InstructionSet, row: &Instruction) -> Vec<TokenStream> {
    let Body::Seq(parts) = &row.body else { return Vec::new() };
    let mut all = Vec::new();
    for part in parts {
        let inner = crate::analysis::part_row(set, part);
        for (operand, given) in inner.operands.iter().zip(&part.operands) {
            if let (true, PartOperand::Literal(Scalar::Int(value))) = (operand.kind.is_index(), given) {
                let (kind, value) = (operand_kind(operand.kind), int(*value));
                all.push(quote!((#kind, #value)));
            }
        }
        all.extend(fixed(set, inner));
    }
    all
}

fn example(set: &InstructionSet, example: &Example) -> TokenStream {
    let text = &example.text;
    let (slots, globals, inputs) = (literals(&example.slots), literals(&example.globals), literals(&example.inputs));
    let operands = example.operands.iter().map(|operand| match operand {
        ExampleOperand::Omitted => quote!(::opforge::metadata::GivenOperand::Omitted),
        ExampleOperand::Number(value) => {
            let value = scalar(*value);
            quote!(::opforge::metadata::GivenOperand::Number(#value))
        }
        ExampleOperand::Constant(value) => {
            let value = literal(value);
            quote!(::opforge::metadata::GivenOperand::Constant(#value))
        }
        ExampleOperand::Function(name) => quote!(::opforge::metadata::GivenOperand::Function(#name)),
    });
    let outcome = outcome(set, &example.outcome);
    let slots_after = option(example.slots_after.as_deref().map(literals));
    let globals_after = option(example.globals_after.as_deref().map(literals));
    let text_of = |text: &Option<String>| option(text.as_ref().map(|text| quote!(#text)));
    let (reads, prints) = (text_of(&example.reads), text_of(&example.prints));
    quote! {
        ::opforge::metadata::ExampleInfo {
            text: #text,
            slots: #slots,
            globals: #globals,
            reads: #reads,
            operands: &[#(#operands),*],
            inputs: #inputs,
            outcome: #outcome,
            slots_after: #slots_after,
            globals_after: #globals_after,
            prints: #prints,
        }
    }
}

fn outcome(set: &InstructionSet, outcome: &Outcome) -> TokenStream {
    match outcome {
        Outcome::Next(values) => {
            let values = literals(values);
            quote!(::opforge::metadata::ExampleOutcome::Next(#values))
        }
        Outcome::Jump(Through { operand, entry }, values) => {
            let (operand, values) = (index(*operand), literals(values));
            let entry = match entry {
                Some(entry) => {
                    let entry = index(*entry);
                    quote!(Some(#entry))
                }
                None => quote!(None),
            };
            let through = quote!(::opforge::metadata::Through { operand: #operand, entry: #entry });
            quote!(::opforge::metadata::ExampleOutcome::Jump(#through, #values))
        }
        Outcome::Trap(trap) => {
            let code = trap_code(set.trap(*trap));
            quote!(::opforge::metadata::ExampleOutcome::Trap(#code))
        }
        Outcome::Return(value) => {
            let value = literal(value);
            quote!(::opforge::metadata::ExampleOutcome::Return(#value))
        }
        Outcome::Raise(value) => {
            let value = literal(value);
            quote!(::opforge::metadata::ExampleOutcome::Raise(#value))
        }
    }
}

fn literals(values: &[Literal]) -> TokenStream {
    let values = values.iter().map(literal);
    quote!(&[#(#values),*])
}

fn literal(value: &Literal) -> TokenStream {
    match value {
        Literal::Scalar(value) => {
            let value = scalar(*value);
            quote!(::opforge::metadata::Literal::Scalar(#value))
        }
        Literal::Text(text) => quote!(::opforge::metadata::Literal::Text(#text)),
    }
}
