//! Verified modules and host functions → a program in which every import has its function.

use crate::host::{HostFunction, HostValue};
use crate::instruction_set::InstructionSet;
use crate::verify::{Checked, Verified};
use opforge_core::Scalar;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Collects what a program is made of.
#[derive(Debug)]
pub struct Linker<I> {
    hosts: Vec<HostFunction>,
    modules: Vec<Verified<I>>,
}

/// A linked program: what a [`crate::Machine`] runs.
#[derive(Debug)]
pub struct Program<I> {
    /// The first is the main module.
    pub(crate) modules: Vec<Linked>,
    pub(crate) hosts: Vec<HostFunction>,
    /// How many globals the modules have together.
    pub(crate) globals: usize,
    set: PhantomData<fn() -> I>,
}

/// A module in its program.
#[derive(Debug)]
pub(crate) struct Linked {
    pub(crate) checked: Arc<Checked>,
    /// What its `Func` operands name.
    pub(crate) callees: Vec<Callee>,
    /// Where its globals begin among those of the program.
    pub(crate) first_global: usize,
    /// Where its functions begin among those of the program.
    pub(crate) first_function: usize,
}

/// What a `Func` operand names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    /// A function of a module of the program.
    Guest {
        /// Index of the module.
        module: usize,
        /// Index of the function in it.
        function: usize,
    },
    /// A host function, by index.
    Host(usize),
}

/// Something that the linker cannot resolve.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkError {
    /// Nothing has the name of an import.
    Missing {
        /// The import's name.
        name: String,
        /// How many values it takes.
        arity: u16,
        /// The module that wants it.
        module: String,
    },
    /// What has the name of an import takes another number of values.
    WrongArity {
        /// The import's name.
        name: String,
        /// How many values the import takes.
        arity: u16,
        /// How many what was found takes.
        found: usize,
        /// The module that wants it.
        module: String,
    },
    /// More than one thing satisfies an import.
    Ambiguous {
        /// The import's name.
        name: String,
        /// How many values it takes.
        arity: u16,
        /// Where they are.
        candidates: Vec<String>,
        /// The module that wants it.
        module: String,
    },
    /// Two host functions have the same name and arity.
    DuplicateHost {
        /// Their name.
        name: String,
        /// How many values they take.
        arity: u16,
    },
}

/// Why a program cannot be linked: never none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkErrors(Vec<LinkError>);

/// What an import may mean: a callee, its arity and whose it is.
struct Candidate {
    callee: Callee,
    arity: usize,
}

impl<I: InstructionSet> Linker<I> {
    /// Begins with nothing.
    pub fn new() -> Self {
        Self { hosts: Vec::new(), modules: Vec::new() }
    }

    /// Adds a host function, which satisfies imports of that name and arity.
    ///
    /// If it fails or panics, the program gets the trap `HostFailure`.
    pub fn host(
        mut self,
        name: impl Into<String>,
        arity: u16,
        body: impl FnMut(&[HostValue]) -> Result<Scalar, String> + Send + 'static,
    ) -> Self {
        self.hosts.push(HostFunction { name: name.into(), arity, body: Box::new(body) });
        self
    }

    /// Adds a module, whose functions satisfy imports of the other modules by name and arity.
    pub fn module(mut self, module: Verified<I>) -> Self {
        self.modules.push(module);
        self
    }

    /// Makes the program; its entry functions are those of `main`.
    ///
    /// # Errors
    /// [`LinkErrors`] with every import that is missing, of another arity, or ambiguous.
    pub fn link(self, main: Verified<I>) -> Result<Program<I>, LinkErrors> {
        let mut verified = vec![main];
        verified.extend(self.modules);
        let mut errors = duplicate_hosts(&self.hosts);
        let index = index(&verified, &self.hosts);
        let mut modules = Vec::new();
        let (mut globals, mut functions) = (0, 0);
        for (position, module) in verified.iter().enumerate() {
            let mut callees = Vec::new();
            for import in &module.module().imports {
                let resolver = Resolver { index: &index, modules: &verified, position };
                match resolver.resolve(&import.name, import.arity) {
                    Ok(callee) => callees.push(callee),
                    Err(error) => errors.push(error),
                }
            }
            let own = 0..module.module().functions.len();
            callees.extend(own.map(|function| Callee::Guest { module: position, function }));
            let checked = Arc::clone(module.checked());
            modules.push(Linked { checked, callees, first_global: globals, first_function: functions });
            globals += module.module().globals.len();
            functions += module.module().functions.len();
        }
        if errors.is_empty() {
            Ok(Program { modules, hosts: self.hosts, globals, set: PhantomData })
        } else {
            Err(LinkErrors(errors))
        }
    }
}

impl<I: InstructionSet> Default for Linker<I> {
    fn default() -> Self {
        Self::new()
    }
}

fn duplicate_hosts(hosts: &[HostFunction]) -> Vec<LinkError> {
    let mut seen = HashSet::new();
    let again = hosts.iter().filter(|host| !seen.insert((&host.name, host.arity)));
    again.map(|host| LinkError::DuplicateHost { name: host.name.clone(), arity: host.arity }).collect()
}

/// Everything that can satisfy an import, by name.
fn index<'a, I>(modules: &'a [Verified<I>], hosts: &'a [HostFunction]) -> HashMap<&'a str, Vec<Candidate>> {
    let mut index: HashMap<&str, Vec<Candidate>> = HashMap::new();
    for (position, host) in hosts.iter().enumerate() {
        let candidate = Candidate { callee: Callee::Host(position), arity: host.arity.into() };
        index.entry(&host.name).or_default().push(candidate);
    }
    for (module, verified) in modules.iter().enumerate() {
        for (function, data) in verified.module().functions.iter().enumerate() {
            let candidate = Candidate { callee: Callee::Guest { module, function }, arity: data.params.len() };
            index.entry(&data.name).or_default().push(candidate);
        }
    }
    index
}

/// Resolves the imports of one module.
struct Resolver<'a, I> {
    index: &'a HashMap<&'a str, Vec<Candidate>>,
    modules: &'a [Verified<I>],
    position: usize,
}

impl<I> Resolver<'_, I> {
    fn resolve(&self, name: &str, arity: u16) -> Result<Callee, LinkError> {
        // A module's own function never has the name of one of its imports.
        let named = self.index.get(name).map_or(&[][..], Vec::as_slice);
        let fitting: Vec<&Candidate> = named.iter().filter(|candidate| candidate.arity == arity.into()).collect();
        let (name, module) = (name.to_owned(), self.module_name(self.position));
        match (fitting.as_slice(), named) {
            ([only], _) => Ok(only.callee),
            ([], []) => Err(LinkError::Missing { name, arity, module }),
            ([], [other, ..]) => Err(LinkError::WrongArity { name, arity, found: other.arity, module }),
            (several, _) => {
                let candidates = several.iter().map(|candidate| self.owner(candidate.callee)).collect();
                Err(LinkError::Ambiguous { name, arity, candidates, module })
            }
        }
    }

    fn owner(&self, callee: Callee) -> String {
        match callee {
            Callee::Host(_) => "the host".to_owned(),
            Callee::Guest { module, .. } => self.module_name(module),
        }
    }

    fn module_name(&self, position: usize) -> String {
        match self.modules.get(position).and_then(|module| module.module().name.as_deref()) {
            Some(name) => format!("module `{name}`"),
            None if position == 0 => "the main module".to_owned(),
            None => format!("module {position}"),
        }
    }
}

impl LinkErrors {
    /// The errors, by module.
    pub fn errors(&self) -> &[LinkError] {
        &self.0
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name, arity, module } => {
                write!(
                    f,
                    "{module} imports `{name}/{arity}`, which nothing provides; help: add the module or host function that has it"
                )
            }
            Self::WrongArity { name, arity, found, module } => {
                write!(
                    f,
                    "{module} imports `{name}/{arity}`, what is there is `{name}/{found}`; help: import it with {found} values"
                )
            }
            Self::Ambiguous { name, arity, candidates, module } => {
                let candidates = candidates.join(" and ");
                write!(f, "{module} imports `{name}/{arity}`, which {candidates} provide; help: rename all but one")
            }
            Self::DuplicateHost { name, arity } => {
                write!(f, "the host provides `{name}/{arity}` twice; help: leave one out")
            }
        }
    }
}

impl fmt::Display for LinkErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for LinkError {}
impl std::error::Error for LinkErrors {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard::Isa;
    use crate::{assemble, verify};

    fn module(text: &str) -> Verified<Isa> {
        verify(assemble::<Isa>("test.opf", text).unwrap()).unwrap()
    }

    fn host(linker: Linker<Isa>, name: &str, arity: u16) -> Linker<Isa> {
        linker.host(name, arity, |_| Ok(Scalar::Nil))
    }

    #[test]
    fn everything_that_cannot_be_resolved_is_reported() {
        let main = module("import gone/1\nimport other/2\nimport both/0\nfunc main()\n return\nend");
        let library = module("func other(a)\n return\nend\nfunc both()\n return\nend");
        let linker = host(host(host(Linker::new(), "both", 0), "twice", 1), "twice", 1).module(library);
        let errors = linker.link(main).unwrap_err().to_string();
        let expected = "the host provides `twice/1` twice; help: leave one out\n\
            the main module imports `gone/1`, which nothing provides; help: add the module or host function that has it\n\
            the main module imports `other/2`, what is there is `other/1`; help: import it with 1 values\n\
            the main module imports `both/0`, which the host and module 1 provide; help: rename all but one";
        assert_eq!(errors, expected);
    }

    #[test]
    fn arity_tells_functions_of_one_name_apart() {
        let main = module("import f/1\nfunc main()\n return\nend");
        let library = module("func f(a)\n return\nend");
        let program = host(Linker::new(), "f", 2).module(library).link(main).unwrap();
        assert_eq!(program.modules[0].callees[0], Callee::Guest { module: 1, function: 0 });
    }
}
