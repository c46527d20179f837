//! Executing an instruction set: the trait that generated code implements, and what that code runs on.
//!
//! The reference engine steps through stack form over a [`StepContext`], where everything is checked. Primitives and
//! handlers get a [`Context`] from either engine. The fast engine's loop
//! runs validated slot code over a [`Fast`]. Both are entered and left by the machine alone.

mod base;
mod code_ptr;
#[doc(hidden)]
pub mod effects;
mod context;
mod step;
mod fast;
mod native;
#[doc(hidden)]
pub mod primitives;

pub use base::Base;
pub use code_ptr::{CodePtr, TargetList};
pub use context::Context;
pub use fast::{Cold, Fast, pay};
pub(crate) use fast::{FastFunction, Leave};
pub use native::RunSlotCode;
pub(crate) use native::SlotLoop;
pub use step::StepContext;

use crate::slots::{LowerError, Lowering, SlotForm, SlotLine};
use crate::value::Value;
#[doc(hidden)]
pub use crate::value::Words;
use opforge_bytecode::{InstructionSet, TrapCode, Verified};

/// An instruction set that a machine can execute. Implemented by [`crate::instruction_set!`], never by hand.
pub trait Execute: InstructionSet {
    /// What the table's own handlers run on; `()` for a table without any.
    type Handlers;

    /// The table's slot form.
    fn slot_form() -> &'static SlotForm;

    /// Runs slot code from `ip` until it must leave; `fast` then says why.
    ///
    /// # Safety
    /// `ip` and `base` are of the innermost frame of `fast`'s machine, whose code was validated against the same
    /// [`slot_form`](Self::slot_form): the loop is generated from the table that it is of.
    #[allow(unsafe_code, reason = "only declares what generated code does")]
    unsafe fn run(fast: &mut Fast<'_>, handlers: &mut Self::Handlers, ip: CodePtr, base: Base);

    /// Runs `op` in stack form: looks at its inputs, computes, then replaces them by its outputs.
    ///
    /// # Errors
    /// The trap that it raises; the stack is then as it was.
    fn step(op: &Self::Op, context: &mut StepContext<'_>, handlers: &mut Self::Handlers) -> Result<Flow, TrapCode>;
}

/// How a step of the reference engine continues.
#[derive(Clone, Debug, PartialEq)]
pub enum Flow {
    /// With the next instruction.
    Next,
    /// At that position in stack form. **Units:** bytes.
    Jump(u32),
    /// In the caller, with a value.
    Return(Value),
    /// At the innermost handler, with a value. As after a trap the stack is as it was before the instruction.
    Raise(Value),
    /// In a function, whose result goes on top of the stack.
    Enter {
        /// What the `Func` operand names.
        function: u16,
        /// The arguments, first parameter first.
        arguments: Vec<Value>,
    },
}

/// How an instruction completes.
#[derive(Clone, Copy, Debug)]
pub enum Completion<N, J> {
    /// To the next one, with these outputs.
    Next(N),
    /// Through the jump of that number, with these outputs.
    Jump(usize, J),
    /// Through the jump of that number, to this place of its list, with these outputs.
    Listed(usize, CodePtr, J),
    /// Out of the function.
    Return(Value),
    /// To the innermost handler.
    Raise(Value),
    /// Into a function.
    Enter,
}

/// The trap of a primitive of the user's, which declares those traps.
///
/// # Panics
/// With debug assertions, if it is none of them. Without, it is a trap like any other.
#[cold]
pub fn declared(code: TrapCode, traps: &[TrapCode], primitive: &str) -> TrapCode {
    debug_assert!(
        traps.contains(&code),
        "the function of primitive `{primitive}` gave trap {code}, which its row does not declare: add it to its `effects`",
    );
    code
}

/// What the fast engine runs for function `function` of a verified module.
///
/// # Errors
/// Why there is no slot code: no such function, or a limit of slot form, so that the reference engine runs it.
pub fn slot_lines<I: Execute>(
    verified: &Verified<I>,
    function: usize,
    lowering: Lowering,
) -> Result<Vec<SlotLine>, LowerError> {
    crate::slots::list::<I>(I::slot_form(), verified.shared(), function, lowering)
}
