//! What tests of a machine use: the examples of its rows, programs made from its table, and comparisons of engines.
//!
//! Public, but hidden in the documentation: generated tests call it from the crates that hold machines.

mod examples;
mod fusions;
mod random;
mod catalogue;
mod sequences;
mod writer;
mod setting;
mod statistics;
mod programs;
mod differential;

pub use differential::{Difference, Differential, ENGINES, Ending, Subject, check_programs, shrink};
pub use examples::check_examples;
pub use fusions::check_fusion;
pub use programs::{Generated, Programs};
pub use sequences::{Sequence, SequenceOperand, SequencePart};
pub use setting::{Grant, HostPlan, Setting};
pub use statistics::Statistics;

#[cfg(test)]
mod tests;
