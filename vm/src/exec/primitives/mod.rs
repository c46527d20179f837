//! The primitives of the standard tables that need a machine. Generated code calls them by path.

pub mod constants;
pub mod globals;
pub mod input;
pub mod locals;
pub mod output;
pub mod scopes;
pub mod texts;
pub mod truth;
