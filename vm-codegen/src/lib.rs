//! Checked instruction set → Rust code, manual, listing, JSON.
//!
//! Pure: nothing here looks at the environment, and nothing can fail once a table is checked. The macro
//! `opforge::instruction_set!` calls [`generate`]; tools and tests call [`expand`] to see one product at a time. What the
//! code calls at run time is the business of `opforge`.

mod half;
mod excluded;
mod ident;
mod literals;
mod analysis;
mod names;
mod role;
mod body;
#[cfg(feature = "text")]
mod words;
mod root;
mod emit;
mod emitter;
#[cfg(feature = "text")]
mod text;

#[cfg(feature = "text")]
pub use emit::manual;
pub use emitter::{Emitter, generate, generate_codec, stand_in};
pub use names::prelude;
pub use root::replace as with_root;
#[cfg(feature = "text")]
pub use text::{expand, expand_file};
