//! What examples of a row have to show, which of it they show, and examples that would show the rest.
//!
//! Each case, each step that traps, each way that a jump goes, both values of each choice. A row that the evaluator cannot run
//! has nothing to show here, and what none of the inputs that a row is tried on reaches need not be shown.

use crate::candidates::inputs;
use crate::evaluate::{Ended, Set, Way, obstacle, traced};
use crate::model::{Block, Body, Example, Expr, Instruction, InstructionSet, Outcome, Step, Trap};
use crate::words::{example_words, given_words, writes};
use opforge_core::StandardTrap;

/// Something that an example has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    way: Way,
    pub(crate) what: What,
    /// Which block it is in: that of the case of this index, `otherwise` after the last one, 0 for `does`.
    pub(crate) block: usize,
    /// The step of the block, if it is less than that.
    pub(crate) step: Option<usize>,
}

/// What is to be shown of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Block,
    Trap,
    /// Whether the jump is taken.
    Jump(bool),
    /// Whether the condition of the choice holds.
    Choice(bool),
}

/// What the examples do not show, with an example for each that does.
pub(crate) fn unshown(set: &Set<'_>, traps: &[Trap], row: &Instruction, examples: &[Example]) -> Vec<(Place, Example)> {
    let mut lacking = places(set, traps, row);
    for example in examples {
        let Some((_, reached)) = traced(set, row, example) else { continue };
        lacking.retain(|place| !reached.contains(&place.way));
    }
    if lacking.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Place, Example)> = Vec::new();
    for example in inputs(set, row) {
        let Some((ended, reached)) = traced(set, row, &example) else { continue };
        let (shown, rest): (Vec<Place>, Vec<Place>) = lacking.iter().partition(|place| reached.contains(&place.way));
        if !shown.is_empty() {
            let example = with_ending(example, ended, row);
            found.extend(shown.into_iter().map(|place| (place, example.clone())));
            lacking = rest;
        }
        if lacking.is_empty() {
            break;
        }
    }
    found.sort_by_key(|(place, _)| {
        (place.block, place.step, matches!(place.what, What::Jump(false) | What::Choice(false)))
    });
    found
}

/// Examples of a row of `set` that it needs besides the given ones, as a table holds them: one that succeeds, one that traps if
/// it can, and those that show what the others do not. Each shows something that those before it do not.
///
/// A checked row has all that it needs, unless it is excused from having any. For one that needs a machine there are none.
pub fn lacking_examples(set: &InstructionSet, row: &Instruction, examples: &[Example]) -> Vec<String> {
    let instructions = Set::instructions(set);
    let lacking = lacking(&Set::of(set, &instructions), set.traps(), row, examples);
    lacking.iter().map(|example| example_words(example, row, set.traps())).collect()
}

/// As [`lacking_examples`].
pub(crate) fn lacking(set: &Set<'_>, traps: &[Trap], row: &Instruction, examples: &[Example]) -> Vec<Example> {
    let mut all: Vec<Example> = Vec::new();
    for (_, example) in unshown(set, traps, row, examples) {
        // By their texts: a NaN operand is no other's equal.
        if !all.iter().any(|known| given_words(known) == given_words(&example)) {
            all.push(example);
        }
    }
    let is_trap = |outcome: &Outcome| matches!(outcome, Outcome::Trap(_));
    for traps in [false, true] {
        let is_wanted = |outcome: &Outcome| is_trap(outcome) == traps;
        if !examples.iter().chain(&all).any(|example| is_wanted(&example.outcome)) {
            all.extend(ending_in(set, row, is_wanted));
        }
    }
    all
}

/// The first example that ends as it is wanted, of all that the row is tried on.
pub(crate) fn ending_in(set: &Set<'_>, row: &Instruction, wanted: impl Fn(&Outcome) -> bool) -> Option<Example> {
    inputs(set, row).into_iter().find_map(|example| {
        let (ended, _) = traced(set, row, &example)?;
        wanted(&ended.outcome).then(|| with_ending(example, ended, row))
    })
}

/// The example with what happens, as far as it needs to be said.
pub(crate) fn with_ending(example: Example, ended: Ended, row: &Instruction) -> Example {
    let stays = matches!(ended.outcome, Outcome::Trap(_));
    let (locals, globals) = writes(row);
    Example {
        slots_after: (locals && !stays).then_some(ended.slots),
        globals_after: (globals && !stays).then_some(ended.globals),
        outcome: ended.outcome,
        ..example
    }
}

/// All that examples of the row have to show.
fn places(set: &Set<'_>, traps: &[Trap], row: &Instruction) -> Vec<Place> {
    if obstacle(set, row).is_some() {
        return Vec::new();
    }
    let mut places = Vec::new();
    for (index, block) in blocks(row).into_iter().enumerate() {
        if matches!(row.body, Body::Cases { .. }) {
            places.push(Place { way: Way::block(block), what: What::Block, block: index, step: None });
        }
        for (at, step) in block.steps.iter().enumerate() {
            let mut add = |way: Way, what: What| places.push(Place { way, what, block: index, step: Some(at) });
            match step {
                Step::Trap { trap, .. } if !traps[trap.0].standard.is_some_and(StandardTrap::is_from_outside) => {
                    add(Way::step(step, true), What::Trap);
                }
                Step::Jump { when, .. } => {
                    add(Way::step(step, true), What::Jump(true));
                    if when.is_some() {
                        add(Way::step(step, false), What::Jump(false));
                    }
                }
                Step::JumpAt { .. } => {
                    [true, false].into_iter().for_each(|taken| add(Way::step(step, taken), What::Jump(taken)))
                }
                _ => {}
            }
            let mut choices = Vec::new();
            expression(step).into_iter().for_each(|expr| choices_in(expr, &mut choices));
            for choice in choices {
                add(Way::choice(choice, true), What::Choice(true));
                add(Way::choice(choice, false), What::Choice(false));
            }
        }
    }
    places
}

/// The blocks of a body of steps.
pub(crate) fn blocks(row: &Instruction) -> Vec<&Block> {
    match &row.body {
        Body::Does(block) => vec![block],
        Body::Cases { cases, otherwise } => cases.iter().map(|case| &case.block).chain(otherwise).collect(),
        Body::Shuffle | Body::Seq(_) | Body::Handler(_) => Vec::new(),
    }
}

/// What a step computes.
pub(crate) fn expression(step: &Step) -> Option<&Expr> {
    match step {
        Step::Let { value, .. } | Step::Do(value) | Step::Raise(value) | Step::JumpAt { index: value, .. } => {
            Some(value)
        }
        Step::Jump { when, .. } | Step::Trap { when, .. } => when.as_ref().map(|when| &when.value),
        Step::Return(value) => value.as_ref(),
        Step::Enter { .. } => None,
    }
}

fn choices_in<'e>(expr: &'e Expr, choices: &mut Vec<&'e Expr>) {
    if matches!(expr, Expr::If { .. }) {
        choices.push(expr);
    }
    expr.parts().into_iter().for_each(|part| choices_in(part, choices));
}
