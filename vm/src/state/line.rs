//! The line that a program reads next, which is kept until the program has got it: whoever waits for it, pays for it or looks for
//! room may do so over several slices.

use super::InterruptHandle;
use crate::heap::Spare;
use opforge_bytecode::TrapCode;
use std::io::{BufRead, ErrorKind};

/// How much is read before someone looks whether the program is to be interrupted. **Units:** bytes.
const CHUNK_BYTES: usize = 1 << 16;

/// What was read of the next line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its bytes, its end among them.
    pub bytes: Vec<u8>,
    /// Whether it was read to its end, or that of the input.
    pub whole: bool,
}

/// How reading ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fetched {
    /// The line is there.
    Whole,
    /// There are no more.
    End,
    /// The program is to be interrupted; what was read is kept.
    Interrupted,
    /// There is no memory to read on; what was read is kept.
    Full,
}

impl Line {
    /// Reads on until the line is whole. Its text is `most` bytes long at most.
    ///
    /// # Errors
    /// `InputFailed`, and `OutOfMemory` for a longer line: then so much of it and two bytes more are lost, and the next line is its
    /// rest.
    pub(super) fn fetch(
        &mut self,
        input: &mut dyn BufRead,
        most: usize,
        interrupt: &InterruptHandle,
    ) -> Result<Fetched, TrapCode> {
        // With the end of the line, and if there is none, enough to know that it is too long.
        let longest = most.saturating_add(2);
        while !self.whole {
            if interrupt.is_set() {
                return Ok(Fetched::Interrupted);
            }
            let left = longest.saturating_sub(self.bytes.len());
            let bytes = match input.fill_buf() {
                Ok(bytes) => &bytes[..bytes.len().min(CHUNK_BYTES).min(left)],
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::OutOfMemory => return Ok(Fetched::Full),
                Err(_) => return Err(TrapCode::INPUT_FAILED),
            };
            if bytes.is_empty() && self.bytes.is_empty() {
                return Ok(Fetched::End);
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(bytes.len(), |end| end + 1);
            let length = self.bytes.len() + taken;
            if Spare::reserve_beside(&mut self.bytes, length).is_err() {
                return Ok(Fetched::Full);
            }
            self.bytes.extend_from_slice(&bytes[..taken]);
            self.whole = end.is_some() || bytes.is_empty();
            input.consume(taken);
            if self.length() > most && (self.whole || self.bytes.len() >= longest) {
                self.clear();
                return Err(TrapCode::OUT_OF_MEMORY);
            }
        }
        Ok(Fetched::Whole)
    }

    /// Forgets it: the program has it, or nobody can.
    pub(super) fn clear(&mut self) {
        self.whole = false;
        self.bytes.clear();
        if self.bytes.capacity() > CHUNK_BYTES {
            self.bytes = Vec::new();
        }
    }

    /// How long its text is. **Units:** bytes.
    pub(super) fn length(&self) -> usize {
        self.content().len()
    }

    /// The bytes without the end of the line.
    fn content(&self) -> &[u8] {
        match self.bytes.strip_suffix(b"\n") {
            Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
            None => &self.bytes,
        }
    }

    /// The text of the line.
    ///
    /// # Errors
    /// `InputFailed` for what is not UTF-8.
    pub(super) fn text(&self) -> Result<&str, TrapCode> {
        str::from_utf8(self.content()).map_err(|_| TrapCode::INPUT_FAILED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, BufReader, Read};

    fn all(mut input: impl BufRead, most: usize) -> Vec<Result<String, TrapCode>> {
        let (mut line, interrupt) = (Line::default(), InterruptHandle::default());
        let mut lines = Vec::new();
        loop {
            let fetched = line.fetch(&mut input, most, &interrupt);
            if fetched == Ok(Fetched::End) {
                return lines;
            }
            lines.push(fetched.and_then(|_| line.text().map(str::to_owned)));
            line.clear();
        }
    }

    #[test]
    fn a_line_is_what_stands_before_its_end_however_it_comes() {
        let text = "a\r\n\n\r\r\nlong äöü\nlast\r";
        let lines = ["a", "", "\r", "long äöü", "last\r"].map(|line| Ok(line.to_owned()));
        for size in 1..=text.len() {
            assert_eq!(all(BufReader::with_capacity(size, text.as_bytes()), 100), lines);
        }
    }

    #[test]
    fn what_is_too_long_is_lost_and_what_is_no_text_fails() {
        let text = b"12345\n1234\r\n12345678\n1234567890123\n\xff\nend";
        let (lost, line) = (|| Err(TrapCode::OUT_OF_MEMORY), |line: &str| Ok(line.to_owned()));
        let (rest, no_text) = (["1234", "78", "3", "end"].map(line), Err(TrapCode::INPUT_FAILED));
        let [exact, short, shorter, end] = rest;
        let expected = [lost(), exact, lost(), short, lost(), lost(), shorter, no_text, end];
        for size in 1..=text.len() {
            assert_eq!(all(BufReader::with_capacity(size, &text[..]), 4), expected, "{size}");
        }
    }

    #[test]
    fn an_input_that_fails_is_a_trap_and_one_that_waits_is_asked_again() {
        struct Waits(usize);
        impl Read for Waits {
            fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                match self.0 {
                    1 | 3 => Err(ErrorKind::Interrupted.into()),
                    2 => (&b"x"[..]).read(bytes),
                    _ => Err(io::Error::other("gone")),
                }
            }
        }
        let (mut line, interrupt) = (Line::default(), InterruptHandle::default());
        let mut input = BufReader::new(Waits(0));
        assert_eq!(line.fetch(&mut input, 10, &interrupt), Err(TrapCode::INPUT_FAILED));
        assert_eq!(line, Line { bytes: b"x".to_vec(), whole: false });
        interrupt.interrupt();
        assert_eq!(line.fetch(&mut input, 10, &interrupt), Ok(Fetched::Interrupted));
    }
}
