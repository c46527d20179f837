//! Runs one kernel once and prints its result, for a profiler: `kernel fib fast [SIZE]`.

use opforge_benches::{Contender, Error, Kernel};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((kernel, contender, size)) = parse(&arguments) else {
        let kernels = Kernel::ALL.map(Kernel::name).join("|");
        let contenders = Contender::ALL.map(Contender::name).join("|");
        eprintln!("usage: kernel {kernels} {contenders} [SIZE]");
        return ExitCode::from(2);
    };
    match run(kernel, contender, size) {
        Ok(value) => {
            println!("{value}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: &[String]) -> Option<(Kernel, Contender, i64)> {
    let (kernel, contender, size) = match arguments {
        [kernel, contender] => (kernel, contender, None),
        [kernel, contender, size] => (kernel, contender, Some(size.parse().ok()?)),
        _ => return None,
    };
    let kernel = Kernel::from_name(kernel)?;
    Some((kernel, Contender::from_name(contender)?, size.unwrap_or(kernel.size())))
}

fn run(kernel: Kernel, contender: Contender, size: i64) -> Result<i64, Error> {
    let prepared = contender.prepare(kernel)?;
    prepared.ok_or_else(|| format!("`{}` has no `{}`", kernel.name(), contender.name()))?.run(size)
}
