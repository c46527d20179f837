//! A line in the style of another language is one error, wherever else what it means to declare is used.

use super::{assemble, refused};
use crate::standard::Isa;

#[track_caller]
fn one_error(text: &str) {
    let errors = assemble::<Isa>("test.opf", text).expect_err(text);
    assert_eq!(errors.list().len(), 1, "{text}\n{errors}");
}

/// Lines of a function that has slot `n` and label `top`, beside function `fib`, import `host` and global `total`.
const LINES: &[&str] = &[
    "jump_if_true @ top",
    "JumpIfTrue @ top",
    "jump @top",
    "jump $top",
    "load_int, 1",
    "load_int(1)",
    "add r1 = r2",
    "n = 5",
    "n := 5",
    "let n = 5",
    "load_int #5",
    "load_int $5",
    "mov n, 5",
    "call fib(1)",
    "call fib, 1",
    "call fib 1, 2",
    "fib(1)",
    "return 1",
    "return n",
    "return(1)",
    "if n goto top",
    "goto top;",
    "jump top if n",
    "load_const 'abc'",
    "load_const \"abc",
    "print \"hello\"",
    "print(\"hello\")",
    "add [1]",
    "load_int 1,000",
    "load_int 0xZZ",
    "get_slot [n]",
    "get_slot %n",
    "get_slot @n",
    "get_local n",
    "local x = 5",
    "local x, y",
    "var x",
    "top",
    "top::",
    "w_:1\n    jump w_1",
    ":top",
    "@top:",
    "top :",
    "nop // comment",
    "nop # c",
    "nop -- c",
    "nop /* c */",
    "{",
    "}",
    "();",
    "lbl: jump lbl2:",
    "label top2",
    "1: jump 1",
    ".top: nop",
    ".L1:\n    jump .L1",
    "top2: @foo\n    jump top2",
    "$x: nop\n    jump x",
    "try {",
    "catch top top top",
    ".catch top, top, top, 0",
    ".catch a b c 0",
    ".line 5",
    ".line \"a\", 5",
    "local 5\n    get_slot 5",
    "local\n    get_slot x\n    get_slot y",
    ":\n    jump top2",
    "loop\n    jump loop",
    "load_int: 30",
    "get_slot: n",
];

/// What stands before a function that is right.
const TEXTS: &[&str] = &[
    "func main() {\n    return\n}",
    "func main() { return }",
    "func main()\n{\n    return\n}",
    "fn main() {\n    return\n}",
    "def main():\n    return",
    "function main()\n    return\nend",
    "func main {\n    return\n}",
    "func main\n    return\nend",
    "func main(a b)\n    return\nend",
    "func main(a: int)\n    return\nend",
    "func main(a: int) -> int\n    return\nend",
    "func main(a, b) -> int {\n    get_slot a\n return_value\n}",
    "main:\n    return",
    ".func main\n    return\n.end",
    "func main()\n    return\nend func",
    "func main()\n    return\nendfunc",
    "func main():\n    return\nend",
    "proc main\n  return\nendp",
    "global x = 5\nfunc a()\n get_var x\n return_value\nend",
    "global x, y\nfunc a()\n get_var x\n get_var y\n return_value\nend",
    "var x\nfunc a()\n get_var x\n return_value\nend",
    "global $x\nfunc a()\n get_var x\n return_value\nend",
    "import host(2)\nfunc a()\n load_int 1\nload_int 1\n call host 2\n return_value\nend",
    "import host\nfunc a()\n load_int 1\nload_int 1\n call host 2\n return_value\nend",
    "import \"host\"/2\nfunc a()\n load_int 1\nload_int 1\n call host 2\n return_value\nend",
    "import host/x\nfunc a()\n load_int 1\nload_int 1\n call host 2\n return_value\nend",
    "func a(x, y\n get_slot x\n get_slot y\n return_value\nend",
    "func a(x y)\n get_slot x\n get_slot y\n return_value\nend",
    "local x\n get_slot x\n return_value\nend\nfunc b()\n call a 0\n return_value\nend",
    "global\nfunc a()\n get_var x\n get_var y\n return_value\nend",
    "import /1\nfunc a()\n load_int 1\n call host 1\n return_value\nend",
    "func\n get_slot x\n call a 1\n return_value\nend",
    "func x)\n get_slot x\n get_slot 0\n call a 1\n return_value\nend",
    "func a x)\n get_slot x\n get_slot 0\n get_slot r0\n call a 1\n return_value\nend",
    "func a(x\n get_slot x\n get_slot 1\n return_value\nend",
    "func a()\n load_int 1\n call a 1\n load_int 1\n call a 1\n return_value\nend",
    "func a()\n local x y\n call x, a, y\n call x, a, y\n return_value\nend",
    "func a(x, 5)\n get_slot x\n return_value\nend",
    "func 1a(x)\n get_slot x\n return_value\nend",
    "func a-b(x)\n get_slot x\n return_value\nend",
    "func a()\n local x = 1\n get_slot x\n return_value\nend",
    "func a()\n local x, y\n get_slot x\n get_slot y\n return_value\nend",
    "func a()\n var x\n get_slot x\n return_value\nend",
    "func a()\n locals x\n get_slot x\n return_value\nend",
    "func a()\n local $x\n get_slot x\n return_value\nend",
    "func a()\n  nop\n local x\n get_slot x\n return_value\nend",
    "public func a()\n return\nend",
    "int main() {\n return 0;\n}",
    "section .text\nmain:\n return",
    "module \"x\"",
    ".module x",
    ".constant",
    ".constants 5",
    "constant 5",
    "ned",
    "func a()\n return\nned",
    "fucn a()\n return\nend",
    "func a()\n return\nEnd",
    "FUNC a()\n return\nEND",
    "func a()\n  func b()\n  return\n end\n return\nend",
    "func a()\n jump tap\n jump tap\ntpa:\n return\nend",
    "func a()\n  get_slot xx\n get_slot xx\n return_value\nend",
];

#[test]
fn lines_within_a_function() {
    for line in LINES {
        one_error(&format!(
            "import host/2\nglobal total\nfunc fib(n)\ntop:\n    {line}\n    load_true\n    return_value\nend\n"
        ));
    }
}

#[test]
fn functions_and_declarations() {
    for text in TEXTS {
        one_error(&format!("{text}\nfunc last()\n    return\nend\n"));
    }
}

#[test]
fn a_name_that_nothing_has_is_said_once() {
    let text = "func f()\n  jump tap\n  jump tap\ntop:\n  jump tap\nend\n";
    one_error(text);
    let errors = assemble::<Isa>("test.opf", text).expect_err(text);
    assert_eq!(errors.list()[0].again, 2);
    assert!(errors.to_string().contains("= note: and in 2 other lines\n"), "{errors}");
}

#[test]
fn calls_that_pass_as_many_are_one_mistake() {
    let text = "func f()\n  call f 1\n  call f 2\n  call f 1\n  return_value\nend\n";
    let errors = assemble::<Isa>("test.opf", text).expect_err(text);
    let again: Vec<(u32, usize)> = errors.list().iter().map(|error| (error.line, error.again)).collect();
    assert_eq!(again, [(2, 1), (3, 0)]);
}

#[test]
fn mistakes_on_several_lines_are_several_errors() {
    let text = "global x = 5\nfunc f(a)\n  get_slot b\n  jump tap\n  ad\n  get_var x\n  return_value\nend\n";
    let errors = assemble::<Isa>("test.opf", text).expect_err(text);
    let lines: Vec<u32> = errors.list().iter().map(|error| error.line).collect();
    assert_eq!(lines, [1, 3, 4, 5]);
}

#[test]
fn braces_are_answered_with_the_right_form() {
    let help = "a function begins with `func NAME()` and ends with a line `end`, without braces";
    for text in ["func main() {\n  return\n}\n", "func main() { return }\n", "fn main() {\n  return\n}\n"] {
        refused(text, "unexpected character '{'", "{", help);
    }
    refused("func main()\n  return\nendfunc\n", "expected `end`, found `endfunc`", "endfunc", "write `end`");
}
