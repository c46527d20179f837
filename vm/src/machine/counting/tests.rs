use super::*;
use crate::program::Linker;
use crate::standard::Isa;
use crate::state::Fuel;
use crate::value::HostValue;
use crate::{Engine, Outcome};
use opforge_bytecode::{assemble, verify};

/// What would have run of `main` with these arguments, cut after so many ticks again and again.
fn counts_of(text: &str, arguments: &[HostValue], slice: u64) -> (Counted, Outcome) {
    let module = assemble::<Isa>("test.opf", text).unwrap_or_else(|errors| panic!("{errors}"));
    let program = Linker::new().link(verify::<Isa>(module).expect("it verifies")).expect("it links");
    let mut machine = Machine::new(program, ()).with_engine(Engine::FAST);
    machine.count_executions();
    machine.start("main", arguments).expect("it has a main");
    loop {
        match machine.run(Fuel::Ticks(slice)) {
            Outcome::OutOfFuel => {}
            outcome => return (machine.slot_counts(Lowering::LoopsFused), outcome),
        }
    }
}

#[track_caller]
fn check(text: &str, arguments: &[HostValue], expected: &[(&'static str, u64)]) -> Outcome {
    let (counts, outcome) = counts_of(text, arguments, 1_000_000);
    assert_eq!(counts.runs.iter().map(|(name, runs)| (*name, *runs)).collect::<Vec<_>>(), expected);
    // However often it is cut.
    for slice in [1, 7] {
        assert_eq!(counts_of(text, arguments, slice).0, counts);
    }
    outcome
}

/// Sums the ints below `n`, in one instruction.
const SUM: &str = "func sum(n)\n local i s\n load_int 0\n set_slot i\n load_int 0\n set_slot s\ntop:\n get_slot i\n \
    get_slot n\n num_lt\n jump_if_false out\n get_slot s\n get_slot i\n add\n set_slot s\n get_slot i\n load_int 1\n \
    add\n set_slot i\n jump top\nout:\n get_slot s\n return_value\nend\n";

#[test]
fn rows_fusions_constant_and_typed_forms_are_counted_by_their_names() {
    let main = "func main(by)\n local k\n load_int 0\n set_slot k\nagain:\n get_slot k\n load_int 3\n num_lt\n \
        jump_if_false done\n load_int 10\n call sum 1\n get_slot by\n mul\n load_int 2\n sub\n pop\n get_slot k\n \
        load_int 1\n add\n set_slot k\n jump again\ndone:\n return\nend";
    // The loop of `main` is left at the fourth test; that of `sum` is entered once a call, whatever it sums.
    let expected = [
        ("add_int_of_int", 3),
        ("call", 3),
        ("counted_sum_of_int_but_one", 3),
        ("jump", 3),
        ("jump_if_not_lt_int_of_int", 4),
        ("mul", 3),
        ("return", 1),
        ("return_value", 3),
        ("sub_int", 3),
    ];
    let outcome = check(&format!("{SUM}{main}"), &[HostValue::Int(5)], &expected);
    assert!(matches!(outcome, Outcome::Returned(HostValue::Nil)), "{outcome:?}");
}

#[test]
fn a_jump_back_to_a_loop_from_behind_it_enters_it_again() {
    let again = SUM.replace("func sum(n)\n local i s", "func main(n, rest)\n local i s").replace(
        "out:\n",
        "out:\n load_int 0\n set_slot i\n get_slot rest\n load_int 1\n sub\n set_slot rest\n get_slot rest\n \
         jump_if_true top\n",
    );
    let expected = [("counted_sum_of_int_but_one", 4), ("jump_if_true", 4), ("return_value", 1), ("sub_int", 4)];
    check(&again, &[HostValue::Int(100), HostValue::Int(4)], &expected);
}

#[test]
fn a_loop_tested_at_its_bottom_is_entered_once_however_its_jump_is_written() {
    let bottom = |test: &str| {
        format!(
            "func main(n)\n local i s\n load_int 0\n set_slot i\n load_int 0\n set_slot s\nbody:\n get_slot s\n get_slot i\n \
             add\n set_slot s\n get_slot i\n load_int 1\n add\n set_slot i\n get_slot i\n get_slot n\n num_lt\n \
             {test}\n get_slot s\n return_value\nend"
        )
    };
    let expected = [("counted_sum_bottom_of_int_but_one", 1), ("return_value", 1)];
    check(&bottom("jump_if_true body"), &[HostValue::Int(50)], &expected);
    // Rewritten, so that the jump is not the row that was written.
    check(&bottom("log_not\n jump_if_false body"), &[HostValue::Int(50)], &expected);
}

#[test]
fn what_traps_ran() {
    let outcome = check(&SUM.replace("sum", "main"), &[HostValue::Nil], &[("counted_sum_of_int_but_one", 1)]);
    assert!(matches!(outcome, Outcome::Trapped(_)), "{outcome:?}");
}

#[test]
fn a_function_without_slot_code_counts_nothing_and_is_named() {
    // More code than is lowered.
    let nothing = "load_int 1\n pop\n".repeat(30_000);
    let long = |name: &str| format!("func {name}()\n {nothing} return\nend\n");
    let text = format!("func main()\n call long 0\n return_value\nend\n{}{}", long("long"), long("idle"));
    check(&text, &[], &[("call", 1), ("return_value", 1)]);
    // The one that ran.
    assert_eq!(counts_of(&text, &[], 1_000_000).0.uncounted, ["long"]);
}

#[test]
fn nothing_is_counted_that_was_not_asked_for() {
    let module = assemble::<Isa>("test.opf", "func main()\n return\nend").expect("right");
    let program = Linker::new().link(verify::<Isa>(module).expect("right")).expect("right");
    let mut machine = Machine::new(program, ());
    machine.start("main", &[]).expect("it is there");
    machine.run(Fuel::Unlimited);
    assert_eq!(machine.slot_counts(Lowering::LoopsFused), Counted::default());
}
