use super::*;

#[test]
fn deep_recursion_overflows_the_frames() {
    let text = "func f()\n call f 0\n return_value\nend\nfunc main()\n call f 0\n return_value\nend";
    let mut machine = started(text);
    let report = trap(machine.run(Fuel::Unlimited));
    assert_eq!(report.code, TrapCode::FRAME_OVERFLOW);
    assert_eq!((machine.ticks(), machine.stats().most_frames), (1_000, 1_000));
    // The trap is at the start of the function that was called.
    assert_eq!(report.position.map(|position| (position.function, position.pc)), Some(("f".into(), 0)));
    assert_eq!((report.trace.len(), report.omitted), (16, 984));
    let mut machine = started(text).with_limits(Limits { frames: 5, ..Limits::default() });
    assert_eq!(trap(machine.run(Fuel::Unlimited)).code, TrapCode::FRAME_OVERFLOW);
    assert_eq!(machine.ticks(), 5);
}

#[test]
fn large_frames_overflow_the_slots() {
    let locals: String = (0..100).map(|index| format!(" local l{index}\n")).collect();
    let text = format!("func f()\n{locals} call f 0\n return_value\nend\nfunc main()\n call f 0\n return_value\nend");
    let mut machine = started(&text);
    assert_eq!(trap(machine.run(Fuel::Unlimited)).code, TrapCode::STACK_OVERFLOW);
    // Main takes 1 slot, each other frame 101: 99 fit in 10,000.
    assert_eq!((machine.ticks(), machine.stats().most_slots), (100, 1 + 99 * 101));
    let mut machine = started(FIB).with_limits(Limits { slots: 0, ..Limits::default() });
    assert_eq!(trap(machine.run(Fuel::Unlimited)).code, TrapCode::STACK_OVERFLOW);
}

#[test]
fn scopes_count_as_frames_and_saved_variables_as_slots() {
    let scopes = "global g\nfunc f()\n push_frame\n call f 0\n pop_frame\n return_value\nend\nfunc main()\n call f 0\n return_value\nend";
    let mut machine = started(scopes);
    let report = trap(machine.run(Fuel::Unlimited));
    assert_eq!(report.code, TrapCode::FRAME_OVERFLOW);
    // Main, then a frame and a scope each: the 500th scope does not fit.
    assert_eq!((machine.ticks(), report.position.map(|position| position.pc)), (501, Some(0)));
    // Main takes 1 slot; each saved variable takes one more.
    let saved = "global g\nglobal h\nfunc main()\n push_frame\n load_int 1\n declare_var g\n load_int 1\n declare_var h\n pop_frame\n return\nend";
    let mut machine = started(saved).with_limits(Limits { slots: 2, ..Limits::default() });
    assert_eq!(trap(machine.run(Fuel::Unlimited)).code, TrapCode::STACK_OVERFLOW);
    assert_eq!(machine.stats().most_slots, 2);
}

#[test]
fn a_scope_saves_a_variable_once_however_often_it_is_declared() {
    let text = "global g\nfunc main()\n local i\n push_frame\n load_int 0\n set_slot i\na:\n get_slot i\n declare_var g\n \
        pre_inc_slot i\n load_int 50\n num_lt\n jump_if_true a\n get_var g\n set_slot i\n pop_frame\n get_slot i\n return_value\nend";
    let mut machine = started(text).with_limits(Limits { slots: 5, ..Limits::default() });
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(49.into()));
    assert_eq!(machine.global("g"), Some(HostValue::Nil));
    assert_eq!(machine.stats().most_slots, 4);
}

#[test]
fn limits_are_caught_by_the_caller() {
    let text = "func f()\n call f 0\n return_value\nend\nfunc main()\na:\n call f 0\nb:\n return_value\nh:\n return_value\n.catch a b h 0\nend";
    returns(text, 4);
    // The region is around the call that does not fit.
    let own = "func f()\na:\n call f 0\nb:\n return_value\nh:\n return_value\n.catch a b h 0\nend\nfunc main()\n call f 0\n return_value\nend";
    let mut machine = started(own);
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(4.into()));
    assert_eq!(machine.ticks(), 1_001);
}
