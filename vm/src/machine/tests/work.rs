//! Work that is paid for before it is done, and what ends it from outside.

use super::*;
use crate::inspect;
use std::io::Write;
use std::sync::{Arc, Mutex};

const ENGINES: [Engine; 3] = [Engine::Reference, Engine::FAST, Engine::Fast(crate::slots::Lowering::Unfolded)];

const PRINTS: &str = "func main(text)\n local i\n load_int 0\n set_slot i\ntop:\n get_slot text\n load_int 7\n get_slot text\n \
    print_ln 3\n pre_inc_slot i\n load_int 3\n num_lt\n jump_if_true top\n get_slot i\n return_value\nend";

fn printing(engine: Engine, text: &str) -> (Machine<Isa>, Capture) {
    let output = Capture::new();
    let mut machine = machine(PRINTS).with_engine(engine).with_streams(Streams::none().with_output(output.clone()));
    machine.start("main", &[text.into()]).unwrap();
    (machine, output)
}

#[test]
fn nothing_is_written_before_it_is_paid_and_no_slice_takes_more_than_its_fuel() {
    let text = "x".repeat(100_000);
    let line = format!("{text}7{text}\n");
    let mut all = Vec::new();
    for engine in ENGINES {
        for step in [1, 7, 100, 1_000] {
            let (mut machine, output) = printing(engine, &text);
            let (mut given, mut seen) = (0, Vec::new());
            let outcome = loop {
                let outcome = machine.run(Fuel::Ticks(step));
                given += step;
                assert!(machine.ticks() <= given, "{engine:?}: {} of {given}", machine.ticks());
                if outcome != Outcome::OutOfFuel {
                    break outcome;
                }
                assert_eq!(machine.ticks(), given, "{engine:?}: an outcome without need");
                // A line costs 1 and 1 for each KiB, and so much is not there yet.
                let lines = output.bytes().len() / line.len();
                assert_eq!(output.bytes().len() % line.len(), 0);
                assert!(lines as u64 * 196 <= machine.ticks(), "{lines} lines for {} ticks", machine.ticks());
                seen.push(inspect::snapshot(&machine));
            };
            assert_eq!(outcome, Outcome::Returned(3.into()));
            assert_eq!(output.text(), line.repeat(3));
            all.push((step, machine.ticks(), seen));
        }
    }
    let (first, others) = all.split_at(4);
    assert!(others.chunks(4).all(|other| other == first), "the engines stop at other places");
}

#[test]
fn what_is_paid_is_state() {
    let text = "x".repeat(100_000);
    for (from, to) in ENGINES.into_iter().flat_map(|from| ENGINES.map(|to| (from, to))) {
        let (mut machine, output) = printing(from, &text);
        assert_eq!(machine.run(Fuel::Ticks(150)), Outcome::OutOfFuel);
        let snapshot = inspect::snapshot(&machine);
        assert_eq!((snapshot.begun.paid, output.text().as_str()), (149, ""));
        // In another machine, and with another engine in this one.
        let again = Capture::new();
        let mut other = self::machine(PRINTS).with_engine(to).with_streams(Streams::none().with_output(again.clone()));
        inspect::restore(&mut other, &snapshot).unwrap();
        machine.set_engine(to);
        for machine in [&mut machine, &mut other] {
            assert_eq!(machine.run(Fuel::Ticks(46)), Outcome::OutOfFuel, "{from:?} {to:?}");
            assert_eq!(machine.ticks(), 196);
        }
        assert_eq!((output.bytes().len(), again.bytes().len()), (0, 0));
        assert_eq!(inspect::snapshot(&machine), inspect::snapshot(&other));
        for machine in [&mut machine, &mut other] {
            assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::OutOfFuel);
            assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(3.into()));
        }
        assert_eq!(output.bytes(), again.bytes());
        assert_eq!((machine.ticks(), output.bytes().len()), (other.ticks(), 3 * 200_002));
    }
}

#[test]
fn a_made_up_payment_is_no_credit() {
    let text = "x".repeat(100_000);
    let ends = ENGINES.map(|engine| {
        let (mut machine, _) = printing(engine, &text);
        machine.run(Fuel::Ticks(1));
        let mut snapshot = inspect::snapshot(&machine);
        // It is at an instruction that charges nothing.
        snapshot.begun = inspect::Begun { paid: u64::MAX, written: usize::MAX, looked: inspect::Looked::Yes };
        inspect::restore(&mut machine, &snapshot).unwrap();
        (machine.run(Fuel::Ticks(100)), machine.ticks(), inspect::snapshot(&machine))
    });
    assert_eq!((&ends[0].0, ends[0].1), (&Outcome::OutOfFuel, 101));
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:#?}");
}

#[test]
fn a_step_that_charges_twice_takes_no_more_than_its_fuel() {
    let module = verified(
        "import f/0\nfunc main()\n local i\n load_int 0\n set_slot i\ntop:\na:\n call f 0\nb:\nh:\n pop\n pre_inc_slot i\n \
         load_int 50\n num_lt\n jump_if_true top\n return\n.catch a b h 0\nend",
    );
    let program = Linker::new().host("f", 0, |_| Err("no".into())).link(module).unwrap();
    for engine in ENGINES {
        for step in 1..4 {
            let mut machine = Machine::new(program.clone(), ()).with_engine(engine);
            machine.start("main", &[]).unwrap();
            let mut given = 0;
            while machine.run(Fuel::Ticks(step)) == Outcome::OutOfFuel {
                given += step;
                assert_eq!(machine.ticks(), given, "{engine:?}");
            }
            assert_eq!(machine.ticks(), 1 + 50 * 2 + 49, "{engine:?}");
        }
    }
}

/// An output that interrupts the machine whenever something is written.
#[derive(Clone, Default)]
struct Hasty {
    output: Capture,
    handle: Arc<Mutex<Option<InterruptHandle>>>,
}

impl Write for Hasty {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Some(handle) = &*self.handle.lock().unwrap() {
            handle.interrupt();
        }
        self.output.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_interrupt_is_seen_within_a_long_text_which_then_continues() {
    let text = "0123456789".repeat(100_000);
    let mut all = Vec::new();
    for engine in ENGINES {
        let hasty = Hasty::default();
        let mut machine = machine(PRINTS).with_engine(engine).with_streams(Streams::none().with_output(hasty.clone()));
        *hasty.handle.lock().unwrap() = Some(machine.interrupt_handle());
        machine.start("main", &[text.as_str().into()]).unwrap();
        let mut seen = Vec::new();
        let outcome = loop {
            let before = hasty.output.bytes().len();
            match machine.run(Fuel::Unlimited) {
                Outcome::Interrupted => {}
                outcome => break outcome,
            }
            let written = hasty.output.bytes().len();
            assert!(written - before <= 3 << 16 && written <= 3 * (2 * text.len() + 2), "{written} bytes");
            let snapshot = inspect::snapshot(&machine);
            inspect::restore(&mut machine, &snapshot).unwrap();
            seen.push(snapshot);
        };
        assert_eq!(outcome, Outcome::Returned(3.into()), "{engine:?}");
        assert!(seen.len() > 60, "{}", seen.len());
        assert!(hasty.output.text() == format!("{text}7{text}\n").repeat(3), "{engine:?}");
        all.push(machine.ticks());
    }
    assert!(all.iter().all(|other| *other == all[0]), "{all:?}");
}

#[test]
fn an_interrupt_is_seen_among_many_texts() {
    let text = "x".repeat(10_000);
    let all = " get_slot text\n".repeat(255);
    for engine in ENGINES {
        let hasty = Hasty::default();
        let machine = machine(&format!("func main(text)\n{all} print 255\n return\nend")).with_engine(engine);
        let mut machine = machine.with_streams(Streams::none().with_output(hasty.clone()));
        *hasty.handle.lock().unwrap() = Some(machine.interrupt_handle());
        machine.start("main", &[text.as_str().into()]).unwrap();
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Interrupted);
        assert!(hasty.output.bytes().len() <= 2 << 16, "{}", hasty.output.bytes().len());
        while machine.run(Fuel::Unlimited) == Outcome::Interrupted {
            assert!(hasty.output.bytes().len() <= 255 * text.len(), "{engine:?}");
        }
        assert_eq!(hasty.output.bytes().len(), 255 * text.len(), "{engine:?}");
    }
}

#[test]
fn an_interrupt_belongs_to_a_run() {
    for engine in ENGINES {
        let mut machine = started(FIB).with_engine(engine);
        let handle = machine.interrupt_handle();
        let end = Outcome::Returned(55.into());
        assert_eq!(machine.run(Fuel::Unlimited), end);
        // Too late: it stops neither what has ended nor what begins.
        handle.interrupt();
        assert_eq!(machine.run(Fuel::Unlimited), end);
        machine.start("main", &[]).unwrap();
        assert!(!handle.is_set());
        assert_eq!(machine.run(Fuel::Unlimited), end);
        // One that was taken back.
        machine.start("main", &[]).unwrap();
        handle.interrupt();
        handle.reset();
        assert_eq!(machine.run(Fuel::Ticks(5)), Outcome::OutOfFuel);
        // One between two slices, from another thread.
        std::thread::scope(|scope| drop(scope.spawn(|| handle.interrupt()).join()));
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Interrupted);
        // One that came before a machine was put elsewhere.
        let snapshot = inspect::snapshot(&machine);
        handle.interrupt();
        inspect::restore(&mut machine, &snapshot).unwrap();
        assert_eq!(machine.run(Fuel::Unlimited), end);
    }
}

#[test]
fn a_loop_looks_for_an_interrupt_more_often_where_ticks_are_far_apart() {
    let looks = |body: &str| {
        let text = format!("func main(n)\ntop:\n{body} jump top\nend");
        let mut machine = machine(&text);
        machine.start("main", &[HostValue::Nil]).unwrap();
        assert_eq!(machine.run(Fuel::Ticks(20)), Outcome::OutOfFuel);
        assert_eq!(machine.ticks(), 20);
        machine.fast.as_ref().map(|fast| fast.ticks_between_looks)
    };
    assert_eq!(looks(""), Some(4_096));
    // 800,000 bytes of code for each tick.
    assert_eq!(looks(&" get_slot n\n pop\n".repeat(200_000)), Some(5));
}

#[test]
fn large_functions_call_and_return_as_small_ones_do() {
    let rest = " load_int 1\n add\n".repeat(5_000);
    let text = format!(
        "func f(n)\n get_slot n\n jump_if_false z\n get_slot n\n dec\n call f 1\n{rest} return_value\nz:\n load_int 0\n \
         return_value\nend\nfunc main()\n load_int 30\n call f 1\n return_value\nend"
    );
    for engine in ENGINES {
        let mut machine = started(&text).with_engine(engine);
        assert_eq!(sliced(&mut machine, 7), Outcome::Returned(150_000.into()), "{engine:?}");
        assert_eq!(machine.ticks(), 32);
    }
}

/// A long function that is called `n` times, with a loop in it.
fn long_function(calls: usize) -> String {
    let straight = " load_int 1\n add\n".repeat(5_000);
    format!(
        "func f(n)\n get_slot n\n{straight} return_value\nend\nfunc main()\n local i\n load_int 0\n set_slot i\ntop:\n \
         get_slot i\n call f 1\n pop\n pre_inc_slot i\n load_int {calls}\n num_lt\n jump_if_true top\n get_slot i\n \
         return_value\nend"
    )
}

#[test]
fn a_long_function_is_lowered_once_it_has_run_for_as_long_as_that_takes() {
    let run = |calls: usize, prepared: bool| {
        let mut machine = started(&long_function(calls));
        if prepared {
            machine.prepare();
        }
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned((calls as i64).into()));
        machine.stats().instructions
    };
    // Only the reference engine counts instructions: 10,002 a call.
    assert_eq!(run(1, false), 10_002);
    let most = run(100, false);
    let price = 8 * verified(&long_function(1)).module().functions[0].code.len() as u64;
    assert!((price..price + 10_002 + 1_024).contains(&most), "{most} for {price}");
    assert_eq!(run(200, false), most);
    assert_eq!(run(100, true), 0);
}

#[test]
fn machines_of_a_program_share_what_was_run_and_made() {
    let module = verified(&long_function(25));
    let program = Linker::new().link(module).unwrap();
    let runs: Vec<u64> = (0..3)
        .map(|_| {
            let mut machine = Machine::new(program.clone(), ());
            machine.start("main", &[]).unwrap();
            assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(25.into()));
            machine.stats().instructions
        })
        .collect();
    assert!(runs[0] == 25 * 10_002 && runs[1] > 0 && runs[1] < runs[0] && runs[2] == 0, "{runs:?}");
}

#[test]
fn an_interrupt_stops_lowering_and_what_runs_can_be_continued() {
    let mut machine = started(&long_function(1));
    machine.interrupt_handle().interrupt();
    machine.prepare();
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Interrupted);
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(1.into()));
    assert_eq!(machine.stats().instructions, 10_002, "it was lowered all the same");
}
