//! The proof that a module keeps the rules: a type that only verification makes.

use super::facts::FunctionFacts;
use crate::module::Module;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A module that keeps every rule of its instruction set. Cloning it is cheap.
pub struct Verified<I> {
    module: Arc<VerifiedModule>,
    set: PhantomData<fn() -> I>,
}

/// A verified module with what verification found out about its functions, whatever its instruction set.
#[derive(Debug)]
pub struct VerifiedModule {
    module: Module,
    functions: Vec<FunctionFacts>,
}

impl VerifiedModule {
    /// The module.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// What is known of function `index`.
    pub fn facts(&self, index: usize) -> Option<&FunctionFacts> {
        self.functions.get(index)
    }
}

impl<I> Verified<I> {
    pub(super) fn new(module: Module, functions: Vec<FunctionFacts>) -> Self {
        Self { module: Arc::new(VerifiedModule { module, functions }), set: PhantomData }
    }

    /// The module.
    pub fn module(&self) -> &Module {
        &self.module.module
    }

    /// The deepest that the stack of function `index` gets, its slots not counted. **Units:** values.
    pub fn max_depth(&self, index: usize) -> Option<usize> {
        self.facts(index).map(|facts| facts.max_depth().count())
    }

    /// What is known of function `index`.
    pub fn facts(&self, index: usize) -> Option<&FunctionFacts> {
        self.module.facts(index)
    }

    /// The module and its facts, to be kept without their instruction set.
    pub fn shared(&self) -> &Arc<VerifiedModule> {
        &self.module
    }
}

impl<I> Clone for Verified<I> {
    fn clone(&self) -> Self {
        Self { module: Arc::clone(&self.module), set: PhantomData }
    }
}

impl<I> fmt::Debug for Verified<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verified").field(&self.module).finish()
    }
}
