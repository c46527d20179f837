//! Runs mutants on examples.

use super::mutant::{Mutant, Seeder};
use crate::candidates::inputs;
use crate::coverage::with_ending;
use crate::evaluate::{Ended, Set, ending, obstacle};
use crate::model::{Example, Instruction, InstructionSet, Outcome, Trap};
use crate::words::example_words;

/// How often the survivors of a row are run, all together.
const MAX_RUNS: usize = 2_000_000;

/// What became of the mutants of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowMutations {
    /// The row's name.
    pub row: String,
    /// Why there are none: what keeps the row from being evaluated, or why it has no examples.
    pub left: Option<String>,
    /// How many mistakes its examples notice.
    pub killed: usize,
    /// The mistakes that no example notices.
    pub survivors: Vec<Survivor>,
    /// Examples that notice all survivors for which such are known, as a table holds them: few, each with something that those
    /// before it do not notice.
    pub missing: Vec<String>,
}

/// A mistake that no example of its row notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survivor {
    /// Where it is, in the table's language.
    pub place: String,
    /// What was changed.
    pub change: String,
    /// An example that notices it, as a table holds it.
    pub killer: Option<String>,
    /// How many inputs were tried to find one.
    pub tried: usize,
}

/// What becomes of the mutants of a row of `set`.
///
/// The same on every run. Of a very large body only some mistakes are made. Rows are independent of each other: a mutant of one is not seen in those that it is a part of.
pub fn mutations(set: &InstructionSet, row: &Instruction) -> RowMutations {
    let instructions = Set::instructions(set);
    mutations_of(&Set::of(set, &instructions), set.traps(), row)
}

/// As [`mutations`].
pub(super) fn mutations_of(set: &Set<'_>, traps: &[Trap], row: &Instruction) -> RowMutations {
    Trial { set: *set, traps, row }.run()
}

struct Trial<'a> {
    set: Set<'a>,
    traps: &'a [Trap],
    row: &'a Instruction,
}

/// An example and how the row ends on it.
type Given = (Example, Ended);

impl Trial<'_> {
    fn run(&self) -> RowMutations {
        let (row, name) = (self.row, self.row.name.clone());
        let left = match &row.no_examples {
            Some(reason) => Some(format!("has no examples: {reason}")),
            None => obstacle(&self.set, row),
        };
        let mut result = RowMutations { row: name, left, killed: 0, survivors: Vec::new(), missing: Vec::new() };
        if result.left.is_some() {
            return result;
        }
        let stated = self.given(&row.examples);
        let bare = Instruction { examples: Vec::new(), ..row.clone() };
        let mut seeder = Seeder::new(self.set, self.traps, &bare);
        seeder.all();
        let mut alive = Vec::new();
        for mutant in seeder.made {
            match self.killed(&mutant, &stated) {
                Some(true) => result.killed += 1,
                Some(false) => alive.push(mutant),
                None => {}
            }
        }
        if alive.is_empty() {
            return result;
        }
        let inputs = inputs(&self.set, row);
        let step = (inputs.len() * alive.len()).div_ceil(MAX_RUNS).max(1);
        let tried: Vec<Given> = self.given(&inputs.into_iter().step_by(step).collect::<Vec<_>>());
        // For each survivor, which of the inputs notice it.
        let noticed: Vec<Vec<bool>> =
            alive.iter().map(|mutant| tried.iter().map(|given| self.notices(mutant, given)).collect()).collect();
        for (mutant, noticed) in alive.iter().zip(&noticed) {
            let killer = noticed.iter().position(|notices| *notices).map(|at| self.text(&tried[at]));
            let (place, change) = (mutant.place.clone(), mutant.change.clone());
            result.survivors.push(Survivor { place, change, killer, tried: tried.len() });
        }
        result.missing = few(&noticed).into_iter().map(|at| self.text(&tried[at])).collect();
        result
    }

    /// The examples that can be evaluated.
    fn given(&self, examples: &[Example]) -> Vec<Given> {
        let all = examples.iter();
        all.filter_map(|example| Some((example.clone(), ending(&self.set, self.row, example)?))).collect()
    }

    /// Whether an example notices the mutant, as far as it says what happens; `None` if that is no row at all: it leaves another
    /// number of values, or needs a machine where the row needs none.
    fn killed(&self, mutant: &Mutant, stated: &[Given]) -> Option<bool> {
        let endings =
            stated.iter().map(|(example, ended)| Some((example, ended, self.ending(mutant, example, ended)?)));
        let endings: Vec<(&Example, &Ended, Ended)> = endings.collect::<Option<_>>()?;
        Some(endings.iter().any(|(example, ended, found)| {
            let slots = example.slots_after.is_some() && found.slots != ended.slots;
            let globals = example.globals_after.is_some() && found.globals != ended.globals;
            found.outcome != ended.outcome || slots || globals
        }))
    }

    fn notices(&self, mutant: &Mutant, (example, ended): &Given) -> bool {
        self.ending(mutant, example, ended).is_some_and(|found| found != *ended)
    }

    /// How the mutant ends; `None` where the checks of a table would refuse it: it leaves another number of values.
    fn ending(&self, mutant: &Mutant, example: &Example, right: &Ended) -> Option<Ended> {
        let found = ending(&self.set, &mutant.row, example)?;
        let same = match (&found.outcome, &right.outcome) {
            (Outcome::Next(found), Outcome::Next(right)) => found.len() == right.len(),
            (Outcome::Jump(exit, found), Outcome::Jump(other, right)) => exit != other || found.len() == right.len(),
            _ => true,
        };
        same.then_some(found)
    }

    fn text(&self, (example, ended): &Given) -> String {
        example_words(&with_ending(example.clone(), ended.clone(), self.row), self.row, self.traps)
    }
}

/// Few inputs that together notice all that any of them notices, the one that notices most first, of several the simplest.
fn few(noticed: &[Vec<bool>]) -> Vec<usize> {
    let mut open: Vec<&Vec<bool>> = noticed.iter().filter(|noticed| noticed.contains(&true)).collect();
    let mut chosen = Vec::new();
    while let Some(first) = open.first() {
        let count = |at: usize| open.iter().filter(|noticed| noticed[at]).count();
        let best = (0..first.len()).rev().max_by_key(|at| count(*at)).unwrap_or(0);
        chosen.push(best);
        open.retain(|noticed| !noticed[best]);
    }
    chosen
}
