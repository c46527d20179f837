//! How an engine function tells its cases apart: patterns over the kinds of its inputs.

use super::Function;
use crate::analysis::{case_types, used_inputs};
use crate::excluded::excluded;
use crate::literals::kinds;
use crate::names::{Form, ident};
use opforge_core::{Kind, Type};
use opforge_spec::model::Case;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;

impl Function<'_> {
    /// Whether an input is told apart at run time; one of a single declared type was unpacked before.
    pub(super) fn is_subject(&self, input: usize) -> bool {
        let input = &self.row.inputs[input];
        input.count.is_none() && Form::of(input.ty) == Form::Value
    }

    pub(super) fn pattern(&self, case: &Case, subjects: &[usize]) -> (TokenStream, Vec<Form>) {
        let types = case_types(self.row, &case.guards);
        let used = used_inputs(self.row, &case.block);
        let mut forms = self.declared_forms();
        let mut patterns = Vec::new();
        for &input in subjects {
            let (ty, form) = (types[input], Form::of(types[input]));
            if form != Form::Value && used[input] {
                let name = self.locals.input(input);
                patterns.push(match ty.single().map(|kind| ident(kind.name())) {
                    Some(kind) => quote!(::opforge::Unpacked::#kind(#name)),
                    None => excluded(&format!("the type `{ty}` in a form of its own")),
                });
                forms[input] = form;
            } else {
                patterns.push(unpacked(ty));
            }
        }
        let pattern = match patterns.as_slice() {
            [pattern] => quote!(#pattern),
            _ => quote!((#(#patterns),*)),
        };
        (pattern, forms)
    }

    /// A case may want a narrower type of a group's values than the row declares.
    pub(super) fn group_guard(&self, case: &Case) -> Option<TokenStream> {
        let types = case_types(self.row, &case.guards);
        let narrowed = self
            .row
            .inputs
            .iter()
            .enumerate()
            .filter(|(index, input)| input.count.is_some() && types[*index] != input.ty);
        let tests: Vec<_> = narrowed
            .map(|(index, _)| {
                let (name, kinds) = (self.locals.input(index), kinds(types[index]));
                quote!(#name.iter().all(|value| ::core::matches!(value.kind(), #kinds)))
            })
            .collect();
        (!tests.is_empty()).then(|| quote!(if #(#tests)&&*))
    }

    /// Whether rustc can see that one of the cases always fits.
    pub(super) fn is_exhaustive(&self, cases: &[Case], subjects: &[usize]) -> bool {
        let plain: Vec<Vec<Type>> = cases
            .iter()
            .filter(|case| self.group_guard(case).is_none())
            .map(|case| {
                let types = case_types(self.row, &case.guards);
                subjects.iter().map(|&input| types[input]).collect()
            })
            .collect();
        covers(&plain, 0, subjects.len())
    }
}

/// Whether the rows of patterns cover every combination of what `Unpacked` has from column `column` on: of the kinds, and of
/// objects, which no value is yet and only a pattern for anything covers.
fn covers(rows: &[Vec<Type>], column: usize, columns: usize) -> bool {
    if rows.is_empty() {
        return false;
    }
    if column == columns {
        return true;
    }
    let fitting = |fits: &dyn Fn(Type) -> bool| -> Vec<Vec<Type>> {
        rows.iter().filter(|row| fits(row[column])).cloned().collect()
    };
    // Kinds that the column does not tell apart are looked at once.
    let mut seen: BTreeSet<Vec<bool>> = BTreeSet::new();
    let mut told_apart =
        Kind::ALL.into_iter().filter(|kind| seen.insert(rows.iter().map(|row| row[column].has(*kind)).collect()));
    let objects = fitting(&|ty| ty == Type::ANY);
    covers(&objects, column + 1, columns)
        && told_apart.all(|kind| covers(&fitting(&|ty| ty.has(kind)), column + 1, columns))
}

/// A pattern over `Unpacked` that binds nothing.
fn unpacked(ty: Type) -> TokenStream {
    if ty == Type::ANY {
        return quote!(_);
    }
    let patterns = ty.kinds().map(|kind| {
        let name = ident(kind.name());
        if kind == Kind::Nil { quote!(::opforge::Unpacked::#name) } else { quote!(::opforge::Unpacked::#name(_)) }
    });
    quote!(#(#patterns)|*)
}
