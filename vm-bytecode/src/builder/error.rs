//! What can be wrong with what a builder was given.

use crate::isa::OperandError;
use crate::registers::{MissingRow, NoRegisterForm};
use crate::verify::VerifyErrors;
use opforge_core::{Printable, counted};
use std::fmt::{self, Write};

/// Why a builder makes no module.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BuildError {
    /// What was asked for makes no module.
    Problems(Vec<BuildProblem>),
    /// The module was made, but breaks rules of verification.
    Verify(VerifyErrors),
}

/// One thing that a builder cannot do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BuildProblem {
    /// A label is used that was never bound.
    UnboundLabel {
        /// The function that uses it.
        function: String,
        /// Where it is used. **Units:** bytes.
        pc: usize,
    },
    /// A label is bound a second time.
    BoundTwice {
        /// The function that binds it.
        function: String,
        /// Where it is bound again. **Units:** bytes.
        pc: usize,
    },
    /// A label belongs to another function.
    ForeignLabel {
        /// The function that uses it.
        function: String,
        /// Where it is used. **Units:** bytes.
        pc: usize,
    },
    /// Operands make no op.
    Operand {
        /// The function.
        function: String,
        /// Where the op would stand. **Units:** bytes.
        pc: usize,
        /// Why not.
        error: OperandError,
    },
    /// An op is assigned that has no register form.
    NoRegisterForm {
        /// The function.
        function: String,
        /// Where the op would stand. **Units:** bytes.
        pc: usize,
        /// Its mnemonic.
        mnemonic: &'static str,
        /// Why not.
        why: NoRegisterForm,
    },
    /// An op is assigned with another number of sources than it pops.
    WrongSources {
        /// The function.
        function: String,
        /// Where the op would stand. **Units:** bytes.
        pc: usize,
        /// Its mnemonic.
        mnemonic: &'static str,
        /// How many it pops.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// An instruction that assigning needs and the table lacks.
    MissingRow {
        /// The function.
        function: String,
        /// Where it would stand. **Units:** bytes.
        pc: usize,
        /// Which.
        row: MissingRow,
    },
    /// An instruction changes its length with its target.
    UnstableLength {
        /// The function.
        function: String,
        /// Where the instruction stands. **Units:** bytes.
        pc: usize,
    },
    /// A name is declared twice.
    DuplicateName(String),
    /// A parameter is declared after a local, whose slot it would change.
    LateParameter(String),
    /// There are more of these than an operand can name.
    TooMany(&'static str),
    /// An import is declared after a function, whose index it would change.
    LateImport(String),
    /// A function is declared but never given.
    MissingFunction(String),
    /// A function is given with another number of parameters than it was declared with.
    OtherArity {
        /// The function's name.
        function: String,
        /// What it was declared with.
        declared: usize,
        /// What it has.
        found: usize,
    },
}

impl fmt::Display for BuildProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut Printable(f);
        match self {
            Self::UnboundLabel { function, pc } => {
                write!(f, "`{function}` at {pc:#x}: the label has no place; help: `bind` it where it belongs")
            }
            Self::BoundTwice { function, pc } => {
                write!(f, "`{function}` at {pc:#x}: the label is bound already; help: make one `label` for each place")
            }
            Self::ForeignLabel { function, pc } => {
                write!(
                    f,
                    "`{function}` at {pc:#x}: the label belongs to another function; help: use a label of this one"
                )
            }
            Self::Operand { function, pc, error: error @ OperandError::WrongLabels { .. } } => {
                write!(
                    f,
                    "`{function}` at {pc:#x}: {error}; help: give a `Label` for a target, `Labels` for a list of them"
                )
            }
            Self::Operand { function, pc, error } => {
                write!(f, "`{function}` at {pc:#x}: {error}; help: give each operand a value of its kind")
            }
            Self::NoRegisterForm { function, pc, mnemonic, why } => {
                write!(f, "`{function}` at {pc:#x}: `{mnemonic}` {why}; help: `push` it and its inputs in stack form")
            }
            Self::WrongSources { function, pc, mnemonic, expected, found } => {
                write!(
                    f,
                    "`{function}` at {pc:#x}: `{mnemonic}` pops {}, not {found}; help: name one source for each value",
                    counted(*expected, "value")
                )
            }
            Self::MissingRow { function, pc, row } => {
                let or = match row {
                    MissingRow::Scalar(_) => "use `Source::Constant`, or change the table: ",
                    _ => "",
                };
                write!(f, "`{function}` at {pc:#x}: {row}; help: {or}{}", row.remedy())
            }
            Self::UnstableLength { function, pc } => {
                write!(f, "`{function}` at {pc:#x}: the instruction's length depends on its target")
            }
            Self::DuplicateName(name) => {
                write!(
                    f,
                    "the name `{name}` is declared twice; help: imports, globals and functions share one namespace"
                )
            }
            Self::TooMany("slots") => f.write_str("more than 65,536 slots; help: divide the function into several"),
            Self::TooMany("lists of targets") => {
                f.write_str("more than 65,536 lists of targets in a function; help: divide the function into several")
            }
            Self::TooMany(what) => write!(f, "more than 65,536 {what}; help: divide the module into several"),
            Self::LateParameter(name) => {
                write!(f, "parameter `{name}` comes after a local; help: declare all parameters before the first local")
            }
            Self::LateImport(name) => {
                write!(f, "import `{name}` comes after a function; help: declare all imports before the first function")
            }
            Self::MissingFunction(name) => {
                write!(f, "function `{name}` was declared but not given; help: pass its builder to `function`")
            }
            Self::OtherArity { function, declared, found } => {
                write!(f, "function `{function}` was declared with {}, it has {found}", counted(*declared, "parameter"))
            }
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problems(problems) => {
                for (index, problem) in problems.iter().enumerate() {
                    if index > 0 {
                        f.write_str("\n")?;
                    }
                    problem.fmt(f)?;
                }
                Ok(())
            }
            Self::Verify(errors) => errors.fmt(f),
        }
    }
}

impl std::error::Error for BuildError {}

impl From<VerifyErrors> for BuildError {
    fn from(errors: VerifyErrors) -> Self {
        Self::Verify(errors)
    }
}
