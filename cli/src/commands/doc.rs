//! `opforge spec doc`: table → pages of its manual, written or compared.

use crate::arguments::DocArguments;
use crate::exit::{Exit, Failure};
use crate::files::{self, Product, cannot};
use crate::terminal::line;
use crate::{output, table};
use opforge::core::counted;
use opforge_codegen::{Emitter, manual};
use std::fs;
use std::path::Path;

pub(crate) fn doc(arguments: &DocArguments) -> Result<Exit, Failure> {
    let set = table::check(&arguments.table)?;
    if arguments.output == Path::new("-") {
        if arguments.check {
            return Err(Failure::usage("`--check` compares pages in a folder", "name the folder behind `-o`"));
        }
        output::print(&opforge_codegen::expand(&set, Emitter::Manual))?;
        return Ok(Exit::Success);
    }
    let pages = manual::pages(&set);
    if arguments.check {
        return compare(arguments, &pages);
    }
    // All or none.
    for (path, _) in pages.iter().filter(|_| !arguments.force) {
        files::refuse_foreign(&arguments.output.join(path), Product::Page)?;
    }
    for (path, text) in &pages {
        let path = arguments.output.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|error| cannot("make the folder", &folder.display().to_string(), &error))?;
        }
        files::write(&path, text.as_bytes(), Product::Page, true)?;
    }
    output::print(&format!("{} in {}\n", counted(pages.len(), "page"), line(arguments.output.display())))?;
    Ok(Exit::Success)
}

fn compare(arguments: &DocArguments, pages: &[(String, String)]) -> Result<Exit, Failure> {
    let stale: Vec<&str> = pages
        .iter()
        .filter(|(path, text)| !is_current(&arguments.output.join(path), text))
        .map(|(path, _)| path.as_str())
        .collect();
    if stale.is_empty() {
        let are = if pages.len() == 1 { "is" } else { "are" };
        output::print(&format!("{} {are} up to date\n", counted(pages.len(), "page")))?;
        return Ok(Exit::Success);
    }
    Err(Failure::input(
        format!("not up to date in {}: {}", arguments.output.display(), stale.join(", ")),
        format!("run `opforge spec doc {} -o {}`", arguments.table, arguments.output.display()),
    ))
}

/// Whether the file holds `text`; line ends may have been changed by a checkout.
fn is_current(path: &Path, text: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|found| found.replace("\r\n", "\n") == text)
}
