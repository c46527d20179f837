//! Where the thing that a path names is defined, through whatever `pub use` it was reached by.

use crate::source::{Crate, Names};
use std::collections::BTreeSet;

/// As deep as re-exports of re-exports go here; a circle of them is given up.
const MAX_DEPTH: usize = 32;

/// The modules that a path, read in the module `from`, needs: those that define what it names, and those whose
/// re-exports it goes through, save the modules that `from` is in. None for what another crate defines.
pub(crate) fn resolve(tree: &Crate, from: &[String], path: &[String]) -> BTreeSet<Names> {
    let mut resolver = Resolver { tree, from, needed: BTreeSet::new() };
    resolver.follow(from, path, 0);
    resolver.needed
}

struct Resolver<'a> {
    tree: &'a Crate,
    from: &'a [String],
    needed: BTreeSet<Names>,
}

impl Resolver<'_> {
    /// The module that `path`, read in `module`, ends in, if it names a module.
    fn follow(&mut self, module: &[String], path: &[String], depth: usize) -> Option<Names> {
        let mut at = module.to_vec();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => (at, rest) = (Vec::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {
                while let Some(("super", after)) = rest.split_first().map(|(first, after)| (first.as_str(), after)) {
                    at.pop();
                    rest = after;
                }
            }
            // A name of this module, or another crate.
            first if !self.defines(&at, first) => return None,
            _ => {}
        }
        while let Some((name, after)) = rest.split_first().filter(|(name, _)| *name != "*") {
            at = self.step(at, name, after.is_empty(), depth)?;
            rest = after;
        }
        self.needed.insert(at.clone());
        Some(at)
    }

    /// The module `name` in `at`; `None` for an item, whose module is noted.
    fn step(&mut self, at: Names, name: &str, is_last: bool, depth: usize) -> Option<Names> {
        let module = self.tree.modules.get(&at)?;
        let child = module.children.contains(name);
        if child && !(is_last && module.items.contains(name)) {
            return Some([at, vec![name.to_owned()]].concat());
        }
        if module.items.contains(name) || depth > MAX_DEPTH {
            self.needed.insert(at);
            return None;
        }
        if let Some(alias) = module.aliases.get(name) {
            self.go_through(&at);
            let mut aside = Resolver { needed: BTreeSet::new(), ..*self };
            let target = aside.follow(&at, &alias.path, depth + 1);
            if target.is_none() {
                self.needed.extend(aside.needed);
            }
            return target;
        }
        let globs = self.globs(&at, depth);
        if let Some(target) = globs.into_iter().find(|target| self.hands_on(target, name, &at, depth)) {
            self.go_through(&at);
            return self.step(target, name, is_last, depth + 1);
        }
        // What a macro makes.
        self.needed.insert(at);
        None
    }

    /// Notes the module whose re-export the path goes through.
    fn go_through(&mut self, module: &[String]) {
        if !self.from.starts_with(module) {
            self.needed.insert(module.to_vec());
        }
    }

    /// The modules of this crate that `module` has all of.
    fn globs(&self, module: &[String], depth: usize) -> Vec<Names> {
        let globs = self.tree.modules.get(module).map_or(&[][..], |module| &module.globs);
        let mut aside = Resolver { needed: BTreeSet::new(), ..*self };
        let targets = globs.iter().filter_map(|glob| aside.follow(module, &glob.path, depth + 1));
        targets.filter(|target| target != module).collect()
    }

    /// If `viewer` finds `name` in `module`.
    fn hands_on(&self, module: &[String], name: &str, viewer: &[String], depth: usize) -> bool {
        let Some(found) = self.tree.modules.get(module) else { return false };
        let inside = viewer.starts_with(module);
        found.children.contains(name)
            || found.items.contains(name)
            || found.aliases.get(name).is_some_and(|alias| alias.handed_on || inside)
            || depth < MAX_DEPTH
                && self.globs(module, depth).iter().any(|target| self.hands_on(target, name, viewer, depth + 1))
    }

    fn defines(&self, module: &[String], name: &str) -> bool {
        self.tree.modules.get(module).is_some_and(|module| {
            module.children.contains(name) || module.items.contains(name) || module.aliases.contains_key(name)
        })
    }
}
