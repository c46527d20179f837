//! Traps and raised values on their way to a handler.

use super::Machine;
use super::report::{MAX_CALLERS, Position, Trace, TrapReport};
use super::run::End;
use crate::exec::Execute;
use crate::state::NO_WORD;
use crate::value::Value;
use opforge_bytecode::TrapCode;
use opforge_core::Pc;

/// What is on its way.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) code: TrapCode,
    /// The value, if one was raised.
    pub(super) value: Option<Value>,
    /// What is known beyond the trap's name.
    pub(super) message: Option<String>,
    /// Module and function that were called when there was no room for them.
    pub(super) callee: Option<(usize, usize)>,
}

impl From<TrapCode> for Fault {
    fn from(code: TrapCode) -> Self {
        Self { code, value: None, message: None, callee: None }
    }
}

impl Fault {
    pub(super) fn raised(value: Value) -> Self {
        Self { value: Some(value), ..Self::from(TrapCode::RAISED) }
    }
}

impl<I: Execute, T> Machine<I, T> {
    /// Continues at the innermost handler, at the cost of one tick; without one the run ends.
    pub(super) fn unwind(&mut self, fault: Fault) -> Option<End> {
        let found = self.state.frames.iter().enumerate().rev().find_map(|(index, frame)| {
            let facts = self.program.modules().get(frame.module())?.facts(frame.function())?;
            let handler = facts.regions().at(self.position_of(frame))?;
            Some((index, *frame, handler))
        });
        let Some((index, frame, handler)) = found else {
            return Some(End::Uncaught(fault));
        };
        while self.state.frames.len() > index + 1 {
            self.state.pop_frame();
        }
        self.state.scopes.close_to(frame.scopes() + handler.scopes as usize, &mut self.state.globals);
        self.state.stack.set_top(frame.base + frame.slots() + handler.height.count());
        self.state.stack.push(fault.value.unwrap_or(Value::int(fault.code.0.into())));
        if let Some(frame) = self.state.frames.last_mut() {
            (frame.pc, frame.word) = (handler.target, NO_WORD);
        }
        self.state.charge(1);
        self.state.charge_owed();
        None
    }

    /// Describes what nobody caught, from the frames as they stand.
    pub(super) fn report(&self, fault: Fault) -> TrapReport {
        let info = I::table().traps.iter().find(|trap| trap.code == fault.code);
        let name = info.map(|trap| trap.name.to_owned()).unwrap_or_else(|| fault.code.to_string());
        let said = || match (info, fault.code) {
            (None, _) => "the table declares no trap of this code".to_owned(),
            (Some(trap), TrapCode::NO_OUTPUT | TrapCode::NO_INPUT) => {
                format!("{}; help: `Machine::with_streams` grants one", trap.doc.trim_end_matches('.'))
            }
            (Some(trap), _) => trap.doc.to_owned(),
        };
        let got = || (fault.code == TrapCode::TYPE_MISMATCH).then(|| self.mismatch()).flatten();
        let message = Some(fault.message.clone().or_else(got).unwrap_or_else(said));
        let callee = fault.callee.map(|(module, function)| (module, function, Pc(0)));
        let Trace { position, callers, omitted } = self.trace_from(callee);
        let value = fault.value.map(|value| self.export(value));
        TrapReport { code: fault.code, name, message, value, position, trace: callers, omitted }
    }

    /// [Where](Self::position) the program is between two slices, and the calls that led there.
    pub fn trace(&self) -> Trace {
        match self.position() {
            Some(position) => Trace { position: Some(position), ..self.trace_from(None) },
            None => Trace::default(),
        }
    }

    fn trace_from(&self, callee: Option<(usize, usize, Pc)>) -> Trace {
        let frames = self.state.frames.iter().rev();
        let mut places =
            callee.into_iter().chain(frames.map(|frame| (frame.module(), frame.function(), self.position_of(frame))));
        let position = places.next().map(|place| self.position_at(place));
        let callers = places.by_ref().take(MAX_CALLERS).map(|place| self.position_at(place)).collect();
        Trace { position, callers, omitted: places.count() }
    }

    pub(super) fn position_at(&self, (module, function, pc): (usize, usize, Pc)) -> Position {
        let module = self.program.modules().get(module).map(|linked| linked.module());
        let name = module.and_then(|module| module.functions.get(function)).map(|function| &*function.name);
        let source = module.and_then(|module| module.source_line(function, pc.0));
        Position {
            module: module.and_then(|module| module.name.as_deref()).map(shown),
            function: name.map(shown).unwrap_or_default(),
            pc: pc.0,
            source: source.map(|(file, line)| (shown_path(file), line)),
        }
    }
}

/// The most characters of a name that a position shows.
const MAX_NAME: usize = 200;

/// A name; of a long one, how it begins. It stands in every line of a report, for nothing, and may be as long as a file.
fn shown(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// The same for a path, whose end says more.
fn shown_path(path: &str) -> String {
    match path.char_indices().nth_back(MAX_NAME) {
        Some((before, character)) => format!("…{}", &path[before + character.len_utf8()..]),
        None => path.to_owned(),
    }
}
