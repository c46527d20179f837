//! Values worth trying: boundary values, the numbers that stand in bodies and their neighbours, seeded random ones. What a
//! row is tried on, and what rewrites are tried on, is made of these.

mod values;
mod numbers;
mod random;
mod inputs;

pub(crate) use inputs::{MAX_TARGETS, inputs};
pub(crate) use numbers::{Known, of_row};
pub(crate) use random::Random;
pub(crate) use values::{StandsFor, ints_of, of_type, place_or_values, value_type};
