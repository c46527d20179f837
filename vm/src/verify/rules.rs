//! What an instruction says of itself, judged at one place of one function.

use super::error::{Rule, VerifyError};
use super::flow::{Map, State, UNSEEN};
use crate::module::{Function, Module};

/// A frame has at most so many slots.
const MOST_SLOTS: u32 = 65_535;

/// The rules at one instruction. Generated code calls them in this order: the operands' indices, `arity`, `pop`, `peak`,
/// scopes, jumps, then `next`, `leave` and `raises`.
#[derive(Debug)]
pub struct Rules<'a> {
    pub(super) module: &'a Module,
    pub(super) function: &'a Function,
    pub(super) map: &'a Map,
    pub(super) states: &'a mut [State],
    /// Instructions that were reached but not looked at yet.
    pub(super) work: &'a mut Vec<u32>,
    pub(super) max_depth: u32,
    /// How many positions after the code's end stand for ways out: see [`super::Entry`].
    pub(super) exits: u32,
    pub(super) place: Place,
}

/// Where the rules are applied, and what the instruction did so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) pc: u32,
    pub(super) next_pc: u32,
    /// Depth before the instruction.
    pub(super) depth: u32,
    /// Depth with the inputs taken off.
    pub(super) base: u32,
    pub(super) scopes: u32,
    /// Whether it can leave, or be left by a trap of what it calls, with its inputs gone.
    pub(super) leaves_below: bool,
}

impl Rules<'_> {
    /// The operand is a parameter or local of the function.
    ///
    /// # Errors
    /// [`Rule::Index`].
    pub fn local(&mut self, index: u16) -> Result<(), VerifyError> {
        self.index("local", index, self.function.slot_count())
    }

    /// The operand is an import or a function of the module.
    ///
    /// # Errors
    /// [`Rule::Index`].
    pub fn function(&mut self, index: u16) -> Result<(), VerifyError> {
        self.index("function", index, self.module.callable_count())
    }

    /// The operand is a constant of the module.
    ///
    /// # Errors
    /// [`Rule::Index`].
    pub fn constant(&mut self, index: u16) -> Result<(), VerifyError> {
        self.index("constant", index, self.module.constants.len())
    }

    /// The operand is a global of the module.
    ///
    /// # Errors
    /// [`Rule::Index`].
    pub fn global(&mut self, index: u16) -> Result<(), VerifyError> {
        self.index("global", index, self.module.globals.len())
    }

    /// The operand is a function that serves as a block.
    ///
    /// # Errors
    /// [`Rule::Index`].
    pub fn block(&mut self, index: u16) -> Result<(), VerifyError> {
        self.index("block", index, self.module.callable_count())
    }

    /// The function is entered with `found` values.
    ///
    /// # Errors
    /// [`Rule::Index`], or [`Rule::Arity`] if it takes another number.
    pub fn arity(&mut self, function: u16, found: u32) -> Result<(), VerifyError> {
        self.function(function)?;
        self.place.leaves_below = true;
        match self.module.callable(usize::from(function)) {
            Some((_, expected)) if expected == found as usize => Ok(()),
            Some((name, expected)) => self.fail(Rule::Arity { function: name.to_owned(), expected, found }),
            None => self.fail(Rule::Index { what: "function", index: function.into(), count: 0 }),
        }
    }

    /// The instruction takes `count` values.
    ///
    /// # Errors
    /// [`Rule::Underflow`].
    pub fn pop(&mut self, count: u32) -> Result<(), VerifyError> {
        match self.place.depth.checked_sub(count) {
            Some(base) => {
                self.place.base = base;
                Ok(())
            }
            None => self.fail(Rule::Underflow { needs: count, depth: self.place.depth }),
        }
    }

    /// The instruction needs room for `count` values above its inputs while it runs.
    ///
    /// # Errors
    /// [`Rule::FrameSize`].
    pub fn peak(&mut self, count: u32) -> Result<(), VerifyError> {
        self.room(self.place.depth.saturating_add(count))
    }

    /// The instruction can go to `target`, leaving `pushed` values.
    ///
    /// # Errors
    /// [`Rule::WildJump`], [`Rule::EqualDepth`], [`Rule::EqualScopes`] or [`Rule::FrameSize`].
    pub fn jump(&mut self, target: u32, pushed: u32) -> Result<(), VerifyError> {
        let depth = self.place.base.saturating_add(pushed);
        if self.is_exit(target) {
            return self.room(depth);
        }
        match self.map.instruction(target) {
            Some(instruction) => self.reach(instruction, target, depth, self.place.scopes),
            None => self.fail(Rule::WildJump { target }),
        }
    }

    /// The instruction can go on to the next one, leaving `pushed` values.
    ///
    /// # Errors
    /// [`Rule::FallsOff`], [`Rule::EqualDepth`], [`Rule::EqualScopes`] or [`Rule::FrameSize`].
    pub fn next(&mut self, pushed: u32) -> Result<(), VerifyError> {
        if self.place.next_pc as usize >= self.function.code.len() && self.exits == 0 {
            return self.fail(Rule::FallsOff);
        }
        self.jump(self.place.next_pc, pushed)
    }

    /// The instruction can leave the function.
    ///
    /// # Errors
    /// [`Rule::ScopesAtReturn`].
    pub fn leave(&mut self) -> Result<(), VerifyError> {
        match self.place.scopes {
            0 => Ok(()),
            open => self.fail(Rule::ScopesAtReturn { open }),
        }
    }

    /// The instruction can raise a value, which it has taken off the stack by then.
    ///
    /// # Errors
    /// None here: what a region's height asks for is checked with the region.
    pub fn raises(&mut self) -> Result<(), VerifyError> {
        self.place.leaves_below = true;
        Ok(())
    }

    /// The instruction opens a scope.
    ///
    /// # Errors
    /// None: the number of scopes is limited while running.
    pub fn open_scope(&mut self) -> Result<(), VerifyError> {
        self.place.scopes = self.place.scopes.saturating_add(1);
        Ok(())
    }

    /// The instruction closes the innermost scope.
    ///
    /// # Errors
    /// [`Rule::ScopeToClose`].
    pub fn close_scope(&mut self) -> Result<(), VerifyError> {
        match self.place.scopes.checked_sub(1) {
            Some(scopes) => {
                self.place.scopes = scopes;
                Ok(())
            }
            None => self.fail(Rule::ScopeToClose),
        }
    }

    /// An instruction is reached with that depth and that many open scopes.
    pub(super) fn reach(&mut self, instruction: u32, at: u32, depth: u32, scopes: u32) -> Result<(), VerifyError> {
        self.room(depth)?;
        let Some(state) = self.states.get_mut(instruction as usize) else {
            return self.fail(Rule::WildJump { target: at });
        };
        if state.depth == UNSEEN {
            *state = State { depth, scopes, floor: depth };
            self.work.push(instruction);
            return Ok(());
        }
        let before = *state;
        if before.depth != depth {
            return self.fail(Rule::EqualDepth { at, here: depth, before: before.depth });
        }
        if before.scopes != scopes {
            return self.fail(Rule::EqualScopes { at, here: scopes, before: before.scopes });
        }
        Ok(())
    }

    fn is_exit(&self, target: u32) -> bool {
        (target as usize).checked_sub(self.function.code.len()).is_some_and(|exit| exit < self.exits as usize)
    }

    fn room(&mut self, depth: u32) -> Result<(), VerifyError> {
        let locals = u32::try_from(self.function.slot_count()).unwrap_or(u32::MAX);
        let slots = locals.saturating_add(depth);
        if slots > MOST_SLOTS {
            return self.fail(Rule::FrameSize { slots });
        }
        self.max_depth = self.max_depth.max(depth);
        Ok(())
    }

    fn index(&self, what: &'static str, index: u16, count: usize) -> Result<(), VerifyError> {
        if usize::from(index) < count { Ok(()) } else { self.fail(Rule::Index { what, index: index.into(), count }) }
    }

    fn fail(&self, rule: Rule) -> Result<(), VerifyError> {
        Err(VerifyError { function: Some(self.function.name.clone()), pc: Some(self.place.pc), rule })
    }
}
