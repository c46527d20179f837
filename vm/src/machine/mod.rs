//! Runs linked programs in slices: all state stands here between two slices, so that a run can go on at any later time.

mod context;
mod engine;
mod fast;
mod frame;
mod limits;
mod open;
mod run;
mod scopes;
mod stack;
mod snapshot;
mod trace;
mod unwind;

pub use context::Context;
pub use engine::{Engine, Lowering};
pub(crate) use frame::Frame;
pub use limits::{Fuel, Limits, Stats};
pub(crate) use snapshot::Snapshot;
pub use trace::{Position, Step, TrapReport};

use crate::host::{HostValue, InterruptHandle, Streams};
use crate::instruction_set::InstructionSet;
use crate::link::Program;
use crate::value::Value;
use fast::FastProgram;
use frame::State;
use std::fmt;

/// How a step of the reference engine goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Flow {
    /// To the next instruction.
    Next,
    /// To that position.
    Jump(u32),
    /// Back to the caller with a value.
    Return(Value),
    /// To the innermost handler with a value.
    Raise(Value),
    /// Into a function, whose result goes on top of the stack.
    Enter {
        /// What the `Func` operand names.
        function: u16,
        /// The arguments, first parameter first.
        arguments: Vec<Value>,
    },
}

/// How a slice ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The entry function returned.
    Returned(HostValue),
    /// A trap or raised value was not caught.
    Trapped(Box<TrapReport>),
    /// The fuel is spent; running again goes on.
    OutOfFuel,
    /// The interrupt handle was used; running again goes on.
    Interrupted,
}

/// How a function that is run on its own, in the middle, ended: see [`Machine::run_open`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OpenOutcome {
    /// It left through the way out of that number.
    Exit(usize),
    /// It ended as any run does.
    Ended(Outcome),
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
pub struct Machine<I: InstructionSet> {
    program: Program<I>,
    handlers: I::Handlers,
    state: State,
    phase: Phase,
    interrupt: InterruptHandle,
    observer: Option<Box<Observer<I>>>,
    engine: Engine,
    /// What loops over slot code need, once one ran.
    fast: Option<FastProgram>,
}

type Observer<I> = dyn FnMut(Step<'_, I>) + Send;

/// Where a machine is between two slices.
#[derive(Debug)]
enum Phase {
    /// Nothing was started.
    Idle,
    /// The entry function was named but not entered.
    Starting { function: usize, arguments: Vec<Value> },
    /// Within the program; `open` if the outermost function has ways out.
    Running { open: bool },
    /// At the end.
    Ended(Outcome),
}

impl<I: InstructionSet> Machine<I> {
    /// A machine for a program, with what the table's own handlers run on. It is granted no streams.
    pub fn new(program: Program<I>, handlers: I::Handlers) -> Self {
        let state = State::new(program.globals);
        let interrupt = InterruptHandle::default();
        Self {
            program,
            handlers,
            state,
            phase: Phase::Idle,
            interrupt,
            observer: None,
            engine: Engine::default(),
            fast: None,
        }
    }

    /// Sets the limits.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.state.limits = limits;
        self
    }

    /// Sets the engine. A machine with an observer runs on the reference engine, whatever is set.
    pub fn with_engine(mut self, engine: Engine) -> Self {
        self.set_engine(engine);
        self
    }

    /// Changes the engine, between two slices if need be: the next one goes on where the last one ended.
    pub fn set_engine(&mut self, engine: Engine) {
        self.settle_frames();
        self.engine = engine;
    }

    /// The engine that was set.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Grants streams.
    pub fn with_streams(mut self, streams: Streams) -> Self {
        self.state.streams = streams;
        self
    }

    /// Calls `observer` before every instruction.
    pub fn with_observer(mut self, observer: impl FnMut(Step<'_, I>) + Send + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Makes the function `name` of the main module what [`run`](Self::run) runs. What ran before is given up, its
    /// scopes are closed; globals keep their values.
    ///
    /// # Errors
    /// A [`StartError`] if there is no such function, or it takes another number of values.
    pub fn start(&mut self, name: &str, arguments: &[HostValue]) -> Result<(), StartError> {
        let functions = self.program.modules.first().map_or(&[][..], |main| &main.checked.module.functions);
        let Some(function) = functions.iter().position(|function| function.name == name) else {
            return Err(StartError::NoFunction { name: name.to_owned() });
        };
        let (expected, found) = (functions[function].params.len(), arguments.len());
        if expected != found {
            return Err(StartError::Arity { name: name.to_owned(), expected, found });
        }
        self.state.clear();
        let arguments = arguments.iter().map(|argument| self.state.import(argument)).collect();
        self.phase = Phase::Starting { function, arguments };
        Ok(())
    }

    /// A handle that ends a slice from outside.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.interrupt.clone()
    }

    /// The ticks that this machine charged since it was made.
    pub fn ticks(&self) -> u64 {
        self.state.stats.ticks
    }

    /// What this machine did since it was made.
    pub fn stats(&self) -> Stats {
        self.state.stats
    }

    /// What the table's own handlers run on.
    pub fn handlers(&self) -> &I::Handlers {
        &self.handlers
    }

    /// What the table's own handlers run on.
    pub fn handlers_mut(&mut self) -> &mut I::Handlers {
        &mut self.handlers
    }

    /// The value of a global of the main module.
    pub fn global(&self, name: &str) -> Option<HostValue> {
        let main = self.program.modules.first()?;
        let index = main.checked.module.globals.iter().position(|global| global == name)?;
        let value = *self.state.globals.get(main.first_global + index)?;
        Some(self.export(value))
    }

    fn export(&self, value: Value) -> HostValue {
        self.state.export(&self.program.modules, value)
    }
}

impl<I: InstructionSet> fmt::Debug for Machine<I> {
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
                write!(f, "`{name}` takes {expected} arguments, {found} were given; help: give {expected}")
            }
        }
    }
}

impl std::error::Error for StartError {}

#[cfg(test)]
mod tests;
