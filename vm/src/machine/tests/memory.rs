//! What a machine keeps: what nothing refers to goes, and the limit counts what something refers to.

use super::*;
use crate::inspect;

#[test]
fn texts_go_with_the_run_that_got_them() {
    let text = "x".repeat(10_000);
    for engine in [Engine::Reference, Engine::FAST] {
        let mut machine = machine("func keep(text)\n return\nend").with_engine(engine);
        for _ in 0..50_000 {
            machine.start("keep", &[text.as_str().into()]).unwrap();
            machine.run(Fuel::Ticks(1));
            assert!(machine.state.heap.bytes() < 1 << 21, "{} bytes", machine.state.heap.bytes());
        }
    }
}

#[test]
fn texts_that_globals_scopes_and_frames_hold_stay() {
    let text = "global g\nglobal h\nfunc main(a, b)\n get_slot a\n set_var g\n return\nend\n\
        func scoped(a, b)\n push_frame\n get_slot b\n declare_var g\ntop:\n jump top\nend";
    let long = |character: &str| HostValue::from(character.repeat(1_000_000));
    for engine in [Engine::Reference, Engine::FAST] {
        let mut machine = machine(text).with_engine(engine);
        machine.start("main", &[long("a"), long("b")]).unwrap();
        machine.run(Fuel::Unlimited);
        machine.start("scoped", &[long("c"), long("d")]).unwrap();
        assert_eq!(machine.run(Fuel::Ticks(5)), Outcome::OutOfFuel);
        for character in ["e", "f", "g", "h"] {
            machine.set_global_at(1, &long(character));
        }
        let held = inspect::snapshot(&machine);
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

/// A program that makes garbage with one text of a hundred bytes always kept, and returns how often it did.
const GARBAGE: &str = "func main(n)\n local i kept\n load_int 0\n set_slot i\ntop:\n load_const \"0123456789\"\n load_int 10\n\
    string_repeat\n set_slot kept\n load_const \"x\"\n load_int 1000\n string_repeat\n pop\n pre_inc_slot_void i\n get_slot i\n\
    get_slot n\n num_lt\n jump_if_true top\n get_slot i\n return_value\nend";

fn with_heap(text: &str, engine: Engine, heap_bytes: usize) -> Machine<Isa> {
    machine(text).with_engine(engine).with_limits(Limits { heap_bytes, ..Limits::default() })
}

#[test]
fn a_limit_counts_what_is_needed_and_not_what_was_left() {
    for engine in [Engine::Reference, Engine::FAST] {
        // The kept text, the one to be dropped, and nothing else.
        let least = (100 + 96) + (1_000 + 96);
        let ended = |heap_bytes| {
            let mut machine = with_heap(GARBAGE, engine, heap_bytes);
            machine.start("main", &[100.into()]).unwrap();
            let outcome = machine.run(Fuel::Unlimited);
            (outcome, machine.stats())
        };
        let (outcome, stats) = ended(least);
        assert_eq!((outcome, stats.most_heap_bytes), (Outcome::Returned(100.into()), least));
        // Before either text of each round but the first, where nothing was left yet; and at the end.
        assert_eq!(stats.collections, 198 + 1);
        let (outcome, much) = ended(1 << 30);
        assert_eq!((outcome, much.collections), (Outcome::Returned(100.into()), 0));
        assert_eq!(stats.ticks, much.ticks, "what runs again is not paid again");
        let (outcome, _) = ended(least - 1);
        let Outcome::Trapped(report) = outcome else { panic!("{outcome:?}") };
        assert_eq!((report.code, report.position.map(|position| position.pc)), (TrapCode::OUT_OF_MEMORY, Some(0x28)));
    }
}

#[test]
fn what_does_not_fit_is_caught_and_everything_is_as_before() {
    let text = "func main()\n local s\na:\n load_const \"0123456789\"\n set_slot s\nb:\n get_slot s\n get_slot s\n concat\n \
        set_slot s\n jump b\nc:\n pop\n get_slot s\n string_bytes\n return_value\n.catch b c c 0\nend";
    for engine in [Engine::Reference, Engine::FAST] {
        let mut ticks = Vec::new();
        // 640 and 1280 bytes fit together, 1280 and 2560 do not.
        for fuel in [Fuel::Unlimited, Fuel::Ticks(1)] {
            let mut machine = with_heap(text, engine, 2_200);
            machine.start("main", &[]).unwrap();
            let outcome = std::iter::repeat_with(|| machine.run(fuel)).find(|outcome| *outcome != Outcome::OutOfFuel);
            assert_eq!(outcome, Some(Outcome::Returned(1_280.into())));
            ticks.push(machine.ticks());
            // Nothing of it is left over.
            machine.start("main", &[]).unwrap();
            machine.run(Fuel::Unlimited);
        }
        assert_eq!(ticks[0], ticks[1]);
    }
}

#[test]
fn one_text_may_not_be_longer_than_its_own_limit() {
    let text = "func main(n)\n load_const \"x\"\n get_slot n\n string_repeat\n string_bytes\n return_value\nend";
    let limits = Limits { object_bytes: 5_000, ..Limits::default() };
    for engine in [Engine::Reference, Engine::FAST] {
        let run = |n: i64| {
            let mut machine = machine(text).with_engine(engine).with_limits(limits);
            machine.start("main", &[n.into()]).unwrap();
            let outcome = machine.run(Fuel::Ticks(100));
            (outcome, machine.ticks())
        };
        assert_eq!(run(5_000), (Outcome::Returned(5_000.into()), 6));
        for n in [5_001, 1 << 40, 1 << 62, i64::MAX] {
            // What is refused is not paid as if it were done.
            let (Outcome::Trapped(report), ticks) = run(n) else { panic!("{n}") };
            assert_eq!((report.code, ticks), (TrapCode::OUT_OF_MEMORY, 6), "{n}");
        }
        assert_eq!(run(-1).0, Outcome::Returned(0.into()));
    }
}

#[test]
fn the_host_gets_what_the_program_made_and_no_copy_of_it() {
    let text = "import f/2\nfunc main()\n local s\n load_const \"x\"\n load_int 5000\n string_repeat\n set_slot s\n get_slot s\n \
        get_slot s\n call f 2\n pop\n get_slot s\n raise\nend";
    let places = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&places);
    let note = move |values: &[HostValue]| {
        let addresses = values.iter().map(|value| match value {
            HostValue::Text(text) => text.as_str().as_ptr().addr(),
            _ => 0,
        });
        seen.lock().unwrap().extend(addresses);
        Ok(HostValue::Nil)
    };
    let program = Linker::new().host("f", 2, note).link(verified(text)).unwrap();
    let mut machine: Machine<Isa> = Machine::new(program, ());
    machine.start("main", &[]).unwrap();
    let Outcome::Trapped(report) = machine.run(Fuel::Unlimited) else { panic!("it raises") };
    let Some(HostValue::Text(raised)) = &report.value else { panic!("it raises a text") };
    assert_eq!(*places.lock().unwrap(), [raised.as_str().as_ptr().addr(); 2]);
    // Of a long text a report shows how it begins.
    let shown = report.to_string();
    assert!(shown.contains("xxx… (5000 bytes)") && shown.len() < 2_000, "{shown}");
}

#[test]
fn looking_what_is_needed_can_be_interrupted_and_goes_on() {
    let count = 40_000;
    let mut machine = machine("func main()\n return\nend");
    let state = &mut machine.state;
    for _ in 0..count {
        state.import(&"x".into());
    }
    let needed = state.import(&"needed".into());
    state.stack.push(needed);
    let all = state.heap.bytes();
    let interrupt = state.work.interrupt.clone();
    interrupt.interrupt();
    assert!(!state.make_room(usize::MAX));
    assert_eq!((state.heap.bytes(), state.stats.collections), (all, 0));
    interrupt.reset();
    // What was needed then is not now, and the other way round.
    assert!(state.heap.is_looking());
    state.note_change();
    assert!(!state.heap.is_looking());
    state.stack.truncate(0);
    let kept = state.import(&"kept".into());
    state.stack.push(kept);
    assert!(state.make_room(usize::MAX));
    assert_eq!((state.heap.bytes(), state.stats.collections), (4 + 96, 1));
}

#[test]
fn looking_what_is_needed_comes_to_its_end_however_often_it_is_interrupted() {
    let mut machine = machine("func main()\n return\nend");
    let state = &mut machine.state;
    for _ in 0..40_000 {
        let text = state.import(&"x".into());
        state.stack.push(text);
    }
    state.work.interrupt.interrupt();
    let times = std::iter::repeat_with(|| state.make_room(usize::MAX)).take(100).take_while(|made| !made).count();
    // Some places in each slice.
    assert_eq!((times, state.stats.collections), (40_000 >> 10, 1));
}

#[test]
fn what_earlier_runs_and_the_host_made_is_no_bill_for_a_run() {
    let text =
        "global g\nfunc main()\n load_const \"x\"\n load_int 1\n string_repeat\n string_bytes\n return_value\nend";
    for engine in [Engine::Reference, Engine::FAST] {
        let mut machine = with_heap(text, engine, 500_000);
        for _ in 0..12_000 {
            machine.start("main", &[]).unwrap();
            machine.set_global_at(0, &"y".into());
            let before = machine.ticks();
            assert_eq!(machine.run(Fuel::Ticks(100)), Outcome::Returned(1.into()));
            assert_eq!(machine.ticks() - before, 2, "{engine:?}");
        }
    }
}

/// A program that keeps `n` texts of ten bytes, one in each activation, and then makes and drops `m` texts of a thousand.
const DEEP: &str = "func main(n, m)\n local kept\n get_slot n\n jump_if_false bottom\n load_const \"0123456789\"\n load_int 1\n \
    string_repeat\n set_slot kept\n get_slot n\n load_int 1\n sub\n get_slot m\n call main 2\n return_value\nbottom:\ntop:\n \
    load_const \"x\"\n load_int 1000\n string_repeat\n pop\n get_slot m\n dec\n dup\n set_slot m\n jump_if_true top\n load_int 7\n return_value\nend";

/// Runs [`DEEP`] with a heap of so many bytes in slices of so many ticks, each on a machine of its own if `moves`.
fn deep(engine: Engine, heap_bytes: usize, fuel: Fuel, moves: bool) -> (Outcome, u64, inspect::Fill) {
    let limits = Limits { heap_bytes, frames: 2_000, ..Limits::default() };
    let program = Linker::new().link(verified(DEEP)).unwrap();
    let new = || Machine::<Isa>::new(program.clone(), ()).with_engine(engine).with_limits(limits);
    let mut machine = new();
    machine.start("main", &[1_000.into(), 50.into()]).unwrap();
    for _ in 0..20_000 {
        let before = machine.ticks();
        let outcome = machine.run(fuel);
        let Fuel::Ticks(most) = fuel else { return (outcome, machine.ticks(), inspect::snapshot(&machine).fill) };
        assert!(machine.ticks() - before <= most);
        if outcome != Outcome::OutOfFuel {
            return (outcome, machine.ticks(), inspect::snapshot(&machine).fill);
        }
        if moves {
            let snapshot = inspect::snapshot(&machine);
            machine = new();
            inspect::restore(&mut machine, &snapshot).unwrap();
        }
    }
    panic!("it does not end")
}

#[test]
fn who_comes_to_the_limit_pays_for_looking_and_no_one_else_does() {
    let (kept, dropped) = (1_000 * (10 + 96), 1_000 + 96);
    let unhindered = deep(Engine::Reference, 1 << 30, Fuel::Unlimited, false);
    for (room, looks) in [(dropped, 49), (2 * dropped, 24), (10 * dropped, 4), (50 * dropped, 0)] {
        let whole = deep(Engine::Reference, kept + room, Fuel::Unlimited, false);
        assert_eq!(whole.0, Outcome::Returned(7.into()));
        // All texts, the three values of each frame, and two on the stack; less what was made since the look before, a place for 32 bytes.
        let places = 1_000 + room / dropped + 3 * 1_001 + 2;
        let price = |made: usize| (places - made / 32) / 16;
        let paid = if looks == 0 { 0 } else { price(kept + room) + (looks - 1) * price(room) };
        assert_eq!(whole.1 - unhindered.1, paid as u64, "{looks} looks");
        for engine in [Engine::Reference, Engine::FAST] {
            for (fuel, moves) in [(Fuel::Unlimited, false), (Fuel::Ticks(37), false), (Fuel::Ticks(211), true)] {
                assert_eq!(deep(engine, kept + room, fuel, moves), whole, "{engine:?} {fuel:?} {moves} {looks}");
            }
        }
    }
}

/// Runs `main` of [`DEEP`] with these arguments; returns its ticks and what is then of the heap.
fn ticks_of(machine: &mut Machine<Isa>, texts: i64, dropped: i64) -> (u64, inspect::Fill) {
    machine.start("main", &[texts.into(), dropped.into()]).unwrap();
    let before = machine.ticks();
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(7.into()));
    (machine.ticks() - before, inspect::snapshot(machine).fill)
}

#[test]
fn a_run_pays_nothing_for_those_before_it() {
    for engine in [Engine::Reference, Engine::FAST] {
        let heap_bytes = 1_001 * (10 + 96) + 3 * (1_000 + 96);
        let limits = Limits { heap_bytes, frames: 2_000, ..Limits::default() };
        let new = || machine(DEEP).with_engine(engine).with_limits(limits);
        let (fresh, fill) = ticks_of(&mut new(), 10, 20);
        let mut machine = new();
        assert!(ticks_of(&mut machine, 1_000, 20).0 > fresh + 1_000);
        assert_eq!(ticks_of(&mut machine, 10, 20), (fresh, inspect::Fill { looked: false, ..fill }));
        // As little for what there was place for once.
        let mut machine = machine.with_limits(Limits { heap_bytes: 1 << 30, ..limits });
        ticks_of(&mut machine, 1_900, 2_000);
        let mut machine = machine.with_limits(Limits { heap_bytes: 11 * (10 + 96) + 3 * (1_000 + 96), ..limits });
        let again = ticks_of(&mut machine, 10, 100);
        let mut machine = new().with_limits(machine.state.limits);
        assert_eq!(again.0, ticks_of(&mut machine, 10, 100).0);
    }
}

#[test]
fn who_is_far_from_the_limit_pays_nothing() {
    let limits = Limits { frames: 20_000, slots: 200_000, heap_bytes: 1 << 30, ..Limits::default() };
    for engine in [Engine::Reference, Engine::FAST] {
        let ticks =
            |texts, dropped| ticks_of(&mut machine(DEEP).with_engine(engine).with_limits(limits), texts, dropped).0;
        assert_eq!(ticks(15_000, 4_000) - ticks(15_000, 1), ticks(0, 4_000) - ticks(0, 1));
        // Not even for much at once.
        let mut machine = machine(DEEP).with_engine(engine).with_limits(limits);
        ticks_of(&mut machine, 15_000, 4_000);
        assert!(machine.stats().collections > 1);
    }
}

#[test]
fn a_made_up_fill_gives_no_room_and_does_no_harm() {
    let text = "global g\nfunc main()\n load_const \"x\"\n load_int 500\n string_repeat\n set_var g\n call f 0\n return_value\nend\n\
        func f()\n load_const \"x\"\n load_int 500\n string_repeat\n string_bytes\n return_value\nend";
    let program = Linker::new().link(verified(text)).unwrap();
    for engine in [Engine::Reference, Engine::FAST] {
        let mut machine = Machine::<Isa>::new(program.clone(), ()).with_engine(engine);
        machine.start("main", &[]).unwrap();
        // Where the second function begins.
        while inspect::snapshot(&machine).frames.len() < 2 {
            assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::OutOfFuel);
        }
        let taken = inspect::snapshot(&machine);
        assert_eq!(taken.fill.kept, inspect::Amount { bytes: 596, texts: 1 });
        let run = |fill, heap_bytes, fuel| {
            let limits = Limits { heap_bytes, ..Limits::default() };
            let mut machine = Machine::<Isa>::new(program.clone(), ()).with_engine(engine).with_limits(limits);
            inspect::restore(&mut machine, &inspect::Snapshot { fill, ..taken.clone() }).unwrap();
            (machine.run(fuel), machine.ticks() - taken.used.0)
        };
        let all = inspect::Amount { bytes: usize::MAX, texts: usize::MAX };
        let full = inspect::Fill { kept: all, needed: usize::MAX, threshold: 0, most_texts: usize::MAX, looked: false };
        // What is paid for is counted anew, however much that was said to be.
        assert_eq!(run(full, 2 * 596, Fuel::Ticks(1_000)), (Outcome::OutOfFuel, 1_000));
        assert_eq!(run(full, 2 * 596, Fuel::Unlimited), (Outcome::Returned(500.into()), (usize::MAX / 16) as u64 + 1));
        // What is kept counts, though the snapshot says that there is nothing.
        let empty = inspect::Fill::default();
        assert_eq!(run(empty, 2 * 596, Fuel::Unlimited).0, Outcome::Returned(500.into()));
        let Outcome::Trapped(report) = run(empty, 2 * 596 - 1, Fuel::Unlimited).0 else { panic!("there is no room") };
        assert_eq!(report.code, TrapCode::OUT_OF_MEMORY);
    }
}

#[test]
fn a_look_that_was_interrupted_ends_with_the_instruction_that_it_was_for() {
    // It does not want a text any more, nor do those after it.
    let text = "func main()\ntop:\n load_int 10\n pop\n jump top\nend";
    for engine in [Engine::Reference, Engine::FAST] {
        let mut machine = machine(text).with_engine(engine);
        machine.start("main", &[]).unwrap();
        assert_eq!(machine.run(Fuel::Ticks(5)), Outcome::OutOfFuel);
        for _ in 0..5_000 {
            machine.state.import(&"x".into());
        }
        machine.state.work.interrupt.interrupt();
        assert!(!machine.state.make_room(usize::MAX));
        machine.state.work.interrupt.reset();
        assert!(machine.state.heap.is_looking());
        assert_eq!(machine.run(Fuel::Ticks(5)), Outcome::OutOfFuel);
        assert!(!machine.state.heap.is_looking(), "{engine:?}");
    }
}

#[test]
fn a_run_pays_nothing_for_what_the_one_before_made_and_did_not_look_at() {
    let text = "func litter(n)\ntop:\n load_const \"x\"\n load_int 1\n string_repeat\n pop\n get_slot n\n dec\n dup\n set_slot n\n jump_if_true top\n \
        return\nend\n\
        func work(n)\n local kept\n load_const \"x\"\n load_int 147000\n string_repeat\n set_slot kept\ntop:\n load_const \"x\"\n load_int 1000\n \
        string_repeat\n pop\n get_slot n\n dec\n dup\n set_slot n\n jump_if_true top\n return\nend";
    for engine in [Engine::Reference, Engine::FAST] {
        let ticks = |litter: i64| {
            let mut machine = with_heap(text, engine, 150_000);
            for (name, n) in [("litter", litter), ("work", 100)] {
                machine.start(name, &[n.into()]).unwrap();
                assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(HostValue::Nil));
            }
            machine.ticks() - 2 * litter as u64
        };
        assert_eq!(ticks(1_500), ticks(1), "{engine:?}");
    }
}
