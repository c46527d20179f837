//! `opforge spec examples`: proposes the examples that the rows of a table lack.

use super::rows::{Which, each_row};
use crate::arguments::RowsArguments;
use crate::exit::{Exit, Failure};
use crate::terminal::{self, line};
use crate::{output, table};
use opforge_spec::{MissingExamples, missing_examples};
use serde_json::json;

pub(crate) fn examples(arguments: &RowsArguments) -> Result<Exit, Failure> {
    let set = table::draft(&arguments.table)?;
    let mut found: Vec<(String, MissingExamples)> = Vec::new();
    each_row(&set, Which::own_or(arguments.row.as_deref()), |row| {
        found.push((row.name.clone(), missing_examples(&set, row)))
    })?;
    found.retain(|(_, missing)| *missing != MissingExamples::default());
    if arguments.json {
        let rows = found.iter().map(|(row, missing)| {
            json!({
                "row": row,
                "needed": missing.needed,
                "telling": missing.telling,
                "obstacle": missing.obstacle,
                "wanted": missing.wanted,
            })
        });
        output::print(&terminal::json(&rows.collect(), true))?;
        return Ok(Exit::Success);
    }
    if found.is_empty() {
        output::print("no row lacks an example\n")?;
        return Ok(Exit::Success);
    }
    let texts: Vec<String> = found.iter().map(|(row, missing)| text(row, missing)).collect();
    let computed = found.iter().any(|(_, missing)| !(missing.needed.is_empty() && missing.telling.is_empty()));
    let last = if computed {
        "these were computed: read whether the rows should do that, before you add them"
    } else {
        "whether an example is right the tests of the table say: `opforge_testing::check!`"
    };
    output::print(&format!("{}\n{last}\n", texts.concat()))?;
    Ok(Exit::Success)
}

fn text(row: &str, missing: &MissingExamples) -> String {
    let mut text = format!("{}\n", line(row));
    if let Some(obstacle) = &missing.obstacle {
        let wanted = missing.wanted.join(", and ");
        text.push_str(&format!("    // it {}, so none can be computed: write {}\n", line(obstacle), line(wanted)));
    }
    let lists = [
        ("without these the table is refused", &missing.needed),
        ("these notice mistakes that no other does", &missing.telling),
    ];
    for (title, examples) in lists.into_iter().filter(|(_, examples)| !examples.is_empty()) {
        text.push_str(&format!("    // {title}\n"));
        for example in examples {
            text.push_str(&format!("    {},\n", line(format!("{example:?}"))));
        }
    }
    text
}
