//! What generated loops over slot code run on: calls and returns within the loop, and how they leave it.
//!
//! **Safety.** Everything here rests on one invariant, which `machine/enter.rs` sets up before it runs a loop and every
//! function here keeps: `ip` is at the start of an instruction of code that `slots/validate.rs` passed; `base` is the
//! frame of the innermost activation, whose function that code belongs to; and the stack's memory holds at least all
//! slots of that frame and the spare ones above it (`Stack` always has them), every one of them initialised. Validation
//! proved that every slot, target and index in the code is within these, the code and the tables, so that reading what an
//! instruction's fields name is sound.
//!
//! The memory does not move while a loop runs. Only [`Fast::call`] pushes a frame, below ceilings that lie within the
//! memory of stack and frames (`State::has_room`): a frame begins within its caller's, so the
//! sum of sizes that the ceiling bounds bounds its end. What a [`Context`] offers to primitives and handlers pushes no frame, and
//! pushes values at most up to the frame's greatest depth, which is in memory. A frame whose `word` is set was left by a
//! loop over code of the same lowering: a change of engine settles all frames first.

use super::base::Base;
use super::code_ptr::CodePtr;
use super::context::Context;
use super::effects::All;
use crate::slots::{BuiltIn, HALVES};
use crate::state::{Begun, Frame};
use crate::value::Value;
use opforge_bytecode::TrapCode;
use opforge_core::slot_form::built_in_codes;
use opforge_core::{Slot, Word};
use std::ptr::NonNull;

/// An empty instruction that differs from all with another number, so that the compiler does not merge the ends of arms
/// that are otherwise alike.
#[doc(hidden)]
#[macro_export]
macro_rules! prevent_tail_merging {
    ($number:literal) => {
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        // SAFETY: it is a comment of the assembler's.
        ::core::arch::asm!(
            ::core::concat!("/* ", ::core::stringify!($number), " */"),
            options(nomem, nostack, preserves_flags)
        );
    };
}

/// Pays for work out of the ticks that a loop has left; some must remain, for a slice ends where none do.
///
/// # Errors
/// When they do not suffice: the machine then looks at the fuel, whatever the code.
#[inline(always)]
pub fn pay(budget: &mut u64, ticks: i64) -> Result<(), TrapCode> {
    let ticks = u64::try_from(ticks).unwrap_or(0);
    if ticks < *budget {
        *budget -= ticks;
        Ok(())
    } else {
        Err(TrapCode::INVALID_CODE)
    }
}

/// An instruction that is kept out of the loop.
pub type Cold<H> = unsafe fn(&mut Fast<'_>, &mut H, CodePtr, Base) -> Option<(CodePtr, Base)>;

/// Why a loop ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leave {
    /// Ticks are spent; the place is the start of a block.
    Budget(CodePtr),
    /// A part of the instruction there trapped.
    Trap { ip: CodePtr, part: u16, code: TrapCode },
    /// A part of the instruction there raised a value.
    Raise { ip: CodePtr, part: u16, value: Value },
    /// The innermost function returned to something that the loop does not run.
    Return(Value),
    /// The instruction there calls something that the loop cannot enter by itself.
    Call { ip: CodePtr, function: u16, home: Slot },
    /// The reference engine must run the instruction there.
    Step(CodePtr),
    /// The fragment was left through an exit.
    Exit { ip: CodePtr, exit: u16 },
}

/// What a machine knows of a function that its loops may run.
#[derive(Debug)]
pub(crate) struct FastFunction {
    /// Its slot code; `None` before its first call.
    pub(crate) code: Option<CodePtr>,
    /// What its `Func` operands name, by index; `None` for the host's. Owned by the machine.
    pub(crate) callees: *const Option<NonNull<FastFunction>>,
    /// A new frame of it.
    pub(crate) frame: Frame,
    /// How many slots the frame takes.
    pub(crate) size: u32,
    /// Its locals other than parameters, which start as nil: the first slot, in halves, and how many there are.
    pub(crate) locals: (u16, u16),
}

/// What a loop runs on.
///
/// The ticks come first, so that their address is that of all the rest: in the loop, each takes a register.
#[repr(C)]
pub struct Fast<'a> {
    /// Ticks until the loop must leave.
    pub budget: u64,
    /// The machine, as primitives and handlers see it.
    pub context: Context<'a, All>,
    /// The functions of the program, by their number.
    pub(crate) functions: NonNull<FastFunction>,
    /// The innermost one.
    pub(crate) function: NonNull<FastFunction>,
    pub(crate) leave: Leave,
}

#[allow(unsafe_code, reason = "runs validated code: see the module")]
impl Fast<'_> {
    /// Where a jump goes, after its tick if it goes backward; `None` when that spends the ticks.
    ///
    /// # Safety
    /// The invariant of the module; the instruction has a target at `offset`.
    #[inline(always)]
    pub unsafe fn jump(&mut self, ip: CodePtr, offset: usize) -> Option<CodePtr> {
        // SAFETY: the caller's; validation saw an instruction at the target.
        let (distance, target) = unsafe { ip.target(offset) };
        if distance <= 0 && self.tick(target) { None } else { Some(target) }
    }

    /// Where a jump to `target` goes, which the instruction at `ip` found in a list, after its tick if it goes backward;
    /// `None` when that spends the ticks.
    #[inline(always)]
    pub fn jump_to(&mut self, ip: CodePtr, target: CodePtr) -> Option<CodePtr> {
        if target <= ip && self.tick(target) { None } else { Some(target) }
    }

    /// Charges a tick before the code continues at `to`; whether that spends the ticks, so that the loop must leave.
    #[inline(always)]
    pub fn tick(&mut self, to: CodePtr) -> bool {
        self.budget -= 1;
        if self.budget == 0 {
            self.leave = Leave::Budget(to);
        }
        self.budget == 0
    }

    /// Leaves with a trap.
    #[cold]
    pub fn trap(&mut self, ip: CodePtr, part: u16, code: TrapCode) {
        self.leave = Leave::Trap { ip, part, code };
    }

    /// Leaves with a raised value.
    #[cold]
    pub fn raise(&mut self, ip: CodePtr, part: u16, value: Value) {
        self.leave = Leave::Raise { ip, part, value };
    }

    /// Leaves so that the reference engine runs the instruction at `ip`.
    pub fn step(&mut self, ip: CodePtr) {
        self.leave = Leave::Step(ip);
    }

    /// Begins to try an instruction; returns the ticks that the loop has before.
    #[inline(always)]
    pub fn try_one(&mut self) -> u64 {
        self.context.state_mut().heap.begin_instruction();
        self.budget
    }

    /// Leaves so that the reference engine runs the instruction at `ip`, which was [tried](Self::try_one) and did not get further,
    /// though it may have paid, and made texts: the loop had so many ticks before.
    #[cold]
    pub fn stop(&mut self, ip: CodePtr, ticks: u64) {
        self.budget = ticks;
        let state = self.context.state_mut();
        state.heap.drop_made();
        state.work.set(Begun::default());
        self.leave = Leave::Step(ip);
    }

    /// Leaves a fragment through an exit.
    #[cold]
    pub fn exit(&mut self, ip: CodePtr, exit: u16) {
        self.leave = Leave::Exit { ip, exit };
    }

    /// Enters a function whose arguments begin at `home`; the instruction takes `words`. `None` when the machine must
    /// do it: the host's function, one that was never called, or one for which there may be no room.
    ///
    /// # Safety
    /// The invariant of the module; validation saw that the arguments are within the frame, and as many as the function
    /// takes.
    #[inline(always)]
    pub unsafe fn call(
        &mut self,
        ip: CodePtr,
        base: Base,
        words: usize,
        function: u16,
        home: u16,
    ) -> Option<(CodePtr, Base)> {
        // SAFETY: a function's table of callees is as long as validation counted; its entries live as long as the
        // machine, and nothing else refers to them while a loop runs.
        unsafe {
            let callee = self.function.as_ref().callees.add(usize::from(function)).read();
            if let Some(callee) = callee {
                let known = callee.as_ref();
                let size = known.size as usize;
                if let Some(code) = known.code
                    && self.context.state().has_room(size)
                {
                    // The function that runs has code.
                    let start = self.function.as_ref().code.unwrap_unchecked();
                    let word = Word((ip.words_from(start) + words) as u32);
                    let base = base.at(home);
                    self.context.state_mut().push_known(&known.frame, size, Slot(home / HALVES), word);
                    // The memory is there: `has_room` looked.
                    let (first, count) = known.locals;
                    for slot in 0..count {
                        base.set_after(first, slot, Value::NIL);
                    }
                    self.function = callee;
                    return if self.tick(code) { None } else { Some((code, base)) };
                }
            }
        }
        self.leave = Leave::Call { ip, function, home: Slot(home / HALVES) };
        None
    }

    /// Leaves a function with its result. `None` when the machine must do it: nothing that loops run has called it.
    ///
    /// # Safety
    /// The invariant of the module.
    #[inline(always)]
    pub unsafe fn ret(&mut self, base: Base, value: Value) -> Option<(CodePtr, Base)> {
        // SAFETY: the function that runs is one of the machine's.
        let size = unsafe { self.function.as_ref().size };
        if let Some((id, word, caller)) = self.context.state_mut().pop_known(size as usize) {
            // SAFETY: the caller was left by `call`, so its code is here and continues at that word. The result goes
            // where the arguments began: the callee's first slot, which is one of the caller's.
            unsafe {
                base.set(0, value);
                self.function = self.functions.add(id);
                let code = self.function.as_ref().code.unwrap_unchecked();
                return Some((code.skip(word.index()), Base::new(caller)));
            }
        }
        self.leave = Leave::Return(value);
        None
    }

    /// Runs an instruction that every table has.
    ///
    /// # Safety
    /// The invariant of the module; `code` is that of the instruction at `ip` and below [`BuiltIn::COUNT`].
    #[inline(always)]
    pub unsafe fn built_in(&mut self, ip: CodePtr, base: Base, code: u16) -> Option<CodePtr> {
        const _: () = assert!(BuiltIn::COUNT == 7);
        // SAFETY: the fields are those that `BuiltIn::fields` says and validation checked.
        unsafe {
            match code {
                built_in_codes::NOP => Some(ip.skip(1)),
                built_in_codes::MOVE => {
                    base.copy(ip.field(0), ip.field(1));
                    Some(ip.skip(1))
                }
                built_in_codes::EXCHANGE => {
                    let (a, b) = (ip.field(0), ip.field(1));
                    let (first, second) = (base.get_again(a), base.get_again(b));
                    base.set(a, second);
                    base.set(b, first);
                    Some(ip.skip(1))
                }
                built_in_codes::LOAD => {
                    base.set(ip.field(0), Value::scalar_of(ip.field(1), ip.wide(2)));
                    Some(ip.skip(2))
                }
                built_in_codes::LOAD_POOL => {
                    let value = super::primitives::constants::load(&mut self.context, ip.field(1));
                    base.set(ip.field(0), value);
                    Some(ip.skip(1))
                }
                _ => {
                    self.exit(ip, ip.field(0));
                    None
                }
            }
        }
    }
}

impl std::fmt::Debug for Fast<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fast").field("budget", &self.budget).field("leave", &self.leave).finish_non_exhaustive()
    }
}
