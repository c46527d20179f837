//! `opforge run`: files → a linked program, run to its end.

use crate::arguments::RunArguments;
use crate::commands::link::link;
use crate::commands::options::{contradiction, engine, limits, refuse_planned, with_head};
use crate::commands::parameters::parameters;
use crate::commands::report::{object, report, table};
use crate::exit::{Exit, Failure};
use crate::files::{self, Input};
use crate::input::ProgramInput;
use crate::output::{self, ProgramOutput};
use crate::terminal::{self, PLAIN, RED, line, tell};
use opforge::{Engine, Execute, Fuel, Machine, Outcome, Streams, parse_scalar};
use serde_json::json;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the run has to end after a second Ctrl-C: it ends by itself unless a write or a host function holds it.
const GRACE: Duration = Duration::from_secs(1);

pub(crate) fn run<I: Execute>(arguments: &RunArguments, handlers: I::Handlers) -> Result<Exit, Failure> {
    refuse_planned(&arguments.allow)?;
    if let Some((option, help)) = contradiction(&arguments.machine) {
        return Err(Failure::usage(
            format!("`{option}` is about the fast engine, but the engine is `reference`"),
            help,
        ));
    }
    files::refuse_twice(&arguments.files)?;
    let inputs = read(&arguments.files)?;
    let options = with_head("run", arguments.machine.clone(), inputs.first())?;
    let (program, main) = link::<I>(&inputs)?;
    let values = parameters(&main, &arguments.arguments)?;

    let (out, state) = ProgramOutput::new();
    let engine = engine(&options);
    let mut machine = Machine::<I>::new(program, handlers)
        .with_engine(engine)
        .with_limits(limits(&options.limits))
        .with_streams(Streams::none().with_input(ProgramInput::new()).with_output(out));
    if arguments.trace {
        machine = machine.with_observer(|step| {
            // A name may be as long as a file, and stands in each line.
            let text = format!("{:.200} {:#06x} [{}] {}", step.function, step.pc, step.depth, step.op);
            tell(&format!("{}\n", line(text)));
        });
    }
    state.interrupts(machine.interrupt_handle());
    interrupt_on_ctrl_c(&machine);
    machine.start("main", &values).map_err(|error| Failure::rendered(format!("{RED}error{PLAIN}: {}", line(error))))?;
    let begun = Instant::now();
    let outcome = machine.run(options.limits.fuel.map_or(Fuel::Unlimited, Fuel::Ticks));
    let time = begun.elapsed();
    // A trap says where the program was when its output was lost.
    if let Some(failure) =
        state.failure().filter(|failure| failure.is_quiet() || !matches!(outcome, Outcome::Trapped(_)))
    {
        return Err(failure);
    }
    if let (Outcome::Returned(value), true) = (&outcome, arguments.result) {
        output::print_value(value)?;
    }
    let trace = machine.trace();
    let exit = report(&outcome, &trace, machine.ticks());
    let stats = machine.stats();
    // An observer sees every instruction, so a traced run is one of the reference engine.
    let instructions = (engine == Engine::Reference || arguments.trace).then_some(stats.instructions);
    if arguments.json {
        let mut value = object(&outcome, &trace, instructions, stats);
        value["seconds"] = json!(time.as_secs_f64());
        tell(&terminal::json(&value, false));
    } else if arguments.stats {
        tell(&table(instructions, stats, time));
    }
    Ok(exit)
}

/// Reads the files. One that is not there may be meant as a parameter of main.
fn read(paths: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let read = |(index, path): (usize, &PathBuf)| {
        if index > 0 && !path.exists() && is_parameter(&path.to_string_lossy()) {
            let words: Vec<_> = paths[index..].iter().map(|path| path.to_string_lossy()).collect();
            let first: Vec<_> = paths[..index].iter().map(|path| path.to_string_lossy()).collect();
            return Err(Failure::input(
                format!("there is no file `{}`", path.display()),
                format!(
                    "main's parameters stand behind `--`: `opforge run {} -- {}`",
                    first.join(" "),
                    words.join(" ")
                ),
            ));
        }
        files::read(path)
    };
    paths.iter().enumerate().map(read).collect()
}

/// Whether a word is more likely a value than a file.
fn is_parameter(word: &str) -> bool {
    parse_scalar(word).is_some() || word != "-" && !word.contains(['.', '/', '\\'])
}

/// The first Ctrl-C ends the run where it could continue, a second one the program, once the run had time to say so.
fn interrupt_on_ctrl_c<I: Execute>(machine: &Machine<I>) {
    let handle = machine.interrupt_handle();
    let asked = AtomicBool::new(false);
    // A host that has a handler of its own keeps it.
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            // The program ends meanwhile, unless the run is held up.
            std::thread::sleep(GRACE);
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
        handle.interrupt();
    });
}
