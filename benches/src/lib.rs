//! Kernels that opforge, Lua 5.4 and Rust run alike, and what runs them.
//!
//! A [`Kernel`] is one algorithm three times: in assembly as a plain front end emits it, in idiomatic Lua, in Rust. A
//! [`Contender`] is something that runs it, prepared once so that only the call is timed. `benches/kernels.rs` measures,
//! the program `ratios` prints what was measured, the program `kernel` runs one kernel once for a profiler.

mod kernel;
mod native;
mod contender;
mod report;

pub use contender::{Contender, Runner};
pub use kernel::Kernel;
pub use report::{Measured, Report};

/// What can go wrong with a kernel: nothing that a caller would tell apart.
pub type Error = Box<dyn std::error::Error>;
