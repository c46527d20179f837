//! Running slot code: entering a loop with everything at home, and putting the state of stack form back together when it
//! leaves. Between two slices a machine's state is the same whichever engine ran.

use super::Machine;
use super::functions::FastFunctions;
use super::run::{End, TURNS_BETWEEN_LOOKS};
use super::unwind::Fault;
use crate::exec::{Base, CodePtr, Context, Execute, Fast, FastFunction, Leave, RunSlotCode, SlotLoop};
use crate::program::When;
use crate::slots::{AwayValue, LowerError, LowerRule, Lowered, Lowering, Poll};
use crate::state::{Frame, NO_WORD, State};
use crate::value::{Text, Value};
use opforge_bytecode::TrapCode;
use opforge_core::fold::Fold;
use opforge_core::{Depth, Pc, Word};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::NonNull;

/// How a loop over slot code can continue in a function.
enum Entry {
    At(CodePtr, NonNull<FastFunction>),
    /// Not before the next block.
    InBlock,
    /// There is no slot code, at least not yet.
    NoCode,
}

impl<I: Execute, T> Machine<I, T> {
    /// The slot code of a frame's function, from which a loop was left.
    fn made(&self, frame: &Frame, lowering: Lowering) -> Option<&Lowered> {
        self.program.made((frame.module(), frame.function()), lowering)
    }

    /// Where a loop can continue in the innermost function.
    fn entry(&mut self, lowering: Lowering) -> Result<Entry, Fault> {
        let invalid = TrapCode::INVALID_CODE;
        if self.fast.as_ref().is_none_or(|fast| fast.lowering != lowering) {
            self.fast = FastFunctions::new(&self.program, lowering);
        }
        let frame = *self.state.frames.last().ok_or(invalid)?;
        let interrupt = &self.state.work.interrupt;
        let asked = || interrupt.is_set();
        let place = (frame.module(), frame.function());
        let code = match self.program.code(I::slot_form(), place, lowering, When::Due, &Poll::new(&asked)) {
            Ok(Some(code)) => code,
            Ok(None) | Err(LowerError { rule: LowerRule::FrameSize | LowerRule::CodeSize, .. }) => {
                return Ok(Entry::NoCode);
            }
            // A mistake of lowering: where nobody looks for those, the reference engine runs the function.
            Err(_) if !cfg!(debug_assertions) => return Ok(Entry::NoCode),
            Err(error) => return Err(Fault { message: Some(error.to_string()), ..Fault::from(invalid) }),
        };
        let start = CodePtr::new(&code.words).ok_or(invalid)?;
        let word = code.entry(frame.pc).filter(|(_, assumes)| !(frame.given && *assumes)).map(|(word, _)| word);
        if let (Some(_), Some(innermost)) = (word, self.state.frames.last_mut()) {
            // What is known from here on is known of what runs from here on.
            innermost.given = false;
        }
        let function = self.fast.as_ref().and_then(|fast| fast.function(frame.id())).ok_or(invalid)?;
        #[allow(unsafe_code, reason = "no loop runs, so nothing else looks at the function")]
        // SAFETY: the pointer is to a function of the program, and an entry is the start of an instruction.
        unsafe {
            (*function.as_ptr()).code = Some(start);
            Ok(word.map_or(Entry::InBlock, |word| Entry::At(start.skip(word.index()), function)))
        }
    }

    /// Runs slot code from where the innermost function is until something else must be done, and does that.
    pub(super) fn run_loop(&mut self, lowering: Lowering) -> Option<End> {
        if self.state.work.is_begun() || self.state.heap.is_looking() {
            // What was begun was begun there.
            return self.step().or_else(|| self.pause());
        }
        let (ip, function) = match self.entry(lowering) {
            Ok(Entry::At(ip, function)) => (ip, function),
            // The reference engine steps on to where a block begins.
            Ok(Entry::InBlock) => return self.step().or_else(|| self.pause()),
            Ok(Entry::NoCode) => return self.run_without_code(lowering),
            Err(fault) => return Some(End::Uncaught(fault)),
        };
        self.state.set_ceilings();
        let budget = self.state.fuel().min(self.fast.as_ref().map_or(1, |fast| fast.ticks_between_looks));
        let (left, leave) = self.enter_loop(ip, function, budget)?;
        self.state.charge(budget - left);
        self.after_loop(lowering, leave)
            .unwrap_or_else(|code| Some(End::Uncaught(Fault::from(code))))
            .or_else(|| self.pause())
    }

    /// Runs the innermost function on the reference engine for a while.
    fn run_without_code(&mut self, lowering: Lowering) -> Option<End> {
        let (frame, depth) = (*self.state.frames.last()?, self.state.frames.len());
        let mut run = 0;
        let end = loop {
            run += 1;
            let end = self.step().or_else(|| self.pause());
            if end.is_some() || run == TURNS_BETWEEN_LOOKS as u64 || self.state.frames.len() != depth {
                break end;
            }
        };
        self.program.note((frame.module(), frame.function()), lowering, run);
        end
    }

    #[allow(unsafe_code, reason = "enters a loop: see the proof")]
    fn enter_loop(&mut self, ip: CodePtr, function: NonNull<FastFunction>, budget: u64) -> Option<(u64, Leave)> {
        let base = self.state.frames.last()?.base;
        let functions = self.fast.as_ref()?.first();
        // SAFETY: `set_ceilings` made sure that there is memory for all frames, this one included.
        let base = unsafe { Base::new(self.state.stack.at(base)) };
        let context = Context::new(self.program.modules(), &mut self.state);
        let mut fast = Fast { context, budget, functions, function, leave: Leave::Budget(ip) };
        // SAFETY: the invariant of `exec/fast.rs`: `entry` found the start of an instruction of the innermost function's
        // code, which was validated when it was made; all slots of all frames are in memory and initialised.
        let run = || unsafe { RunSlotCode::<I>::run(&SlotLoop, &mut fast, &mut self.handlers, ip, base) };
        let panicked = catch_unwind(AssertUnwindSafe(run)).err();
        let (left, leave) = (fast.budget, fast.leave);
        if let Some(payload) = panicked {
            // Ticks count on every engine, also when the run is given up for what a handler did.
            self.state.charge(budget - left);
            resume_unwind(payload);
        }
        Some((left, leave))
    }

    /// Puts the state of stack form back together, and does what the loop left for. An error is the end of the run.
    fn after_loop(&mut self, lowering: Lowering, leave: Leave) -> Result<Option<End>, TrapCode> {
        let invalid = TrapCode::INVALID_CODE;
        let innermost = self.state.frames.last_mut().ok_or(invalid)?;
        innermost.word = NO_WORD;
        let frame = *innermost;
        let code = self.made(&frame, lowering).ok_or(invalid)?;
        let word = |ip: CodePtr| CodePtr::new(&code.words).map_or(NO_WORD, |start| Word(ip.words_from(start) as u32));
        match leave {
            Leave::Budget(ip) => {
                let (pc, depth) = code.entry_at(word(ip)).ok_or(invalid)?;
                self.settle(frame, pc, depth)?;
                Ok(None)
            }
            Leave::Return(value) => Ok(self.leave(value)),
            Leave::Trap { ip, part, code: trap } => {
                self.materialise(lowering, frame, word(ip), part)?;
                Ok(self.unwind(Fault::from(trap)))
            }
            Leave::Raise { ip, part, value } => {
                self.materialise(lowering, frame, word(ip), part)?;
                Ok(self.unwind(Fault::raised(value)))
            }
            Leave::Step(ip) => {
                self.materialise(lowering, frame, word(ip), 0)?;
                Ok(self.step())
            }
            Leave::Exit { ip, exit } => {
                self.materialise(lowering, frame, word(ip), 0)?;
                Ok(Some(End::Exit(exit.into())))
            }
            Leave::Call { ip, function, home } => {
                let call = word(ip);
                let next_pc = code.entry_after(call).ok_or(invalid)?;
                self.materialise(lowering, frame, call, 0)?;
                let first = frame.base + home.index();
                let arguments = self.state.stack.values().get(first..).ok_or(invalid)?;
                if let Err(code) = State::room_for_copies(arguments.len()) {
                    return Ok(self.unwind(Fault::from(code)));
                }
                let arguments = arguments.to_vec();
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
    fn settle(&mut self, frame: Frame, pc: Pc, depth: Depth) -> Result<(), TrapCode> {
        self.state.stack.set_top(frame.base + frame.slots() + depth.count());
        let innermost = self.state.frames.last_mut().ok_or(TrapCode::INVALID_CODE)?;
        innermost.pc = pc;
        Ok(())
    }

    /// Brings every value of the innermost function's stack home, as the frame map of the instruction says.
    fn materialise(&mut self, lowering: Lowering, frame: Frame, word: Word, part: u16) -> Result<(), TrapCode> {
        let invalid = TrapCode::INVALID_CODE;
        let code = self.made(&frame, lowering).ok_or(invalid)?;
        let place = code.leave(word, part).ok_or(invalid)?;
        let value = |value| match value {
            AwayValue::Slot(slot) => self.state.stack.get(frame.base + slot.index()),
            AwayValue::Scalar(scalar) => Some(Value::from(scalar)),
            AwayValue::Pool(constant) => Some(Value::text(Text::new(frame.module() as u32, constant.into()))),
        };
        // All are read before any is written: one's home may be where another is. No memory is asked for: there may be none.
        let mut values = [(Depth(0), Value::NIL); Fold::<u16>::MAX_AWAY];
        let mut count = 0;
        for (position, from) in place.away() {
            *values.get_mut(count).ok_or(invalid)? = (position, value(from).ok_or(invalid)?);
            count += 1;
        }
        let (pc, depth) = (place.pc, place.depth);
        for (position, value) in values.into_iter().take(count) {
            self.state.stack.set(frame.base + frame.slots() + position.count(), value).ok_or(invalid)?;
        }
        self.settle(frame, pc, depth)
    }

    /// The instruction that a function is at: for one that a loop left by a call, that call.
    pub(super) fn position_of(&self, frame: &Frame) -> Pc {
        match (frame.word, self.fast.as_ref()) {
            (NO_WORD, _) | (_, None) => frame.pc,
            (word, Some(fast)) => {
                let code = self.made(frame, fast.lowering);
                code.and_then(|code| code.leave_before(word)).map_or(frame.pc, |place| place.pc)
            }
        }
    }

    /// Makes the frames' positions in stack form up to date, so that any engine can continue.
    pub(super) fn settle_frames(&mut self) {
        (0..self.state.frames.len()).for_each(|index| self.settle_frame(index));
    }

    /// The same for one frame.
    pub(super) fn settle_frame(&mut self, index: usize) {
        let frame = self.state.frames.get(index).copied().filter(|frame| frame.word != NO_WORD);
        let (Some(frame), Some(fast)) = (frame, self.fast.as_ref()) else { return };
        let pc = self.position_of(&frame);
        let next = self.made(&frame, fast.lowering).and_then(|code| code.entry_at(frame.word));
        let next_pc = next.map_or(frame.next_pc, |(pc, _)| pc);
        let frame = &mut self.state.frames[index];
        (frame.pc, frame.next_pc, frame.word) = (pc, next_pc, NO_WORD);
    }
}
