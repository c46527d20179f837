//! What a machine shares with its host: owned values, host functions, streams and the interrupt handle.

use opforge_core::Scalar;
use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A value that needs no machine: what goes into a program and comes out of it.
#[derive(Clone, Debug)]
pub enum HostValue {
    /// The absence of a value.
    Nil,
    /// A truth value.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A 64-bit float.
    Float(f64),
    /// A text.
    Text(String),
}

impl HostValue {
    /// The value as a scalar; `None` for a text.
    pub fn scalar(&self) -> Option<Scalar> {
        Some(match self {
            Self::Nil => Scalar::Nil,
            Self::Bool(value) => Scalar::Bool(*value),
            Self::Int(value) => Scalar::Int(*value),
            Self::Float(value) => Scalar::Float(*value),
            Self::Text(_) => return None,
        })
    }
}

/// Scalars are equal as [`Scalar`]s are, texts when they have the same characters.
impl PartialEq for HostValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            _ => self.scalar().is_some() && self.scalar() == other.scalar(),
        }
    }
}

impl Eq for HostValue {}

/// Writes the value as a `strict` program prints it.
impl fmt::Display for HostValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.scalar()) {
            (Self::Text(text), _) => f.write_str(text),
            (_, Some(scalar)) => scalar.fmt(f),
            (_, None) => Ok(()),
        }
    }
}

impl From<Scalar> for HostValue {
    fn from(value: Scalar) -> Self {
        match value {
            Scalar::Nil => Self::Nil,
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Int(value) => Self::Int(value),
            Scalar::Float(value) => Self::Float(value),
        }
    }
}

impl From<bool> for HostValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for HostValue {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for HostValue {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for HostValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for HostValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// What a host function runs: it sees owned values, and gives a scalar or says why not.
pub(crate) type HostBody = Box<dyn FnMut(&[HostValue]) -> Result<Scalar, String> + Send>;

/// A function of the host.
pub(crate) struct HostFunction {
    pub(crate) name: String,
    pub(crate) arity: u16,
    pub(crate) body: HostBody,
}

impl fmt::Debug for HostFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostFunction({}/{})", self.name, self.arity)
    }
}

/// The streams that the host grants to a program: none unless it says so.
#[derive(Default)]
pub struct Streams {
    output: Option<Box<dyn Write + Send>>,
}

impl Streams {
    /// Grants nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Grants `output` for what the program prints. It is flushed whenever a run ends.
    pub fn with_output(mut self, output: impl Write + Send + 'static) -> Self {
        self.output = Some(Box::new(output));
        self
    }

    pub(crate) fn output(&mut self) -> Option<&mut (dyn Write + Send + 'static)> {
        self.output.as_deref_mut()
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").field("output", &self.output.is_some()).finish()
    }
}

/// An output that keeps what is written; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    /// An empty output.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written so far.
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Ends a machine's slice from outside, from any thread.
#[derive(Clone, Debug, Default)]
pub struct InterruptHandle(Arc<AtomicBool>);

impl InterruptHandle {
    /// Asks the machine to stop at the next place where it charges a tick, or before it begins its next slice.
    pub fn interrupt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked, once for each time.
    pub(crate) fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_print_as_strict_programs_print_them() {
        let values = [
            (HostValue::Nil, "nil"),
            (HostValue::Bool(true), "true"),
            (HostValue::Int(-3), "-3"),
            (HostValue::Float(2.0), "2.0"),
            (HostValue::from("a \"b\""), "a \"b\""),
        ];
        for (value, text) in values {
            assert_eq!(value.to_string(), text);
        }
    }

    #[test]
    fn an_interrupt_is_taken_once() {
        let handle = InterruptHandle::default();
        assert!(!handle.take());
        handle.clone().interrupt();
        assert!(handle.take());
        assert!(!handle.take());
    }
}
