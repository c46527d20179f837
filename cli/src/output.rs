//! Standard output: for what commands print, and for what programs print. A reader that went away ends either quietly.

use crate::exit::Failure;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, LineWriter, Stdout, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Writes `text` to standard output.
///
/// # Errors
/// A failure without a message if nobody reads it any more, else why it cannot be written.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::reader_gone(),
        _ => Failure::input(format!("cannot write the output: {error}"), "check where standard output goes"),
    })
}

/// Standard output for a program: by lines to a terminal, else in larger pieces.
pub(crate) struct ProgramOutput {
    out: Box<dyn Write + Send>,
    state: OutputState,
}

/// What became of a program's output.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutputState(Arc<AtomicBool>);

impl OutputState {
    /// Whether nobody reads the output any more.
    pub(crate) fn reader_gone(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl ProgramOutput {
    pub(crate) fn new() -> (Self, OutputState) {
        let state = OutputState::default();
        let stdout: Stdout = io::stdout();
        let out: Box<dyn Write + Send> =
            if stdout.is_terminal() { Box::new(LineWriter::new(stdout)) } else { Box::new(BufWriter::new(stdout)) };
        (Self { out, state: state.clone() }, state)
    }

    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
            self.state.0.store(true, Ordering::Relaxed);
        }
        result
    }
}

impl Write for ProgramOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.note(flushed)
    }
}
