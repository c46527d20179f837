//! Runs engines in lockstep, cut at the same ticks, and compares all that they hold at each cut.

use super::{AtCuts, Difference, ENGINES, Ending, Side, Subject};
use crate::random::Random;
use opforge::inspect::{self, Snapshot};
use opforge::{Engine, Execute, Fuel, HostValue, Outcome};

/// A run of more ticks than these is cut at seeded ones.
const EVERY_TICK: u64 = 10_000;
/// How many seeded cuts there are.
const CUTS: usize = 1_000;

impl<I: Execute> Subject<I>
where
    I::Handlers: Default,
{
    /// Cuts a program whose uninterrupted run ended as given at every tick, or beyond 10,000 ticks at 1,000 seeded ones,
    /// on every engine at once, on a machine that changes its engine at each cut, and on machines that replace each other,
    /// each restored from the snapshot of the one before. At each cut they must hold the same, and in the end what the
    /// uninterrupted run ended with.
    ///
    /// # Errors
    /// The first [`Difference`].
    pub fn check_cut(&self, whole: &Ending, seed: u64) -> Result<(), Difference> {
        let mut sides = Vec::new();
        for (name, engine) in ENGINES {
            sides.push(self.started(name, engine)?);
        }
        let changing = self.started("changing engines", Engine::default())?;
        sides.push(Side { at_cuts: AtCuts::ChangesEngine, ..changing });
        // Handlers with a state of their own have one that no snapshot holds.
        if size_of::<I::Handlers>() == 0 {
            let replaced = self.started("restored at each cut", Engine::default())?;
            sides.push(Side { at_cuts: AtCuts::IsReplaced, ..replaced });
        }
        self.lockstep(whole, sides, seed)
    }

    pub(crate) fn lockstep(&self, whole: &Ending, mut sides: Vec<Side<I>>, seed: u64) -> Result<(), Difference> {
        let mut random = Random::new(seed);
        let mut outcomes = vec![Outcome::OutOfFuel; sides.len()];
        let mut last = 0;
        for point in cuts(whole.stats.ticks, &mut random) {
            for side in &mut sides {
                let engine = ENGINES[random.below(ENGINES.len())].1;
                match side.at_cuts {
                    AtCuts::Continues => {}
                    AtCuts::ChangesEngine => side.machine.set_engine(engine),
                    AtCuts::IsReplaced => self.replace(side, engine)?,
                }
            }
            for (side, outcome) in sides.iter_mut().zip(&mut outcomes) {
                *outcome = side.machine.run(Fuel::Ticks(point - last));
            }
            last = point;
            self.compare_cuts(&sides, &outcomes, last)?;
        }
        let left = self.setting.ticks.saturating_sub(last);
        for (side, outcome) in sides.iter_mut().zip(outcomes) {
            let outcome = if left > 0 { side.machine.run(Fuel::Ticks(left)) } else { outcome };
            let ending = side.ending(outcome);
            self.agree("after cuts", ("reference, uninterrupted", whole), (side.name, &ending))?;
        }
        Ok(())
    }

    /// Puts another machine in the place of a side's, restored from its snapshot.
    fn replace(&self, side: &mut Side<I>, engine: Engine) -> Result<(), Difference> {
        let snapshot = inspect::snapshot(&side.machine);
        if snapshot.frames.is_empty() {
            // Nothing was entered yet.
            return Ok(());
        }
        let data = side.machine.data().clone();
        let mut machine = self.setting.with_data(&self.program, engine, data, &side.world);
        match inspect::restore(&mut machine, &snapshot) {
            Ok(()) => {
                side.machine = machine;
                Ok(())
            }
            Err(error) => {
                let sides = (("restored", error.to_string()), ("its snapshot", side.shown(&snapshot)));
                Err(self.difference("a snapshot is refused".to_owned(), sides.0, sides.1))
            }
        }
    }

    fn compare_cuts(&self, sides: &[Side<I>], outcomes: &[Outcome], tick: u64) -> Result<(), Difference> {
        let Some((reference, others)) = sides.split_first() else { return Ok(()) };
        let expected = inspect::snapshot(&reference.machine);
        for (side, outcome) in others.iter().zip(outcomes.iter().skip(1)) {
            let (expected, found) = if *outcome != outcomes[0] {
                (format!("{:?}", outcomes[0]), format!("{outcome:?}"))
            } else {
                let found = inspect::snapshot(&side.machine);
                if found == expected {
                    continue;
                }
                (reference.shown(&expected), side.shown(&found))
            };
            let what = format!("what is held at the cut after tick {tick} differs");
            return Err(self.difference(what, (reference.name, expected), (side.name, found)));
        }
        Ok(())
    }
}

impl<I: Execute> Side<I> {
    fn shown(&self, snapshot: &Snapshot) -> String {
        let list = |values: &[HostValue]| values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" ");
        let (ticks, slots, frames) = snapshot.used;
        let mut text = format!(
            "{ticks} ticks, {slots} slots, {frames} frames; globals {}; scopes {:?}",
            list(&snapshot.globals),
            snapshot.scopes,
        );
        for frame in snapshot.frames.iter().rev() {
            text.push_str(&format!(
                "\nin function {} of module {} at {:#x}, above {} scopes\n  locals {}\n  stack {}",
                frame.function,
                frame.module,
                frame.pc,
                frame.scopes,
                list(&frame.locals),
                list(&frame.stack),
            ));
        }
        text
    }
}

/// The ticks to cut at, of so many.
fn cuts(ticks: u64, random: &mut Random) -> Vec<u64> {
    if ticks <= EVERY_TICK {
        return (1..=ticks).collect();
    }
    let mut cuts: Vec<u64> = (0..CUTS).map(|_| 1 + random.bits() % ticks).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_runs_are_cut_at_every_tick_and_long_ones_at_seeded_ones() {
        assert_eq!(cuts(3, &mut Random::new(1)), [1, 2, 3]);
        let long = cuts(1_000_000, &mut Random::new(1));
        assert!(long.len() > 990 && long.iter().all(|cut| (1..=1_000_000).contains(cut)) && long.is_sorted());
        assert_eq!(long, cuts(1_000_000, &mut Random::new(1)));
    }
}
