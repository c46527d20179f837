//! The numbers that stand in a rule and in the bodies of its rows: near them computations change their ways.

use super::Effort;
use super::rule::{Line, Rule};
use crate::candidates::{Known, of_row};
use crate::model::PatternOperand;
use opforge_core::Scalar;

/// How many numbers of each kind are looked at, the ones made of others included.
const MAX_NUMBERS: usize = 600;
/// As many for [`Effort::Brief`].
const MAX_BRIEF: usize = 96;

/// The numbers of a rule: those for a brief trial, and those for a thorough one if there is one.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    brief: Known,
    thorough: Option<Known>,
}

impl Numbers {
    pub(super) fn of(rule: &Rule<'_>, effort: Effort) -> Self {
        let mut written = Vec::new();
        rule.from.iter().chain(&rule.to).for_each(|line| of_line(rule, line, &mut written));
        let thorough = (effort == Effort::Thorough).then(|| Known::of_written(written.clone(), most(Effort::Thorough)));
        Self { brief: Known::of_written(written, most(Effort::Brief)), thorough }
    }

    /// What is tried, with which numbers: a thorough trial begins with all of the brief one.
    pub(super) fn stages(&self) -> impl Iterator<Item = (Effort, &Known)> {
        let thorough = self.thorough.iter().map(|known| (Effort::Thorough, known));
        std::iter::once((Effort::Brief, &self.brief)).chain(thorough)
    }

    /// As many as there are.
    pub(super) fn most(&self) -> &Known {
        self.thorough.as_ref().unwrap_or(&self.brief)
    }

    /// The ints and the floats for a brief trial; those that were written and their neighbours first.
    pub(super) fn scalars(&self) -> Vec<Scalar> {
        let (ints, floats) = (self.brief.ints.iter().copied(), self.brief.floats.iter().copied());
        ints.map(Scalar::Int).chain(floats.map(Scalar::Float)).collect()
    }
}

/// How many numbers of each kind there may be.
pub(super) fn most(effort: Effort) -> usize {
    match effort {
        Effort::Brief => MAX_BRIEF,
        Effort::Thorough => MAX_NUMBERS,
    }
}

fn of_line(rule: &Rule<'_>, line: &Line<'_>, written: &mut Vec<Scalar>) {
    let operands = line.operands.iter().filter_map(|operand| match operand {
        PatternOperand::Literal(value) => Some(*value),
        PatternOperand::Variable(_) | PatternOperand::Label(_) => None,
    });
    written.extend(operands);
    of_row(&rule.set, line.row, written);
}
