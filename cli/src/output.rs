//! Standard output: for what commands print, and for what programs print. What is lost ends either.

use crate::exit::Failure;
use crate::terminal::{escaped, plain};
use opforge::{HostValue, InterruptHandle};
use std::io::{self, BufWriter, ErrorKind, IsTerminal, LineWriter, Stdout, Write};
use std::sync::{Arc, OnceLock};

/// Writes lines to standard output.
///
/// # Errors
/// A failure without a message if nobody reads it any more, else why it cannot be written.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    write(&plain(text))
}

/// Writes lines with styles of our own to standard output; foreign text in them passed [`line`](crate::terminal::line).
///
/// # Errors
/// As [`print`].
pub(crate) fn print_styled(text: &str) -> Result<(), Failure> {
    write(&escaped(text))
}

fn write(shown: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    out.write_all(shown.as_bytes()).and_then(|()| out.flush()).map_err(|error| lost(&error))
}

/// Takes a text part by part.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&str) -> io::Result<()>;

/// Writes what `text` says to standard output, as it says it. Each part is escaped by itself.
///
/// # Errors
/// As [`print`].
pub(crate) fn print_text(text: &dyn Fn(Sink<'_>) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(BUFFER, anstream::stdout().lock());
    text(&mut |part| out.write_all(plain(part).as_bytes())).and_then(|()| out.flush()).map_err(|error| lost(&error))
}

/// So much is written at once. **Units:** bytes.
const BUFFER: usize = 1 << 16;

/// Writes what a program returned to standard output, as if the program printed it: it may write there anything it likes.
///
/// # Errors
/// As [`print`].
pub(crate) fn print_value(value: &HostValue) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{value}").and_then(|()| out.flush()).map_err(|error| lost(&error))
}

/// Writes to standard output what is for programs to read, as it is.
///
/// # Errors
/// As [`print`]; and if standard output is a terminal.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        return Err(Failure::usage(
            "a module is no text for a terminal",
            "name a file behind `-o`, or send standard output somewhere else",
        ));
    }
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| lost(&error))
}

fn lost(error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::reader_gone(),
        _ => Failure::input(format!("cannot write the output: {error}"), "check where standard output goes"),
    }
}

/// Standard output for a program: by lines to a terminal, else in larger pieces. When it is lost the run is interrupted: a
/// program that catches every trap would go on for ever, for nobody.
pub(crate) struct ProgramOutput {
    out: Box<dyn Write + Send>,
    state: OutputState,
}

/// What became of a program's output.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutputState(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    lost: OnceLock<io::Error>,
    interrupt: OnceLock<InterruptHandle>,
}

impl OutputState {
    /// Names the run that is interrupted when the output is lost.
    pub(crate) fn interrupts(&self, handle: InterruptHandle) {
        let _ = self.0.interrupt.set(handle);
    }

    /// Why the command ends, if the output is lost.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.0.lost.get().map(lost)
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
        result.map_err(|error| {
            let kind = error.kind();
            if kind != ErrorKind::Interrupted {
                let _ = self.state.0.lost.set(error);
                if let Some(handle) = self.state.0.interrupt.get() {
                    handle.interrupt();
                }
            }
            io::Error::from(kind)
        })
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
