//! `opforge disasm`: module → assembly.

use crate::arguments::DisasmArguments;
use crate::commands::asm::load;
use crate::exit::{Exit, Failure};
use crate::{files, output};
use opforge::{InstructionSet, disassemble};

pub(crate) fn disasm<I: InstructionSet>(arguments: &DisasmArguments) -> Result<Exit, Failure> {
    let input = files::read(&arguments.file)?;
    let module = load::<I>(&input)?;
    let mut text = disassemble::<I>(&module).map_err(|error| {
        Failure::input(
            format!("`{}` cannot be printed: {error}", input.name),
            "`opforge verify` says more; a module must be written for this machine",
        )
    })?;
    if arguments.no_lines {
        // A statement is a line, and no text goes over the end of one.
        text = text.split_inclusive('\n').filter(|line| !line.trim_start().starts_with(".line ")).collect();
    }
    match &arguments.output {
        Some(path) => files::write(path, text.as_bytes())?,
        None => output::print(&text)?,
    }
    Ok(Exit::Success)
}
