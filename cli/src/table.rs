//! Finding the table that an argument names.

use crate::exit::Failure;
use crate::files;
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
    let found = match table {
        "-" => {
            let input = files::read(Path::new(table))?;
            opforge_spec::check_str_draft(&input.name, input.text()?)
        }
        _ if table.starts_with("std:") => return check(table),
        _ => opforge_spec::check_file_draft(Path::new(table)),
    };
    found.map_err(|diagnostics| Failure::rendered(diagnostics.render(true)))
}

/// As [`check`], with the errors as data.
///
/// # Errors
/// When `table` names nothing that could be a table.
pub(crate) fn read(table: &str) -> Result<Result<InstructionSet, Diagnostics>, Failure> {
    match table.strip_prefix("std:") {
        Some("standard") => Ok(opforge_spec::check_standard(opforge_spec::Effort::Thorough)),
        Some(_) => Err(Failure::input(
            format!("`{table}` is not a whole table"),
            "the embedded table is `std:standard`; a family is part of a table that includes it",
        )),
        None if table == "-" => {
            let input = files::read(Path::new(table))?;
            Ok(opforge_spec::check_str(&input.name, input.text()?))
        }
        None => Ok(opforge_spec::check_file(Path::new(table))),
    }
}
