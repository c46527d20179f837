//! Reads one file from disk, with a limit.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::source::{FileId, Source, Sources, Span, Text};
use crate::std_families::std_family;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How large a file may be. **Units:** bytes.
pub(super) const MAX_BYTES: u64 = 4 << 20;

/// How many files of a folder are looked at for a name that was meant.
const MAX_NEIGHBOURS: usize = 1000;

/// What names a file: a text in a field of a table or family.
#[derive(Clone, Copy)]
pub(super) struct Named<'t> {
    pub(super) text: &'t Text,
    pub(super) by: NamedBy,
}

/// The field that names a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedBy {
    Include,
    Fixtures,
    Counts,
}

impl NamedBy {
    /// The field with a file in it.
    fn sample(self) -> &'static str {
        match self {
            Self::Include => "include: [\"…\"]",
            Self::Fixtures => "fixtures: \"…\"",
            Self::Counts => "counts: \"…\"",
        }
    }

    /// What to do where there is no folder to find the file in.
    pub(super) fn without_folder(self) -> &'static str {
        match self {
            Self::Include => {
                "write `include: [\"std:standard\"]` or another `std:` family, or give the table as a file"
            }
            Self::Fixtures => "give the table as a file, or leave out `fixtures` and the examples with `@`",
            Self::Counts => "give the table as a file, or leave out `counts`",
        }
    }

    /// What to do about a file that is too large.
    fn too_large(self) -> &'static str {
        match self {
            Self::Include => "split it: `include: [\"first.ron\", \"second.ron\"]`",
            Self::Fixtures => "keep in it what examples name with `@`",
            Self::Counts => "write it anew: `opforge tune PROGRAM… -o counts.ron`",
        }
    }
}

/// Adds the file at `path` to `sources`; says what is wrong at `from`, what names it, or for a root at the file.
pub(super) fn read_text(
    path: &Path,
    from: Option<Named<'_>>,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FileId> {
    let name = path.display().to_string();
    let bytes = match read_limited(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("`{name}` cannot be read: {}", reason(&error));
            let span = named_at(from, &name, sources);
            let included = from.filter(|from| from.by == NamedBy::Include);
            let family = included.and_then(|from| family_meant(&from.text.value));
            let help = match (from, family.or_else(|| neighbour(path, from.map_or(&name, |from| &from.text.value)))) {
                (Some(_), Some(near)) => format!("write `\"{near}\"`"),
                (None, Some(near)) => format!("there is `{near}`"),
                (None, None) => "give the path of a file that holds a `Table(…)`".to_owned(),
                (Some(from), None) => {
                    let field = from.by.sample();
                    format!("check the path; in `{field}` it is relative to the file that says so")
                }
            };
            diagnostics.push(Diagnostic::new(Code::UnreadableFile, span, message).label("cannot be read").help(help));
            return None;
        }
    };
    if bytes.len() as u64 > MAX_BYTES {
        let span = named_at(from, &name, sources);
        diagnostics.push(
            Diagnostic::new(Code::FileTooLarge, span, format!("`{name}` is larger than 4 MiB"))
                .label("too large to be part of a table")
                .help(from.map_or(NamedBy::Include, |from| from.by).too_large()),
        );
        return None;
    }
    let path = Some(path.to_owned());
    match String::from_utf8(bytes) {
        Ok(text) => Some(sources.add(Source::new(&name, path, text))),
        Err(error) => {
            let valid = u32::try_from(error.utf8_error().valid_up_to()).unwrap_or(0);
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let message = format!("`{name}` is not UTF-8");
            let file = sources.add(Source::new(&name, path, text));
            let end = valid + u32::try_from(char::REPLACEMENT_CHARACTER.len_utf8()).unwrap_or(0);
            diagnostics.push(
                Diagnostic::new(Code::NotUtf8, Span { file, start: valid, end }, message)
                    .label(format!("the byte 0x{:02x} here", error.as_bytes()[valid as usize]))
                    .help("save the file with the encoding UTF-8, or write the character as an escape: `\\u{e9}`"),
            );
            None
        }
    }
}

/// At most one byte more than the limit; never waits for a pipe or a terminal.
fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The embedded family that is written as if it were a file.
fn family_meant(written: &str) -> Option<String> {
    let name = written.trim_end_matches(".ron").rsplit(['/', ':']).next()?;
    std_family(&format!("std:{name}")).map(|family| family.name.to_owned())
}

/// The name as written, with the file of that folder that is spelt most like it.
fn neighbour(path: &Path, written: &str) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let entries = std::fs::read_dir(path.parent()?).ok()?.take(MAX_NEIGHBOURS).flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mut files: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    files.sort();
    let near = nearest(name, files.iter().map(String::as_str).filter(|file| *file != name))?;
    Some(format!("{}{near}", written.strip_suffix(name)?))
}

/// Where a file is named; a root that cannot be read gets an empty source to stand for it.
fn named_at(from: Option<Named<'_>>, name: &str, sources: &mut Sources) -> Span {
    match from {
        Some(from) => from.text.span,
        None => {
            let file = sources.add(Source::new(name, None, String::new()));
            Span { file, start: 0, end: 0 }
        }
    }
}

/// The same words on every system.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        io::ErrorKind::InvalidFilename | io::ErrorKind::InvalidInput => "this is not a file's name".to_owned(),
        _ => error.to_string(),
    }
}
