//! Building modules from a program: ops, labels and names in, a verified module out.
//!
//! The generated trait `Build` adds one method per instruction to [`FunctionBuilder`].
//! Nothing fails while building; what is wrong is kept and reported all at once at the end.

mod error;
mod function;
mod registers;
mod module;

pub use error::{BuildError, BuildProblem};
pub use function::FunctionBuilder;
pub use module::ModuleBuilder;
pub use registers::Source;

#[cfg(test)]
mod tests;
