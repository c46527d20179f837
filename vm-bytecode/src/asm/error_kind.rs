//! What can be wrong with assembly, and what to write instead.

use super::limits;
use crate::registers::{MissingRow, NoRegisterForm};
use opforge_core::counted;
use std::fmt;

/// What can be wrong with a text of assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AsmErrorKind {
    /// The text has more bytes than the limit.
    TextTooLong(usize),
    /// A character that begins nothing.
    UnexpectedCharacter(char),
    /// Quotes that stand around no character, or around several.
    MalformedCharacter {
        /// What is wrong.
        message: &'static str,
        /// What to write instead.
        help: &'static str,
    },
    /// What begins a comment elsewhere.
    ForeignComment(&'static str),
    /// A string without its closing quote.
    UnclosedText,
    /// An escape that there is not.
    UnknownEscape(String),
    /// A malformed number.
    MalformedNumber {
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
    /// A directive that there is not.
    UnknownDirective {
        /// As written.
        name: String,
        /// The nearest one that there is.
        nearest: Option<String>,
    },
    /// An instruction, a label or a directive outside a function.
    OutsideFunction {
        /// What stands there.
        found: String,
        /// The nearest word that may begin a line there.
        nearest: Option<String>,
    },
    /// An import or a global inside a function.
    InsideFunction {
        /// The keyword.
        keyword: &'static str,
        /// The function.
        function: String,
    },
    /// A function that begins before another ends.
    NestedFunction {
        /// The one that begins.
        inner: String,
        /// The one that has not ended.
        outer: String,
    },
    /// A function that does not end before the text.
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
        /// Its register form, if that may be meant.
        with_registers: Option<String>,
        /// How many it has.
        expected: usize,
        /// How many are given.
        found: usize,
    },
    /// An operand of the wrong sort.
    WrongOperand {
        /// The mnemonic and its operands.
        usage: String,
        /// Another instruction that may be meant.
        or: Option<String>,
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
    /// An instruction in register form that passes another number of arguments than the function takes.
    WrongArguments {
        /// The function.
        function: String,
        /// How many it takes.
        arity: u32,
        /// How many are given.
        given: u32,
    },
    /// A comma right after a mnemonic.
    CommaAfterMnemonic {
        /// The mnemonic.
        mnemonic: String,
        /// How it is written.
        usage: String,
    },
    /// An instruction in register form that has none.
    NoRegisterForm {
        /// The mnemonic.
        mnemonic: String,
        /// Why not.
        why: NoRegisterForm,
        /// Its stack form.
        usage: String,
    },
    /// Another number of slots, literals and operands than the register form of the instruction has.
    WrongNumberOfParts {
        /// The register form.
        usage: String,
        /// How many it has.
        expected: usize,
        /// How many are given.
        found: usize,
    },
    /// An instruction that register form needs and the table lacks.
    MissingRow(MissingRow),
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
            Self::MalformedCharacter { message, .. } => f.write_str(message),
            Self::UnexpectedCharacter(character) => write!(f, "unexpected character {character:?}"),
            Self::ForeignComment(mark) => write!(f, "`{mark}` begins no comment"),
            Self::UnclosedText => write!(f, "the text is not closed"),
            Self::UnknownEscape(escape) => write!(f, "unknown escape `{escape}`"),
            Self::MalformedNumber { text, why } => write!(f, "`{text}` {why}"),
            Self::OutOfRange { text, what, .. } => write!(f, "`{text}` is out of range for {what}"),
            Self::Expected { expected, found, .. } => write!(f, "expected {expected}, found {found}"),
            Self::NoStatement(found) => write!(f, "no statement begins with {found}"),
            Self::UnknownDirective { name, .. } => write!(f, "no directive is called `{name}`"),
            Self::OutsideFunction { found, .. } => write!(f, "{found} stands outside a function"),
            Self::InsideFunction { keyword, function } => write!(f, "`{keyword}` stands inside function `{function}`"),
            Self::NestedFunction { inner, outer } => write!(f, "function `{inner}` begins inside function `{outer}`"),
            Self::NoEnd(function) => write!(f, "function `{function}` has no `end`"),
            Self::StrayEnd => write!(f, "`end` without a function"),
            Self::LateLocal(function) => {
                write!(f, "`local` stands after the first instruction of function `{function}`")
            }
            Self::Duplicate { what, name, .. } => write!(f, "there are two {what} called `{name}`"),
            Self::UnknownMnemonic { name, .. } => write!(f, "no instruction is called `{name}`"),
            Self::UnknownName { what, name, .. } => write!(f, "no {what} is called `{name}`"),
            Self::WrongNumberOfOperands { expected, found, .. } => {
                write!(f, "expected {}, found {found}", counted(*expected, "operand"))
            }
            Self::WrongOperand { operand, expected, found, .. } => {
                write!(f, "operand `{operand}` is {expected}, found {found}")
            }
            Self::WrongArity { function, arity, given } | Self::WrongArguments { function, arity, given } => {
                write!(f, "`{function}` takes {}, {given} given", counted(*arity as usize, "argument"))
            }
            Self::CommaAfterMnemonic { mnemonic, .. } => write!(f, "a comma follows the mnemonic `{mnemonic}`"),
            Self::NoRegisterForm { mnemonic, why, .. } => write!(f, "`{mnemonic}` {why}"),
            Self::WrongNumberOfParts { expected, found, .. } => {
                write!(f, "expected {} between commas, found {found}", counted(*expected, "part"))
            }
            Self::MissingRow(row) => row.fmt(f),
            Self::EmptyRegion => write!(f, "the region ends before it begins"),
            Self::SameRegion => write!(f, "another `.catch` guards the same instructions"),
            Self::TooMany(what) => write!(f, "more than 65,536 {what}"),
            Self::Refused(why) => f.write_str(why),
        }
    }
}

impl AsmErrorKind {
    /// What to write instead.
    pub fn help(&self) -> String {
        match self {
            Self::TextTooLong(_) => "split the program into several files and link them".to_owned(),
            Self::ForeignComment(_) => "a comment begins with `;` and ends with the line".to_owned(),
            Self::MalformedCharacter { help, .. } => (*help).to_owned(),
            Self::UnexpectedCharacter('{' | '}') => {
                "a function begins with `func NAME()` and ends with a line `end`, without braces".to_owned()
            }
            Self::UnexpectedCharacter('=') => {
                "there are no expressions: push a value, then store it with an instruction of its own".to_owned()
            }
            Self::UnexpectedCharacter(_) => {
                "an instruction is a mnemonic and operands separated by spaces; `;` starts a comment".to_owned()
            }
            Self::UnclosedText => "close it with `\"` on the same line; a line break within is `\\n`".to_owned(),
            Self::UnknownEscape(_) => r#"escapes are \n \r \t \0 \\ \" \xHH (up to 7f) and \u{HEX}"#.to_owned(),
            Self::MalformedNumber { .. } => "numbers are written like `12`, `-0x1f`, `1_000`, `2.5`, `1e-9`".to_owned(),
            Self::OutOfRange { least, most, what, .. } if least > most => format!("there is no {what}"),
            Self::OutOfRange { least, most, .. } => format!("write a number from {least} to {most}"),
            Self::Expected { usage, .. } => format!("write `{usage}`"),
            Self::NoStatement(_) => {
                "begin with `import`, `global` or `func`, or with a mnemonic or label inside a function".to_owned()
            }
            Self::UnknownDirective { nearest: Some(nearest), .. }
            | Self::OutsideFunction { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownDirective { .. } => {
                "the directives are `.line` and `.catch` in functions, `.module`, `.constant` and `.file` outside"
                    .to_owned()
            }
            Self::OutsideFunction { .. } => {
                "begin a function with `func NAME()` before it, or move it into one".to_owned()
            }
            Self::InsideFunction { keyword, function } => {
                format!("put it before `func {function}`; if the function is over, `end` is missing before `{keyword}`")
            }
            Self::NestedFunction { inner, outer } => {
                format!("write `end` before `func {inner}` if `{outer}` is over, else move `{inner}` out of it")
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
            Self::WrongNumberOfOperands { usage, with_registers: Some(with_registers), .. } => {
                format!("write `{usage}`, or with slots `{with_registers}`")
            }
            Self::WrongOperand { usage, or: Some(or), .. } => format!("write `{usage}`, or `{or}`"),
            Self::WrongNumberOfOperands { usage, .. }
            | Self::WrongNumberOfParts { usage, .. }
            | Self::CommaAfterMnemonic { usage, .. }
            | Self::WrongOperand { usage, .. } => format!("write `{usage}`"),
            Self::WrongArity { function, arity, given } => {
                format!("push {arity} and write {arity} here, or let `{function}` take {given}")
            }
            Self::WrongArguments { function, arity, given } => {
                let s = if *arity == 1 { "" } else { "s" };
                format!("name {arity} slot{s} or literal{s} after `{function}`, or let `{function}` take {given}")
            }
            Self::NoRegisterForm { usage, .. } => {
                format!("push its inputs, then write `{usage}`; operands are separated by spaces")
            }
            Self::MissingRow(row) => row.remedy().to_owned(),
            Self::EmptyRegion => "write `.catch START END TARGET HEIGHT` with END after START".to_owned(),
            Self::SameRegion => "keep one of them; its handler can `raise` again to an outer one".to_owned(),
            Self::TooMany("slots") => "keep values in globals, or divide the function into several".to_owned(),
            Self::TooMany("lists of targets") => "divide the function into several".to_owned(),
            Self::TooMany(_) => "divide the program into several modules and link them".to_owned(),
            Self::Refused(_) => "change the program so that it keeps within that rule".to_owned(),
        }
    }
}
