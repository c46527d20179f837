//! Running the program and looking at what it did.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The folder of the workspace.
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What a run of the program printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program with `arguments`, `input` on its standard input, in the folder of the workspace.
#[track_caller]
pub(crate) fn opforge(arguments: &[&str], input: &str) -> Ran {
    opforge_in(WORKSPACE.as_ref(), arguments, input)
}

/// The same in another folder.
#[track_caller]
pub(crate) fn opforge_in(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let output = spawn(folder, arguments, input).wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Starts `text` as a program.
#[track_caller]
pub(crate) fn start(text: &str) -> Child {
    spawn(WORKSPACE.as_ref(), &["run", "-"], text)
}

fn spawn(folder: &Path, arguments: &[&str], input: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_opforge"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built");
    // A program that reads no input may be gone already.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    child
}

/// Runs `text` as a program.
#[track_caller]
pub(crate) fn run(text: &str, arguments: &[&str]) -> Ran {
    let mut all = vec!["run"];
    let (flags, rest) = arguments.split_at(arguments.iter().position(|word| *word == "--").unwrap_or(arguments.len()));
    all.extend(flags);
    all.push("-");
    all.extend(rest);
    opforge(&all, text)
}

#[track_caller]
pub(crate) fn check(ran: &Ran, code: i32, out: &str, err: &[&str]) {
    assert_eq!(ran.code, Some(code), "{ran:#?}");
    assert_eq!(ran.out, out, "{ran:#?}");
    for part in err {
        assert!(ran.err.contains(part), "`{part}` is not in\n{}", ran.err);
    }
    assert!(!ran.err.contains('\u{1b}'), "colour although standard error is no terminal: {}", ran.err);
}
