//! One file per command.

pub(crate) mod asm;
mod link;
mod options;
mod parameters;
mod report;
pub(crate) mod run;
mod counts;
pub(crate) mod tune;
pub(crate) mod disasm;
pub(crate) mod listing;
pub(crate) mod verify;
mod room;
pub(crate) mod spec;
mod rows;
pub(crate) mod mutate;
pub(crate) mod missing;
pub(crate) mod vectors;
pub(crate) mod doc;
mod slot_form;
pub(crate) mod explain;
