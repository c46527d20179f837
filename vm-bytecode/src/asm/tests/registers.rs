use super::{module, refused, refused_line};
use crate::Module;
use crate::standard::Isa;

/// `short` and `long`, bodies of a function with parameters `a` and `b` and locals `i` and `total`, are the same bytes.
#[track_caller]
fn same(short: &str, long: &str) {
    let assembled = |body: &str| -> Module {
        let declarations = "import host/2\nglobal g\nfunc f(a, b)\n local i total\n.line \"f\" 1\n";
        module(&format!("{declarations}{body}\nend\nfunc none()\n.line \"f\" 2\n return\nend\n"))
    };
    assert_eq!(assembled(short).to_bytes(), assembled(long).to_bytes(), "{short}");
}

#[test]
fn register_form_is_stored_as_stack_form() {
    same("add r3, r1, r2", "get_slot 1\n get_slot 2\n add\n set_slot 3");
    same("sub total, total, i", "get_slot total\n get_slot i\n sub\n set_slot total");
    same("negate i, a", "get_slot a\n negate\n set_slot i");
    same("get_slot i, a", "get_slot a\n set_slot i");
    same("get_slot i, 1", "get_slot 1\n set_slot i");
    same("get_var i, g", "get_var g\n set_slot i");
    same("pre_inc_slot i, a", "pre_inc_slot a\n set_slot i");
    same("top: inc i, i\n jump top", "top: get_slot i\n inc\n set_slot i\n jump top");
}

#[test]
fn rows_without_inputs_take_their_operands() {
    same("load_int r3, 5", "load_int 5\n set_slot 3");
    same("load_const i, \"text\"", "load_const \"text\"\n set_slot i");
    same("load_true i", "load_true\n set_slot i");
    same("load_undef r2", "load_undef\n set_slot 2");
}

#[test]
fn sources_may_be_literals() {
    same("add i, i, 1", "get_slot i\n load_int 1\n add\n set_slot i");
    same("sub i, -0x10, i", "load_int -16\n get_slot i\n sub\n set_slot i");
    same("mul i, 0.5, inf", "load_float 0.5\n load_float inf\n mul\n set_slot i");
    same("mul i, nan, nan:0x7ff8000000000001", "load_float nan\n load_float nan:0x7ff8000000000001\n mul\n set_slot i");
    same("truth i, true\n truth i, false", "load_true\n truth\n set_slot i\n load_false\n truth\n set_slot i");
    same("truth i, nil", "load_undef\n truth\n set_slot i");
    same("truth i, \"x\"", "load_const \"x\"\n truth\n set_slot i");
}

#[test]
fn calls_take_the_function_then_its_arguments() {
    same("call i, f, a, 1", "get_slot a\n load_int 1\n call f 2\n set_slot i");
    same("call i, host, \"x\", b", "load_const \"x\"\n get_slot b\n call host 2\n set_slot i");
    same("call i, none", "call none 0\n set_slot i");
}

#[test]
fn a_slot_is_found_by_its_name_first() {
    let short = module("func f(r1, true)\n local inf\n add r1, r0, true\n truth inf, inf\n return\nend\n");
    let long = "func f(r1, true)\n local inf\n .line \"test.opf\" 3\n get_slot 0\n get_slot 1\n add\n set_slot 0\n .line \"test.opf\" 4\n get_slot 2\n truth\n set_slot 2\n .line \"test.opf\" 5\n return\nend\n";
    assert_eq!(short.to_bytes(), module(long).to_bytes());
}

#[test]
fn lines_labels_and_handlers_stay() {
    let text = "func main(n)\n local i total\n load_int i, 0\n load_int total, 0\nbegin:\n .line \"main.lox\" 7\nagain:\n num_lt r3, i, n\n\
        get_slot r3\n jump_if_false done\n int_div total, total, 0\nfinish:\n return\ndone: get_slot total\n return_value\n\
        caught: return_value\n .catch begin finish caught 0\nend\n";
    let text = text.replace("local i total", "local i total more");
    let module = module(&text);
    let lines: Vec<u32> = module.functions[0].lines.iter().map(|line| line.line).collect();
    assert_eq!(lines, [3, 4, 7], "one line for all that an instruction in register form stands for");
    crate::verify::<Isa>(module).unwrap();
}

#[test]
fn what_is_no_register_form() {
    let add = "write `add RESULT, A, B`";
    refused_line("add n, n", "expected 3 parts between commas, found 2", "add", add);
    refused_line("add n, n, n, 1", "expected 3 parts between commas, found 4", "1", add);
    refused_line("add n, n,", "expected a slot or a literal, found the end of the line", "", add);
    refused_line("add n,, n", "expected a slot or a literal, found `,`", ",", add);
    refused_line("add n n, n", "expected `,`, found `n`", "n", add);
    refused_line("add 0, n, n", "operand `RESULT` is a slot's name or `rN`, found the number `0`", "0", add);
    refused_line("add n, n, (", "operand `b` is a slot or a literal, found `(`", "(", add);
    refused_line(
        "add m, n, 1",
        "no slot of this function is called `m`",
        "m",
        "declare it with `local m` after `func fib(…)`, or as a parameter there; with commas the slot for the result comes first: `add RESULT, A, B`",
    );
    refused_line(
        "add n, r1, 1",
        "no slot of this function is called `r1`",
        "r1",
        "declare it with `local r1` after `func fib(…)`, or as a parameter there",
    );
    refused_line(
        "add n, 12a, 1",
        "`12a` has a character that is no digit",
        "12a",
        "numbers are written like `12`, `-0x1f`, `1_000`, `2.5`, `1e-9`",
    );
    refused_line(
        "print_ln n, n",
        "`print_ln` has no result to store in a slot",
        ",",
        "push its inputs, then write `print_ln N`; operands are separated by spaces",
    );
    refused_line(
        "jump_if_false n, top",
        "`jump_if_false` can jump, which would skip storing its result",
        ",",
        "push its inputs, then write `jump_if_false TARGET`; operands are separated by spaces",
    );
    refused_line(
        "dup n, n",
        "`dup` has more than one result",
        ",",
        "push its inputs, then write `dup`; operands are separated by spaces",
    );
    refused_line(
        "call n, fib",
        "`fib` takes 1 argument, 0 given",
        "fib",
        "name 1 slot or literal after `fib`, or let `fib` take 0",
    );
    refused_line(
        "call n, host, 1",
        "`host` takes 2 arguments, 1 given",
        "host",
        "name 2 slots or literals after `host`, or let `host` take 1",
    );
    refused_line(
        "call n,",
        "expected a slot or a literal, found the end of the line",
        "",
        "write `call RESULT, F, ARGV…`",
    );
    refused_line("load_int n, x", "operand `value` is an integer, found `x`", "x", "write `load_int RESULT, VALUE`");
}

#[test]
fn where_commas_belong() {
    refused_line("load_int, 3", "a comma follows the mnemonic `load_int`", ",", "write `load_int VALUE`");
    refused_line("add, n, n, n", "a comma follows the mnemonic `add`", ",", "write `add RESULT, A, B`");
    refused_line("add, n", "a comma follows the mnemonic `add`", ",", "write `add RESULT, A, B`");
    refused_line("inc n", "expected 0 operands, found 1", "n", "write `inc`, or with slots `inc RESULT, A`");
    refused_line(
        "load_int n 3",
        "expected 1 operand, found 2",
        "3",
        "write `load_int VALUE`, or with slots `load_int RESULT, VALUE`",
    );
    refused_line(
        "call fib, 1",
        "no slot of this function is called `fib`",
        "fib",
        "declare it with `local fib` after `func fib(…)`, or as a parameter there; with commas the slot for the result comes first: `call RESULT, F, ARGV…`",
    );
    refused(
        "func f()\n local a\n add a, b, c\nend\n",
        "no slot of this function is called `b`",
        "b",
        "declare it with `local b` after `func f(…)`, or as a parameter there",
    );
}
