//! Register form in tables of one's own: the rows it is stored with are found by what they do.

use opforge::Source::{Constant, Literal, Slot};
use opforge::{BuildError, FunctionBuilder, InstructionSet, Module, ModuleBuilder, Scalar};

opforge::instruction_set! {
    /// Rows under names of their own.
    pub mod registers = "tests/tables/registers.ron";
}

opforge::instruction_set! {
    /// No row reads a local.
    pub mod no_locals = "tests/tables/no_locals.ron";
}

fn assembled<I: InstructionSet>(body: &str) -> Result<Module, String> {
    let text = format!("func f(a, b)\n local c\n.line \"f\" 1\n{body}\nend\n");
    opforge::assemble::<I>("f", &text).map_err(|errors| errors.to_string())
}

#[track_caller]
fn same(short: &str, long: &str) {
    let [short, long] = [short, long].map(|body| assembled::<registers::Isa>(body).expect("right").to_bytes());
    assert_eq!(short, long);
}

#[test]
fn rows_are_found_by_what_they_do() {
    same("second c, a, b", "fetch a\n fetch b\n second\n store c");
    same("zero c", "zero\n store c");
    same("second c, 0, 1", "zero\n short 1\n second\n store c");
    same("second c, 32767, 32768", "short 32767\n wide 32768\n second\n store c");
    same("second c, -0x8000, -0x8001", "short -32768\n wide -32769\n second\n store c");
    same("second c, 1.5, nil", "shared 1.5\n shared nil\n second\n store c");
}

#[test]
fn operands_come_after_single_inputs_and_groups_last() {
    same("plus c, a, -1", "fetch a\n plus -1\n store c");
    same("first c, a, b", "fetch a\n fetch b\n first 0\n store c");
    same("first c, a, b, 1, 2", "fetch a\n short 1\n short 2\n fetch b\n first 2\n store c");
}

#[track_caller]
fn refused<I: InstructionSet>(body: &str, message: &str, help: &str) {
    let shown = assembled::<I>(body).expect_err("wrong");
    assert!(shown.contains(&format!("error: {message}\n")) && shown.contains(help), "{shown}");
}

#[test]
fn several_groups_have_no_register_form() {
    let shown = assembled::<registers::Isa>("both c, a, b").expect_err("nothing tells where the second group begins");
    assert!(shown.contains("error: `both` takes several groups of values, which commas do not tell apart"), "{shown}");
}

#[test]
fn what_a_table_lacks_is_said() {
    let variables = "help: `include: [\"std:variables\"]` in the table brings `GetSlot` and `SetSlot`";
    let constants = "help: `include: [\"std:constants\"]` in the table brings `LoadInt`";
    refused::<no_locals::Isa>("twice c, 1", "the table has no instruction that pops a value into a local", variables);
    refused::<no_locals::Isa>("twice c, a", "the table has no instruction that pushes a local", variables);
    refused::<no_locals::Isa>("twice c, 1.0", "the table has no instruction that pushes `1.0`", constants);
    refused::<no_locals::Isa>("twice c, \"x\"", "the table has no instruction that pushes a constant", constants);
    let shown = assembled::<no_locals::Isa>("twice c, 1\n twice c, 2\n twice c, 3").expect_err("wrong");
    assert!(shown.matches("error:").count() == 1 && shown.contains("note: and in 2 other lines"), "{shown}");
}

fn built(build: impl FnOnce(&mut FunctionBuilder<registers::Isa>)) -> Result<Module, BuildError> {
    let mut function = FunctionBuilder::new("f");
    function.param("a");
    function.param("b");
    function.local("c");
    function.line("f", 1);
    build(&mut function);
    let mut module = ModuleBuilder::new();
    assert_eq!(module.constant(Scalar::Nil), 0);
    module.function(function);
    module.finish_unverified()
}

#[test]
fn the_builder_stores_the_same() {
    use registers::Op;
    let module = built(|f| {
        f.assign(2, Op::Second, &[Slot(0), Slot(1)]).assign(2, Op::Zero, &[]);
        f.assign(2, Op::First { n: 1 }, &[Slot(0), Literal(Scalar::Int(40_000)), Constant(0)]);
    });
    let text = "second c, a, b\n zero c\n first c, a, nil, 40000";
    assert_eq!(module.expect("right").to_bytes(), assembled::<registers::Isa>(text).expect("right").to_bytes());
}

#[test]
fn the_builder_says_what_it_cannot_assign() {
    use registers::Op;
    let error = built(|f| {
        f.assign(2, Op::Second, &[Slot(0)]).assign(0, Op::Leave, &[Slot(1)]).assign(
            2,
            Op::First { n: 2 },
            &[Slot(0), Slot(1)],
        );
        f.assign(2, Op::Second, &[Literal(Scalar::Int(1)), Literal(Scalar::Float(1.0))]);
    });
    let shown = error.expect_err("wrong").to_string();
    let expected = [
        "`f` at 0x0: `second` pops 2 values, not 1; help: name one source for each value",
        "`f` at 0x0: `leave` has no result to store in a slot; help: `push` it and its inputs in stack form",
        "`f` at 0x0: `first` pops 4 values, not 2; help: name one source for each value",
        "`f` at 0x0: the table has no instruction that pushes `1.0`; help: use `Source::Constant`, or change the table: `include: [\"std:constants\"]` in the table brings `LoadInt`, `LoadFloat`, `LoadConst` and others",
    ];
    assert_eq!(shown.lines().collect::<Vec<_>>(), expected);
}
