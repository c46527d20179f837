//! What the manifests, the lock file and the pages about them say alike.

use opforge_codegen_tests::workspace::{all_packages, cargo, packages, root};
use std::collections::{BTreeMap, BTreeSet};

/// A package as `cargo tree` shows it, with the features that it is compiled with.
type Compiled = (String, String);

/// The tree of what is compiled for a selection of packages: each with its depth.
fn tree(selection: &[&str]) -> Vec<(usize, Compiled)> {
    let text = cargo(&[&["tree", "--no-dedupe", "--prefix", "depth", "--format", "|{p}|{f}"], selection].concat());
    let line = |line: &str| {
        let mut parts = line.splitn(3, '|');
        let depth = parts.next()?.parse().ok()?;
        Some((depth, (parts.next()?.to_owned(), parts.next()?.to_owned())))
    };
    text.lines().filter_map(line).collect()
}

/// What `opforge-spec` is compiled with, but not what its tests are: of what stands under it, what is `wanted`.
fn under_spec(tree: Vec<(usize, Compiled)>, wanted: &BTreeSet<String>) -> BTreeSet<Compiled> {
    let mut found = BTreeSet::new();
    // The way down to the current line, as far as it began with `opforge-spec` and all of it is wanted.
    let mut way: Vec<usize> = Vec::new();
    for (depth, package) in tree {
        way.retain(|above| *above < depth);
        let follows = way.last().is_some_and(|above| above + 1 == depth) && wanted.contains(&package.0);
        if follows || depth > 0 && package.0.starts_with("opforge-spec ") {
            way.push(depth);
            found.insert(package);
        }
    }
    found
}

/// Whatever is selected, what reads tables is compiled once: for the program, for the tests, for one package and for all,
/// each crate below `opforge-spec` has the same features. (Alone, `opforge-spec` and `opforge-codegen` do without the macros,
/// so what those enable for serde's derive is missing.)
#[test]
fn what_reads_tables_is_compiled_once() {
    let wanted =
        tree(&["-p", "opforge-spec", "-e", "normal,build"]).into_iter().map(|(_, (package, _))| package).collect();
    let packages = packages();
    let one = |name: &str| under_spec(tree(&["-p", name]), &wanted);
    let mut all: BTreeMap<Compiled, Vec<&str>> = BTreeMap::new();
    let names = packages.iter().map(|package| package.name.as_str());
    for name in names.filter(|name| !["opforge-spec", "opforge-codegen"].contains(name)) {
        one(name).into_iter().for_each(|compiled| all.entry(compiled).or_default().push(name));
    }
    for compiled in under_spec(tree(&["--workspace"]), &wanted) {
        all.entry(compiled).or_default().push("--workspace");
    }
    for package in wanted {
        let variants: Vec<_> = all.iter().filter(|((name, _), _)| *name == package).collect();
        let all: Vec<_> =
            variants.iter().map(|((_, features), selections)| format!("[{features}] for {selections:?}")).collect();
        assert!(
            all.len() == 1,
            "`{package}` is compiled in {} ways:\n  {}\nhelp: let `opforge-spec` or `opforge-codegen` declare the features \
            that others enable",
            all.len(),
            all.join("\n  "),
        );
    }
}

fn page(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A row of the table of `docs/dependencies.md`.
#[derive(Debug)]
struct Row {
    used_by: BTreeSet<String>,
    licence: String,
    why: String,
}

fn quoted(text: &str) -> impl Iterator<Item = String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned)
}

/// The rows by the crate that they are of.
fn dependency_rows(page: &str) -> BTreeMap<String, Row> {
    let mut rows = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [crates, used_by, licence, why] = cells[..] else { panic!("four columns, not: {line}") };
        for name in quoted(crates) {
            let row = Row { used_by: quoted(used_by).collect(), licence: licence.to_owned(), why: why.to_owned() };
            assert!(rows.insert(name.clone(), row).is_none(), "docs/dependencies.md: `{name}` stands there twice");
        }
    }
    rows
}

#[test]
fn the_page_of_dependencies_is_true() {
    let rows = dependency_rows(&page("docs/dependencies.md"));
    let packages = packages();
    let ours = |name: &str| packages.iter().any(|package| package.name == name);
    let uses: Vec<_> = packages
        .iter()
        .flat_map(|package| package.dependencies.iter().map(move |dependency| (package, dependency)))
        .filter(|(_, dependency)| !ours(&dependency.name))
        .collect();
    let all = all_packages();
    let mut wrong = Vec::new();
    for (package, dependency) in &uses {
        let name = &dependency.name;
        match rows.get(name) {
            None => wrong.push(format!("`{name}`, of `{}`, is not there", package.name)),
            Some(row) if package.publishable && dependency.kind != "dev" && !row.used_by.contains(&package.name) => {
                wrong.push(format!("`{name}` is used by `{}`, too", package.name));
            }
            Some(row)
                if !all.iter().any(|found| found.name == *name && found.license.as_ref() == Some(&row.licence)) =>
            {
                let licences: Vec<_> =
                    all.iter().filter(|found| found.name == *name).map(|found| &found.license).collect();
                wrong.push(format!("the licence of `{name}` is {licences:?}, not {}", row.licence));
            }
            Some(_) => {}
        }
    }
    for (name, row) in &rows {
        let users: BTreeSet<&str> =
            uses.iter().filter(|(_, found)| found.name == *name).map(|(package, _)| package.name.as_str()).collect();
        if users.is_empty() {
            wrong.push(format!("no package depends on `{name}`"));
        }
        let strangers = row.used_by.iter().filter(|user| !users.contains(user.as_str()));
        wrong.extend(strangers.map(|user| format!("`{user}` does not depend on `{name}`")));
        if row.why.split_whitespace().count() < 3 {
            wrong.push(format!("why `{name}`?"));
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "docs/dependencies.md:\n  {}", wrong.join("\n  "));
}

#[test]
fn every_decision_is_in_the_index() {
    let index = page("docs/decisions/README.md");
    let entries = std::fs::read_dir(root().join("docs/decisions")).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<String> = names.filter(|name| name != "README.md").collect();
    names.sort();
    for (number, name) in names.iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}-", number + 1)), "docs/decisions/{name}: numbers have no gaps");
        let text = page(&format!("docs/decisions/{name}"));
        let title = text.lines().next().and_then(|line| line.split_once(". ")).map(|(_, title)| title);
        let title = title.unwrap_or_else(|| panic!("docs/decisions/{name} begins with `# {}. …`", number + 1));
        let date = text.lines().nth(2).unwrap_or_default();
        let line = format!("| [{:04}]({name}) | {date} | {title} |", number + 1);
        assert!(index.contains(&line), "docs/decisions/README.md should have the line\n{line}");
    }
}

/// The versions of Rust that a text names, as in "stable Rust (1.95 or later)".
fn versions_of_rust(text: &str) -> Vec<&str> {
    let after = |(at, start): (usize, &str)| text[at + start.len()..].split(' ').next();
    text.match_indices("stable Rust (").filter_map(after).collect()
}

#[test]
fn the_version_of_rust_is_said_alike() {
    let packages = packages();
    let version = packages[0].rust_version.clone().expect("the workspace has one");
    for package in &packages {
        assert_eq!(package.rust_version.as_ref(), Some(&version), "{}", package.name);
        let manifest = std::fs::read_to_string(&package.manifest).expect("the manifest is there");
        assert!(
            manifest.contains("\nrust-version.workspace = true\n"),
            "`{}` has a rust-version of its own",
            package.name
        );
    }
    for path in ["README.md", "CONTRIBUTING.md"] {
        let text = page(path);
        assert_eq!(versions_of_rust(&text), [version.as_str()], "{path} should say: stable Rust ({version} or later)");
    }
    for file in ["rust-toolchain", "rust-toolchain.toml"] {
        assert!(!root().join(file).exists(), "{file} makes every build download a toolchain");
    }
}

/// As long as the tests at the end of a file may be.
const MAX_LINES_OF_INLINE_TESTS: usize = 80;

/// The Rust files under a `src`, with their texts.
fn sources(folder: &std::path::Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).expect("UTF-8")));
        }
    }
}

/// Short tests stand at the end of their file, longer ones in `tests.rs` in the folder of the module.
#[test]
fn test_modules_have_one_habit() {
    let mut files = Vec::new();
    for package in packages() {
        sources(&package.manifest.with_file_name("src"), &mut files);
    }
    let mut wrong = Vec::new();
    for (path, text) in &files {
        if text.contains("#[path =") {
            wrong.push(format!("{path}: `#[path]`; a module stands where its name says"));
        }
        if let Some(at) = text.find("\n#[cfg(test)]\nmod tests {\n") {
            let lines = text[at..].lines().count() - 1;
            if lines > MAX_LINES_OF_INLINE_TESTS {
                wrong.push(format!(
                    "{path}: {lines} lines of tests; move them into `tests.rs` in the folder of the module"
                ));
            }
            if text[at..].find("\n}\n").is_some_and(|end| at + end + 3 < text.len()) {
                wrong.push(format!("{path}: tests stand at the end of the file"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
