//! Sequences of rows that a fuser looks for: what front ends write for tests, steps and counted loops.

use super::catalogue::Catalogue;
use opforge::metadata::LineOperand::{self, Label, Number, Variable};
use opforge::metadata::PatternLine;
use opforge::{InstructionSet, Scalar};
use std::collections::BTreeSet;

/// A sequence of rows with variables for operands, as a fusion of a table names one.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence(pub Vec<SequenceLine>);

/// One line of a sequence: [`opforge::metadata::PatternLine`] made at run time.
#[derive(Clone, Debug, PartialEq)]
pub enum SequenceLine {
    /// A place that jumps of the sequence go to.
    Label(usize),
    /// The row of that index in the table, and its operands.
    Row(usize, Vec<LineOperand>),
}

/// The patterns of a table's fusions, for [`check_programs`](crate::check_programs).
pub fn fusion_sequences<I: InstructionSet>() -> Vec<Sequence> {
    let line = |line: &PatternLine| match line {
        PatternLine::Label(label) => SequenceLine::Label(*label),
        PatternLine::Row(row, operands) => SequenceLine::Row(*row, operands.to_vec()),
    };
    I::table().fusions.iter().map(|fusion| Sequence(fusion.pattern.iter().map(line).collect())).collect()
}

/// The sequences that the rows of any table with locals, ints and jumps can be put together to.
pub(super) fn usual(catalogue: &Catalogue) -> Vec<Sequence> {
    let roles = &catalogue.roles;
    let mut all = Vec::new();
    for comparison in &roles.comparisons {
        for branch in roles.jumps_if_true.iter().chain(&roles.jumps_if_false) {
            all.push(vec![row(*comparison, &[]), row(*branch, &[Variable(0)])]);
        }
    }
    if let Some(rows) = Rows::of(catalogue) {
        let (get, set) = (|slot| rows.get(slot), |slot| rows.set(slot));
        all.push(vec![get(0), set(1)]);
        all.push(vec![rows.int(Variable(0)), set(1)]);
        for add in &roles.adds {
            all.push(vec![get(0), get(1), row(*add, &[]), set(2)]);
            all.push(vec![get(0), get(1), row(*add, &[]), set(0)]);
        }
        let steps = rows.steps(catalogue);
        for step in &steps {
            for less in &roles.lesses {
                for bound in [rows.get(2), rows.int(Variable(2))] {
                    let test = vec![get(0), bound, row(*less, &[])];
                    rows.loops(catalogue, step, &test, &mut all);
                }
            }
        }
        all.extend(steps);
    }
    all.into_iter().map(Sequence).collect()
}

fn row(index: usize, operands: &[LineOperand]) -> SequenceLine {
    SequenceLine::Row(index, operands.to_vec())
}

/// The rows that read and write locals and push ints.
struct Rows {
    get: usize,
    set: usize,
    int: usize,
}

impl Rows {
    fn of(catalogue: &Catalogue) -> Option<Self> {
        let (get, set) = (*catalogue.getters.first()?, *catalogue.setters.first()?);
        Some(Self { get, set, int: *catalogue.roles.ints.first()? })
    }

    fn get(&self, slot: usize) -> SequenceLine {
        row(self.get, &[Variable(slot)])
    }

    fn set(&self, slot: usize) -> SequenceLine {
        row(self.set, &[Variable(slot)])
    }

    fn int(&self, value: LineOperand) -> SequenceLine {
        row(self.int, &[value])
    }

    /// Steps of the counter 0, by one and by some number.
    fn steps(&self, catalogue: &Catalogue) -> Vec<Vec<SequenceLine>> {
        let roles = &catalogue.roles;
        let mut steps = Vec::new();
        for step in &roles.steps {
            steps.push(vec![self.get(0), row(*step, &[]), self.set(0)]);
        }
        for add in &roles.adds {
            for number in [Number(Scalar::Int(1)), Variable(3)] {
                steps.push(vec![self.get(0), self.int(number), row(*add, &[]), self.set(0)]);
            }
        }
        steps
    }

    /// Loops of that step and test: their ends, and whole ones that add the counter up, tested at the bottom and the top.
    fn loops(
        &self,
        catalogue: &Catalogue,
        step: &[SequenceLine],
        test: &[SequenceLine],
        all: &mut Vec<Vec<SequenceLine>>,
    ) {
        let roles = &catalogue.roles;
        let head = [SequenceLine::Label(0)];
        let sums: Vec<_> =
            roles.adds.iter().map(|add| [self.get(1), self.get(0), row(*add, &[]), self.set(1)]).collect();
        for branch in &roles.jumps_if_true {
            all.push([step, test, &[row(*branch, &[Variable(4)])]].concat());
            let back = [row(*branch, &[Label(0)])];
            all.extend(sums.iter().map(|sum| [&head, &sum[..], step, test, &back].concat()));
        }
        for (branch, jump) in roles.jumps_if_false.iter().zip(catalogue.jumps.iter().cycle()) {
            let (out, back) = ([row(*branch, &[Variable(4)])], [row(*jump, &[Label(0)])]);
            all.extend(sums.iter().map(|sum| [&head, test, &out, &sum[..], step, &back].concat()));
        }
    }
}

impl Sequence {
    /// The numbers of its variables.
    pub(super) fn variables(&self) -> BTreeSet<usize> {
        let mut all = BTreeSet::new();
        for part in &self.0 {
            if let SequenceLine::Row(_, operands) = part {
                all.extend(operands.iter().filter_map(|operand| match operand {
                    Variable(number) => Some(*number),
                    _ => None,
                }));
            }
        }
        all
    }
}
