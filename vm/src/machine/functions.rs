//! The functions of a program as loops over slot code see them, by number.

use crate::exec::FastFunction;
use crate::program::{Callee, Program};
use crate::slots::{HALVES, Lowering};
use crate::state::Frame;
use std::ptr::NonNull;

/// How many ticks a loop may charge at most before it looks whether it is to be interrupted.
const TICKS_BETWEEN_LOOKS: u64 = 1 << 12;
/// How much code may run meanwhile, if each tick were for the whole of the program's longest function. **Units:** bytes.
const CODE_BETWEEN_LOOKS: u64 = 1 << 22;
/// A function of more code leaves the loop when it calls, and so does what returns to it: returning charges no tick, and many
/// large functions may return one after the other. **Units:** bytes.
const LARGE_CODE: usize = 1 << 14;

/// The functions of one machine's program as its loops see them, and what each module's `Func` operands name.
#[derive(Debug)]
pub(super) struct FastFunctions {
    pub(super) lowering: Lowering,
    /// How many ticks a loop may charge before it looks whether it is to be interrupted.
    pub(super) ticks_between_looks: u64,
    /// Made of a boxed slice, which loops reach by pointers only.
    functions: NonNull<[FastFunction]>,
    /// What the functions' `callees` point into. Vectors, because moving a box would end the life of such pointers.
    _callees: Vec<Vec<Option<NonNull<FastFunction>>>>,
}

// SAFETY: the pointers are to its own boxes, which nothing else holds, and to slot code, which never changes.
#[allow(unsafe_code, reason = "as said")]
unsafe impl Send for FastFunctions {}

impl Drop for FastFunctions {
    #[allow(unsafe_code, reason = "frees what `new` allocated")]
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw`, and no loop runs any more.
        drop(unsafe { Box::from_raw(self.functions.as_ptr()) });
    }
}

#[allow(unsafe_code, reason = "the functions refer to each other by pointers")]
impl FastFunctions {
    pub(super) fn new<I, T>(program: &Program<I, T>, lowering: Lowering) -> Option<Self> {
        let mut functions: Vec<FastFunction> = Vec::new();
        let mut firsts = Vec::new();
        for (module, linked) in program.modules().iter().enumerate() {
            firsts.push(functions.len());
            for (function, data) in linked.module().functions.iter().enumerate() {
                let id = functions.len();
                let frame = Frame::of(module, function, id, linked.facts(function)?);
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
        for (linked, first_own) in program.modules().iter().zip(&firsts) {
            let named = linked.callees.iter().map(|callee| match callee {
                // Nothing calls a fragment: the machine refuses to.
                Callee::Guest { module, function } if is_called(program, *module, *function) => {
                    let index = firsts.get(*module)? + function;
                    // SAFETY: every function of the program has its place.
                    Some(unsafe { first.add(index) })
                }
                Callee::Guest { .. } | Callee::Host(_) => None,
            });
            let callees: Vec<_> = named.collect();
            let none = vec![None; callees.len()];
            for (own, data) in linked.module().functions.iter().enumerate() {
                let callees = if data.code.len() > LARGE_CODE { &none } else { &callees };
                // SAFETY: as above; no loop runs yet.
                unsafe { (*first.add(first_own + own).as_ptr()).callees = callees.as_ptr() };
            }
            all.extend([callees, none]);
        }
        let lengths =
            program.modules().iter().flat_map(|linked| &linked.module().functions).map(|data| data.code.len());
        let longest = lengths.max().unwrap_or(0).max(1) as u64;
        let ticks_between_looks = (CODE_BETWEEN_LOOKS / longest).clamp(1, TICKS_BETWEEN_LOOKS);
        Some(Self { lowering, ticks_between_looks, functions, _callees: all })
    }

    /// The function of that number.
    pub(super) fn function(&self, id: usize) -> Option<NonNull<FastFunction>> {
        // SAFETY: within the slice.
        (id < self.functions.len()).then(|| unsafe { self.functions.cast::<FastFunction>().add(id) })
    }

    /// The first of the functions.
    pub(super) fn first(&self) -> NonNull<FastFunction> {
        self.functions.cast()
    }
}

fn is_called<I, T>(program: &Program<I, T>, module: usize, function: usize) -> bool {
    let facts = program.modules().get(module).and_then(|linked| linked.facts(function));
    facts.is_some_and(|facts| facts.entry().is_call())
}
