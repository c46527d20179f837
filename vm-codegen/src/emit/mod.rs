//! One emitter per file: each turns the whole set into one product. They never import each other.

pub(crate) mod opcode;
pub(crate) mod op;
pub(crate) mod encode;
pub(crate) mod decode;
pub(crate) mod display;
pub(crate) mod assembler;
pub(crate) mod builder;
pub(crate) mod slots;
pub(crate) mod effects;
pub(crate) mod engine;
pub(crate) mod fast;
pub(crate) mod handlers;
pub(crate) mod programs;
pub(crate) mod metadata;
pub(crate) mod codec;
pub(crate) mod isa;
#[cfg(feature = "text")]
pub mod manual;
#[cfg(feature = "text")]
pub(crate) mod listing;
#[cfg(feature = "text")]
pub(crate) mod json;
