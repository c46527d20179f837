//! What the reference engine runs an instruction on: the stack besides what primitives and handlers see.

use super::effects::All;
use super::{Context, Flow};
use crate::state::State;
use crate::value::Value;
use opforge_bytecode::TrapCode;
use std::ops::{Deref, DerefMut};

/// What the reference engine runs an instruction on.
///
/// Everything is checked: verified code never meets the errors named `InvalidCode`.
#[derive(Debug)]
pub struct StepContext<'a> {
    context: Context<'a, All>,
}

/// What primitives and handlers get.
impl<'a> Deref for StepContext<'a> {
    type Target = Context<'a, All>;

    fn deref(&self) -> &Context<'a, All> {
        &self.context
    }
}

impl<'a> DerefMut for StepContext<'a> {
    fn deref_mut(&mut self) -> &mut Context<'a, All> {
        &mut self.context
    }
}

impl<'a> StepContext<'a> {
    pub(crate) fn new(context: Context<'a, All>) -> Self {
        Self { context }
    }

    /// The `count` topmost values, which stay where they are.
    fn top(&self, count: usize) -> Result<&[Value], TrapCode> {
        let frame = self.context.frame().ok_or(TrapCode::INVALID_CODE)?;
        let (floor, stack) = (frame.base + frame.slots(), &self.context.state().stack);
        let start = stack.len().checked_sub(count).filter(|start| *start >= floor);
        start.and_then(|start| stack.values().get(start..)).ok_or(TrapCode::INVALID_CODE)
    }

    /// The `N` topmost values, bottom first. They are not popped.
    ///
    /// # Errors
    /// `InvalidCode` if there are fewer.
    pub fn inputs<const N: usize>(&self) -> Result<[Value; N], TrapCode> {
        self.top(N)?.try_into().map_err(|_| TrapCode::INVALID_CODE)
    }

    /// The `count` topmost values, bottom first. They are not popped.
    ///
    /// # Errors
    /// `InvalidCode` if there are fewer, `StackOverflow` if there is no memory to hand so many on.
    pub fn input_list(&self, count: usize) -> Result<Vec<Value>, TrapCode> {
        let values = self.top(count)?;
        State::room_for_copies(count)?;
        Ok(values.to_vec())
    }

    /// The position that a list of the function has at `index`, which is counted from 0; `None` if it has none.
    ///
    /// # Errors
    /// `InvalidCode` if the function has no such list.
    pub fn listed(&self, list: u16, index: i64) -> Result<Option<u32>, TrapCode> {
        let list = self.context.target_list(list).ok_or(TrapCode::INVALID_CODE)?;
        Ok(usize::try_from(index).ok().and_then(|index| list.get(index).copied()))
    }

    /// Replaces the `popped` topmost values by `pushed`, bottom first.
    ///
    /// # Errors
    /// `InvalidCode` if there are fewer, or the stack would get deeper than the verifier found; nothing is changed then.
    pub fn replace(&mut self, popped: usize, pushed: &[Value]) -> Result<(), TrapCode> {
        self.top(popped)?;
        let frame = self.context.frame().ok_or(TrapCode::INVALID_CODE)?;
        let most = frame.base + frame.slots() + frame.max_depth().count();
        let stack = &mut self.context.state_mut().stack;
        let kept = stack.len() - popped;
        if kept + pushed.len() > most {
            return Err(TrapCode::INVALID_CODE);
        }
        stack.truncate(kept);
        stack.extend(pushed);
        Ok(())
    }

    /// Runs the parts of an instruction that takes `inputs` values; if one traps or raises, the stack is as it was
    /// before.
    ///
    /// # Errors
    /// That of the part which traps.
    pub fn sequence(
        &mut self,
        inputs: usize,
        parts: impl FnOnce(&mut Self) -> Result<Flow, TrapCode>,
    ) -> Result<Flow, TrapCode> {
        let before = self.input_list(inputs)?;
        let kept = self.context.state().stack.len() - inputs;
        let result = parts(self);
        if matches!(result, Err(_) | Ok(Flow::Raise(_))) {
            let stack = &mut self.context.state_mut().stack;
            stack.truncate(kept);
            stack.extend(&before);
        }
        result
    }

    /// Pays for work that depends on a size, before the work. When the fuel does not suffice, all of it is taken, what is
    /// paid is kept, and the machine runs the instruction again once there is more.
    ///
    /// # Errors
    /// When it is not paid in full; the machine looks at what is owed, whatever the code.
    pub fn pay(&mut self, ticks: i64) -> Result<(), TrapCode> {
        let paid = self.context.state_mut().pay(u64::try_from(ticks).unwrap_or(0));
        if paid { Ok(()) } else { Err(TrapCode::INVALID_CODE) }
    }

    /// The same for an instruction that then enters a function: it waits, too, until there is a tick left for entering, which
    /// would be owed else, and lost if the run ends there.
    ///
    /// # Errors
    /// As [`pay`](Self::pay).
    pub fn pay_to_enter(&mut self, ticks: i64) -> Result<(), TrapCode> {
        self.pay(ticks)?;
        let state = self.context.state_mut();
        if state.out_of_fuel() {
            state.work.wait();
            return Err(TrapCode::INVALID_CODE);
        }
        Ok(())
    }
}
