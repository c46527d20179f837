//! `opforge disasm`: module → assembly, with what is known of its instructions beside them if that is asked for.

use crate::arguments::DisasmArguments;
use crate::commands::asm::{load, verified};
use crate::commands::listing::{Columns, Listing};
use crate::exit::{Exit, Failure};
use crate::files::{self, Product};
use crate::output::Sink;
use opforge::{Execute, disassemble};
use std::path::Path;

pub(crate) fn disasm<I: Execute>(arguments: &DisasmArguments) -> Result<Exit, Failure> {
    refuse_idle(arguments)?;
    let input = files::read(&arguments.file)?;
    let module = load::<I>(&input)?;
    let disassembled = disassemble::<I>(&module).map_err(|error| {
        Failure::input(
            format!("`{}` cannot be printed: {error}", input.name),
            "`opforge verify` says more; a module must be written for this machine",
        )
    });
    let path = arguments.output.as_deref().unwrap_or(Path::new("-"));
    let product = if arguments.json { Product::Listing } else { Product::Assembly };
    if arguments.slots || arguments.stack {
        // What is wrong with a module that cannot run is said better by the verifier.
        let verified = verified::<I>(module, &input.name)?;
        let text = disassembled?;
        let slots = arguments.slots.then(|| arguments.lowering.lowering());
        let listing = Listing::new(&verified, &text, Columns { stack: arguments.stack, slots });
        let written = |out: Sink<'_>| if arguments.json { listing.json(&input.name, out) } else { listing.text(out) };
        files::write_text(path, &written, product, arguments.force)?;
    } else {
        let text = disassembled?;
        // A statement is a line, and no text goes over the end of one.
        let shown = |line: &&str| !(arguments.no_lines && line.trim_start().starts_with(".line "));
        let written = |out: Sink<'_>| text.split_inclusive('\n').filter(shown).try_for_each(out);
        files::write_text(path, &written, product, arguments.force)?;
    }
    Ok(Exit::Success)
}

/// Options that only say how something is shown which is not asked for.
fn refuse_idle(arguments: &DisasmArguments) -> Result<(), Failure> {
    if let Some(option) = arguments.lowering.first().filter(|_| !arguments.slots) {
        return Err(Failure::usage(
            format!("`{option}` changes only what `--slots` shows"),
            "add `--slots`, or leave it out",
        ));
    }
    if arguments.json && !arguments.slots && !arguments.stack {
        return Err(Failure::usage("`--json` is for what `--slots` and `--stack` show", "add one of the two"));
    }
    Ok(())
}
