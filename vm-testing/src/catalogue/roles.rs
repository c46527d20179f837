//! What rows compute, as their examples show it: enough to write expressions of a kind, and loops that count.

use opforge::metadata::{ExampleInfo, ExampleOutcome, InstructionInfo, Literal, Table, Through};
use opforge::{Kind, Scalar, Type};

/// Rows by what they do.
#[derive(Debug, Default)]
pub(crate) struct Roles {
    /// Rows that take values of these kinds and push one, without operands and other effects.
    pub(crate) computers: Vec<Computer>,
    /// `a, b -> a + b` of ints.
    pub(crate) adds: Vec<usize>,
    /// `a -> a + 1` of ints.
    pub(crate) steps: Vec<usize>,
    /// `a, b -> a < b` of ints, as far as examples tell.
    pub(crate) lesses: Vec<usize>,
    /// Two numbers in, a bool out.
    pub(crate) comparisons: Vec<usize>,
    /// Rows that push the int that is their only operand.
    pub(crate) ints: Vec<usize>,
    /// Rows that pop a value, jump to their only operand when it is true, and continue when it is false.
    pub(crate) jumps_if_true: Vec<usize>,
    /// The same when it is false.
    pub(crate) jumps_if_false: Vec<usize>,
}

/// A row that computes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Computer {
    pub(crate) row: usize,
    pub(crate) takes: Vec<Kind>,
    pub(crate) pushes: Kind,
}

impl Roles {
    pub(super) fn of(table: &Table, usable: impl Fn(usize) -> bool) -> Self {
        let mut roles = Self::default();
        for (index, row) in table.instructions.iter().enumerate().filter(|(index, _)| usable(*index)) {
            if row.scope != 0 || row.returns || row.raises || row.enters.is_some() || !row.falls_through {
                continue;
            }
            match row.jumps {
                [] => roles.add_straight(index, row),
                [(operand, [])] if row.operands.len() == 1 && row.inputs.len() == 1 && row.outputs.is_empty() => {
                    roles.add_branch(index, row, *operand);
                }
                _ => {}
            }
        }
        roles
    }

    fn add_straight(&mut self, index: usize, row: &InstructionInfo) {
        if let ([operand], []) = (row.operands, row.inputs)
            && operand.kind.number() == Some(Type::INT)
            && pushes_only(row, Type::INT)
            && row.traps.is_empty()
        {
            self.ints.push(index);
        }
        let singles = row.inputs.iter().all(|input| input.count.is_none());
        if !row.operands.is_empty() || row.inputs.is_empty() || row.outputs.len() != 1 || !singles {
            return;
        }
        for example in row.examples {
            let Some(pushes) = result(example) else { continue };
            let takes = example.inputs.iter().map(kind).collect();
            let computer = Computer { row: index, takes, pushes: kind(&pushes) };
            if !self.computers.contains(&computer) {
                self.computers.push(computer);
            }
        }
        if row.inputs.len() == 2 && row.accepts.contains(&&[Type::INT, Type::INT][..]) && pushes_only(row, Type::BOOL) {
            self.comparisons.push(index);
        }
        let int = |value: i64| Literal::Scalar(Scalar::Int(value));
        if shows(row, |of: [i64; 2]| int(of[0].wrapping_add(of[1]))) {
            self.adds.push(index);
        }
        if shows(row, |of: [i64; 1]| int(of[0].wrapping_add(1))) {
            self.steps.push(index);
        }
        let results = row.examples.iter().filter(|example| ints::<2>(example).is_some()).filter_map(result);
        let both = results.clone().any(|found| found != results.clone().next().unwrap_or(found));
        if both && shows(row, |of: [i64; 2]| Literal::Scalar(Scalar::Bool(of[0] < of[1]))) {
            self.lesses.push(index);
        }
    }

    fn add_branch(&mut self, index: usize, row: &InstructionInfo, operand: usize) {
        let jumps_on = |value: bool| {
            let on_value = |example: &&ExampleInfo| example.inputs == [Literal::Scalar(Scalar::Bool(value))];
            let example = row.examples.iter().find(on_value)?;
            Some(example.outcome == ExampleOutcome::Jump(Through { operand, entry: None }, &[]))
        };
        match (jumps_on(true), jumps_on(false)) {
            (Some(true), Some(false) | None) | (None, Some(false)) => self.jumps_if_true.push(index),
            (Some(false), Some(true) | None) | (None, Some(true)) => self.jumps_if_false.push(index),
            _ => {}
        }
    }

    /// The rows that push a value of that kind.
    pub(crate) fn computers(&self, pushes: Kind) -> Vec<&Computer> {
        self.computers.iter().filter(|computer| computer.pushes == pushes).collect()
    }

    /// The kind that `row` pushes for inputs of these kinds, if an example shows it.
    pub(crate) fn result(&self, row: usize, takes: &[Option<Kind>]) -> Option<Kind> {
        let fits = |computer: &&Computer| {
            let kinds = computer.takes.iter().map(|kind| Some(*kind));
            computer.row == row && kinds.eq(takes.iter().copied())
        };
        self.computers.iter().find(fits).map(|computer| computer.pushes)
    }
}

/// Whether the row has one output, of that type.
fn pushes_only(row: &InstructionInfo, ty: Type) -> bool {
    matches!(row.outputs, [output] if output.ty == ty)
}

/// Whether the examples of `row` on ints, of which there are some, all push what `of` computes.
fn shows<const N: usize>(row: &InstructionInfo, of: impl Fn([i64; N]) -> Literal) -> bool {
    let mut seen = false;
    for example in row.examples {
        if let Some(inputs) = ints(example) {
            if result(example) != Some(of(inputs)) {
                return false;
            }
            seen = true;
        }
    }
    seen
}

/// The inputs of an example, if they are so many ints.
fn ints<const N: usize>(example: &ExampleInfo) -> Option<[i64; N]> {
    let inputs: Option<Vec<i64>> = example.inputs.iter().map(int).collect();
    inputs?.try_into().ok()
}

fn int(literal: &Literal) -> Option<i64> {
    match literal {
        Literal::Scalar(Scalar::Int(value)) => Some(*value),
        _ => None,
    }
}

fn result(example: &ExampleInfo) -> Option<Literal> {
    match example.outcome {
        ExampleOutcome::Next([value]) => Some(*value),
        _ => None,
    }
}

fn kind(literal: &Literal) -> Kind {
    match literal {
        Literal::Scalar(scalar) => scalar.kind(),
        Literal::Text(_) => Kind::Str,
    }
}
