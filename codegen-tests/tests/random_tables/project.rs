//! A crate whose modules are random tables: linted, then its tests are run.

use opforge_codegen_tests::tables::RandomTable;
use opforge_codegen_tests::workspace;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate of tables in a folder of its own.
pub(crate) struct Project {
    folder: PathBuf,
}

impl Project {
    /// Writes the crate; each table's tests compare the engines on so many programs.
    pub(crate) fn new(tables: &[(u64, RandomTable)], programs: u64) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random-tables");
        let _ = fs::remove_dir_all(folder.join("src"));
        let _ = fs::remove_dir_all(folder.join("tables"));
        fs::create_dir_all(folder.join("src")).expect("writable");
        fs::create_dir_all(folder.join("tables")).expect("writable");
        fs::write(folder.join("Cargo.toml"), manifest(programs)).expect("writable");
        fs::copy(workspace::root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("writable");
        let mut modules = String::from("//! Random tables.\n#![deny(warnings, missing_docs, clippy::all)]\n\n");
        for (seed, table) in tables {
            // Writing to a `String` cannot fail.
            let _ = writeln!(modules, "pub mod t{seed};");
            fs::write(folder.join(format!("tables/t{seed}.ron")), &table.ron).expect("writable");
            fs::write(folder.join(format!("src/t{seed}.rs")), module(*seed, table, programs)).expect("writable");
        }
        fs::write(folder.join("src/lib.rs"), modules).expect("writable");
        Self { folder }
    }

    /// Runs cargo in the crate; what it says if it fails.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<(), String> {
        // Beside the folder of the workspace's own products, as `trybuild` does it: they are built once for all runs.
        let target =
            Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder").join("tests/random-tables");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).arg("--offline").current_dir(&self.folder);
        let output = cargo.env("CARGO_TARGET_DIR", target).env_remove("OPFORGE_ROW").output().expect("cargo runs");
        if output.status.success() {
            return Ok(());
        }
        Err(format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout)))
    }
}

/// More programs are compiled for with optimization, since running them takes longer than that.
const MANY_PROGRAMS: u64 = 2_000;

/// The manifest: with the workspace's profiles, so that what is compiled is what its own tests run. Assertions are on in any case.
fn manifest(programs: u64) -> String {
    let root = workspace::root();
    let own = fs::read_to_string(root.join("Cargo.toml")).expect("the workspace's manifest");
    let profiles = own.find("[profile.").map_or("", |at| &own[at..]);
    let profiles = if programs > MANY_PROGRAMS { OPTIMIZED } else { profiles };
    format!(
        "[package]\nname = \"random-tables\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nopforge = {{ path = {:?} }}\n\n[dev-dependencies]\nopforge-testing = {{ path = {:?} }}\n\n{profiles}",
        root.join("vm"),
        root.join("vm-testing"),
    )
}

/// A profile for much running.
const OPTIMIZED: &str = "[profile.dev]\nopt-level = 1\ndebug = \"line-tables-only\"\nincremental = false\n";

fn module(seed: u64, table: &RandomTable, programs: u64) -> String {
    let (state, set) = if table.handlers.is_empty() {
        (String::new(), "super::set::Isa")
    } else {
        let state =
            "/// What the handlers run on.\n#[derive(Debug, Default)]\npub struct State {\n    calls: i64,\n}\n\n";
        (format!("{state}{}", table.handlers), "super::set::Isa<super::State>")
    };
    format!(
        "//! The table of seed {seed}.\n\n\
         opforge::instruction_set! {{\n    pub mod set = \"tables/t{seed}.ron\";\n}}\n\n\
         /// What its primitives call.\npub mod functions {{\n{}}}\n\n{state}\n\
         #[cfg(test)]\nmod tests {{\n    opforge_testing::check!({set});\n\n    #[test]\n    fn engines_agree() {{\n        \
         let sequences = opforge_testing::fusion_sequences::<{set}>();\n        \
         let differences = opforge_testing::check_programs::<{set}>(0..{programs}, &sequences).err();\n        \
         let texts: Vec<String> = differences.iter().flatten().map(ToString::to_string).collect();\n        \
         assert!(texts.is_empty(), \"{{}}\", texts.join(\"\\n\"));\n    }}\n}}\n",
        table.functions
    )
}
