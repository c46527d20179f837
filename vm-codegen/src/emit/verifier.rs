//! `fn verify`: the rules that hold at one place where an op stands, read off its row.
//!
//! What a rule means is `Rules`' business; the calls come in one order for every row: operand indices, arity, pop,
//! peak, scope, jumps, then what comes after.

use crate::analysis::part_row;
use crate::literals::{index, unsigned};
use crate::names::{Locals, op_pattern};
use opforge_core::{OperandKind, Scalar};
use opforge_spec::model::{Body, Instruction, InstructionSet, Output, PartOperand};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let arms = set.instructions().iter().map(|row| arm(set, row));
    quote! {
        /// Applies the row's verification rules at one place.
        fn verify(op: &Op, rules: &mut ::opforge::Rules<'_>) -> Result<(), ::opforge::VerifyError> {
            match *op {
                #(#arms)*
            }
        }
    }
}

fn arm(set: &InstructionSet, row: &Instruction) -> TokenStream {
    let locals = Locals::new(row);
    let mut rules: Vec<TokenStream> = Vec::new();
    let mut looked_at = vec![false; row.operands.len()];
    for (position, operand) in row.operands.iter().enumerate() {
        if let Some(rule) = index_rule(operand.kind, locals.operand(position).to_token_stream()) {
            rules.push(rule);
            looked_at[position] = true;
        }
    }
    constant_indices(set, row, &mut rules);
    if let Some((function, group)) = row.flow.enters {
        let function_name = locals.operand(function);
        let count = match row.inputs.get(group).and_then(|input| input.count) {
            Some(count) => {
                looked_at[count] = true;
                let count = locals.operand(count);
                quote!(u32::from(#count))
            }
            None => quote!(0),
        };
        rules.push(quote!(rules.arity(#function_name, #count)));
    }
    if !row.inputs.is_empty() {
        let count = pop_count(row, &locals, &mut looked_at);
        rules.push(quote!(rules.pop(#count)));
    }
    if row.peak > 0 {
        let peak = unsigned(u64::from(row.peak));
        rules.push(quote!(rules.peak(#peak)));
    }
    match row.flow.scope {
        1.. => rules.push(quote!(rules.open_scope())),
        0 => {}
        _ => rules.push(quote!(rules.close_scope())),
    }
    for &jump in &row.flow.jumps {
        looked_at[jump] = true;
        let (target, pushed) = (locals.operand(jump), pushed(row.outputs_at(jump)));
        rules.push(quote!(rules.jump(#target, #pushed)));
    }
    if row.flow.returns {
        rules.push(quote!(rules.leave()));
    }
    if row.flow.raises {
        rules.push(quote!(rules.raises()));
    }
    if row.flow.next {
        let pushed = pushed(&row.outputs);
        rules.push(quote!(rules.next(#pushed)));
    }
    let pattern = pattern(row, &locals, &looked_at);
    match rules.split_last() {
        None => quote!(#pattern => Ok(()),),
        Some((last, [])) => quote!(#pattern => #last,),
        Some((last, first)) => quote!(#pattern => { #(#first?;)* #last }),
    }
}

/// The op's pattern, without the operands that no rule looks at.
fn pattern(row: &Instruction, locals: &Locals, looked_at: &[bool]) -> TokenStream {
    if looked_at.iter().all(|looked_at| *looked_at) {
        return op_pattern(row, locals);
    }
    let name = crate::names::ident(&row.name);
    let fields =
        row.operands.iter().enumerate().filter(|(position, _)| looked_at[*position]).map(|(position, operand)| {
            let (field, local) = (crate::names::ident(&operand.name), locals.operand(position));
            if field == *local { quote!(#field,) } else { quote!(#field: #local,) }
        });
    quote!(Op::#name { #(#fields)* .. })
}

fn index_rule(kind: OperandKind, value: TokenStream) -> Option<TokenStream> {
    match kind {
        OperandKind::Local => Some(quote!(rules.local(#value))),
        OperandKind::Func => Some(quote!(rules.function(#value))),
        OperandKind::Const => Some(quote!(rules.constant(#value))),
        OperandKind::Global => Some(quote!(rules.global(#value))),
        OperandKind::Block => Some(quote!(rules.block(#value))),
        OperandKind::Count
        | OperandKind::Count8
        | OperandKind::Int
        | OperandKind::I16
        | OperandKind::Float
        | OperandKind::Target => None,
    }
}

/// The indices that a `seq` writes into its parts: no operand of the row holds them, and they must exist all the same.
fn constant_indices(set: &InstructionSet, row: &Instruction, rules: &mut Vec<TokenStream>) {
    let Body::Seq(parts) = &row.body else { return };
    for part in parts {
        let inner = part_row(set, part);
        for (operand, given) in inner.operands.iter().zip(&part.operands) {
            if let PartOperand::Literal(Scalar::Int(value)) = given {
                rules.extend(index_rule(operand.kind, crate::literals::int(*value)));
            }
        }
        constant_indices(set, inner, rules);
    }
}

fn pop_count(row: &Instruction, locals: &Locals, looked_at: &mut [bool]) -> TokenStream {
    let singles = row.single_inputs();
    let mut terms = Vec::new();
    if singles > 0 {
        terms.push(index(singles));
    }
    for count in row.inputs.iter().filter_map(|input| input.count) {
        looked_at[count] = true;
        let count = locals.operand(count);
        terms.push(quote!(u32::from(#count)));
    }
    quote!(#(#terms)+*)
}

fn pushed(outputs: &[Output]) -> TokenStream {
    index(outputs.len())
}
