//! Which examples a row should have besides those that it has.

use super::survivors::mutations_of;
use crate::coverage::{lacking, unsaid};
use crate::evaluate::{Set, obstacle};
use crate::model::{Instruction, InstructionSet, Outcome, TrapId};
use crate::words::example_words;
use opforge_core::StandardTrap;

/// Examples that a row should have besides its own, as a table holds them. Each was computed: whether the row should do that is
/// for a person to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingExamples {
    /// Those without which the table is refused.
    pub needed: Vec<String>,
    /// Those that notice mistakes which no other example notices.
    pub telling: Vec<String>,
    /// Why none can be computed, for a row that lacks some all the same.
    pub obstacle: Option<String>,
    /// Which it lacks then, in words: `one that succeeds`.
    pub wanted: Vec<String>,
}

/// The examples that a row of `set` should have besides its own; the set may be one of [`check_file_draft`](crate::check_file_draft).
pub fn missing_examples(set: &InstructionSet, row: &Instruction) -> MissingExamples {
    if row.no_examples.is_some() {
        return MissingExamples::default();
    }
    let instructions = Set::instructions(set);
    let evaluation = Set::of(set, &instructions);
    let obstacle = obstacle(&evaluation, row);
    let wanted = if obstacle.is_some() { wanted(&evaluation, set, row) } else { Vec::new() };
    let needed = lacking(&evaluation, set.traps(), row, &row.examples);
    let texts = needed.iter().map(|example| example_words(example, row, set.traps())).collect();
    let mut complete = row.clone();
    complete.examples.extend(needed);
    let telling = mutations_of(&evaluation, set.traps(), &complete).missing;
    MissingExamples { needed: texts, telling, obstacle: obstacle.filter(|_| !wanted.is_empty()), wanted }
}

/// What the examples of a row do not show for which none can be computed.
fn wanted(evaluation: &Set<'_>, set: &InstructionSet, row: &Instruction) -> Vec<String> {
    let shows = |traps: bool| row.examples.iter().any(|example| matches!(example.outcome, Outcome::Trap(_)) == traps);
    let trap = |id: &TrapId| &set.traps()[id.0];
    let own = row.traps.iter().map(trap).find(|trap| !trap.standard.is_some_and(StandardTrap::is_from_outside));
    let flow = &row.flow;
    let goes_on = flow.next || flow.returns || flow.raises || flow.enters.is_some() || !flow.jumps.is_empty();
    let depends = !(row.inputs.is_empty() && row.operands.is_empty() && row.effects.is_empty());
    let succeeds = (goes_on && !shows(false)).then(|| "one that succeeds".to_owned());
    let traps =
        own.filter(|_| depends && !shows(true)).map(|trap| format!("one that traps: `… => trap {}`", trap.name));
    let effects = unsaid(evaluation, row, &row.examples);
    let says = effects.into_iter().map(|effect| format!("one that shows `{}`", effect.name()));
    succeeds.into_iter().chain(traps).chain(says).collect()
}
