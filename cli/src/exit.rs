//! How the program ends.

/// What the exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All went well.
    Success,
    /// A trap, or input that is wrong.
    Failure,
    /// Wrong usage of the program.
    Usage,
    /// The fuel is spent.
    FuelSpent,
    /// Interrupted from outside.
    Interrupted,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::FuelSpent => 3,
            Self::Interrupted => 130,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    /// What is wrong; empty to end quietly.
    message: String,
    help: String,
}

impl Failure {
    /// The input is wrong: `message` says how, `help` what to do.
    pub(crate) fn input(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Failure, message: message.into(), help: help.into() }
    }

    /// The program was called wrongly.
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), help: help.into() }
    }

    /// The input is wrong, and `rendered` says all about it.
    pub(crate) fn rendered(rendered: impl Into<String>) -> Self {
        Self { exit: Exit::Failure, message: rendered.into(), help: String::new() }
    }

    /// Who read the output went away: nothing is left to do, and nobody to tell.
    pub(crate) fn reader_gone() -> Self {
        Self { exit: Exit::Success, message: String::new(), help: String::new() }
    }

    /// The message alone, as programs read it.
    pub(crate) fn text(&self) -> &str {
        self.message.trim_end()
    }

    /// Writes the failure to standard error.
    pub(crate) fn report(self) -> Exit {
        if !self.message.is_empty() {
            let message = self.message.trim_end();
            if self.help.is_empty() {
                anstream::eprintln!("{message}");
            } else {
                anstream::eprintln!("{RED}error{PLAIN}: {message}\n  {BOLD}help{PLAIN}: {}", self.help);
            }
        }
        self.exit
    }
}

/// Escapes that `anstream` removes where they are not wanted.
pub(crate) const RED: &str = "\u{1b}[1;31m";
pub(crate) const BOLD: &str = "\u{1b}[1m";
pub(crate) const PLAIN: &str = "\u{1b}[0m";
