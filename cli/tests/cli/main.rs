//! The program as its users meet it: arguments in; output, errors and exit code out.

mod common;
mod disasm;
mod foreign;
mod programs;
mod run;
mod spec;
mod streams;
mod tune;
mod usage;
