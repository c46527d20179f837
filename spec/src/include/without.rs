//! Leaves out the rows that a table's `without` names, and the patterns that need them.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::rows::{FamilyRows, Rows};
use crate::source::Text;
use std::collections::BTreeSet;

/// Drops each named row: that of a `std:` family if there is one, else that of an included file.
pub(super) fn drop_rows(names: &[Text], rows: &mut Rows, included: &[bool], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let all = rows.families.iter().flat_map(|family| &family.ops);
    let all: BTreeSet<String> = all.map(|op| op.name.value.clone()).collect();
    for name in names {
        if !seen.insert(&name.value) {
            continue;
        }
        let holds = |family: &FamilyRows| family.ops.iter().any(|op| op.name.value == name.value);
        let droppable = || rows.families.iter().enumerate().filter(|&(index, _)| included[index]);
        let is_known = all.contains(&name.value);
        let holder = || droppable().find(|(_, family)| family.std && holds(family));
        let holder = || holder().or_else(|| droppable().find(|(_, family)| holds(family)));
        let holder = is_known.then(holder).flatten().map(|(index, _)| index);
        if let Some(holder) = holder {
            let ops = &mut rows.families[holder].ops;
            let dropped = ops.iter().filter(|op| op.name.value == name.value);
            rows.dropped.extend(dropped.map(|op| (op.name.value.clone(), op.code.value)));
            ops.retain(|op| op.name.value != name.value);
            continue;
        }
        let mut ops = rows.families.iter().flat_map(|family| &family.ops).filter(|_| is_known);
        let own = ops.find(|op| op.name.value == name.value);
        let message = format!("no included family has a row `{}`", name.value);
        let mut diagnostic = Diagnostic::new(Code::UnknownWithout, name.span, message).label("nothing to leave out");
        if let Some(own) = own {
            diagnostic = diagnostic.also(own.name.span, "this one is the table's own");
        }
        let known = droppable().flat_map(|(_, family)| &family.ops).map(|op| op.name.value.as_str());
        diagnostics.push(match nearest(&name.value, known) {
            Some(near) => diagnostic.help(format!("write `\"{near}\"`")).fix(name.span, format!("\"{near}\"")),
            None => diagnostic.help(format!(
                "remove `\"{}\"` from `without`; `opforge spec list std:standard` lists the rows of the families",
                name.value
            )),
        });
    }
}

/// Drops fusions and rewrites of `std:` families that name an absent row, and those of included files that name a row
/// which `without` leaves out.
pub(super) fn drop_idle_patterns(without: &[Text], rows: &mut Rows, included: &[bool]) {
    let present: BTreeSet<String> =
        rows.families.iter().flat_map(|family| &family.ops).map(|op| op.name.value.clone()).collect();
    let left_out: BTreeSet<&str> = without.iter().map(|name| name.value.as_str()).collect();
    for (family, _) in rows.families.iter_mut().zip(included).filter(|(_, included)| **included) {
        let std = family.std;
        let lives = |parts: &[Text]| {
            parts.iter().all(|part| {
                let name = part.value.split_whitespace().next().unwrap_or("");
                let is_gone = !present.contains(name) && (std || left_out.contains(name));
                name.starts_with('@') || !is_gone
            })
        };
        family.fusions.retain(|fusion| lives(&fusion.seq.value));
        family.rewrites.retain(|rewrite| lives(&rewrite.from.value) && lives(&rewrite.to.value));
    }
}
