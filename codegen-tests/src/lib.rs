//! Tests only, and what several of them say alike.

pub mod workspace;

use opforge::Outcome;

/// How a run ended, as the programs of the tests promise it.
pub fn ended(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Returned(value) => format!("gives {value}"),
        Outcome::Trapped(report) => format!("traps {}", report.name),
        Outcome::OutOfFuel => "runs on".to_owned(),
        other => format!("{other:?}"),
    }
}
