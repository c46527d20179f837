//! Which examples a row should have besides those that it has.

use super::survivors::mutations_of;
use crate::coverage::lacking;
use crate::evaluate::{Set, obstacle};
use crate::model::{Instruction, InstructionSet};
use crate::words::example_words;

/// Examples that a row should have besides its own, as a table holds them. Each was computed: whether the row should do that is
/// for a person to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingExamples {
    /// Those without which the table is refused.
    pub needed: Vec<String>,
    /// Those that notice mistakes which no other example notices.
    pub telling: Vec<String>,
    /// Why none can be computed for a row that has no example and no excuse.
    pub obstacle: Option<String>,
}

/// The examples that a row of `set` should have besides its own; the set may be one of [`check_file_draft`](crate::check_file_draft).
pub fn missing_examples(set: &InstructionSet, row: &Instruction) -> MissingExamples {
    if row.no_examples.is_some() {
        return MissingExamples::default();
    }
    let instructions = Set::instructions(set);
    let evaluation = Set::of(set, &instructions);
    let obstacle = obstacle(&evaluation, row).filter(|_| row.examples.is_empty());
    let needed = lacking(&evaluation, set.traps(), row, &row.examples);
    let texts = needed.iter().map(|example| example_words(example, row, set.traps())).collect();
    let mut complete = row.clone();
    complete.examples.extend(needed);
    let telling = mutations_of(&evaluation, set.traps(), &complete).missing;
    MissingExamples { needed: texts, telling, obstacle }
}
