//! Well-formed programs for any table, made from its metadata alone.
//!
//! A program verifies by construction: code is made of nested blocks, depth and scopes are counted while it is written,
//! and both ways to a label are brought to the same depth. Some loops are endless: run programs with fuel.

use super::catalogue::Catalogue;
use super::code_counts::CodeCounts;
use super::random::Random;
use super::sequences::{Sequence, usual};
use super::setting::{HostPlan, Setting};
use super::statistics::Statistics;
use super::writer::{Callable, Shared, write_function};
use opforge::InstructionSet;
use opforge::Kind;
use opforge::{Import, Module};
use std::marker::PhantomData;

/// An endless source of modules for the table of `I`, the same for the same seed.
#[derive(Debug)]
pub struct Programs<I> {
    random: Random,
    catalogue: Catalogue,
    sequences: Vec<Sequence>,
    statistics: Statistics,
    set: PhantomData<I>,
}

/// A program, and what to run it with.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// Its modules; the first has the function `main`.
    pub modules: Vec<Module>,
    /// Limits, streams, host functions, arguments and globals.
    pub setting: Setting,
}

impl<I: InstructionSet> Programs<I> {
    /// A source that starts with `seed`.
    pub fn new(seed: u64) -> Self {
        let catalogue = Catalogue::of(I::table());
        let sequences = usual(&catalogue);
        let statistics = Statistics::new(I::table());
        Self { random: Random::new(seed), catalogue, sequences, statistics, set: PhantomData }
    }

    /// Has programs contain these sequences too. Those that are no well-formed code are left out.
    pub fn with_sequences(mut self, sequences: impl IntoIterator<Item = Sequence>) -> Self {
        self.sequences.extend(sequences);
        self
    }

    /// Why no program can be written for the table, if none can.
    pub fn obstacle(&self) -> Option<&'static str> {
        self.catalogue.obstacle()
    }

    /// The next module, which imports nothing. Function 0 is called `main` and takes nothing. There are no functions where
    /// [`obstacle`](Self::obstacle) says why.
    pub fn next_module(&mut self) -> Module {
        let count = 1 + self.random.below(4);
        let mut functions = self.callables(count);
        functions[0].params.clear();
        let mut shape = self.shape();
        let module = self.module(&mut shape, Vec::new(), &[], &functions, "f");
        self.statistics.note_code(&shape, module.functions.len());
        module
    }

    /// The program of that seed, whatever was made before: one module or two, and what it runs with.
    pub fn program(&mut self, seed: u64) -> Generated {
        self.random = Random::new(seed);
        let mut shape = self.shape();
        let mut modules = Vec::new();
        let (mut imports, mut imported) = (Vec::new(), Vec::new());
        if self.random.once_in(4) {
            let count = 1 + self.random.below(2);
            let functions = self.callables(count);
            let mut library = self.module(&mut shape, Vec::new(), &[], &functions, "library");
            library.name = Some("library".to_owned());
            for (function, callable) in library.functions.iter().zip(functions) {
                imports.push(Import { name: function.name.clone(), arity: small(callable.params.len()) });
                imported.push(callable);
            }
            modules.push(library);
        }
        let mut hosts = Vec::new();
        for host in 0..self.random.below(3) {
            let plan = HostPlan {
                name: format!("host{host}"),
                arity: small(self.random.below(3)),
                returns: Some(self.random.kind())
                    .filter(|kind| kind.is_immediate() || *kind == Kind::Str)
                    .unwrap_or(Kind::Int),
                fails_every: if self.random.once_in(3) { 1 + self.random.below(4) } else { 0 },
            };
            imports.push(Import { name: plan.name.clone(), arity: plan.arity });
            let params = (0..plan.arity).map(|_| self.random.kind()).collect();
            imported.push(Callable { params, result: plan.returns });
            hosts.push(plan);
        }
        let count = 1 + self.random.below(4);
        let functions = self.callables(count);
        let main = self.module(&mut shape, imports, &imported, &functions, "f");
        let globals = main.globals.len();
        modules.insert(0, main);
        self.statistics.note_code(&shape, modules.iter().map(|module| module.functions.len()).sum());
        let setting = Setting::random(&mut self.random, &functions[0].params, globals, hosts);
        Generated { modules, setting }
    }

    fn shape(&self) -> CodeCounts {
        let (rows, sequences) = (vec![0; I::table().instructions.len()], vec![0; self.sequences.len()]);
        CodeCounts { rows, sequences, ..CodeCounts::default() }
    }

    fn callables(&mut self, count: usize) -> Vec<Callable> {
        let random = &mut self.random;
        let mut callable = |_| {
            let params = (0..random.below(4)).map(|_| random.kind()).collect();
            Callable { params, result: random.kind() }
        };
        (0..count).map(&mut callable).collect()
    }

    /// A module with these functions; the first is `main`, unless the prefix is that of a library.
    fn module(
        &mut self,
        shape: &mut CodeCounts,
        imports: Vec<Import>,
        imported: &[Callable],
        functions: &[Callable],
        prefix: &str,
    ) -> Module {
        let global = if prefix == "f" { "g" } else { "library_g" };
        let mut module = Module {
            table_name: I::table().name.to_owned(),
            table_hash: I::table().hash,
            globals: (0..3).map(|index| format!("{global}{index}")).collect(),
            imports,
            ..Module::default()
        };
        if self.obstacle().is_some() {
            return module;
        }
        let callables: Vec<Callable> = imported.iter().chain(functions).cloned().collect();
        for index in 0..functions.len() {
            let mut shared = Shared {
                random: &mut self.random,
                catalogue: &self.catalogue,
                sequences: &self.sequences,
                callables: &callables,
                imports: imported.len(),
                constants: &mut module.constants,
                globals: module.globals.len(),
                shape,
            };
            let name = if index == 0 && prefix == "f" { "main".to_owned() } else { format!("{prefix}{index}") };
            module.functions.push(write_function::<I>(&mut shared, index, name));
        }
        module
    }

    /// What was written and noted so far.
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// Where runs are noted.
    pub fn statistics_mut(&mut self) -> &mut Statistics {
        &mut self.statistics
    }
}

impl<I: InstructionSet> Iterator for Programs<I> {
    type Item = Module;

    fn next(&mut self) -> Option<Module> {
        Some(self.next_module())
    }
}

fn small(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}
