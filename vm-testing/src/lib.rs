//! Tests for any machine that `opforge` generates from a table: a dev-dependency.
//!
//! [`check!`] is the tests of a table in one line: the examples of its rows, its fusions and its
//! rewrites, on every engine.
//! [`Programs`] writes well-formed programs for any table, from its metadata alone; [`Subject`] and [`check_programs`]
//! compare the engines on programs, whole and cut at every tick.

mod random;
mod catalogue;
mod sequences;
mod code_counts;
mod writer;
mod world;
mod setting;
mod statistics;
mod programs;
mod differential;
mod examples;
mod patterns;
mod fusions;
mod rewrites;
mod gains;
mod check;

pub use check::{check_all_examples, check_all_fusions, check_all_rewrites};
pub use differential::{Difference, Differential, ENGINES, Ending, Subject, check_programs, shrink};
pub use examples::{check_example_of, check_examples};
pub use fusions::check_fusion;
pub use gains::{Gain, gains};
pub use programs::{Generated, Programs};
pub use random::Random;
pub use sequences::{Sequence, SequenceLine, fusion_sequences};
pub use setting::{HostPlan, Setting};
pub use statistics::Statistics;
pub use world::Grant;

#[cfg(test)]
mod tests;
