//! `opforge verify`: is a program well-formed?

use crate::arguments::VerifyArguments;
use crate::commands::asm::{load, place, verified};
use crate::exit::{Exit, Failure};
use crate::terminal::{self, line};
use crate::{files, output};
use opforge::InstructionSet;
use opforge::core::counted;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn verify<I: InstructionSet>(arguments: &VerifyArguments) -> Result<Exit, Failure> {
    files::refuse_twice(&arguments.files)?;
    let mut exit = Exit::Success;
    for path in &arguments.files {
        if arguments.json {
            let value = json_of::<I>(path);
            if value["ok"] != json!(true) {
                exit = Exit::Failure;
            }
            output::print(&terminal::json(&value, false))?;
            continue;
        }
        let input = files::read(path)?;
        let functions = load::<I>(&input).and_then(|module| verified::<I>(module, &input.name));
        match functions {
            Ok(verified) => {
                let functions = counted(verified.module().functions.len(), "function");
                output::print(&format!("`{}` is well-formed: {functions}\n", line(&input.name)))?;
            }
            // The other files are looked at as well.
            Err(failure) => exit = failure.report(),
        }
    }
    Ok(exit)
}

/// A file as an object with `ok` and `errors`, for programs to read.
fn json_of<I: InstructionSet>(path: &Path) -> Value {
    let file = path.display().to_string();
    let failed = |failure: Failure| json!({ "file": &file, "ok": false, "errors": [{ "message": failure.text() }] });
    let input = match files::read(path) {
        Ok(input) => input,
        Err(failure) => return failed(failure),
    };
    let module = match load::<I>(&input) {
        Ok(module) => module,
        Err(failure) => return failed(failure),
    };
    let errors = match opforge::verify::<I>(module.clone()) {
        Ok(_) => Vec::new(),
        Err(errors) => errors
            .errors()
            .iter()
            .map(|error| {
                json!({
                    "function": error.function,
                    "pc": error.pc,
                    "source": place(&module, error),
                    "message": error.rule.to_string(),
                    "help": error.rule.remedy(),
                })
            })
            .collect(),
    };
    json!({ "file": file, "ok": errors.is_empty(), "errors": errors })
}
