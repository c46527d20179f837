use super::{assemble, disassemble};
use crate::Module;
use crate::standard::Isa;
use proptest::prelude::*;

mod foreign;
mod registers;
mod round_trips;

fn module(text: &str) -> Module {
    match assemble::<Isa>("test.opf", text) {
        Ok(module) => module,
        Err(errors) => panic!("{errors}"),
    }
}

/// The first error of `text` is shown with this underline, message and help.
#[track_caller]
fn refused(text: &str, message: &str, underlined: &str, help: &str) {
    let errors = match assemble::<Isa>("test.opf", text) {
        Ok(_) => panic!("this assembles:\n{text}"),
        Err(errors) => errors,
    };
    let shown = errors.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], format!("error: {message}"), "{shown}");
    let helped = lines.iter().find_map(|line| line.split_once(" = help: "));
    assert_eq!(helped.map(|(_, helped)| helped), Some(help), "{shown}");
    let start = lines[4].find('^').unwrap_or(0);
    assert_eq!(lines[3].get(start..lines[4].len()).unwrap_or(""), underlined, "{shown}");
    assert_eq!(usize::try_from(errors.list()[0].column).unwrap() + lines[3].find('|').unwrap() + 1, start, "{shown}");
}

/// As [`refused`], with `line` in a function that has slot `n`, label `top` and some company.
#[track_caller]
fn refused_line(line: &str, message: &str, underlined: &str, help: &str) {
    let text =
        format!("import host/2\nglobal total\nfunc fib(n)\ntop:\n    {line}\n    load_true\n    return_value\nend\n");
    refused(&text, message, underlined, help);
}

#[test]
fn lists_of_labels() {
    let module =
        module("func f(n)\na: b:\n get_slot n\n switch [a, c,b ,a]\nc:\n get_slot n\n switch []\n return\nend\n");
    assert_eq!(module.functions[0].target_lists, [vec![0, 6, 0, 0], Vec::new()]);
    let usage = "write `switch [CASES, …]`";
    refused_line(
        "switch top",
        "operand `cases` is a list of labels in brackets, such as `[one, two]`, found `top`",
        "top",
        usage,
    );
    refused_line("switch [top", "expected `,` or `]`, found the end of the line", "", usage);
    refused_line("switch [", "expected a label or `]`, found the end of the line", "", usage);
    refused_line("switch [top,]", "expected a label, found `]`", "]", usage);
    refused_line("switch [top top]", "expected `,` or `]`, found `top`", "top", usage);
    refused_line("switch [1]", "expected a label or `]`, found the number `1`", "1", usage);
    refused_line("switch [top]]", "expected the end of the line, found `]`", "]", usage);
    refused_line("switch", "expected 1 operand, found 0", "switch", usage);
    refused_line("switch [top] [top]", "expected 1 operand, found 2", "[", usage);
    refused_line(
        "switch n, [top]",
        "`switch` can jump, which would skip storing its result",
        ",",
        "push its inputs, then write `switch [CASES, …]`; operands are separated by spaces",
    );
    refused_line("switch [top, tap]", "no label of this function is called `tap`", "tap", "did you mean `top`?");
    refused_line("jump [top]", "operand `target` is a label's name, found `[`", "[", "write `jump TARGET`");
    refused_line(
        "tap\n    get_slot n\n    switch [tap]",
        "no instruction is called `tap`",
        "tap",
        "did you mean `tap:`?",
    );
}

#[test]
fn instructions_that_are_none() {
    refused_line("ad", "no instruction is called `ad`", "ad", "did you mean `add`?");
    refused_line(
        "frobnicate",
        "no instruction is called `frobnicate`",
        "frobnicate",
        "`opforge spec list TABLE` prints the instructions of a table",
    );
    refused_line("LoadInt 42", "no instruction is called `LoadInt`", "LoadInt", "did you mean `load_int`?");
    refused_line("ret", "no instruction is called `ret`", "ret", "did you mean `return`?");
    let listed = "`opforge spec list TABLE` prints the instructions of a table";
    refused_line("mov", "no instruction is called `mov`", "mov", listed);
    // Words of other machines.
    refused_line("push 1", "no instruction is called `push`", "push", "did you mean `load_int`?");
    refused_line("jz top", "no instruction is called `jz`", "jz", "did you mean `jump_if_false`?");
    refused_line("load_nil", "no instruction is called `load_nil`", "load_nil", "did you mean `load_undef`?");
    // Words that are labels, and labels that are none.
    refused_line("loop\n    jump loop", "no instruction is called `loop`", "loop", "did you mean `loop:`?");
    refused_line("tap\n    .catch tap top top 0", "no instruction is called `tap`", "tap", "did you mean `tap:`?");
    refused_line("load_int: 30", "no instruction is called `30`", "30", "did you mean `load_int 30`?");
    refused_line("get_slot: n", "no instruction is called `n`", "n", "did you mean `get_slot n`?");
    refused_line("again: 30", "no instruction is called `30`", "30", listed);
    refused_line("load_int: x", "no instruction is called `x`", "x", "did you mean `load_int VALUE`?");
    refused_line("add: foo 1", "no instruction is called `foo`", "foo", listed);
    refused_line("add: sbu", "no instruction is called `sbu`", "sbu", "did you mean `sub`?");
    refused_line("call: fib 1", "no instruction is called `fib`", "fib", "did you mean `call fib 1`?");
    refused_line("w_:1\n    jump w_1", "no instruction is called `1`", "1", "did you mean `w_1:`?");
    // What is pushed says how.
    for (pushed, meant) in [
        ("1.5", "load_float 1.5"),
        ("\"a\"", "load_const \"a\""),
        ("true", "load_true"),
        ("nil", "load_undef"),
        ("n", "get_slot n"),
        ("m", "load_int"),
    ] {
        let (line, help) = (format!("push {pushed}"), format!("did you mean `{meant}`?"));
        refused_line(&line, "no instruction is called `push`", "push", &help);
    }
    for name in ["bitxor", "BitXor", "bitx_or"] {
        let message = format!("no instruction is called `{name}`");
        refused_line(name, &message, name, "did you mean `bit_xor`?");
    }
    refused_line("load_foat 1", "no instruction is called `load_foat`", "load_foat", "did you mean `load_float`?");
    refused_line("num_el", "no instruction is called `num_el`", "num_el", "did you mean `num_le`?");
    refused_line("jump :top", "expected the end of the line, found `:`", ":", "write `jump TARGET`");
    refused_line("call fib()", "expected the end of the line, found `(`", "(", "write `call F ARGC`");
    refused_line("sub r1 r2", "expected 0 operands, found 2", "r1", "write `sub`, or with slots `sub RESULT, A, B`");
    refused_line("jump", "expected 1 operand, found 0", "jump", "write `jump TARGET`");
    refused_line("load_int 1 2", "expected 1 operand, found 2", "2", "write `load_int VALUE`");
}

#[test]
fn operands_that_do_not_fit() {
    let loads = |mnemonic: &str, operand: &str, shown: &str, help: &str| {
        let kind = if mnemonic == "load_int" { "an integer" } else { "a float, such as `1.0`" };
        let message =
            format!("operand `value` is {kind}, found {shown}`{operand}`").replace("`\"", "\"").replace("\"`", "\"");
        refused_line(&format!("{mnemonic} {operand}"), &message, operand, help);
    };
    loads("load_int", "x", "", "write `load_int VALUE`");
    loads("load_int", "1.5", "the number ", "write `load_int VALUE`, or `load_float 1.5`");
    loads("load_int", "2.0", "the number ", "write `load_int 2`, or `load_float 2.0`");
    loads("load_int", "-1e3", "the number ", "write `load_int -1000`, or `load_float -1e3`");
    loads("load_int", "1e300", "the number ", "write `load_int VALUE`, or `load_float 1e300`");
    loads("load_int", "inf", "", "write `load_int VALUE`, or `load_float inf`");
    loads("load_int", "true", "", "write `load_int VALUE`, or `load_true`");
    loads("load_int", "\"text\"", "the text ", "write `load_int VALUE`, or `load_const \"text\"`");
    loads("load_int", "n", "", "write `load_int VALUE`, or `get_slot n`");
    loads("load_float", "1", "the number ", "write `load_float 1.0`, or `load_int 1`");
    loads("load_float", "nil", "", "write `load_float VALUE`, or `load_undef`");
    for (word, meant) in [("NaN", "nan"), ("Infinity", "inf"), ("INF", "inf")] {
        let found = format!("operand `value` is a float, such as `1.0`, found `{word}`");
        refused_line(&format!("load_float {word}"), &found, word, &format!("write `load_float {meant}`"));
    }
    let numbers = "numbers are written like `12`, `-0x1f`, `1_000`, `2.5`, `1e-9`";
    refused_line(
        "load_int 9223372036854775808",
        "`9223372036854775808` does not fit in 64 bits",
        "9223372036854775808",
        numbers,
    );
    refused_line("load_int 0b12", "`0b12` has a character that is no digit", "0b12", numbers);
    refused_line("load_float 1e999", "`1e999` is too large for a float; infinity is written `inf`", "1e999", numbers);
    refused_line(
        "get_slot m",
        "no slot of this function is called `m`",
        "m",
        "declare it with `local m` after `func fib(…)`, or as a parameter there",
    );
    refused_line(
        "get_slot r1",
        "no slot of this function is called `r1`",
        "r1",
        "declare it with `local r1` after `func fib(…)`, or as a parameter there",
    );
    refused_line("get_slot 1", "`1` is out of range for slot in function `fib`", "1", "write a number from 0 to 0");
    refused_line("get_var totl", "no global is called `totl`", "totl", "did you mean `total`?");
    refused_line("jump tap", "no label of this function is called `tap`", "tap", "did you mean `top`?");
    refused_line("jump 4", "operand `target` is a label's name, found the number `4`", "4", "write `jump TARGET`");
    refused_line("call fub 1", "no function or import is called `fub`", "fub", "did you mean `fib`?");
    refused_line("call fib 2", "`fib` takes 1 argument, 2 given", "2", "push 1 and write 1 here, or let `fib` take 2");
    refused_line(
        "call host 1",
        "`host` takes 2 arguments, 1 given",
        "1",
        "push 2 and write 2 here, or let `host` take 1",
    );
    refused_line("print 256", "`256` is out of range for an 8-bit count", "256", "write a number from 0 to 255");
    refused_line("print -1", "`-1` is out of range for an 8-bit count", "-1", "write a number from 0 to 255");
}

#[test]
fn characters_and_texts() {
    refused_line(
        "load_const \"abc",
        "the text is not closed",
        "\"abc",
        "close it with `\"` on the same line; a line break within is `\\n`",
    );
    refused_line(
        "load_const \"a\\qb\"",
        "unknown escape `\\q`",
        "\\q",
        r#"escapes are \n \r \t \0 \\ \" \xHH (up to 7f) and \u{HEX}"#,
    );
    let help = "an instruction is a mnemonic and operands separated by spaces; `;` starts a comment";
    refused_line("add @ sum", "unexpected character '@'", "@", help);
    let comment = "a comment begins with `;` and ends with the line";
    for mark in ["//", "/*", "#", "--"] {
        refused_line(&format!("add {mark} sum"), &format!("`{mark}` begins no comment"), mark, comment);
    }
    let text = "a text stands in double quotes, as in `\"text\"`";
    refused_line("load_const 'ab'", "more than one character", "'ab'", text);
    let braces = "a function begins with `func NAME()` and ends with a line `end`, without braces";
    refused("func f() {\n return\nend\n", "unexpected character '{'", "{", braces);
    assert_eq!(assemble::<Isa>("test.opf", "func f() {\n return\nend\n").unwrap_err().list().len(), 1);
    refused_line(
        "12",
        "no statement begins with the number `12`",
        "12",
        "begin with `import`, `global` or `func`, or with a mnemonic or label inside a function",
    );
}

#[test]
fn structure() {
    let outside = "begin a function with `func NAME()` before it, or move it into one";
    refused("local x\nend\n", "`local` stands outside a function", "local", outside);
    refused("add\n", "`add` stands outside a function", "add", outside);
    refused("end\n", "`end` without a function", "end", "remove it, or begin the function with `func NAME()`");
    refused(
        "func f()\n  return\n",
        "function `f` has no `end`",
        "f",
        "write `end` on a line of its own after its last instruction",
    );
    let nested = "write `end` before `func g` if `f` is over, else move `g` out of it";
    let text = "func f()\n  func g()\n    return\n  end\n  load_true\n  return_value\nend\nfunc h()\n  return\nend\n";
    refused(text, "function `g` begins inside function `f`", "g", nested);
    assert_eq!(assemble::<Isa>("test.opf", text).unwrap_err().list().len(), 1, "said once");
    refused(&format!("{text}add\n"), "function `g` begins inside function `f`", "g", nested);
    assert_eq!(assemble::<Isa>("test.opf", &format!("{text}add\nend\n")).unwrap_err().list().len(), 2);
    assert_eq!(assemble::<Isa>("test.opf", "main:\n load_int 1\n return\nend\n").unwrap_err().list().len(), 1);
    refused("function f()\n return\nend\n", "`function` stands outside a function", "function", "did you mean `func`?");
    assert_eq!(assemble::<Isa>("test.opf", "func 1f()\n return\nend\n").unwrap_err().list().len(), 1);
    refused("fun main()\n", "`fun` stands outside a function", "fun", "did you mean `func`?");
    refused_line(".lin \"f\" 2", "no directive is called `.lin`", ".lin", "did you mean `.line`?");
    refused_line(
        ".align 4",
        "no directive is called `.align`",
        ".align",
        "the directives are `.line` and `.catch` in functions, `.module`, `.constant` and `.file` outside",
    );
    refused(
        "func f()\nglobal x\nend\n",
        "`global` stands inside function `f`",
        "global",
        "put it before `func f`; if the function is over, `end` is missing before `global`",
    );
    refused(
        "func f()\n  return\n  local x\nend\n",
        "`local` stands after the first instruction of function `f`",
        "local",
        "put it on the line after `func f(…)`",
    );
    refused("func f\nend\n", "expected `(`, found the end of the line", "", "write `func NAME(PARAMETER, …)`");
    refused("func f(a b)\nend\n", "expected `,` or `)`, found `b`", "b", "write `func NAME(PARAMETER, …)`");
    refused("import f 2\n", "expected `/`, found the number `2`", "2", "write `import NAME/ARITY`");
    refused(
        "import f/65536\n",
        "`65536` is out of range for the number of arguments",
        "65536",
        "write a number from 0 to 65535",
    );
    refused("global 2x\n", "expected a name, found the number `2x`", "2x", "write `global NAME`");
    refused("global x y\n", "expected the end of the line, found `y`", "y", "write `global NAME`");
}

#[test]
fn names_given_twice() {
    let first = "the first is on line 1; give one of them another name";
    refused("global x\nglobal x\n", "there are two functions, imports or globals called `x`", "x", first);
    refused("import x/1\nfunc x()\nend\n", "there are two functions, imports or globals called `x`", "x", first);
    let later = "the first is on line 1; give one of them another name";
    refused("global f\nfunc f()\nend\n", "there are two functions, imports or globals called `f`", "f", later);
    assert_eq!(assemble::<Isa>("test.opf", "global f\nfunc f()\nend\n").unwrap_err().list()[0].line, 2);
    refused("func f(a, a)\nend\n", "there are two slots called `a`", "a", first);
    refused("func f(a)\nlocal a\nend\n", "there are two slots called `a`", "a", first);
    refused(
        "func f()\nx:\nx:\nend\n",
        "there are two labels called `x`",
        "x",
        "the first is on line 2; give one of them another name",
    );
}

#[test]
fn regions() {
    let text = |catch: &str| format!("func f()\na:\n  nop\nb:\n  return\nc:\n  return_value\n  .catch {catch}\nend\n");
    let help = "write `.catch START END TARGET HEIGHT` with END after START";
    refused(&text("b a c 0"), "the region ends before it begins", "a", help);
    refused(&text("a a c 0"), "the region ends before it begins", "a", help);
    refused(
        &text("a b d 0"),
        "no label of this function is called `d`",
        "d",
        "put `d:` before the instruction to go to",
    );
    refused(
        &text("a b c"),
        "expected the height, found the end of the line",
        "",
        "write `.catch START END TARGET HEIGHT`",
    );
    refused(
        &text("a b c 0\n  .catch a b b 0"),
        "another `.catch` guards the same instructions",
        "a",
        "keep one of them; its handler can `raise` again to an outer one",
    );
    let module = module(&text("a b c 0\n  .catch a c b 0"));
    let ends: Vec<u32> = module.functions[0].regions.iter().map(|region| region.end).collect();
    assert_eq!(ends, [2, 1], "by start, the longer first");
}

#[test]
fn all_errors_at_once_up_to_a_limit() {
    let lines: String = (0..80).map(|line| format!("  wrong_{line}\n")).collect();
    let text = format!("func f()\n{lines}end\n");
    let errors = assemble::<Isa>("test.opf", &text).unwrap_err();
    assert_eq!((errors.list().len(), errors.more()), (50, 30));
    assert!(errors.list().is_sorted_by_key(|error| error.line));
    assert!(errors.to_string().ends_with("error: and 30 more\n"));
}

#[test]
fn terminals_are_not_given_control_characters() {
    let errors = assemble::<Isa>("a\u{1b}b.opf", "func f()\n\tjump \u{1b}[31m\u{202e}\n end\n").unwrap_err();
    assert!(!errors.to_string().contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn the_whole_language_round_trips() {
    let text = "\u{feff}; all of it\r\nimport host/2\r\nglobal total\n\
        func main(a, b.c)\n    local i r9\n.line \"main.lox\" 7\n    load_int -0x10 ; comment\n    set_slot i\n\
        again: load_const \"t\\u{e9}xt \\\"q\\\" ; no comment\\n\"\n    pop\n    load_const nan:0x7ff8000000000001\n    pop\n\
        load_const nan\n pop\n load_const -0.0\n pop\n load_const 1_000\n pop\n load_const nil\n pop\n load_const true\n set_var total\n\
        .line \"main.lox\" 9\n get_slot r0\n get_slot 1\n call host 2\n pop\n get_slot r9\n jump_if_true again\n\
        end: return\ncaught: return_value\n .catch again end caught 0\nend\n\
        func helper()\n return\nend\n\nfunc unknown()\n .line \"\" 0\n return\nend\n";
    let first = module(text);
    let main = &first.functions[0];
    assert_eq!((main.params.join(" "), main.locals.join(" ")), ("a b.c".to_owned(), "i r9".to_owned()));
    assert_eq!(first.files, ["main.lox", "test.opf"]);
    assert_eq!(first.source_line(0, 0), Some(("main.lox", 7)));
    assert_eq!(first.source_line(1, 0), Some(("test.opf", 35)));
    assert_eq!(first.source_line(2, 0), None);
    assert_eq!(first.constants.len(), 7);
    let printed = disassemble::<Isa>(&first).unwrap();
    assert_eq!(module(&printed).to_bytes(), first.to_bytes(), "{printed}");
}

#[test]
fn long_lines_are_answered_in_little_space_and_without_recursion() {
    for line in ["a:".repeat(400_000), "a".repeat(1_000_000), "jump ".repeat(200_000), "(".repeat(1_000_000)] {
        let text = format!("func f()\n{line}\nend\n");
        let shown = assemble::<Isa>("test.opf", &text).map_err(|errors| errors.to_string()).unwrap_err();
        assert!(shown.len() < 100_000, "{} bytes", shown.len());
    }
    let long = format!("func f()\n  load_const \"{}\"\nend\n", "a".repeat(2 << 20));
    assert!(assemble::<Isa>("test.opf", &long).is_ok());
    assert!(disassemble::<Isa>(&module(&long)).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "(?s).{0,200}") {
        let _ = assemble::<Isa>("x", &text).map_err(|errors| errors.to_string());
    }

    #[test]
    fn any_words_are_answered(words in prop::collection::vec(prop::sample::select(vec![
        "func", "end", "f", "(", ")", "a", ",", "local", "import", "/", "1", "-1", "0x", "global", "\n", "\n", ":", "\"s\"", "\"",
        "nan:0x", ".line", ".catch", "jump", "call", "load_const", "load_int", "get_slot", "r0", ";", "\\", "é", "\r\n", "\t", "1e", "inf",
        "add", "r1", "true", "load_true",
    ]), 0..60), spaced in any::<bool>()) {
        let text = words.join(if spaced { " " } else { "" });
        if let Ok(module) = assemble::<Isa>("x", &text) {
            let printed = disassemble::<Isa>(&module).map_err(|error| error.to_string());
            prop_assert!(printed.is_ok(), "{printed:?}");
        }
    }
}
