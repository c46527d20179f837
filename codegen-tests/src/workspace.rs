//! The packages of this workspace, as cargo knows them.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a manifest says of its package.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The path of its manifest.
    pub manifest: PathBuf,
    /// The oldest version of Rust that it promises to build with.
    pub rust_version: Option<String>,
    /// Its licence, in SPDX's words.
    pub license: Option<String>,
    /// If it can be given to others.
    pub publishable: bool,
    /// All of its dependencies: those of the program, of its tests, of its build script.
    pub dependencies: Vec<Dependency>,
}

/// A dependency as the manifest declares it.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The name of the package.
    pub name: String,
    /// `normal`, `dev` or `build`.
    pub kind: String,
}

/// The folder of the workspace.
///
/// # Panics
/// Never in the workspace, which is where the tests are.
pub fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package stands in the workspace's folder");
    folder.to_owned()
}

/// The packages of the workspace.
///
/// # Panics
/// If cargo cannot read them.
pub fn packages() -> Vec<Package> {
    metadata(&["--no-deps"])
}

/// The packages of the workspace and all that they depend on, on this platform.
///
/// # Panics
/// If cargo cannot read them.
pub fn all_packages() -> Vec<Package> {
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo says which host it is for");
    metadata(&["--filter-platform", host])
}

/// What cargo, run in the workspace with its lock file as it is, prints.
///
/// It asks the network only for what is not here yet: building one package fetches what that package needs, not what
/// the others do.
///
/// # Panics
/// If it fails.
pub fn cargo(arguments: &[&str]) -> String {
    let run = |offline: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).arg("--locked").args(offline).current_dir(root()).output().expect("cargo runs")
    };
    let offline = run(&["--offline"]);
    let output = if offline.status.success() { offline } else { run(&[]) };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn metadata(arguments: &[&str]) -> Vec<Package> {
    let text = cargo(&[&["metadata", "--format-version", "1"], arguments].concat());
    let all: Value = serde_json::from_str(&text).expect("cargo writes JSON");
    list(&all["packages"]).iter().map(package).collect()
}

fn package(value: &Value) -> Package {
    let dependency = |value: &Value| Dependency {
        name: text(&value["name"]).unwrap_or_default(),
        kind: text(&value["kind"]).unwrap_or_else(|| "normal".to_owned()),
    };
    Package {
        name: text(&value["name"]).unwrap_or_default(),
        manifest: text(&value["manifest_path"]).unwrap_or_default().into(),
        rust_version: text(&value["rust_version"]),
        license: text(&value["license"]),
        publishable: value["publish"].as_array().is_none_or(|registries| !registries.is_empty()),
        dependencies: list(&value["dependencies"]).iter().map(dependency).collect(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
