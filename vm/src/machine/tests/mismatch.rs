//! What the report of a `TypeMismatch` says.

use super::*;
use crate::machine::Engine;
use crate::slots::Lowering;

/// What is said on every engine, of code that is run in `main(n)` with `n` = nil.
#[track_caller]
fn says(code: &str, expected: &str) {
    let text = format!("func main(n)\n {code}\n return_value\nend\n");
    for engine in [Engine::Reference, Engine::Fast(Lowering::Folded), Engine::Fast(Lowering::LoopsFused)] {
        let mut machine = machine(&text).with_engine(engine);
        machine.start("main", &[HostValue::Nil]).expect("`main` takes a value");
        let report = trap(machine.run(Fuel::Unlimited));
        assert_eq!((report.code, report.message.as_deref()), (TrapCode::TYPE_MISMATCH, Some(expected)), "{engine:?}");
    }
}

#[test]
fn a_mismatch_says_what_is_taken_and_what_was_got() {
    says("load_true\n load_int 0\n add", "`add` takes Num and Num, got true and 0");
    says("get_slot n\n negate", "`negate` takes Num, got nil");
    says("load_float 1.5\n load_int 2\n shl", "`shl` takes Int and Int, got 1.5 and 2");
    says("load_const 'a'\n load_const 1i32\n char_eq", "`char_eq` takes Char and Char, got 'a' and 1i32");
    says("load_int 1\n load_const nan32\n f32_add", "`f32_add` takes F32 and F32, got 1 and nan32");
    says(
        "get_slot n\n load_int 7\n num_lt\n jump_if_true x\nx:\n load_true",
        "`num_lt` takes Num and Num, got nil and 7",
    );
}

#[test]
fn long_and_foreign_texts_are_cut_and_escaped() {
    says("load_const \"a text that is longer than that\"\n inc", "`inc` takes Num, got \"a text that is longer th\"…");
    says(r#"load_const "\u{1b}[31m" \n inc"#.replace(r"\n", "\n").as_str(), "`inc` takes Num, got \"\\u{1b}[31m\"");
}
