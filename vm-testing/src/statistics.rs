//! What generated programs held and did, and whether that is enough to trust a comparison.

use super::code_counts::CodeCounts;
use opforge::TrapCode;
use opforge::metadata::Table;
use opforge::{Outcome, Stats};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What generated programs held and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// How many programs were written.
    pub programs: u64,
    /// Their functions.
    pub functions: u64,
    /// How often each row was written, by its index in the table.
    pub rows: Vec<u64>,
    /// How often each sequence was written, the usual ones first.
    pub sequences: Vec<u64>,
    /// Programs with a backward jump.
    pub loops: u64,
    /// Programs with a call.
    pub calls: u64,
    /// Programs with a handler.
    pub handlers: u64,
    /// Programs with any of the three.
    pub structured: u64,
    /// How often a run ended with each trap.
    pub traps: BTreeMap<TrapCode, u64>,
    /// Runs that returned.
    pub returned: u64,
    /// Runs that spent their fuel.
    pub spent: u64,
    /// Runs that went through a call, a backward jump or a handler.
    pub busy: u64,
    /// Instructions that were run.
    pub executed: u64,
}

impl Statistics {
    pub(super) fn new(table: &Table) -> Self {
        Self { rows: vec![0; table.instructions.len()], ..Self::default() }
    }

    pub(super) fn note_code(&mut self, shape: &CodeCounts, functions: usize) {
        self.programs += 1;
        self.functions += functions as u64;
        add_each(&mut self.rows, &shape.rows);
        add_each(&mut self.sequences, &shape.sequences);
        self.loops += u64::from(shape.loops);
        self.calls += u64::from(shape.calls);
        self.handlers += u64::from(shape.regions);
        self.structured += u64::from(shape.loops || shape.calls || shape.regions);
    }

    /// Counts a run on the reference engine: how it ended, and what it did.
    pub fn note_run(&mut self, outcome: &Outcome, stats: Stats) {
        match outcome {
            Outcome::Returned(_) => self.returned += 1,
            Outcome::Trapped(report) => *self.traps.entry(report.code).or_default() += 1,
            _ => self.spent += 1,
        }
        // Entering the first function costs a tick, too.
        self.busy += u64::from(stats.ticks > 1);
        self.executed += stats.instructions;
    }

    /// Adds what another source wrote and ran.
    pub fn add(&mut self, other: &Self) {
        add_each(&mut self.rows, &other.rows);
        add_each(&mut self.sequences, &other.sequences);
        for (trap, more) in &other.traps {
            *self.traps.entry(*trap).or_default() += more;
        }
        for (count, more) in [
            (&mut self.programs, other.programs),
            (&mut self.functions, other.functions),
            (&mut self.loops, other.loops),
            (&mut self.calls, other.calls),
            (&mut self.handlers, other.handlers),
            (&mut self.structured, other.structured),
            (&mut self.returned, other.returned),
            (&mut self.spent, other.spent),
            (&mut self.busy, other.busy),
            (&mut self.executed, other.executed),
        ] {
            *count += more;
        }
    }

    /// Instructions that were written.
    pub fn instructions(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// Where the programs are too few or too dull: in 100,000 of them each row must be written 1,000 times, each sequence
    /// 100 times, each trap but `InvalidCode` end 100 runs, the mean program have 40 instructions, and a third of them
    /// loops, calls or handlers, in the code and in the run.
    pub fn shortfalls(&self, table: &Table) -> Vec<String> {
        let mut all = Vec::new();
        let mut least = |what: String, found: u64, wanted: u64| {
            if found < wanted {
                all.push(format!("{what}: {found}, should be at least {wanted}"));
            }
        };
        for (row, written) in table.instructions.iter().zip(&self.rows) {
            least(format!("`{}` written", row.name), *written, self.programs.div_ceil(100));
        }
        for (number, written) in self.sequences.iter().enumerate() {
            least(format!("sequence {number} written"), *written, self.programs.div_ceil(1_000));
        }
        for trap in table.traps.iter().filter(|trap| trap.code != TrapCode::INVALID_CODE) {
            let met = self.traps.get(&trap.code).copied().unwrap_or(0);
            // Of a few programs none is asked for: a trap of one row, which most of them catch, may well be in none.
            least(format!("runs ended by `{}`", trap.name), met, self.programs / 1_000);
        }
        least("instructions written".to_owned(), self.instructions(), self.programs * 40);
        least("programs with loops, calls or handlers".to_owned(), self.structured, self.programs.div_ceil(3));
        least("runs through loops, calls or handlers".to_owned(), self.busy, self.programs.div_ceil(3));
        all
    }

    /// The numbers, a line for each.
    pub fn report(&self, table: &Table) -> String {
        let mut text = String::new();
        let programs = self.programs.max(1);
        let percent = |count: u64| count * 100 / programs;
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "{} programs, {} functions, {} instructions: {} a program; {} run: {} a program",
            self.programs,
            self.functions,
            self.instructions(),
            self.instructions() / programs,
            self.executed,
            self.executed / programs,
        );
        let _ = writeln!(
            text,
            "with loops {}%, calls {}%, handlers {}%, any {}%; went through any {}%",
            percent(self.loops),
            percent(self.calls),
            percent(self.handlers),
            percent(self.structured),
            percent(self.busy),
        );
        let _ = write!(text, "returned {}, out of fuel {}", self.returned, self.spent);
        for (trap, count) in &self.traps {
            let name = table.traps.iter().find(|info| info.code == *trap).map_or("?", |info| info.name);
            let _ = write!(text, ", {name} {count}");
        }
        let rarest = self.sequences.iter().min().copied().unwrap_or(0);
        let _ = write!(text, "\n{} sequences for a fuser, the rarest written {rarest} times", self.sequences.len());
        let rows = table.instructions.iter().zip(&self.rows).map(|(row, count)| (count, row.mnemonic));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_unstable();
        text.push_str("\nrows, the rarest first:");
        for (count, mnemonic) in rows {
            let _ = write!(text, " {mnemonic} {count}");
        }
        text.push('\n');
        text
    }
}

fn add_each(counts: &mut Vec<u64>, more: &[u64]) {
    counts.resize(counts.len().max(more.len()), 0);
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}
