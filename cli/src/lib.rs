//! The commands of the `opforge` program, for the standard machine and for any other.
//!
//! [`main_with`] is the whole program for a machine of your own:
//!
//! ```no_run
//! # use opforge::standard::Isa;
//! fn main() -> std::process::ExitCode {
//!     opforge_cli::main_with::<Isa>(())
//! }
//! ```
//!
//! Each command turns arguments into calls of `opforge`, `opforge-spec` and `opforge-codegen`, and their answers into
//! text; it knows nothing of its own about instructions.

mod terminal;
mod exit;
mod input;
mod output;
mod files;
pub mod head;
mod table;
mod arguments;
mod commands;

use arguments::{Cli, Command, SpecCommand};
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser};
use exit::{Exit, Failure};
use opforge::Execute;
use opforge::core::nearest::nearest;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with the arguments of this process, on the machine `I` with these handlers.
///
/// The exit code is 0 if all went well, 1 after a trap or for bad input, 2 for wrong usage, 3 when fuel ran out and 130
/// when interrupted.
pub fn main_with<I: Execute>(handlers: I::Handlers) -> ExitCode {
    main_from::<I>(std::env::args_os(), handlers)
}

/// As [`main_with`], with these arguments; the first is the program's name.
pub fn main_from<I: Execute>(arguments: impl IntoIterator<Item = OsString>, handlers: I::Handlers) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    terminal::note_program(arguments.first());
    let exit = match Cli::try_parse_from(&arguments) {
        Ok(cli) => dispatch::<I>(cli.command, handlers),
        Err(error) => usage(error, &arguments),
    };
    let exit = exit.unwrap_or_else(|failure: Failure| failure.report());
    ExitCode::from(exit.code())
}

/// Says what is wrong with the arguments, or what was asked for: help, the version.
fn usage(error: clap::Error, arguments: &[OsString]) -> Result<Exit, Failure> {
    // An error quotes words as they are. What is wrong with them is as wrong when they are written so that they may be shown.
    let shown = Cli::try_parse_from(arguments.iter().map(|word| terminal::line(word.to_string_lossy()))).err();
    let mut error = shown.unwrap_or(error);
    suggest_command(&mut error, arguments);
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        terminal::tell(&text);
        return Ok(Exit::Usage);
    }
    output::print_styled(&text)?;
    Ok(Exit::Success)
}

/// Adds the command that was meant to the error that there is no such one, where clap finds none near enough.
fn suggest_command(error: &mut clap::Error, arguments: &[OsString]) {
    let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidSubcommand) else { return };
    if error.get(ContextKind::SuggestedSubcommand).is_some() {
        return;
    }
    let root = Cli::command();
    let (mut command, mut words) = (&root, arguments.iter().skip(1));
    while let Some(next) = words.next().and_then(|word| command.find_subcommand(word)) {
        command = next;
    }
    let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    if let Some(near) = nearest(wrong, names) {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![near.to_owned()]));
    }
}

fn dispatch<I: Execute>(command: Command, handlers: I::Handlers) -> Result<Exit, Failure> {
    match command {
        Command::Run(arguments) => commands::run::run::<I>(&arguments, handlers),
        Command::Asm(arguments) => commands::asm::asm::<I>(&arguments),
        Command::Disasm(arguments) => commands::disasm::disasm::<I>(&arguments),
        Command::Verify(arguments) => commands::verify::verify::<I>(&arguments),
        Command::Tune(arguments) => commands::tune::tune::<I>(&arguments, handlers),
        Command::Explain(arguments) => commands::explain::explain::<I>(&arguments),
        Command::Spec { command } => match command {
            SpecCommand::Check(arguments) => commands::spec::check(&arguments),
            SpecCommand::Test(arguments) => commands::spec::test(&arguments),
            SpecCommand::List(arguments) => commands::spec::list(&arguments),
            SpecCommand::Mutate(arguments) => commands::mutate::mutate(&arguments),
            SpecCommand::Examples(arguments) => commands::missing::examples(&arguments),
            SpecCommand::Vectors(arguments) => commands::vectors::vectors(&arguments),
            SpecCommand::Doc(arguments) => commands::doc::doc(&arguments),
            SpecCommand::Expand(arguments) => commands::spec::expand(&arguments),
        },
    }
}
