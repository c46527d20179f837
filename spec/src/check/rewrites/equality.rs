//! Runs both sides of a rewrite on what is to be tried, and compares what they leave.

use super::Effort;
use super::rule::{Line, Rule};
use super::shrink;
use super::space::{Arrangement, Trial, arrangements};
use super::trials;
use crate::evaluate::{End, Places, Value, World};
use crate::model::{PatternOperand, TrapId};
use opforge_core::Type;
use std::ops::ControlFlow;

/// The types of guards that are looked for, widest first.
const GUARDS: [Type; 6] = [Type::NUM, Type::INT, Type::FLOAT, Type::BOOL, Type::NIL, Type::STR];

/// For how many names guards are looked for.
const MAX_GUARDED: usize = 16;

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

/// How a side ended. What is compared is just what the machine can tell apart: on a trap the stack is as it was before,
/// whichever line of `to` raised it, but locals keep what was stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ended {
    pub(super) trap: Option<TrapId>,
    pub(super) stack: Vec<Value>,
    pub(super) slots: Places,
}

/// Tries the rule under these conditions.
pub(super) fn compare(rule: &Rule<'_>, when: &[(String, Type)], effort: Effort) -> Verdict {
    let Some(arrangements) = arrangements(rule, when) else { return Verdict::TooMany };
    if arrangements.is_empty() {
        return Verdict::NothingToTry;
    }
    let (mut found, mut stuck, mut continues) = (None, false, false);
    let mut visit = |index: usize, values: &[Value]| match both(rule, &arrangements[index], values) {
        Some((_, from, to)) if from == to => {
            continues |= from.trap.is_none();
            ControlFlow::Continue(())
        }
        Some(_) => {
            found = Some((index, values.to_vec()));
            ControlFlow::Break(())
        }
        None => {
            stuck = true;
            ControlFlow::Break(())
        }
    };
    let Some(tried) = trials::visit(&arrangements, rule.numbers(), effort, &mut visit) else { return Verdict::TooMany };
    let difference = found.and_then(|(index, values)| simplest(rule, &arrangements[index], values));
    match difference {
        _ if stuck => Verdict::NeedsMachine,
        Some(difference) => Verdict::Differs(Box::new(difference)),
        None => Verdict::Equal { tried, continues },
    }
}

/// The difference at these values, or at simpler ones.
fn simplest(rule: &Rule<'_>, arrangement: &Arrangement, values: Vec<Value>) -> Option<Difference> {
    let differs = |values: &[Value]| both(rule, arrangement, values).is_some_and(|(_, from, to)| from != to);
    let values = shrink::simplest(arrangement.positions(), rule.numbers(), values, &differs);
    both(rule, arrangement, &values).map(|(trial, from, to)| Difference { trial, from, to })
}

fn both(rule: &Rule<'_>, arrangement: &Arrangement, values: &[Value]) -> Option<(Trial, Ended, Ended)> {
    let trial = arrangement.trial(values);
    let from = run(rule, &rule.from, &trial)?;
    let to = run(rule, &rule.to, &trial)?;
    Some((trial, from, to))
}

/// Runs the lines; `None` when one needs a machine.
fn run(rule: &Rule<'_>, lines: &[Line<'_>], trial: &Trial) -> Option<Ended> {
    let mut world = World { set: &rule.set, slots: trial.slots.clone(), globals: trial.globals.clone() };
    let mut stack = trial.stack.clone();
    for line in lines {
        let operands = line.operands.iter().map(|operand| match operand {
            PatternOperand::Literal(value) => Some(Value::Scalar(*value)),
            PatternOperand::Variable(name) => {
                trial.operands.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
            }
            PatternOperand::Label(_) => None,
        });
        let operands: Vec<Value> = operands.collect::<Option<_>>()?;
        match world.run(line.row, &operands, &mut stack)? {
            End::Next => {}
            End::Trap(trap) => return Some(Ended { trap: Some(trap), stack: Vec::new(), slots: world.slots }),
            End::Jump(_) | End::Return(_) | End::Raise(_) => return None,
        }
    }
    Some(Ended { trap: None, stack, slots: world.slots })
}

/// A condition on one name that makes the rule right: the name, and the type that it is left.
pub(super) fn saving_guard(rule: &Rule<'_>, effort: Effort) -> Option<(String, Type)> {
    let inputs = rule.from.first().map_or(&[][..], |line| &line.row.inputs);
    for guard in GUARDS {
        for name in rule.guardable().into_iter().take(MAX_GUARDED) {
            let known = rule.when.iter().find(|(known, _)| known == name).map_or(Type::ANY, |(_, ty)| *ty);
            let ty = known.intersection(guard);
            // Under it, the first row would always trap.
            let traps = inputs.iter().any(|input| input.name == name && input.ty.intersection(ty).is_never());
            if ty == known || ty.is_never() || traps {
                continue;
            }
            let when = with_guard(&rule.when, name, ty);
            if let Verdict::Equal { continues: true, .. } = compare(rule, &when, effort) {
                return Some((name.to_owned(), ty));
            }
        }
    }
    None
}

/// The conditions, that on `name` replaced or added.
pub(super) fn with_guard(when: &[(String, Type)], name: &str, ty: Type) -> Vec<(String, Type)> {
    let mut when = when.to_vec();
    match when.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known = ty,
        None => when.push((name.to_owned(), ty)),
    }
    when
}
