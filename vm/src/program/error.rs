//! What keeps modules and host functions from being a program.

use opforge_core::{Printable, counted};
use std::fmt::{self, Write};

/// Something that the linker cannot resolve.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkError {
    /// Nothing has the name of an import.
    Missing {
        /// The import's name.
        name: String,
        /// How many values it takes.
        arity: u16,
        /// The module that wants it.
        module: String,
    },
    /// What has the name of an import takes another number of values.
    WrongArity {
        /// The import's name.
        name: String,
        /// How many values the import takes.
        arity: u16,
        /// How many what was found takes.
        found: usize,
        /// The module that wants it.
        module: String,
    },
    /// More than one thing satisfies an import.
    Ambiguous {
        /// The import's name.
        name: String,
        /// How many values it takes.
        arity: u16,
        /// Where they are.
        candidates: Vec<String>,
        /// The module that wants it.
        module: String,
    },
    /// Two host functions have the same name and arity.
    DuplicateHost {
        /// Their name.
        name: String,
        /// How many values they take.
        arity: u16,
    },
}

/// Why a program cannot be linked: never none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkErrors(Vec<LinkError>);

impl LinkErrors {
    pub(super) fn new(errors: Vec<LinkError>) -> Self {
        Self(errors)
    }

    /// The errors, by module.
    pub fn errors(&self) -> &[LinkError] {
        &self.0
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut Printable(f);
        match self {
            Self::Missing { name, arity, module } => {
                write!(
                    f,
                    "{module} imports `{name}/{arity}`, which nothing provides; help: add the module or host function that has it"
                )
            }
            Self::WrongArity { name, arity, found, module } => {
                write!(
                    f,
                    "{module} imports `{name}/{arity}`, what is there is `{name}/{found}`; help: import it with {}",
                    counted(*found, "value")
                )
            }
            Self::Ambiguous { name, arity, candidates, module } => {
                let candidates = candidates.join(" and ");
                write!(f, "{module} imports `{name}/{arity}`, which {candidates} provide; help: rename all but one")
            }
            Self::DuplicateHost { name, arity } => {
                write!(f, "the host provides `{name}/{arity}` twice; help: leave one out")
            }
        }
    }
}

impl fmt::Display for LinkErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for LinkError {}
impl std::error::Error for LinkErrors {}
