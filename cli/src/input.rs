//! Standard input for a program.

use std::io::{self, BufRead, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// How long a program waits for input before it looks whether it is to be interrupted.
const PATIENCE: Duration = Duration::from_millis(10);
/// How much is asked for at once. **Units:** bytes.
const PIECE_BYTES: usize = 1 << 16;

/// Standard input, read by a thread of its own, so that who waits for it can be interrupted. Nothing is read before a program asks.
#[derive(Default)]
pub(crate) struct ProgramInput {
    pieces: Option<Receiver<io::Result<Vec<u8>>>>,
    piece: Vec<u8>,
    /// How much of the piece was taken.
    taken: usize,
}

impl ProgramInput {
    pub(crate) fn new() -> Self {
        Self::default()
    }
}

/// Sends what comes, until there is no more or nobody wants it.
fn read(sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut bytes = vec![0; PIECE_BYTES];
    loop {
        let piece = match io::stdin().lock().read(&mut bytes) {
            Ok(0) => return,
            Ok(count) => Ok(bytes[..count].to_vec()),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let failed = piece.is_err();
        if sender.send(piece).is_err() || failed {
            return;
        }
    }
}

impl BufRead for ProgramInput {
    /// Fails with `Interrupted` when nothing came for a while.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.piece.len() {
            let pieces = match &self.pieces {
                Some(pieces) => pieces,
                None => {
                    let (sender, receiver) = sync_channel(1);
                    std::thread::Builder::new().name("input".to_owned()).spawn(move || read(&sender))?;
                    self.pieces.insert(receiver)
                }
            };
            (self.piece, self.taken) = match pieces.recv_timeout(PATIENCE) {
                Ok(piece) => (piece?, 0),
                Err(RecvTimeoutError::Timeout) => return Err(ErrorKind::Interrupted.into()),
                // There is no more, now and later.
                Err(RecvTimeoutError::Disconnected) => (Vec::new(), 0),
            };
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
