//! Rewrites: checked for form, for what they gain, and for being equal wherever boundary values reach.
//!
//! Being equal is tried, not proved: [`space`] says what can vary, [`trials`] which of it is tried,
//! [`equality`] runs both sides, [`shrink`] makes a difference readable, [`guard`] looks for a condition that mends it.
//! What cannot be tried is refused, so a rewrite in an [`InstructionSet`](crate::InstructionSet) has run.

mod form;
mod rule;
mod ends;
mod measure;
mod canonical;
mod space;
mod literals;
mod combinations;
mod own;
mod small;
mod trials;
mod shrink;
mod equality;
mod guard;
mod words;

pub use trials::MAX_TRIALS;

use super::pattern::is_std;
use super::report::Report;
use super::table::Table;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Instruction, Rewrite};
use crate::rows::{RewriteRow, Rows, Spanned};
use crate::slots;
use crate::source::Text;
use equality::Verdict;
use form::Form;
use rule::Rule;
use std::collections::{BTreeMap, BTreeSet};

/// How much is tried of each rewrite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// Some hundreds of combinations: where a table is read again and again, and was checked thoroughly before.
    Brief,
    /// Many thousands.
    #[default]
    Thorough,
}

/// Checks all rewrites. Of those of `std:` families, one that names a row which is not there, or which is not of
/// `std:`, is dropped: it is about another table.
pub(crate) fn rewrites(rows: &Rows, table: &Table<'_>, effort: Effort, report: &mut Report) -> Vec<Rewrite> {
    let all = rows.families.iter().flat_map(|family| family.rewrites.iter().map(|row| (family.std, row)));
    let concerned = all.filter(|(std, row)| !std || [&row.from, &row.to].iter().all(|side| is_std(&side.value, table)));
    // Those of `std:` were tried when it was made.
    let is_std = rows.families.iter().all(|family| family.std);
    let effort = |std: bool| if std && !is_std { Effort::Brief } else { effort };
    let checked = concerned.filter_map(|(std, row)| Some((row, rewrite(row, table, effort(std), report)?)));
    let all: Vec<(&RewriteRow, Rewrite)> = checked.collect();
    canonical::check(&all, report);
    all.into_iter().map(|(_, rewrite)| rewrite).collect()
}

/// Checks that code can be rewritten by each. Returns them but those of `std:` that the table's own put out of use.
pub(crate) fn used(
    rows: &Rows,
    table: &Table<'_>,
    instructions: &[Instruction],
    rewrites: Vec<Rewrite>,
    report: &mut Report,
) -> Vec<Rewrite> {
    let found = slots::check_rewrites(instructions, &table.catalogue.primitives, &rewrites);
    let all = rows.families.iter().flat_map(|family| family.rewrites.iter().map(|row| (family.std, row)));
    let written: BTreeMap<&str, (bool, &RewriteRow)> =
        all.map(|(std, row)| (row.name.value.as_str(), (std, row))).collect();
    let mut useless = BTreeSet::new();
    for (rewrite, why) in rewrites.iter().zip(found) {
        let (Some(why), Some((std, row))) = (why, written.get(rewrite.name.as_str())) else { continue };
        if *std {
            useless.insert(rewrite.name.clone());
            continue;
        }
        let side = if why.of_to { &row.to } else { &row.from };
        let span = why.line.and_then(|line| side.value.get(line)).map_or(side.span, |text| text.span);
        let diagnostic =
            Diagnostic::new(Code::NeverRewritten, span, why.message).label(format!("in `{}`", rewrite.name));
        let other = why.other.and_then(|other| written.get(rewrites[other].name.as_str()));
        let diagnostic = match other {
            Some((_, other)) => diagnostic.also(other.from.span, format!("`{}`", other.name.value)),
            None => diagnostic,
        };
        report.push(diagnostic.help(why.help));
    }
    rewrites.into_iter().filter(|rewrite| !useless.contains(&rewrite.name)).collect()
}

fn rewrite(row: &RewriteRow, table: &Table<'_>, effort: Effort, report: &mut Report) -> Option<Rewrite> {
    let Form { from, to, variables, when } = form::check(row, table, report)?;
    let errors = report.count();
    let rule = Rule::new(&from, &to, &variables, when, table, effort)?;
    rule.check_weight(row, report);
    rule.check_slots(row, report);
    rule.check_depth(row, report);
    if report.count() > errors {
        return None;
    }
    let tried = equal(row, &rule, report)?;
    ends::check(row, &rule, report);
    if report.count() > errors {
        return None;
    }
    // What it gains is of interest once it is right.
    measure::check(row, &rule, report);
    let (numbers, when) = (rule.numbers().scalars(), rule.when);
    (report.count() == errors).then(|| Rewrite { name: row.name.value.clone(), from, to, when, tried, numbers })
}

/// Tries whether both sides are equal; complains if not, or if that cannot be tried. Returns how much was tried.
fn equal(row: &RewriteRow, rule: &Rule<'_>, report: &mut Report) -> Option<usize> {
    let diagnostic = match rule.obstacle() {
        Some((is_from, index, why)) => needs_machine(row, if is_from { &row.from } else { &row.to }, index, &why),
        None => match equality::compare(rule, &rule.when) {
            Verdict::Equal { tried, .. } => return Some(tried),
            Verdict::Differs(difference) => words::diagnostic(row, rule, &difference),
            Verdict::TrapsLate(late) => words::late(row, rule, &late),
            Verdict::TooMany => too_many(row),
            Verdict::NeedsMachine => needs_machine(row, &row.from, 0, &format!("`{}` needs a machine", row.name.value)),
            Verdict::NothingToTry => nothing_to_try(row),
        },
    };
    report.push(diagnostic);
    None
}

fn needs_machine(row: &RewriteRow, side: &Spanned<Vec<Text>>, line: usize, why: &str) -> Diagnostic {
    let span = side.value.get(line).map_or(side.span, |text| text.span);
    let name = &row.name.value;
    Diagnostic::new(Code::NotComparable, span, why)
        .label("cannot be tried while the table is read")
        .note("a rewrite is over single values, locals and primitives of `std:`, for both sides are run on boundary values")
        .help(format!("remove `Rewrite(name: \"{name}\", …)`, or write the row with primitives of `std:`"))
}

fn too_many(row: &RewriteRow) -> Diagnostic {
    let name = &row.name.value;
    Diagnostic::new(Code::NotComparable, row.from.span, format!("too much can vary in `{name}` for it to be tried"))
        .label("too many operands or inputs")
        .note(format!(
            "pairs of boundary values, and all ways in which locals can be equal, must fit into {} trials",
            combinations::MAX_BOUNDARY
        ))
        .help(format!("split `{name}` into rewrites of at most six locals that may be equal"))
}

fn nothing_to_try(row: &RewriteRow) -> Diagnostic {
    let span = row.when.as_ref().map_or(row.name.span, |when| when.span);
    Diagnostic::new(Code::NothingToTry, span, format!("no values fit the `when` of `{}`", row.name.value))
        .label("leaves nothing to try")
        .help("write types that the operands and inputs can have: `when: \"a: Int, b: Num\"`")
}
