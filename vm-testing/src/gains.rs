//! What rewrites and fusions gain: how long their rows take as they are written, and as what they become.
//!
//! A rewrite is accepted for the costs that a table states, which nothing but a measurement can check. This is that measurement: the rows of a
//! pattern many times one after the other, on the fast engine without fusions and rewrites and with them.

use super::patterns::{Names, Variant, needs, small};
use opforge::bytecode::{Entry, verify_fragment};
use opforge::core::Depth;
use opforge::inspect::{self, FrameSnapshot, Snapshot, Stop};
use opforge::metadata::{PatternLine, Role};
use opforge::{Engine, Execute, Fuel, Function, HostValue, Limits, Linker, Lowering, Machine, Operand, Program};
use std::time::{Duration, Instant};

/// How often the rows stand one after the other, in a short program and in a long one: entering and leaving takes as long in both.
const UNITS: [usize; 2] = [100, 1_100];
/// How often each program is run; the fastest counts, since nothing but the rest of the computer makes one slower. What is not optimized is
/// worth no more than a try.
const ROUNDS: usize = if cfg!(debug_assertions) { 2 } else { 40 };

/// What a rewrite or a fusion gains.
#[derive(Clone, Copy, Debug)]
pub struct Gain {
    /// Its name in the table.
    pub name: &'static str,
    /// How long its rows take on the fast engine each on its own, operands folded. **Units:** nanoseconds.
    pub before: f64,
    /// How long what becomes of them takes. **Units:** nanoseconds.
    pub after: f64,
}

impl Gain {
    /// How much of the time is left.
    ///
    /// ```
    /// assert_eq!(opforge_testing::Gain { name: "AddOne", before: 4.0, after: 3.0 }.ratio(), 0.75);
    /// ```
    pub fn ratio(&self) -> f64 {
        self.after / self.before
    }
}

/// Measures each rewrite and each fusion of a table, in the order of the table, rewrites first; handlers are fresh ones, by `Default`. It
/// takes some milliseconds for each. Build it optimized, on a computer that does little else.
///
/// For each that cannot be measured, its name and the reason: loops, calls and returns are not measured.
///
/// ```
/// // In a test or an example of a crate that has a table:
/// for gain in opforge_testing::gains::<opforge::standard::Isa>().into_iter().take(1) {
///     match gain {
///         Ok(gain) => println!("{}: {:.1} ns, {:.1} ns", gain.name, gain.before, gain.after),
///         Err((name, reason)) => println!("{name}: {reason}"),
///     }
/// }
/// ```
pub fn gains<I: Execute>() -> Vec<Result<Gain, (&'static str, &'static str)>>
where
    I::Handlers: Default,
{
    let table = I::table();
    let rewrites = table.rewrites.iter().map(|rewrite| (rewrite.name, rewrite.pattern));
    let fusions = table.fusions.iter().map(|fusion| (fusion.name, fusion.pattern));
    let all = rewrites.chain(fusions);
    all.map(|(name, lines)| gain::<I>(name, lines).map_err(|reason| (name, reason))).collect()
}

fn gain<I: Execute>(name: &'static str, lines: &[PatternLine]) -> Result<Gain, &'static str>
where
    I::Handlers: Default,
{
    if lines.iter().any(|line| matches!(line, PatternLine::Label(_))) {
        return Err("it jumps within itself");
    }
    let [short, long] = UNITS.map(|units| Repeated::<I>::new(lines, units));
    let (short, long) = (short.ok_or("its rows cannot stand one after the other")?, long.ok_or("it is too long")?);
    let given = short.values().ok_or("none of the values that were tried lets its rows pass")?;
    let mut times = [[Duration::MAX; 2]; 2];
    for _ in 0..ROUNDS {
        for (times, lowering) in times.iter_mut().zip([Lowering::Folded, Lowering::Fused]) {
            for (time, program) in times.iter_mut().zip([&short, &long]) {
                *time = program.time(&given, lowering).ok_or("its rows trap")?.min(*time);
            }
        }
    }
    let more = (UNITS[1] - UNITS[0]) as f64;
    let [before, after] = times.map(|[short, long]| long.saturating_sub(short).as_nanos() as f64 / more);
    Ok(Gain { name, before, after })
}

/// The rows of a pattern many times one after the other, each time with the same values.
struct Repeated<I> {
    program: Program<I>,
    slots: usize,
    globals: usize,
}

impl<I: Execute> Repeated<I>
where
    I::Handlers: Default,
{
    /// `None` if the rows leave the function, or the table has no rows that read and write locals.
    fn new(lines: &[PatternLine], units: usize) -> Option<Self> {
        let names = Names::of::<I>(lines, Variant::PLAIN);
        if !names.lists.is_empty() {
            return None;
        }
        let rows = I::table().instructions;
        let with_role = |role: Role| rows.iter().position(|row| row.role == Some(role));
        let (get, set) = (with_role(Role::GetLocal)?, with_role(Role::SetLocal)?);
        let takes = needs::<I>(lines);
        let left = lines.iter().try_fold(takes, |depth, line| match line {
            PatternLine::Row(row, _) => {
                let row = rows.get(*row)?;
                Some(depth.checked_sub(row.inputs.len())? + row.outputs.len())
            }
            PatternLine::Label(_) => None,
        })?;
        let slots = names.locals + takes + left;
        let mut code = Vec::new();
        let push = |code: &mut Vec<u8>, row: usize, slot: usize| {
            I::encode(&I::from_operands(row, &[Operand::Index(small(slot))]).ok()?, code);
            Some(())
        };
        for _ in 0..units {
            for input in 0..takes {
                push(&mut code, get, names.locals + input)?;
            }
            // Where it goes on is where it ends, whichever way it took.
            (code, _) = names.code::<I>(lines, &code, |end, _| end)?;
            for output in 0..left {
                push(&mut code, set, names.locals + takes + output)?;
            }
        }
        let function = Function {
            name: "repeated".to_owned(),
            params: (0..slots).map(|slot| format!("s{slot}")).collect(),
            code,
            ..Function::default()
        };
        let verified =
            verify_fragment::<I>(names.module::<I>(function), 0, Entry { depth: Depth(0), scopes: 0, exits: 1 })
                .ok()?;
        let program = Linker::new().link(verified).ok()?;
        Some(Self { program, slots, globals: names.others })
    }

    fn started(&self, given: &HostValue, engine: Engine) -> Option<Machine<I>> {
        let machine = Machine::new(self.program.clone(), I::Handlers::default()).with_engine(engine);
        let mut machine = machine.with_limits(Limits { slots: usize::MAX, ..Limits::default() });
        let locals = vec![given.clone(); self.slots];
        let frame = FrameSnapshot { module: 0, function: 0, pc: 0, scopes: 0, locals, stack: Vec::new() };
        let globals = vec![given.clone(); self.globals];
        inspect::restore(&mut machine, &Snapshot { frames: vec![frame], globals, ..Snapshot::default() }).ok()?;
        Some(machine)
    }

    /// A value with which it comes to its end.
    fn values(&self) -> Option<HostValue> {
        let tried = [3.into(), 1.5.into(), true.into(), HostValue::from("text"), HostValue::Nil];
        tried.into_iter().find(|value| {
            let machine = self.started(value, Engine::Reference);
            machine.is_some_and(|mut machine| ended(inspect::run_to(&mut machine, &[], Fuel::Ticks(1 << 20))))
        })
    }

    fn time(&self, given: &HostValue, lowering: Lowering) -> Option<Duration> {
        let mut machine = self.started(given, Engine::Fast(lowering))?;
        machine.prepare();
        let start = Instant::now();
        let stop = inspect::run_to(&mut machine, &[], Fuel::Unlimited);
        let time = start.elapsed();
        ended(stop).then_some(time)
    }
}

fn ended(stop: Stop) -> bool {
    matches!(stop, Stop::Exit(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opforge::InstructionSet;
    use opforge::standard::Isa;

    #[test]
    fn what_can_be_measured_is_measured() {
        let all = gains::<Isa>();
        let table = Isa::table();
        assert_eq!(all.len(), table.rewrites.len() + table.fusions.len());
        let measured = all.iter().flatten().count();
        let reasons: Vec<_> = all.iter().filter_map(|gain| gain.as_ref().err()).collect();
        assert!(measured > all.len() / 2, "{reasons:?}");
        for gain in all.iter().flatten() {
            assert!(gain.before >= 0.0 && gain.after >= 0.0, "{gain:?}");
        }
    }
}
