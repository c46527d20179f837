//! `opforge spec check|test|list|expand`: what a table says, and whether it is right.

use crate::arguments::{CheckArguments, ExpandArguments, TableArguments};
use crate::commands::room;
use crate::exit::{Exit, Failure};
use crate::terminal::{self, line};
use crate::{output, table};
use opforge::core::counted;
use opforge_codegen::Emitter;
use opforge_spec::slots::loop_room;
use opforge_spec::{Diagnostics, InstructionSet};
use serde_json::{Value, json};

pub(crate) fn check(arguments: &CheckArguments) -> Result<Exit, Failure> {
    if arguments.json {
        let (value, exit) = match table::read(&arguments.table)? {
            Ok(set) => (summary(&set), Exit::Success),
            Err(diagnostics) => (failed(&diagnostics), Exit::Failure),
        };
        output::print(&terminal::json(&value, true))?;
        return Ok(exit);
    }
    let set = table::check(&arguments.table)?;
    output::print(&format!(
        "`{}` is right: table `{}` version {}, {} in {}\n",
        line(if arguments.table == "-" { "<stdin>" } else { &arguments.table }),
        set.name(),
        set.version(),
        counted(set.instructions().len(), "instruction"),
        families(set.families().len()),
    ))?;
    output::print(&room::notes(&loop_room(&set)))?;
    Ok(Exit::Success)
}

fn families(count: usize) -> String {
    if count == 1 { "1 family".to_owned() } else { format!("{count} families") }
}

fn summary(set: &InstructionSet) -> Value {
    let mut value = json!({
        "ok": true,
        "name": set.name(),
        "version": set.version(),
        "instructions": set.instructions().len(),
        "errors": [],
    });
    room::add_json(&loop_room(set), &mut value);
    value
}

fn failed(diagnostics: &Diagnostics) -> Value {
    let errors = diagnostics.list().iter().map(|diagnostic| {
        let place = diagnostics.place(diagnostic);
        json!({
            "code": diagnostic.code.number(),
            "title": diagnostic.code.title(),
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "message": diagnostic.message,
            "help": diagnostic.help,
        })
    });
    json!({ "ok": false, "errors": errors.collect::<Vec<_>>() })
}

pub(crate) fn test(arguments: &TableArguments) -> Result<Exit, Failure> {
    // Checking evaluates the examples over scalars: a wrong one is a diagnostic.
    let set = table::check(&arguments.table)?;
    let (mut evaluated, mut left, mut excused) = (0, Vec::new(), Vec::new());
    for row in set.instructions() {
        for example in &row.examples {
            if example.evaluated {
                evaluated += 1;
            } else {
                left.push(format!("  {}: {}", row.name, line(&example.text)));
            }
        }
        if let Some(reason) = &row.no_examples {
            excused.push(format!("  {}: {}", row.name, line(reason)));
        }
    }
    let mut text = format!("{} evaluated, all as they say\n", counted(evaluated, "example"));
    for (title, list) in
        [("left to the generated tests, which have a machine", left), ("rows without examples", excused)]
    {
        if !list.is_empty() {
            text.push_str(&format!("\n{} {title}:\n{}\n", list.len(), list.join("\n")));
        }
    }
    output::print(&text)?;
    Ok(Exit::Success)
}

pub(crate) fn list(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let set = table::check(&arguments.table)?;
    let emitter = if arguments.json { Emitter::Json } else { Emitter::Listing };
    print(&set, emitter)
}

fn print(set: &InstructionSet, emitter: Emitter) -> Result<Exit, Failure> {
    let text = opforge_codegen::expand(set, emitter);
    output::print(&if emitter == Emitter::Json { terminal::json_text(&text) } else { text })?;
    Ok(Exit::Success)
}

pub(crate) fn expand(arguments: &ExpandArguments) -> Result<Exit, Failure> {
    let Some(emitter) = Emitter::from_name(&arguments.emitter) else {
        let names: Vec<&str> = Emitter::ALL.iter().map(|emitter| emitter.name()).collect();
        return Err(Failure::usage(
            format!("no emitter is called `{}`", arguments.emitter),
            format!("write one of {}", names.join(", ")),
        ));
    };
    let set = table::check(&arguments.table)?;
    print(&set, emitter)
}
