//! A linked program: modules, links, host functions and the slot code of its functions, shared by its machines.

mod code;
mod error;
mod link;

pub use error::{LinkError, LinkErrors};
pub use link::Linker;

use crate::host::HostFunction;
use crate::slots::{LowerError, LowerRule, Lowered, Lowering, Poll, SlotForm, lower};
use crate::value::Text;
use code::LazyCode;
use opforge_bytecode::{Constant, FunctionFacts, InstructionSet, Module, VerifiedModule};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A linked program of the set `I`: what machines run. Cloning it is cheap, and clones share everything.
///
/// `T` is the data of the machines that run it, which its host functions are called with. Nothing of one machine is in a
/// program, so any number of machines, on any threads, can run it at once.
pub struct Program<I, T = ()> {
    shared: Arc<Shared<T>>,
    set: PhantomData<fn() -> I>,
}

struct Shared<T> {
    /// The first is the main module.
    modules: Vec<Linked>,
    hosts: Vec<HostFunction<T>>,
    globals: usize,
}

/// A module in its program.
#[derive(Debug)]
pub(crate) struct Linked {
    verified: Arc<VerifiedModule>,
    /// The slot code of each function.
    code: Vec<LazyCode>,
    /// What its `Func` operands name.
    pub(crate) callees: Vec<Callee>,
    /// Where its globals begin among those of the program.
    pub(crate) first_global: usize,
    /// Where its functions begin among those of the program.
    pub(crate) first_function: usize,
}

/// What a `Func` operand names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    /// A function of a module of the program.
    Guest {
        /// Index of the module.
        module: usize,
        /// Index of the function in it.
        function: usize,
    },
    /// A host function, by index.
    Host(usize),
}

impl<I, T> Program<I, T> {
    fn new(modules: Vec<Linked>, hosts: Vec<HostFunction<T>>, globals: usize) -> Self {
        Self { shared: Arc::new(Shared { modules, hosts, globals }), set: PhantomData }
    }

    /// The modules; the first is the main one.
    pub(crate) fn modules(&self) -> &[Linked] {
        &self.shared.modules
    }

    /// A function of the host.
    pub(crate) fn host(&self, index: usize) -> Option<&HostFunction<T>> {
        self.shared.hosts.get(index)
    }

    /// The texts among the constants of the modules.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (Text, &Arc<str>)> {
        (0..).zip(self.modules()).flat_map(|(module, linked)| {
            let constants = (0..).zip(&linked.module().constants);
            constants.filter_map(move |(index, constant)| match constant {
                Constant::Text(text) => Some((Text::new(module, index), text)),
                Constant::Scalar(_) => None,
            })
        })
    }

    /// How many globals the modules have together.
    pub(crate) fn globals(&self) -> usize {
        self.shared.globals
    }
}

/// A function of so much code, its lists of targets included, is lowered at its first call. **Units:** bytes.
const LOWERED_AT_ONCE: usize = 1 << 14;

/// A longer one is lowered once the reference engine has run so many instructions of it for each byte of its code: that takes
/// about as long as lowering, so however many long functions a program calls, at most half of its time goes into that.
const RUN_PER_BYTE: u64 = 8;

/// A function's place in its program: of its module, and in that.
pub(crate) type Place = (usize, usize);

impl<I: InstructionSet, T> Program<I, T> {
    /// The slot code of a function, if it was made.
    pub(crate) fn made(&self, place: Place, lowering: Lowering) -> Option<&Lowered> {
        let (linked, function) = self.linked(place)?;
        linked.code.get(function)?.made(lowering)
    }

    /// The slot code of a function, made now if nobody did it before, and if its time has come: `Ok(None)` otherwise, or if
    /// making it was interrupted.
    ///
    /// # Errors
    /// Why there is none and will be none.
    pub(crate) fn code(
        &self,
        form: &SlotForm,
        place: Place,
        lowering: Lowering,
        when: When,
        poll: &Poll<'_>,
    ) -> Result<Option<&Lowered>, LowerError> {
        let none = LowerError { pc: 0, rule: LowerRule::Function };
        let (linked, function) = self.linked(place).ok_or(none.clone())?;
        let code = linked.code.get(function).ok_or(none)?;
        let length = linked.facts(function).map_or(0, FunctionFacts::code_bytes);
        let price = match when {
            When::Due if length > LOWERED_AT_ONCE => RUN_PER_BYTE.saturating_mul(length as u64),
            When::Due | When::Now => 0,
        };
        let made = code.get(lowering, price, || lower::<I>(form, &linked.verified, function, lowering, poll));
        made.map_err(Clone::clone)
    }

    /// Notes that the reference engine ran instructions of a function of which there is no slot code yet.
    pub(crate) fn note(&self, place: Place, lowering: Lowering, instructions: u64) {
        let code = self.linked(place).and_then(|(linked, function)| linked.code.get(function));
        code.into_iter().for_each(|code| code.note(lowering, instructions));
    }

    fn linked(&self, (module, function): Place) -> Option<(&Linked, usize)> {
        Some((self.modules().get(module)?, function))
    }
}

/// When a function is lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Once it has run for as long as that takes; a short one at its first call.
    Due,
    /// Whatever it costs.
    Now,
}

impl Linked {
    /// The module.
    pub(crate) fn module(&self) -> &Module {
        self.verified.module()
    }

    /// A function in its verified module.
    pub(crate) fn verified(&self, function: usize) -> (&VerifiedModule, usize) {
        (&self.verified, function)
    }

    /// What verification found out about a function.
    pub(crate) fn facts(&self, function: usize) -> Option<&FunctionFacts> {
        self.verified.facts(function)
    }
}

impl<I, T> Clone for Program<I, T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), set: PhantomData }
    }
}

impl<I, T> fmt::Debug for Program<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { modules, hosts, globals } = &*self.shared;
        f.debug_struct("Program").field("modules", modules).field("hosts", hosts).field("globals", globals).finish()
    }
}
