//! Well-formed programs for any table, made from its metadata alone.
//!
//! A program verifies by construction: code is made of nested blocks, depth and scopes are counted while it is written,
//! and both ways to a label are brought to the same depth. Loops may be endless: run programs with fuel.

use super::catalogue::Catalogue;
use super::random::Random;
use super::writer::{Shared, write_function};
use crate::instruction_set::InstructionSet;
use crate::module::Module;
use crate::trap::TrapCode;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// An endless source of modules for the table of `I`, the same for the same seed.
///
/// Function 0 is called `main` and takes nothing.
#[derive(Debug)]
pub struct Programs<I> {
    random: Random,
    catalogue: Catalogue,
    statistics: Statistics,
    set: PhantomData<I>,
}

/// What generated programs held and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// How often each row was written, by its index in the table.
    pub rows: Vec<u64>,
    /// How often a run ended with each trap, as far as [`Programs::note_trap`] was told.
    pub traps: BTreeMap<TrapCode, u64>,
}

impl<I: InstructionSet> Programs<I> {
    /// A source that starts with `seed`.
    pub fn new(seed: u64) -> Self {
        let statistics = Statistics { rows: vec![0; I::table().instructions.len()], traps: BTreeMap::new() };
        Self { random: Random::new(seed), catalogue: Catalogue::of(I::table()), statistics, set: PhantomData }
    }

    /// The next module. It has no functions if the table has no row that ends one.
    pub fn next_module(&mut self) -> Module {
        let random = &mut self.random;
        let functions = 1 + random.below(4);
        let arities: Vec<usize> = (0..functions).map(|index| if index == 0 { 0 } else { random.below(4) }).collect();
        let mut module = Module {
            table_name: I::table().name.to_owned(),
            table_hash: I::table().hash,
            globals: (0..3).map(|index| format!("g{index}")).collect(),
            ..Module::default()
        };
        if self.catalogue.returns.is_empty() && self.catalogue.jumps.is_empty() {
            return module;
        }
        for index in 0..functions {
            let mut shared = Shared {
                random: &mut self.random,
                catalogue: &self.catalogue,
                arities: &arities,
                constants: &mut module.constants,
                globals: module.globals.len(),
                rows: &mut self.statistics.rows,
            };
            let function = write_function::<I>(&mut shared, index);
            module.functions.push(function);
        }
        module
    }

    /// Counts a run that ended with `trap`.
    pub fn note_trap(&mut self, trap: TrapCode) {
        *self.statistics.traps.entry(trap).or_default() += 1;
    }

    /// What was written and noted so far.
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }
}

impl<I: InstructionSet> Iterator for Programs<I> {
    type Item = Module;

    fn next(&mut self) -> Option<Module> {
        Some(self.next_module())
    }
}
