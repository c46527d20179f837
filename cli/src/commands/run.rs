//! `opforge run`: files → a linked program, run to its end.

use crate::arguments::RunArguments;
use crate::commands::asm::{load, verified};
use crate::commands::options::{contradiction, engine, limits, refuse_planned, with_head};
use crate::commands::parameters::parameters;
use crate::commands::report::{json_line, report, table};
use crate::exit::{Exit, Failure};
use crate::files::{self, Input};
use crate::output::{self, ProgramOutput};
use crate::terminal::{self, PLAIN, RED, line, tell};
use opforge::{Engine, Execute, Fuel, LinkErrors, Linker, Machine, Module, Outcome, Program, Streams, parse_scalar};
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
    let options = with_head(arguments.machine.clone(), inputs.first())?;
    let (program, main) = link::<I>(&inputs)?;
    let values = parameters(&main, &arguments.arguments)?;

    let (out, state) = ProgramOutput::new();
    let engine = engine(&options);
    let mut machine = Machine::<I>::new(program, handlers)
        .with_engine(engine)
        .with_limits(limits(&options))
        .with_streams(Streams::none().with_output(out));
    if arguments.trace {
        machine = machine.with_observer(|step| {
            let text = format!("{} {:#06x} [{}] {}", step.function, step.pc, step.depth, step.op);
            tell(&format!("{}\n", line(text)));
        });
    }
    state.interrupts(machine.interrupt_handle());
    interrupt_on_ctrl_c(&machine);
    machine.start("main", &values).map_err(|error| Failure::rendered(format!("{RED}error{PLAIN}: {}", line(error))))?;
    let begun = Instant::now();
    let outcome = machine.run(options.fuel.map_or(Fuel::Unlimited, Fuel::Ticks));
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
        tell(&terminal::json(&json_line(&outcome, &trace, instructions, stats, time), false));
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

/// Verifies and links the files, the first as the main one; returns its module, too.
fn link<I: Execute>(inputs: &[Input]) -> Result<(Program<I>, Module), Failure> {
    let mut modules = Vec::new();
    for input in inputs {
        modules.push(verified::<I>(load::<I>(input)?, &input.name)?);
    }
    let mut modules = modules.into_iter();
    let Some(main) = modules.next() else {
        return Err(Failure::usage("no file is given", "name the program"));
    };
    let module = main.module().clone();
    let linker = modules.fold(Linker::new(), Linker::module);
    let program = linker.link(main).map_err(|errors| Failure::rendered(link_errors(&errors)))?;
    Ok((program, module))
}

/// One line for each error.
fn link_errors(errors: &LinkErrors) -> String {
    errors.errors().iter().map(|error| format!("{RED}error{PLAIN}: {}\n", line(error))).collect()
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
