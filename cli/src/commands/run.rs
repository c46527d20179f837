//! `opforge run`: files → a linked program, run to its end.

use crate::arguments::{EngineName, HeadArguments, MachineArguments, RunArguments};
use crate::commands::asm::{load, verified};
use crate::exit::{BOLD, Exit, Failure, PLAIN, RED};
use crate::files::{self, Input};
use crate::head::Head;
use crate::output::{self, ProgramOutput};
use clap::Parser;
use opforge::{
    Engine, Execute, Fuel, HostValue, Limits, Linker, Machine, Module, Outcome, Program, Stats, Streams, parse_scalar,
};
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub(crate) fn run<I: Execute>(arguments: &RunArguments, handlers: I::Handlers) -> Result<Exit, Failure> {
    refuse_planned(&arguments.machine, &arguments.allow)?;
    if let Some((option, help)) = contradiction(&arguments.machine) {
        return Err(Failure::usage(
            format!("`{option}` is about the fast engine, but the engine is `reference`"),
            help,
        ));
    }
    if arguments.files.iter().filter(|file| *file == Path::new("-")).count() > 1 {
        return Err(Failure::usage("`-` is given twice", "standard input holds one program"));
    }
    let inputs: Vec<Input> = arguments.files.iter().map(|path| files::read(path)).collect::<Result<_, _>>()?;
    let options = with_head(arguments.machine.clone(), inputs.first())?;
    refuse_planned(&options, &[])?;
    let (program, main) = link::<I>(&inputs)?;
    let values = main_arguments(&main, &arguments.arguments)?;

    let (out, state) = ProgramOutput::new();
    let engine = engine(&options);
    let mut machine = Machine::<I>::new(program, handlers)
        .with_engine(engine)
        .with_limits(limits(&options))
        .with_streams(Streams::none().with_output(out));
    if arguments.trace {
        machine = machine.with_observer(|step| {
            // Nobody is left to tell when standard error is gone.
            let _ = writeln!(std::io::stderr(), "{} {:#06x} [{}] {}", step.function, step.pc, step.depth, step.op);
        });
    }
    interrupt_on_ctrl_c(&machine);
    machine.start("main", &values).map_err(|error| Failure::rendered(format!("{RED}error{PLAIN}: {error}")))?;
    let begun = Instant::now();
    let outcome = machine.run(options.fuel.map_or(Fuel::Unlimited, Fuel::Ticks));
    let time = begun.elapsed();
    if state.reader_gone() {
        return Err(Failure::reader_gone());
    }
    if let (Outcome::Returned(value), true) = (&outcome, arguments.result) {
        output::print(&format!("{value}\n"))?;
    }
    let exit = report(&outcome, machine.ticks());
    let stats = machine.stats();
    // An observer sees every instruction, so a traced run is one of the reference engine.
    let instructions = (engine == Engine::Reference || arguments.trace).then_some(stats.instructions);
    if arguments.json {
        anstream::eprintln!("{}", json_line(&outcome, instructions, stats, time));
    } else if arguments.stats {
        anstream::eprint!("{}", table(instructions, stats, time));
    }
    Ok(exit)
}

/// Options that are in the language of the command line, but have nothing behind them yet.
fn refuse_planned(options: &MachineArguments, allow: &[String]) -> Result<(), Failure> {
    let planned = if options.memory.is_some() {
        "--memory"
    } else if !allow.is_empty() {
        "--allow"
    } else {
        return Ok(());
    };
    Err(Failure::usage(format!("`{planned}` is not there yet"), "leave it out: there is nothing that it could change"))
}

/// An option of the fast engine beside another engine, and what to do about it.
fn contradiction(options: &MachineArguments) -> Option<(&'static str, &'static str)> {
    let option = options.lowering.first().filter(|_| options.engine == Some(EngineName::Reference))?;
    Some((option, "leave out one of the two; the reference engine runs the instructions as they are written"))
}

fn engine(options: &MachineArguments) -> Engine {
    match options.engine {
        Some(EngineName::Reference) => Engine::Reference,
        Some(EngineName::Fast) | None => Engine::Fast(options.lowering.lowering()),
    }
}

/// The options of the command line, and below them those of the program's head. Which engine runs, and how, is one
/// thing: who names an engine leaves the head's options of engines out, and who names an option of the fast engine
/// wants that one.
fn with_head(options: MachineArguments, main: Option<&Input>) -> Result<MachineArguments, Failure> {
    let Some(input) = main.filter(|input| !input.is_module()) else { return Ok(options) };
    let head = Head::parse(input.text()?);
    let head = HeadArguments::try_parse_from(&head.flags).map_err(|error| {
        let error = error.to_string();
        let first = error.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Failure::input(
            format!("`{}`, in its line `; flags:`: {first}", input.name),
            "a program's head may give --engine, --no-fold, --no-fuse, --no-fuse-loops, --fuel, --frames, --slots and --memory",
        )
    })?;
    let head = head.machine;
    if let Some((option, help)) = contradiction(&head) {
        let message = format!("`{}`, in its line `; flags:`: `{option}` contradicts `--engine reference`", input.name);
        return Err(Failure::input(message, help));
    }
    let own = options.engine.is_some() || options.lowering.first().is_some();
    let (engine, lowering) = if own { (options.engine, options.lowering) } else { (head.engine, head.lowering) };
    Ok(MachineArguments {
        engine,
        lowering,
        fuel: options.fuel.or(head.fuel),
        memory: options.memory.or(head.memory),
        frames: options.frames.or(head.frames),
        slots: options.slots.or(head.slots),
    })
}

fn limits(options: &MachineArguments) -> Limits {
    let default = Limits::default();
    Limits { slots: options.slots.unwrap_or(default.slots), frames: options.frames.unwrap_or(default.frames) }
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
    let program = linker.link(main).map_err(|errors| Failure::rendered(format!("{RED}error{PLAIN}: {errors}")))?;
    Ok((program, module))
}

/// The words of the command line as main's parameters.
fn main_arguments(module: &Module, words: &[String]) -> Result<Vec<HostValue>, Failure> {
    let Some(main) = module.functions.iter().find(|function| function.name == "main") else {
        let names: Vec<&str> = module.functions.iter().map(|function| function.name.as_str()).take(8).collect();
        let has = if names.is_empty() { "no functions".to_owned() } else { names.join(", ") };
        return Err(Failure::input(
            format!("the program has no function `main`, it has {has}"),
            "write `func main()`, and name the file with `main` first",
        ));
    };
    if main.params.len() != words.len() {
        let (count, s) = (main.params.len(), if main.params.len() == 1 { "" } else { "s" });
        let names = if count == 0 { String::new() } else { format!(" ({})", main.params.join(" ")) };
        return Err(Failure::input(
            format!("`main` takes {count} parameter{s}{names}, {} given", words.len()),
            "give them behind `--`, as in `opforge run FILE -- 2 text`",
        ));
    }
    let value = |word: &String| parse_scalar(word).map_or_else(|| HostValue::from(word.as_str()), HostValue::from);
    Ok(words.iter().map(value).collect())
}

/// The first Ctrl-C ends the run where it could continue, a second one the program.
fn interrupt_on_ctrl_c<I: Execute>(machine: &Machine<I>) {
    let handle = machine.interrupt_handle();
    let asked = AtomicBool::new(false);
    // A host that has a handler of its own keeps it.
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
        handle.interrupt();
    });
}

/// Says how a run ended, unless it just returned.
fn report(outcome: &Outcome, ticks: u64) -> Exit {
    match outcome {
        Outcome::Returned(_) => Exit::Success,
        Outcome::Trapped(report) => {
            let text = report.to_string();
            let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
            anstream::eprint!("{RED}{first}{PLAIN}\n{rest}");
            anstream::eprint!("{}", if rest.is_empty() { "" } else { "\n" });
            anstream::eprintln!("  {BOLD}help{PLAIN}: `opforge explain {}` says when this happens", report.name);
            Exit::Failure
        }
        Outcome::OutOfFuel => {
            anstream::eprintln!("{RED}out of fuel{PLAIN} after {ticks} ticks");
            anstream::eprintln!(
                "  {BOLD}help{PLAIN}: give more with `--fuel`; a host that embeds the machine resumes it with another `run`"
            );
            Exit::FuelSpent
        }
        Outcome::Interrupted => {
            anstream::eprintln!("interrupted after {ticks} ticks");
            Exit::Interrupted
        }
        other => {
            anstream::eprintln!("{other:?}");
            Exit::Failure
        }
    }
}

fn table(instructions: Option<u64>, stats: Stats, time: Duration) -> String {
    let instructions = instructions.map_or_else(String::new, |count| format!("instructions  {count}\n"));
    format!(
        "{instructions}ticks         {}\nmost slots    {}\nmost frames   {}\ntime          {time:.3?}\n",
        stats.ticks, stats.most_slots, stats.most_frames,
    )
}

fn json_line(outcome: &Outcome, instructions: Option<u64>, stats: Stats, time: Duration) -> serde_json::Value {
    let (ended, trap) = match outcome {
        Outcome::Returned(_) => ("returned", None),
        Outcome::Trapped(report) => ("trapped", Some(report)),
        Outcome::OutOfFuel => ("out of fuel", None),
        Outcome::Interrupted => ("interrupted", None),
        _ => ("other", None),
    };
    let trap = trap.map(|report| {
        json!({
            "code": report.code.0,
            "name": report.name,
            "position": report.position.as_ref().map(ToString::to_string),
        })
    });
    json!({
        "outcome": ended,
        "trap": trap,
        "instructions": instructions,
        "ticks": stats.ticks,
        "most_slots": stats.most_slots,
        "most_frames": stats.most_frames,
        "seconds": time.as_secs_f64(),
    })
}
