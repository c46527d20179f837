//! What generated loops over slot code are made of: a place in the code, a frame's slots, calls, and ways to leave.
//!
//! **Safety.** Everything here rests on one invariant, which [`crate::Machine`] sets up before it runs a loop and every
//! function here keeps: `pc` is at the start of an instruction of code that `slots/validate.rs` passed; `base` is the
//! frame of the innermost activation, whose function that code belongs to; and the stack's memory holds at least all
//! slots of that frame, every one of them initialised. Validation proved that every slot, target and index in the code is
//! within the frame, the code and the tables, so that reading what an instruction's fields name is sound.
//!
//! The memory does not move while a loop runs. Only [`Fast::call`] pushes a frame, below ceilings that lie within the
//! memory of stack and frames (`State::has_room`): a frame begins within its caller's, so the
//! sum of sizes that the ceiling bounds bounds its end. What a [`Context`] offers to primitives and handlers pushes no frame, and
//! pushes values at most up to the frame's greatest depth, which is in memory. A frame whose `word` is set was left by a
//! loop over code of the same lowering: a change of engine settles all frames first.

use crate::machine::{Context, Frame};
use crate::trap::TrapCode;
use crate::value::Value;
use opforge_core::slot_form::{BuiltIn, HALVES};
use std::ptr::NonNull;

/// An empty instruction that differs from all with another number, so that the compiler does not merge the ends of arms
/// that are otherwise alike.
#[doc(hidden)]
#[macro_export]
macro_rules! keep_apart {
    ($number:literal) => {
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        // SAFETY: it is a comment of the assembler's.
        ::core::arch::asm!(concat!("/* ", stringify!($number), " */"), options(nomem, nostack, preserves_flags));
    };
}

/// A place in slot code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pc(NonNull<u64>);

/// The first slot of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Base(NonNull<Value>);

/// How an instruction goes on.
#[derive(Clone, Copy, Debug)]
pub enum Way<N, J> {
    /// To the next one, with these outputs.
    Next(N),
    /// Through the jump of that number, with these outputs.
    Jump(usize, J),
    /// Out of the function.
    Return(Value),
    /// To the innermost handler.
    Raise(Value),
    /// Into a function.
    Enter,
}

/// An instruction that is kept out of the loop.
pub type Cold<H> = unsafe fn(&mut Fast<'_>, &mut H, Pc, Base) -> Option<(Pc, Base)>;

/// Why a loop ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leave {
    /// Ticks are spent; the place is the start of a block.
    Budget(Pc),
    /// A part of the instruction there trapped.
    Trap { pc: Pc, part: u16, code: TrapCode },
    /// A part of the instruction there raised a value.
    Raise { pc: Pc, part: u16, value: Value },
    /// The innermost function returned to something that the loop does not run.
    Return(Value),
    /// The instruction there calls something that the loop cannot enter by itself.
    Call { pc: Pc, function: u16, home: u16 },
    /// The reference engine must run the instruction there.
    Step(Pc),
    /// The function was left through a way out.
    Exit { pc: Pc, exit: u16 },
}

/// What a machine knows of a function that its loops may run.
#[derive(Debug)]
pub(crate) struct FastFunction {
    /// Its slot code; `None` before its first call.
    pub(crate) code: Option<Pc>,
    /// What its `Func` operands name, by index; `None` for the host's. Owned by the machine.
    pub(crate) callees: *const Option<NonNull<FastFunction>>,
    /// A new frame of it.
    pub(crate) frame: Frame,
    /// How many slots the frame takes.
    pub(crate) size: u32,
    /// Its locals that are no parameters, which start as nil: from this slot, in halves, so many.
    pub(crate) locals: (u16, u16),
}

/// What a loop runs on.
pub struct Fast<'a> {
    /// The machine, as primitives and handlers see it.
    pub context: Context<'a>,
    /// Ticks until the loop must leave.
    pub(crate) budget: u64,
    /// The functions of the program, by their number.
    pub(crate) functions: NonNull<FastFunction>,
    /// The innermost one.
    pub(crate) function: NonNull<FastFunction>,
    pub(crate) leave: Leave,
}

#[allow(unsafe_code, reason = "reads validated code: see the module")]
impl Pc {
    pub(crate) fn new(words: &[u64]) -> Option<Self> {
        (!words.is_empty()).then(|| Self(NonNull::from(words).cast()))
    }

    /// How many words this place lies after `start`, which is in the same code.
    pub(crate) fn words_from(self, start: Pc) -> usize {
        (self.0.as_ptr() as usize).wrapping_sub(start.0.as_ptr() as usize) / size_of::<u64>()
    }

    /// The opcode.
    ///
    /// # Safety
    /// The invariant of the module.
    #[inline(always)]
    pub unsafe fn code(self) -> u16 {
        if cfg!(target_endian = "little") {
            // SAFETY: there is a word at the start of an instruction, its lowest bits first.
            return unsafe { self.0.as_ptr().cast::<u16>().read() };
        }
        // SAFETY: there is a word at the start of an instruction.
        unsafe { self.0.as_ptr().read() as u16 }
    }

    /// A field of 16 bits; `offset` counts from the one after the opcode.
    ///
    /// # Safety
    /// The invariant of the module; the instruction has that field.
    #[inline(always)]
    pub unsafe fn field(self, offset: usize) -> u16 {
        let at = offset + 1;
        if cfg!(target_endian = "little") {
            // SAFETY: the words of an instruction are all there, and lie in memory as the fields do.
            return unsafe { self.0.as_ptr().cast::<u16>().add(at).read() };
        }
        // SAFETY: the words of an instruction are all there.
        unsafe { (self.0.as_ptr().add(at / 4).read() >> (16 * (at % 4))) as u16 }
    }

    /// A field of 64 bits.
    ///
    /// # Safety
    /// As [`field`](Self::field).
    #[inline(always)]
    pub unsafe fn wide(self, offset: usize) -> u64 {
        let at = offset + 1;
        if cfg!(target_endian = "little") {
            // SAFETY: the words of an instruction are all there, and lie in memory as the fields do.
            return unsafe { self.0.as_ptr().cast::<u16>().add(at).cast::<u64>().read_unaligned() };
        }
        // SAFETY: as `field`.
        let part = |part: usize| u64::from(unsafe { self.field(offset + part) }) << (16 * part);
        part(0) | part(1) | part(2) | part(3)
    }

    /// A small int.
    ///
    /// # Safety
    /// As [`field`](Self::field).
    #[inline(always)]
    pub unsafe fn int16(self, offset: usize) -> i64 {
        // SAFETY: the caller's.
        i64::from(unsafe { self.field(offset) } as i16)
    }

    /// An int.
    ///
    /// # Safety
    /// As [`field`](Self::field).
    #[inline(always)]
    pub unsafe fn int(self, offset: usize) -> i64 {
        // SAFETY: the caller's.
        unsafe { self.wide(offset) as i64 }
    }

    /// A float.
    ///
    /// # Safety
    /// As [`field`](Self::field).
    #[inline(always)]
    pub unsafe fn float(self, offset: usize) -> f64 {
        // SAFETY: the caller's.
        f64::from_bits(unsafe { self.wide(offset) })
    }

    /// How many words away a jump goes.
    ///
    /// # Safety
    /// As [`field`](Self::field).
    #[inline(always)]
    unsafe fn distance(self, offset: usize) -> i32 {
        let at = offset + 1;
        if cfg!(target_endian = "little") {
            // SAFETY: the words of an instruction are all there, and lie in memory as the fields do.
            return unsafe { self.0.as_ptr().cast::<u16>().add(at).cast::<i32>().read_unaligned() };
        }
        // SAFETY: as `field`.
        unsafe { (u32::from(self.field(offset)) | u32::from(self.field(offset + 1)) << 16) as i32 }
    }

    /// The place so many words on.
    ///
    /// # Safety
    /// The invariant of the module; the instruction is that long, and goes on to the next one.
    #[inline(always)]
    pub unsafe fn skip(self, words: usize) -> Self {
        // SAFETY: validation saw an instruction there.
        Self(unsafe { self.0.add(words) })
    }
}

#[allow(unsafe_code, reason = "reads and writes slots of a frame: see the module")]
impl Base {
    /// Where a slot is that code names: code counts in half slots, which an x86 address can scale by itself.
    #[inline(always)]
    unsafe fn place(self, slot: u16) -> *mut Value {
        // SAFETY: the slot is one of the frame's; see `HALVES`.
        unsafe { self.0.as_ptr().byte_add(usize::from(slot) * (size_of::<Value>() / usize::from(HALVES))) }
    }

    /// The value in a slot.
    ///
    /// # Safety
    /// The invariant of the module; the frame has that slot.
    #[inline(always)]
    pub unsafe fn get(self, slot: u16) -> Value {
        // SAFETY: the slot is one of the frame's, and every slot is initialised.
        unsafe { Value::read(self.place(slot)) }
    }

    /// The value in a slot, read again even if it was just read: so that what comes first need not keep it.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    #[inline(always)]
    pub unsafe fn get_again(self, slot: u16) -> Value {
        // SAFETY: the slot is one of the frame's, and every slot is initialised.
        unsafe { Value::read_again(self.place(slot)) }
    }

    /// Puts a value into the slot `offset` after one.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    #[inline(always)]
    pub unsafe fn set_after(self, slot: u16, offset: u16, value: Value) {
        // SAFETY: the slot is one of the frame's.
        unsafe { self.set(slot + HALVES * offset, value) }
    }

    /// Puts a value into a slot.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    #[inline(always)]
    pub unsafe fn set(self, slot: u16, value: Value) {
        // SAFETY: the slot is one of the frame's.
        unsafe { Value::write(self.place(slot), value) }
    }

    /// `to = from`.
    ///
    /// # Safety
    /// As [`get`](Self::get), for both.
    #[inline(always)]
    pub unsafe fn copy(self, to: u16, from: u16) {
        // SAFETY: both slots are the frame's.
        unsafe { Value::copy(self.place(from), self.place(to)) }
    }

    /// The values of `count` slots.
    ///
    /// # Safety
    /// As [`get`](Self::get), for all of them; nothing writes to the frame while they are used.
    #[inline(always)]
    pub unsafe fn group<'v>(self, first: u16, count: usize) -> &'v [Value] {
        // SAFETY: the slots are the frame's and initialised.
        unsafe { std::slice::from_raw_parts(self.place(first), count) }
    }

    /// The frame that begins at `slot` of this one.
    ///
    /// # Safety
    /// As [`get`](Self::get).
    #[inline(always)]
    unsafe fn at(self, slot: u16) -> Self {
        // SAFETY: within the stack's memory.
        Self(unsafe { NonNull::new_unchecked(self.place(slot)) })
    }

    /// # Safety
    /// A frame begins there.
    pub(crate) unsafe fn new(first: NonNull<Value>) -> Self {
        Self(first)
    }
}

#[allow(unsafe_code, reason = "runs validated code: see the module")]
impl Fast<'_> {
    /// Where a jump goes, after its tick if it goes backward; `None` when that spends the ticks.
    ///
    /// # Safety
    /// The invariant of the module; the instruction has a target at `offset`.
    #[inline(always)]
    pub unsafe fn jump(&mut self, pc: Pc, offset: usize) -> Option<Pc> {
        // SAFETY: the caller's; validation saw an instruction at the target.
        let (distance, target) = unsafe {
            let distance = pc.distance(offset);
            (distance, Pc(pc.0.offset(distance as isize)))
        };
        if distance <= 0 && self.tick(target) { None } else { Some(target) }
    }

    /// Charges a tick before the code goes on at `to`; whether that spends the ticks, so that the loop must leave.
    #[inline(always)]
    pub fn tick(&mut self, to: Pc) -> bool {
        self.budget -= 1;
        if self.budget == 0 {
            self.leave = Leave::Budget(to);
        }
        self.budget == 0
    }

    /// Leaves with a trap.
    #[cold]
    pub fn trap(&mut self, pc: Pc, part: u16, code: TrapCode) {
        self.leave = Leave::Trap { pc, part, code };
    }

    /// Leaves with a raised value.
    #[cold]
    pub fn raise(&mut self, pc: Pc, part: u16, value: Value) {
        self.leave = Leave::Raise { pc, part, value };
    }

    /// Leaves at the start of a block, because ticks were charged beside the loop's own.
    pub fn pause(&mut self, next: Pc) {
        self.leave = Leave::Budget(next);
    }

    /// Leaves so that the reference engine runs the instruction at `pc`.
    pub fn step(&mut self, pc: Pc) {
        self.leave = Leave::Step(pc);
    }

    /// Leaves through a way out.
    #[cold]
    pub fn exit(&mut self, pc: Pc, exit: u16) {
        self.leave = Leave::Exit { pc, exit };
    }

    /// Enters a function whose arguments begin at `home`; the instruction takes `words`. `None` when the machine must
    /// do it: the host's function, one that was never called, or one for which there may be no room.
    ///
    /// # Safety
    /// The invariant of the module; validation saw that the arguments are within the frame, and as many as the function
    /// takes.
    #[inline(always)]
    pub unsafe fn call(&mut self, pc: Pc, base: Base, words: usize, function: u16, home: u16) -> Option<(Pc, Base)> {
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
                    let word = pc.words_from(start) + words;
                    let base = base.at(home);
                    self.context.state_mut().push_known(&known.frame, size, usize::from(home / HALVES), word as u32);
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
        self.leave = Leave::Call { pc, function, home: home / HALVES };
        None
    }

    /// Leaves a function with its result. `None` when the machine must do it: nothing that loops run has called it.
    ///
    /// # Safety
    /// The invariant of the module.
    #[inline(always)]
    pub unsafe fn give(&mut self, base: Base, value: Value) -> Option<(Pc, Base)> {
        // SAFETY: the function that runs is one of the machine's.
        let size = unsafe { self.function.as_ref().size };
        if let Some((id, word, caller)) = self.context.state_mut().pop_known(size as usize) {
            // SAFETY: the caller was left by `call`, so its code is here and goes on at that word. The result goes where
            // the arguments began: the callee's first slot, which is one of the caller's.
            unsafe {
                base.set(0, value);
                self.function = self.functions.add(id);
                let code = self.function.as_ref().code.unwrap_unchecked();
                return Some((code.skip(word as usize), Base(caller)));
            }
        }
        self.leave = Leave::Return(value);
        None
    }

    /// Runs an instruction that every table has.
    ///
    /// # Safety
    /// The invariant of the module; `code` is that of the instruction at `pc` and below [`BuiltIn::COUNT`].
    #[inline(always)]
    pub unsafe fn built_in(&mut self, pc: Pc, base: Base, code: u16) -> Option<Pc> {
        const _: () = assert!(BuiltIn::COUNT == 7);
        // SAFETY: the fields are those that `BuiltIn::fields` says and validation checked.
        unsafe {
            match code {
                0 => Some(pc.skip(1)),
                1 => {
                    base.copy(pc.field(0), pc.field(1));
                    Some(pc.skip(1))
                }
                2 => {
                    let (a, b) = (pc.field(0), pc.field(1));
                    let (first, second) = (base.get_again(a), base.get_again(b));
                    base.set(a, second);
                    base.set(b, first);
                    Some(pc.skip(1))
                }
                3 => {
                    base.set(pc.field(0), Value::scalar_of(pc.field(1), pc.wide(2)));
                    Some(pc.skip(2))
                }
                4 => {
                    let value = crate::primitives::constants::load(&mut self.context, pc.field(1));
                    base.set(pc.field(0), value);
                    Some(pc.skip(1))
                }
                _ => {
                    self.exit(pc, pc.field(0));
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
