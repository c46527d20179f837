//! Texts that functions of the host return: where they find room, who pays for that, and which text is which.

use super::*;
use crate::inspect;
use std::sync::Mutex;

/// Runs `main`, which calls `f/1`, with a heap of so many bytes, in slices of so many ticks; returns the ticks and the fill, too.
fn hosted(
    body: impl Fn(&[HostValue]) -> Result<HostValue, String> + Send + Sync + 'static,
    text: &str,
    engine: Engine,
    heap_bytes: usize,
    fuel: Fuel,
) -> (Outcome, u64, inspect::Fill) {
    let program = Linker::new().host("f", 1, body).link(verified(text)).unwrap();
    let limits = Limits { heap_bytes, object_bytes: 5_000, ..Limits::default() };
    let new = || Machine::<Isa>::new(program.clone(), ()).with_engine(engine).with_limits(limits);
    let mut machine = new();
    machine.start("main", &[]).unwrap();
    for _ in 0..20_000 {
        let before = machine.ticks();
        let outcome = machine.run(fuel);
        assert!(!matches!(fuel, Fuel::Ticks(most) if machine.ticks() - before > most));
        if outcome != Outcome::OutOfFuel {
            return (outcome, machine.ticks(), inspect::snapshot(&machine).fill);
        }
        // Each slice on a machine of its own.
        let cut = inspect::snapshot(&machine);
        machine = new();
        inspect::restore(&mut machine, &cut).unwrap();
        assert_eq!(inspect::snapshot(&machine), cut);
    }
    panic!("it does not end")
}

#[test]
fn a_function_of_the_host_returns_texts() {
    let text =
        "import f/1\nfunc main()\n load_const \"you\"\n call f 1\n load_const \"!\"\n concat\n return_value\nend";
    for engine in [Engine::Reference, Engine::FAST] {
        let greet = |values: &[HostValue]| Ok(format!("hello {}", values[0]).into());
        let (outcome, _, fill) = hosted(greet, text, engine, 1 << 20, Fuel::Unlimited);
        assert_eq!(outcome, Outcome::Returned("hello you!".into()));
        assert_eq!(fill.kept, inspect::Amount { bytes: 9 + 96 + 10 + 96, texts: 2 });
        // What it was given is what it was: a constant, or a text of the program's.
        let (outcome, _, fill) = hosted(|values| Ok(values[0].clone()), text, engine, 1 << 20, Fuel::Unlimited);
        assert_eq!((outcome, fill.kept.texts), (Outcome::Returned("you!".into()), 1));
        let made = text.replace("call f 1", "load_int 2\n string_repeat\n call f 1\n call f 1");
        let (outcome, _, fill) = hosted(|values| Ok(values[0].clone()), &made, engine, 1 << 20, Fuel::Unlimited);
        assert_eq!((outcome, fill.kept.texts), (Outcome::Returned("youyou!".into()), 2));
    }
}

#[test]
fn a_text_of_the_host_finds_room_or_is_caught() {
    let locals: String = (0..100).map(|local| format!(" l{local}")).collect();
    // One that is kept, and one that is dropped each time.
    let text = format!(
        "import f/1\nfunc main()\n local{locals}\n load_int 1000\n call f 1\n set_slot l0\n load_int 20\n set_slot l1\na:\ntop:\n \
            load_int 2000\n call f 1\n pop\n get_slot l1\n dec\n dup\n set_slot l1\n jump_if_true top\n load_int 7\n return_value\nb:\nh:\n \
            return_value\n.catch a b h 0\nend"
    );
    let body = |values: &[HostValue]| match values {
        [HostValue::Int(length)] => Ok("x".repeat(*length as usize).into()),
        _ => Err("it takes a length".to_owned()),
    };
    let least = 1_000 + 96 + 2_000 + 96;
    for (heap_bytes, value) in [(least - 1, 11), (least, 7), (least + 2_096, 7), (1 << 20, 7)] {
        let whole = hosted(body, &text, Engine::Reference, heap_bytes, Fuel::Unlimited);
        let Outcome::Returned(returned) = &whole.0 else { panic!("{whole:?}") };
        assert_eq!(*returned, value.into(), "{heap_bytes}");
        for engine in [Engine::Reference, Engine::FAST] {
            for fuel in [Fuel::Unlimited, Fuel::Ticks(1), Fuel::Ticks(3), Fuel::Ticks(10)] {
                assert_eq!(hosted(body, &text, engine, heap_bytes, fuel), whole, "{heap_bytes} {engine:?} {fuel:?}");
            }
        }
    }
    let long = "import f/1\nfunc main()\n load_int 5001\n call f 1\n return\nend";
    let (Outcome::Trapped(report), ..) = hosted(body, long, Engine::FAST, 1 << 20, Fuel::Unlimited) else {
        panic!("it is too long")
    };
    assert_eq!((report.code, report.position.map(|position| position.pc)), (TrapCode::OUT_OF_MEMORY, Some(9)));
}

#[test]
fn a_text_of_the_host_that_finds_no_room_is_paid_for_like_any_other() {
    let locals: String = (0..400).map(|local| format!(" l{local}")).collect();
    // One that is kept, and a hundred that do not fit beside it.
    let text = format!(
        "import f/1\nfunc main()\n local{locals}\n load_int 1000\n call f 1\n set_slot l0\n load_int 100\n set_slot l1\na:\ntop:\n \
            load_int 2000\n call f 1\n pop\nb:\nnext:\n get_slot l1\n dec\n dup\n set_slot l1\n jump_if_true top\n load_int 7\n return_value\n\
            h:\n pop\n jump next\n.catch a b h 0\nend"
    );
    let body = |values: &[HostValue]| match values {
        [HostValue::Int(length)] => Ok("x".repeat(*length as usize).into()),
        _ => Err("it takes a length".to_owned()),
    };
    let run = |engine, heap_bytes, fuel| hosted(body, &text, engine, heap_bytes, fuel);
    let whole = run(Engine::Reference, 3_000, Fuel::Unlimited);
    let (Outcome::Returned(value), ticks, _) = &whole else { panic!("{whole:?}") };
    let unhindered = run(Engine::Reference, 1 << 30, Fuel::Unlimited).1;
    // Each is caught and jumps back; all locals, one text and nothing on the stack are looked at.
    // Each of 2,000 bytes costs one tick.
    let (catches, kept) = (100 * 2, 100);
    let looks = (401 - 1_096 / 32) / 16 + 99 * (401 / 16);
    assert_eq!((value, *ticks), (&7.into(), unhindered - kept + catches + looks));
    for engine in [Engine::Reference, Engine::FAST] {
        for fuel in [Fuel::Unlimited, Fuel::Ticks(1), Fuel::Ticks(3), Fuel::Ticks(24), Fuel::Ticks(100)] {
            assert_eq!(run(engine, 3_000, fuel), whole, "{engine:?} {fuel:?}");
        }
    }
}

#[test]
fn what_a_function_of_the_host_kept_is_the_same_text_wherever_the_machine_went() {
    let call = "call f 1\n";
    let texts = [
        // A constant, then what comes of it, then that again.
        format!(
            "load_const \"c\"\n {call} pop\n load_int 1\n {call} set_slot a\n get_slot a\n {call} get_slot a\n concat\n"
        ),
        // Two that the host gave as one, of which the second comes back.
        format!(
            "load_const \"c\"\n {call} pop\n load_int 1\n {call} set_slot a\n load_int 1\n {call} dup\n {call} concat\n get_slot a\n concat\n"
        ),
        // A text of the program's.
        format!(
            "load_const \"c\"\n load_int 3\n string_repeat\n dup\n set_slot a\n {call} pop\n load_int 1\n {call} get_slot a\n concat\n"
        ),
    ];
    for body in texts {
        let text = format!("import f/1\nfunc main()\n local a\n {body} return_value\nend");
        let mut all = Vec::new();
        for engine in [Engine::Reference, Engine::FAST] {
            for fuel in [Fuel::Unlimited, Fuel::Ticks(1), Fuel::Ticks(2)] {
                // It returns always what it first was given.
                let kept = Mutex::new(None);
                let keep = move |values: &[HostValue]| {
                    Ok(kept.lock().unwrap().get_or_insert_with(|| values[0].clone()).clone())
                };
                all.push(hosted(keep, &text, engine, 1 << 20, fuel));
            }
        }
        assert!(all.iter().all(|other| other == &all[0]), "{all:#?}\n{text}");
    }
}

#[test]
fn a_text_of_the_host_is_paid_by_its_size_though_it_is_not_copied() {
    let text = "import f/0\nglobal g\nglobal b\nfunc main(n, m)\n call f 0\n set_var b\ntop:\n load_const \"x\"\n load_int 1\n string_repeat\n set_var g\n \
        get_slot n\n dec\n dup\n set_slot n\n jump_if_true top\n load_undef\n set_var b\nagain:\n call f 0\n pop\n get_slot m\n dec\n dup\n set_slot m\n \
        jump_if_true again\n return\nend";
    let big: HostValue = "b".repeat(4 << 20).into();
    let program = Linker::new().host("f", 0, move |_| Ok(big.clone())).link(verified(text)).unwrap();
    for engine in [Engine::Reference, Engine::FAST] {
        let limits = Limits { heap_bytes: 9_000_000, ..Limits::default() };
        let mut machine = Machine::<Isa>::new(program.clone(), ()).with_engine(engine).with_limits(limits);
        machine.start("main", &[40_000.into(), 1_000.into()]).unwrap();
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(HostValue::Nil));
        // Entering, calls, copies and jumps back; a tick for each KiB, which is more than what it costs to look at 40,000 places for
        // every second.
        let own = 1 + 1 + 40_000 + 39_999 + 1_000 + 999;
        assert_eq!(machine.ticks(), own + 1_001 * (4 << 10), "{engine:?}");
        assert!(machine.stats().collections > 400);
    }
}
