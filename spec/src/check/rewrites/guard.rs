//! Finds a condition on one name that makes a wrong rule right, to be proposed.

use super::equality::{Verdict, compare, fails};
use super::rule::Rule;
use super::space::{Trial, arrangements};
use super::trials;
use opforge_core::Type;
use std::ops::ControlFlow;

/// The types of guards that are looked for, widest first.
const GUARDS: [Type; 6] = [Type::NUM, Type::INT, Type::FLOAT, Type::BOOL, Type::NIL, Type::STR];

/// For how many names guards are looked for.
const MAX_GUARDED: usize = 16;

/// A condition on one name under which nothing is known against the rule: the name, and the type that it is left. `known` is
/// a trial that the rule failed.
///
/// What the rule fails without the condition counts against the condition, if it satisfies it; what is tried under the
/// condition may be something else.
pub(super) fn saving_guard(rule: &Rule<'_>, known: &Trial) -> Option<(String, Type)> {
    let mut guards = guards(rule);
    guards.retain(|(name, ty)| !known.satisfies(rule, name, *ty));
    let arrangements = arrangements(rule, &rule.when)?;
    trials::visit(&arrangements, rule.numbers().stages(), &mut |index, values| {
        if fails(rule, &arrangements[index], values) {
            let trial = arrangements[index].trial(values);
            guards.retain(|(name, ty)| !trial.satisfies(rule, name, *ty));
        }
        if guards.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    guards.into_iter().find(|(name, ty)| {
        matches!(compare(rule, &with_guard(&rule.when, name, *ty)), Verdict::Equal { continues: true, .. })
    })
}

/// The conditions that may be proposed, in the order in which they are.
fn guards(rule: &Rule<'_>) -> Vec<(String, Type)> {
    let inputs = rule.from.first().map_or(&[][..], |line| &line.row.inputs);
    let mut guards = Vec::new();
    for guard in GUARDS {
        for name in rule.guardable().into_iter().take(MAX_GUARDED) {
            let known = rule.when.iter().find(|(known, _)| known == name).map_or(Type::ANY, |(_, ty)| *ty);
            let ty = known.intersection(guard);
            // Under it, the first row would always trap.
            let traps = inputs.iter().any(|input| input.name == name && input.ty.intersection(ty).is_never());
            if ty != known && !ty.is_never() && !traps {
                guards.push((name.to_owned(), ty));
            }
        }
    }
    guards
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
