//! The options of the command line and those of a program's head → how a machine runs.

use crate::arguments::{EngineName, HeadArguments, LimitArguments, MachineArguments};
use crate::exit::Failure;
use crate::files::Input;
use crate::head::Head;
use clap::Parser;
use opforge::{Engine, Limits};

/// The most that a program's head may ask for: about two megabytes for its stack, and no more for its heap than it has anyway.
/// Whoever runs a program that needs more says so on the command line.
const HEAD_FRAMES: u64 = 10_000;
const HEAD_SLOTS: u64 = 100_000;

/// Options that are in the language of the command line, but have nothing behind them yet.
pub(super) fn refuse_planned(allow: &[String]) -> Result<(), Failure> {
    if allow.is_empty() {
        return Ok(());
    }
    Err(Failure::usage("`--allow` is not there yet", "leave it out: there is nothing that it could change"))
}

/// An option of the fast engine beside another engine, and what to do about it.
pub(super) fn contradiction(options: &MachineArguments) -> Option<(&'static str, &'static str)> {
    let option = options.lowering.first().filter(|_| options.engine == Some(EngineName::Reference))?;
    Some((option, "leave out one of the two; the reference engine runs the instructions as they are written"))
}

pub(super) fn engine(options: &MachineArguments) -> Engine {
    match options.engine {
        Some(EngineName::Reference) => Engine::Reference,
        Some(EngineName::Fast) | None => Engine::Fast(options.lowering.lowering()),
    }
}

/// The options of the command line, and below them those of the program's head. Which engine runs, and how, is one
/// thing: who names an engine leaves the head's options of engines out, and who names an option of the fast engine
/// wants that one. `command` is that of `opforge` which the options are given to.
pub(super) fn with_head(
    command: &str,
    options: MachineArguments,
    main: Option<&Input>,
) -> Result<MachineArguments, Failure> {
    let Some(input) = main.filter(|input| !input.is_module()) else { return Ok(options) };
    let head = Head::parse(input.text()?);
    let head = HeadArguments::try_parse_from(&head.flags).map_err(|error| {
        // Without styles, and its first line: a word of the head holds no end of a line.
        let error = error.to_string();
        let first = error.split('\n').next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Failure::input(
            format!("`{}`, in its line `; flags:`: {first}", input.name),
            "a program's head may give --engine, --no-fold, --no-fuse, --no-fuse-loops, --fuel, --memory, --frames and --slots",
        )
    })?;
    let head = head.machine;
    if let Some((option, help)) = contradiction(&head) {
        let message = format!("`{}`, in its line `; flags:`: `{option}` contradicts `--engine reference`", input.name);
        return Err(Failure::input(message, help));
    }
    let heap = Limits::default().heap_bytes as u64;
    for (option, asked, own, most) in [
        ("--frames", head.limits.frames, options.limits.frames, HEAD_FRAMES),
        ("--slots", head.limits.slots, options.limits.slots, HEAD_SLOTS),
        ("--memory", head.limits.memory, options.limits.memory, heap),
    ] {
        if let (Some(asked), None) = (asked.filter(|asked| *asked > most), own) {
            return Err(Failure::input(
                format!(
                    "`{}`, in its line `; flags:`: `{option} {asked}` is more than a program may take by itself, {most}",
                    input.name
                ),
                format!(
                    "if you trust the program, give the limit yourself: `opforge {command} {option} {asked} {}`",
                    input.argument
                ),
            ));
        }
    }
    let own = options.engine.is_some() || options.lowering.first().is_some();
    let (engine, lowering) = if own { (options.engine, options.lowering) } else { (head.engine, head.lowering) };
    let (own, head) = (options.limits, head.limits);
    let limits = LimitArguments {
        fuel: own.fuel.or(head.fuel),
        memory: own.memory.or(head.memory),
        frames: own.frames.or(head.frames),
        slots: own.slots.or(head.slots),
    };
    Ok(MachineArguments { engine, lowering, limits })
}

pub(super) fn limits(options: &LimitArguments) -> Limits {
    let default = Limits::default();
    let or = |given: Option<u64>, default| given.map_or(default, |given| usize::try_from(given).unwrap_or(usize::MAX));
    Limits {
        slots: or(options.slots, default.slots),
        frames: or(options.frames, default.frames),
        heap_bytes: or(options.memory, default.heap_bytes),
        ..default
    }
}
