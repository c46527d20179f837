//! The program as a host has it, for a machine of its own: `opforge_cli::main_from`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

opforge::instruction_set! {
    /// A machine that counts.
    pub mod host = "tests/host/host.ron";

    /// That of docs/spec-format.md.
    pub mod dice = "../codegen-tests/tests/tables/dice.ron";
}

/// A host's own program, as docs/spec-format.md shows it.
#[allow(dead_code, reason = "it reads the words that tests are given")]
mod program {
    use super::dice;

    fn main() -> std::process::ExitCode {
        opforge_cli::main_with::<dice::Isa>(())
    }
}

/// The numbers that were given.
#[derive(Default)]
struct Numbers(i64);

impl host::Handlers for Numbers {
    fn next(&mut self, _: &mut host::NextContext<'_>) -> Result<i64, host::NextTrap> {
        self.0 += 1;
        Ok(self.0)
    }
}

/// Runs `opforge` with these words; the paths among them are in the folder.
fn opforge(folder: &Path, words: &[&str]) -> ExitCode {
    let word = |word: &&str| if word.contains('.') { folder.join(word).into() } else { word.into() };
    opforge_cli::main_from::<host::Isa<Numbers>>(
        std::iter::once("opforge".into()).chain(words.iter().map(word)),
        Numbers::default(),
    )
}

#[test]
fn programs_are_counted_as_instructions_of_that_machine() {
    let folder = tempfile::tempdir().expect("writable");
    fs::write(folder.path().join("first.opf"), "func main()\n next\n next\n add\n return_value\nend\n")
        .expect("writable");
    // What the handler keeps goes on: the third number, minus three, is no divisor.
    let second = "func main()\n load_int 1\n next\n load_int 3\n sub\n int_div\n return_value\nend\n";
    fs::write(folder.path().join("second.opf"), second).expect("writable");
    let exit = opforge(folder.path(), &["tune", "first.opf", "second.opf", "-o", "counts.ron"]);
    assert_eq!(format!("{exit:?}"), format!("{:?}", ExitCode::from(1)));
    let counts = fs::read_to_string(folder.path().join("counts.ron")).expect("it was written");
    let expected = "\
        // Counted by `opforge tune`: how often these programs run each instruction of slot form of table `host`.\n\
        //   first.opf\n\
        //   second.opf, until the trap DivisionByZero\n\
        // The same again: opforge tune first.opf second.opf -o counts.ron\n\
        Counts(\n    add: 1,\n    int_div: 1,\n    next: 3,\n    return_value: 1,\n    sub_int: 1,\n)\n";
    assert_eq!(counts, expected);
}
