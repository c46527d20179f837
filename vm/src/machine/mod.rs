//! Runs programs in slices: all state stands here between two slices, so that a run can continue at any later time.

mod engine;
mod report;
mod functions;
mod run;
mod enter;
mod mismatch;
mod unwind;
mod stop;
mod snapshot;
mod restore;
mod counting;

pub use counting::Counted;
pub use engine::Engine;
pub use report::{Position, Step, Trace, TrapReport};
pub use restore::RestoreError;
pub use snapshot::{FrameSnapshot, Snapshot};
pub use stop::{Breakpoint, Stop};

use crate::exec::Execute;
use crate::program::{Program, When};
use crate::slots::{Executions, Poll};
use crate::state::{InterruptHandle, Limits, State, Stats, Streams};
use crate::value::{HostValue, Unpacked, Value};
use functions::FastFunctions;
use opforge_core::{Pc, counted};
use std::fmt;

/// How a slice ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The entry function returned.
    Returned(HostValue),
    /// A trap or raised value was not caught.
    Trapped(Box<TrapReport>),
    /// The fuel is spent; running again continues.
    OutOfFuel,
    /// The interrupt handle was used; running again continues.
    Interrupted,
}

/// Why a machine cannot start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The main module has no function of that name.
    NoFunction {
        /// The name.
        name: String,
    },
    /// The function takes another number of values.
    Arity {
        /// The function's name.
        name: String,
        /// How many it takes.
        expected: usize,
        /// How many were given.
        found: usize,
    },
}

/// A machine: one program, its state, and what the host lends it.
///
/// The program is shared with other machines; all else is this machine's own, the host's data `T` included.
pub struct Machine<I: Execute, T = ()> {
    program: Program<I, T>,
    handlers: I::Handlers,
    data: T,
    state: State,
    phase: Phase,
    observer: Option<Box<Observer<I>>>,
    /// What is counted of each function of the program, by number, if anything is.
    executions: Option<Vec<Executions>>,
    engine: Engine,
    /// What slot code needs to know of the functions, once some ran.
    fast: Option<FastFunctions>,
}

type Observer<I> = dyn FnMut(Step<'_, I>) + Send;

/// Where a machine is between two slices.
#[derive(Debug)]
enum Phase {
    /// Nothing was started.
    Idle,
    /// The entry function was named but not entered.
    Starting { function: usize, arguments: Vec<Value> },
    /// Within the program.
    Running,
    /// At the end.
    Ended(Outcome),
}

impl<I: Execute> Machine<I> {
    /// A machine for a program, with what the table's own handlers run on. It is granted no streams.
    pub fn new(program: Program<I>, handlers: I::Handlers) -> Self {
        Self::with_data(program, handlers, ())
    }
}

impl<I: Execute, T> Machine<I, T> {
    /// Like [`new`](Machine::new), with the data that the program's host functions are called with.
    pub fn with_data(program: Program<I, T>, handlers: I::Handlers, data: T) -> Self {
        let state = State::new(program.globals());
        Self {
            program,
            handlers,
            data,
            state,
            phase: Phase::Idle,
            observer: None,
            executions: None,
            engine: Engine::default(),
            fast: None,
        }
    }

    /// Sets the limits.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.state.limits = limits;
        self.state.note_change();
        self
    }

    /// Sets the engine. A machine with an observer runs on the reference engine, whatever is set.
    pub fn with_engine(mut self, engine: Engine) -> Self {
        self.set_engine(engine);
        self
    }

    /// Changes the engine, between two slices if need be: the next one continues where the last one ended.
    pub fn set_engine(&mut self, engine: Engine) {
        self.settle_frames();
        self.engine = engine;
    }

    /// The engine that was set.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Makes the slot code of every function of the program now, as the engine that is set runs it, instead of when a function
    /// is first called, or has run for a while if it is long. All machines of the program share it.
    ///
    /// No tick pays for the time. An interrupt stops this, and ends the next slice too.
    pub fn prepare(&self) {
        let Engine::Fast(lowering) = self.engine else { return };
        let asked = || self.state.work.interrupt.is_set();
        for (module, linked) in self.program.modules().iter().enumerate() {
            for function in 0..linked.module().functions.len() {
                // What has no slot code runs on the reference engine.
                let _ = self.program.code(I::slot_form(), (module, function), lowering, When::Now, &Poll::new(&asked));
            }
        }
    }

    /// Grants streams.
    pub fn with_streams(mut self, streams: Streams) -> Self {
        self.state.streams = streams;
        self.state.note_change();
        self
    }

    /// Calls `observer` before every instruction.
    pub fn with_observer(mut self, observer: impl FnMut(Step<'_, I>) + Send + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Makes the function `name` of the main module what [`run`](Self::run) runs. What ran before is given up, its
    /// scopes are closed, ticks that it owes are forgiven; globals keep their values.
    ///
    /// # Errors
    /// A [`StartError`] if there is no such function, or it takes another number of values.
    pub fn start(&mut self, name: &str, arguments: &[HostValue]) -> Result<(), StartError> {
        let functions = self.program.modules().first().map_or(&[][..], |main| &main.module().functions);
        let Some(function) = functions.iter().position(|function| function.name == name) else {
            return Err(StartError::NoFunction { name: name.to_owned() });
        };
        let (expected, found) = (functions[function].params.len(), arguments.len());
        if expected != found {
            return Err(StartError::Arity { name: name.to_owned(), expected, found });
        }
        self.state.clear();
        self.state.forgive();
        self.state.work.interrupt.reset();
        self.state.tidy_before_run();
        let arguments = arguments.iter().map(|argument| self.state.import(argument)).collect();
        self.phase = Phase::Starting { function, arguments };
        Ok(())
    }

    /// A handle that ends a slice of what was started, from outside. [`start`](Self::start) begins another run, which knows
    /// nothing of interrupts that came before.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.state.work.interrupt.clone()
    }

    /// The ticks that this machine charged since it was made.
    pub fn ticks(&self) -> u64 {
        self.state.stats.ticks
    }

    /// What this machine did since it was made.
    pub fn stats(&self) -> Stats {
        Stats { heap_bytes: self.state.heap.bytes(), ..self.state.stats }
    }

    /// What the table's own handlers run on.
    pub fn handlers(&self) -> &I::Handlers {
        &self.handlers
    }

    /// What the table's own handlers run on.
    pub fn handlers_mut(&mut self) -> &mut I::Handlers {
        self.state.note_change();
        &mut self.handlers
    }

    /// Gives back what the table's own handlers run on, as the machine leaves it.
    pub fn into_handlers(self) -> I::Handlers {
        self.handlers
    }

    /// What the program's host functions are called with.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// What the program's host functions are called with.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.data
    }

    /// Where the program is between two slices: the instruction that runs next, of the innermost function. `None` if
    /// nothing was started or the run has ended.
    ///
    /// ```
    /// use opforge::{Fuel, Linker, Machine, Outcome, standard};
    ///
    /// let module = opforge::assemble::<standard::Isa>("spin.opf", "func main()\ntop:\n jump top\nend")?;
    /// let program = Linker::new().link(opforge::verify::<standard::Isa>(module)?)?;
    /// let mut machine = Machine::new(program, ());
    /// machine.start("main", &[])?;
    /// assert_eq!(machine.run(Fuel::Ticks(5)), Outcome::OutOfFuel);
    /// assert_eq!(machine.position().map(|position| position.to_string()).as_deref(), Some("main at 0x0 (spin.opf:3)"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn position(&self) -> Option<Position> {
        let place = match (&self.phase, self.state.frames.last()) {
            (Phase::Starting { function, .. }, _) => (0, *function, Pc(0)),
            (Phase::Running, Some(frame)) => (frame.module(), frame.function(), self.position_of(frame)),
            _ => return None,
        };
        Some(self.position_at(place))
    }

    /// The value of a global of the main module.
    pub fn global(&self, name: &str) -> Option<HostValue> {
        let main = self.program.modules().first()?;
        let index = main.module().globals.iter().position(|global| global == name)?;
        let value = *self.state.globals.get(main.first_global + index)?;
        Some(self.export(value))
    }

    /// Sets the global of that index, among those of all modules, if there is one.
    pub(crate) fn set_global_at(&mut self, global: usize, value: &HostValue) {
        if global >= self.state.globals.len() {
            return;
        }
        let held = match &self.phase {
            Phase::Starting { arguments, .. } => arguments.as_slice(),
            Phase::Idle | Phase::Running | Phase::Ended(_) => &[],
        };
        self.state.collect_now_and_then(held);
        let value = self.state.import(value);
        if let Some(place) = self.state.globals.get_mut(global) {
            let old = std::mem::replace(place, value);
            if [old, value].iter().any(|value| matches!(value.unpack(), Unpacked::Str(_))) {
                self.state.note_change();
            }
        }
    }

    pub(super) fn export(&self, value: Value) -> HostValue {
        self.state.export(self.program.modules(), value)
    }
}

impl<I: Execute, T> fmt::Debug for Machine<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("state", &self.state).field("phase", &self.phase).finish_non_exhaustive()
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFunction { name } => {
                write!(f, "the main module has no function `{name}`; help: declare `func {name}(…)`")
            }
            Self::Arity { name, expected, found } => {
                let arguments = counted(*expected, "argument");
                write!(f, "`{name}` takes {arguments}, not {found}; help: pass {expected}")
            }
        }
    }
}

impl std::error::Error for StartError {}

#[cfg(test)]
mod tests;
