//! How many values are on the stack before each line of a pattern, wherever it is come from.
//!
//! The code that a pattern stands in is verified, so every place there is reached with one depth, and what is not reached
//! is no code at all. A pattern that says otherwise would never be found.

use super::lines::{Given, Labels, Line, NotFusible, Place};
use crate::model::Instruction;
use opforge_core::{Depth, counted};
use std::collections::BTreeMap;

/// How many values are on the stack, by line.
pub(super) struct Depths {
    /// Before each line, and after the last.
    before: Vec<i64>,
    /// Before the first line, so that no line looks deeper.
    needs: u32,
}

impl Depths {
    /// Follows every way through the lines.
    ///
    /// # Errors
    /// A line that nothing reaches, or a place that is reached with different depths.
    pub(super) fn of(set: &[Instruction], lines: &[Line<'_>], labels: &Labels<'_>) -> Result<Self, NotFusible> {
        let mut known: BTreeMap<&str, (i64, usize)> = BTreeMap::new();
        let (mut before, mut least) = (Vec::with_capacity(lines.len() + 1), 0);
        // What falls into the next line: the depth there, and the line that it comes from.
        let mut falls = Some((0, 0));
        for index in 0..=lines.len() {
            let here = lines.get(index);
            for label in labels.iter().filter(|(_, at)| **at == index).map(|(label, _)| *label) {
                match (falls, known.get(label).copied()) {
                    (Some(found), None) => {
                        known.insert(label, found);
                    }
                    (Some(found), Some(first)) => same(&format!("@{label}"), first, found)?,
                    (None, found) => falls = found,
                }
            }
            before.extend(falls.map(|(depth, _)| depth));
            let Some(here) = here else { break };
            let Some((depth, _)) = falls else { return Err(dead(&set[here.row], here, label_at(labels, index))) };
            let row = &set[here.row];
            let base = depth - row.inputs.len() as i64;
            least = least.min(base);
            for (operand, place) in targets(row, here) {
                let there = (base + row.outputs_at(operand).len() as i64, here.line);
                let first = *known.entry(place).or_insert(there);
                let at = if labels.contains_key(place) { format!("@{place}") } else { place.to_owned() };
                same(&at, first, there)?;
            }
            falls = row.flow.next.then_some((base + row.outputs.len() as i64, here.line));
        }
        Ok(Self { before, needs: u32::try_from(least.unsigned_abs()).unwrap_or(u32::MAX) })
    }

    /// How many values the pattern finds on the stack.
    pub(super) fn needs(&self) -> Depth {
        Depth(self.needs)
    }

    /// How many are there before a line, or after the last.
    pub(super) fn before(&self, line: usize) -> Depth {
        let relative = self.before.get(line).copied().unwrap_or(0);
        Depth(u32::try_from(i64::from(self.needs) + relative).unwrap_or(0))
    }
}

/// The places that a line jumps to, by operand: labels of the pattern, and names of places outside. The reader of
/// patterns sees to it that a name is either.
fn targets<'a>(row: &Instruction, line: &Line<'a>) -> Vec<(usize, &'a str)> {
    let kinds = row.operands.iter().map(|operand| operand.kind);
    let places = kinds.zip(&line.operands).enumerate().filter_map(|(index, (kind, operand))| match operand {
        Given::Label(name) => Some((index, *name)),
        Given::Name(name) if kind.is_jump() => Some((index, *name)),
        _ => None,
    });
    places.filter(|(index, _)| row.flow.jumps.contains(index)).collect()
}

fn same(place: &str, first: (i64, usize), found: (i64, usize)) -> Result<(), NotFusible> {
    if first.0 == found.0 {
        return Ok(());
    }
    let than = if found.0 > first.0 { "more" } else { "fewer" };
    let values = counted(found.0.abs_diff(first.0) as usize, "value");
    Err(NotFusible {
        line: found.1,
        message: format!("`{place}` is reached with {values} {than} on the stack than elsewhere"),
        also: Some((Place::Line(first.1), "reached from here, too".into())),
        help: format!("let every way to `{place}` leave as many values, or name another place"),
    })
}

fn label_at<'a>(labels: &Labels<'a>, index: usize) -> Option<&'a str> {
    labels.iter().find(|(_, at)| **at == index).map(|(label, _)| *label)
}

/// What is behind a jump and does not stand at a label that an earlier line goes to.
fn dead(row: &Instruction, here: &Line<'_>, label: Option<&str>) -> NotFusible {
    let (message, help) = match label {
        Some(label) => (
            format!("`@{label}` is reached from lines after it alone"),
            format!("make `@{label}` the first line, or let a line before it go there"),
        ),
        None => (
            format!("`{}` is never reached", row.name),
            format!("remove `{}`, or put a label before it that an earlier line jumps to", row.name),
        ),
    };
    NotFusible { line: here.line, message, also: None, help }
}
