//! A module under construction.

use super::error::{BuildError, BuildProblem};
use super::function::FunctionBuilder;
use crate::isa::InstructionSet;
use crate::module::{Constant, Function, Import, Module};
use crate::verify::{Verified, verify};
use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;

/// Builds a module of the instruction set `I`.
///
/// Imports are declared first, for they come first among what `Func` operands name.
#[derive(Debug)]
pub struct ModuleBuilder<I: InstructionSet> {
    module: Module,
    names: HashSet<String>,
    constants: HashMap<Constant, u16>,
    files: HashMap<String, u32>,
    /// By name: index among the functions, declared arity, and whether it was given.
    declared: HashMap<String, (usize, usize, bool)>,
    problems: Vec<BuildProblem>,
    set: PhantomData<fn() -> I>,
}

impl<I: InstructionSet> ModuleBuilder<I> {
    /// Begins a module.
    pub fn new() -> Self {
        let table = I::table();
        let module = Module { table_name: table.name.to_owned(), table_hash: table.hash, ..Module::default() };
        Self {
            module,
            names: HashSet::new(),
            constants: HashMap::new(),
            files: HashMap::new(),
            declared: HashMap::new(),
            problems: Vec::new(),
            set: PhantomData,
        }
    }

    /// Names the module, for traces and messages.
    pub fn name(&mut self, name: impl Into<String>) -> &mut Self {
        self.module.name = Some(name.into());
        self
    }

    /// The index of a constant, which is added unless an equal one is there.
    pub fn constant(&mut self, constant: impl Into<Constant>) -> u16 {
        let constant = constant.into();
        if let Some(&index) = self.constants.get(&constant) {
            return index;
        }
        let index = self.index(self.module.constants.len(), "constants");
        self.constants.insert(constant.clone(), index);
        self.module.constants.push(constant);
        index
    }

    /// Declares a function of another module or of the host, and returns what `Func` operands name it by.
    pub fn import(&mut self, name: impl Into<String>, arity: u16) -> u16 {
        let name = name.into();
        self.declare_name(&name);
        if !self.module.functions.is_empty() {
            self.problems.push(BuildProblem::LateImport(name.clone()));
        }
        self.module.imports.push(Import { name, arity });
        self.index(self.module.imports.len() - 1, "functions and imports")
    }

    /// Declares a global, which starts as nil, and returns its index.
    pub fn global(&mut self, name: impl Into<String>) -> u16 {
        let name = name.into();
        self.declare_name(&name);
        self.module.globals.push(name);
        self.index(self.module.globals.len() - 1, "globals")
    }

    /// Announces a function that is added later, so that others can name it, and returns what `Func` operands name it by.
    pub fn declare(&mut self, name: impl Into<String>, arity: usize) -> u16 {
        let name = name.into();
        self.declare_name(&name);
        let position = self.module.functions.len();
        self.module.functions.push(Function { name: name.clone(), ..Function::default() });
        self.declared.insert(name, (position, arity, false));
        self.callable(position)
    }

    /// Adds a function, also one that was declared before; returns what `Func` operands name it by.
    pub fn function(&mut self, builder: FunctionBuilder<I>) -> u16 {
        let (mut function, files) = builder.finish(&mut self.problems);
        let files: Vec<u32> = files.into_iter().map(|file| self.file(file)).collect();
        for line in function.lines.iter_mut().filter(|line| line.is_known()) {
            line.file = files.get(line.file as usize).copied().unwrap_or(u32::MAX);
        }
        let found = function.params.len();
        match self.declared.get_mut(&function.name) {
            Some((position, declared, given @ false)) => {
                *given = true;
                let (position, declared) = (*position, *declared);
                if declared != found {
                    let function = function.name.clone();
                    self.problems.push(BuildProblem::OtherArity { function, declared, found });
                }
                if let Some(place) = self.module.functions.get_mut(position) {
                    *place = function;
                }
                self.callable(position)
            }
            _ => {
                self.declare_name(&function.name);
                self.module.functions.push(function);
                self.callable(self.module.functions.len() - 1)
            }
        }
    }

    fn file(&mut self, file: String) -> u32 {
        let files = &mut self.module.files;
        *self.files.entry(file).or_insert_with_key(|file| {
            files.push(file.clone());
            u32::try_from(files.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn callable(&mut self, function: usize) -> u16 {
        self.index(self.module.imports.len() + function, "functions and imports")
    }

    fn index(&mut self, index: usize, what: &'static str) -> u16 {
        u16::try_from(index).unwrap_or_else(|_| {
            let problem = BuildProblem::TooMany(what);
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
            u16::MAX
        })
    }

    fn declare_name(&mut self, name: &str) {
        if !self.names.insert(name.to_owned()) {
            self.problems.push(BuildProblem::DuplicateName(name.to_owned()));
        }
    }

    /// Makes the module without verifying it.
    ///
    /// # Errors
    /// [`BuildError::Problems`] with everything that was wrong.
    pub fn finish_unverified(mut self) -> Result<Module, BuildError> {
        let mut missing: Vec<_> = self.declared.iter().filter(|(_, (_, _, given))| !given).collect();
        missing.sort_by_key(|(_, (position, _, _))| *position);
        let missing = missing.into_iter().map(|(name, _)| BuildProblem::MissingFunction(name.clone()));
        self.problems.extend(missing);
        if self.problems.is_empty() { Ok(self.module) } else { Err(BuildError::Problems(self.problems)) }
    }

    /// Makes the module and verifies it.
    ///
    /// # Errors
    /// [`BuildError::Problems`] with everything that was wrong, or [`BuildError::Verify`].
    pub fn build(self) -> Result<Verified<I>, BuildError> {
        Ok(verify(self.finish_unverified()?)?)
    }
}

impl<I: InstructionSet> Default for ModuleBuilder<I> {
    fn default() -> Self {
        Self::new()
    }
}
