//! Test vectors of rows: what other implementations of a set are held against.
//!
//! They are the row's examples, and computed ones: boundary values, the row's own numbers and seeded ones, of each case and of what
//! fits none. Called by whoever writes them down; nothing here checks anything.

use crate::candidates::inputs;
use crate::coverage::with_ending;
use crate::evaluate::{Ended, Set, Way, ending, traced};
use crate::model::{Example, Instruction, InstructionSet};
use crate::words::{example_words, given_words};
use std::collections::BTreeSet;

/// How many computed vectors a row has, at most.
pub const MAX_COMPUTED: usize = 32;

/// The examples of a row of `set`, then at most [`MAX_COMPUTED`] computed ones; the same on every run.
///
/// Where the row can be evaluated, each says what is in the slots and globals afterwards, and what `text` says is all of it. Where it
/// needs a machine, there are just the examples, as they are written.
pub fn vectors(set: &InstructionSet, row: &Instruction) -> Vec<Example> {
    let instructions = Set::instructions(set);
    let evaluation = Set::of(set, &instructions);
    let complete = |example: &Example, ended: Ended| Example {
        slots_after: Some(ended.slots.clone()),
        globals_after: Some(ended.globals.clone()),
        evaluated: true,
        ..with_ending(example.clone(), ended, row)
    };
    let mut all: Vec<Example> = Vec::new();
    for example in &row.examples {
        all.push(match ending(&evaluation, row, example) {
            Some(ended) => complete(example, ended),
            None => example.clone(),
        });
    }
    let tried: Vec<(Example, Ended, BTreeSet<Way>)> = inputs(&evaluation, row)
        .into_iter()
        .filter_map(|example| traced(&evaluation, row, &example).map(|(ended, ways)| (example, ended, ways)))
        .collect();
    // First one for each way through the body, then some from everywhere.
    let mut reached: BTreeSet<Way> = BTreeSet::new();
    let new = tried.iter().filter(|(.., ways)| {
        let before = reached.len();
        reached.extend(ways);
        reached.len() > before
    });
    let mut chosen: Vec<&(Example, Ended, BTreeSet<Way>)> = new.take(MAX_COMPUTED).collect();
    let step = tried.len().div_ceil(MAX_COMPUTED).max(1);
    chosen.extend(tried.iter().step_by(step));
    let mut known: BTreeSet<String> = all.iter().map(given_words).collect();
    let mut computed = 0;
    for (example, ended, _) in chosen {
        let vector = complete(example, ended.clone());
        if computed < MAX_COMPUTED && known.insert(given_words(&vector)) {
            let text = example_words(&with_ending(example.clone(), ended.clone(), row), row, set.traps());
            all.push(Example { text, ..vector });
            computed += 1;
        }
    }
    all
}
