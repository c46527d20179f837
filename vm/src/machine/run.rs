//! The loop of the reference engine: decode, step, follow the flow, charge ticks.
//!
//! A slice ends right after the instruction whose charge exhausts the fuel, at the position transferred to.

use super::unwind::Fault;
use super::{Breakpoint, Engine, Machine, Outcome, Phase, Step, Stop};
use crate::exec::{Context, Execute, Flow, StepContext};
use crate::program::Callee;
use crate::state::{Frame, Fuel};
use crate::value::{HostValue, Value};
use opforge_bytecode::TrapCode;
use opforge_core::Pc;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// How many instructions the reference engine runs before someone looks whether the slice is to be interrupted, if no tick is
/// charged meanwhile. Whenever a loop over slot code is left, someone looks.
pub(super) const TURNS_BETWEEN_LOOKS: usize = 1 << 10;

/// Why the loop stops.
pub(super) enum End {
    Returned(Value),
    Uncaught(Fault),
    Exit(usize),
    Breakpoint(Breakpoint),
    OutOfFuel,
    Interrupted,
}

/// What running an instruction comes to.
enum Executed {
    Flow(Flow),
    /// It is no instruction, but an exit of a fragment.
    Exit(usize),
    /// It stopped before it was done, and is to be run again: it cannot pay for its work, or was interrupted.
    Stopped,
}

impl<I: Execute, T> Machine<I, T> {
    /// Runs one slice of what was [started](Self::start). After the end, returns the same outcome again.
    ///
    /// # Panics
    /// When a handler or a primitive of the table's own, an observer or an output does. The run is given up then: nothing is
    /// started, globals are as they were left. A panic of a host function is the trap `HostFailure`.
    pub fn run(&mut self, fuel: Fuel) -> Outcome {
        match self.run_to(&[], fuel) {
            Stop::Ended(outcome) => outcome,
            // Only a fragment has exits, and only restoring enters one.
            Stop::Exit(_) | Stop::Breakpoint(_) => self.end(End::Uncaught(Fault::from(TrapCode::INVALID_CODE))),
        }
    }

    /// Runs one slice, which also stops before an instruction at one of the breakpoints, except where it begins, and at
    /// the exits of a fragment that the machine was restored in.
    ///
    /// With breakpoints it runs on the reference engine, whatever engine is set.
    pub(crate) fn run_to(&mut self, breakpoints: &[Breakpoint], fuel: Fuel) -> Stop {
        if let Phase::Ended(outcome) = &self.phase {
            return Stop::Ended(outcome.clone());
        }
        self.state.fill(fuel);
        let stop = catch_unwind(AssertUnwindSafe(|| match self.slice(breakpoints) {
            End::Exit(exit) => Stop::Exit(exit),
            End::Breakpoint(place) => Stop::Breakpoint(place),
            end => Stop::Ended(self.end(end)),
        }));
        stop.unwrap_or_else(|payload| {
            // What a handler left half done is nowhere to continue.
            self.give_up();
            resume_unwind(payload)
        })
    }

    /// Gives up whatever runs; nothing is started then.
    pub(super) fn give_up(&mut self) {
        self.state.clear();
        self.phase = Phase::Idle;
    }

    fn slice(&mut self, breakpoints: &[Breakpoint]) -> End {
        if !matches!(self.phase, Phase::Idle) {
            if self.state.work.interrupt.take() {
                return End::Interrupted;
            }
            if self.state.out_of_fuel() {
                return End::OutOfFuel;
            }
        }
        match std::mem::replace(&mut self.phase, Phase::Running) {
            Phase::Idle => {
                let message = Some("no function was started; help: call `start` before `run`".to_owned());
                return End::Uncaught(Fault { message, ..Fault::from(TrapCode::INVALID_CODE) });
            }
            Phase::Running => {}
            Phase::Starting { function, arguments } => {
                if let Err(fault) = self.enter(0, function, &arguments) {
                    return End::Uncaught(fault);
                }
                if let Some(end) = self.pause() {
                    return end;
                }
            }
            Phase::Ended(outcome) => {
                self.phase = Phase::Ended(outcome);
                return End::OutOfFuel;
            }
        }
        // Who watches or counts every instruction, or stops at some, does so with those of stack form.
        let lowering = match self.engine {
            Engine::Fast(lowering) if !self.looks_at_each() && breakpoints.is_empty() => Some(lowering),
            _ => None,
        };
        if lowering.is_none() {
            self.settle_frames();
        }
        for turn in 1_usize.. {
            let end = match lowering {
                Some(lowering) => self.run_loop(lowering),
                None => self.step().or_else(|| self.pause()),
            };
            if let Some(end) = end {
                return end;
            }
            // Straight code charges nothing.
            if (lowering.is_some() || turn.is_multiple_of(TURNS_BETWEEN_LOOKS)) && self.state.work.interrupt.take() {
                return End::Interrupted;
            }
            if let Some(place) = self.place().filter(|place| breakpoints.contains(place)) {
                return End::Breakpoint(place);
            }
        }
        // Never reached: there is always another turn.
        End::OutOfFuel
    }

    /// Whether each instruction is looked at, so that they run one by one as they were written.
    fn looks_at_each(&self) -> bool {
        self.observer.is_some() || self.executions.is_some()
    }

    /// How the slice ends in which an instruction stopped before it was done.
    pub(super) fn stopped(&self) -> End {
        let interrupted = self.state.work.interrupt.take();
        // The interrupt may have been taken back since the instruction saw it.
        if interrupted || !self.state.out_of_fuel() { End::Interrupted } else { End::OutOfFuel }
    }

    /// Whether the slice ends after ticks were charged.
    pub(super) fn pause(&mut self) -> Option<End> {
        if !self.state.take_charged() {
            return None;
        }
        if self.state.work.interrupt.take() {
            return Some(End::Interrupted);
        }
        self.state.out_of_fuel().then_some(End::OutOfFuel)
    }

    /// Runs one instruction, and what it leads to: entering, leaving, unwinding.
    pub(super) fn step(&mut self) -> Option<End> {
        let flow = match self.execute() {
            Ok(Executed::Flow(flow)) => flow,
            Ok(Executed::Exit(exit)) => return Some(End::Exit(exit)),
            Ok(Executed::Stopped) => return Some(self.stopped()),
            Err(fault) => return self.unwind(fault),
        };
        let Some(frame) = self.state.frames.last_mut() else {
            return Some(End::Uncaught(Fault::from(TrapCode::INVALID_CODE)));
        };
        match flow {
            Flow::Next => frame.pc = frame.next_pc,
            Flow::Jump(target) => {
                let target = Pc(target);
                let backward = target <= frame.pc;
                let counted = self.executions.as_mut().filter(|_| backward);
                if let Some(executions) = counted.and_then(|all| all.get_mut(frame.id())) {
                    executions.jumped_back(frame.pc, target);
                }
                frame.pc = target;
                if backward {
                    self.state.charge(1);
                }
            }
            Flow::Return(value) => return self.leave(value),
            Flow::Raise(value) => return self.unwind(Fault::raised(value)),
            Flow::Enter { function, arguments } => {
                if let Err(fault) = self.call(function, &arguments) {
                    return self.unwind(fault);
                }
            }
        }
        None
    }

    /// Decodes and runs the instruction at the current position.
    fn execute(&mut self) -> Result<Executed, Fault> {
        let invalid = || Fault::from(TrapCode::INVALID_CODE);
        let frame = self.state.frames.last_mut().ok_or_else(invalid)?;
        let linked = self.program.modules().get(frame.module()).ok_or_else(invalid)?;
        let function = linked.module().functions.get(frame.function()).ok_or_else(invalid)?;
        let exits = linked.facts(frame.function()).map_or(0, |facts| facts.entry().exits);
        let (pc, code_bytes) = (frame.pc.index(), function.code.len());
        if let Some(exit) = pc.checked_sub(code_bytes).filter(|exit| *exit < exits as usize) {
            return Ok(Executed::Exit(exit));
        }
        let (op, next) = I::decode(&function.code, pc).map_err(|_| invalid())?;
        frame.next_pc = Pc::from_index(next).ok_or_else(invalid)?;
        let frame: Frame = *frame;
        self.state.stats.instructions += 1;
        if let Some(observer) = &mut self.observer {
            let depth = self.state.stack.len().saturating_sub(frame.base + frame.slots());
            observer(Step { function: &function.name, pc: frame.pc.0, op: &op, depth });
        }
        match self.run_op(&op) {
            Some(result) => {
                if let Some(executions) = self.executions.as_mut().and_then(|all| all.get_mut(frame.id())) {
                    executions.ran(frame.pc, code_bytes);
                }
                result.map(Executed::Flow).map_err(Fault::from)
            }
            None => {
                // It runs again, as if for the first time.
                self.state.stats.instructions -= 1;
                Ok(Executed::Stopped)
            }
        }
    }

    /// Runs an op of the innermost function; `None` if it stopped before it was done. For want of room it does not stop: what
    /// nothing needs is dropped, and it runs again.
    pub(super) fn run_op(&mut self, op: &I::Op) -> Option<Result<Flow, TrapCode>> {
        loop {
            self.state.heap.begin_instruction();
            self.state.work.begin();
            let mut context = StepContext::new(Context::new(self.program.modules(), &mut self.state));
            let result = I::step(op, &mut context, &mut self.handlers);
            if !self.state.work.stop(result.is_ok()) {
                // It waits for no room, or not any more.
                self.state.heap.give_up();
                return Some(result);
            }
            self.state.heap.drop_made();
            let kept = self.state.work.take_lack_of_room()?;
            if !self.state.make_room(kept) {
                return None;
            }
        }
    }

    /// Calls what a `Func` operand of the current function names.
    pub(super) fn call(&mut self, function: u16, arguments: &[Value]) -> Result<(), Fault> {
        let invalid = || Fault::from(TrapCode::INVALID_CODE);
        let frame = self.state.frames.last().ok_or_else(invalid)?;
        let linked = self.program.modules().get(frame.module()).ok_or_else(invalid)?;
        match *linked.callees.get(usize::from(function)).ok_or_else(invalid)? {
            Callee::Guest { module, function } => self.enter(module, function, arguments),
            Callee::Host(host) => self.call_host(host, arguments),
        }
    }

    /// Enters a function: looks at the limits, then charges the tick at its position 0.
    fn enter(&mut self, module: usize, function: usize, arguments: &[Value]) -> Result<(), Fault> {
        let invalid = || Fault::from(TrapCode::INVALID_CODE);
        let linked = self.program.modules().get(module).ok_or_else(invalid)?;
        let facts = linked.facts(function).ok_or_else(invalid)?;
        let params = linked.module().functions.get(function).map(|function| function.params.len());
        // Nothing calls a fragment: it relies on values that are on its stack already.
        if params != Some(arguments.len()) || !facts.entry().is_call() {
            return Err(invalid());
        }
        self.state
            .reserve_frame(facts.frame_slots())
            .map_err(|code| Fault { callee: Some((module, function)), ..code.into() })?;
        let frame = Frame::of(module, function, linked.first_function + function, facts);
        self.state.push_frame(frame, arguments);
        self.state.charge(1);
        Ok(())
    }

    /// Calls a host function; nothing that it does reaches the machine but its result.
    fn call_host(&mut self, host: usize, arguments: &[Value]) -> Result<(), Fault> {
        let given: Vec<HostValue> = arguments.iter().map(|argument| self.export(*argument)).collect();
        self.state.charge(1);
        let host = self.program.host(host).ok_or(TrapCode::INVALID_CODE)?;
        let failed = |message: String| {
            let message = Some(format!("host function `{}`: {message}", host.name));
            Fault { message, ..Fault::from(TrapCode::HOST_FAILURE) }
        };
        // What the function left half done is its own; the machine only waits for its result.
        let data = &mut self.data;
        let result = catch_unwind(AssertUnwindSafe(|| (host.body)(data, &given)));
        let value = result.map_err(|payload| failed(panicked(payload)))?;
        let value = match value.map_err(failed)? {
            HostValue::Text(text) => {
                // What comes back is what it was.
                let same =
                    |given: &HostValue| matches!(given, HostValue::Text(given) if given.identity() == text.identity());
                let argument = given.iter().position(same).and_then(|index| arguments.get(index).copied());
                argument.map_or_else(|| self.state.receive(&text).map(Value::text), Ok)?
            }
            other => other.scalar().map_or(Value::NIL, Value::from),
        };
        self.resume(value)?;
        self.state.charge_owed();
        Ok(())
    }

    /// Continues in the innermost function after its call returned `value`.
    fn resume(&mut self, value: Value) -> Result<(), Fault> {
        let frame = self.state.frames.last_mut().ok_or(TrapCode::INVALID_CODE)?;
        frame.pc = frame.next_pc;
        let context = Context::new(self.program.modules(), &mut self.state);
        Ok(StepContext::new(context).replace(0, &[value])?)
    }

    /// Leaves the innermost function with its result.
    pub(super) fn leave(&mut self, value: Value) -> Option<End> {
        self.state.pop_frame();
        let Some(caller) = self.state.frames.len().checked_sub(1) else {
            return Some(End::Returned(value));
        };
        // A loop may have made the call, and left where it continues to its slot code.
        self.settle_frame(caller);
        self.resume(value).err().and_then(|fault| self.unwind(fault))
    }

    /// Makes the outcome of what ended the slice; a run that is over stays so.
    fn end(&mut self, end: End) -> Outcome {
        let mut outcome = match end {
            End::OutOfFuel => Outcome::OutOfFuel,
            End::Interrupted => Outcome::Interrupted,
            End::Returned(value) => Outcome::Returned(self.export(value)),
            End::Uncaught(fault) => Outcome::Trapped(Box::new(self.report(fault))),
            End::Exit(_) | End::Breakpoint(_) => Outcome::Trapped(Box::new(self.report(TrapCode::INVALID_CODE.into()))),
        };
        let flushed = self.state.streams.output().is_none_or(|output| output.flush().is_ok());
        if !flushed && !matches!(outcome, Outcome::Trapped(_)) {
            outcome = Outcome::Trapped(Box::new(self.report(TrapCode::OUTPUT_FAILED.into())));
        }
        if matches!(outcome, Outcome::Returned(_) | Outcome::Trapped(_)) {
            // Who runs an instruction on its own looks at the stack that it left.
            if !self.is_in_fragment() {
                self.state.clear();
                self.state.tidy();
            }
            self.phase = Phase::Ended(outcome.clone());
        }
        outcome
    }
}

/// What a panic said. Should dropping what it carried panic, too, what that carries is leaked.
fn panicked(payload: Box<dyn Any + Send>) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
    text.map_or_else(|| "it panicked".to_owned(), |text| format!("it panicked: {text}"))
}
