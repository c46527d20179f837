//! Reads and checks opforge instruction-set tables; holds the standard families.
//!
//! The way is text → located nodes → rows → [`InstructionSet`]. Each stage reports all that is wrong before the next
//! begins. Knows RON; knows no Rust tokens. `opforge-codegen` turns an [`InstructionSet`] into Rust and manuals.
//!
//! ```
//! let table = r#"Table(name: "bank", version: 1, include: ["std:arithmetic"])"#;
//! let set = opforge_spec::check_str("bank.ron", table)?;
//! assert!(set.instruction("Add").is_some());
//! # Ok::<(), opforge_spec::Diagnostics>(())
//! ```

mod source;
mod code;
mod mnemonic;
mod std_families;
mod nearest;
pub mod model;
mod words;
mod counterexample;
mod diagnostic;
mod rows;
mod locate;
mod read;
mod include;
mod does;
mod check_names;
mod evaluate;
mod candidates;
pub mod slots;
mod coverage;
mod check;
mod mutate;
mod vectors;
mod hash;
mod render;

pub use check::{Effort, MAX_TRIALS};
pub use code::{Code, UnknownCode};
pub use counterexample::{Counterexample, Ending};
pub use coverage::lacking_examples;
pub use diagnostic::{Diagnostic, Diagnostics};
pub use evaluate::outcomes;
pub use model::*;
pub use mutate::{MissingExamples, RowMutations, Survivor, missing_examples, mutations};
pub use source::{FileId, Location, Span};

pub use std_families::{not_a_table, std_families};
pub use vectors::{MAX_COMPUTED, vectors};

use check::Draft;
use diagnostic::{Rights, merge, of_templates};
use include::Root;
use source::Sources;
use std::path::Path;

/// Reads and checks the table in the file at `path`, with the files it includes.
///
/// # Errors
/// Everything that is wrong with the first stage that fails: a file that cannot be read or is not well formed, else
/// whatever the checks find.
pub fn check_file(path: &Path) -> Result<InstructionSet, Diagnostics> {
    check_file_with(path, Effort::Thorough)
}

/// As [`check_file`], with another effort where it can be chosen: how much of each rewrite is tried.
///
/// # Errors
/// As [`check_file`].
pub fn check_file_with(path: &Path, effort: Effort) -> Result<InstructionSet, Diagnostics> {
    check_root(&Root::File(path), effort, Draft::No)
}

/// As [`check_file`] of a table that is not complete yet: its rows may lack examples.
///
/// # Errors
/// As [`check_file`].
pub fn check_file_draft(path: &Path) -> Result<InstructionSet, Diagnostics> {
    check_root(&Root::File(path), Effort::Brief, Draft::Yes)
}

/// Reads and checks a table given as text; `name` is what messages call it.
///
/// It can include `std:` families, but no files.
///
/// # Errors
/// As [`check_file`].
pub fn check_str(name: &str, text: &str) -> Result<InstructionSet, Diagnostics> {
    check_str_with(name, text, Effort::Thorough)
}

/// As [`check_str`], with another effort where it can be chosen.
///
/// # Errors
/// As [`check_file`].
pub fn check_str_with(name: &str, text: &str, effort: Effort) -> Result<InstructionSet, Diagnostics> {
    check_root(&Root::Text(name, text), effort, Draft::No)
}

/// As [`check_str`] of a table that is not complete yet: its rows may lack examples.
///
/// # Errors
/// As [`check_file`].
pub fn check_str_draft(name: &str, text: &str) -> Result<InstructionSet, Diagnostics> {
    check_root(&Root::Text(name, text), Effort::Brief, Draft::Yes)
}

/// Checks the embedded table `std:standard`.
///
/// # Errors
/// [`Diagnostics`] when it is wrong, which it is only while someone is changing it.
pub fn check_standard(effort: Effort) -> Result<InstructionSet, Diagnostics> {
    check_root(&Root::Std("std:standard"), effort, Draft::No)
}

/// The standard set: every `std:` family.
///
/// # Panics
/// Never: the tests of this crate check the embedded tables.
pub fn standard() -> InstructionSet {
    check_standard(Effort::Brief).unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)))
}

fn check_root(root: &Root<'_>, effort: Effort, draft: Draft) -> Result<InstructionSet, Diagnostics> {
    nearest::begin();
    let mut sources = Sources::default();
    let (mut list, mut rights) = (Vec::new(), Rights::default());
    let mut rows = include::load(root, &mut sources, &mut list);
    check_names::propose_lacking(&rows, &mut list);
    if list.is_empty() {
        list = check_names::check_names(&rows);
        check_names::drop_repeated(&mut rows);
        match check::check(&rows, &sources, effort, draft) {
            _ if !check_names::are_standard_traps_right(&rows) => {}
            Ok(set) if !list.is_empty() => drop(set),
            // What is wrong besides may be why nothing is left.
            Ok(set) if set.instructions().is_empty() => list.extend(check_names::no_instructions(&rows)),
            Ok(set) => return Ok(set),
            Err(wrong) => {
                list.extend(wrong.list);
                rights = wrong.rights;
            }
        }
    }
    let mut list = merge(of_templates(list, &sources), &rights);
    list.sort_by(|a, b| (a.primary.0, a.code, &a.message).cmp(&(b.primary.0, b.code, &b.message)));
    Err(Diagnostics { sources, list })
}
