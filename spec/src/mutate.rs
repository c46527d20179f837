//! Seeds small mistakes into the meaning of a table's rows, one at a time, and says which their examples do not notice.
//!
//! A mutant is a row with one mistake: another primitive of the same signature, swapped arguments, another literal, a step or a
//! case that is dropped, an opposite condition, another trap. It is run on the row's examples by the evaluator, and killed if
//! one ends otherwise than it says. For one that survives, a value for which it differs is looked for.
//!
//! **Source:** DeMillo, Lipton & Sayward 1978, mutation testing.

mod spelling;
mod mutant;
mod similar;
mod expressions;
mod steps;
mod rows;
mod survivors;
mod missing;

pub use missing::{MissingExamples, missing_examples};
pub use survivors::{RowMutations, Survivor, mutations};
