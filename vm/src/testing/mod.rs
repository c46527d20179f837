//! What tests of a machine use: the examples of its rows, and programs made from its table.
//!
//! Public, but hidden in the documentation: generated tests call it from the crates that hold machines.

mod examples;
mod random;
mod catalogue;
mod writer;
mod programs;

pub use examples::check_examples;
pub use programs::{Programs, Statistics};

#[cfg(test)]
mod tests;
