//! The rules on small trees: an arrow put in by hand is found, of every kind, and what is no arrow is not.

use crate::packages::{self, Import, Package};
use crate::page::Page;
use crate::rooms;
use crate::source::{Crate, Files};

/// A page of two packages and the order of one of them.
const PACKAGES: &str = "\
## Packages

| folder | package | imports | what it is |
|---|---|---|---|
| `low/` | `low` | | |
| `high/` | `high` | `low`; in tests `tool` | |
| `tool/` | `tool` | `low`, `high` | |
";

const ROOMS: &str = "\
## Rooms

Words about them.

- `a/src`: value · trap, module · machine
- `a/src/machine`: stack · run
";

/// A tree that follows the rules, with `changes` made to its files.
#[track_caller]
fn complaints(changes: &[(&str, &str)]) -> Vec<String> {
    complaints_of(ROOMS, changes)
}

#[track_caller]
fn complaints_of(rooms: &str, changes: &[(&str, &str)]) -> Vec<String> {
    let page = Page::parse(&format!("{PACKAGES}\n{rooms}")).expect("the page is right");
    let mut files = Files::default();
    let standard = [
        (
            "lib.rs",
            "extern crate self as own; mod machine; mod module; mod trap; mod value;\npub use value::Value;\n\
            pub use machine::Machine;\n",
        ),
        ("value.rs", "pub struct Value;\n"),
        ("trap.rs", "use crate::Value;\npub enum Trap { One(Value) }\n"),
        ("module.rs", "use crate::value::Value;\npub struct Module(Value);\n"),
        ("machine.rs", "mod run; mod stack;\npub use run::run;\npub struct Machine;\n"),
        ("machine/run.rs", "use super::stack::Stack;\npub fn run(_: Stack) {}\n"),
        ("machine/stack.rs", "use crate::{Value, module::Module, trap::{self, Trap}};\npub struct Stack(Value);\n"),
    ];
    for (name, text) in standard.iter().chain(changes) {
        files.0.insert(format!("a/src/{name}"), (*text).to_owned());
    }
    match Crate::read("a/src", &files) {
        Ok(tree) => rooms::check(&page, &tree),
        Err(problem) => vec![problem],
    }
}

/// The file `name` with `text` breaks the order, and the complaint begins with `expected`.
#[track_caller]
fn breaks(name: &str, text: &str, expected: &str) {
    let found = complaints(&[(name, text)]);
    assert!(found.len() == 1 && found[0].starts_with(expected), "expected {expected}, found {found:#?}");
}

#[track_caller]
fn holds(name: &str, text: &str) {
    assert_eq!(complaints(&[(name, text)]), [""; 0]);
}

#[test]
fn a_tree_that_follows_the_rules() {
    assert_eq!(complaints(&[]), [""; 0]);
}

#[test]
fn a_complaint_says_all() {
    let found = complaints(&[("value.rs", "pub struct Value;\nuse crate::trap::{Other, Trap};\n")]);
    let expected = "a/src/value.rs:2: `use crate::trap::Other`, `use crate::trap::Trap` goes from `value` to `trap`\n  \
        rule: docs/architecture.md:13, Rooms: in `a/src`, a room imports only earlier ones: value · trap, module · machine\n  \
        help: move `Other`, `Trap` into `value` or an earlier room; or hand it in as a parameter; or define a trait in `value` \
        that `trap` implements";
    assert_eq!(found, [expected]);
}

#[test]
fn a_use_of_a_later_room() {
    breaks(
        "value.rs",
        "use crate::machine::Machine;",
        "a/src/value.rs:1: `use crate::machine::Machine` goes from `value`",
    );
    breaks("value.rs", "use super::trap;", "a/src/value.rs:1: `use super::trap` goes from `value` to `trap`");
    breaks("value.rs", "use crate::{\n  trap::{\n    self as t,\n  },\n};", "a/src/value.rs:3: `use crate::trap`");
    breaks(
        "value.rs",
        "pub struct Value; use crate::trap::*;",
        "a/src/value.rs:1: `use crate::trap::*` goes from `value` to `trap`",
    );
    breaks("value.rs", "pub use crate::trap::Trap;", "a/src/value.rs:1: `use crate::trap::Trap`");
    breaks("value.rs", "use own::trap::Trap;", "a/src/value.rs:1: `use crate::trap::Trap`");
}

#[test]
fn a_use_of_a_room_beside() {
    breaks(
        "module.rs",
        "use crate::trap::Trap;",
        "a/src/module.rs:1: `use crate::trap::Trap` goes from `module` to `trap`",
    );
}

#[test]
fn a_path_in_code() {
    breaks(
        "value.rs",
        "fn f() {\n    let a = crate::trap::Trap::One;\n}",
        "a/src/value.rs:2: `crate::trap::Trap::One`",
    );
    breaks("value.rs", "fn f() { let _ = vec![Some(super::trap::new())]; }", "a/src/value.rs:1: `super::trap::new`");
    breaks("value.rs", "impl From<crate::trap::Trap> for u8 {}", "a/src/value.rs:1: `crate::trap::Trap`");
    breaks("value.rs", "fn f() -> impl Sized + use<> { ::own::trap::new() }", "a/src/value.rs:1: `crate::trap::new`");
    breaks("value.rs", "fn f() { use crate::trap::{Trap}; }", "a/src/value.rs:1: `use crate::trap::Trap`");
    breaks("value.rs", "macro_rules! m { () => { $crate::trap::new() } }", "a/src/value.rs:1: `crate::trap::new`");
}

#[test]
fn a_re_export_counts_where_it_is_defined() {
    breaks("value.rs", "use crate::Machine;", "a/src/value.rs:1: `use crate::Machine` goes from `value` to `machine`");
    let glob = "mod machine; mod module; mod trap; mod value;\npub use value::*;\npub use trap::*;";
    let found = complaints(&[("lib.rs", glob), ("value.rs", "pub struct Value; use crate::Trap;")]);
    assert!(found.len() == 1 && found[0].contains("from `value` to `trap`"), "{found:#?}");
    let renamed =
        "mod machine; mod module; mod trap; mod value;\nuse trap as t;\npub use t::Trap as T;\npub use value::Value;";
    let found = complaints(&[("lib.rs", renamed), ("value.rs", "pub struct Value; use crate::T;")]);
    assert!(found.len() == 1 && found[0].contains("from `value` to `trap`"), "{found:#?}");
}

#[test]
fn a_re_export_of_a_later_room_is_an_arrow_to_it() {
    let trap = ("trap.rs", "pub use crate::value::Other;");
    let found = complaints(&[trap, ("value.rs", "pub struct Other; use crate::trap::Other as O;")]);
    assert!(found.len() == 1 && found[0].contains("from `value` to `trap`"), "{found:#?}");
}

#[test]
fn an_exported_macro_counts_where_it_is_defined() {
    let machine = ("trap.rs", "#[macro_export] macro_rules! stop { () => {} }");
    let found = complaints(&[machine, ("value.rs", "fn f() { crate::stop!() }")]);
    assert!(found.len() == 1 && found[0].contains("from `value` to `trap`"), "{found:#?}");
}

#[test]
fn the_folders_own_file_comes_last() {
    breaks("value.rs", "use crate::Unknown;", "a/src/value.rs:1: `use crate::Unknown` goes from `value` to `mod`");
    breaks(
        "machine/run.rs",
        "use super::Machine;",
        "a/src/machine/run.rs:1: `use super::Machine` goes from `run` to `mod`",
    );
    holds("lib.rs", "mod machine; mod module; mod trap; mod value; use crate::machine::Machine; use value::Value;");
}

#[test]
fn the_folders_own_file_may_have_a_place() {
    let rooms = "## Rooms\n- `a/src/machine`: stack · mod · run\n";
    let run = ("machine/run.rs", "use super::Machine;");
    assert_eq!(complaints_of(rooms, &[run]), [""; 0]);
    let found = complaints_of(rooms, &[run, ("machine.rs", "mod run; mod stack; use run::run; use stack::Stack;")]);
    assert!(found.len() == 1 && found[0].contains("`use run::run` goes from `mod` to `run`"), "{found:#?}");
    let found = complaints_of(rooms, &[run, ("machine.rs", "mod run; mod stack; fn f() { run::run(); }")]);
    assert!(found.len() == 1 && found[0].contains("`run::run` goes from `mod` to `run`"), "{found:#?}");
    let found = complaints_of(rooms, &[("machine/stack.rs", "use super::Machine;")]);
    assert!(found.len() == 1 && found[0].contains("from `stack` to `mod`"), "{found:#?}");
}

#[test]
fn an_arrow_within_a_folder() {
    let text = "use super::run::run;";
    breaks("machine/stack.rs", text, "a/src/machine/stack.rs:1: `use super::run::run` goes from `stack` to `run`");
    breaks(
        "machine/stack.rs",
        "use super::run;",
        "a/src/machine/stack.rs:1: `use super::run` goes from `stack` to `run`",
    );
}

#[test]
fn a_module_within_a_file() {
    breaks(
        "value.rs",
        "mod inner { use super::super::trap::Trap; }",
        "a/src/value.rs:1: `use super::super::trap::Trap`",
    );
    holds("value.rs", "pub struct Value;\nmod inner { use super::Value; mod deeper { use super::super::Value; } }");
    breaks(
        "value.rs",
        "fn f() { mod inner { use super::super::trap::Trap; } }",
        "a/src/value.rs:1: `use super::trap::Trap`",
    );
    holds("value.rs", "pub struct Value; fn f() { mod inner { use super::Value; fn trap() { self::trap() } } }");
}

#[test]
fn what_is_no_arrow() {
    holds("value.rs", "//! [`crate::trap::Trap`]\n/// [`crate::machine`]\npub struct Value;\n");
    holds("value.rs", "#[cfg(test)]\nmod tests { use crate::machine::Machine; }\n#[cfg(test)]\nuse crate::trap::Trap;");
    holds("value.rs", "#[cfg(test)]\n#[path = \"value_tests.rs\"]\nmod more;\n#[cfg(all(test, unix))]\nmod tests;");
    holds(
        "value.rs",
        "use std::fmt; use other::trap::Trap; pub(in crate::machine) fn f() { \"crate::trap\"; self::f(); }",
    );
    holds("value.rs", "macro_rules! m { () => { super::trap::new() } }");
}

#[test]
fn rooms_without_a_place() {
    let lib = "mod heap; mod machine; mod module; mod trap; mod value; pub use value::Value;";
    let found = complaints(&[("lib.rs", lib), ("heap.rs", "")]);
    assert_eq!(found, ["docs/architecture.md:13: `heap` has no place among the rooms of `a/src`"]);
    let rooms = "## Rooms\n- `a/src`: value · heap · trap · module · machine\n";
    assert_eq!(complaints_of(rooms, &[]), ["docs/architecture.md:10: `a/src` has no module `heap`"]);
    assert_eq!(complaints_of(&rooms.replace("heap", "heap (comes next)"), &[]), [""; 0]);
    let found = complaints_of("## Rooms\n- `a/src/heap`: mark · sweep\n", &[]);
    assert_eq!(found, ["docs/architecture.md:10: there is no module `a/src/heap`"]);
}

#[test]
fn a_crate_that_cannot_be_read_is_a_complaint() {
    assert_eq!(complaints(&[("lib.rs", "mod gone;")]), ["a/src/gone/mod.rs: there is no such file"]);
    assert!(complaints(&[("lib.rs", "mod value")])[0].starts_with("a/src/lib.rs: "));
}

#[test]
fn a_page_that_cannot_be_read() {
    let problem = |text: &str| Page::parse(text).err().unwrap_or_default();
    assert_eq!(problem("## Rooms\n"), "no table under `## Packages`");
    assert_eq!(problem("## Packages\n| folder | package |\n"), "line 2: no column `imports`");
    let wrong = "expected - `folder`: room · room · …";
    for line in
        ["- `a/src` value · trap", "- `a/src`: value · value", "- `a`: value", "- `a/src`: value trap · machine"]
    {
        assert_eq!(problem(&format!("{PACKAGES}\n## Rooms\n{line}\n")), format!("line 10: {wrong}"), "{line}");
    }
}

/// What the page says of packages that import `imports`.
fn of_packages(imports: &[(&str, &str, bool)]) -> Vec<String> {
    let page = Page::parse(PACKAGES).expect("the page is right");
    let package = |name: &str| Package {
        name: name.to_owned(),
        path: format!("{name}/Cargo.toml"),
        manifest: "[package]\n\n[dependencies]\nlow.workspace = true\nhigh-er = \"1\"\nhigh = { path = \"../high\" }\n"
            .to_owned(),
        imports: imports
            .iter()
            .filter(|(from, ..)| *from == name)
            .map(|(_, to, in_tests)| Import { name: (*to).to_owned(), in_tests: *in_tests })
            .collect(),
    };
    packages::check(&page, &["low", "high", "tool"].map(package))
}

#[test]
fn packages_import_what_the_page_says() {
    assert_eq!(of_packages(&[("high", "low", false), ("high", "low", true), ("high", "tool", true)]), [""; 0]);
    let expected = "low/Cargo.toml:6: `low` imports `high` in `[dependencies]`\n  \
        rule: docs/architecture.md:5, Packages, names what `low` imports, and `high` is not there\n  \
        help: move what is needed into a package that both may import; or hand it in as a parameter; or define a trait in \
        `low` that `high` implements. An arrow that is right, and makes no circle, is added to the page";
    assert_eq!(of_packages(&[("low", "high", false)]), [expected]);
    assert!(of_packages(&[("low", "high", true)])[0].contains("in `[dev-dependencies]`"));
    assert!(of_packages(&[("high", "tool", false)])[0].contains("`high` imports `tool` in `[dependencies]`"));
}

#[test]
fn the_page_and_the_workspace_have_the_same_packages() {
    let page = Page::parse(&PACKAGES.replace("`tool`", "`gone`")).expect("the page is right");
    let package = |name: &str| Package {
        name: name.to_owned(),
        path: format!("{name}/Cargo.toml"),
        manifest: String::new(),
        imports: Vec::new(),
    };
    let found = packages::check(&page, &["low", "high", "new"].map(package));
    assert_eq!(found.len(), 3, "{found:#?}");
    assert_eq!(found[0], "new/Cargo.toml: `new` is not in the table of docs/architecture.md, Packages");
    assert!(
        found[1..].iter().all(|complaint| complaint.ends_with("the workspace has no package `gone`")),
        "{found:#?}"
    );
}
