//! Files → a linked program.

use crate::commands::asm::{load, verified};
use crate::exit::Failure;
use crate::files::Input;
use crate::terminal::{PLAIN, RED, line};
use opforge::{Execute, LinkErrors, Linker, Module, Program};

/// Verifies and links the files, the first as the main one; returns its module, too.
pub(super) fn link<'i, I: Execute>(
    inputs: impl IntoIterator<Item = &'i Input>,
) -> Result<(Program<I>, Module), Failure> {
    let mut modules = Vec::new();
    for input in inputs {
        modules.push(verified::<I>(load::<I>(input)?, &input.name)?);
    }
    let mut modules = modules.into_iter();
    let Some(main) = modules.next() else {
        return Err(Failure::usage("no file is given", "name the program"));
    };
    let module = main.module().clone();
    let linker = modules.fold(Linker::new(), Linker::module);
    let program = linker.link(main).map_err(|errors| Failure::rendered(link_errors(&errors)))?;
    Ok((program, module))
}

/// One line for each error.
fn link_errors(errors: &LinkErrors) -> String {
    errors.errors().iter().map(|error| format!("{RED}error{PLAIN}: {}\n", line(error))).collect()
}
