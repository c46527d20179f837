//! The streams that a host grants to a machine.

use super::InterruptHandle;
use super::line::{Fetched, Line};
use opforge_bytecode::TrapCode;
use std::fmt;
use std::io::{BufRead, Write};

/// The streams that the host grants to a program: none unless it says so.
#[derive(Default)]
pub struct Streams {
    input: Option<Box<dyn BufRead + Send>>,
    /// What was read of the input, and the program has not got yet.
    pub(crate) line: Line,
    output: Option<Box<dyn Write + Send>>,
}

impl Streams {
    /// Grants nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Grants `input` for what the program reads. While it has nothing to give it may fail with
    /// [`Interrupted`](std::io::ErrorKind::Interrupted): it is asked again, unless the program is to be interrupted.
    pub fn with_input(mut self, input: impl BufRead + Send + 'static) -> Self {
        self.input = Some(Box::new(input));
        self
    }

    /// Grants `output` for what the program prints. It is flushed whenever a run ends, and before the program reads.
    pub fn with_output(mut self, output: impl Write + Send + 'static) -> Self {
        self.output = Some(Box::new(output));
        self
    }

    pub(crate) fn output(&mut self) -> Option<&mut (dyn Write + Send + 'static)> {
        self.output.as_deref_mut()
    }

    /// Reads the next line, up to `most` bytes.
    ///
    /// # Errors
    /// `NoInput`, `InputFailed` and `OutOfMemory`.
    pub(super) fn fetch_line(&mut self, most: usize, interrupt: &InterruptHandle) -> Result<Fetched, TrapCode> {
        let input = self.input.as_deref_mut().ok_or(TrapCode::NO_INPUT)?;
        if let Some(output) = self.output.as_deref_mut().filter(|_| !self.line.whole) {
            // Who is asked something sees the question. What is lost is told when something is written.
            let _ = output.flush();
        }
        self.line.fetch(input, most, interrupt)
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams")
            .field("input", &self.input.is_some())
            .field("output", &self.output.is_some())
            .finish_non_exhaustive()
    }
}
