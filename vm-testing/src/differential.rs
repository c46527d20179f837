//! Runs one program on every engine and compares: uninterrupted, and cut at every tick.
//!
//! The reference engine is what the others are held against. Adding an engine is a line in [`ENGINES`].

mod cut;
mod generated;
mod shrink;
mod difference;

pub use difference::Difference;
pub use generated::{Differential, check_programs};
pub use shrink::shrink;

use super::setting::{Calls, Setting};
use super::world::World;
use opforge::{
    Engine, Execute, Fuel, HostValue, Lowering, Machine, Module, Outcome, Program, Stats, TrapCode, Verified, inspect,
    verify,
};

/// Every way to run a program, the reference first.
pub const ENGINES: [(&str, Engine); 5] = [
    ("reference", Engine::Reference),
    ("fast", Engine::Fast(Lowering::LoopsFused)),
    ("fast without loop fusions", Engine::Fast(Lowering::Fused)),
    ("fast without fusion", Engine::Fast(Lowering::Folded)),
    ("fast without folding", Engine::Fast(Lowering::Unfolded)),
];

/// A verified program and what it runs with.
#[derive(Debug)]
pub struct Subject<I> {
    modules: Vec<Verified<I>>,
    program: Program<I, Calls>,
    setting: Setting,
}

/// All that a host can see of a run that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// How it ended: value, or trap with message, position and trace.
    pub outcome: Outcome,
    /// What it used; the instructions are those of the reference engine.
    pub stats: Stats,
    /// What it wrote.
    pub output: String,
    /// The calls of host functions.
    pub calls: Vec<String>,
    /// The globals of all modules.
    pub globals: Vec<HostValue>,
}

/// A machine that is compared, and its name in reports.
pub(super) struct Side<I: Execute> {
    pub(super) name: &'static str,
    pub(super) machine: Machine<I, Calls>,
    pub(super) world: World,
    /// What becomes of the machine at each cut.
    pub(super) at_cuts: AtCuts,
}

/// What becomes of a machine at each cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtCuts {
    /// It continues.
    Continues,
    /// It continues on another engine.
    ChangesEngine,
    /// Another machine is restored from its snapshot and continues in its place, on another engine.
    IsReplaced,
}

/// Machines lower functions of at most so much code when they are called. **Units:** bytes.
const LONG_CODE: usize = 1 << 14;

impl<I: Execute> Subject<I>
where
    I::Handlers: Default,
{
    /// A program of these modules, the first the main one.
    ///
    /// # Errors
    /// Why one does not verify, or all do not link or start, in words.
    pub fn new(modules: Vec<Module>, setting: Setting) -> Result<Self, String> {
        let verified: Result<Vec<Verified<I>>, _> = modules.into_iter().map(verify::<I>).collect();
        let modules = verified.map_err(|errors| errors.to_string())?;
        let program = setting.program(&modules)?;
        let long = modules.iter().flat_map(|module| &module.module().functions).any(|f| f.code.len() > LONG_CODE);
        let subject = Self { modules, program, setting };
        for (name, engine) in ENGINES {
            let side = subject.side(name, engine)?;
            if long {
                // Or the reference engine would run the long ones for a while.
                side.machine.prepare();
            }
        }
        Ok(subject)
    }

    /// Runs it to its end, or to that of its ticks, on every engine.
    ///
    /// # Errors
    /// The first [`Difference`] to the reference engine.
    pub fn check_whole(&self) -> Result<Ending, Difference> {
        let mut reference: Option<Ending> = None;
        for (name, engine) in ENGINES {
            let mut side = self.started(name, engine)?;
            let outcome = side.machine.run(Fuel::Ticks(self.setting.ticks));
            let ending = side.ending(outcome);
            match &reference {
                None => reference = Some(self.sane(ending)?),
                Some(reference) => self.agree("at the end", ("reference", reference), (name, &ending))?,
            }
        }
        reference.ok_or_else(|| self.failed("no engine ran"))
    }

    /// No verified program makes an engine meet invalid code.
    fn sane(&self, ending: Ending) -> Result<Ending, Difference> {
        match &ending.outcome {
            Outcome::Trapped(report) if report.code == TrapCode::INVALID_CODE => {
                Err(self.failed(&format!("the reference engine met invalid code: {report}")))
            }
            _ => Ok(ending),
        }
    }

    pub(super) fn side(&self, name: &'static str, engine: Engine) -> Result<Side<I>, String> {
        let (machine, world) = self.setting.machine(&self.program, engine)?;
        Ok(Side { name, machine, world, at_cuts: AtCuts::Continues })
    }

    pub(super) fn started(&self, name: &'static str, engine: Engine) -> Result<Side<I>, Difference> {
        self.side(name, engine).map_err(|problem| self.failed(&problem))
    }

    /// Compares two endings.
    pub(super) fn agree(
        &self,
        place: &str,
        expected: (&str, &Ending),
        found: (&str, &Ending),
    ) -> Result<(), Difference> {
        match expected.1.differs(found.1) {
            None => Ok(()),
            Some((what, left, right)) => {
                Err(self.difference(format!("{what} {place}"), (expected.0, left), (found.0, right)))
            }
        }
    }

    pub(super) fn difference(&self, what: String, left: (&str, String), right: (&str, String)) -> Difference {
        let own = |(name, text): (&str, String)| (name.to_owned(), text);
        Difference { what, sides: vec![own(left), own(right)], seed: None, program: self.listing() }
    }

    fn failed(&self, what: &str) -> Difference {
        Difference { what: what.to_owned(), sides: Vec::new(), seed: None, program: self.listing() }
    }

    /// The program as text, with what it runs with.
    fn listing(&self) -> String {
        let mut text = format!("; {:?}\n", self.setting);
        for module in &self.modules {
            text.push_str(&difference::text_of::<I>(module.module()));
        }
        text
    }
}

impl<I: Execute> Side<I> {
    /// What can be seen of the run that ended so.
    pub(super) fn ending(&self, outcome: Outcome) -> Ending {
        Ending {
            outcome,
            stats: self.machine.stats(),
            output: self.world.output.text(),
            calls: self.machine.data().list.clone(),
            globals: inspect::snapshot(&self.machine).globals,
        }
    }
}

impl Ending {
    /// What differs first, with both sides of it.
    fn differs(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let different = |what, left: String, right: String| (left != right).then_some((what, left, right));
        let used = |of: &Self| {
            let Stats { ticks, most_slots, most_frames, .. } = of.stats;
            format!("{ticks} ticks, at most {most_slots} slots and {most_frames} frames")
        };
        let outcome = |of: &Self| match &of.outcome {
            Outcome::Returned(value) => format!("returned {value:?}"),
            Outcome::Trapped(report) => format!("{report}, raised {:?}", report.value),
            other => format!("{other:?}"),
        };
        different("the outcome differs", outcome(self), outcome(other))
            .or_else(|| different("what was used differs", used(self), used(other)))
            .or_else(|| different("the output differs", format!("{:?}", self.output), format!("{:?}", other.output)))
            .or_else(|| different("the calls of the host differ", self.calls.join("\n"), other.calls.join("\n")))
            .or_else(|| different("the globals differ", format!("{:?}", self.globals), format!("{:?}", other.globals)))
    }
}

#[cfg(test)]
mod tests;
