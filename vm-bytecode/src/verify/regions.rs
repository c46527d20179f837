//! Regions of exception handlers: their shape, what must hold in them, and the table that the machine looks into.

use super::error::{Rule, VerifyError};
use super::map::{Map, State, UNSEEN, fail};
use super::rules::MAX_SLOTS;
use crate::module::{Function, Region};
use opforge_core::{Depth, Pc};

/// What guards a function's code: from each position up to the next the same handler.
#[derive(Debug, Default)]
pub struct RegionTable(Vec<(Pc, Option<HandlerEntry>)>);

/// How a machine enters a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandlerEntry {
    /// Where it begins.
    pub target: Pc,
    /// How many values of the stack it keeps.
    pub height: Depth,
    /// How many scopes of the activation it keeps open.
    pub scopes: u32,
}

impl RegionTable {
    /// The innermost handler that guards `pc`.
    pub fn at(&self, pc: Pc) -> Option<HandlerEntry> {
        let after = self.0.partition_point(|(from, _)| *from <= pc);
        self.0.get(after.checked_sub(1)?)?.1
    }

    /// Which stretch of equally guarded code `pc` is in, and the height of its handler.
    pub fn region_at(&self, pc: Pc) -> (u32, Depth) {
        let after = self.0.partition_point(|(from, _)| *from <= pc);
        let handler = after.checked_sub(1).and_then(|index| self.0.get(index)?.1);
        (after as u32, handler.map_or(Depth(0), |handler| handler.height))
    }

    fn push(&mut self, from: Pc, handler: Option<HandlerEntry>) {
        match self.0.last_mut() {
            Some(last) if last.0 == from => last.1 = handler,
            _ => self.0.push((from, handler)),
        }
    }
}

/// Checks what does not depend on how the code is reached.
pub(super) fn check_shape(function: &Function, map: &Map) -> Result<(), VerifyError> {
    let locals = u32::try_from(function.slot_count()).unwrap_or(u32::MAX);
    let mut open: Vec<Region> = Vec::new();
    let mut last: Option<Region> = None;
    for region in &function.regions {
        let (start, end, target) = (region.start, region.end, region.target);
        let ends = end as usize == function.code.len() || map.instruction(Pc(end)).is_some();
        if start >= end || map.instruction(Pc(start)).is_none() || !ends {
            return Err(fail(function, Pc(start), Rule::RegionBounds { start, end }));
        }
        let slots = region.height.saturating_add(1).saturating_add(locals);
        if slots > MAX_SLOTS {
            return Err(fail(function, Pc(start), Rule::FrameSize { slots }));
        }
        if map.instruction(Pc(target)).is_none() || (start..end).contains(&target) {
            return Err(fail(function, Pc(start), Rule::RegionTarget { target }));
        }
        if let Some(last) = last.filter(|last| (last.start, end) >= (start, last.end)) {
            return Err(fail(function, Pc(start), Rule::RegionNesting { first: last.start, second: start }));
        }
        while open.last().is_some_and(|outer| outer.end <= start) {
            open.pop();
        }
        if let Some(outer) = open.last().filter(|outer| outer.end < end) {
            return Err(fail(function, Pc(start), Rule::RegionNesting { first: outer.start, second: start }));
        }
        open.push(*region);
        last = Some(*region);
    }
    Ok(())
}

/// A region that the sweep is in.
struct Open {
    end: Pc,
    /// `None` if the region's start is never reached.
    handler: Option<HandlerEntry>,
    /// The start of this region or of one around it, if it is never reached.
    unreached: Option<Pc>,
    /// The greatest height of this region and those around it.
    height: Depth,
    /// The greatest number of scopes that one of them keeps.
    scopes: u32,
}

/// Checks every reached instruction against the regions it is in, in one sweep, and makes the machine's table.
pub(super) fn check_reached(function: &Function, map: &Map, states: &[State]) -> Result<RegionTable, VerifyError> {
    let mut guards = RegionTable::default();
    if function.regions.is_empty() {
        return Ok(guards);
    }
    let mut regions = function.regions.iter().peekable();
    let mut open: Vec<Open> = Vec::new();
    for (&pc, state) in map.starts.iter().zip(states) {
        while let Some(inner) = open.pop_if(|inner| inner.end <= pc) {
            guards.push(inner.end, open.last().and_then(|outer| outer.handler));
        }
        while let Some(region) = regions.next_if(|region| region.start <= pc.0) {
            let (start, own_height) = (Pc(region.start), Depth(region.height));
            let reached = state.depth != UNSEEN;
            let handler = HandlerEntry { target: Pc(region.target), height: own_height, scopes: state.scopes };
            let handler = reached.then_some(handler);
            let (height, scopes) = open.last().map_or((Depth(0), 0), |outer| (outer.height, outer.scopes));
            let unreached = open.last().and_then(|outer| outer.unreached).or((!reached).then_some(start));
            let height = height.max(own_height);
            let scopes = scopes.max(handler.map_or(0, |handler| handler.scopes));
            open.push(Open { end: Pc(region.end), handler, unreached, height, scopes });
            guards.push(start, handler);
        }
        let Some(inner) = open.last().filter(|_| state.depth != UNSEEN) else { continue };
        if let Some(start) = inner.unreached {
            return Err(fail(function, pc, Rule::RegionStart { start: start.0 }));
        }
        if state.floor < inner.height {
            return Err(fail(function, pc, Rule::RegionHeight { height: inner.height.0, depth: state.floor.0 }));
        }
        if state.scopes < inner.scopes {
            return Err(fail(function, pc, Rule::RegionScopes { expected: inner.scopes, found: state.scopes }));
        }
    }
    Ok(guards)
}
