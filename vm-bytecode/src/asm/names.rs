//! The names that a text declares, and the nearest one to a name that it does not.

use super::error::{AsmErrorKind, Errors, LineSpan};
use super::parse::{Name, Text};
use std::collections::HashMap;

/// Functions, imports and globals: one namespace.
#[derive(Debug, Default)]
pub(super) struct Names<'t> {
    declared: HashMap<&'t str, LineSpan>,
    callables: HashMap<&'t str, u32>,
    /// `None` for a function whose header could not be read.
    arities: Vec<Option<u32>>,
    globals: HashMap<&'t str, u32>,
}

/// What names are given to, as errors call it.
pub(super) const CALLABLE: &str = "function or import";
pub(super) const GLOBAL: &str = "global";
pub(super) const SLOT: &str = "slot of this function";
pub(super) const LABEL: &str = "label of this function";

/// How many indices an operand of 16 bits can tell apart.
pub(super) const INDICES: usize = 1 << 16;

impl<'t> Names<'t> {
    /// Collects what `text` declares: imports first, then functions.
    pub(super) fn collect(text: &Text<'t>, errors: &mut Errors) -> Self {
        let mut names = Self::default();
        for (name, arity) in &text.imports {
            names.callable(*name, Some(*arity), errors);
        }
        for body in &text.functions {
            let arity = u32::try_from(body.params.len()).unwrap_or(u32::MAX);
            names.callable(body.name, Some(arity).filter(|_| !errors.is_wrong(body.name.place.line)), errors);
        }
        for (global, index) in text.globals.iter().zip(0..) {
            names.declare(*global, errors);
            names.globals.entry(global.text).or_insert(index);
            if index as usize == INDICES {
                errors.add(global.place, AsmErrorKind::TooMany("globals"));
            }
        }
        names
    }

    fn callable(&mut self, name: Name<'t>, arity: Option<u32>, errors: &mut Errors) {
        self.declare(name, errors);
        if self.arities.len() == INDICES {
            errors.add(name.place, AsmErrorKind::TooMany("functions and imports"));
        }
        let index = u32::try_from(self.arities.len()).unwrap_or(u32::MAX);
        self.callables.entry(name.text).or_insert(index);
        self.arities.push(arity);
    }

    fn declare(&mut self, name: Name<'t>, errors: &mut Errors) {
        declare(&mut self.declared, name, "functions, imports or globals", errors);
    }

    /// The operand that names the function or import `name`.
    pub(super) fn find_callable(&self, name: &str, suggest: bool) -> Result<u32, AsmErrorKind> {
        let declare = || format!("define it with `func {name}(…)`, or declare it with `import {name}/ARITY`");
        find(&self.callables, CALLABLE, name, suggest, declare)
    }

    /// The index of the global `name`.
    pub(super) fn find_global(&self, name: &str, suggest: bool) -> Result<u32, AsmErrorKind> {
        find(&self.globals, GLOBAL, name, suggest, || {
            format!("declare it with `global {name}`, before or after the functions")
        })
    }

    /// How many values the function or import behind an operand takes.
    pub(super) fn arity(&self, callable: u32) -> Option<u32> {
        self.arities.get(callable as usize).copied()?
    }
}

/// Notes `name`, or that it was declared before.
pub(super) fn declare<'t>(
    declared: &mut HashMap<&'t str, LineSpan>,
    name: Name<'t>,
    what: &'static str,
    errors: &mut Errors,
) -> bool {
    match declared.get_mut(name.text) {
        Some(known) => {
            // Globals are looked at after functions, wherever they stand.
            let (first, second) = if known.is_after(name.place) { (name.place, *known) } else { (*known, name.place) };
            let kind = AsmErrorKind::Duplicate { what, name: name.text.to_owned(), first_line: first.line };
            errors.add(second, kind);
            *known = first;
            false
        }
        None => {
            declared.insert(name.text, name.place);
            true
        }
    }
}

/// What `names` holds for `name`.
///
/// # Errors
/// That there is no such name, with the nearest one if `suggest` asks for it, else how to declare it.
pub(super) fn find<V: Copy>(
    names: &HashMap<&str, V>,
    what: &'static str,
    name: &str,
    suggest: bool,
    declare: impl FnOnce() -> String,
) -> Result<V, AsmErrorKind> {
    names.get(name).copied().ok_or_else(|| AsmErrorKind::UnknownName {
        what,
        name: name.to_owned(),
        nearest: if suggest { nearest(name, names.keys().copied()) } else { None },
        declare: declare(),
    })
}

/// The candidate that is nearest to `name`, if it is near enough to be what was meant.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    opforge_core::nearest::nearest(name, candidates).map(str::to_owned)
}
