//! `opforge tune`: programs → how often each instruction of slot form runs in them.

use super::counts::{self, Counts, portable};
use super::link::link;
use super::options::{limits, with_head};
use super::parameters::parameters;
use super::report::{object, report};
use crate::arguments::{LimitArguments, MachineArguments, TuneArguments};
use crate::exit::{Exit, Failure};
use crate::files::{self, Input, Product};
use crate::head::Head;
use crate::output::{self, Sink};
use crate::terminal::{self, BOLD, PLAIN, RED, line, tell};
use opforge::{Execute, Fuel, HostValue, Lowering, Machine, Outcome, Program, Streams, inspect};
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often it is told how far a program is.
const EVERY: Duration = Duration::from_secs(2);
/// It is looked so often whether it is time to tell. **Units:** ticks.
const SLICE: u64 = 1 << 16;

pub(crate) fn tune<I: Execute>(arguments: &TuneArguments, mut handlers: I::Handlers) -> Result<Exit, Failure> {
    let all: Vec<_> = arguments.programs.iter().chain(&arguments.modules).cloned().collect();
    files::refuse_twice(&all)?;
    let output = arguments.output.as_deref();
    if arguments.json && output == Some(Path::new("-")) {
        return Err(Failure::usage("`--json` and `-o -` both print to standard output", "leave out one of the two"));
    }
    if let Some(path) = output.filter(|path| *path != Path::new("-")) {
        files::refuse_no_file(path)?;
    }
    if let Some(path) = output.filter(|path| !arguments.force && *path != Path::new("-")) {
        // Before what may take long.
        files::refuse_foreign(path, Product::Counts)?;
    }
    let modules = arguments.modules.iter().map(|path| files::read(path)).collect::<Result<Vec<Input>, Failure>>()?;
    // All of them before any is run, which may take long.
    let programs = arguments.programs.iter().map(|path| Runnable::<I>::load(path, &modules, arguments));
    let programs = programs.collect::<Result<Vec<Runnable<I>>, Failure>>()?;

    let (mut all, mut names, mut ended, mut exit) = (Counts::new(), Vec::new(), Vec::new(), Exit::Success);
    for program in programs {
        let run = program.run(handlers)?;
        for (name, count) in run.counts {
            let sum = all.entry(name).or_default();
            *sum = sum.saturating_add(count);
        }
        exit = worse(exit, run.exit);
        names.push(run.name);
        ended.push(run.ended);
        handlers = run.handlers;
    }
    if output.is_some() || !arguments.json {
        let text = counts::text(I::table().name, &names, &command(arguments), &all);
        let written = |out: Sink<'_>| -> io::Result<()> { text.split_inclusive('\n').try_for_each(out) };
        files::write_text(output.unwrap_or(Path::new("-")), &written, Product::Counts, arguments.force)?;
    }
    if arguments.json {
        let table = I::table();
        let value = json!({ "table": table.name, "version": table.version, "programs": ended, "counts": all });
        output::print(&terminal::json(&value, true))?;
    }
    Ok(exit)
}

/// A trap is worse than spent fuel, which was perhaps meant.
fn worse(first: Exit, second: Exit) -> Exit {
    let all = [first, second];
    [Exit::Failure, Exit::FuelSpent].into_iter().find(|exit| all.contains(exit)).unwrap_or(second)
}

/// A program that can be started.
struct Runnable<I> {
    /// How the file of counts names it.
    name: String,
    program: Program<I>,
    parameters: Vec<HostValue>,
    limits: LimitArguments,
    /// What it is given to read.
    input: String,
}

/// What became of a program.
struct Run<H> {
    /// Its name, and how it ended if it did not return.
    name: String,
    counts: Counts,
    ended: Value,
    exit: Exit,
    handlers: H,
}

impl<I: Execute> Runnable<I> {
    fn load(path: &Path, modules: &[Input], arguments: &TuneArguments) -> Result<Self, Failure> {
        let input = files::read(path)?;
        // Which engine its head names means nothing here.
        let own = MachineArguments { limits: arguments.limits.clone(), ..MachineArguments::default() };
        let limits = with_head("tune", own, Some(&input))?.limits;
        let (program, main) = link::<I>(std::iter::once(&input).chain(modules))?;
        let parameters = parameters(&main, &arguments.arguments)?;
        // Whatever is typed meanwhile, the same programs make the same counts.
        let read = if input.is_module() { String::new() } else { Head::parse(input.text()?).input };
        Ok(Self { name: portable(path), program, parameters, limits, input: read })
    }

    /// Runs it as far as it may, and counts.
    fn run(self, handlers: I::Handlers) -> Result<Run<I::Handlers>, Failure> {
        let Self { name, program, parameters, limits: options, input } = self;
        let streams = Streams::none().with_input(io::Cursor::new(input)).with_output(io::sink());
        let mut machine = Machine::<I>::new(program, handlers).with_limits(limits(&options)).with_streams(streams);
        inspect::count_executions(&mut machine);
        let failed = |error| Failure::rendered(format!("{RED}error{PLAIN}: {}", line(error)));
        machine.start("main", &parameters).map_err(failed)?;
        let outcome = to_its_end(&mut machine, options.fuel, &name);
        let (trace, stats) = (machine.trace(), machine.stats());
        let how = match &outcome {
            Outcome::Returned(_) => None,
            Outcome::Trapped(trap) => Some(format!("until the trap {}", trap.name)),
            _ => Some(format!("its first {} ticks", stats.ticks)),
        };
        if how.is_some() {
            tell(&format!("{BOLD}note{PLAIN}: `{}` is counted up to here\n", line(&name)));
        }
        let counted = inspect::slot_counts(&machine, Lowering::default());
        if !counted.uncounted.is_empty() {
            let all: Vec<String> = counted.uncounted.iter().map(|function| format!("`{}`", line(function))).collect();
            let run = if all.len() == 1 { "runs" } else { "run" };
            tell(&format!(
                "{BOLD}note{PLAIN}: not counted in `{}`: {}, which {run} on the reference engine\n",
                line(&name),
                all.join(", ")
            ));
        }
        let exit = report(&outcome, &trace, stats.ticks);
        let mut ended = object(&outcome, &trace, Some(stats.instructions), stats);
        ended["file"] = json!(name);
        Ok(Run {
            counts: counted.runs,
            ended,
            exit,
            name: how.map_or_else(|| name.clone(), |how| format!("{name}, {how}")),
            handlers: machine.into_handlers(),
        })
    }
}

/// Runs what was started, and tells now and then how far it is.
fn to_its_end<I: Execute>(machine: &mut Machine<I>, fuel: Option<u64>, name: &str) -> Outcome {
    let mut told = Instant::now();
    loop {
        let left = fuel.map(|fuel| fuel.saturating_sub(machine.ticks()));
        let outcome = machine.run(Fuel::Ticks(left.map_or(SLICE, |left| left.min(SLICE))));
        if outcome != Outcome::OutOfFuel || fuel.is_some_and(|fuel| machine.ticks() >= fuel) {
            return outcome;
        }
        if told.elapsed() >= EVERY && terminal::is_watched() {
            tell(&format!("`{}`: {} instructions so far\n", line(name), machine.stats().instructions));
            told = Instant::now();
        }
    }
}

/// The words that make the same file again.
fn command(arguments: &TuneArguments) -> Vec<String> {
    let mut words: Vec<String> = ["opforge", "tune"].map(str::to_owned).into();
    let limits = &arguments.limits;
    let numbers =
        [("--fuel", limits.fuel), ("--memory", limits.memory), ("--frames", limits.frames), ("--slots", limits.slots)];
    for (option, number) in numbers {
        words.extend(number.into_iter().flat_map(|number| [option.to_owned(), number.to_string()]));
    }
    words.extend(arguments.modules.iter().flat_map(|path| ["--with".to_owned(), portable(path)]));
    words.extend(arguments.programs.iter().map(|path| portable(path)));
    words.extend(arguments.output.iter().flat_map(|path| ["-o".to_owned(), portable(path)]));
    if !arguments.arguments.is_empty() {
        words.push("--".to_owned());
        words.extend(arguments.arguments.iter().cloned());
    }
    words
}
