//! Generated programs on every engine, cut and uncut, with a small program for each difference.

use super::{Difference, Subject, shrink};
use crate::programs::{Generated, Programs};
use crate::sequences::Sequence;
use crate::statistics::Statistics;
use opforge::{Execute, Module};
use std::ops::Range;

/// Compares the engines on generated programs of a table.
#[derive(Debug)]
pub struct Differential<I> {
    programs: Programs<I>,
}

impl<I: Execute> Differential<I>
where
    I::Handlers: Default,
{
    /// On the programs of that source.
    pub fn new(programs: Programs<I>) -> Self {
        Self { programs }
    }

    /// Compares the engines on the program of that seed: see [`Subject::check_whole`] and [`Subject::check_cut`].
    ///
    /// # Errors
    /// The [`Difference`], on a program that was made as small as it gets.
    pub fn check(&mut self, seed: u64) -> Result<(), Box<Difference>> {
        let Generated { modules, setting } = self.programs.program(seed);
        let compare = |modules: &[Module]| -> Result<_, Difference> {
            let failed = |what| Difference { what, sides: Vec::new(), seed: None, program: String::new() };
            let subject = Subject::<I>::new(modules.to_vec(), setting.clone()).map_err(failed)?;
            let whole = subject.check_whole()?;
            subject.check_cut(&whole, seed)?;
            Ok(whole)
        };
        match compare(&modules) {
            Ok(whole) => {
                self.programs.statistics_mut().note_run(&whole.outcome, whole.stats);
                Ok(())
            }
            // A program that cannot start stays as it is: so does the fault of the generator.
            Err(difference) if difference.sides.is_empty() => {
                Err(Box::new(Difference { seed: Some(seed), ..difference }))
            }
            Err(difference) => {
                let differs = |modules: &[Module]| compare(modules).is_err_and(|smaller| !smaller.sides.is_empty());
                let small = shrink::<I>(modules, differs);
                let smaller = compare(&small).err().unwrap_or(difference);
                Err(Box::new(Difference { seed: Some(seed), ..smaller }))
            }
        }
    }

    /// What the programs held and did so far.
    pub fn statistics(&self) -> &Statistics {
        self.programs.statistics()
    }
}

/// Compares the engines on the programs of those seeds, which hold these sequences besides the usual ones, on as many
/// threads as there are processors; says after every 5,000 programs how far it is.
///
/// Where no program can be written for the table ([`Programs::obstacle`]), it says why, and there is nothing to compare.
///
/// # Errors
/// The first [`Difference`] of each thread, at most.
pub fn check_programs<I>(seeds: Range<u64>, sequences: &[Sequence]) -> Result<Statistics, Vec<Difference>>
where
    I: Execute,
    I::Handlers: Default,
{
    if let Some(why) = Programs::<I>::new(0).obstacle() {
        eprintln!("no programs for the table `{}`: {why}", I::table().name);
        return Ok(Programs::<I>::new(0).statistics().clone());
    }
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let share = |thread: u64| {
        let mut differential = Differential::<I>::new(Programs::new(0).with_sequences(sequences.iter().cloned()));
        let own =
            seeds.clone().skip(usize::try_from(thread).unwrap_or(0)).step_by(usize::try_from(threads).unwrap_or(1));
        for seed in own {
            differential.check(seed).map_err(|difference| *difference)?;
            if seed > seeds.start && (seed - seeds.start).is_multiple_of(5_000) {
                eprintln!("{} of {} programs", seed - seeds.start, seeds.end - seeds.start);
            }
        }
        Ok(differential.statistics().clone())
    };
    let mut all = Programs::<I>::new(0).statistics().clone();
    let mut differences = Vec::new();
    let share = &share;
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || share(thread))).collect();
        for thread in running {
            match thread.join() {
                Ok(Ok(statistics)) => all.add(&statistics),
                Ok(Err(difference)) => differences.push(difference),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    if differences.is_empty() { Ok(all) } else { Err(differences) }
}
