//! What a host is told of a trap, and of every step if it asks.

use crate::value::HostValue;
use opforge_bytecode::{InstructionSet, TrapCode};
use opforge_core::Printable;
use std::fmt::{self, Write};

/// The most callers that a trace lists.
pub(super) const MAX_CALLERS: usize = 16;

/// A trap or raised value that nobody caught.
#[derive(Clone, Debug, PartialEq)]
pub struct TrapReport {
    /// The trap's number.
    pub code: TrapCode,
    /// Its name; its number if the table declares none, which a handler of the table can return all the same.
    pub name: String,
    /// What happened, in words.
    pub message: Option<String>,
    /// The value, if one was raised.
    pub value: Option<HostValue>,
    /// Where; `None` if nothing was running.
    pub position: Option<Position>,
    /// The calls that led there, innermost first.
    pub trace: Vec<Position>,
    /// How many more calls there are.
    pub omitted: usize,
}

/// Where a machine is, and the calls that led there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The place; `None` if nothing is running.
    pub position: Option<Position>,
    /// Where the callers are, innermost first.
    pub callers: Vec<Position>,
    /// How many more callers there are.
    pub omitted: usize,
}

/// A place in a program. Of names that are longer than 200 characters it has the beginning, of files the end,
/// and `…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The name of the module, if it has one.
    pub module: Option<String>,
    /// The name of the function.
    pub function: String,
    /// The position in its code. **Units:** bytes.
    pub pc: u32,
    /// File and line of the source, if the module says.
    pub source: Option<(String, u32)>,
}

/// An instruction that is about to run.
#[derive(Debug)]
pub struct Step<'a, I: InstructionSet> {
    /// The name of the function.
    pub function: &'a str,
    /// The position in its code. **Units:** bytes.
    pub pc: u32,
    /// The instruction.
    pub op: &'a I::Op,
    /// How many values are on the function's stack.
    pub depth: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut Printable(f);
        if let Some(module) = &self.module {
            write!(f, "{module}:")?;
        }
        write!(f, "{} at {:#x}", self.function, self.pc)?;
        match &self.source {
            Some((file, line)) => write!(f, " ({file}:{line})"),
            None => Ok(()),
        }
    }
}

impl TrapReport {
    /// Whether the table declares the trap.
    pub fn is_declared(&self) -> bool {
        self.name != self.code.0.to_string()
    }
}

/// A value as programs print it; of a long text, how it begins.
struct Beginning<'a>(&'a HostValue);

impl fmt::Display for Beginning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            HostValue::Text(text) => match text.beginning() {
                Some(beginning) => write!(f, "{beginning}… ({} bytes)", text.len()),
                None => f.write_str(text),
            },
            value => value.fmt(f),
        }
    }
}

/// Writes the trap, then one line for each place.
impl fmt::Display for TrapReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trap {}", self.name)?;
        if self.is_declared() {
            write!(f, " ({})", self.code.0)?;
        }
        if let Some(message) = &self.message {
            write!(Printable(f), ": {message}")?;
        }
        if let Some(value) = &self.value {
            f.write_str("\n  value: ")?;
            write!(Printable(f), "{}", Beginning(value))?;
        }
        write_places(f, self.position.as_ref(), &self.trace, self.omitted)
    }
}

/// Writes one line for each place, each after a line break.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_places(f, self.position.as_ref(), &self.callers, self.omitted)
    }
}

fn write_places(
    f: &mut fmt::Formatter<'_>,
    position: Option<&Position>,
    callers: &[Position],
    omitted: usize,
) -> fmt::Result {
    if let Some(position) = position {
        write!(f, "\n  in {position}")?;
    }
    for caller in callers {
        write!(f, "\n  called from {caller}")?;
    }
    if omitted > 0 {
        write!(f, "\n  … {omitted} more")?;
    }
    Ok(())
}
