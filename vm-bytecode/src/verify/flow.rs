//! The walk over one function: each instruction is decoded once in order and looked at once, each way compared.

use super::error::{Rule, VerifyError};
use super::facts::{Entry, FunctionFacts};
use super::lists;
use super::map::{Map, State, UNSEEN, fail};
use super::regions;
use super::rules::{Rules, Site};
use crate::isa::{InstructionSet, Operand};
use crate::metadata::InstructionInfo;
use crate::module::{Function, Line, Module};
use opforge_core::{Depth, Pc};
use std::collections::HashMap;

/// The most exits of a fragment.
const MAX_EXITS: u32 = 1 << 10;

/// What the walk over a verified function found.
pub struct Analysis {
    map: Map,
    /// One for each instruction, then one for each exit.
    states: Vec<State>,
}

impl Analysis {
    /// How many instructions the code has.
    pub fn count(&self) -> usize {
        self.map.starts.len()
    }

    /// The instructions that can be reached, in order, each with its index.
    pub fn reached(&self) -> impl Iterator<Item = (u32, Pc)> + '_ {
        let all = self.map.starts.iter().zip(&self.states).enumerate();
        all.filter(|(_, (_, state))| state.depth != UNSEEN).map(|(at, (pc, _))| (at as u32, *pc))
    }

    /// The depth of the stack before instruction `at`, if it can be reached. After the instructions come the exits.
    pub fn depth(&self, at: u32) -> Option<Depth> {
        self.states.get(at as usize).map(|state| state.depth).filter(|depth| *depth != UNSEEN)
    }

    /// How many scopes are open before instruction `at`, if it can be reached.
    pub fn scopes(&self, at: u32) -> Option<u32> {
        self.states.get(at as usize).filter(|state| state.depth != UNSEEN).map(|state| state.scopes)
    }

    /// The instruction that begins at `pc`.
    pub fn instruction(&self, pc: Pc) -> Option<u32> {
        self.map.instruction(pc)
    }
}

/// Walks a verified function once more, for what its [`FunctionFacts`] do not keep.
pub fn analyse<I: InstructionSet>(module: &Module, function: &Function, entry: Entry) -> Result<Analysis, VerifyError> {
    walk::<I>(module, function, entry).map(|(analysis, _)| analysis)
}

/// Checks the code, regions and lines of a function.
pub(super) fn check<I: InstructionSet>(
    module: &Module,
    function: &Function,
    entry: Entry,
) -> Result<FunctionFacts, VerifyError> {
    let (Analysis { map, states }, max_depth) = walk::<I>(module, function, entry)?;
    lines(module, function, &map)?;
    let regions = regions::check_reached(function, &map, &states)?;
    Ok(FunctionFacts::new(function, max_depth, regions, entry))
}

fn walk<I: InstructionSet>(
    module: &Module,
    function: &Function,
    entry: Entry,
) -> Result<(Analysis, Depth), VerifyError> {
    if entry.exits > MAX_EXITS {
        let rule = Rule::Count { what: "exits", found: entry.exits as usize, most: MAX_EXITS as usize };
        return Err(fail(function, Pc(0), rule));
    }
    let map = Map::new::<I>(function)?;
    regions::check_shape(function, &map)?;
    lists::check::<I>(function, &map)?;
    let mut by_start: HashMap<Pc, Vec<usize>> = HashMap::new();
    for (index, region) in function.regions.iter().enumerate() {
        by_start.entry(Pc(region.start)).or_default().push(index);
    }
    let mut states = vec![State::default(); map.starts.len() + entry.exits as usize];
    let mut work = Vec::new();
    let mut rules = Rules {
        module,
        function,
        map: &map,
        states: &mut states,
        work: &mut work,
        max_depth: Depth(0),
        exits: entry.exits,
        site: Site::default(),
    };
    if function.code.is_empty() {
        return Err(fail(function, Pc(0), Rule::FallsOff));
    }
    rules.reach(0, Pc(0), entry.depth, entry.scopes)?;
    let mut operands = Vec::new();
    while let Some(instruction) = rules.work.pop() {
        step::<I>(&mut rules, instruction, &by_start, &mut operands)?;
    }
    unreached::<I>(&mut rules, &mut operands)?;
    let max_depth = rules.max_depth;
    Ok((Analysis { map, states }, max_depth))
}

/// Looks at the instructions that nothing reached.
fn unreached<I: InstructionSet>(rules: &mut Rules<'_>, operands: &mut Vec<Operand>) -> Result<(), VerifyError> {
    let map = rules.map;
    for (index, &pc) in map.starts.iter().enumerate() {
        if rules.states.get(index).is_some_and(|state| state.depth == UNSEEN) {
            let decoded = I::decode(&rules.function.code, pc.index());
            let (op, _) = decoded.map_err(|error| fail(rules.function, pc, Rule::Decodes(error)))?;
            rules.site = Site { pc, ..Site::default() };
            rules.apply_unreached(row_of::<I>(&op, operands), operands)?;
        }
    }
    Ok(())
}

/// The row of an op, with its operands put into `operands`.
fn row_of<I: InstructionSet>(op: &I::Op, operands: &mut Vec<Operand>) -> &'static InstructionInfo {
    operands.clear();
    I::append_operands(op, operands);
    I::table().instructions.get(I::instruction(op)).expect("the op of a table is one of its rows")
}

/// Looks at one instruction that was reached.
fn step<I: InstructionSet>(
    rules: &mut Rules<'_>,
    instruction: u32,
    by_start: &HashMap<Pc, Vec<usize>>,
    operands: &mut Vec<Operand>,
) -> Result<(), VerifyError> {
    let (function, index) = (rules.function, instruction as usize);
    let (Some(&pc), Some(&state)) = (rules.map.starts.get(index), rules.states.get(index)) else {
        return Err(fail(function, Pc(0), Rule::WildJump { target: instruction }));
    };
    let (op, next) = I::decode(&function.code, pc.index()).map_err(|error| fail(function, pc, Rule::Decodes(error)))?;
    let (depth, scopes) = (state.depth, state.scopes);
    let next_pc = Pc(next as u32);
    rules.site = Site { pc, next_pc, depth, base: depth, scopes, leaves_below: false };
    rules.apply(row_of::<I>(&op, operands), operands)?;
    if rules.site.leaves_below {
        let floor = rules.site.base;
        if let Some(state) = rules.states.get_mut(index) {
            state.floor = floor;
        }
    }
    for &region in by_start.get(&pc).into_iter().flatten() {
        let Some(region) = function.regions.get(region) else { continue };
        let target = Pc(region.target);
        match rules.map.instruction(target) {
            // The error is on top of what the handler keeps.
            Some(handler) => rules.reach(handler, target, Depth(region.height).plus(1), scopes)?,
            None => return Err(fail(function, pc, Rule::RegionTarget { target: target.0 })),
        }
    }
    Ok(())
}

fn lines(module: &Module, function: &Function, map: &Map) -> Result<(), VerifyError> {
    let lines = &function.lines;
    let ordered = lines.is_sorted_by(|a, b| a.pc < b.pc && !a.says_the_same(*b));
    let begins = lines.first().is_none_or(|first| first.is_known());
    let named = |line: &Line| match line.is_known() {
        true => (line.file as usize) < module.files.len(),
        false => line.file == 0,
    };
    let good = lines.iter().all(|line| map.instruction(Pc(line.pc)).is_some() && named(line));
    if ordered && begins && good {
        return Ok(());
    }
    Err(VerifyError { pc: None, ..fail(function, Pc(0), Rule::Lines) })
}
