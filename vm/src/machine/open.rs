//! Running a function in the middle, for the examples of rows: see [`crate::verify::Entry`].

use super::frame::Frame;
use super::{Context, Flow, Machine, Phase};
use crate::host::HostValue;
use crate::instruction_set::InstructionSet;
use crate::trap::TrapCode;
use crate::value::Value;

impl<I: InstructionSet> Machine<I> {
    /// Enters function `function` of the main module with these locals and stack and that many scopes open, without a
    /// tick. What runs next is [`Machine::run_open`].
    ///
    /// # Errors
    /// A trap if there is no room, or `InvalidCode` if the function has not that many slots or values.
    pub(crate) fn start_open(
        &mut self,
        function: usize,
        locals: &[HostValue],
        stack: &[HostValue],
        scopes: usize,
    ) -> Result<(), TrapCode> {
        self.state.clear();
        let locals = self.import_all(locals);
        let stack = self.import_all(stack);
        let main = self.program.modules.first().ok_or(TrapCode::INVALID_CODE)?;
        let facts = main.checked.functions.get(function).ok_or(TrapCode::INVALID_CODE)?;
        if locals.len() > facts.slots || stack.len() > facts.max_depth {
            return Err(TrapCode::INVALID_CODE);
        }
        self.state.room(1 + scopes, facts.frame_slots())?;
        self.state.push_frame(Frame::of(0, function, function, facts), &locals);
        for _ in 0..scopes {
            self.state.scopes.open();
        }
        self.state.stack.extend(&stack);
        self.phase = Phase::Running { open: true };
        Ok(())
    }

    /// Runs the first instruction alone, so that all it left behind can be looked at: nothing follows its flow.
    ///
    /// # Errors
    /// The trap that it raises.
    pub(crate) fn step_open(&mut self) -> Result<Flow, TrapCode> {
        let frame = *self.state.frames.last().ok_or(TrapCode::INVALID_CODE)?;
        let main = self.program.modules.get(frame.module()).ok_or(TrapCode::INVALID_CODE)?;
        let function = main.checked.module.functions.get(frame.function()).ok_or(TrapCode::INVALID_CODE)?;
        let (op, _) = I::decode(&function.code, frame.pc as usize).map_err(|_| TrapCode::INVALID_CODE)?;
        let mut context = Context::new(&self.program.modules, &mut self.state);
        I::step(&op, &mut context, &mut self.handlers)
    }

    fn import_all(&mut self, values: &[HostValue]) -> Vec<Value> {
        values.iter().map(|value| self.state.import(value)).collect()
    }

    /// Sets a global of the main module.
    pub(crate) fn set_global(&mut self, global: usize, value: &HostValue) {
        let value = self.state.import(value);
        if let Some(place) = self.state.globals.get_mut(global) {
            *place = value;
        }
    }

    /// The locals and the stack of the innermost function.
    pub(crate) fn innermost(&self) -> (Vec<HostValue>, Vec<HostValue>) {
        let Some(frame) = self.state.frames.last() else { return Default::default() };
        let values: Vec<HostValue> =
            self.state.stack.values().iter().skip(frame.base).map(|value| self.export(*value)).collect();
        let (locals, stack) = values.split_at(frame.slots().min(values.len()));
        (locals.to_vec(), stack.to_vec())
    }

    /// The globals of the main module.
    pub(crate) fn main_globals(&self) -> Vec<HostValue> {
        let count = self.program.modules.first().map_or(0, |main| main.checked.module.globals.len());
        self.state.globals.iter().take(count).map(|value| self.export(*value)).collect()
    }
}
