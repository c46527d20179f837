//! Putting a machine where a [`Snapshot`] was taken: of another machine of the same program, or made up, as the examples of
//! rows are.
//!
//! What is restored is checked against what verification found out, so that a snapshot can hold anything: every frame is at
//! an instruction that can be reached, with as many values on its stack as verification saw there; a caller is at a call of
//! the function above it.

use super::snapshot::{FrameSnapshot, Snapshot};
use super::{Machine, Phase};
use crate::exec::Execute;
use crate::heap::{Coming, Heap};
use crate::program::{Callee, Linked};
use crate::state::{Frame, Line};
use opforge_bytecode::{Analysis, Operand, TrapCode, analyse};
use opforge_core::{Depth, Pc};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

/// Why a snapshot cannot be one of the machine's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreError {
    /// There is no activation.
    NoFrames,
    /// The program has another number of globals, or a scope saves one that it has not.
    Globals,
    /// The activation of that number, from the outermost, is not one that the program can have.
    Frame(usize),
    /// The scopes that are open are not those of the activations.
    Scopes,
    /// There is more than the machine's limits allow.
    Limit(TrapCode),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFrames => f.write_str("the snapshot has no activation; help: take it while a function is running"),
            Self::Globals => f.write_str(
                "the snapshot's globals are not the program's; help: restore it in the program it was taken from",
            ),
            Self::Frame(index) => {
                write!(
                    f,
                    "activation {index} of the snapshot does not fit the program; help: restore it in the program it was taken from"
                )
            }
            Self::Scopes => f.write_str("the snapshot's scopes are not those of its activations"),
            Self::Limit(code) => write!(f, "the snapshot exceeds the machine's limits ({code}); help: raise them"),
        }
    }
}

impl std::error::Error for RestoreError {}

/// What verification found about the functions of a snapshot, by module and function: once for each, however many
/// activations it has.
type Analyses = HashMap<(usize, usize), Analysis>;

impl<I: Execute, T> Machine<I, T> {
    /// Puts the machine where the snapshot was taken; the next slice continues there. No tick is charged.
    ///
    /// # Errors
    /// A [`RestoreError`]; nothing is running then.
    pub(crate) fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        self.state.clear();
        self.state.work.interrupt.reset();
        self.phase = Phase::Idle;
        // First what is cheap to look at, so that a large snapshot costs no more than a machine of these limits can hold.
        self.check_globals(snapshot)?;
        let room = self.state.room(snapshot.frames.len().saturating_add(snapshot.scopes.len()), 0);
        room.map_err(RestoreError::Limit)?;
        let frames = self.frames_of(snapshot)?;
        let slots: usize = frames.iter().map(Frame::size).sum();
        let saved: usize = snapshot.scopes.iter().map(Vec::len).sum();
        let room = self.state.room(frames.len() + snapshot.scopes.len(), slots.saturating_add(saved));
        room.map_err(RestoreError::Limit)?;
        let (_, most_slots, most_frames) = snapshot.used;
        if most_frames > self.state.limits.frames {
            return Err(RestoreError::Limit(TrapCode::FRAME_OVERFLOW));
        }
        if most_slots > self.state.limits.slots {
            return Err(RestoreError::Limit(TrapCode::STACK_OVERFLOW));
        }
        // The outermost frame's room is looked for here, that of the others with it: none begins after the end of its caller's.
        self.state.stack.reserve(slots).map_err(|_| RestoreError::Limit(TrapCode::STACK_OVERFLOW))?;
        // None of the values is left that referred to what there was.
        self.state.heap = Heap::default();
        let mut coming = self.coming();
        for (index, value) in snapshot.globals.iter().enumerate() {
            self.state.globals[index] = self.state.import_with(value, &mut coming);
        }
        let mut open = 0;
        for (frame, taken) in frames.into_iter().zip(&snapshot.frames) {
            self.open_scopes(snapshot, &mut open, taken.scopes, &mut coming);
            let mut import = |value| self.state.import_with(value, &mut coming);
            let locals: Vec<_> = taken.locals.iter().map(&mut import).collect();
            let stack: Vec<_> = taken.stack.iter().map(&mut import).collect();
            self.state.push_frame(frame, &locals);
            self.state.stack.extend(&stack);
        }
        self.open_scopes(snapshot, &mut open, snapshot.scopes.len(), &mut coming);
        if snapshot.line != Line::default() {
            self.state.streams.line = snapshot.line.clone();
        }
        self.state.continue_from(snapshot.used, snapshot.debt, snapshot.begun, snapshot.fill);
        self.phase = Phase::Running;
        Ok(())
    }

    /// What comes in with a snapshot, of which the program's constants are known.
    fn coming(&self) -> Coming {
        let mut coming = Coming::default();
        for (handle, constant) in self.program.texts() {
            coming.know(constant, handle);
        }
        coming
    }

    fn open_scopes(&mut self, snapshot: &Snapshot, open: &mut usize, count: usize, coming: &mut Coming) {
        for saved in snapshot.scopes.get(*open..count).unwrap_or_default() {
            self.state.scopes.open();
            for (global, value) in saved {
                let value = self.state.import_with(value, coming);
                self.state.scopes.save(*global, value);
            }
        }
        *open = count;
    }

    fn check_globals(&self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        let count = self.program.globals();
        let saved = snapshot.scopes.iter().flatten().all(|(global, _)| *global < count);
        if snapshot.globals.len() == count && saved { Ok(()) } else { Err(RestoreError::Globals) }
    }

    /// The snapshot's activations as frames, each checked.
    fn frames_of(&self, snapshot: &Snapshot) -> Result<Vec<Frame>, RestoreError> {
        let mut frames = Vec::new();
        let mut analyses = Analyses::new();
        // Scopes that are open in the activations so far.
        let mut scopes = 0;
        for (index, taken) in snapshot.frames.iter().enumerate() {
            if taken.scopes != scopes {
                return Err(RestoreError::Scopes);
            }
            let above = snapshot.frames.get(index + 1);
            let (frame, own) = self.frame(&mut analyses, taken, above, index == 0).ok_or(RestoreError::Frame(index))?;
            scopes += own;
            frames.push(frame);
        }
        if frames.is_empty() {
            return Err(RestoreError::NoFrames);
        }
        if scopes == snapshot.scopes.len() { Ok(frames) } else { Err(RestoreError::Scopes) }
    }

    /// The frame of an activation, and how many scopes it has open. `None` if the program cannot have it.
    fn frame(
        &self,
        analyses: &mut Analyses,
        taken: &FrameSnapshot,
        above: Option<&FrameSnapshot>,
        outermost: bool,
    ) -> Option<(Frame, usize)> {
        let linked = self.program.modules().get(taken.module)?;
        let facts = linked.facts(taken.function)?;
        if taken.locals.len() != facts.slots() || !(outermost || facts.entry().is_call()) {
            return None;
        }
        let (next_pc, depth, scopes) = self.held_at(analyses, linked, taken, above)?;
        let mut frame = Frame::of(taken.module, taken.function, linked.first_function + taken.function, facts);
        (frame.pc, frame.next_pc, frame.given) = (Pc(taken.pc), next_pc, true);
        (taken.stack.len() == depth.count()).then_some((frame, scopes))
    }

    /// The position after the instruction that an activation is at, the depth of its stack and its open scopes there.
    fn held_at(
        &self,
        analyses: &mut Analyses,
        linked: &Linked,
        taken: &FrameSnapshot,
        above: Option<&FrameSnapshot>,
    ) -> Option<(Pc, Depth, usize)> {
        let function = linked.module().functions.get(taken.function)?;
        let analysis = match analyses.entry((taken.module, taken.function)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let entry = linked.facts(taken.function)?.entry();
                new.insert(analyse::<I>(linked.module(), function, entry).ok()?)
            }
        };
        let pc = Pc(taken.pc);
        if let Some(exit) = pc.index().checked_sub(function.code.len()) {
            // Left through an exit: nothing of the function runs any more.
            let exits = linked.facts(taken.function)?.entry().exits;
            let at =
                u32::try_from(analysis.count() + exit).ok().filter(|_| exit < exits as usize && above.is_none())?;
            return Some((pc, analysis.depth(at)?, analysis.scopes(at)? as usize));
        }
        let at = analysis.instruction(pc)?;
        let (mut depth, scopes) = (analysis.depth(at)?, analysis.scopes(at)?);
        let (op, next) = I::decode(&function.code, pc.index()).ok()?;
        let row = I::table().instructions.get(I::instruction(&op))?;
        let operands = I::operands(&op);
        if let Some(above) = above {
            let (callee, _) = row.enters?;
            let Some(Operand::Index(callee)) = operands.get(callee) else { return None };
            let called = *linked.callees.get(*callee as usize)?;
            (called == Callee::Guest { module: above.module, function: above.function }).then_some(())?;
            depth = depth.minus(row.pops(&operands))?;
        }
        Some((Pc::from_index(next)?, depth, scopes as usize))
    }
}
