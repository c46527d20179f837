//! What the table says of an instruction, judged at one place of one function.

use super::error::{CodePlace, Rule, VerifyError, Ways};
use super::map::{Map, State, UNSEEN, fail};
use crate::isa::Operand;
use crate::metadata::InstructionInfo;
use crate::module::{Function, Module};
use opforge_core::{Depth, OperandKind, OperandRole, Pc};

/// The most slots of a frame.
pub(super) const MAX_SLOTS: u32 = 65_535;

/// The rules at one instruction.
#[derive(Debug)]
pub(super) struct Rules<'a> {
    pub(super) module: &'a Module,
    pub(super) function: &'a Function,
    pub(super) map: &'a Map,
    pub(super) states: &'a mut [State],
    /// Instructions that were reached but not looked at yet.
    pub(super) work: &'a mut Vec<u32>,
    pub(super) max_depth: Depth,
    /// How many positions after the code's end denote exits: see `Entry`.
    pub(super) exits: u32,
    pub(super) site: Site,
}

/// Where the rules are applied, and what the instruction did so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Site {
    pub(super) pc: Pc,
    pub(super) next_pc: Pc,
    /// Depth before the instruction.
    pub(super) depth: Depth,
    /// Depth with the inputs taken off.
    pub(super) base: Depth,
    pub(super) scopes: u32,
    /// Whether it can leave, or be left by a trap of what it calls, with its inputs gone.
    pub(super) leaves_below: bool,
}

impl Rules<'_> {
    /// Applies what the row says of an op: indices, arity, inputs, room, scopes, jumps, then what comes after.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub(super) fn apply(&mut self, row: &InstructionInfo, operands: &[Operand]) -> Result<(), VerifyError> {
        self.names(row, operands)?;
        self.pop(row.pops(operands))?;
        self.room(self.site.depth.plus(row.peak))?;
        match row.scope {
            1.. => self.site.scopes = self.site.scopes.saturating_add(1),
            0 => {}
            _ => self.close_scope()?,
        }
        for (jump, target) in row.targets(operands, &self.function.target_lists) {
            self.jump(target, row.pushes_at(jump))?;
        }
        if row.returns {
            self.leave()?;
        }
        // A raise takes its value off the stack first; what a region's height asks for is checked with the region.
        self.site.leaves_below |= row.raises;
        if row.falls_through { self.next(row.pushes()) } else { Ok(()) }
    }

    /// What an op that nothing reaches must keep, too: what its operands name is there.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub(super) fn apply_unreached(&mut self, row: &InstructionInfo, operands: &[Operand]) -> Result<(), VerifyError> {
        self.names(row, operands)?;
        for (_, target) in row.targets(operands, &self.function.target_lists) {
            if self.map.instruction(target).or_else(|| self.exit(target)).is_none() {
                return self.fail(Rule::WildJump { target: target.0 });
            }
        }
        Ok(())
    }

    /// What the operands of an op name is there, and a call passes as many values as its function takes.
    fn names(&mut self, row: &InstructionInfo, operands: &[Operand]) -> Result<(), VerifyError> {
        for (operand, value) in row.operands.iter().zip(operands) {
            if let Operand::Index(index) = value {
                self.index(operand.kind, *index)?;
            }
        }
        row.fixed.iter().try_for_each(|(kind, index)| self.index(*kind, (*index).into()))?;
        if let Some((function, group)) = row.enters {
            let count = row.inputs.get(group).and_then(|input| input.count);
            let given = |operand: usize| match operands.get(operand) {
                Some(Operand::Index(value)) => *value,
                _ => 0,
            };
            self.arity(given(function), count.map_or(0, given))?;
        }
        Ok(())
    }

    /// The function is entered with `found` values.
    fn arity(&mut self, function: u32, found: u32) -> Result<(), VerifyError> {
        self.site.leaves_below = true;
        match self.module.callable(function as usize) {
            Some((_, expected)) if expected == found as usize => Ok(()),
            Some((name, expected)) => self.fail(Rule::Arity { function: name.to_owned(), expected, found }),
            None => self.index(OperandKind::Func, function),
        }
    }

    /// The instruction takes `count` values.
    fn pop(&mut self, count: u32) -> Result<(), VerifyError> {
        match self.site.depth.minus(count) {
            Some(base) => {
                self.site.base = base;
                Ok(())
            }
            None => self.fail(Rule::Underflow { needs: count, depth: self.site.depth.0 }),
        }
    }

    /// The instruction can go to `target`, leaving `pushed` values.
    fn jump(&mut self, target: Pc, pushed: u32) -> Result<(), VerifyError> {
        let depth = self.site.base.plus(pushed);
        match self.map.instruction(target).or_else(|| self.exit(target)) {
            Some(instruction) => self.reach(instruction, target, depth, self.site.scopes),
            None => self.fail(Rule::WildJump { target: target.0 }),
        }
    }

    /// The instruction can continue with the next one, leaving `pushed` values.
    fn next(&mut self, pushed: u32) -> Result<(), VerifyError> {
        if self.site.next_pc.index() >= self.function.code.len() && self.exits == 0 {
            return self.fail(Rule::FallsOff);
        }
        self.jump(self.site.next_pc, pushed)
    }

    /// The instruction can leave the function.
    fn leave(&mut self) -> Result<(), VerifyError> {
        match self.site.scopes {
            0 => Ok(()),
            open => self.fail(Rule::ScopesAtReturn { open }),
        }
    }

    /// The instruction closes the innermost scope.
    fn close_scope(&mut self) -> Result<(), VerifyError> {
        match self.site.scopes.checked_sub(1) {
            Some(scopes) => {
                self.site.scopes = scopes;
                Ok(())
            }
            None => self.fail(Rule::ScopeToClose),
        }
    }

    /// An instruction is reached with that depth and that many open scopes.
    pub(super) fn reach(&mut self, instruction: u32, at: Pc, depth: Depth, scopes: u32) -> Result<(), VerifyError> {
        self.room(depth)?;
        let Some(state) = self.states.get_mut(instruction as usize) else {
            return self.fail(Rule::WildJump { target: at.0 });
        };
        if state.depth == UNSEEN {
            *state = State { depth, scopes, floor: depth, from: self.site.pc };
            // Nothing follows an exit.
            if (instruction as usize) < self.map.starts.len() {
                self.work.push(instruction);
            }
            return Ok(());
        }
        let before = *state;
        if (before.depth, before.scopes) == (depth, scopes) {
            return Ok(());
        }
        let [at, from] = [at, before.from].map(|pc| CodePlace::new(self.module, self.function, pc));
        self.fail(match before.depth == depth {
            false => Rule::EqualDepth(Box::new(Ways { at, here: depth.0, from, before: before.depth.0 })),
            true => Rule::EqualScopes(Box::new(Ways { at, here: scopes, from, before: before.scopes })),
        })
    }

    /// The exit at that position; exits are numbered on after the instructions.
    fn exit(&self, target: Pc) -> Option<u32> {
        let exit = target.index().checked_sub(self.function.code.len()).filter(|exit| *exit < self.exits as usize)?;
        u32::try_from(self.map.starts.len() + exit).ok()
    }

    fn room(&mut self, depth: Depth) -> Result<(), VerifyError> {
        let locals = u32::try_from(self.function.slot_count()).unwrap_or(u32::MAX);
        let slots = locals.saturating_add(depth.0);
        if slots > MAX_SLOTS {
            return self.fail(Rule::FrameSize { slots });
        }
        self.max_depth = self.max_depth.max(depth);
        Ok(())
    }

    /// An operand of that kind names something that is there.
    fn index(&self, kind: OperandKind, index: u32) -> Result<(), VerifyError> {
        let (what, count) = match kind.role() {
            OperandRole::Local => ("local", self.function.slot_count()),
            OperandRole::Func => ("function", self.module.callable_count()),
            OperandRole::Const => ("constant", self.module.constants.len()),
            OperandRole::Global => ("global", self.module.globals.len()),
            OperandRole::Targets => ("list of targets", self.function.target_lists.len()),
            // Counts and numbers name nothing, and jumps look at their targets.
            OperandRole::Count | OperandRole::Number(_) | OperandRole::Target => return Ok(()),
        };
        if (index as usize) < count { Ok(()) } else { self.fail(Rule::Index { what, index, count }) }
    }

    fn fail(&self, rule: Rule) -> Result<(), VerifyError> {
        Err(fail(self.function, self.site.pc, rule))
    }
}
