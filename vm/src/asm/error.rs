//! What can be wrong with assembly, and how it is shown.

use super::limits;
use std::fmt;

/// A range of bytes in one line of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub(super) line: u32,
    /// From 0.
    start: u32,
    length: u32,
}

impl Place {
    pub(super) fn new(line: u32, start: usize, length: usize) -> Self {
        let small = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Self { line, start: small(start), length: small(length) }
    }

    /// The place right after this one.
    pub(super) fn after(self) -> Self {
        Self { start: self.start.saturating_add(self.length), length: 1, ..self }
    }
}

/// Everything that is wrong with a text of assembly, in the order of its lines.
///
/// `Display` shows each with file, line and column, the line underlined, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsmErrors {
    file: String,
    list: Vec<AsmError>,
    more: usize,
}

impl AsmErrors {
    /// The errors, by line and column; at most 50.
    pub fn list(&self) -> &[AsmError] {
        &self.list
    }

    /// How many more there are than [`AsmErrors::list`] holds.
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for AsmErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            error.show(&self.file, f)?;
        }
        if self.more > 0 {
            writeln!(f, "\nerror: and {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for AsmErrors {}

/// One thing that is wrong with a text of assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsmError {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1. **Units:** characters.
    pub column: u32,
    /// What is wrong.
    pub kind: AsmErrorKind,
    /// The part of the line to show.
    excerpt: String,
    /// The white space under `excerpt` before the underline.
    indent: String,
    underline: usize,
}

/// What can be wrong with a text of assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AsmErrorKind {
    /// The text has more bytes than the limit.
    TextTooLong(usize),
    /// A line has more bytes than the limit.
    LineTooLong(usize),
    /// A character that begins nothing.
    UnexpectedCharacter(char),
    /// A string without its closing quote.
    UnclosedText,
    /// An escape that there is not.
    UnknownEscape(String),
    /// A number that is none.
    WrongNumber {
        /// As written.
        text: String,
        /// What is wrong, as the end of a sentence.
        why: &'static str,
    },
    /// A number out of its range.
    OutOfRange {
        /// As written.
        text: String,
        /// What it says.
        what: String,
        /// The least it may be.
        least: i64,
        /// The most it may be.
        most: i64,
    },
    /// Something else stands where a part of a statement belongs.
    Expected {
        /// What belongs there.
        expected: String,
        /// What is there.
        found: String,
        /// The whole statement.
        usage: String,
    },
    /// Something that no statement begins with.
    NoStatement(String),
    /// An instruction, a label or a directive outside a function.
    OutsideFunction(String),
    /// An import or a global inside a function.
    InsideFunction {
        /// The keyword.
        keyword: &'static str,
        /// The function.
        function: String,
    },
    /// A function that does not end before the text or the next function.
    NoEnd(String),
    /// `end` without a function.
    StrayEnd,
    /// A `local` after the first instruction.
    LateLocal(String),
    /// A name given twice.
    Duplicate {
        /// What is named.
        what: &'static str,
        /// The name.
        name: String,
        /// Where it was given first; 0 for none.
        first_line: u32,
    },
    /// A mnemonic that the table does not have.
    UnknownMnemonic {
        /// As written.
        name: String,
        /// The nearest one that there is.
        nearest: Option<String>,
    },
    /// A name that nothing has.
    UnknownName {
        /// What should have it.
        what: &'static str,
        /// As written.
        name: String,
        /// The nearest one that there is.
        nearest: Option<String>,
        /// How it is declared.
        declare: String,
    },
    /// Another number of operands than the instruction has.
    WrongNumberOfOperands {
        /// The mnemonic and its operands.
        usage: String,
        /// How many it has.
        expected: usize,
        /// How many are given.
        found: usize,
    },
    /// An operand of the wrong sort.
    WrongOperand {
        /// The mnemonic and its operands.
        usage: String,
        /// Which operand.
        operand: &'static str,
        /// What belongs there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A call with another number of arguments than the function takes.
    WrongArity {
        /// The function.
        function: String,
        /// How many it takes.
        arity: u32,
        /// How many are given.
        given: u32,
    },
    /// Operands separated by commas: the register form.
    RegisterForm(String),
    /// A region whose end does not come after its start.
    EmptyRegion,
    /// Two regions with the same start and end.
    SameRegion,
    /// More of something than a module can have.
    TooMany(&'static str),
    /// The builder refused what the assembler let through.
    Refused(String),
}

impl fmt::Display for AsmErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TextTooLong(bytes) => write!(f, "the text has {bytes} bytes, the limit is {}", limits::TEXT_BYTES),
            Self::LineTooLong(bytes) => write!(f, "the line has {bytes} bytes, the limit is {}", limits::LINE_BYTES),
            Self::UnexpectedCharacter(character) => write!(f, "unexpected character {character:?}"),
            Self::UnclosedText => write!(f, "the text is not closed"),
            Self::UnknownEscape(escape) => write!(f, "unknown escape `{escape}`"),
            Self::WrongNumber { text, why } => write!(f, "`{text}` {why}"),
            Self::OutOfRange { text, what, .. } => write!(f, "`{text}` is out of range for {what}"),
            Self::Expected { expected, found, .. } => write!(f, "expected {expected}, found {found}"),
            Self::NoStatement(found) => write!(f, "no statement begins with {found}"),
            Self::OutsideFunction(found) => write!(f, "{found} stands outside a function"),
            Self::InsideFunction { keyword, function } => write!(f, "`{keyword}` stands inside function `{function}`"),
            Self::NoEnd(function) => write!(f, "function `{function}` has no `end`"),
            Self::StrayEnd => write!(f, "`end` without a function"),
            Self::LateLocal(function) => {
                write!(f, "`local` stands after the first instruction of function `{function}`")
            }
            Self::Duplicate { what, name, .. } => write!(f, "there are two {what} called `{name}`"),
            Self::UnknownMnemonic { name, .. } => write!(f, "no instruction is called `{name}`"),
            Self::UnknownName { what, name, .. } => write!(f, "no {what} is called `{name}`"),
            Self::WrongNumberOfOperands { expected, found, .. } => {
                let s = if *expected == 1 { "" } else { "s" };
                write!(f, "expected {expected} operand{s}, found {found}")
            }
            Self::WrongOperand { operand, expected, found, .. } => {
                write!(f, "operand `{operand}` is {expected}, found {found}")
            }
            Self::WrongArity { function, arity, given } => {
                let s = if *arity == 1 { "" } else { "s" };
                write!(f, "`{function}` takes {arity} argument{s}, {given} given")
            }
            Self::RegisterForm(mnemonic) => write!(f, "`{mnemonic}` with registers is not there yet"),
            Self::EmptyRegion => write!(f, "the region ends before it begins"),
            Self::SameRegion => write!(f, "another `.catch` guards the same instructions"),
            Self::TooMany(what) => write!(f, "too many {what}"),
            Self::Refused(why) => f.write_str(why),
        }
    }
}

impl AsmErrorKind {
    /// What to write instead.
    pub fn help(&self) -> String {
        match self {
            Self::TextTooLong(_) => "split the program into several files and link them".to_owned(),
            Self::LineTooLong(_) => "one item per line; break long texts in two".to_owned(),
            Self::UnexpectedCharacter(_) => {
                "an instruction is a mnemonic and operands separated by spaces; `;` starts a comment".to_owned()
            }
            Self::UnclosedText => "close it with `\"` on the same line; a line break within is `\\n`".to_owned(),
            Self::UnknownEscape(_) => r#"escapes are \n \r \t \0 \\ \" \xHH (up to 7f) and \u{HEX}"#.to_owned(),
            Self::WrongNumber { .. } => "numbers are written like `12`, `-0x1f`, `1_000`, `2.5`, `1e-9`".to_owned(),
            Self::OutOfRange { least, most, what, .. } if least > most => format!("there is no {what}"),
            Self::OutOfRange { least, most, .. } => format!("write a number from {least} to {most}"),
            Self::Expected { usage, .. } => format!("write `{usage}`"),
            Self::NoStatement(_) => {
                "begin with `import`, `global` or `func`, or with a mnemonic or label inside a function".to_owned()
            }
            Self::OutsideFunction(_) => "put it between `func NAME()` and `end`".to_owned(),
            Self::InsideFunction { keyword, function } => {
                format!("put it before `func {function}`; if the function is over, `end` is missing before `{keyword}`")
            }
            Self::NoEnd(_) => "write `end` on a line of its own after its last instruction".to_owned(),
            Self::StrayEnd => "remove it, or begin the function with `func NAME()`".to_owned(),
            Self::LateLocal(function) => format!("put it on the line after `func {function}(…)`"),
            Self::Duplicate { first_line, .. } => match first_line {
                0 => "give one of them another name".to_owned(),
                line => format!("the first is on line {line}; give one of them another name"),
            },
            Self::UnknownMnemonic { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownMnemonic { .. } => "`opforge spec list TABLE` prints the instructions of a table".to_owned(),
            Self::UnknownName { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownName { declare, .. } => declare.clone(),
            Self::WrongNumberOfOperands { usage, .. } | Self::WrongOperand { usage, .. } => format!("write `{usage}`"),
            Self::WrongArity { arity, .. } => format!("push {arity} and write {arity} here"),
            Self::RegisterForm(mnemonic) => {
                format!(
                    "push the inputs, write `{mnemonic}` alone, then store its result; operands are separated by spaces"
                )
            }
            Self::EmptyRegion => "write `.catch START END TARGET HEIGHT` with END after START".to_owned(),
            Self::SameRegion => "keep one of them; its handler can `raise` again to an outer one".to_owned(),
            Self::TooMany(_) => "split the program into several modules".to_owned(),
            Self::Refused(_) => "change the program so that it keeps within that rule".to_owned(),
        }
    }
}

impl AsmError {
    /// Writes the error as a compiler does.
    fn show(&self, file: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "error: {}", message(&self.kind.to_string()))?;
        writeln!(f, "{margin}--> {file}:{}:{}", self.line, self.column)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.excerpt)?;
        writeln!(f, "{margin} | {}{}", self.indent, "^".repeat(self.underline))?;
        writeln!(f, "{margin} = help: {}", message(&self.kind.help()))
    }
}

/// A message as it may be shown: names can be as long as a line, and hold anything in texts.
fn message(text: &str) -> String {
    let mut shown: String = text.chars().take(MESSAGE).map(printable).collect();
    if shown.len() < text.len() && text.chars().nth(MESSAGE).is_some() {
        shown.push('…');
    }
    shown
}

/// How much of a message is shown. **Units:** characters.
const MESSAGE: usize = 400;

/// Collects errors up to the limit.
#[derive(Debug, Default)]
pub(super) struct Errors {
    list: Vec<(Place, AsmErrorKind)>,
    more: usize,
}

impl Errors {
    pub(super) fn add(&mut self, place: Place, kind: AsmErrorKind) {
        if self.list.len() < limits::ERRORS {
            self.list.push((place, kind));
        } else {
            self.more += 1;
        }
    }

    /// Whether further errors are only counted: their kinds need not say much.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= limits::ERRORS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Puts the errors in the order of their places and adds the lines they stand on.
    pub(super) fn finish(mut self, file: &str, text: &str) -> AsmErrors {
        self.list.sort_by_key(|(place, _)| (place.line, place.start));
        let mut lines = text.split('\n').zip(1..);
        let mut current = ("", 0);
        let mut list = Vec::with_capacity(self.list.len());
        for (place, kind) in self.list {
            while current.1 < place.line {
                match lines.next() {
                    Some(line) => current = line,
                    None => current = ("", place.line),
                }
            }
            list.push(shown(current.0.trim_end_matches('\r'), place, kind));
        }
        let file = file.chars().map(printable).collect();
        AsmErrors { file, list, more: self.more }
    }
}

/// How much of a line is shown before and after where the error begins. **Units:** characters.
const SHOWN_BEFORE: usize = 60;
const SHOWN_AFTER: usize = 80;

fn shown(line: &str, place: Place, kind: AsmErrorKind) -> AsmError {
    let start = floor_boundary(line, place.start as usize);
    let end = floor_boundary(line, (place.start as usize).saturating_add(place.length as usize)).max(start);
    let before = line[..start].chars().count();
    let underline = line[start..end].chars().take(SHOWN_AFTER).count().max(1);
    let skipped = before.saturating_sub(SHOWN_BEFORE);
    let mut excerpt: String = line.chars().skip(skipped).take(SHOWN_BEFORE + SHOWN_AFTER).map(printable).collect();
    if skipped > 0 {
        excerpt = excerpt.chars().skip(1).collect();
        excerpt.insert(0, '…');
    }
    let indent = excerpt.chars().take(before - skipped).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let column = u32::try_from(before + 1).unwrap_or(u32::MAX);
    AsmError { line: place.line, column, kind, excerpt, indent, underline }
}

/// What a terminal may be given in place of `character`.
fn printable(character: char) -> char {
    let hidden = character.is_control() && character != '\t' || super::literal::is_invisible(character);
    if hidden { char::REPLACEMENT_CHARACTER } else { character }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
