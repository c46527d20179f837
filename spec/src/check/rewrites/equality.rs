//! Runs both sides of a rewrite on what is to be tried, and compares what they leave.

use super::rule::{Line, Rule};
use super::shrink;
use super::space::{Arrangement, Trial, arrangements};
use super::trials;
use crate::evaluate::{End, Places, Value, World};
use crate::model::{PatternOperand, TrapId};
use opforge_core::{Through, Type};
use std::ops::ControlFlow;

/// The result of a trial.
pub(super) enum Verdict {
    /// No difference was found.
    Equal {
        /// How many combinations were tried.
        tried: usize,
        /// Whether `from` went on in any of them, so that the rewrite is about more than a trap.
        continues: bool,
    },
    Differs(Box<Difference>),
    /// A row traps after others have done something, which the other side could not show.
    TrapsLate(Box<Late>),
    /// The conditions exclude each other, or what the operands can be.
    NothingToTry,
    TooMany,
    NeedsMachine,
}

/// A combination for which the sides differ.
pub(super) struct Difference {
    pub(super) trial: Trial,
    pub(super) from: Ended,
    pub(super) to: Ended,
}

/// A combination for which a row traps too late.
pub(super) struct Late {
    pub(super) trial: Trial,
    pub(super) is_from: bool,
    /// Index of its line.
    pub(super) line: usize,
}

/// How a side ended. What is compared is just what the machine can tell apart. Before a row that traps there are only rows
/// that say where values are, so that lowering can tell the stack of `from` whichever line of `to` traps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ended {
    pub(super) trap: Option<TrapId>,
    /// The target that was jumped to.
    pub(super) jump: Option<String>,
    pub(super) stack: Vec<Value>,
    pub(super) slots: Places,
    pub(super) globals: Places,
}

/// What keeps a side from being run to its end.
enum Stuck {
    NeedsMachine,
    /// The line of that index traps too late.
    TrapsLate(usize),
}

/// Tries the rule under these conditions.
pub(super) fn compare(rule: &Rule<'_>, when: &[(String, Type)]) -> Verdict {
    let Some(arrangements) = arrangements(rule, when) else { return Verdict::TooMany };
    if arrangements.is_empty() {
        return Verdict::NothingToTry;
    }
    let (mut found, mut continues) = (None, false);
    let mut visit = |index: usize, values: &[Value]| match both(rule, &arrangements[index], values) {
        Ok((_, from, to)) if from == to => {
            continues |= from.trap.is_none();
            ControlFlow::Continue(())
        }
        ended => {
            found = Some((index, values.to_vec(), ended));
            ControlFlow::Break(())
        }
    };
    let Some(tried) = trials::visit(&arrangements, rule.numbers().stages(), &mut visit) else {
        return Verdict::TooMany;
    };
    let Some((index, values, ended)) = found else { return Verdict::Equal { tried, continues } };
    match simplest(rule, &arrangements[index], values, &ended).unwrap_or(ended) {
        Ok((trial, from, to)) => Verdict::Differs(Box::new(Difference { trial, from, to })),
        Err(verdict) => verdict,
    }
}

/// How both sides end on a trial.
type Both = Result<(Trial, Ended, Ended), Verdict>;

/// What fails as `was` did at these values, at the simplest that are found; `None` if it did not fail by its values.
fn simplest(rule: &Rule<'_>, arrangement: &Arrangement, values: Vec<Value>, was: &Both) -> Option<Both> {
    let place = |late: &Late| (late.is_from, late.line);
    let fails_so = |values: &[Value]| match (was, both(rule, arrangement, values)) {
        (Ok(_), Ok((_, from, to))) => from != to,
        (Err(Verdict::TrapsLate(was)), Err(Verdict::TrapsLate(late))) => place(was) == place(&late),
        _ => false,
    };
    let values = shrink::simplest(arrangement.positions(), rule.numbers().most(), values, &fails_so);
    fails_so(&values).then(|| both(rule, arrangement, &values))
}

/// Whether the sides are known not to be equal at these values, or a row traps too late.
pub(super) fn fails(rule: &Rule<'_>, arrangement: &Arrangement, values: &[Value]) -> bool {
    both(rule, arrangement, values).map_or(true, |(_, from, to)| from != to)
}

fn both(rule: &Rule<'_>, arrangement: &Arrangement, values: &[Value]) -> Both {
    let trial = arrangement.trial(values);
    let sides = [(true, &rule.from, rule.moves.0), (false, &rule.to, rule.moves.1)];
    let [from, to] = sides.map(|(is_from, lines, moves)| {
        run(rule, lines, moves, &trial).map_err(|stuck| match stuck {
            Stuck::NeedsMachine => Verdict::NeedsMachine,
            Stuck::TrapsLate(line) => Verdict::TrapsLate(Box::new(Late { trial: trial.clone(), is_from, line })),
        })
    });
    Ok((trial, from?, to?))
}

/// Runs the lines, of which the first `moves` only say where values are.
fn run(rule: &Rule<'_>, lines: &[Line<'_>], moves: usize, trial: &Trial) -> Result<Ended, Stuck> {
    let mut world = World { set: &rule.set, slots: trial.slots.clone(), globals: trial.globals.clone(), reached: None };
    let mut stack = trial.stack.clone();
    let mut jump = None;
    for (index, line) in lines.iter().enumerate() {
        let operands = line.operands.iter().map(|operand| match operand {
            PatternOperand::Literal(value) => Some(Value::Scalar(*value)),
            PatternOperand::Variable(name) => {
                trial.operands.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
            }
            PatternOperand::Label(_) => None,
        });
        let operands: Vec<Value> = operands.collect::<Option<_>>().ok_or(Stuck::NeedsMachine)?;
        match world.run(line.row, &operands, &mut stack).ok_or(Stuck::NeedsMachine)? {
            End::Next => {}
            End::Trap(_) if index > moves => return Err(Stuck::TrapsLate(index)),
            End::Trap(trap) => {
                let World { slots, globals, .. } = world;
                return Ok(Ended { trap: Some(trap), jump: None, stack: Vec::new(), slots, globals });
            }
            // Only the last line of a side jumps.
            End::Jump(Through { operand, entry }) => match line.operands.get(operand) {
                Some(PatternOperand::Variable(name)) => {
                    jump = Some(entry.map_or_else(|| name.clone(), |entry| format!("{name}[{entry}]")));
                }
                _ => return Err(Stuck::NeedsMachine),
            },
            End::Return(_) | End::Raise(_) => return Err(Stuck::NeedsMachine),
        }
    }
    Ok(Ended { trap: None, jump, stack, slots: world.slots, globals: world.globals })
}
