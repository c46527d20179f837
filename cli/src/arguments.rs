//! The command line.

mod tune;

use clap::{Args, Parser, Subcommand, ValueEnum};
use opforge::Lowering;
use std::num::{IntErrorKind, ParseIntError};
use std::path::PathBuf;
pub(crate) use tune::TuneArguments;

/// A virtual machine generated from one table of instructions.
#[derive(Debug, Parser)]
#[command(
    name = "opforge",
    version,
    max_term_width = 100,
    after_help = "Examples:
  opforge run examples/programs/mandelbrot.opf     run a program
  opforge asm examples/programs/fib.opf -o fib.fzb turn assembly into a module
  opforge disasm fib.fzb                           and back
  opforge disasm --slots fib.fzb                   what runs beside what was written
  opforge tune examples/programs/gcd.opf           which instructions does it run most?
  opforge spec list std:standard                   all instructions, one line each
  opforge spec check my-table.ron                  is this table right?
  opforge explain E0104                            what does that error mean?

Exit codes: 0 done, 1 trap or bad input, 2 wrong usage, 3 fuel spent, 130 interrupted.
`opforge COMMAND --help` shows examples of each command."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(RunArguments),
    Asm(AsmArguments),
    Disasm(DisasmArguments),
    Verify(VerifyArguments),
    Tune(TuneArguments),
    /// Check, test, print and document tables of instructions
    #[command(after_help = "TABLE is a file, `-` for standard input, or an embedded table such as `std:standard`.

Examples:
  opforge spec check calc.ron            report everything that is wrong with a table
  opforge spec test std:standard         evaluate the examples of its rows
  opforge spec mutate calc.ron           which mistakes would they not notice?
  opforge spec examples calc.ron         which examples are lacking?
  opforge spec vectors calc.ron          what happens on which values, as JSON
  opforge spec list std:standard         one line per instruction
  opforge spec doc calc.ron -o docs/calc write its manual
  opforge spec expand calc.ron engine    show what is generated from it")]
    Spec {
        #[command(subcommand)]
        command: SpecCommand,
    },
    Explain(ExplainArguments),
}

/// Run a program
#[derive(Debug, Args)]
#[command(
    args_override_self = true,
    after_help = "A file that starts with the magic bytes of a module is one, anything else is assembly; `-` is standard input. \
Of several files the first holds `main`, the others what it imports. What follows `--` becomes main's parameters: \
a number, a character as `\"'a'\"`, `true`, `false`, `nil`, else a text; a text in quotes, as in `'\"42\"'`, is a text whatever it holds. The program reads standard input; only what it prints goes to standard output. Options on a \
line `; flags: …` in the program's first comment hold unless they are given here. Both engines print the same output, \
results, traps and ticks; --trace runs on the reference engine, whichever is named.

Examples:
  opforge run examples/programs/fib.opf
  opforge run --fuel 1000 examples/programs/primes.opf     stop after a thousand ticks, exit code 3
  opforge run --engine reference --stats examples/programs/gcd.opf
  opforge run --no-fuse examples/programs/mandelbrot.opf
  echo Ada | opforge run examples/programs/dialogue.opf
  echo 'func main()
    load_int 42
    print_ln 1
    return
  end' | opforge run -"
)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) machine: MachineArguments,
    /// Print what the run used, on standard error; instructions only on the reference engine, which counts them
    #[arg(long)]
    pub(crate) stats: bool,
    /// Print the statistics and how the run ended as one line of JSON, on standard error; `instructions` is null
    /// where they are not counted
    #[arg(long)]
    pub(crate) json: bool,
    /// Print each instruction before it runs, on standard error; this is done on the reference engine
    #[arg(long)]
    pub(crate) trace: bool,
    /// Print what main returns
    #[arg(long)]
    pub(crate) result: bool,
    /// Grant a capability (none are there yet)
    #[arg(long, value_name = "CAP[=PATH]")]
    pub(crate) allow: Vec<String>,
    /// The program: modules or assembly, the one with `main` first
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Main's parameters
    #[arg(last = true, value_name = "ARGS", allow_negative_numbers = true)]
    pub(crate) arguments: Vec<String>,
}

/// What a program's head may set as well.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct MachineArguments {
    /// Which engine runs it [default: fast]
    #[arg(long, value_enum)]
    pub(crate) engine: Option<EngineName>,
    #[command(flatten)]
    pub(crate) lowering: LoweringArguments,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

/// How much a program may use.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LimitArguments {
    /// Stop after this many ticks: calls, jumps back, caught traps
    #[arg(long, value_name = "TICKS", value_parser = count, allow_negative_numbers = true)]
    pub(crate) fuel: Option<u64>,
    /// How much the program's texts may take together, in bytes or as in `64K`, `64M`, `2G` [default: 1G]
    #[arg(long, value_name = "BYTES", value_parser = bytes, allow_negative_numbers = true)]
    pub(crate) memory: Option<u64>,
    /// How many calls and scopes may be open at once [default: 1000]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) frames: Option<u64>,
    /// How many value slots all frames may have together [default: 10000]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) slots: Option<u64>,
}

/// Reads a size. **Units:** bytes.
fn bytes(text: &str) -> Result<u64, &'static str> {
    const HELP: &str = "write a whole number of bytes, or one of `K`, `M`, `G` behind it: `64M`";
    let (digits, unit) = match text.strip_suffix(['K', 'M', 'G']) {
        Some(digits) => (
            digits,
            match text.as_bytes().last() {
                Some(b'K') => 1 << 10,
                Some(b'M') => 1 << 20,
                _ => 1 << 30,
            },
        ),
        None => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| HELP)?;
    number.checked_mul(unit).ok_or("it does not fit in 64 bits")
}

/// Reads the number of something.
fn count(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|error: ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow => "it does not fit in 64 bits",
        _ => "write a whole number from 0, in decimal digits alone",
    })
}

/// What the fast engine does without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct LoweringArguments {
    /// Fast engine: do not read operands in place; then nothing is fused either
    #[arg(long)]
    pub(crate) no_fold: bool,
    /// Fast engine: do not run sequences of instructions as one
    #[arg(long)]
    pub(crate) no_fuse: bool,
    /// Fast engine: fuse sequences, but no loops
    #[arg(long)]
    pub(crate) no_fuse_loops: bool,
}

impl LoweringArguments {
    pub(crate) fn lowering(self) -> Lowering {
        match self {
            Self { no_fold: true, .. } => Lowering::Unfolded,
            Self { no_fuse: true, .. } => Lowering::Folded,
            Self { no_fuse_loops: true, .. } => Lowering::Fused,
            _ => Lowering::LoopsFused,
        }
    }

    /// The first of them that is given.
    pub(crate) fn first(self) -> Option<&'static str> {
        let all = [(self.no_fold, "--no-fold"), (self.no_fuse, "--no-fuse"), (self.no_fuse_loops, "--no-fuse-loops")];
        all.into_iter().find_map(|(given, name)| given.then_some(name))
    }
}

/// The options in a program's head.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true, args_override_self = true)]
pub(crate) struct HeadArguments {
    #[command(flatten)]
    pub(crate) machine: MachineArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// Runs slot form, made of each function at its first call
    Fast,
    /// Runs stack form and checks everything: slow
    Reference,
}

/// Turn assembly into a module
#[derive(Debug, Args)]
#[command(after_help = "The module is verified before it is written.

Examples:
  opforge asm examples/programs/fib.opf -o fib.fzb
  opforge asm - -o fib.fzb < examples/programs/fib.opf
  opforge asm --strip examples/programs/fib.opf -o fib.fzb     without source lines")]
pub(crate) struct AsmArguments {
    /// The assembly; `-` is standard input
    pub(crate) file: PathBuf,
    /// Where the module goes; `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// Replace a file that is there already, whatever it is
    #[arg(long)]
    pub(crate) force: bool,
    /// Leave out the lines that traps and traces show
    #[arg(long)]
    pub(crate) strip: bool,
}

/// Print a module as assembly
#[derive(Debug, Args)]
#[command(
    after_help = "Assembling what this prints makes the same module again. --slots and --stack add comments, and leave the lines of \
the source out. Beside an instruction they give its position; --stack the depth before it and what the values may be, bottom first, \
of a deep stack the topmost; --slots the instructions that the fast engine runs for it, and nothing where it was folded \
into another. There `s0` is where the stack's lowest value is kept, and `@0x001c` the position that is jumped to.

Examples:
  opforge disasm fib.fzb
  opforge disasm --no-lines fib.fzb                     easier to read
  opforge disasm fib.fzb -o fib.opf
  opforge disasm --slots examples/programs/gcd.opf      what runs beside what was written
  opforge disasm --slots --no-fuse examples/programs/gcd.opf
  opforge disasm --stack --json examples/programs/gcd.opf"
)]
pub(crate) struct DisasmArguments {
    /// The module, or assembly to print in its plain form; `-` is standard input
    pub(crate) file: PathBuf,
    /// Leave out the lines of the source, which makes a listing that is easier to read
    #[arg(long)]
    pub(crate) no_lines: bool,
    /// Show what the fast engine runs for each instruction
    #[arg(long)]
    pub(crate) slots: bool,
    /// Show what is on the stack before each instruction
    #[arg(long)]
    pub(crate) stack: bool,
    #[command(flatten)]
    pub(crate) lowering: LoweringArguments,
    /// Print what --slots and --stack show as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Where the output goes, instead of standard output
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Replace a file that is there already, whatever it is
    #[arg(long)]
    pub(crate) force: bool,
}

/// Say whether a program is well-formed
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opforge verify fib.fzb
  opforge verify --json plugin.fzb other.opf")]
pub(crate) struct VerifyArguments {
    /// Modules or assembly; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Print one JSON object per file
    #[arg(long)]
    pub(crate) json: bool,
}

/// Explain an error code of a table, a trap, or an instruction
#[derive(Debug, Args)]
#[command(after_help = "Without a code it lists all that there are.

Examples:
  opforge explain E0104             an error that `spec check` reports
  opforge explain DivisionByZero    a trap, by name or number
  opforge explain jump_if_false     an instruction of this machine
  opforge explain mul_add           an instruction that `disasm --slots` shows
  opforge explain --list            all codes, traps and instructions")]
pub(crate) struct ExplainArguments {
    /// The code, trap or mnemonic
    pub(crate) code: Option<String>,
    /// List all that can be explained
    #[arg(long, conflicts_with = "code")]
    pub(crate) list: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SpecCommand {
    /// Report everything that is wrong with a table
    #[command(after_help = "Examples:
  opforge spec check calc.ron
  opforge spec check --json calc.ron")]
    Check(CheckArguments),
    /// Evaluate the examples of a table's rows
    #[command(
        after_help = "Examples over built-in scalars are evaluated here; those that need a machine are named, and run in the tests that \
`opforge::instruction_set!` generates.

Example:
  opforge spec test std:standard"
    )]
    Test(TableArguments),
    /// Print one line per instruction
    #[command(after_help = "Examples:
  opforge spec list std:standard
  opforge spec list --json calc.ron        everything a table says, as JSON")]
    List(CheckArguments),
    /// Seed mistakes into a table, and say which its examples do not notice
    #[command(
        after_help = "In each row one small mistake at a time is made: another primitive of the same signature, swapped arguments, \
another number, a step or a case that is dropped, an opposite condition, another trap. A mistake is killed if one of the row's \
examples ends otherwise then. For one that survives, inputs are looked for on which it differs: these make an example to add, \
once it was read whether it is right. Where none is found, the mistake probably changes nothing. Rows that need a machine are \
left out, and of a table that has others those of `std:`. The exit code is 1 if an example would notice some survivor, else 0.

Examples:
  opforge spec mutate std:standard
  opforge spec mutate calc.ron --row Half     one row, while it is written
  opforge spec mutate calc.ron --json"
    )]
    Mutate(RowsArguments),
    /// Propose the examples that a table's rows lack
    #[command(
        after_help = "A row needs an example that succeeds and, if it can trap, one that traps; each case, each `trap` step, each way \
that a jump goes and both values of each choice must be shown. Besides, there should be one for each mistake that `spec mutate` \
finds no other example to notice. What is lacking is computed, and printed as it stands in a table: read whether the row should do \
that, and paste it. Of rows that need a machine nothing can be computed; of a table that has others those of `std:` are left out.

Examples:
  opforge spec examples calc.ron
  opforge spec examples calc.ron --row Half
  opforge spec examples --json calc.ron"
    )]
    Examples(RowsArguments),
    /// Write test vectors for other implementations of a table, as JSON
    #[command(
        after_help = "For each row its opcode, its encoding, and what happens on which values: its examples, and computed boundary cases, \
at most 32 of each row. The format is described in docs/spec-format.md.

Examples:
  opforge spec vectors std:standard > vectors.json
  opforge spec vectors std:standard --row Add"
    )]
    Vectors(VectorArguments),
    /// Write the manual of a table
    #[command(after_help = "Examples:
  opforge spec doc std:standard -o docs/reference
  opforge spec doc std:standard -o docs/reference --check    are the pages up to date?")]
    Doc(DocArguments),
    /// Print what is generated from a table
    #[command(after_help = "Examples:
  opforge spec expand calc.ron op
  opforge spec expand std:standard engine
  opforge spec expand calc.ron all > calc.rs")]
    Expand(ExpandArguments),
}

#[derive(Debug, Args)]
pub(crate) struct TableArguments {
    /// A table's file, `-` for standard input, or an embedded table such as `std:standard`
    pub(crate) table: String,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// A table's file, `-` for standard input, or an embedded table such as `std:standard`
    pub(crate) table: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RowsArguments {
    /// A table's file, `-` for standard input, or an embedded table such as `std:standard`
    pub(crate) table: String,
    /// Look at this row alone
    #[arg(long, value_name = "NAME")]
    pub(crate) row: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VectorArguments {
    /// A table's file, `-` for standard input, or an embedded table such as `std:standard`
    pub(crate) table: String,
    /// Write this row alone
    #[arg(long, value_name = "NAME")]
    pub(crate) row: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DocArguments {
    /// A table's file, `-` for standard input, or an embedded table such as `std:standard`
    pub(crate) table: String,
    /// The folder for the pages; `-` prints them all
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Write nothing; fail if a page is not what it would be
    #[arg(long, conflicts_with = "force")]
    pub(crate) check: bool,
    /// Replace pages that are there already, whoever wrote them
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExpandArguments {
    /// A table's file, `-` for standard input, or an embedded table such as `std:standard`
    pub(crate) table: String,
    /// What to print: `op`, `encode`, `engine`, …, or `all`
    pub(crate) emitter: String,
}
