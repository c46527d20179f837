//! Running slot code: entering a loop with everything at home, and putting the state of stack form back together when it
//! leaves. Between two slices a machine's state is the same whichever engine ran.

use super::frame::{Frame, NO_WORD};
use super::run::End;
use super::unwind::Fault;
use super::{Context, Lowering, Machine, Phase};
use crate::instruction_set::InstructionSet;
use crate::link::{Callee, Program};
use crate::slots::{AwayValue, Base, Fast, FastFunction, HALVES, Leave, Lowered, MAX_SLOTS, Pc, lower};
use crate::trap::TrapCode;
use crate::value::{Text, Value};
use std::ptr::NonNull;

/// How many ticks a loop may charge before it looks whether it is to be interrupted.
const TICKS_BETWEEN_LOOKS: u64 = 1 << 12;

/// What the loops of one machine know of its program: the functions, and what each module's `Func` operands name.
#[derive(Debug)]
pub(super) struct FastProgram {
    lowering: Lowering,
    /// Made of a boxed slice, which loops reach by pointers only.
    functions: NonNull<[FastFunction]>,
    /// What the functions' `callees` point into. Vectors, because moving a box would end the life of such pointers.
    _callees: Vec<Vec<Option<NonNull<FastFunction>>>>,
}

// SAFETY: the pointers are to its own boxes, which nothing else holds, and to slot code, which never changes.
#[allow(unsafe_code, reason = "as said")]
unsafe impl Send for FastProgram {}

impl Drop for FastProgram {
    #[allow(unsafe_code, reason = "gives back what `new` made")]
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw`, and no loop runs any more.
        drop(unsafe { Box::from_raw(self.functions.as_ptr()) });
    }
}

#[allow(unsafe_code, reason = "the functions refer to each other by pointers")]
impl FastProgram {
    fn new<I>(program: &Program<I>, lowering: Lowering) -> Option<Self> {
        let mut functions: Vec<FastFunction> = Vec::new();
        let mut firsts = Vec::new();
        for (module, linked) in program.modules.iter().enumerate() {
            firsts.push(functions.len());
            for (function, data) in linked.checked.module.functions.iter().enumerate() {
                let id = functions.len();
                let frame = Frame::of(module, function, id, linked.checked.functions.get(function)?);
                let callees = std::ptr::null();
                let size = u32::try_from(frame.size()).ok()?;
                let params = data.params.len();
                // Of one with more slots there is no slot code.
                let first = u16::try_from(params).ok()?.saturating_mul(HALVES);
                let locals = (first, u16::try_from(data.slot_count() - params).ok()?);
                functions.push(FastFunction { code: None, callees, frame, size, locals });
            }
        }
        let functions = NonNull::new(Box::into_raw(functions.into_boxed_slice()))?;
        let first: NonNull<FastFunction> = functions.cast();
        let mut all = Vec::new();
        for (linked, first_own) in program.modules.iter().zip(&firsts) {
            let named = linked.callees.iter().map(|callee| match callee {
                Callee::Guest { module, function } => {
                    let index = firsts.get(*module)? + function;
                    // SAFETY: every function of the program has its place.
                    Some(unsafe { first.add(index) })
                }
                Callee::Host(_) => None,
            });
            let callees: Vec<_> = named.collect();
            for own in 0..linked.checked.module.functions.len() {
                // SAFETY: as above; no loop runs yet.
                unsafe { (*first.add(first_own + own).as_ptr()).callees = callees.as_ptr() };
            }
            all.push(callees);
        }
        Some(Self { lowering, functions, _callees: all })
    }

    fn function(&self, id: usize) -> Option<NonNull<FastFunction>> {
        // SAFETY: within the slice.
        (id < self.functions.len()).then(|| unsafe { self.functions.cast::<FastFunction>().add(id) })
    }
}

impl<I: InstructionSet> Machine<I> {
    /// The slot code of a function, made now if need be.
    fn code(&self, module: usize, function: usize, lowering: Lowering) -> Option<&Lowered> {
        let checked = &self.program.modules.get(module)?.checked;
        checked.code.get(function)?.get(lowering, |lowering| lower::<I>(checked, function, lowering))
    }

    /// Where a loop can go on in the innermost function; `Ok(None)` if nothing begins there.
    fn entry(&mut self, lowering: Lowering) -> Result<Option<(Pc, NonNull<FastFunction>)>, TrapCode> {
        let invalid = TrapCode::INVALID_CODE;
        if self.fast.as_ref().is_none_or(|fast| fast.lowering != lowering) {
            self.fast = FastProgram::new(&self.program, lowering);
        }
        let frame = *self.state.frames.last().ok_or(invalid)?;
        if frame.size() >= MAX_SLOTS {
            return Ok(None);
        }
        let code = self.code(frame.module(), frame.function(), lowering).ok_or(invalid)?;
        let start = Pc::new(&code.words).ok_or(invalid)?;
        let word = code.entry(frame.pc);
        let function = self.fast.as_ref().and_then(|fast| fast.function(frame.id())).ok_or(invalid)?;
        #[allow(unsafe_code, reason = "no loop runs, so nothing else looks at the function")]
        // SAFETY: the pointer is to a function of the program, and an entry is the start of an instruction.
        unsafe {
            (*function.as_ptr()).code = Some(start);
            Ok(word.map(|word| (start.skip(word as usize), function)))
        }
    }

    /// Runs slot code from where the innermost function is until something else must be done, and does that.
    pub(super) fn run_loop(&mut self, lowering: Lowering, open: bool) -> Option<End> {
        let (pc, function) = match self.entry(lowering) {
            Ok(Some(found)) => found,
            // In the middle of a block: the reference engine goes on to where one begins.
            Ok(None) => return self.step(open).or_else(|| self.pause()),
            Err(code) => return Some(End::Uncaught(Fault::from(code))),
        };
        self.state.set_ceilings();
        let budget = self.state.fuel().min(TICKS_BETWEEN_LOOKS);
        let (left, leave) = self.enter_loop(pc, function, budget)?;
        self.state.charge(budget - left);
        if std::mem::take(&mut self.state.fault) {
            return Some(End::Uncaught(Fault::from(TrapCode::INVALID_CODE)));
        }
        self.after_loop(lowering, leave)
            .unwrap_or_else(|code| Some(End::Uncaught(Fault::from(code))))
            .or_else(|| self.pause())
    }

    #[allow(unsafe_code, reason = "enters a loop: see the proof")]
    fn enter_loop(&mut self, pc: Pc, function: NonNull<FastFunction>, budget: u64) -> Option<(u64, Leave)> {
        let base = self.state.frames.last()?.base;
        let functions = self.fast.as_ref()?.functions.cast();
        // SAFETY: `set_ceilings` made sure that there is memory for all frames, this one included.
        let base = unsafe { Base::new(self.state.stack.at(base)) };
        let context = Context::new(&self.program.modules, &mut self.state);
        let mut fast = Fast { context, budget, functions, function, leave: Leave::Budget(pc) };
        // If a handler of the table's own panics, the run is given up: what the loop left half done is not gone on with.
        let phase = std::mem::replace(&mut self.phase, Phase::Idle);
        // SAFETY: the invariant of `slots::fast`: `entry` gave the start of an instruction of the innermost function's
        // code, which was validated when it was made; all slots of all frames are in memory and initialised.
        unsafe { I::run(&mut fast, &mut self.handlers, pc, base) };
        self.phase = phase;
        Some((fast.budget, fast.leave))
    }

    /// Puts the state of stack form back together, and does what the loop left for. An error is the end of the run.
    fn after_loop(&mut self, lowering: Lowering, leave: Leave) -> Result<Option<End>, TrapCode> {
        let invalid = TrapCode::INVALID_CODE;
        let innermost = self.state.frames.last_mut().ok_or(invalid)?;
        innermost.word = NO_WORD;
        let frame = *innermost;
        let code = self.code(frame.module(), frame.function(), lowering).ok_or(invalid)?;
        let word = |pc: Pc| Pc::new(&code.words).map_or(u32::MAX, |start| pc.words_from(start) as u32);
        match leave {
            Leave::Budget(pc) => {
                let (pc, depth) = code.entry_place(word(pc)).ok_or(invalid)?;
                self.settle(frame, pc, depth)?;
                Ok(None)
            }
            Leave::Return(value) => Ok(self.leave(value)),
            Leave::Trap { pc, part, code: trap } => {
                self.materialise(lowering, frame, word(pc), part)?;
                Ok(self.unwind(Fault::from(trap)))
            }
            Leave::Raise { pc, part, value } => {
                self.materialise(lowering, frame, word(pc), part)?;
                Ok(self.unwind(Fault::raised(value)))
            }
            Leave::Step(pc) => {
                self.materialise(lowering, frame, word(pc), 0)?;
                Ok(self.step(false))
            }
            Leave::Exit { pc, exit } => {
                self.materialise(lowering, frame, word(pc), 0)?;
                Ok(Some(End::Exit(exit.into())))
            }
            Leave::Call { pc, function, home } => {
                let call = word(pc);
                let next_pc = code.entry_after(call).ok_or(invalid)?;
                self.materialise(lowering, frame, call, 0)?;
                let first = frame.base + usize::from(home);
                let arguments = self.state.stack.values().get(first..).ok_or(invalid)?.to_vec();
                self.state.stack.truncate(first);
                if let Some(frame) = self.state.frames.last_mut() {
                    frame.next_pc = next_pc;
                }
                match self.call(function, &arguments) {
                    Ok(()) => Ok(None),
                    Err(fault) => Ok(self.unwind(fault)),
                }
            }
        }
    }

    /// The innermost function is at `pc` with `depth` values on its stack.
    fn settle(&mut self, frame: Frame, pc: u32, depth: u32) -> Result<(), TrapCode> {
        self.state.stack.set_top(frame.base + frame.slots() + depth as usize);
        let innermost = self.state.frames.last_mut().ok_or(TrapCode::INVALID_CODE)?;
        innermost.pc = pc;
        Ok(())
    }

    /// Brings every value of the innermost function's stack home, as the frame map of the instruction says.
    fn materialise(&mut self, lowering: Lowering, frame: Frame, word: u32, part: u16) -> Result<(), TrapCode> {
        let invalid = TrapCode::INVALID_CODE;
        let code = self.code(frame.module(), frame.function(), lowering).ok_or(invalid)?;
        let place = code.leave(word, part).ok_or(invalid)?;
        let value = |value| match value {
            AwayValue::Slot(slot) => self.state.stack.get(frame.base + usize::from(slot)),
            AwayValue::Scalar(scalar) => Some(Value::from(scalar)),
            AwayValue::Pool(constant) => Some(Value::text(Text::new(frame.module() as u32, constant.into()))),
        };
        // All are read before any is written: one's home may be where another is.
        let values: Option<Vec<(u32, Value)>> =
            place.away().map(|(position, from)| Some((position, value(from)?))).collect();
        let (pc, depth) = (place.pc, place.depth);
        for (position, value) in values.ok_or(invalid)? {
            self.state.stack.set(frame.base + frame.slots() + position as usize, value).ok_or(invalid)?;
        }
        self.settle(frame, pc, depth)
    }

    /// The instruction that a function is at: for one that a loop left by a call, that call.
    pub(super) fn position_of(&self, frame: &Frame) -> u32 {
        match (frame.word, self.fast.as_ref()) {
            (NO_WORD, _) | (_, None) => frame.pc,
            (word, Some(fast)) => {
                let code = self.code(frame.module(), frame.function(), fast.lowering);
                code.and_then(|code| code.leave_before(word)).map_or(frame.pc, |place| place.pc)
            }
        }
    }

    /// Makes the frames' positions in stack form up to date, so that any engine can go on.
    pub(super) fn settle_frames(&mut self) {
        let Some(lowering) = self.fast.as_ref().map(|fast| fast.lowering) else { return };
        for index in 0..self.state.frames.len() {
            let Some(frame) = self.state.frames.get(index).copied().filter(|frame| frame.word != NO_WORD) else {
                continue;
            };
            let pc = self.position_of(&frame);
            let next =
                self.code(frame.module(), frame.function(), lowering).and_then(|code| code.entry_place(frame.word));
            let next_pc = next.map_or(frame.next_pc, |(pc, _)| pc);
            let frame = &mut self.state.frames[index];
            (frame.pc, frame.next_pc, frame.word) = (pc, next_pc, NO_WORD);
        }
    }
}
