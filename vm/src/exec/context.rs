//! The machine as an instruction sees it: the stack, slots and scopes of one activation, and the output.

use super::Flow;
use crate::program::Linked;
use crate::state::{Frame, State};
use crate::value::{Text, Value};
use opforge_bytecode::{Constant, TrapCode};

/// What an instruction runs on.
///
/// Everything is checked: verified code never meets the errors named `InvalidCode`.
pub struct Context<'a> {
    modules: &'a [Linked],
    state: &'a mut State,
}

impl<'a> Context<'a> {
    pub(crate) fn new(modules: &'a [Linked], state: &'a mut State) -> Self {
        Self { modules, state }
    }

    #[inline(always)]
    pub(crate) fn state(&self) -> &State {
        self.state
    }

    #[inline(always)]
    pub(crate) fn state_mut(&mut self) -> &mut State {
        self.state
    }

    fn frame(&self) -> Result<&Frame, TrapCode> {
        self.state.frames.last().ok_or(TrapCode::INVALID_CODE)
    }

    /// The same context for a shorter time.
    pub fn reborrow(&mut self) -> Context<'_> {
        Context { modules: self.modules, state: self.state }
    }

    /// The `count` topmost values, which stay where they are.
    fn top(&self, count: usize) -> Result<&[Value], TrapCode> {
        let frame = self.frame()?;
        let floor = frame.base + frame.slots();
        let start = self.state.stack.len().checked_sub(count).filter(|start| *start >= floor);
        start.and_then(|start| self.state.stack.values().get(start..)).ok_or(TrapCode::INVALID_CODE)
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
    /// `InvalidCode` if there are fewer.
    pub fn input_list(&self, count: usize) -> Result<Vec<Value>, TrapCode> {
        self.top(count).map(<[Value]>::to_vec)
    }

    /// Replaces the `popped` topmost values by `pushed`, bottom first.
    ///
    /// # Errors
    /// `InvalidCode` if there are fewer, or the stack would get deeper than the verifier found; nothing is changed then.
    pub fn replace(&mut self, popped: usize, pushed: &[Value]) -> Result<(), TrapCode> {
        self.top(popped)?;
        let kept = self.state.stack.len() - popped;
        let frame = self.frame()?;
        if kept + pushed.len() > frame.base + frame.slots() + frame.max_depth().count() {
            return Err(TrapCode::INVALID_CODE);
        }
        self.state.stack.truncate(kept);
        self.state.stack.extend(pushed);
        Ok(())
    }

    /// Runs the parts of an instruction that takes `inputs` values; if one traps, the stack is as it was before.
    ///
    /// # Errors
    /// That of the part which traps.
    pub fn sequence(
        &mut self,
        inputs: usize,
        parts: impl FnOnce(&mut Context<'_>) -> Result<Flow, TrapCode>,
    ) -> Result<Flow, TrapCode> {
        let before = self.input_list(inputs)?;
        let kept = self.state.stack.len() - inputs;
        let result = parts(self);
        if result.is_err() {
            self.state.stack.truncate(kept);
            self.state.stack.extend(&before);
        }
        result
    }

    /// Charges ticks for work that depends on a size, before the work.
    pub fn charge(&mut self, ticks: u64) {
        self.state.charge(ticks);
    }

    /// Makes the step end with the trap `InvalidCode`, whatever it says itself.
    fn fault<T>(&mut self, instead: T) -> T {
        self.state.fault = true;
        instead
    }

    fn slot(&self, slot: u16) -> Option<usize> {
        let (slot, frame) = (usize::from(slot), self.frame().ok()?);
        (slot < frame.slots()).then_some(frame.base + slot)
    }

    /// The value of a parameter or local.
    pub fn local(&mut self, slot: u16) -> Value {
        match self.slot(slot).and_then(|index| self.state.stack.get(index)) {
            Some(value) => value,
            None => self.fault(Value::NIL),
        }
    }

    /// Sets a parameter or local.
    pub fn set_local(&mut self, slot: u16, value: Value) {
        if self.slot(slot).and_then(|index| self.state.stack.set(index, value)).is_none() {
            self.fault(());
        }
    }

    /// Index of a module's global among those of the program.
    fn global_index(&self, global: u16) -> Result<usize, TrapCode> {
        let linked = self.modules.get(self.frame()?.module()).ok_or(TrapCode::INVALID_CODE)?;
        let global = usize::from(global);
        if global >= linked.module().globals.len() {
            return Err(TrapCode::INVALID_CODE);
        }
        Ok(linked.first_global + global)
    }

    /// The value of a global of the module.
    ///
    /// # Errors
    /// `InvalidCode` if there is none with that index.
    pub fn global(&self, global: u16) -> Result<Value, TrapCode> {
        let index = self.global_index(global)?;
        self.state.globals.get(index).copied().ok_or(TrapCode::INVALID_CODE)
    }

    /// Sets a global of the module.
    ///
    /// # Errors
    /// `InvalidCode` if there is none with that index.
    pub fn set_global(&mut self, global: u16, value: Value) -> Result<(), TrapCode> {
        let index = self.global_index(global)?;
        *self.state.globals.get_mut(index).ok_or(TrapCode::INVALID_CODE)? = value;
        Ok(())
    }

    /// The value of a global that the verifier has seen.
    pub(crate) fn known_global(&mut self, global: u16) -> Value {
        self.global(global).unwrap_or_else(|_| self.fault(Value::NIL))
    }

    /// Sets a global that the verifier has seen.
    pub(crate) fn set_known_global(&mut self, global: u16, value: Value) {
        self.set_global(global, value).unwrap_or_else(|_| self.fault(()));
    }

    /// Sets a global of the module; the innermost open scope restores its old value when it closes.
    ///
    /// # Errors
    /// `StackOverflow` if there is no room for the old value, `InvalidCode` if there is no such global.
    pub fn declare_global(&mut self, global: u16, value: Value) -> Result<(), TrapCode> {
        let (index, old) = (self.global_index(global)?, self.global(global)?);
        if self.state.scopes.must_save(index) {
            self.state.room(0, 1)?;
            self.state.scopes.save(index, old);
            self.state.note_use();
        }
        self.set_global(global, value)
    }

    /// A constant of the module.
    pub fn constant(&mut self, constant: u16) -> Value {
        let Ok(module) = self.frame().map(|frame| frame.module()) else { return self.fault(Value::NIL) };
        let constants = self.modules.get(module).map(|linked| &linked.module().constants);
        match constants.and_then(|constants| constants.get(usize::from(constant))) {
            Some(Constant::Scalar(scalar)) => Value::from(*scalar),
            // A program has fewer modules than 2³².
            Some(Constant::Text(_)) => Value::text(Text::new(module as u32, constant.into())),
            None => self.fault(Value::NIL),
        }
    }

    /// Opens a scope.
    ///
    /// # Errors
    /// `FrameOverflow` if frames and scopes are at their limit.
    pub fn open_scope(&mut self) -> Result<(), TrapCode> {
        self.state.room(1, 0)?;
        self.state.scopes.open();
        self.state.note_use();
        Ok(())
    }

    /// Closes the innermost scope of this activation and restores what was declared in it.
    pub fn close_scope(&mut self) {
        let floor = self.frame().map_or(usize::MAX, |frame| frame.scopes());
        match self.state.scopes.count().checked_sub(1).filter(|count| *count >= floor) {
            Some(count) => self.state.scopes.close_to(count, &mut self.state.globals),
            None => self.fault(()),
        }
    }

    /// Writes text to the output that the host granted.
    ///
    /// # Errors
    /// `NoOutput` if it granted none, `OutputFailed` if writing fails.
    pub fn write_output(&mut self, text: &str) -> Result<(), TrapCode> {
        let output = self.state.streams.output().ok_or(TrapCode::NO_OUTPUT)?;
        output.write_all(text.as_bytes()).map_err(|_| TrapCode::OUTPUT_FAILED)
    }

    /// Writes a value to the output, as a `strict` program prints it.
    ///
    /// # Errors
    /// As [`write_output`](Self::write_output).
    pub fn write_value(&mut self, value: Value) -> Result<(), TrapCode> {
        let value = self.state.export(self.modules, value);
        self.write_output(&value.to_string())
    }

    /// The characters of a text; none for a handle of another machine.
    pub fn text(&self, text: Text) -> &str {
        self.state.text(self.modules, text).unwrap_or_default()
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("frame", &self.frame().ok()).finish_non_exhaustive()
    }
}
