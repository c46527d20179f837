//! How the program ends.

use crate::terminal::{BOLD, PLAIN, RED, line, tell};

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
    /// What is wrong: lines as they are shown; empty to end quietly.
    rendered: String,
}

impl Failure {
    /// The input is wrong: `message` says how, `help` what to do. Both are one line, and may hold foreign text.
    pub(crate) fn input(message: impl AsRef<str>, help: impl AsRef<str>) -> Self {
        Self::of(Exit::Failure, message.as_ref(), help.as_ref())
    }

    /// The program was called wrongly.
    pub(crate) fn usage(message: impl AsRef<str>, help: impl AsRef<str>) -> Self {
        Self::of(Exit::Usage, message.as_ref(), help.as_ref())
    }

    fn of(exit: Exit, message: &str, help: &str) -> Self {
        let (message, help) = (line(message), line(help));
        Self { exit, rendered: format!("{RED}error{PLAIN}: {message}\n  {BOLD}help{PLAIN}: {help}") }
    }

    /// The input is wrong, and the lines of `rendered` say all about it; foreign text in them passed [`line`].
    pub(crate) fn rendered(rendered: impl Into<String>) -> Self {
        Self { exit: Exit::Failure, rendered: rendered.into() }
    }

    /// Who read the output went away: nothing is left to do, and nobody to tell.
    pub(crate) fn reader_gone() -> Self {
        Self { exit: Exit::Success, rendered: String::new() }
    }

    /// Whether nothing is said of it.
    pub(crate) fn is_quiet(&self) -> bool {
        self.rendered.is_empty()
    }

    /// The message as programs read it.
    pub(crate) fn text(&self) -> String {
        anstream::adapter::strip_str(self.rendered.trim_end()).to_string()
    }

    /// Writes the failure to standard error.
    pub(crate) fn report(self) -> Exit {
        if !self.rendered.is_empty() {
            tell(&format!("{}\n", self.rendered.trim_end()));
        }
        self.exit
    }
}
