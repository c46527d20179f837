//! Fusions: each an instruction of slot form, no two of one pattern, and not too many hot ones.

use super::pattern::{Pattern, is_std};
use super::report::{Report, plural};
use super::table::Table;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Fusion, Heat, Instruction, PatternOperand, PatternPart, Rewrite};
use crate::rows::{FuseRow, RewriteRow, Rows};
use crate::slots::{self, MAX_HOT, Place};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Checks all fusions. Those of `std:` families that name rows which are not there, or not of `std:`, are dropped.
pub(crate) fn fusions(rows: &Rows, table: &Table<'_>, report: &mut Report) -> Vec<Fusion> {
    let mut fusions = Vec::new();
    let mut patterns: BTreeMap<String, Span> = BTreeMap::new();
    for row in kept(rows, table) {
        let Some(fusion) = fusion(row, table, report) else { continue };
        let canonical = canonical(&fusion.pattern);
        if let Some(first) = patterns.get(&canonical) {
            report.push(
                Diagnostic::new(
                    Code::DuplicatePattern,
                    row.seq.span,
                    format!("`{}` has the pattern of an earlier fusion", row.name.value),
                )
                .label("the same pattern")
                .also(*first, "first written here")
                .help(format!("remove `Fuse(name: \"{}\", …)`", row.name.value)),
            );
            continue;
        }
        patterns.insert(canonical, row.seq.span);
        fusions.push(fusion);
    }
    fusions
}

/// Checks that every fusion is one instruction of slot form which code can be made of, and that the fast engine's loop
/// has room for all that are declared hot. Returns the fusions but those of `std:` that the table's own rewrites or fusions put out of use.
pub(crate) fn fusible(
    rows: &Rows,
    table: &Table<'_>,
    instructions: &[Instruction],
    fusions: Vec<Fusion>,
    rewrites: &[Rewrite],
    report: &mut Report,
) -> Vec<Fusion> {
    let primitives = &table.catalogue.primitives;
    let found = slots::check_fusions(instructions, primitives, &fusions, rewrites);
    let row = |name: &str| kept(rows, table).find(|row| row.name.value == name);
    let is_std = |name: &str| {
        let mut families = rows.families.iter().filter(|family| family.std);
        families.any(|family| family.fusions.iter().any(|row| row.name.value == name))
    };
    let mut useless = BTreeSet::new();
    for (fusion, why) in fusions.iter().zip(found) {
        let (Some(why), Some(own)) = (why, row(&fusion.name)) else { continue };
        let line = |line: usize| own.seq.value.get(line).map_or(own.seq.span, |text| text.span);
        let other = match why.also.as_ref().map(|(place, _)| *place) {
            Some(Place::Line(other)) => Some(line(other)),
            Some(Place::Fusion(other)) => row(&fusions[other].name).map(|row| row.seq.span),
            Some(Place::Rewrite(other)) => rewrite_named(rows, &rewrites[other].name).map(|row| row.from.span),
            None => None,
        };
        if matches!(why.also, Some((Place::Fusion(_) | Place::Rewrite(_), _))) && is_std(&fusion.name) {
            useless.insert(fusion.name.clone());
            continue;
        }
        let label = format!("in `{}`", own.name.value);
        let diagnostic = Diagnostic::new(Code::NotFusible, line(why.line), why.message).label(label);
        let diagnostic = match other.zip(why.also) {
            Some((span, (_, text))) => diagnostic.also(span, text),
            None => diagnostic,
        };
        report.push(diagnostic.help(why.help));
    }
    let fusions: Vec<Fusion> = fusions.into_iter().filter(|fusion| !useless.contains(&fusion.name)).collect();
    too_many_hot(rows, table, slots::declared_hot(instructions, primitives, &fusions), report);
    fusions
}

fn rewrite_named<'r>(rows: &'r Rows, name: &str) -> Option<&'r RewriteRow> {
    rows.families.iter().flat_map(|family| &family.rewrites).find(|row| row.name.value == name)
}

fn too_many_hot(rows: &Rows, table: &Table<'_>, hot: usize, report: &mut Report) {
    if hot <= MAX_HOT {
        return;
    }
    // The last declaration that the user wrote: in a row of their own, or by name.
    let all = table.rows.iter().map(|row| (&row.op.name, row.op.heat.as_ref(), rows.families[row.family].std));
    let fusions = rows.families.iter().flat_map(|family| family.fusions.iter().map(|row| (row, family.std)));
    let all = all.chain(fusions.map(|(row, std)| (&row.name, row.heat.as_ref(), std)));
    let mut declared = all.filter_map(|(name, heat, std)| {
        let heat = heat.filter(|heat| heat.value == Heat::Hot)?;
        (!std || heat.span.file != name.span.file).then_some((name, heat))
    });
    let Some((name, heat)) = declared.next_back() else { return };
    let message = format!("{hot} instructions are declared hot, but the fast engine's loop has room for {MAX_HOT}");
    report.push(
        Diagnostic::new(Code::TooManyHot, heat.span, message)
            .label(format!("this is about `{}`", name.value))
            .note("a constant form counts as one of its own")
            .help("remove `hot: true` from rows and fusions that seldom run; others need no declaration"),
    );
}

/// The fusions but those of `std:` families that name rows which are not there, or not of `std:`.
pub(crate) fn kept<'r>(rows: &'r Rows, table: &Table<'_>) -> impl Iterator<Item = &'r FuseRow> {
    let all = rows.families.iter().flat_map(|family| family.fusions.iter().map(|row| (family.std, row)));
    all.filter(|(std, row)| !std || is_std(&row.seq.value, table)).map(|(_, row)| row)
}

/// The pattern with its variables numbered, so that equal patterns have equal text.
fn canonical(pattern: &[PatternPart]) -> String {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut text = String::new();
    for part in pattern {
        match part {
            PatternPart::Label(label) => {
                let next = numbers.len();
                text += &format!("@{};", numbers.entry(label).or_insert(next));
            }
            PatternPart::Instruction(id, operands) => {
                text += &id.0.to_string();
                for operand in operands {
                    let next = numbers.len();
                    text += &match operand {
                        PatternOperand::Variable(name) => format!(" ${}", numbers.entry(name).or_insert(next)),
                        PatternOperand::Label(name) => format!(" @{}", numbers.entry(name).or_insert(next)),
                        PatternOperand::Literal(value) => format!(" {value}"),
                    };
                }
                text.push(';');
            }
        }
    }
    text
}

fn fusion(row: &FuseRow, table: &Table<'_>, report: &mut Report) -> Option<Fusion> {
    let errors = report.count();
    let mut pattern = Pattern::new(table, report);
    pattern.lines(&row.seq);
    pattern.check_labels();
    let parts = pattern.parts;
    let instructions = parts.iter().filter(|part| matches!(part, PatternPart::Instruction(..))).count();
    if report.count() == errors && instructions < 2 {
        let message = format!("`{}` joins {instructions} instruction{}", row.name.value, plural(instructions));
        let diagnostic = Diagnostic::new(Code::BadPattern, row.seq.span, message).label("nothing to join");
        report.push(diagnostic.help("write two or more: `seq: [\"NumLt\", \"JumpIfFalse out\"]`"));
    }
    (report.count() == errors).then(|| Fusion {
        name: row.name.value.clone(),
        pattern: parts,
        heat: row.heat.as_ref().map(|heat| heat.value),
    })
}
