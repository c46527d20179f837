//! What a machine keeps: what its host gives goes when nothing refers to it.

use super::*;

#[test]
fn texts_go_with_the_run_that_got_them() {
    let text = "x".repeat(10_000);
    for engine in [Engine::Reference, Engine::FAST] {
        let mut machine = machine("func keep(text)\n return\nend").with_engine(engine);
        for _ in 0..50_000 {
            machine.start("keep", &[text.as_str().into()]).unwrap();
            machine.run(Fuel::Ticks(1));
            assert!(machine.state.heap.bytes() < 1 << 18, "{} bytes", machine.state.heap.bytes());
        }
    }
}

#[test]
fn texts_that_globals_scopes_and_frames_hold_stay() {
    let text = "global g\nglobal h\nfunc main(a, b)\n get_slot a\n set_var g\n return\nend\n\
        func scoped(a, b)\n push_frame\n get_slot b\n declare_var g\ntop:\n jump top\nend";
    let long = |character: &str| HostValue::from(character.repeat(100_000));
    for engine in [Engine::Reference, Engine::FAST] {
        let mut machine = machine(text).with_engine(engine);
        machine.start("main", &[long("a"), long("b")]).unwrap();
        machine.run(Fuel::Unlimited);
        machine.start("scoped", &[long("c"), long("d")]).unwrap();
        assert_eq!(machine.run(Fuel::Ticks(5)), Outcome::OutOfFuel);
        for character in ["e", "f", "g", "h"] {
            machine.set_global_at(1, &long(character));
        }
        let held = crate::inspect::snapshot(&machine);
        assert_eq!(held.globals, [long("d"), long("h")]);
        assert_eq!(held.scopes, [[(0, long("a"))]]);
        assert_eq!(held.frames[0].locals, [long("c"), long("d")]);
        // What is set while a run is about to begin does not take its arguments away.
        machine.start("main", &[long("i"), long("j")]).unwrap();
        for character in ["k", "l", "m", "n"] {
            machine.set_global_at(1, &long(character));
        }
        machine.run(Fuel::Unlimited);
        assert_eq!((machine.global("g"), machine.global("h")), (Some(long("i")), Some(long("n"))));
    }
}
