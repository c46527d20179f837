//! Standard input for a program.

use std::io::{self, BufRead, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::Builder;
use std::time::Duration;

/// How long a program waits for input before it looks whether it is to be interrupted.
const PATIENCE: Duration = Duration::from_millis(10);
/// How much is asked for at once. **Units:** bytes.
const PIECE_BYTES: usize = 1 << 16;
/// What the thread needs: little. **Units:** bytes.
const STACK_BYTES: usize = 1 << 17;

/// Standard input, read by a thread of its own, so that who waits for it can be interrupted. It reads a piece when a program asks for
/// one, and nothing else: what the program does not ask for stays for others.
#[derive(Default)]
pub(crate) struct ProgramInput {
    reader: Option<Reader>,
    piece: Vec<u8>,
    /// How much of the piece was taken.
    taken: usize,
}

/// The thread, as the program sees it.
struct Reader {
    /// Asks for a piece.
    asks: SyncSender<()>,
    /// Whether one was asked for and did not come yet.
    asked: bool,
    pieces: Receiver<io::Result<Vec<u8>>>,
}

impl ProgramInput {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn reader(&mut self) -> io::Result<&mut Reader> {
        if self.reader.is_none() {
            let (asks, asked) = sync_channel(1);
            let (sender, pieces) = sync_channel(1);
            let thread = Builder::new().name("input".to_owned()).stack_size(STACK_BYTES);
            // There is no memory for a thread, or there are too many.
            thread.spawn(move || read(&asked, &sender)).map_err(|_| io::Error::from(ErrorKind::OutOfMemory))?;
            self.reader = Some(Reader { asks, asked: false, pieces });
        }
        self.reader.as_mut().ok_or_else(|| ErrorKind::OutOfMemory.into())
    }
}

/// Reads a piece for each time that one is asked for; an empty one is the end.
fn read(asked: &Receiver<()>, sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut bytes = vec![0; PIECE_BYTES];
    while asked.recv().is_ok() {
        let piece = loop {
            match io::stdin().lock().read(&mut bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read.map(|count| bytes[..count].to_vec()),
            }
        };
        if sender.send(piece).is_err() {
            return;
        }
    }
}

impl BufRead for ProgramInput {
    /// Fails with `Interrupted` when nothing came for a while.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.piece.len() {
            let reader = self.reader()?;
            let gone = || io::Error::from(ErrorKind::BrokenPipe);
            if !reader.asked {
                reader.asks.send(()).map_err(|_| gone())?;
                reader.asked = true;
            }
            let piece = match reader.pieces.recv_timeout(PATIENCE) {
                Ok(piece) => piece,
                Err(RecvTimeoutError::Timeout) => return Err(ErrorKind::Interrupted.into()),
                Err(RecvTimeoutError::Disconnected) => return Err(gone()),
            };
            reader.asked = false;
            (self.piece, self.taken) = (piece?, 0);
        }
        Ok(&self.piece[self.taken..])
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount;
    }
}

impl Read for ProgramInput {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(bytes)?;
        self.consume(count);
        Ok(count)
    }
}
