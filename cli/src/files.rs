//! Reading and writing files, with errors that say what to do.

use crate::exit::Failure;
use crate::output::{self, Sink};
use opforge::core::nearest::nearest;
use opforge_codegen::manual::MARK;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The most that is read of a file. **Units:** bytes.
const LIMIT: u64 = 256 << 20;

/// A file that was read.
pub(crate) struct Input {
    /// How messages name it.
    pub(crate) name: String,
    /// How the command line names it.
    pub(crate) argument: String,
    pub(crate) bytes: Vec<u8>,
}

impl Input {
    /// Whether it is a module rather than assembly.
    pub(crate) fn is_module(&self) -> bool {
        self.bytes.starts_with(MAGIC)
    }

    /// Whether it begins as a table of instructions does.
    pub(crate) fn is_table(&self) -> bool {
        let begin = self.first_line("//");
        begin.starts_with("#![enable") || ["Table", "Family"].iter().any(|row| has_word(begin, row))
    }

    /// Whether it is a module, or begins as assembly does.
    pub(crate) fn is_program(&self) -> bool {
        let begin = self.first_line(";");
        let statements = ["func", "import", "global", ".module", ".constant", ".file"];
        self.is_module() || statements.iter().any(|statement| has_word(begin, statement))
    }

    /// The first line that is neither blank nor a comment, which begins with `comment`.
    fn first_line(&self, comment: &str) -> &str {
        let text = std::str::from_utf8(&self.bytes).unwrap_or_default().trim_start_matches('\u{feff}');
        let mut lines = text.lines().map(str::trim_start);
        lines.find(|line| !line.is_empty() && !line.starts_with(comment)).unwrap_or_default()
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

/// Whether `line` begins with this word.
fn has_word(line: &str, word: &str) -> bool {
    let rest = line.strip_prefix(word);
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '.')))
}

/// Reads the file at `path`, or standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Input, Failure> {
    let is_stdin = path == Path::new("-");
    let name = if is_stdin { "<stdin>".to_owned() } else { path.display().to_string() };
    let mut bytes = Vec::new();
    let result = if is_stdin {
        io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes)
    } else {
        if path.is_dir() {
            return Err(Failure::input(format!("`{name}` is a folder"), "name a file in it"));
        }
        File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
    };
    match result {
        Err(error) => Err(match near(path).filter(|_| error.kind() == ErrorKind::NotFound) {
            Some(near) => Failure::input(format!("there is no file `{name}`"), format!("did you mean `{near}`?")),
            None => cannot("read", &name, &error),
        }),
        Ok(_) if bytes.len() as u64 > LIMIT => {
            Err(Failure::input(format!("`{name}` is larger than {} MiB", LIMIT >> 20), "split it into several modules"))
        }
        Ok(_) => Ok(Input { name, argument: path.display().to_string(), bytes }),
    }
}

/// The file beside where `path` would be whose name is nearest to its.
fn near(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).ok()?.take(MAX_BESIDE).flatten().filter(|entry| !entry.path().is_dir());
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let near = nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}

/// So many entries of a folder are looked at for one that may be meant.
const MAX_BESIDE: usize = 10_000;

/// What this program writes to files, and knows again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Product {
    /// A module, which begins with the magic.
    Module,
    /// Assembly that was printed, which begins with [`PRINTED`] and the digest of what follows: it is made to be edited,
    /// and then it is the user's.
    Assembly,
    /// What `disasm --json` shows of a module: one object, which has no room for a mark but begins with [`LISTED`].
    Listing,
    /// A page of a manual, which ends with the mark of one.
    Page,
    /// A file of counts, which begins with [`COUNTED`].
    Counts,
}

/// What a file of printed assembly begins with.
const PRINTED: &str = "; Made by `opforge disasm`; the digest of the lines below is ";
/// What a file of a listing begins with.
const LISTED: &str = "{\"file\":\"";
/// What a file of counts begins with.
pub(crate) const COUNTED: &str = "// Counted by `opforge tune`";

impl Product {
    /// Whether a file that begins and ends with these bytes is such a product. `all` reads the whole of it.
    fn is(self, head: &[u8], tail: &[u8], all: impl FnOnce() -> io::Result<Vec<u8>>) -> io::Result<bool> {
        Ok(match self {
            Self::Module => head.starts_with(MAGIC),
            Self::Assembly => head.starts_with(PRINTED.as_bytes()) && is_as_printed(&all()?),
            Self::Listing => head.starts_with(LISTED.as_bytes()) && tail.trim_ascii_end().ends_with(b"]}"),
            Self::Counts => head.starts_with(COUNTED.as_bytes()),
            Self::Page => tail.trim_ascii_end().ends_with(MARK.as_bytes()),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Module => "no module",
            Self::Assembly => "not as `opforge disasm` printed it",
            Self::Listing => "not printed by `opforge disasm --json`",
            Self::Counts => "not written by `opforge tune`",
            Self::Page => "no page made by `opforge spec doc`",
        }
    }
}

/// What assembly with the digest `sha` begins with: the first 64 bits of it, in hex.
fn mark(sha: Sha256) -> String {
    let digest: String = sha.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{PRINTED}{digest}.\n")
}

/// Whether a file of printed assembly is as it was written.
fn is_as_printed(bytes: &[u8]) -> bool {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return false };
    let (first, rest) = bytes.split_at(end + 1);
    first == mark(Sha256::new_with_prefix(rest)).as_bytes()
}

/// Writes a module or a page to the file at `path`, or a module to standard output for `-`.
///
/// # Errors
/// When it cannot be written, or [`refuse_foreign`] does, unless `force` is set.
pub(crate) fn write(path: &Path, bytes: &[u8], product: Product, force: bool) -> Result<(), Failure> {
    if path == Path::new("-") {
        return output::print_bytes(bytes);
    }
    if !force {
        refuse_foreign(path, product)?;
    }
    std::fs::write(path, bytes).map_err(|error| cannot("write", &path.display().to_string(), &error))
}

/// Writes what `text` says, as it says it, to the file at `path`, or to standard output for `-`. It is asked twice where
/// the digest of a text stands before it.
///
/// # Errors
/// As [`write`].
pub(crate) fn write_text(
    path: &Path,
    text: &dyn Fn(Sink<'_>) -> io::Result<()>,
    product: Product,
    force: bool,
) -> Result<(), Failure> {
    if path == Path::new("-") {
        return output::print_text(text);
    }
    if !force {
        refuse_foreign(path, product)?;
    }
    let write = || {
        let mut out = BufWriter::new(File::create(path)?);
        if let Product::Assembly = product {
            let mut sha = Sha256::new();
            text(&mut |part| {
                sha.update(part);
                Ok(())
            })?;
            out.write_all(mark(sha).as_bytes())?;
        }
        text(&mut |part| out.write_all(part.as_bytes()))?;
        out.flush()
    };
    write().map_err(|error| cannot("write", &path.display().to_string(), &error))
}

/// Refuses to replace a file that is not an earlier product of the same kind. What is no file can be written to.
///
/// # Errors
/// When there is such a file.
pub(crate) fn refuse_foreign(path: &Path, product: Product) -> Result<(), Failure> {
    let name = path.display().to_string();
    let Ok(metadata) = std::fs::metadata(path) else { return Ok(()) };
    if !metadata.is_file() || metadata.len() == 0 {
        return Ok(());
    }
    let ends = || {
        let mut file = File::open(path)?;
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        Read::by_ref(&mut file).take(LOOK).read_to_end(&mut head)?;
        file.seek(SeekFrom::Start(metadata.len().saturating_sub(LOOK)))?;
        file.take(LOOK).read_to_end(&mut tail)?;
        Ok((head, tail))
    };
    let all = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    if ends().and_then(|(head, tail)| product.is(&head, &tail, all)).map_err(|error| cannot("read", &name, &error))? {
        return Ok(());
    }
    Err(Failure::input(
        format!("`{name}` is there already, and is {}", product.name()),
        "name another file, or replace it with `--force`",
    ))
}

/// Refuses what no file can be written to: a folder, or a name in a folder that is not there.
///
/// # Errors
/// When it is so.
pub(crate) fn refuse_no_file(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let kind = if path.is_dir() {
        ErrorKind::IsADirectory
    } else if folder.is_some_and(|folder| !folder.exists()) {
        ErrorKind::NotFound
    } else {
        return Ok(());
    };
    Err(cannot("write", &path.display().to_string(), &kind.into()))
}

/// How much of a file is looked at, at either end. **Units:** bytes.
const LOOK: u64 = 256;

/// What a module begins with.
const MAGIC: &[u8] = b"FZB\0";

/// Refuses to read standard input twice: it is empty the second time.
///
/// # Errors
/// When `-` is among `paths` more than once.
pub(crate) fn refuse_twice(paths: &[PathBuf]) -> Result<(), Failure> {
    if paths.iter().filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Failure::usage("`-` is given twice", "standard input holds one program"));
    }
    Ok(())
}

/// Why a file cannot be read or written.
pub(crate) fn cannot(what: &str, name: &str, error: &io::Error) -> Failure {
    let help = match error.kind() {
        ErrorKind::NotFound if what == "read" => "check the path; it is relative to the current folder",
        ErrorKind::NotFound => "make the folder first",
        ErrorKind::IsADirectory => "name a file in it",
        ErrorKind::PermissionDenied => "check the permissions of the file and its folder",
        _ => "check the path",
    };
    Failure::input(format!("cannot {what} `{name}`: {error}"), help)
}
