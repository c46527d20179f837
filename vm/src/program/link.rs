//! Verified modules and host functions → a program in which every import has its function.

use super::code::LazyCode;
use super::error::{LinkError, LinkErrors};
use super::{Callee, Linked, Program};
use crate::host::HostFunction;
use crate::value::HostValue;
use opforge_bytecode::{InstructionSet, Verified};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

/// Collects the parts of a program; `T` is the data of the machines that will run it.
pub struct Linker<I, T = ()> {
    hosts: Vec<HostFunction<T>>,
    modules: Vec<Verified<I>>,
}

/// What an import may mean: a callee, its arity and whose it is.
struct Candidate {
    callee: Callee,
    arity: usize,
}

impl<I: InstructionSet, T: 'static> Linker<I, T> {
    /// Begins with nothing.
    pub fn new() -> Self {
        Self { hosts: Vec::new(), modules: Vec::new() }
    }

    /// Adds a host function, which satisfies imports of that name and arity.
    ///
    /// All machines of the program share it: what one machine's calls change belongs into the machine's data, see
    /// [`host_with`](Self::host_with). If it fails or panics, the program gets the trap `HostFailure`.
    ///
    /// One of the texts that it was given is what it was when it comes back. Any other counts in the heap of the machine like one that the program
    /// made; if there is no room for it, the program gets the trap `OutOfMemory` where it called the function.
    pub fn host(
        self,
        name: impl Into<String>,
        arity: u16,
        body: impl Fn(&[HostValue]) -> Result<HostValue, String> + Send + Sync + 'static,
    ) -> Self {
        self.host_with(name, arity, move |_: &mut T, arguments| body(arguments))
    }

    /// Like [`host`](Self::host), for a function that is given the data of the machine that calls it.
    pub fn host_with(
        mut self,
        name: impl Into<String>,
        arity: u16,
        body: impl Fn(&mut T, &[HostValue]) -> Result<HostValue, String> + Send + Sync + 'static,
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
    pub fn link(self, main: Verified<I>) -> Result<Program<I, T>, LinkErrors> {
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
            callees.extend(own.clone().map(|function| Callee::Guest { module: position, function }));
            let code = own.clone().map(|_| LazyCode::default()).collect();
            let verified = Arc::clone(module.shared());
            modules.push(Linked { verified, code, callees, first_global: globals, first_function: functions });
            globals += module.module().globals.len();
            functions += module.module().functions.len();
        }
        if errors.is_empty() { Ok(Program::new(modules, self.hosts, globals)) } else { Err(LinkErrors::new(errors)) }
    }
}

impl<I: InstructionSet, T: 'static> Default for Linker<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I, T> fmt::Debug for Linker<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Linker").field("hosts", &self.hosts).field("modules", &self.modules).finish()
    }
}

fn duplicate_hosts<T>(hosts: &[HostFunction<T>]) -> Vec<LinkError> {
    let mut seen = HashSet::new();
    let again = hosts.iter().filter(|host| !seen.insert((&host.name, host.arity)));
    let mut said = HashSet::new();
    let once = again.filter(|host| said.insert((&host.name, host.arity)));
    once.map(|host| LinkError::DuplicateHost { name: host.name.clone(), arity: host.arity }).collect()
}

/// Everything that can satisfy an import, by name.
fn index<'a, I, T>(modules: &'a [Verified<I>], hosts: &'a [HostFunction<T>]) -> HashMap<&'a str, Vec<Candidate>> {
    let mut index: HashMap<&str, Vec<Candidate>> = HashMap::new();
    // What is given twice is refused as such, and makes no import ambiguous.
    let mut seen = HashSet::new();
    for (position, host) in hosts.iter().enumerate().filter(|(_, host)| seen.insert((&host.name, host.arity))) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard::Isa;
    use opforge_bytecode::{assemble, verify};

    fn module(text: &str) -> Verified<Isa> {
        verify(assemble::<Isa>("test.opf", text).unwrap()).unwrap()
    }

    /// A linker for machines without data.
    type Linker = super::Linker<Isa>;

    fn host(linker: Linker, name: &str, arity: u16) -> Linker {
        linker.host(name, arity, |_| Ok(HostValue::Nil))
    }

    #[test]
    fn everything_that_cannot_be_resolved_is_reported() {
        let main = module("import gone/1\nimport other/2\nimport both/0\nfunc main()\n return\nend");
        let library = module("func other(a)\n return\nend\nfunc both()\n return\nend");
        let linker = host(host(host(Linker::new(), "both", 0), "twice", 1), "twice", 1).module(library);
        let errors = linker.link(main).unwrap_err().to_string();
        let expected = "the host provides `twice/1` twice; help: leave one out\n\
            the main module imports `gone/1`, which nothing provides; help: add the module or host function that has it\n\
            the main module imports `other/2`, what is there is `other/1`; help: import it with 1 value\n\
            the main module imports `both/0`, which the host and module 1 provide; help: rename all but one";
        assert_eq!(errors, expected);
    }

    #[test]
    fn a_host_function_given_twice_is_one_error() {
        let main = module("import f/1\nfunc main()\n return\nend");
        let linker = host(host(host(Linker::new(), "f", 1), "f", 1), "f", 1);
        let errors = linker.link(main).unwrap_err();
        assert_eq!(errors.errors(), [LinkError::DuplicateHost { name: "f".to_owned(), arity: 1 }]);
    }

    #[test]
    fn arity_tells_functions_of_one_name_apart() {
        let main = module("import f/1\nfunc main()\n return\nend");
        let library = module("func f(a)\n return\nend");
        let program = host(Linker::new(), "f", 2).module(library).link(main).unwrap();
        assert_eq!(program.modules()[0].callees[0], Callee::Guest { module: 1, function: 0 });
    }
}
