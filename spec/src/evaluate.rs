//! Runs rows while a table is read: bodies over scalars, without a machine. Examples and rewrites are checked by it.
//!
//! The primitives are those that the engines run, taken from `opforge-core`; locals, globals and constants are kept
//! here. What needs output, scopes, handlers or calls, or makes a long text, is left to the generated tests. Nothing here can fail to
//! end: bodies have no loops.

mod texts;
mod value;
mod reached;
mod world;
mod example;
mod obstacle;

pub use example::outcomes;
pub(crate) use example::{Ended, ending, traced};
pub(crate) use obstacle::obstacle;
pub(crate) use reached::Way;
pub(crate) use value::{Places, Value};
pub(crate) use world::{End, Set, World, compute, computes};
