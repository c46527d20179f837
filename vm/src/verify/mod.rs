//! Module → verified module, the only thing that a machine runs.
//!
//! The driver walks each function once, in time linear in its code and without recursion; what an instruction asks for
//! it learns from the generated [`InstructionSet::verify`] through [`Rules`]. Code that nothing reaches must decode but
//! is not looked at otherwise. Values are dynamic: their types are not the verifier's concern.
//!
//! Regions of exception handlers are nested or disjoint, and by start, the longer first. A handler begins outside of
//! the region that it guards. Where an instruction of the region can be reached, its `start` can be too, the stack is
//! at least `height` deep, with a call's arguments taken off, and no scope that was open at `start` is closed.

mod error;
mod flow;
mod regions;
mod rules;
mod states;
mod structure;

pub use error::{Rule, VerifyError, VerifyErrors};
pub(crate) use flow::{Analysis, Entry, analyse};
pub use rules::Rules;
pub use states::StackState;

use crate::instruction_set::InstructionSet;
use crate::module::Module;
use crate::slots::LazyCode;
use regions::Guards;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// More errors than these are not reported for one module.
const MOST_ERRORS: usize = 50;

/// A module that keeps every rule of its instruction set. Cloning it is cheap.
pub struct Verified<I> {
    checked: Arc<Checked>,
    set: PhantomData<fn() -> I>,
}

/// A module with what verification found out about its functions.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) module: Module,
    pub(crate) functions: Vec<Facts>,
    /// The slot code of each function, once it was called.
    pub(crate) code: Vec<LazyCode>,
}

/// What is known of a verified function.
#[derive(Debug)]
pub(crate) struct Facts {
    /// Slots of parameters and locals.
    pub(crate) slots: usize,
    /// The deepest that its stack gets. **Units:** values.
    pub(crate) max_depth: usize,
    /// Which handler guards what.
    pub(crate) guards: Guards,
    /// How it is entered and left.
    pub(crate) entry: Entry,
}

impl Facts {
    /// How many value slots a frame takes.
    pub(crate) fn frame_slots(&self) -> usize {
        self.slots + self.max_depth
    }
}

/// Checks a module against the rules of the instruction set `I`.
///
/// # Errors
/// What it breaks: everything about its names and tables, and the first thing about each function, 50 in all.
pub fn verify<I: InstructionSet>(module: Module) -> Result<Verified<I>, VerifyErrors> {
    verify_with::<I>(module, None)
}

/// Like [`verify`], but one function is entered and left in the middle: see [`Entry`].
pub(crate) fn verify_open<I: InstructionSet>(
    module: Module,
    function: usize,
    entry: Entry,
) -> Result<Verified<I>, VerifyErrors> {
    verify_with::<I>(module, Some((function, entry)))
}

fn verify_with<I: InstructionSet>(module: Module, open: Option<(usize, Entry)>) -> Result<Verified<I>, VerifyErrors> {
    let mut errors = structure::check(&module, I::table());
    if !errors.is_empty() {
        errors.truncate(MOST_ERRORS);
        return Err(VerifyErrors::new(errors));
    }
    let mut functions = Vec::new();
    for (index, function) in module.functions.iter().enumerate() {
        let entry = open.filter(|(opened, _)| *opened == index).map(|(_, entry)| entry);
        match flow::check::<I>(&module, function, entry.unwrap_or_default()) {
            Ok(facts) => functions.push(facts),
            Err(error) => errors.push(error),
        }
        if errors.len() == MOST_ERRORS {
            break;
        }
    }
    if errors.is_empty() {
        let code = functions.iter().map(|_| LazyCode::default()).collect();
        Ok(Verified { checked: Arc::new(Checked { module, functions, code }), set: PhantomData })
    } else {
        Err(VerifyErrors::new(errors))
    }
}

impl<I> Verified<I> {
    /// The module.
    pub fn module(&self) -> &Module {
        &self.checked.module
    }

    /// The deepest that the stack of function `index` gets, its slots not counted. **Units:** values.
    pub fn max_depth(&self, index: usize) -> Option<usize> {
        self.checked.functions.get(index).map(|facts| facts.max_depth)
    }

    pub(crate) fn checked(&self) -> &Arc<Checked> {
        &self.checked
    }
}

impl<I> Clone for Verified<I> {
    fn clone(&self) -> Self {
        Self { checked: Arc::clone(&self.checked), set: PhantomData }
    }
}

impl<I> fmt::Debug for Verified<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verified").field(&self.checked).finish()
    }
}

#[cfg(test)]
mod tests;
