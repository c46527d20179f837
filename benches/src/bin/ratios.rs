//! Prints what the last run of the benchmarks measured, as `docs/benchmarks.md` shows it: `ratios [CRITERION_FOLDER]`.

use opforge_benches::{Error, Report};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

/// Results that are further apart than this are not of one run.
const ONE_RUN: Duration = Duration::from_secs(20 * 60);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Error> {
    let folder = folder()?;
    let report = Report::read(&folder)?;
    if report.is_empty() {
        let folder = folder.display();
        return Err(format!("no results in `{folder}`\nhelp: run `cargo bench -p opforge-benches` first").into());
    }
    if report.age > ONE_RUN {
        eprintln!("warning: the results are not of one run\nhelp: remove `{}` and measure again", folder.display());
    }
    println!("{}\n\n{report}", machine());
    Ok(())
}

/// Criterion writes into the target folder, in which this program stands two levels down.
fn folder() -> Result<PathBuf, Error> {
    if let Some(folder) = std::env::args_os().nth(1) {
        return Ok(folder.into());
    }
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("the program stands in no target folder")?;
    Ok(target.join("criterion"))
}

/// What it was measured on, in a sentence.
fn machine() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown processor", |(_, model)| model.trim());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = Command::new("rustc").arg("--version").output().ok();
    let rustc = rustc.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    let (system, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    let version = env!("CARGO_PKG_VERSION");
    format!("{model}, {threads} threads, {system} {architecture}; {}; opforge {version}.", rustc.trim())
}
