//! Runs what a rewrite replaces, alone, on every engine: those that rewrite must do what the reference engine does.

use super::patterns::{Pattern, Values, Variant};
use super::random::Random;
use opforge::Execute;

/// With how many values each program is run: thousands for each rewrite of a table that has ten.
const RUNS: usize = 80;
/// With how many it is at least, where there are many rewrites.
const MIN_RUNS: usize = 12;

/// With how many values each program of a table with so many rewrites is run.
fn runs(rewrites: usize) -> usize {
    (10 * RUNS / rewrites.max(1)).clamp(MIN_RUNS, RUNS)
}

/// Compares the engines on programs made of what a rewrite replaces, over values of all kinds and the numbers that its outcome
/// may hang on.
///
/// # Errors
/// The first difference to the reference engine.
pub(crate) fn rewrite_programs<I: Execute>(index: usize) -> Result<(), String>
where
    I::Handlers: Default,
{
    let rewrites = I::table().rewrites;
    let rewrite = &rewrites[index];
    let mut random = Random::new(index as u64);
    for variant in Variant::all() {
        let Some(program) = Pattern::<I>::new(rewrite.pattern, variant) else { continue };
        for _ in 0..runs(rewrites.len()) {
            let values = Values::new(&mut random, &program, rewrite.numbers);
            let problem = program.check(&values);
            problem.map_err(|problem| format!("rewrite `{}`, {variant:?}, {values:?}: {problem}", rewrite.name))?;
        }
    }
    Ok(())
}
