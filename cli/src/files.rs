//! Reading and writing files, with errors that say what to do.

use crate::exit::Failure;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// The most that is read of a file. **Units:** bytes.
const LIMIT: u64 = 256 << 20;

/// A file that was read.
pub(crate) struct Input {
    /// How messages name it.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Input {
    /// Whether it is a module rather than assembly.
    pub(crate) fn is_module(&self) -> bool {
        self.bytes.starts_with(b"FZB\0")
    }

    /// The file as text.
    pub(crate) fn text(&self) -> Result<&str, Failure> {
        std::str::from_utf8(&self.bytes).map_err(|error| {
            let line = 1 + self.bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            Failure::input(
                format!("`{}` is neither a module nor UTF-8 text (line {line})", self.name),
                "give a module that `opforge asm` wrote, or save the text as UTF-8",
            )
        })
    }
}

/// Reads the file at `path`, or standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Input, Failure> {
    let is_stdin = path == Path::new("-");
    let name = if is_stdin { "<stdin>".to_owned() } else { path.display().to_string() };
    let mut bytes = Vec::new();
    let result = if is_stdin {
        std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes)
    } else {
        if path.is_dir() {
            return Err(Failure::input(format!("`{name}` is a folder"), "name a file in it"));
        }
        File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
    };
    match result {
        Err(error) => Err(cannot("read", &name, &error)),
        Ok(_) if bytes.len() as u64 > LIMIT => {
            Err(Failure::input(format!("`{name}` is larger than {} MiB", LIMIT >> 20), "split it into several modules"))
        }
        Ok(_) => Ok(Input { name, bytes }),
    }
}

/// Writes `bytes` to the file at `path`.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| cannot("write", &path.display().to_string(), &error))
}

/// Why a file cannot be read or written.
pub(crate) fn cannot(what: &str, name: &str, error: &std::io::Error) -> Failure {
    let help = match error.kind() {
        ErrorKind::NotFound if what == "read" => "check the path; it is relative to the current folder",
        ErrorKind::NotFound => "make the folder first",
        ErrorKind::PermissionDenied => "check the permissions of the file and its folder",
        _ => "check the path",
    };
    Failure::input(format!("cannot {what} `{name}`: {error}"), help)
}
