//! Rewrites by which no code would ever be rewritten.

use super::rewrite::lines;
use crate::model::{Instruction, PatternOperand, PatternPart, Rewrite as Claim};
use opforge_core::moves::Moves;
use opforge_core::slot_form::{ConstantForm, List, Rewrite, RewriteLine, RewriteOperand, RowForm};
use std::collections::BTreeMap;

/// Why a rewrite is never used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unused {
    /// Whether it is about `to` rather than `from`.
    pub(crate) of_to: bool,
    /// The line of that side, if it is about one.
    pub(crate) line: Option<usize>,
    pub(crate) message: String,
    /// The rewrite that it is in conflict with.
    pub(crate) other: Option<usize>,
    pub(crate) help: String,
}

/// What rewrites are looked at with.
pub(super) struct Rewrites<'a> {
    set: &'a [Instruction],
    rows: &'a [RowForm],
    claims: &'a [Claim],
    /// Each without its conditions.
    general: Vec<Option<Rewrite>>,
    /// Those that are used whatever is known, by the row that they begin with; the longest first, and of those of the same rows
    /// the one that replaces less, as lowering tries them.
    always: BTreeMap<usize, Vec<usize>>,
}

impl<'a> Rewrites<'a> {
    pub(super) fn new(set: &'a [Instruction], rows: &'a [RowForm], claims: &'a [Claim]) -> Self {
        let general = claims.iter().map(|claim| general(set, claim)).collect();
        let mut rewrites = Self { set, rows, claims, general, always: BTreeMap::new() };
        let mut always: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, claim) in claims.iter().enumerate() {
            let first = rewrites.general[index].as_ref().and_then(|general| general.from.first());
            if let (Some(first), true) = (first, claim.when.is_empty() && rewrites.unfit(claim).is_none()) {
                always.entry(first.row).or_default().push(index);
            }
        }
        for those in always.values_mut() {
            those.sort_by_key(|index| {
                let general = rewrites.general[*index].as_ref();
                general.map(|general| (std::cmp::Reverse(general.from.len()), general.variables))
            });
        }
        rewrites.always = always;
        rewrites
    }

    /// Why the rewrite of that index is never used, if it is not.
    pub(super) fn unused(&self, index: usize) -> Option<Unused> {
        self.unfit(&self.claims[index]).or_else(|| self.by_another(index)).or_else(|| self.by_others(index))
    }

    /// What keeps lowering from using a rewrite whatever others there are.
    fn unfit(&self, claim: &Claim) -> Option<Unused> {
        let steps = self.stepped(claim, false).or_else(|| self.stepped(claim, true));
        steps.or_else(|| self.goes_on(claim)).or_else(|| self.more_jumps(claim)).or_else(|| self.dropped(claim))
    }

    /// A row that the reference engine runs must stand in the code, and ends a block.
    fn stepped(&self, claim: &Claim, of_to: bool) -> Option<Unused> {
        let side = if of_to { &claim.to } else { &claim.from };
        let mut lines = side.iter().enumerate().filter_map(|(line, part)| Some((line, row(part)?)));
        let ends = |line: usize| !of_to && line + 1 == side.len();
        let (line, row) =
            lines.find(|(line, row)| matches!(&self.rows[*row], RowForm::Runs(runs) if runs.steps) && !ends(*line))?;
        Some(Unused {
            of_to,
            line: Some(line),
            message: format!("`{}` is a sequence that is run part by part, as it stands", self.set[row].name),
            other: None,
            help: format!("write its parts, or remove `Rewrite(name: \"{}\", …)`", claim.name),
        })
    }

    /// What comes after a jump that is always taken may be no code at all.
    fn goes_on(&self, claim: &Claim) -> Option<Unused> {
        let goes_on = |side: &[PatternPart]| side.last().and_then(row).is_none_or(|row| self.set[row].flow.next);
        (goes_on(&claim.to) && !goes_on(&claim.from)).then(|| Unused {
            of_to: true,
            line: None,
            message: "`to` may go on to the next row, `from` never does".into(),
            other: None,
            help: "end `to` with a row that always jumps".into(),
        })
    }

    /// Lowering counts the jumps to a place before it rewrites.
    fn more_jumps(&self, claim: &Claim) -> Option<Unused> {
        let jumps = |side: &[PatternPart]| {
            let mut jumps: BTreeMap<String, usize> = BTreeMap::new();
            for part in side {
                let PatternPart::Instruction(id, operands) = part else { continue };
                for (operand, given) in self.set[id.0].operands.iter().zip(operands) {
                    if let (true, PatternOperand::Variable(name)) = (operand.kind.is_jump(), given) {
                        *jumps.entry(name.clone()).or_default() += 1;
                    }
                }
            }
            jumps
        };
        let from = jumps(&claim.from);
        let more =
            jumps(&claim.to).into_iter().find(|(name, count)| from.get(name).is_none_or(|known| known < count))?;
        Some(Unused {
            of_to: true,
            line: None,
            message: format!("`{}` stands more often in `to` than in `from`", more.0),
            other: None,
            help: format!("write `to` with one jump to `{}`", more.0),
        })
    }

    /// A value that is seen when `from` traps must not be gone when `to` does.
    fn dropped(&self, claim: &Claim) -> Option<Unused> {
        let mut names = Vec::new();
        let (from, _) = self.moves(&claim.from, &mut names)?;
        let (to, line) = self.moves(&claim.to, &mut names)?;
        let traps = |at: usize| claim.to.get(at).and_then(row).is_some_and(|row| !self.set[row].traps.is_empty());
        (traps(line) && from.after(to).is_none()).then(|| Unused {
            of_to: true,
            line: Some(line),
            message: "when this traps, a value is gone that is still on the stack when `from` does".into(),
            other: None,
            help: format!(
                "drop values after `{}`, which may trap",
                claim.to.get(line).and_then(row).map_or("", |row| &self.set[row].name)
            ),
        })
    }

    /// What the rows at the beginning of a side make of the stack by only moving values, and how many they are.
    fn moves<'c>(
        &self,
        side: &'c [PatternPart],
        names: &mut Vec<&'c PatternOperand>,
    ) -> Option<(Moves<Pushed>, usize)> {
        let mut moves = Moves::default();
        for (line, part) in side.iter().enumerate() {
            let PatternPart::Instruction(id, operands) = part else { return None };
            let mut named = |operand: usize| {
                let operand = operands.get(operand)?;
                let known = names.iter().position(|name| *name == operand);
                Some(known.unwrap_or_else(|| {
                    names.push(operand);
                    names.len() - 1
                }))
            };
            match &self.rows[id.0] {
                RowForm::Shuffle(outputs) => moves.shuffle(self.set[id.0].inputs.len(), outputs),
                RowForm::GetLocal(operand) => moves.push(Pushed::Local(named(*operand)?)),
                RowForm::Constant(ConstantForm::Operand(operand) | ConstantForm::Pool(operand)) => {
                    moves.push(Pushed::Constant(named(*operand)?));
                }
                RowForm::Constant(ConstantForm::Literal(_)) => moves.push(Pushed::Row(id.0)),
                RowForm::SetLocal(_) | RowForm::Sequence(_) | RowForm::Runs(_) => return Some((moves, line)),
            }
        }
        Some((moves, side.len()))
    }

    /// Another one that replaces the same rows under the same conditions, or all of these and does the same.
    fn by_another(&self, index: usize) -> Option<Unused> {
        let own = self.general[index].as_ref()?;
        let (other, equal) = (0..self.claims.len()).filter(|other| *other != index).find_map(|other| {
            let general = self.general[other].as_ref()?;
            let covers = self.claims[other].when.iter().all(|condition| self.claims[index].when.contains(condition));
            let bound = matches(&general.from, &own.from, general.variables).filter(|_| covers)?;
            let same = bound.iter().flatten().all(|operand| matches!(operand, RewriteOperand::Variable(_)));
            let equal = same && matches(&own.from, &general.from, own.variables).is_some();
            let same_when = self.claims[other].when.len() == self.claims[index].when.len();
            if equal && same_when {
                return (other < index).then_some((other, true));
            }
            let does = given(&general.to, &bound);
            (does.as_deref() == Some(&own.to[..])).then_some((other, false))
        })?;
        let (own, name) = (&self.claims[index].name, &self.claims[other].name);
        Some(Unused {
            of_to: false,
            line: None,
            message: match equal {
                true => format!("`{own}` replaces the same rows as `{name}`"),
                false => format!("`{own}` does what `{name}` does, which replaces more"),
            },
            other: Some(other),
            help: format!("remove `Rewrite(name: \"{own}\", …)`"),
        })
    }

    /// Others that make of these rows what it does, one after the other, the first of them of fewer rows.
    fn by_others(&self, index: usize) -> Option<Unused> {
        let own = self.general[index].as_ref()?;
        let mut now: Vec<RewriteLine> = own.from.to_vec();
        let mut used: Vec<usize> = Vec::new();
        while used.len() < MAX_CHAIN {
            if self.may_differ(&now) {
                return None;
            }
            let fewer = used.is_empty().then_some(own.from.len());
            let (at, other, to) = self.next(&now, |other| {
                other != index
                    && fewer.is_none_or(|all| self.general[other].as_ref().is_some_and(|one| one.from.len() < all))
            })?;
            let taken = self.general[other].as_ref().map_or(0, |other| other.from.len());
            now.splice(at..at + taken, to);
            used.push(other);
            if now == own.to[..] {
                break;
            }
        }
        let (own, first) = (&self.claims[index].name, used.first().filter(|_| now == own.to[..])?);
        let name = &self.claims[*first].name;
        Some(Unused {
            of_to: false,
            line: None,
            message: match used.iter().all(|other| other == first) {
                true => format!("`{own}` does what `{name}` does, which needs fewer rows"),
                false => format!("`{own}` does what `{name}` and other rewrites do one after the other"),
            },
            other: Some(*first),
            help: format!("remove `Rewrite(name: \"{own}\", …)`"),
        })
    }

    /// Whether a rewrite with a condition may replace some of these rows, and so keep others from it.
    fn may_differ(&self, rows: &[RewriteLine]) -> bool {
        let conditional = self.claims.iter().zip(&self.general).filter(|(claim, _)| !claim.when.is_empty());
        conditional.filter_map(|(_, general)| general.as_ref()).any(|general| {
            (0..rows.len()).any(|at| {
                let some = rows.get(at..at + general.from.len());
                some.is_some_and(|some| matches(&general.from, some, general.variables).is_some())
            })
        })
    }

    /// The rewrite that lowering would use next of those that may be: where, which, and what it puts there.
    fn next(&self, rows: &[RewriteLine], may: impl Fn(usize) -> bool) -> Option<(usize, usize, Vec<RewriteLine>)> {
        rows.iter().enumerate().find_map(|(at, line)| {
            let those = self.always.get(&line.row)?.iter().filter(|other| may(**other));
            those.copied().find_map(|other| {
                let general = self.general[other].as_ref()?;
                let bound = matches(&general.from, rows.get(at..at + general.from.len())?, general.variables)?;
                Some((at, other, given(&general.to, &bound)?))
            })
        })
    }
}

/// How many rewrites in a row are looked at. Each lowers a measure; most chains are of two or three.
const MAX_CHAIN: usize = 16;

/// The rewrite without its conditions.
fn general(set: &[Instruction], claim: &Claim) -> Option<Rewrite> {
    let mut variables = Vec::new();
    let from = lines(set, &claim.from, &mut variables)?;
    let to = lines(set, &claim.to, &mut variables)?;
    Some(Rewrite { from, to, variables: variables.len(), when: List::default() })
}

/// What a row pushes: the local or constant of that name, or what that row always pushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pushed {
    Local(usize),
    Constant(usize),
    Row(usize),
}

fn row(part: &PatternPart) -> Option<usize> {
    match part {
        PatternPart::Instruction(id, _) => Some(id.0),
        PatternPart::Label(_) => None,
    }
}

/// What the variables of `general` stand for in `special`, if it replaces all that `special` does.
fn matches(general: &[RewriteLine], special: &[RewriteLine], variables: usize) -> Option<Vec<Option<RewriteOperand>>> {
    let mut bound: Vec<Option<RewriteOperand>> = vec![None; variables];
    let all = general.len() == special.len()
        && general.iter().zip(special).all(|(general, special)| {
            general.row == special.row
                && general.operands.iter().zip(special.operands.iter()).all(|(general, special)| match general {
                    RewriteOperand::Variable(variable) => {
                        bound[*variable].get_or_insert_with(|| special.clone()) == special
                    }
                    literal => literal == special,
                })
        });
    all.then_some(bound)
}

/// The lines with what the variables stand for.
fn given(lines: &[RewriteLine], bound: &[Option<RewriteOperand>]) -> Option<Vec<RewriteLine>> {
    let line = |line: &RewriteLine| {
        let operands = line.operands.iter().map(|operand| match operand {
            RewriteOperand::Variable(variable) => bound[*variable].clone(),
            literal => Some(literal.clone()),
        });
        Some(RewriteLine { row: line.row, operands: operands.collect::<Option<_>>()? })
    };
    lines.iter().map(line).collect()
}
