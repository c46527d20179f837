//! One wrong table per check, and what is said about it.
//!
//! `fixtures/E0104_unknown_field.ron` must give just the code `E0104`; its text is in
//! `snapshots/E0104_unknown_field.snap`. A first line `// given as text` has it checked without a file. Files that
//! fixtures include are in folders below. Fixtures too large to keep are made by `made_fixtures`.

#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

use opforge_spec::{Code, Diagnostics, check_file, check_str};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

struct Fixture {
    /// File name without extension.
    name: String,
    path: PathBuf,
}

impl Fixture {
    fn code(&self) -> Code {
        let number = self.name.split('_').next().unwrap_or("");
        number.parse().unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    fn diagnostics(&self) -> Diagnostics {
        let given_as_text = fs::read(&self.path).is_ok_and(|bytes| bytes.starts_with(b"// given as text"));
        let checked = if given_as_text {
            check_str(&format!("{}.ron", self.name), &fs::read_to_string(&self.path).unwrap())
        } else {
            check_file(&self.path)
        };
        checked.err().unwrap_or_else(|| panic!("{} is right, but should not be", self.name))
    }
}

fn fixtures() -> Vec<Fixture> {
    let mut fixtures = made_fixtures();
    for entry in fs::read_dir("tests/fixtures").unwrap() {
        let path = PathBuf::from("tests/fixtures").join(entry.unwrap().file_name());
        if path.extension().is_some_and(|extension| extension == "ron") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            fixtures.push(Fixture { name, path });
        }
    }
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    fixtures
}

/// Fixtures that are large or many files.
fn made_fixtures() -> Vec<Fixture> {
    // The test runner gives this crate's tests a folder of their own.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("made");
    fs::create_dir_all(&folder).unwrap();
    let write = |file: &str, text: &str| {
        // Written under another name first: tests of this file run at the same time.
        let scratch = folder.join(format!("{file}.{:?}", std::thread::current().id()));
        fs::write(&scratch, text).unwrap();
        fs::rename(scratch, folder.join(file)).unwrap();
    };
    write("large.ron", &" ".repeat((4 << 20) + 1));
    let large = "E0205_too_large";
    write(&format!("{large}.ron"), "Table(name: \"t\", version: 1, include: [\"large.ron\"])\n");
    let counts = "E0205_counts_too_large";
    write(&format!("{counts}.ron"), "Table(name: \"t\", version: 1, counts: \"large.ron\")\n");
    for level in 1..18 {
        let text = format!("Family(name: \"f{level}\", doc: \"…\", include: [\"level{}.ron\"])\n", level + 1);
        write(&format!("level{level}.ron"), &text);
    }
    write("level18.ron", "Family(name: \"f18\", doc: \"…\")\n");
    let chain = "E0206_includes_too_deep";
    write(&format!("{chain}.ron"), "Table(name: \"t\", version: 1, include: [\"level1.ron\"])\n");
    [large, counts, chain]
        .map(|name| Fixture { name: name.to_owned(), path: folder.join(format!("{name}.ron")) })
        .into()
}

/// The rendered text with the same paths on every machine.
fn rendered(diagnostics: &Diagnostics) -> String {
    diagnostics.render(false).replace(env!("CARGO_TARGET_TMPDIR"), "tests")
}

#[test]
fn each_fixture_gives_its_code_and_text() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let diagnostics = fixture.diagnostics();
        let found: BTreeSet<Code> = diagnostics.list().iter().map(|diagnostic| diagnostic.code).collect();
        if found != BTreeSet::from([fixture.code()]) {
            wrong.push(format!("{} gives {found:?}:\n{diagnostics}", fixture.name));
            continue;
        }
        settings.bind(|| insta::assert_snapshot!(fixture.name.as_str(), rendered(&diagnostics)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_code_has_a_fixture() {
    let covered: BTreeSet<Code> = fixtures().iter().map(Fixture::code).collect();
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !covered.contains(code)).map(|code| code.number()).collect();
    assert!(missing.is_empty(), "no fixture for {missing:?}: add tests/fixtures/CODE_slug.ron");
}

/// A diagnostic without a remedy leaves its reader alone.
#[test]
fn each_diagnostic_has_a_label_and_text_to_paste() {
    let mut lacking = Vec::new();
    for fixture in fixtures() {
        for diagnostic in fixture.diagnostics().list() {
            if diagnostic.primary.1.is_empty() || !diagnostic.help.contains('`') {
                lacking.push(format!("{}: {}; help: {}", fixture.name, diagnostic.message, diagnostic.help));
            }
        }
    }
    assert!(lacking.is_empty(), "no label at the place, or nothing in backquotes to paste:\n{}", lacking.join("\n"));
}

#[test]
fn each_snapshot_has_a_fixture() {
    let names: BTreeSet<String> = fixtures().into_iter().map(|fixture| format!("{}.snap", fixture.name)).collect();
    for entry in fs::read_dir("tests/snapshots").unwrap() {
        let file = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(!file.ends_with(".snap") || names.contains(&file), "{file} belongs to no fixture: delete it");
    }
}

#[test]
fn each_code_is_explained() {
    let mut numbers = BTreeSet::new();
    for code in Code::ALL {
        assert!(numbers.insert(code.number()), "{code} is there twice");
        assert_eq!(code.number().parse(), Ok(*code));
        let text = code.explanation();
        assert!(
            text.contains("Wrong:") && text.contains("Right:"),
            "{code}: the explanation needs a wrong and a right example"
        );
    }
    assert!("E9999".parse::<Code>().is_err());
    assert!("é".parse::<Code>().is_err());
}
