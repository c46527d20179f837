//! Checked instruction set → Rust code, manual, listing, JSON.
//!
//! Pure: nothing here looks at the environment, and nothing can fail once a table is checked. The macro
//! `opforge::instruction_set!` calls [`generate`]; tools and tests call [`expand`] to see one product at a time. What the
//! code calls at run time is the business of `opforge`.

mod excluded;
mod ident;
mod literals;
mod analysis;
mod names;
mod role;
mod body;
mod words;
mod emit;

pub use emit::manual;

use opforge_spec::Diagnostics;
use opforge_spec::model::InstructionSet;
use proc_macro2::TokenStream;
use std::path::Path;

/// One product that a table is turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Emitter {
    /// `enum Opcode`.
    Opcode,
    /// `enum Op`.
    Op,
    /// Op → bytes.
    Encode,
    /// Bytes → op.
    Decode,
    /// Op → a line of assembly.
    Display,
    /// The assembler's and disassembler's tables.
    Assembler,
    /// `trait Build`.
    Builder,
    /// The verifier's rules.
    Verifier,
    /// The reference engine.
    Engine,
    /// The table's slot form.
    Slots,
    /// The fast engine.
    Fast,
    /// `trait Handlers`, empty for a table without handlers of its own.
    Handlers,
    /// What the generator of programs feeds each instruction.
    Programs,
    /// `TABLE`.
    Metadata,
    /// `Isa` and its `InstructionSet`.
    Isa,
    /// The rows' examples as tests.
    Examples,
    /// The manual, in Markdown.
    Manual,
    /// One aligned line per instruction.
    Listing,
    /// The table as JSON.
    Json,
    /// All the Rust code, as the macro puts it into the module.
    All,
}

impl Emitter {
    /// Every emitter: those of Rust code in the order in which they stand in the module, then the texts.
    pub const ALL: [Emitter; 20] = [
        Self::Opcode,
        Self::Op,
        Self::Encode,
        Self::Decode,
        Self::Display,
        Self::Assembler,
        Self::Builder,
        Self::Verifier,
        Self::Engine,
        Self::Slots,
        Self::Fast,
        Self::Handlers,
        Self::Programs,
        Self::Metadata,
        Self::Isa,
        Self::Examples,
        Self::Manual,
        Self::Listing,
        Self::Json,
        Self::All,
    ];

    /// The name by which `opforge spec expand` knows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opcode => "opcode",
            Self::Op => "op",
            Self::Encode => "encode",
            Self::Decode => "decode",
            Self::Display => "display",
            Self::Assembler => "assembler",
            Self::Builder => "builder",
            Self::Verifier => "verifier",
            Self::Engine => "engine",
            Self::Slots => "slots",
            Self::Fast => "fast",
            Self::Handlers => "handlers",
            Self::Programs => "programs",
            Self::Metadata => "metadata",
            Self::Isa => "isa",
            Self::Examples => "examples",
            Self::Manual => "manual",
            Self::Listing => "listing",
            Self::Json => "json",
            Self::All => "all",
        }
    }

    /// The emitter of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|emitter| emitter.name() == name)
    }

    /// The tokens of an emitter of Rust code; `None` for one of text.
    fn tokens(self, set: &InstructionSet) -> Option<TokenStream> {
        Some(match self {
            Self::Opcode => emit::opcode::emit(set),
            Self::Op => emit::op::emit(set),
            Self::Encode => emit::encode::emit(set),
            Self::Decode => emit::decode::emit(set),
            Self::Display => emit::display::emit(set),
            Self::Assembler => emit::assembler::emit(set),
            Self::Builder => emit::builder::emit(set),
            Self::Verifier => emit::verifier::emit(set),
            Self::Engine => emit::engine::emit(set),
            Self::Slots => emit::slots::emit(set),
            Self::Fast => emit::fast::emit(set),
            Self::Handlers => emit::handlers::emit(set),
            Self::Programs => emit::programs::emit(set),
            Self::Metadata => emit::metadata::emit(set),
            Self::Isa => emit::isa::emit(set),
            Self::Examples => emit::examples::emit(set),
            Self::All => generate(set),
            Self::Manual | Self::Listing | Self::Json => return None,
        })
    }
}

/// All Rust code of a table: the items of the module that the macro declares.
pub fn generate(set: &InstructionSet) -> TokenStream {
    let items = Emitter::ALL.into_iter().filter(|emitter| *emitter != Emitter::All);
    items.filter_map(|emitter| emitter.tokens(set)).collect()
}

/// One product of a table as text: Rust code formatted, other texts as they are. The same table makes the same text.
pub fn expand(set: &InstructionSet, emitter: Emitter) -> String {
    match emitter.tokens(set) {
        Some(tokens) => format(tokens),
        None => match emitter {
            Emitter::Manual => emit::manual::emit(set),
            Emitter::Listing => emit::listing::emit(set),
            Emitter::Json => format!("{:#}\n", emit::json::emit(set)),
            emitter => format!("{}\n", excluded::excluded(&format!("no text for `{}`", emitter.name()))),
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
