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
    output::print(&format!(
        "{}\nthese were computed: read whether the rows should do that, before you add them\n",
        texts.concat()
    ))?;
    Ok(Exit::Success)
}

fn text(row: &str, missing: &MissingExamples) -> String {
    let mut text = format!("{}\n", line(row));
    if let Some(obstacle) = &missing.obstacle {
        text.push_str(&format!("    // it {}: write examples, which the generated tests will run\n", line(obstacle)));
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
