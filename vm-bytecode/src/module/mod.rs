//! Modules: what a front end makes and a file holds, before anything is checked.
//!
//! [`Module::to_bytes`] and [`Module::from_bytes`] turn a module into a file and back;
//! [`crate::verify`] turns it into one that can run. Nothing here looks at code.

mod data;
mod layout;
mod read;
mod write;

pub(crate) use layout::{MAX_SLOT_NAMES, MAX_TARGET_LISTS, NAMEABLE};

pub use data::{Constant, Function, Import, Line, Module, Region};
pub use read::{ReadError, ReadProblem};

#[cfg(test)]
mod tests;
