//! Runs rows while a table is read: bodies over scalars, without a machine. Examples and rewrites are checked by it.
//!
//! The primitives are those that the engines run, taken from `opforge-core`; locals, globals and constants are kept
//! here. Texts are passed about and asked for their truth, and nothing else. What needs output, scopes, handlers or
//! calls is left to the generated tests, and so are examples with texts, of which only the ways that they go are looked
//! at. Nothing here can fail to end: bodies have no loops.

mod value;
mod reached;
mod world;
mod texts;
mod example;
mod obstacle;

pub use example::outcomes;
pub(crate) use example::{Ended, ending, example, traced};
pub(crate) use obstacle::obstacle;
pub(crate) use reached::Way;
pub(crate) use value::{Places, Value};
pub(crate) use world::{End, Set, World};
