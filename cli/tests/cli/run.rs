//! `opforge run`: what goes where, and how it ends.

use crate::common::{check, opforge, run, start};
use std::fs;
use std::io::{Read, Write};

const ENDLESS: &str = "func main()\ntop:\n jump top\nend\n";
const DIVIDE: &str = "func half(n)\n get_slot n\n load_int 0\n int_div\n return_value\nend\nfunc main()\n load_const \"before\"\n print_ln 1\n load_int 1\n call half 1\n return_value\nend\n";

#[test]
fn output_goes_to_standard_output_and_the_result_only_when_asked() {
    let text = "func main()\n load_const \"hi\"\n print 1\n load_int 42\n return_value\nend\n";
    check(&run(text, &[]), 0, "hi", &[]);
    check(&run(text, &["--result"]), 0, "hi42\n", &[]);
}

#[test]
fn a_trap_comes_after_the_output_with_place_and_trace() {
    check(&run(DIVIDE, &[]), 1, "before\n", &["DivisionByZero", "<stdin>:4", "half", "<stdin>:11", "main"]);
}

#[test]
fn lines_of_the_front_end_are_shown() {
    let text = "func main()\n .line \"prog.lox\" 7\n load_nil_is_not_here\nend\n";
    check(&run(text, &[]), 1, "", &["<stdin>:3:2", "no instruction is called"]);
    let text = "func main()\n .line \"prog.lox\" 7\n load_int 1\n load_int 0\n int_div\n return_value\nend\n";
    check(&run(text, &[]), 1, "", &["prog.lox:7"]);
}

#[test]
fn fuel_spent_is_exit_code_3() {
    check(&run(ENDLESS, &["--fuel", "1000"]), 3, "", &["fuel", "--fuel"]);
    check(&run(ENDLESS, &["--fuel", "0"]), 3, "", &["fuel"]);
}

#[test]
fn limits_are_traps() {
    let deep = "func main()\n call main 0\n return_value\nend\n";
    check(&run(deep, &[]), 1, "", &["FrameOverflow"]);
    check(&run(deep, &["--frames", "9000000", "--slots", "100"]), 1, "", &["StackOverflow"]);
    let long =
        "func main()\n load_const \"x\"\n load_int 2000\n string_repeat\n string_len\n print_ln 1\n return\nend\n";
    check(&run(long, &["--memory", "1K"]), 1, "", &["OutOfMemory"]);
    check(&run(long, &["--memory", "3K"]), 0, "2000\n", &[]);
    check(&run(&format!("; flags: --memory 100\n{long}"), &[]), 1, "", &["OutOfMemory"]);
    let much = run(&format!("; flags: --memory 2G\n{long}"), &[]);
    check(
        &much,
        1,
        "",
        &["`--memory 2147483648` is more than a program may take by itself", "if you trust the program"],
    );
}

#[test]
fn the_head_gives_flags_and_the_command_line_wins() {
    let text = format!("; flags: --fuel 10\n{ENDLESS}");
    check(&run(&text, &[]), 3, "", &["10 ticks"]);
    check(&run(&text, &["--fuel", "20"]), 3, "", &["20 ticks"]);
    for (flags, error) in [
        ("--fuel x", "invalid value 'x'"),
        ("--stats", "--stats"),
        ("file.opf", "file.opf"),
        ("--allow env", "--allow"),
        ("--engine reference --no-fuse", "`--no-fuse` contradicts `--engine reference`"),
        ("--engine warp", "warp"),
    ] {
        check(&run(&format!("; flags: {flags}\n{ENDLESS}"), &[]), 1, "", &[error, "; flags:"]);
    }
}

#[test]
fn arguments_become_mains_parameters() {
    let text = "func main(a, b, c)\n get_slot a\n load_const \" \"\n get_slot b\n load_const \" \"\n get_slot c\n print_ln 5\n return\nend\n";
    check(&run(text, &["--", "-12", "2.5", "two words"]), 0, "-12 2.5 two words\n", &[]);
    check(&run(text, &["--", "true", "nil", "0x10"]), 0, "true nil 16\n", &[]);
    check(&run(text, &["--", "1"]), 1, "", &["`main` takes 3 parameters (a b c), not 1"]);
    let none = run("func main()\n return\nend", &["--", "1"]);
    check(&none, 1, "", &["`main` takes 0 parameters, not 1", "write nothing behind `--`, or `func main(NAME, …)`"]);
    check(&run(text, &[]), 1, "", &["`main` takes 3", "a b c"]);
}

#[cfg(unix)]
#[test]
fn what_a_shell_is_told_to_write_makes_the_text() {
    let text = "func main(a)\n get_slot a\n print 1\n return\nend\n";
    for word in ["'ab'", "'it's'", "+4", "'a$b`c'"] {
        let refused = run(text, &["--", word]);
        let (_, quoted) = refused.err.split_once("put it in quotes: `").expect(&refused.err);
        let quoted = &quoted[..quoted.trim_end().len() - 1];
        let told = std::process::Command::new("sh").args(["-c", &format!("printf %s {quoted}")]).output().unwrap();
        let argument = String::from_utf8(told.stdout).unwrap();
        check(&run(text, &["--", &argument]), 0, word, &[]);
    }
}

#[test]
fn programs_that_cannot_start() {
    check(&run("func other()\n return\nend\n", &[]), 1, "", &["main"]);
    check(&run("", &[]), 1, "", &["main"]);
    check(&run("import f/1\nfunc main()\n load_int 1\n call f 1\n return_value\nend\n", &[]), 1, "", &["`f/1`"]);
    check(&run("func main()\n add\n return\nend\n", &[]), 1, "", &["main", "<stdin>:2"]);
    check(&run("func main()\n load_int 1\nend\n", &[]), 1, "", &["main"]);
}

#[test]
fn several_files_are_linked() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(
        path("main.opf"),
        "import twice/1\nfunc main()\n load_int 21\n call twice 1\n print_ln 1\n return\nend\n",
    )
    .unwrap();
    fs::write(path("lib.opf"), "func twice(n)\n get_slot n\n get_slot n\n add\n return_value\nend\n").unwrap();
    check(&opforge(&["run", &path("main.opf"), &path("lib.opf")], ""), 0, "42\n", &[]);
    check(&opforge(&["run", &path("lib.opf"), &path("main.opf")], ""), 1, "", &["main"]);
}

#[test]
fn statistics_and_trace_go_to_standard_error() {
    let text = "func main()\n load_int 1\n load_int 2\n add\n print_ln 1\n return\nend\n";
    check(&run(text, &["--stats"]), 0, "3\n", &["ticks         2\n", "most slots"]);
    check(&run(text, &["--stats", "--json"]), 0, "3\n", &["\"instructions\":null", "\"ticks\":2"]);
    check(&run(text, &["--trace"]), 0, "3\n", &["load_int 1", "add", "main"]);
}

#[test]
fn instructions_are_counted_where_each_is_run() {
    let text = "func main()\n load_int 1\n load_int 2\n add\n print_ln 1\n return\nend\n";
    for flags in [&["--engine", "reference"][..], &["--trace"], &["--trace", "--no-fuse"]] {
        let with = |flag| [flags, &[flag]].concat();
        check(&run(text, &with("--stats")), 0, "3\n", &["instructions  5\n"]);
        check(&run(text, &with("--json")), 0, "3\n", &["\"instructions\":5,"]);
    }
    let fast = run(text, &["--stats", "--no-fold"]);
    assert!(!fast.err.contains("instructions"), "{fast:#?}");
}

/// Which engine ran shows in whether instructions are counted.
#[test]
fn the_command_line_says_all_about_the_engine_if_it_says_something() {
    let body = "func main()\n return\nend\n";
    let counted = |head: &str, flags: &[&str]| {
        let ran = run(&format!("; flags: {head}\n{body}"), &[flags, &["--stats"]].concat());
        assert_eq!(ran.code, Some(0), "{head} {flags:?}: {ran:#?}");
        ran.err.contains("instructions")
    };
    assert!(counted("--engine reference", &[]));
    assert!(counted("--no-fuse", &["--engine", "reference"]));
    assert!(!counted("--engine reference", &["--engine", "fast"]));
    assert!(!counted("--engine reference", &["--no-fold"]));
    assert!(!counted("--no-fold --no-fuse-loops --engine fast", &[]));
}

#[test]
fn engines_stop_at_the_same_tick_and_trap_in_the_same_way() {
    for engine in [&["--engine", "reference"][..], &[], &["--no-fold"], &["--no-fuse"], &["--no-fuse-loops"]] {
        let spent = run(ENDLESS, &[engine, &["--fuel", "12345"]].concat());
        check(&spent, 3, "", &["after 12345 ticks"]);
        check(&run(DIVIDE, engine), 1, "before\n", &["DivisionByZero", "<stdin>:4", "half", "<stdin>:11", "main"]);
        let deep = "func main()\n call main 0\n return_value\nend\n";
        check(&run(deep, &[engine, &["--frames", "77"]].concat()), 1, "", &["FrameOverflow"]);
    }
}

#[test]
fn verify_says_what_is_wrong_for_people_and_programs() {
    let good = "func main()\n return\nend\n";
    check(&opforge(&["verify", "-"], good), 0, "`<stdin>` is well-formed: 1 function\n", &[]);
    let ran = opforge(&["verify", "--json", "-"], "func main()\n add\n return\nend\n");
    assert_eq!(ran.code, Some(1), "{ran:#?}");
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&value["ok"], &value["errors"][0]["function"]), (&false.into(), &"main".into()), "{value}");
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let text = "func main()\ntop:\n load_const \"a line of output\"\n print_ln 1\n jump top\nend\n";
    let mut child = start(text);
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 16]).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[cfg(unix)]
#[test]
fn an_interrupt_is_exit_code_130_after_the_output() {
    let text = "func main()\ntop:\n load_const \"a line of output\"\n print_ln 1\n jump top\nend\n";
    let mut child = start(text);
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 16]).unwrap();
    let killed = std::process::Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("a line of output\n"), "whole lines to the end");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted after"));
}

#[cfg(unix)]
#[test]
fn who_waits_for_an_answer_has_asked_and_can_be_interrupted() {
    use std::process::{Command, Stdio};
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/programs/dialogue.opf");
    let mut command = Command::new(env!("CARGO_BIN_EXE_opforge"));
    command.args(["run", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut question = [0; 6];
    out.read_exact(&mut question).unwrap();
    assert_eq!(&question, b"Name? ");
    // Half an answer, and the stream stays open.
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"half").unwrap();
    let killed = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("dialogue.opf:"), "where it waited");
    drop(input);
}

#[test]
fn a_program_reads_standard_input_by_lines() {
    let text = "func main()\n read_line\n read_line\n read_line\n print 3\n return\nend\n";
    let folder = std::env::temp_dir().join(format!("opforge-reads-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("reads.opf");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    check(&opforge(&["run", path], "a\r\nb"), 0, "abnil", &[]);
    check(&opforge(&["run", path], ""), 0, "nilnilnil", &[]);
    // What is on standard input is the program.
    check(&run(text, &[]), 0, "nilnilnil", &[]);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_head_raises_limits_up_to_a_ceiling_that_the_command_line_lifts() {
    let deep = "func down(n)\n get_slot n\n jump_if_false done\n get_slot n\n dec\n call down 1\n return_value\ndone:\n return\nend\nfunc main()\n load_int 15000\n call down 1\n return_value\nend\n";
    let head = |flags: &str| format!("; flags: {flags}\n{deep}");
    for flags in ["--frames 1000000000 --slots 100000", "--frames 10000 --slots 100000000000", "--frames 10001"] {
        check(
            &run(&head(flags), &[]),
            1,
            "",
            &["; flags:", "more than a program may take by itself", "opforge run --", " -`"],
        );
    }
    check(&run(&head("--frames 10000 --slots 100000"), &[]), 1, "", &["FrameOverflow"]);
    let own = ["--frames", "20000", "--slots", "200000"];
    check(&run(&head("--frames 1000000000 --slots 100000000000"), &own), 0, "", &[]);
    check(&run(&head("--frames 10"), &["--frames", "20000", "--slots", "200000"]), 0, "", &[]);
    check(
        &run("; flags: --frames 1\nfunc f()\n return\nend\nfunc main()\n call f 0\n return_value\nend\n", &[]),
        1,
        "",
        &["FrameOverflow"],
    );
}

#[test]
fn what_is_not_a_value_is_not_taken_for_a_text() {
    let text = "func main(a)\n get_slot a\n print_ln 1\n return\nend\n";
    for (word, part) in [
        ("99999999999999999999", "does not fit in 64 bits"),
        ("NaN", "write `nan`"),
        ("True", "write `true`"),
        ("+4", "write `4`"),
        ("2024-01-01", "'\"2024-01-01\"'"),
    ] {
        check(&run(text, &["--", word]), 2, "", &[word, part]);
        check(&run(text, &["--", &format!("\"{word}\"")]), 0, &format!("{word}\n"), &[]);
    }
    check(&run(text, &["--", "nan"]), 0, "nan\n", &[]);
    check(&run("func main()\n load_float nan\n print_ln 1\n return\nend\n", &[]), 0, "nan\n", &[]);
    for file in ["48", "text", "-3.5"] {
        let ran = opforge(&["run", "examples/programs/gcd.opf", file, "36"], "");
        assert_ne!(ran.code, Some(0));
        assert!(ran.err.contains("-- "), "{ran:#?}");
    }
    check(
        &opforge(&["run", "examples/programs/gcd.opf", "48", "36"], ""),
        1,
        "",
        &["examples/programs/gcd.opf -- 48 36`"],
    );
}

#[test]
fn a_slice_that_ends_says_where() {
    check(&run(ENDLESS, &["--fuel", "9"]), 3, "", &["after 9 ticks\n", "in main at 0x", "(<stdin>:3)"]);
    check(&run(ENDLESS, &["--fuel", "1"]), 3, "", &["after 1 tick\n"]);
    let ran = run(ENDLESS, &["--fuel", "9", "--json"]);
    let value: serde_json::Value = serde_json::from_str(ran.err.lines().last().unwrap()).unwrap();
    assert!(value["position"].as_str().unwrap().contains("<stdin>:3"), "{value}");
    // With the calls that led there.
    let called = "func spin()\ntop:\n jump top\nend\nfunc main()\n call spin 0\n return\nend\n";
    check(&run(called, &["--fuel", "9"]), 3, "", &["  in spin at 0x", "  called from main at 0x"]);
    let ran = run(called, &["--fuel", "9", "--json"]);
    let value: serde_json::Value = serde_json::from_str(ran.err.lines().last().unwrap()).unwrap();
    assert_eq!(value["omitted"], 0, "{value}");
    assert!(value["trace"][0].as_str().unwrap().contains("main at 0x"), "{value}");
}

#[test]
fn json_of_a_trap_has_value_and_trace() {
    let text = "func fail()\n load_const \"why\"\n raise\nend\nfunc main()\n call fail 0\n return_value\nend\n";
    let ran = run(text, &["--json"]);
    let value: serde_json::Value = serde_json::from_str(ran.err.lines().last().unwrap()).unwrap();
    let trap = &value["trap"];
    assert_eq!((&trap["value"], &trap["omitted"]), (&"why".into(), &0.into()), "{value}");
    assert!(trap["trace"][0].as_str().unwrap().contains("main at 0x"), "{value}");
}
