//! `fn step` and the reference engine: one function per row, in stack form, everything checked.
//!
//! Each function looks at its inputs, computes, and only then replaces them: a trap leaves the stack as it was.
//! Nothing here is meant to be fast.

mod steps;

use crate::analysis::{calls_own_handler, part_row};
use crate::excluded::excluded;
use crate::literals::operand_number;
use crate::names::{Home, Locals, ident, op_pattern, operand_as, operand_type, rust_path};
use opforge_core::{Operand, OperandKind};
use opforge_spec::model::{Body, Handler, Instruction, InstructionSet, Part, PartOperand};
use proc_macro2::TokenStream;
use quote::quote;
use steps::Function;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let own = set.instructions().iter().any(calls_own_handler);
    let arms = set.instructions().iter().map(|row| {
        let locals = Locals::new(row);
        let (pattern, function) = (op_pattern(row, &locals), Home::Engine.beside(row));
        let handlers = calls_own_handler(row).then(|| quote!(handlers,));
        let operands = (0..row.operands.len()).map(|operand| locals.operand(operand));
        quote!(#pattern => #function(context, #handlers #(#operands),*),)
    });
    let functions: Vec<TokenStream> = set.instructions().iter().map(|row| function(set, row)).collect();
    let engine = Home::Engine.with("The reference engine: one function per instruction.", &functions);
    let (generics, parameter) =
        if own { (Some(quote!(<H: Handlers>)), Some(quote!(handlers: &mut H,))) } else { (None, None) };
    quote! {
        /// Runs `op` in stack form.
        fn step #generics (
            op: &Op,
            context: &mut ::opforge::exec::StepContext<'_>,
            #parameter
        ) -> Result<::opforge::Flow, ::opforge::TrapCode> {
            match *op {
                #(#arms)*
            }
        }

        #engine
    }
}

fn function(set: &InstructionSet, row: &Instruction) -> TokenStream {
    let locals = Locals::new(row);
    let body = match &row.body {
        Body::Seq(parts) => sequence(set, row, &locals, parts),
        Body::Handler(handler) => handled(set, row, &locals, handler),
        Body::Shuffle => Function::new(set, row, &locals).shuffle(),
        Body::Does(block) => Function::new(set, row, &locals).does(block),
        Body::Cases { cases, otherwise } => Function::new(set, row, &locals).cases(cases, otherwise.as_ref()),
    };
    let name = ident(&row.mnemonic);
    let docs = crate::literals::docs(&format!("`{}`: `{}`", row.name, row.stack.trim()));
    let operands = row.operands.iter().enumerate().map(|(index, operand)| {
        let (name, ty) = (locals.operand(index), operand_type(operand.kind));
        quote!(#name: #ty)
    });
    let (generics, handlers) = if calls_own_handler(row) {
        (Some(quote!(<H: super::Handlers>)), Some(quote!(handlers: &mut H,)))
    } else {
        (None, None)
    };
    quote! {
        #docs
        pub(super) fn #name #generics (
            context: &mut ::opforge::exec::StepContext<'_>,
            #handlers
            #(#operands),*
        ) -> Result<::opforge::Flow, ::opforge::TrapCode> {
            #body
        }
    }
}

/// The parts one after the other; the context restores everything when one of them traps. No part but the last leaves
/// the sequence, and none is a handler: the checker sees to that.
fn sequence(set: &InstructionSet, row: &Instruction, locals: &Locals, parts: &[Part]) -> TokenStream {
    let function = Function::new(set, row, locals);
    let (checks, count) = (function.type_checks(), function.input_count());
    let calls: Vec<TokenStream> = parts
        .iter()
        .map(|part| {
            let inner = part_row(set, part);
            let function = Home::Engine.of(inner);
            let operands = inner
                .operands
                .iter()
                .zip(&part.operands)
                .map(|(operand, given)| part_operand(row, locals, operand.kind, given));
            quote!(#function(context, #(#operands),*))
        })
        .collect();
    let Some((last, first)) = calls.split_last() else {
        return quote!(#checks Ok(::opforge::Flow::Next));
    };
    quote! {
        #checks
        context.sequence(#count, |context| { #(#first?;)* #last })
    }
}

fn part_operand(row: &Instruction, locals: &Locals, wanted: OperandKind, given: &PartOperand) -> TokenStream {
    match given {
        PartOperand::Row(operand) => operand_as(locals.operand(*operand), row.operands[*operand].kind, wanted),
        PartOperand::Literal(value) => match Operand::of_kind(wanted, *value) {
            Some(operand) => operand_number(operand),
            None => excluded(&format!("`{value}` as an operand of kind `{}`", wanted.name())),
        },
    }
}

/// A call of the function in `opforge`, or of the method of the user's trait.
fn handled(set: &InstructionSet, row: &Instruction, locals: &Locals, handler: &Handler) -> TokenStream {
    let call = match &handler.std {
        Some(path) => {
            let path = rust_path(path);
            quote!(#path(context,))
        }
        None => {
            let (method, context) = (ident(&handler.name), crate::names::handler_context(&handler.name));
            quote!(<H as super::Handlers>::#method(handlers, &mut super::#context::new(context),))
        }
    };
    let trap = handler.std.is_none().then(|| {
        let trap = crate::names::handler_trap(&handler.name);
        quote!(.map_err(super::#trap::code))
    });
    Function::new(set, row, locals).handled(call, trap)
}
