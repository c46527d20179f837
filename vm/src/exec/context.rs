//! The machine as primitives and handlers see it: the locals and scopes of one activation, globals, constants, the output.
//!
//! It offers nothing of the stack, which is not the same on every engine while an instruction runs, and nothing that
//! would move the memory that a group of values is in.

use super::effects::{
    All, Allocates, ClosesScope, Input, OpensScope, Output, ReadsConstants, ReadsGlobals, ReadsLocals, WritesGlobals,
    WritesLocals,
};
use crate::program::Linked;
use crate::state::{Frame, State};
use crate::value::{Text, Unpacked, Value};
use opforge_bytecode::{Constant, TrapCode};
use opforge_core::Scalar;
use std::marker::PhantomData;

/// What a primitive or a handler runs on, of which it may use what `E` allows: see [`effects`](super::effects).
///
/// Everything is checked: what is not there gives `None`, and verified code never meets it.
pub struct Context<'a, E> {
    modules: &'a [Linked],
    state: &'a mut State,
    effects: PhantomData<E>,
}

impl<'a> Context<'a, All> {
    pub(crate) fn new(modules: &'a [Linked], state: &'a mut State) -> Self {
        Self { modules, state, effects: PhantomData }
    }

    /// The same context for a shorter time, for what has these effects only.
    #[doc(hidden)]
    #[inline(always)]
    pub fn only<E>(&mut self) -> Context<'_, E> {
        Context { modules: self.modules, state: self.state, effects: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn state(&self) -> &State {
        self.state
    }

    #[inline(always)]
    pub(crate) fn state_mut(&mut self) -> &mut State {
        self.state
    }
}

impl<E> Context<'_, E> {
    pub(super) fn frame(&self) -> Option<&Frame> {
        self.state.frames.last()
    }

    /// A list of targets of the function; `None` if it has none with that index.
    pub(super) fn target_list(&self, list: u16) -> Option<&[u32]> {
        let frame = self.frame()?;
        let function = self.modules.get(frame.module())?.module().functions.get(frame.function())?;
        function.target_lists.get(usize::from(list)).map(Vec::as_slice)
    }

    fn slot(&self, slot: u16) -> Option<usize> {
        let (slot, frame) = (usize::from(slot), self.frame()?);
        (slot < frame.slots()).then_some(frame.base + slot)
    }

    /// Index of a module's global among those of the program.
    fn global_index(&self, global: u16) -> Option<usize> {
        let linked = self.modules.get(self.frame()?.module())?;
        let global = usize::from(global);
        (global < linked.module().globals.len()).then_some(linked.first_global + global)
    }
}

impl<E: ReadsConstants> Context<'_, E> {
    /// A constant of the module; `None` if there is none with that index.
    pub fn constant(&self, constant: u16) -> Option<Value> {
        let module = self.frame()?.module();
        Some(match self.modules.get(module)?.module().constants.get(usize::from(constant))? {
            Constant::Scalar(scalar) => Value::from(*scalar),
            // A program has fewer modules than 2³².
            Constant::Text(_) => Value::text(Text::new(module as u32, constant.into())),
        })
    }

    /// The characters of a text; none, or those of another, for a handle of another machine or of an earlier instruction.
    pub fn text(&self, text: Text) -> &str {
        self.state.text(self.modules, text).unwrap_or_default()
    }

    /// The most that a text may have. **Units:** bytes.
    pub fn longest_text(&self) -> usize {
        self.state.limits.object_bytes
    }
}

impl<E: Allocates> Context<'_, E> {
    /// An empty text to write so many bytes into, for [`new_text`](Self::new_text). Of a long one this is asked before the work.
    ///
    /// # Errors
    /// `OutOfMemory` if there may not be such a text. The instruction may then be run again, with more room: who gets an error
    /// passes it on, and changes nothing before.
    pub fn room_for_text(&mut self, bytes: usize) -> Result<String, TrapCode> {
        let mut text = String::new();
        self.state.reserve_text(&mut text, bytes)?;
        Ok(text)
    }

    /// Makes a text.
    ///
    /// # Errors
    /// As [`room_for_text`](Self::room_for_text).
    pub fn new_text(&mut self, text: String) -> Result<Text, TrapCode> {
        self.state.keep_text(text)
    }
}

impl<E: ReadsLocals> Context<'_, E> {
    /// The value of a parameter or local; `None` if the function has none with that index.
    pub fn local(&self, slot: u16) -> Option<Value> {
        self.state.stack.get(self.slot(slot)?)
    }
}

impl<E: WritesLocals> Context<'_, E> {
    /// Sets a parameter or local; `None` if the function has none with that index.
    pub fn set_local(&mut self, slot: u16, value: Value) -> Option<()> {
        self.state.stack.set(self.slot(slot)?, value)
    }
}

impl<E: ReadsGlobals> Context<'_, E> {
    /// The value of a global of the module; `None` if there is none with that index.
    pub fn global(&self, global: u16) -> Option<Value> {
        self.state.globals.get(self.global_index(global)?).copied()
    }
}

impl<E: WritesGlobals> Context<'_, E> {
    /// Sets a global of the module; `None` if there is none with that index.
    pub fn set_global(&mut self, global: u16, value: Value) -> Option<()> {
        let index = self.global_index(global)?;
        *self.state.globals.get_mut(index)? = value;
        Some(())
    }
}

impl<E: ReadsGlobals + WritesGlobals> Context<'_, E> {
    /// Sets a global of the module; the innermost open scope restores its old value when it closes.
    ///
    /// # Errors
    /// `StackOverflow` if there is no room for the old value, `InvalidCode` if there is no such global.
    pub(crate) fn declare_global(&mut self, global: u16, value: Value) -> Result<(), TrapCode> {
        let place = self.global_index(global).zip(self.global(global));
        let (index, old) = place.ok_or(TrapCode::INVALID_CODE)?;
        if self.state.scopes.must_save(index) {
            self.state.reserve_saved()?;
            self.state.scopes.save(index, old);
            self.state.note_use();
        }
        self.set_global(global, value).ok_or(TrapCode::INVALID_CODE)
    }
}

impl<E: OpensScope> Context<'_, E> {
    /// Opens a scope.
    ///
    /// # Errors
    /// `FrameOverflow` if frames and scopes are at their limit.
    pub(crate) fn open_scope(&mut self) -> Result<(), TrapCode> {
        self.state.reserve_scope()?;
        self.state.scopes.open();
        self.state.note_use();
        Ok(())
    }
}

impl<E: ClosesScope> Context<'_, E> {
    /// Closes the innermost scope of this activation and restores what was declared in it; `None` if none is open.
    pub(crate) fn close_scope(&mut self) -> Option<()> {
        let floor = self.frame()?.scopes();
        let count = self.state.scopes.count().checked_sub(1).filter(|count| *count >= floor)?;
        self.state.scopes.close_to(count, &mut self.state.globals);
        Some(())
    }
}

impl<E: Input + Allocates> Context<'_, E> {
    /// The next line of the input that the host granted; nil if there is none. For an instruction that does nothing else: it may be
    /// run again, and continues where it was.
    pub(crate) fn read_line(&mut self) -> Result<Value, TrapCode> {
        self.state.read_line()
    }
}

impl<E: Output> Context<'_, E> {
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
        let State { streams, heap, .. } = &mut *self.state;
        let output = streams.output().ok_or(TrapCode::NO_OUTPUT)?;
        let written = match value.unpack() {
            Unpacked::Str(text) => {
                output.write_all(State::text_of(heap, self.modules, text).unwrap_or_default().as_bytes())
            }
            _ => write!(output, "{}", value.scalar().unwrap_or(Scalar::Nil).printed()),
        };
        written.map_err(|_| TrapCode::OUTPUT_FAILED)
    }

    /// Writes text as [`write_output`](Self::write_output), for an instruction that writes and does nothing else: one that
    /// is interrupted runs again, and continues where it was.
    ///
    /// # Errors
    /// As `write_output`; also when it is interrupted, which the machine looks at, whatever the code.
    pub(crate) fn continue_output(&mut self, text: &str) -> Result<(), TrapCode> {
        let State { streams, work, .. } = &mut *self.state;
        work.write(streams, text)
    }

    /// The same for a value.
    ///
    /// # Errors
    /// As [`continue_output`](Self::continue_output).
    pub(crate) fn continue_value(&mut self, value: Value) -> Result<(), TrapCode> {
        match value.unpack() {
            Unpacked::Str(text) => {
                let State { streams, work, heap, .. } = &mut *self.state;
                work.write(streams, State::text_of(heap, self.modules, text).unwrap_or_default())
            }
            _ => self.continue_output(&self.state.export(self.modules, value).to_string()),
        }
    }
}

impl<E> std::fmt::Debug for Context<'_, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("frame", &self.frame()).finish_non_exhaustive()
    }
}
