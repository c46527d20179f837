use crate::exec::slot_lines;
use crate::slots::Lowering;
use crate::standard::Isa;
use opforge_bytecode::{assemble, verify};
use std::fmt::Write;

/// The slot code of the first function, the name of each instruction.
fn names(text: &str) -> Vec<String> {
    let verified = verify::<Isa>(assemble::<Isa>("test.opf", text).unwrap()).unwrap();
    let lines = slot_lines(&verified, 0, Lowering::LoopsFused).unwrap();
    lines.iter().map(|line| line.text.split(' ').next().unwrap_or_default().to_owned()).collect()
}

/// The slot code of a function of `a` and `b` and the locals `x` and `y`; `returns` ends it.
fn body(lines: &str) -> Vec<String> {
    names(&format!("func main(a, b)\n local x y\n{lines}\n get_slot x\n return_value\nend"))
}

#[test]
fn nothing_is_known_of_what_is_given() {
    assert_eq!(body(" get_slot a\n get_slot b\n add\n set_slot x")[0], "add");
}

#[test]
fn constants_and_results_are_known() {
    let known = body(
        " load_int 7\n set_slot x\n get_slot x\n load_int 1\n add\n set_slot y\n get_slot y\n get_slot x\n mul\n set_slot x",
    );
    assert_eq!(known[1..3], ["add_int_of_int", "mul_of_int"]);
    let floats = body(
        " load_float 7.0\n set_slot x\n get_slot x\n load_float 1.5\n div\n set_slot y\n get_slot y\n negate\n set_slot x",
    );
    assert_eq!(floats[1..3], ["div_float_of_float", "negate_of_float"]);
    // A quotient is a float, whatever it is of.
    assert_eq!(body(" get_slot a\n get_slot b\n div\n negate\n set_slot x")[..2], ["div", "negate_of_float"]);
}

#[test]
fn what_a_row_lets_pass_is_known_of_the_local_that_it_came_from() {
    let learned = " get_slot a\n get_slot b\n bit_and\n pop\n get_slot a\n get_slot b\n mul\n set_slot x";
    assert_eq!(body(learned)[..2], ["bit_and", "mul_of_int"]);
    // Of a local that was written in between nothing is learned.
    let written =
        " get_slot a\n get_slot b\n set_slot a\n get_slot b\n bit_and\n pop\n get_slot a\n negate\n set_slot x";
    assert!(body(written).iter().any(|name| name == "negate"), "{:?}", body(written));
    // A number is an int or a float.
    assert_eq!(body(" get_slot a\n get_slot b\n num_lt\n pop\n get_slot a\n negate\n set_slot x")[1], "negate");
}

#[test]
fn where_ways_meet_what_holds_on_both_is_known() {
    let meets = |other: &str| {
        let text = format!(
            " get_slot a\n jump_if_true other\n load_int 1\n set_slot x\n jump meet\nother:\n {other}\n set_slot x\nmeet:\n \
             get_slot x\n negate\n set_slot x"
        );
        body(&text).iter().any(|name| name == "negate_of_int")
    };
    assert!(meets("load_int 2"));
    assert!(!meets("load_float 2.0"));
    assert!(!meets("get_slot a"));
}

#[test]
fn what_a_loop_changes_is_followed_around_it() {
    let looped = |step: &str| {
        let text = format!(
            " load_int 0\n set_slot x\ntop:\n get_slot x\n negate\n set_slot y\n get_slot x\n {step}\n add\n set_slot x\n \
             get_slot a\n jump_if_true top"
        );
        body(&text).iter().any(|name| name == "negate_of_int")
    };
    assert!(looped("load_int 2"));
    assert!(!looped("load_float 0.5"));
}

#[test]
fn nothing_is_known_in_a_handler_nor_where_it_leads_by_itself() {
    let text = " load_int 1\n set_slot x\nfrom:\n load_float 1.0\n set_slot x\n get_slot a\n negate\n pop\n load_int 2\n \
        set_slot x\nto:\n jump after\ncaught:\n pop\n get_slot x\n negate\n set_slot x\nafter:\n get_slot x\n negate\n \
        set_slot x\n .catch from to caught 0";
    let names = body(text);
    assert_eq!(names.iter().filter(|name| *name == "negate").count(), 3, "{names:?}");
}

#[test]
fn a_call_leaves_locals_as_they_are_and_gives_anything() {
    let text = " load_int 1\n set_slot x\n get_slot a\n get_slot b\n call main 2\n negate\n pop\n get_slot x\n negate\n \
        set_slot x";
    let names = body(text);
    let negations: Vec<&String> = names.iter().filter(|name| name.starts_with("negate")).collect();
    assert_eq!(negations, ["negate", "negate_of_int"], "{names:?}");
}

#[test]
fn the_bound_of_a_loop_may_be_anything() {
    let text = " load_int 0\n set_slot x\ntop:\n get_slot x\n get_slot a\n num_lt\n jump_if_false out\n get_slot x\n load_int 1\n \
        add\n set_slot x\n jump top\nout:";
    assert_eq!(body(text)[1..3], ["jump_if_not_lt_of_int_but_one", "add_int_of_int"]);
}

#[test]
fn a_function_that_takes_too_long_to_follow_is_lowered_all_the_same() {
    cov_mark::check!(types_are_too_much_work);
    // Each block knows of each local.
    let (locals, blocks) = (1_500, 1_500);
    let mut text = String::from("func main(a)\n local");
    (0..locals).for_each(|local| write!(text, " l{local}").expect("a string takes all"));
    (0..locals).for_each(|local| write!(text, "\n load_int 1\n set_slot l{local}").expect("a string takes all"));
    (0..blocks).for_each(|block| {
        write!(text, "\nb{block}:\n get_slot a\n jump_if_true b{block}").expect("a string takes all")
    });
    text += "\n get_slot l0\n negate\n return_value\nend";
    assert!(names(&text).iter().any(|name| name == "negate"));
}
