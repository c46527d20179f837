//! The products of a table, by name, and what the macros generate.

use crate::emit;
use crate::half::Half;
use crate::names::{handler_context, handler_trap, prelude};
use opforge_spec::model::InstructionSet;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

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
    /// What primitives may do with the machine, as types.
    Effects,
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
    /// `Isa` and its `InstructionSet`: the codec.
    Codec,
    /// How `Isa` executes.
    Isa,
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
        Self::Effects,
        Self::Engine,
        Self::Slots,
        Self::Fast,
        Self::Handlers,
        Self::Programs,
        Self::Metadata,
        Self::Codec,
        Self::Isa,
        Self::Manual,
        Self::Listing,
        Self::Json,
        Self::All,
    ];

    /// The emitters of what runs nothing.
    const CODEC: [Emitter; 10] = [
        Self::Opcode,
        Self::Op,
        Self::Encode,
        Self::Decode,
        Self::Display,
        Self::Assembler,
        Self::Builder,
        Self::Programs,
        Self::Metadata,
        Self::Codec,
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
            Self::Effects => "effects",
            Self::Engine => "engine",
            Self::Slots => "slots",
            Self::Fast => "fast",
            Self::Handlers => "handlers",
            Self::Programs => "programs",
            Self::Metadata => "metadata",
            Self::Codec => "codec",
            Self::Isa => "isa",
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
    pub(crate) fn tokens(self, set: &InstructionSet, half: Half) -> Option<TokenStream> {
        Some(match self {
            Self::Opcode => emit::opcode::emit(set),
            Self::Op => emit::op::emit(set),
            Self::Encode => emit::encode::emit(set),
            Self::Decode => emit::decode::emit(set),
            Self::Display => emit::display::emit(set),
            Self::Assembler => emit::assembler::emit(set),
            Self::Builder => emit::builder::emit(set, half),
            Self::Effects => emit::effects::emit(set),
            Self::Engine => emit::engine::emit(set),
            Self::Slots => emit::slots::emit(set),
            Self::Fast => emit::fast::emit(set),
            Self::Handlers => emit::handlers::emit(set),
            Self::Programs => emit::programs::emit(set),
            Self::Metadata => emit::metadata::emit(set),
            Self::Codec => emit::codec::emit(set, half),
            Self::Isa => emit::isa::emit(set),
            Self::All => generate(set),
            Self::Manual | Self::Listing | Self::Json => return None,
        })
    }
}

/// All Rust code of a table: the items of the module that `opforge::instruction_set!` declares.
pub fn generate(set: &InstructionSet) -> TokenStream {
    all_tokens(set).collect()
}

/// The same, an emitter's after another's, so that not all need be in memory at once.
pub(crate) fn all_tokens(set: &InstructionSet) -> impl Iterator<Item = TokenStream> {
    let items = Emitter::ALL.into_iter().filter(|emitter| *emitter != Emitter::All);
    std::iter::once_with(prelude).chain(items.filter_map(|emitter| emitter.tokens(set, Half::Machine)))
}

/// The Rust code of a table that runs nothing: the items of the module that `opforge_bytecode::instruction_set!`
/// declares. Its paths begin with `::opforge`, too: see [`with_root`](crate::with_root).
pub fn generate_codec(set: &InstructionSet) -> TokenStream {
    let items = Emitter::CODEC.into_iter().filter_map(|emitter| emitter.tokens(set, Half::Codec));
    prelude().into_iter().chain(items.flatten()).collect()
}

/// Stands for the code of a table that is wrong: its names, imported from where there is nothing.
///
/// rustc says nothing of an import that finds nothing beside a `compile_error!` in the same module, nor of any use of what
/// was imported. Items that stand for those of the table would not do: a method of `Handlers` whose row is wrong has no
/// signature, and is an error in the user's implementation whatever the trait has in its place.
pub fn stand_in<'h>(handlers: impl IntoIterator<Item = &'h str>) -> TokenStream {
    let names = handlers.into_iter().flat_map(|name| [handler_context(name), handler_trap(name)]);
    let names: BTreeSet<Ident> = names.collect();
    let names = names.iter();
    quote! {
        pub use self::table_with_mistakes::{Build, Handlers, Isa, Op, Opcode, TABLE, #(#names),*};
    }
}
