//! The `opforge` program for the standard instruction set.

use std::process::ExitCode;

fn main() -> ExitCode {
    opforge_cli::main_with::<opforge::standard::Isa>(())
}
