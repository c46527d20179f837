//! Bytes → module. Any bytes may be given: nothing is allocated by a number that stands in them, what has many times its
//! bytes in memory is limited in number, and each file that is read is the only one of its module.

use super::data::{Constant, Function, Import, Line, Module, Region};
use super::layout::*;
use opforge_core::{Kind, Scalar, counted};
use std::collections::HashSet;
use std::fmt;

/// Bytes that are no module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// Where the problem stands. **Units:** bytes from the start of the file.
    pub offset: usize,
    /// What it is.
    pub problem: ReadProblem,
}

/// What is wrong with a module file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadProblem {
    /// The file does not begin with the magic bytes.
    NotAModule,
    /// The file has a version of the format that this library does not read.
    Version(u32),
    /// The file, or the section, ends within this.
    Truncated(&'static str),
    /// The directory does not list the sections of a module, in order.
    Directory(String),
    /// A section does not begin where the one before it ends.
    Misplaced {
        /// The section's name.
        section: &'static str,
        /// Where it must begin.
        expected: usize,
        /// Where the directory says that it begins.
        found: u64,
    },
    /// Bytes are left after what they belong to.
    Trailing(&'static str),
    /// A text is not UTF-8.
    NotUtf8(&'static str),
    /// A number is stored in more bytes than it needs, or needs more than 64 bits.
    NotMinimal,
    /// A byte has none of the values that it may have.
    BadByte {
        /// What it is.
        what: &'static str,
        /// Its value.
        found: u8,
    },
    /// No value of a constant's kind has the payload that is stored.
    NoSuchScalar {
        /// The kind.
        kind: Kind,
        /// What is stored.
        payload: u64,
    },
    /// More of a kind than a module can have.
    TooMany {
        /// What it is.
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// A name stands twice in the module.
    Duplicate(String),
    /// Entries are not in the order that the format asks for.
    Unordered(&'static str),
}

impl ReadProblem {
    fn remedy(&self) -> &'static str {
        match self {
            Self::NotAModule => "give a file that `opforge asm` wrote, or assembly text",
            Self::Version(_) => "assemble the program again with this version of opforge",
            Self::Truncated(_) => "the file is incomplete: copy it again, or assemble it again",
            Self::TooMany { .. } => "divide the module into several",
            Self::Duplicate(_) => "give each import, global and function a name of its own",
            _ => "the file is damaged: copy it again, or assemble it again",
        }
    }
}

impl fmt::Display for ReadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModule => f.write_str("not a module: it does not begin with `FZB\\0`"),
            Self::Version(found) => {
                write!(f, "the module has format version {found}, this library reads {VERSION}")
            }
            Self::Truncated(what) => write!(f, "the bytes end within {what}"),
            Self::Directory(what) => f.write_str(what),
            Self::Misplaced { section, expected, found } => write!(
                f,
                "section `{section}` begins at {found:#x}, it must begin at {expected:#x} where the one before ends"
            ),
            Self::Trailing(what) => write!(f, "bytes are left after {what}"),
            Self::NotUtf8(what) => write!(f, "{what} is not UTF-8"),
            Self::NotMinimal => f.write_str("a number is stored in more bytes than it needs, or exceeds 64 bits"),
            Self::BadByte { what, found } => write!(f, "{found:#04x} is no {what}"),
            Self::NoSuchScalar { kind, payload } => write!(f, "{payload:#04x} is no {}", kind.noun()),
            Self::TooMany { what, most } => write!(f, "the file lists more than {most} {what}"),
            Self::Duplicate(name) => write!(f, "the name `{name}` stands twice"),
            Self::Unordered(what) => write!(f, "{what} are not in order"),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "module, offset {:#x}: {}; help: {}", self.offset, self.problem, self.problem.remedy())
    }
}

impl std::error::Error for ReadError {}

impl Module {
    /// Reads the module whose file `bytes` is.
    ///
    /// # Errors
    /// A [`ReadError`] with the first offset that does not fit the format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Module, ReadError> {
        let mut header = Reader { bytes, at: 0, end: bytes.len(), what: "the header" };
        let magic = bytes.get(..MAGIC.len());
        if magic != Some(&MAGIC) {
            return Err(ReadError { offset: 0, problem: ReadProblem::NotAModule });
        }
        header.at = MAGIC.len();
        let version = header.u32()?;
        if version != VERSION {
            return Err(ReadError { offset: MAGIC.len(), problem: ReadProblem::Version(version) });
        }
        let table_hash = header.u64()?;
        let sections = header.directory()?;
        let [mut names, mut constants, mut imports, mut globals, mut functions, mut code, mut debug] = sections;
        let mut module = Module { table_hash, ..Module::default() };
        module.table_name = names.text("the table's name")?;
        module.name = match names.byte()? {
            0 => None,
            1 => Some(names.text("the module's name")?),
            found => return Err(names.before(1, ReadProblem::BadByte { what: "flag", found })),
        };
        names.finish()?;
        let mut seen = HashSet::new();
        module.constants = constants.few("constants", NAMEABLE, |reader| reader.constant())?;
        constants.finish()?;
        module.imports = imports.few("imports", NAMEABLE, |reader| reader.import(&mut seen))?;
        imports.finish()?;
        module.globals = globals.few("globals", NAMEABLE, |reader| reader.name(&mut seen))?;
        globals.finish()?;
        let mut left = Left { slots: MAX_SLOT_NAMES, lists: MAX_TARGET_LISTS };
        module.functions =
            functions.few("functions", NAMEABLE, |reader| reader.function(&mut seen, &mut left, &mut code))?;
        functions.finish()?;
        code.finish()?;
        if debug.end > debug.at {
            debug.debug(&mut module)?;
        }
        Ok(module)
    }
}

/// How many more of these the functions of a module may have.
struct Left {
    slots: usize,
    lists: usize,
}

/// The length of a target, a region and a line. **Units:** bytes.
const TARGET_BYTES: usize = 4;
const REGION_BYTES: usize = 16;
const LINE_BYTES: usize = 12;

/// Reads forward within one section.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    what: &'static str,
}

impl<'a> Reader<'a> {
    /// The sections of the file; an absent debug section is an empty one.
    fn directory(mut self) -> Result<[Reader<'a>; SECTIONS.len()], ReadError> {
        let count = self.u32()? as usize;
        if !(REQUIRED_SECTIONS..=SECTIONS.len()).contains(&count) {
            let problem = format!(
                "the file lists {}, a module has {REQUIRED_SECTIONS} or {}",
                counted(count, "section"),
                SECTIONS.len()
            );
            return Err(self.before(4, ReadProblem::Directory(problem)));
        }
        self.what = "the directory";
        let mut expected = HEADER_BYTES + ENTRY_BYTES * count;
        let file_end = self.end;
        let mut sections = SECTIONS.map(|what| Reader { bytes: self.bytes, at: file_end, end: file_end, what });
        for (kind, section) in sections.iter_mut().enumerate().take(count) {
            let found = self.u32()?;
            if found as usize != kind {
                let problem = format!("entry {kind} of the directory is for section {found}, it must be for {kind}");
                return Err(self.before(4, ReadProblem::Directory(problem)));
            }
            let offset = self.u64()?;
            if offset != expected as u64 {
                let problem = ReadProblem::Misplaced { section: section.what, expected, found: offset };
                return Err(self.before(8, problem));
            }
            let length = self.u64()?;
            let end = usize::try_from(length).ok().and_then(|length| expected.checked_add(length));
            let Some(end) = end.filter(|&end| end <= file_end) else {
                return Err(self.before(8, ReadProblem::Truncated(section.what)));
            };
            (section.at, section.end) = (expected, end);
            expected = end;
        }
        if expected != file_end {
            return Err(ReadError { offset: expected, problem: ReadProblem::Trailing("the last section") });
        }
        let debug = &sections[REQUIRED_SECTIONS];
        if count > REQUIRED_SECTIONS && debug.at == debug.end {
            return Err(ReadError { offset: debug.at, problem: ReadProblem::Truncated("debug") });
        }
        Ok(sections)
    }

    fn error<T>(&self, problem: ReadProblem) -> Result<T, ReadError> {
        Err(ReadError { offset: self.at, problem })
    }

    fn before(&self, length: usize, problem: ReadProblem) -> ReadError {
        ReadError { offset: self.at.saturating_sub(length), problem }
    }

    fn finish(&self) -> Result<(), ReadError> {
        if self.at < self.end { self.error(ReadProblem::Trailing(self.what)) } else { Ok(()) }
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], ReadError> {
        let end = usize::try_from(length).ok().and_then(|length| self.at.checked_add(length));
        let Some(end) = end.filter(|&end| end <= self.end) else {
            return self.error(ReadProblem::Truncated(self.what));
        };
        let Some(taken) = self.bytes.get(self.at..end) else {
            return self.error(ReadProblem::Truncated(self.what));
        };
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N as u64)?);
        Ok(array)
    }

    fn byte(&mut self) -> Result<u8, ReadError> {
        Ok(self.array::<1>()?[0])
    }

    fn u32(&mut self) -> Result<u32, ReadError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, ReadError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn count(&mut self) -> Result<u64, ReadError> {
        let start = self.at;
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            let lost = bits << shift >> shift != bits;
            let padded = byte == 0 && shift > 0;
            if lost || padded {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(ReadError { offset: start, problem: ReadProblem::NotMinimal })
    }

    /// Reads as many items of one size as the count says. **Units:** bytes.
    fn list<T>(
        &mut self,
        bytes: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let count = self.count()?;
        let there = (self.end - self.at) / bytes;
        // What is allocated is in the file.
        let mut items = Vec::with_capacity(usize::try_from(count).unwrap_or(usize::MAX).min(there));
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Reads as many items as the count says, which are at most `most`; grows only with what is really there.
    fn few<T>(
        &mut self,
        what: &'static str,
        most: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let start = self.at;
        let count = self.count()?;
        if count > most as u64 && count <= (self.end - self.at) as u64 {
            return Err(ReadError { offset: start, problem: ReadProblem::TooMany { what, most } });
        }
        let mut items = Vec::new();
        for _ in 0..count.min(most as u64 + 1) {
            items.push(item(self)?);
        }
        items.shrink_to_fit();
        Ok(items)
    }

    fn text(&mut self, what: &'static str) -> Result<String, ReadError> {
        let length = self.count()?;
        let start = self.at;
        match std::str::from_utf8(self.take(length)?) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(ReadError { offset: start + error.valid_up_to(), problem: ReadProblem::NotUtf8(what) }),
        }
    }

    fn name(&mut self, seen: &mut HashSet<String>) -> Result<String, ReadError> {
        let start = self.at;
        let name = self.text("a name")?;
        if !seen.insert(name.clone()) {
            return Err(ReadError { offset: start, problem: ReadProblem::Duplicate(name) });
        }
        Ok(name)
    }

    fn constant(&mut self) -> Result<Constant, ReadError> {
        let tag = self.byte()?;
        let unknown = self.before(1, ReadProblem::BadByte { what: "kind of constant", found: tag });
        let kind = Kind::from_tag(tag.into()).ok_or(unknown)?;
        let Some(stored) = Scalar::stored_bytes(kind) else { return Ok(Constant::from(self.text("a text constant")?)) };
        let mut payload = [0; 8];
        payload[..stored].copy_from_slice(self.take(stored as u64)?);
        let scalar = Scalar::from_payload(kind, u64::from_le_bytes(payload));
        let none = ReadProblem::NoSuchScalar { kind, payload: u64::from_le_bytes(payload) };
        Ok(Constant::Scalar(scalar.ok_or(self.before(stored, none))?))
    }

    fn import(&mut self, seen: &mut HashSet<String>) -> Result<Import, ReadError> {
        Ok(Import { name: self.name(seen)?, arity: u16::from_le_bytes(self.array()?) })
    }

    fn function(
        &mut self,
        seen: &mut HashSet<String>,
        left: &mut Left,
        code: &mut Reader<'_>,
    ) -> Result<Function, ReadError> {
        let name = self.name(seen)?;
        let mut slots = HashSet::new();
        let params = self.few("further slots", left.slots, |reader| reader.name(&mut slots))?;
        left.slots -= params.len();
        let locals = self.few("further slots", left.slots, |reader| reader.name(&mut slots))?;
        left.slots -= locals.len();
        let length = self.count()?;
        let code = code.take(length)?.to_vec();
        let target_lists = self
            .few("further lists of targets", left.lists, |reader| reader.list(TARGET_BYTES, |reader| reader.u32()))?;
        left.lists -= target_lists.len();
        let start = self.at;
        let regions = self.list(REGION_BYTES, |reader| {
            Ok(Region { start: reader.u32()?, end: reader.u32()?, target: reader.u32()?, height: reader.u32()? })
        })?;
        if !regions.is_sorted_by(|a, b| (a.start, b.end) < (b.start, a.end)) {
            return Err(ReadError { offset: start, problem: ReadProblem::Unordered("regions") });
        }
        Ok(Function { name, params, locals, code, target_lists, regions, lines: Vec::new() })
    }

    fn debug(&mut self, module: &mut Module) -> Result<(), ReadError> {
        module.files = self.few("files", NAMEABLE, |reader| reader.text("a file name"))?;
        for function in &mut module.functions {
            let start = self.at;
            function.lines = self
                .list(LINE_BYTES, |reader| Ok(Line { pc: reader.u32()?, file: reader.u32()?, line: reader.u32()? }))?;
            if !function.lines.is_sorted_by(|a, b| a.pc < b.pc) {
                return Err(ReadError { offset: start, problem: ReadProblem::Unordered("lines") });
            }
        }
        self.finish()?;
        if module.files.is_empty() && module.functions.iter().all(|function| function.lines.is_empty()) {
            return self.error(ReadProblem::Directory("the debug section holds nothing".to_owned()));
        }
        Ok(())
    }
}
