//! `opforge spec mutate`: seeds mistakes into what a table says, and tells which its examples do not notice.

use super::rows::{Which, each_row};
use crate::arguments::RowsArguments;
use crate::exit::{Exit, Failure};
use crate::terminal::{self, line};
use crate::{output, table};
use opforge::core::counted;
use opforge_spec::{InstructionSet, RowMutations, Survivor, mutations};
use serde_json::{Value, json};

pub(crate) fn mutate(arguments: &RowsArguments) -> Result<Exit, Failure> {
    let set = table::check(&arguments.table)?;
    let mut found = Vec::new();
    let which = Which::own_or(arguments.row.as_deref());
    each_row(&set, which, |row| found.push(mutations(&set, row)))?;
    let totals = Totals::of(&found);
    if arguments.json {
        output::print(&terminal::json(&value(&set, &found, totals), true))?;
    } else {
        output::print(&text(&found, totals))?;
    }
    Ok(if totals.killable > 0 { Exit::Failure } else { Exit::Success })
}

#[derive(Clone, Copy)]
struct Totals {
    rows: usize,
    killed: usize,
    survivors: usize,
    /// Survivors that some example would notice.
    killable: usize,
}

impl Totals {
    fn of(found: &[RowMutations]) -> Self {
        let survivors = || found.iter().flat_map(|row| &row.survivors);
        Self {
            rows: found.iter().filter(|row| row.left.is_none()).count(),
            killed: found.iter().map(|row| row.killed).sum(),
            survivors: survivors().count(),
            killable: survivors().filter(|survivor| survivor.killer.is_some()).count(),
        }
    }

    fn mistakes(self) -> usize {
        self.killed + self.survivors
    }

    /// **Units:** percent.
    fn share(self) -> f64 {
        if self.mistakes() == 0 { 100.0 } else { self.killed as f64 * 100.0 / self.mistakes() as f64 }
    }
}

fn text(found: &[RowMutations], totals: Totals) -> String {
    let mut text = format!(
        "{} seeded in {}: {} killed by their examples ({:.1} %), {} not\n",
        counted(totals.mistakes(), "mistake"),
        counted(totals.rows, "row"),
        totals.killed,
        totals.share(),
        totals.survivors,
    );
    for row in found {
        for survivor in &row.survivors {
            text.push_str(&format!(
                "\n{}, {}\n  {}\n  {}\n",
                line(&row.row),
                line(&survivor.place),
                line(&survivor.change),
                line(advice(survivor))
            ));
        }
    }
    let left: Vec<String> = found
        .iter()
        .filter_map(|row| Some(format!("  {}: {}\n", line(&row.row), line(row.left.as_deref()?))))
        .collect();
    if !left.is_empty() {
        text.push_str(&format!(
            "\n{} left out, in which no mistake can be seeded:\n{}",
            counted(left.len(), "row"),
            left.concat()
        ));
    }
    text
}

fn advice(survivor: &Survivor) -> String {
    match &survivor.killer {
        Some(example) => format!("add this example, if it is right: {example:?}"),
        None => format!("no difference found on {}: probably equivalent", counted(survivor.tried, "input")),
    }
}

fn value(set: &InstructionSet, found: &[RowMutations], totals: Totals) -> Value {
    let survivors = found.iter().flat_map(|row| {
        row.survivors.iter().map(|survivor| {
            json!({
                "row": row.row,
                "place": survivor.place,
                "change": survivor.change,
                "example": survivor.killer,
                "tried": survivor.tried,
            })
        })
    });
    let left = found.iter().filter_map(|row| Some(json!({ "row": row.row, "reason": row.left.as_ref()? })));
    json!({
        "table": set.name(),
        "mistakes": totals.mistakes(),
        "killed": totals.killed,
        "survivors": survivors.collect::<Vec<_>>(),
        "left_out": left.collect::<Vec<_>>(),
    })
}
