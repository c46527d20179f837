//! The streams of programs under test.

use opforge::{Capture, Streams};
use std::io::{self, BufRead, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// What becomes of a program's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// None is granted.
    Nothing,
    /// It is kept.
    Capture,
    /// It is kept up to so many bytes; writing more fails.
    Upto(usize),
}

/// The streams of a machine under test, which last when another takes its place.
#[derive(Debug)]
pub(super) struct World {
    input: Feed,
    pub(super) output: Capture,
}

impl World {
    pub(super) fn new(input: &[u8]) -> Self {
        Self { input: Feed::new(input), output: Capture::new() }
    }

    /// What of it is granted.
    pub(super) fn streams(&self, reads: bool, output: Grant) -> Streams {
        let streams = match output {
            Grant::Nothing => Streams::none(),
            Grant::Capture => Streams::none().with_output(self.output.clone()),
            Grant::Upto(bytes) => Streams::none().with_output(Bounded { bytes, capture: self.output.clone() }),
        };
        if reads { streams.with_input(self.input.clone()) } else { streams }
    }
}

/// An input that clones share: each has only what it was asked for.
#[derive(Clone, Debug)]
struct Feed {
    rest: Arc<Mutex<io::Cursor<Vec<u8>>>>,
    piece: Vec<u8>,
}

impl Feed {
    /// How much is given at once. **Units:** bytes.
    const PIECE: usize = 7;

    fn new(bytes: &[u8]) -> Self {
        Self { rest: Arc::new(Mutex::new(io::Cursor::new(bytes.to_vec()))), piece: Vec::new() }
    }
}

impl Read for Feed {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(bytes)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Feed {
    /// A few bytes, of no more than one line.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece.is_empty() {
            let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
            // What is not taken stays for the next clone.
            let before = rest.position();
            Read::by_ref(&mut *rest).take(Self::PIECE as u64).read_until(b'\n', &mut self.piece)?;
            rest.set_position(before);
        }
        Ok(&self.piece)
    }

    fn consume(&mut self, amount: usize) {
        self.piece.drain(..amount);
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = rest.position() + amount as u64;
        rest.set_position(taken);
    }
}

/// An output that is full after so many bytes.
struct Bounded {
    bytes: usize,
    capture: Capture,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.bytes - self.capture.bytes().len());
        if taken == 0 && !bytes.is_empty() {
            return Err(io::Error::other("the output is full"));
        }
        self.capture.write_all(&bytes[..taken])?;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
