//! Turns one file's text into rows: every field known, there, written once, and of the right shape.
//!
//! `include` calls [`table`] or [`family`] per file, and [`counts`] for one that a table names besides. Whether names, opcodes and bodies make sense is checked later, on all
//! files together.

mod literal;
mod fields;
mod row_kinds;
mod shapes;
mod template;
mod family;
mod table;
mod counts;

pub(crate) use counts::counts;
pub(crate) use family::{FamilyFile, family, op};
pub(crate) use fields::Reader;
pub(crate) use shapes::{COUNTS_SHAPES, SHAPES};
pub(crate) use table::{TableFile, table};
pub(crate) use template::{LikeRow, Template};
