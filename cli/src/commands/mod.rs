//! One file per command.

pub(crate) mod run;
pub(crate) mod asm;
pub(crate) mod disasm;
pub(crate) mod listing;
pub(crate) mod verify;
pub(crate) mod spec;
pub(crate) mod doc;
pub(crate) mod explain;
