//! One expression of a `does` body → Rust tokens.
//!
//! Both engines call this; it is the only thing that they share. What a step does to the stack is the engines' own.

use crate::literals::immediate;
use crate::names::{Form, Locals, effects_type, ident, operand_as, rust_path, trap_code};
use opforge_core::{Scalar, Type};
use opforge_spec::model::{Condition, Expr, Instruction, InstructionSet, Param, Primitive, PrimitiveId};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeMap;

/// What is known at one place of a body: how every name is held.
pub(crate) struct Bindings<'a> {
    pub(crate) set: &'a InstructionSet,
    pub(crate) row: &'a Instruction,
    pub(crate) locals: &'a Locals,
    /// One form per input; that of a group is not used.
    pub(crate) inputs: Vec<Form>,
    /// The forms of the names assigned so far.
    pub(crate) assigned: BTreeMap<String, Form>,
    /// How many arguments were hoisted so far.
    pub(crate) hoisted: usize,
    /// Whether int arithmetic that does not fit stops at the bounds, as it does in a charge: work is not cheaper for being
    /// larger than can be counted.
    pub(crate) saturates: bool,
}

impl Bindings<'_> {
    /// The expression in the wanted form. Statements that must run before it are added to `before`.
    pub(crate) fn expr_as(&mut self, expr: &Expr, wanted: Form, before: &mut Vec<TokenStream>) -> TokenStream {
        let (tokens, form) = self.expr(expr, before);
        if form == wanted {
            tokens
        } else if wanted == Form::Value {
            form.wrap(tokens)
        } else {
            wanted.unwrap(form.wrap(tokens))
        }
    }

    /// The condition as a Rust `bool`, in the sense in which it is met.
    pub(crate) fn condition(&mut self, condition: &Condition, before: &mut Vec<TokenStream>) -> TokenStream {
        let value = self.expr_as(&condition.value, Form::of(Type::BOOL), before);
        if condition.negated { quote!(!#value) } else { value }
    }

    /// An input as a `Value`.
    pub(crate) fn input_value(&self, input: usize) -> TokenStream {
        self.inputs[input].wrap(self.locals.input(input).to_token_stream())
    }

    /// An assigned name as a `Value`.
    pub(crate) fn assigned_value(&self, name: &str) -> TokenStream {
        let form = self.assigned.get(name).copied().unwrap_or(Form::Value);
        form.wrap(self.locals.assigned(name).to_token_stream())
    }

    /// The name of a value that is computed before what needs it.
    pub(crate) fn hoist(&mut self) -> Ident {
        self.hoisted += 1;
        Ident::new(&format!("argument_{}", self.hoisted - 1), Span::call_site())
    }

    /// The expression in the form that comes naturally.
    pub(crate) fn expr(&mut self, expr: &Expr, before: &mut Vec<TokenStream>) -> (TokenStream, Form) {
        match expr {
            Expr::Input(input, _) => (self.locals.input(*input).to_token_stream(), self.inputs[*input]),
            Expr::Operand(operand) => self.operand(*operand),
            Expr::Name(name, ty) => {
                let form = self.assigned.get(name).copied().unwrap_or(Form::of(*ty));
                (self.locals.assigned(name).to_token_stream(), form)
            }
            Expr::Literal(value) => literal(*value),
            Expr::If { condition, then, otherwise, ty } => {
                let form = Form::of(*ty);
                let condition = self.expr_as(condition, Form::of(Type::BOOL), before);
                let then = self.expr_as(then, form, before);
                let otherwise = self.expr_as(otherwise, form, before);
                (quote!((if #condition { #then } else { #otherwise })), form)
            }
            Expr::Call { primitive, arguments, .. } => self.call(*primitive, arguments, before),
        }
    }

    fn operand(&self, operand: usize) -> (TokenStream, Form) {
        let name = self.locals.operand(operand);
        let kind = self.row.operands[operand].kind;
        let form = Form::of(kind.number().unwrap_or(Type::INT));
        let held = form.rust_type().to_string();
        (if held == kind.stored() { quote!(#name) } else { quote!(i64::from(#name)) }, form)
    }

    /// A call of the primitive's Rust function. Arguments that have effects of their own go first, left to right,
    /// where Rust could not borrow the context for both or the order would change.
    fn call(&mut self, id: PrimitiveId, arguments: &[Expr], before: &mut Vec<TokenStream>) -> (TokenStream, Form) {
        let primitive = self.set.primitive(id);
        let hoists = arguments.iter().any(|argument| self.hoists(argument))
            || primitive.needs_context() && arguments.iter().any(|argument| self.has_effect(argument));
        let mut passed: Vec<TokenStream> = Vec::new();
        if primitive.needs_context() {
            let (module, effects) = (ident("effects"), effects_type(&primitive.effects));
            passed.push(quote!(&mut context.only::<super::#module::#effects>()));
        }
        for (argument, param) in arguments.iter().zip(&primitive.params) {
            let tokens = self.argument(argument, *param, before);
            if hoists && self.has_effect(argument) {
                let name = self.hoist();
                before.push(quote!(let #name = #tokens;));
                passed.push(name.to_token_stream());
            } else {
                passed.push(tokens);
            }
        }
        let saturating = primitive.std.then(|| saturating(&primitive.name)).flatten().filter(|_| self.saturates);
        let path = rust_path(saturating.unwrap_or(&primitive.rust));
        let trap = primitive.may_trap().then(|| self.trap_of(primitive));
        let form = primitive.result.map_or(Form::Value, Form::of);
        (quote!(#path(#(#passed),*) #trap), form)
    }

    /// What a primitive's trap does: it ends the instruction. That it is one which the primitive declares is looked at where
    /// the function is the user's.
    fn trap_of(&self, primitive: &Primitive) -> TokenStream {
        if primitive.std {
            return quote!(?);
        }
        let (name, traps) = (&primitive.name, primitive.traps.iter().map(|trap| trap_code(self.set.trap(*trap))));
        quote!(.map_err(|code| ::opforge::exec::declared(code, &[#(#traps),*], #name))?)
    }

    fn argument(&mut self, argument: &Expr, param: Param, before: &mut Vec<TokenStream>) -> TokenStream {
        match (param, argument) {
            (Param::Operand(kind), Expr::Operand(operand)) => {
                operand_as(self.locals.operand(*operand), self.row.operands[*operand].kind, kind)
            }
            (Param::Group(_), Expr::Input(input, _)) => self.locals.input(*input).to_token_stream(),
            (Param::Value(ty), _) => self.expr_as(argument, Form::of(ty), before),
            (Param::Operand(_) | Param::Group(_), _) => self.expr(argument, before).0,
        }
    }

    /// Whether evaluating the expression does more than compute.
    fn has_effect(&self, expr: &Expr) -> bool {
        let does = |primitive: &Primitive| primitive.needs_context() || primitive.may_trap();
        matches!(expr, Expr::Call { primitive, .. } if does(self.set.primitive(*primitive)))
            || expr.parts().into_iter().any(|part| self.has_effect(part))
    }

    /// Whether a call within the expression needs its arguments evaluated before.
    fn hoists(&self, expr: &Expr) -> bool {
        let needs_context =
            matches!(expr, Expr::Call { primitive, .. } if self.set.primitive(*primitive).needs_context());
        expr.parts().into_iter().any(|part| self.hoists(part) || needs_context && self.has_effect(part))
    }
}

/// The functions that a charge calls in place of primitives that wrap.
const SATURATING: [(&str, &str); 5] = [
    ("int.add_wrap", "::opforge::core::primitives::int::add_saturating"),
    ("int.sub_wrap", "::opforge::core::primitives::int::sub_saturating"),
    ("int.mul_wrap", "::opforge::core::primitives::int::mul_saturating"),
    ("int.neg_wrap", "::opforge::core::primitives::int::neg_saturating"),
    ("int.shl", "::opforge::core::primitives::int::shl_saturating"),
];

fn saturating(name: &str) -> Option<&'static str> {
    SATURATING.iter().find(|(wraps, _)| *wraps == name).map(|(_, saturates)| *saturates)
}

/// A literal in the form that comes naturally.
pub(crate) fn literal(value: Scalar) -> (TokenStream, Form) {
    (immediate(value), Form::of(value.ty()))
}

#[cfg(test)]
mod tests {
    use super::SATURATING;

    #[test]
    fn what_charges_do_without_wrapping_are_primitives_of_the_prelude() {
        let set = opforge_spec::standard();
        for (name, _) in SATURATING {
            assert!(set.primitives().iter().any(|primitive| primitive.name == name), "`{name}` is not in the prelude");
        }
    }
}
