//! Host functions: shared by all machines of a program, each call with the data of the machine that makes it.

use crate::value::HostValue;
use std::fmt;

/// What a host function runs: it sees the machine's data and owned values, and returns one or says why not.
pub(crate) type HostBody<T> = dyn Fn(&mut T, &[HostValue]) -> Result<HostValue, String> + Send + Sync;

/// A function of the host, for machines whose data is a `T`.
///
/// **Source:** that functions are shared and data is a machine's own is wasmtime's division of `Linker` and `Store<T>`.
pub(crate) struct HostFunction<T> {
    pub(crate) name: String,
    pub(crate) arity: u16,
    pub(crate) body: Box<HostBody<T>>,
}

impl<T> fmt::Debug for HostFunction<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostFunction({}/{})", self.name, self.arity)
    }
}
