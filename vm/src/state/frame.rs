//! One activation of a function.

use opforge_bytecode::FunctionFacts;
use opforge_core::{Depth, Pc, Word};

/// Not a word of slot code.
pub(crate) const NO_WORD: Word = Word(u32::MAX);

/// One activation of a function. Small, because calls copy it: whatever is counted here fits 32 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Where its slots begin in the stack.
    pub(crate) base: usize,
    module: u32,
    function: u32,
    id: u32,
    slots: u32,
    max_depth: Depth,
    pub(super) scopes: u32,
    /// The instruction it is at; not up to date while `word` says more, or while it is the innermost of a loop.
    pub(crate) pc: Pc,
    /// The one after that.
    pub(crate) next_pc: Pc,
    /// While a call that a loop over slot code made is under way: the word at which its code continues, else
    /// [`NO_WORD`]. Means nothing in the frame that a loop runs in.
    pub(crate) word: Word,
    /// Whether its values were given from outside: they may be such as its function never makes, so slot code that rests on what
    /// the function did before must not run in it.
    pub(crate) given: bool,
}

impl Frame {
    /// A frame of a function, at its start.
    pub(crate) fn of(module: usize, function: usize, id: usize, facts: &FunctionFacts) -> Self {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            base: 0,
            module: small(module),
            function: small(function),
            id: small(id),
            slots: small(facts.slots()),
            max_depth: facts.max_depth(),
            scopes: 0,
            pc: Pc(0),
            next_pc: Pc(0),
            word: NO_WORD,
            given: false,
        }
    }

    /// The frame in its place: where its slots begin, and how many scopes are open.
    pub(super) fn placed(self, base: usize, scopes: usize) -> Self {
        Self { base, scopes: scopes as u32, ..self }
    }

    /// The module that its function is in.
    pub(crate) fn module(&self) -> usize {
        self.module as usize
    }

    /// The function, by its index in its module.
    pub(crate) fn function(&self) -> usize {
        self.function as usize
    }

    /// The number of the function among all of the program.
    pub(crate) fn id(&self) -> usize {
        self.id as usize
    }

    /// How many slots its parameters and locals take.
    pub(crate) fn slots(&self) -> usize {
        self.slots as usize
    }

    /// How deep its stack gets at most.
    pub(crate) fn max_depth(&self) -> Depth {
        self.max_depth
    }

    /// How many slots it takes in all.
    pub(crate) fn size(&self) -> usize {
        self.slots as usize + self.max_depth.count()
    }

    /// How many scopes were open when it was entered.
    pub(crate) fn scopes(&self) -> usize {
        self.scopes as usize
    }
}
