//! How many values each side of a rewrite leaves, wherever it goes on: told from its rows, since trials that all trap on both
//! sides see none of it, and code behind is lowered all the same.

use super::rule::{Line, Rule};
use crate::check::report::Report;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::PatternOperand;
use crate::rows::RewriteRow;
use opforge_core::counted;
use std::collections::BTreeMap;

/// Where a side goes on: `None` is the next row, else the name of a place.
type Ends<'a> = BTreeMap<Option<&'a str>, i64>;

/// Complains where `to` leaves another number of values than `from`.
pub(super) fn check(row: &RewriteRow, rule: &Rule<'_>, report: &mut Report) {
    let (from, to) = (ends(&rule.from), ends(&rule.to));
    let common = to.iter().filter_map(|(place, after)| Some((*place, *from.get(place)?, *after)));
    let Some((place, before, after)) = { common }.find(|(_, before, after)| before != after) else { return };
    let (than, number) = (if after > before { "more" } else { "fewer" }, after.abs_diff(before));
    let values = counted(usize::try_from(number).unwrap_or(usize::MAX), "value");
    let place = place.map_or("the next row".to_owned(), |place| format!("`{place}`"));
    let message = format!("`to` goes on at {place} with {values} {than} on the stack than `from`");
    report.push(
        Diagnostic::new(Code::BadRewrite, row.to.span, message)
            .label("leaves another stack")
            .also(row.from.span, "than this")
            .note("no trial saw it, because both sides trap on whatever was tried")
            .help(format!("remove `Rewrite(name: \"{}\", …)`: what always traps need not be cheap", row.name.value)),
    );
}

fn ends<'a>(lines: &[Line<'a>]) -> Ends<'a> {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut ends = Ends::new();
    let mut depth = 0_i64;
    for line in lines {
        let below = depth - count(line.row.inputs.len());
        for jump in &line.row.flow.jumps {
            if let Some(PatternOperand::Variable(name)) = line.operands.get(*jump) {
                ends.insert(Some(name.as_str()), below + count(line.row.outputs_at(*jump).len()));
            }
        }
        if !line.row.flow.next {
            return ends;
        }
        depth = below + count(line.row.outputs.len());
    }
    ends.insert(None, depth);
    ends
}
