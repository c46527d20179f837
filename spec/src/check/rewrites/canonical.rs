//! Canonical forms: rewrites that gain nothing, and end all the same.
//!
//! One that replaces some rows by others puts each of these below one that it replaces. Where no row is below itself, all such
//! rewrites together end, by the order of multisets. **Source:** Dershowitz and Manna 1979, proving termination with multiset
//! orderings.

use crate::check::report::Report;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{InstructionId, PatternPart, Rewrite};
use crate::rows::RewriteRow;
use std::collections::{BTreeMap, BTreeSet};

/// Which rows stand above which others, and the rewrite that says so first.
type Above<'r> = BTreeMap<InstructionId, BTreeMap<InstructionId, &'r RewriteRow>>;

/// Complains about each canonical form that, with those before it, could be gone through for ever.
pub(super) fn check(all: &[(&RewriteRow, Rewrite)], report: &mut Report) {
    let mut above: Above<'_> = BTreeMap::new();
    for (row, rewrite) in all.iter().filter(|(row, _)| row.canonical.as_ref().is_some_and(|canonical| canonical.value))
    {
        let (gone, new) = (beyond(&rewrite.from, &rewrite.to), beyond(&rewrite.to, &rewrite.from));
        let name = &row.name.value;
        if gone.is_empty() {
            let message = format!("`{name}` only puts the same rows into another order");
            let diagnostic = Diagnostic::new(Code::NotLower, row.to.span, message).label("could be put back");
            report.push(diagnostic.help(format!("remove `Rewrite(name: \"{name}\", …)`")));
            continue;
        }
        let pairs = gone.iter().flat_map(|gone| new.iter().map(move |new| (*gone, *new)));
        // What is new must not stand above what is gone.
        let back = pairs.clone().find_map(|(gone, new)| first_way(&above, new, gone));
        if let Some(other) = back {
            report.push(
                Diagnostic::new(
                    Code::NotLower,
                    row.to.span,
                    format!("`{name}` and `{}` could go on for ever", other.name.value),
                )
                .label("no canonical form with that")
                .also(other.from.span, format!("`{}` goes the other way", other.name.value))
                .help(format!("exchange `from` and `to` of `{name}` or of `{}`", other.name.value)),
            );
            continue;
        }
        for (gone, new) in pairs {
            above.entry(gone).or_default().entry(new).or_insert(row);
        }
    }
}

/// The rows of `side` that stand there more often than in `other`.
fn beyond(side: &[PatternPart], other: &[PatternPart]) -> BTreeSet<InstructionId> {
    let rows = |side: &[PatternPart]| {
        let mut rows: BTreeMap<InstructionId, usize> = BTreeMap::new();
        for part in side {
            if let PatternPart::Instruction(id, _) = part {
                *rows.entry(*id).or_default() += 1;
            }
        }
        rows
    };
    let other = rows(other);
    rows(side)
        .into_iter()
        .filter(|(id, count)| other.get(id).is_none_or(|known| known < count))
        .map(|(id, _)| id)
        .collect()
}

/// If `from` stands above `to`: the rewrite that says so of `from`.
fn first_way<'r>(above: &Above<'r>, from: InstructionId, to: InstructionId) -> Option<&'r RewriteRow> {
    let mut seen = BTreeSet::new();
    let below = above.get(&from)?;
    below.iter().find_map(|(next, row)| {
        let mut open = vec![*next];
        while let Some(id) = open.pop() {
            if id == to {
                return Some(*row);
            }
            if seen.insert(id) {
                open.extend(above.get(&id).into_iter().flat_map(|below| below.keys()));
            }
        }
        None
    })
}
