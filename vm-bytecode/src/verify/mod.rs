//! Module → verified module, the only thing that a machine runs.
//!
//! The driver walks each function once, in time linear in its code and without recursion; what an instruction asks for
//! it reads off the table's row. Code that nothing reaches must decode, and its operands must name what is there; its
//! stack is not looked at. Values are dynamic: their types are not the verifier's concern.
//!
//! Regions of exception handlers are nested or disjoint, and by start, the longer first. A handler begins outside of
//! the region that it guards. Where an instruction of the region can be reached, its `start` can be too, the stack is
//! at least `height` deep, with a call's arguments taken off, and no scope that was open at `start` is closed.

mod error;
mod map;
mod regions;
mod lists;
mod facts;
mod verified;
mod structure;
mod rules;
mod flow;
mod states;

pub use error::{CodePlace, Rule, VerifyError, VerifyErrors, Ways};
pub use facts::{Entry, FunctionFacts};
pub use flow::{Analysis, analyse};
pub use regions::{HandlerEntry, RegionTable};
pub use states::{StackState, StackStates};
pub use verified::{Verified, VerifiedModule};

use crate::isa::InstructionSet;
use crate::module::Module;

/// More errors than these are not reported for one module.
const MAX_ERRORS: usize = 50;

/// Checks a module against the rules of the instruction set `I`.
///
/// # Errors
/// What it breaks: everything about its names and tables, and the first thing about each function, 50 in all.
pub fn verify<I: InstructionSet>(module: Module) -> Result<Verified<I>, VerifyErrors> {
    verify_with::<I>(module, None)
}

/// Like [`verify`], but function `function` is a fragment: it is entered and left as `entry` says.
///
/// # Errors
/// As [`verify`].
pub fn verify_fragment<I: InstructionSet>(
    module: Module,
    function: usize,
    entry: Entry,
) -> Result<Verified<I>, VerifyErrors> {
    verify_with::<I>(module, Some((function, entry)))
}

fn verify_with<I: InstructionSet>(
    module: Module,
    fragment: Option<(usize, Entry)>,
) -> Result<Verified<I>, VerifyErrors> {
    let mut errors = structure::check(&module, I::table());
    if !errors.is_empty() {
        errors.truncate(MAX_ERRORS);
        return Err(VerifyErrors::new(errors));
    }
    let mut functions = Vec::new();
    for (index, function) in module.functions.iter().enumerate() {
        let entry = fragment.filter(|(fragment, _)| *fragment == index).map(|(_, entry)| entry);
        match flow::check::<I>(&module, function, entry.unwrap_or_default()) {
            Ok(facts) => functions.push(facts),
            Err(mut error) => {
                error.source = error.pc.and_then(|pc| error::source(&module, function, pc));
                errors.push(error);
            }
        }
        if errors.len() == MAX_ERRORS {
            break;
        }
    }
    if errors.is_empty() { Ok(Verified::new(module, functions)) } else { Err(VerifyErrors::new(errors)) }
}

#[cfg(test)]
mod tests;
