//! Streams that are closed, full or shared, and files that are there already.

use crate::common::{check, opforge, start};
use std::fs;

const HELLO: &str = "func main()\n load_const \"hi\"\n print_ln 1\n return\nend\n";

/// Prints for ever, and catches whatever comes of it.
const STUBBORN: &str = "func main()\ntop:\nbegin:\n load_const \"a line of output\"\n print_ln 1\nfinish:\n jump top\ncaught:\n pop\n jump top\n .catch begin finish caught 0\nend\n";

#[test]
fn a_dash_is_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("m.fzb");
    let path = module.to_str().unwrap();
    check(&opforge(&["asm", "-", "-o", path], HELLO), 0, "", &[]);
    let text = opforge(&["disasm", path, "-o", "-"], "").out;
    assert!(text.contains("func main()"), "{text}");
    let table = include_str!("../../../spec/isa/standard.ron");
    let ran = opforge(&["spec", "check", "-"], table);
    assert!(ran.code == Some(0) && ran.out.starts_with("`<stdin>` is right"), "{ran:#?}");
    check(&opforge(&["spec", "check", "-"], "Table("), 1, "", &["<stdin>:1"]);
    let ran = opforge(&["spec", "doc", "-", "-o", "-"], table);
    assert!(ran.code == Some(0) && ran.out.contains("<!-- traps.md -->"), "{ran:#?}");
    check(&opforge(&["spec", "doc", "std:standard", "-o", "-", "--check"], ""), 2, "", &["--check"]);
    check(&opforge(&["verify", "-", "-"], HELLO), 2, "", &["`-` is given twice"]);
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/../-");
    assert!(!fs::exists(here).unwrap(), "a file called `-`");
}

#[test]
fn files_that_this_program_did_not_make_are_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (source, module, text) = (path("x.opf"), path("x.fzb"), path("y.opf"));
    fs::write(&source, HELLO).unwrap();
    let refused = ["is there already", "--force"];
    check(&opforge(&["asm", &source, "-o", &source], ""), 1, "", &refused);
    assert_eq!(fs::read_to_string(&source).unwrap(), HELLO);
    for _ in 0..2 {
        check(&opforge(&["asm", &source, "-o", &module], ""), 0, "", &[]);
        check(&opforge(&["disasm", &module, "-o", &text], ""), 0, "", &[]);
    }
    check(&opforge(&["disasm", &module, "-o", &source], ""), 1, "", &refused);
    check(&opforge(&["disasm", &module, "-o", &module], ""), 1, "", &refused);
    check(&opforge(&["disasm", &module, "--force", "-o", &source], ""), 0, "", &[]);
    assert!(fs::read_to_string(&source).unwrap().starts_with("; Made by"));

    let (dir, readme) = (path("manual"), folder.path().join("manual/README.md"));
    fs::create_dir(&dir).unwrap();
    fs::write(&readme, "mine").unwrap();
    let doc = ["spec", "doc", "std:standard", "-o", &dir];
    check(&opforge(&doc, ""), 1, "", &refused);
    assert_eq!((fs::read_to_string(&readme).unwrap().as_str(), fs::read_dir(&dir).unwrap().count()), ("mine", 1));
    fs::remove_file(&readme).unwrap();
    for _ in 0..2 {
        assert_eq!(opforge(&doc, "").code, Some(0));
    }
    fs::write(&readme, "mine").unwrap();
    assert_eq!(opforge(&[&doc[..], &["--force"]].concat(), "").code, Some(0));
    assert_ne!(fs::read_to_string(&readme).unwrap(), "mine");
}

#[test]
fn a_program_that_catches_everything_ends_with_its_reader() {
    use std::io::Read;
    let mut child = start(STUBBORN);
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 16]).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[cfg(target_os = "linux")]
mod full {
    use super::*;
    use std::process::{Command, Output, Stdio};

    fn full() -> Stdio {
        Stdio::from(fs::File::options().write(true).open("/dev/full").expect("it is there"))
    }

    fn opforge_to(arguments: &[&str], text: &str, out: Stdio, err: Stdio) -> Output {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.opf");
        fs::write(&path, text).expect("it can be written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_opforge"));
        command.args(arguments).arg(&path).stdin(Stdio::null()).stdout(out).stderr(err);
        command.output().expect("it was built")
    }

    #[test]
    fn an_error_stream_that_cannot_be_written_changes_no_exit_code() {
        let divide = "func main()\n load_int 1\n load_int 0\n int_div\n return_value\nend\n";
        for (arguments, text, code) in [
            (&["run"][..], HELLO, 0),
            (&["run", "--stats"], HELLO, 0),
            (&["run", "--json"], HELLO, 0),
            (&["run", "--trace"], HELLO, 0),
            (&["run"], divide, 1),
            (&["run", "--fuel", "3"], STUBBORN, 3),
            (&["run"], "func", 1),
            (&["verify"], "func", 1),
            (&["frobnicate"], "", 2),
        ] {
            let output = opforge_to(arguments, text, Stdio::piped(), full());
            assert_eq!(output.status.code(), Some(code), "{arguments:?} {text}");
        }
    }

    #[test]
    fn a_full_output_ends_the_program_with_an_error() {
        for text in [HELLO, STUBBORN] {
            let output = opforge_to(&["run"], text, full(), Stdio::piped());
            let err = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{err}");
            assert!(err.contains("OutputFailed") || err.contains("cannot write the output"), "{err}");
        }
        for arguments in [&["verify"][..], &["disasm"], &["--help"]] {
            let output = opforge_to(arguments, HELLO, full(), Stdio::piped());
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        }
    }
}

/// However fast the second one follows, nothing that was printed is lost, and the end is told.
#[cfg(unix)]
#[test]
fn a_second_interrupt_loses_nothing() {
    use std::io::Read;
    for _ in 0..5 {
        let mut child = start(STUBBORN);
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 16]).unwrap();
        let id = child.id().to_string();
        let reader = std::thread::spawn(move || {
            let mut rest = String::new();
            out.read_to_string(&mut rest).map(|_| rest).unwrap()
        });
        for _ in 0..2 {
            let _ = std::process::Command::new("kill")
                .args(["-s", "INT", &id])
                .stderr(std::process::Stdio::null())
                .status();
        }
        assert!(reader.join().unwrap().ends_with("a line of output\n"), "whole lines to the end");
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{err}");
        assert!(err.contains("interrupted after") && err.contains("in main at"), "{err}");
    }
}
