//! What examples of a row have to show, which of it they show, and examples that would show the rest.
//!
//! Each case, each step that traps, each way that a jump goes, both values of each choice, what is written. A row that the
//! evaluator cannot run has nothing to show here but its effects, and what none of the inputs that a row is tried on reaches need
//! not be shown.

use crate::candidates::inputs;
use crate::evaluate::{Ended, Set, Way, obstacle, traced};
use crate::model::{Block, Body, Example, Expr, Instruction, InstructionSet, Literal, Outcome, Step, Trap};
use crate::words::{example_words, given_words, writes};
use opforge_core::{Effect, StandardTrap};
use std::collections::BTreeSet;

/// Something that an example has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// How a run shows it; for what is written, the block that writes, if the row has one of its own.
    way: Option<Way>,
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
    /// That locals or globals are written.
    Effect(Effect),
}

impl Place {
    /// Whether an example shows it that goes these ways.
    fn is_shown(&self, example: &Example, reached: &BTreeSet<Way>) -> bool {
        let changes = |before: &[Literal], after: &Option<Vec<Literal>>| {
            after.as_ref().is_some_and(|after| before.iter().zip(after).any(|(before, after)| before != after))
        };
        let says = match self.what {
            What::Effect(Effect::WritesLocals) => changes(&example.slots, &example.slots_after),
            What::Effect(Effect::WritesGlobals) => changes(&example.globals, &example.globals_after),
            _ => true,
        };
        says && self.way.is_none_or(|way| reached.contains(&way))
    }
}

/// What no example of a row says anything of, though the row does it: for rows that need a machine, of which nothing can be
/// computed. What is done to variables by way of scopes no example can say.
pub(crate) fn unsaid(set: &Set<'_>, row: &Instruction, examples: &[Example]) -> Vec<Effect> {
    let scopes = [Effect::OpensScope, Effect::ClosesScope].iter().any(|effect| row.effects.contains(effect));
    if scopes || obstacle(set, row).is_none() {
        return Vec::new();
    }
    let says = |example: &Example, effect: Effect| match effect {
        Effect::WritesLocals => example.slots_after.is_some(),
        Effect::WritesGlobals => example.globals_after.is_some(),
        Effect::Input => example.reads.as_ref().is_some_and(|text| !text.is_empty()),
        _ => example.prints.is_some(),
    };
    let wanted = [Effect::WritesLocals, Effect::WritesGlobals, Effect::Input, Effect::Output].into_iter();
    let wanted = wanted.filter(|effect| row.effects.contains(effect));
    wanted.filter(|effect| !examples.iter().any(|example| says(example, *effect))).collect()
}

/// What the examples do not show, with an example for each that does.
pub(crate) fn unshown(set: &Set<'_>, traps: &[Trap], row: &Instruction, examples: &[Example]) -> Vec<(Place, Example)> {
    let mut lacking = places(set, traps, row);
    for example in examples {
        let Some((_, reached)) = traced(set, row, example) else { continue };
        lacking.retain(|place| !place.is_shown(example, &reached));
    }
    if lacking.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Place, Example)> = Vec::new();
    for example in inputs(set, row) {
        let Some((ended, reached)) = traced(set, row, &example) else { continue };
        let example = with_ending(example, ended, row);
        let (shown, rest): (Vec<Place>, Vec<Place>) =
            lacking.iter().partition(|place| place.is_shown(&example, &reached));
        if !shown.is_empty() {
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
            places.push(Place { way: Some(Way::block(block)), what: What::Block, block: index, step: None });
        }
        for (at, step) in block.steps.iter().enumerate() {
            let mut add =
                |way: Way, what: What| places.push(Place { way: Some(way), what, block: index, step: Some(at) });
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
        places.extend(written(set, block).into_iter().map(|(effect, at)| Place {
            way: Some(Way::block(block)),
            what: What::Effect(effect),
            block: index,
            step: Some(at),
        }));
    }
    if let Body::Seq(_) = row.body {
        let (locals, globals) = writes(row);
        let effects = [(locals, Effect::WritesLocals), (globals, Effect::WritesGlobals)];
        let effects = effects.into_iter().filter(|(writes, _)| *writes).map(|(_, effect)| effect);
        places.extend(effects.map(|effect| Place { way: None, what: What::Effect(effect), block: 0, step: None }));
    }
    places
}

/// What the steps of a block write, each with the first step that does.
fn written(set: &Set<'_>, block: &Block) -> Vec<(Effect, usize)> {
    let steps = || block.steps.iter().enumerate();
    let calls = |step: &Step, effect: Effect| match step {
        Step::Do(Expr::Call { primitive, .. }) => set.primitives[primitive.0].effects.contains(&effect),
        _ => false,
    };
    let first = |effect: Effect| steps().find(|(_, step)| calls(step, effect)).map(|(at, _)| (effect, at));
    [Effect::WritesLocals, Effect::WritesGlobals].into_iter().filter_map(first).collect()
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
