//! The manifests against the page: what a package depends on, if that is in the workspace, must stand beside it there.

use crate::page::{Imports, Page};
use crate::{Complaint, PAGE};
use opforge_codegen_tests::workspace;
use std::path::Path;

/// A package of the workspace, as its manifest has it.
pub(crate) struct Package {
    pub(crate) name: String,
    /// Of the manifest, from the root of the workspace.
    pub(crate) path: String,
    pub(crate) manifest: String,
    pub(crate) imports: Vec<Import>,
}

pub(crate) struct Import {
    pub(crate) name: String,
    pub(crate) in_tests: bool,
}

/// The packages of the workspace.
pub(crate) fn read(root: &Path) -> Vec<Package> {
    let packages = workspace::packages();
    let package = |package: &workspace::Package| Package {
        name: package.name.clone(),
        path: package.manifest.strip_prefix(root).expect("it is in the workspace").display().to_string(),
        manifest: std::fs::read_to_string(&package.manifest).expect("the manifest is there"),
        imports: package
            .dependencies
            .iter()
            .filter(|dependency| packages.iter().any(|package| package.name == dependency.name))
            .map(|dependency| Import { name: dependency.name.clone(), in_tests: dependency.kind == "dev" })
            .collect(),
    };
    packages.iter().map(package).collect()
}

/// What breaks the rules of the page.
pub(crate) fn check(page: &Page, packages: &[Package]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for package in packages {
        match page.packages.get(&package.name) {
            None => {
                complaints.push(format!("{}: `{}` is not in the table of {PAGE}, Packages", package.path, package.name))
            }
            Some(rule) => {
                let forbidden = package.imports.iter().filter(|import| !rule.permits(import));
                complaints.extend(forbidden.map(|import| complaint(package, import, rule)));
            }
        }
    }
    let known = |name: &String| packages.iter().any(|package| package.name == *name);
    for (name, rule) in &page.packages {
        for unknown in [name].into_iter().chain(&rule.always).chain(&rule.in_tests).filter(|name| !known(name)) {
            complaints.push(format!("{PAGE}:{}: the workspace has no package `{unknown}`", rule.line));
        }
    }
    complaints
}

impl Imports {
    fn permits(&self, import: &Import) -> bool {
        self.always.contains(&import.name) || import.in_tests && self.in_tests.contains(&import.name)
    }
}

fn complaint(package: &Package, import: &Import, rule: &Imports) -> Complaint {
    let starts = |line: &str| line.strip_prefix(&import.name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    let line = package.manifest.lines().position(starts).map_or(1, |index| index + 1);
    let section = if import.in_tests { "`[dev-dependencies]`" } else { "`[dependencies]`" };
    format!(
        "{}:{line}: `{from}` imports `{to}` in {section}\n  \
        rule: {PAGE}:{}, Packages, names what `{from}` imports, and `{to}` is not there\n  \
        help: move what is needed into a package that both may import; or hand it in as a parameter; or define a trait in \
        `{from}` that `{to}` implements. An arrow that is right, and makes no circle, is added to the page",
        package.path,
        rule.line,
        from = package.name,
        to = import.name,
    )
}
