//! Checks a table, and prints what is wrong with it: what `opforge spec check` does, without the machine that the program is
//! made of. So it can be built while a row of the standard set is wrong.
//!
//! `cargo table spec/isa/standard.ron` checks the standard set as its files say; `--brief` tries rewrites as briefly as macros do.

use opforge_spec::{Effort, check_file_with};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let (flags, tables): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let effort = match flags.as_slice() {
        [] => Effort::Thorough,
        [flag] if flag == "--brief" => Effort::Brief,
        _ => return usage(),
    };
    let [table] = tables.as_slice() else { return usage() };
    match check_file_with(Path::new(table), effort) {
        Ok(set) => {
            println!("{table}: {} instructions, {} rewrites", set.instructions().len(), set.rewrites().len());
            ExitCode::SUCCESS
        }
        Err(diagnostics) => {
            eprintln!("{}", diagnostics.render(false));
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: check [--brief] TABLE.ron");
    ExitCode::from(2)
}
