//! `opforge asm`: assembly → module.

use crate::arguments::AsmArguments;
use crate::exit::{Exit, Failure};
use crate::files::{self, Input, Product};
use crate::terminal::{BOLD, PLAIN, RED, line};
use opforge::{InstructionSet, Module, Verified, VerifyError, assemble, verify};
use std::fmt::Write;

pub(crate) fn asm<I: InstructionSet>(arguments: &AsmArguments) -> Result<Exit, Failure> {
    let input = files::read(&arguments.file)?;
    let mut module = load::<I>(&input)?;
    if arguments.strip {
        module.files.clear();
        module.functions.iter_mut().for_each(|function| function.lines.clear());
    }
    let verified = verified::<I>(module, &input.name)?;
    files::write(&arguments.output, &verified.module().to_bytes(), Product::Module, arguments.force)?;
    Ok(Exit::Success)
}

/// The module in a file, or the one that its assembly makes.
pub(crate) fn load<I: InstructionSet>(input: &Input) -> Result<Module, Failure> {
    if input.is_module() {
        return Module::from_bytes(&input.bytes).map_err(|error| {
            Failure::rendered(format!("{RED}error{PLAIN}: {}", line(format!("`{}`: {error}", input.name))))
        });
    }
    let text = input.text()?;
    assemble::<I>(&input.name, text).map_err(|errors| {
        if input.is_table() {
            return Failure::input(
                format!("`{}` is a table of instructions, not a program", input.name),
                format!("`opforge spec check {}` says whether it is right", input.argument),
            );
        }
        Failure::rendered(errors.to_string())
    })
}

/// Verifies a module; what it breaks is shown with file and line where the module knows them.
pub(crate) fn verified<I: InstructionSet>(module: Module, name: &str) -> Result<Verified<I>, Failure> {
    // Verifying takes the module, and the messages need its lines.
    verify::<I>(module.clone()).map_err(|errors| {
        let mut text = String::new();
        for error in errors.errors() {
            let mut at = format!("`{name}`");
            // Writing to a `String` cannot fail.
            if let Some(function) = &error.function {
                let _ = write!(at, ", function `{function}`");
            }
            if let Some(pc) = error.pc {
                let _ = write!(at, " at {pc:#06x}");
            }
            if let Some(place) = place(&module, error) {
                let _ = write!(at, " ({place})");
            }
            let message = line(format!("{at}: {}", error.rule));
            let _ = writeln!(text, "{RED}error{PLAIN}: {message}\n  {BOLD}help{PLAIN}: {}", line(error.rule.remedy()));
        }
        Failure::rendered(text)
    })
}

/// File and line of what is wrong.
pub(crate) fn place(module: &Module, error: &VerifyError) -> Option<String> {
    let name = error.function.as_ref()?;
    let function = module.functions.iter().position(|function| function.name == *name)?;
    let (file, line) = module.source_line(function, error.pc?)?;
    Some(format!("{file}:{line}"))
}
