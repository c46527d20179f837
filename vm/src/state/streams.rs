//! The streams that a host grants to a machine.

use std::fmt;
use std::io::Write;

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
