//! The slot code of a function, made when it is first asked for and then read without a lock.

use crate::slots::{LowerError, Lowered, Lowering};
use std::sync::OnceLock;

/// The slot code of a function, one for each way of lowering.
#[derive(Debug, Default)]
pub(crate) struct LazyCode([OnceLock<Result<Box<Lowered>, LowerError>>; Lowering::ALL.len()]);

impl LazyCode {
    /// The code, made by `make` if nobody asked before.
    ///
    /// # Errors
    /// Why there is none, the same each time.
    pub(crate) fn get(
        &self,
        lowering: Lowering,
        make: impl FnOnce() -> Result<Lowered, LowerError>,
    ) -> Result<&Lowered, &LowerError> {
        self.0[lowering as usize].get_or_init(|| make().map(Box::new)).as_deref()
    }
}
