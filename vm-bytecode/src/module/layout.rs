//! The shape of a module file, shared by the reader and the writer.
//!
//! ```text
//! magic "FZB\0" · version u32 · table hash u64 · section count u32
//! section count × { kind u32 · offset u64 · length u64 }     by kind, back to back
//! names      table name · flag, module name
//! constants  count · { tag u8 · payload }
//! imports    count · { name · arity }
//! globals    count · { name }
//! functions  count · { name · params · locals · code length · lists of targets · regions }
//! code       the functions' code, back to back
//! debug      files · per function: lines                     absent if there is nothing in it
//! ```
//!
//! All is little-endian. Counts and lengths are LEB128 of least length; a text
//! is its length and its UTF-8 bytes. Each module has exactly one file.

/// The first bytes of a module file.
pub(super) const MAGIC: [u8; 4] = *b"FZB\0";
/// The version of the format.
pub(super) const VERSION: u32 = 2;
/// Length of what stands before the directory. **Units:** bytes.
pub(super) const HEADER_BYTES: usize = 20;
/// Length of a directory entry. **Units:** bytes.
pub(super) const ENTRY_BYTES: usize = 20;

/// The sections that every file has, in order; the number is the kind.
pub(super) const SECTIONS: [&str; 7] = ["names", "constants", "imports", "globals", "functions", "code", "debug"];
/// How many of [`SECTIONS`] a file must have: only debug may be absent.
pub(super) const REQUIRED_SECTIONS: usize = 6;

/// How many things of a kind a 16-bit operand can name, and how many files a module may list.
pub(crate) const NAMEABLE: usize = 1 << 16;
/// How many slots the functions of a module may have together. A name takes many times its bytes in memory.
pub(crate) const MAX_SLOT_NAMES: usize = 1 << 21;
/// How many lists of targets the functions of a module may have together. One takes many times its bytes in memory.
pub(crate) const MAX_TARGET_LISTS: usize = 1 << 20;
