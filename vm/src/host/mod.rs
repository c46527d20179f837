//! What a host brings: functions that programs import, and an output for those who want to look at it.

mod capture;
mod function;

pub use capture::Capture;
pub(crate) use function::HostFunction;
