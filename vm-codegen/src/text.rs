//! Products as text, for people, tools and snapshots.

use crate::emit;
use crate::emitter::Emitter;
use crate::excluded::excluded;
use crate::half::Half;
use opforge_spec::Diagnostics;
use opforge_spec::model::InstructionSet;
use proc_macro2::TokenStream;
use std::path::Path;

/// One product of a table as text: Rust code formatted, other texts as they are. The same table makes the same text.
pub fn expand(set: &InstructionSet, emitter: Emitter) -> String {
    match emitter.tokens(set, Half::Machine) {
        Some(tokens) => format(tokens),
        None => match emitter {
            Emitter::Manual => emit::manual::emit(set),
            Emitter::Listing => emit::listing::emit(set),
            Emitter::Json => format!("{:#}\n", emit::json::emit(set)),
            emitter => format!("{}\n", excluded(&format!("no text for `{}`", emitter.name()))),
        },
    }
}

/// Reads and checks the table in the file `path`, and returns one product of it as text.
///
/// # Errors
/// Everything that is wrong with the table.
pub fn expand_file(path: impl AsRef<Path>, emitter: Emitter) -> Result<String, Diagnostics> {
    Ok(expand(&opforge_spec::check_file(path.as_ref())?, emitter))
}

/// Formats Rust code. Tokens that are no Rust file are shown as they are, so that what rustc complains of can be seen.
fn format(tokens: TokenStream) -> String {
    match syn::parse2(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => tokens.to_string(),
    }
}
