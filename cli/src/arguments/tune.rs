//! The arguments of `opforge tune`.

use super::LimitArguments;
use clap::Args;
use std::path::PathBuf;

/// Count which instructions programs run, for a table to be tuned to them
#[derive(Debug, Args)]
#[command(
    args_override_self = true,
    after_help = "Each PROGRAM is run by itself, as `opforge run` runs it, and what it prints goes nowhere; what it reads is what stands after `; input:` in its first comment. Counted is how often each \
instruction would have run that `disasm --slots` shows: rows, their forms with a constant or for known kinds, fusions. One that is a \
whole loop runs once however often it goes round. The counts of all programs are added up: one that runs ten times as long counts ten \
times as much.

The file is for the table of this very machine: name it there, `counts: \"counts.ron\"`, and what ran most often gets the room in \
the fast engine's loop, but for what the table declares hot or cold. `opforge spec check` says what is kept out. The same programs \
make the same file.

The programs run on the reference engine, which is slow: give small inputs. A program that traps or spends its fuel is counted up to \
there; the file says so, and the exit code is that of `opforge run`, a trap's before that of spent fuel. If a program cannot be \
started nothing is run. Limits on a line `; flags: …` of a program's first comment hold unless they are given here. Where a \
handler keeps a state, it goes on from one program to the next.

Examples:
  opforge tune examples/programs/gcd.opf examples/programs/primes.opf -o counts.ron
  opforge tune examples/programs/gcd.opf                       print the counts
  opforge tune --json examples/programs/gcd.opf
  opforge tune --fuel 1000 examples/programs/primes.opf        the first thousand ticks, exit code 3"
)]
pub(crate) struct TuneArguments {
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
    /// A module or assembly that each program may import from; may be given several times
    #[arg(long = "with", value_name = "FILE")]
    pub(crate) modules: Vec<PathBuf>,
    /// Where the counts go, instead of standard output
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Replace a file that is there already, whatever it is
    #[arg(long)]
    pub(crate) force: bool,
    /// Print how each program ended and the counts as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The programs: modules or assembly, each with a `main`; `-` is standard input
    #[arg(required = true, value_name = "PROGRAM")]
    pub(crate) programs: Vec<PathBuf>,
    /// The parameters of each program's main
    #[arg(last = true, value_name = "ARGS", allow_negative_numbers = true)]
    pub(crate) arguments: Vec<String>,
}
