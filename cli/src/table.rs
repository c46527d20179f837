//! Finding the table that an argument names.

use crate::exit::Failure;
use crate::files::{self, Input};
use opforge_spec::{Diagnostics, InstructionSet};
use std::path::Path;

/// Reads and checks a table: a file, standard input for `-`, or `std:standard`.
///
/// # Errors
/// Everything that is wrong with the table, rendered.
pub(crate) fn check(table: &str) -> Result<InstructionSet, Failure> {
    read(table)?.map_err(|diagnostics| Failure::rendered(diagnostics.render(true)))
}

/// As [`check`] of a table whose rows may lack examples.
///
/// # Errors
/// As [`check`].
pub(crate) fn draft(table: &str) -> Result<InstructionSet, Failure> {
    if table.starts_with("std:") {
        return check(table);
    }
    let found = of_input(table, opforge_spec::check_str_draft, opforge_spec::check_file_draft)?;
    found.map_err(|diagnostics| Failure::rendered(diagnostics.render(true)))
}

/// As [`check`], with the errors as data.
///
/// # Errors
/// When `table` names nothing that could be a table.
pub(crate) fn read(table: &str) -> Result<Result<InstructionSet, Diagnostics>, Failure> {
    if let Some((message, help)) = opforge_spec::not_a_table(table) {
        return Err(Failure::input(message, help));
    }
    match table {
        "std:standard" => Ok(opforge_spec::check_standard(opforge_spec::Effort::Thorough)),
        _ => of_input(table, opforge_spec::check_str, opforge_spec::check_file),
    }
}

/// The table in standard input for `-`, else in a file.
fn of_input(
    table: &str,
    text: fn(&str, &str) -> Result<InstructionSet, Diagnostics>,
    file: fn(&Path) -> Result<InstructionSet, Diagnostics>,
) -> Result<Result<InstructionSet, Diagnostics>, Failure> {
    let path = Path::new(table);
    if table == "-" {
        let input = files::read(path)?;
        refuse_program(&input)?;
        return Ok(text(&input.name, input.text()?));
    }
    let found = file(path);
    if let (Err(_), Ok(input)) = (&found, files::read(path)) {
        refuse_program(&input)?;
    }
    Ok(found)
}

/// Refuses a program where a table belongs.
fn refuse_program(input: &Input) -> Result<(), Failure> {
    if !input.is_program() {
        return Ok(());
    }
    Err(Failure::input(
        format!("`{}` is a program, not a table of instructions", input.name),
        format!("`opforge verify {}` says whether it is well-formed", input.argument),
    ))
}
