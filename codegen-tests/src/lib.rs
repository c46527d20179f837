//! Tests only, and what several of them say alike.

pub mod workspace;
pub mod tables;

use opforge::Outcome;
use std::io::Write;

/// How a run ended, as the programs of the tests promise it.
pub fn ended(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Returned(value) => format!("gives {value}"),
        Outcome::Trapped(report) => format!("traps {}", report.name),
        Outcome::OutOfFuel => "runs on".to_owned(),
        other => format!("{other:?}"),
    }
}

/// If tests that take long are wanted, which `OPFORGE_LONG` says; otherwise prints that `what` is left out.
pub fn long_tests(what: &str) -> bool {
    let wanted = std::env::var_os("OPFORGE_LONG").is_some();
    if !wanted {
        // Not `eprintln!`, which the harness keeps to itself when a test passes; a stream that is closed is no failure.
        let _ = writeln!(std::io::stderr(), "left out: {what}; `cargo long` runs it");
    }
    wanted
}
