//! Restoring machines: whatever a snapshot says, it is refused, or the machine continues as verified code does.

use opforge::bytecode::{Entry, verify_fragment};
use opforge::core::Depth;
use opforge::inspect::{self, Breakpoint, FrameSnapshot, RestoreError, Snapshot, Stop};
use opforge::standard::Isa;
use opforge::{Fuel, HostValue, Limits, Linker, Machine, Outcome, Program, TrapCode, assemble, verify};
use opforge_testing::{ENGINES, Programs};
use proptest::prelude::*;
use proptest::sample::Index;

const TEXT: &str = "global g\nfunc twice(x)\n push_frame\n get_slot x\n declare_var g\n pop_frame\n get_slot x\n \
    get_slot x\n add\n return_value\nend\nfunc main(n)\n local i\n load_int 0\n set_slot i\ntop:\n load_int 7\n \
    get_slot i\n call twice 1\n pop\n pop\n pre_inc_slot_void i\n get_slot i\n get_slot n\n num_lt\n \
    jump_if_true top\n get_slot i\n return_value\nend\n";

fn program(text: &str) -> Program<Isa> {
    let module = assemble::<Isa>("test.opf", text).unwrap_or_else(|errors| panic!("{errors}"));
    Linker::new().link(verify(module).unwrap_or_else(|errors| panic!("{errors}"))).expect("nothing is imported")
}

/// A snapshot of the program after so many ticks, in `twice`, two calls deep.
fn cut(program: &Program<Isa>, ticks: u64) -> Snapshot {
    let mut machine = Machine::new(program.clone(), ());
    machine.start("main", &[HostValue::Int(5)]).expect("it starts");
    assert_eq!(machine.run(Fuel::Ticks(ticks)), Outcome::OutOfFuel);
    inspect::snapshot(&machine)
}

#[test]
fn another_machine_continues_where_one_was_cut() {
    let program = program(TEXT);
    for ticks in 1..10 {
        let snapshot = cut(&program, ticks);
        for (name, engine) in ENGINES {
            let mut machine = Machine::new(program.clone(), ()).with_engine(engine);
            inspect::restore(&mut machine, &snapshot).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(inspect::snapshot(&machine), snapshot, "{name}");
            assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(HostValue::Int(5)), "{name}");
            assert_eq!(machine.ticks(), 10, "{name}");
        }
    }
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Snapshot), expected: RestoreError) {
    let program = program(TEXT);
    let mut snapshot = cut(&program, 2);
    change(&mut snapshot);
    let mut machine = Machine::new(program, ());
    assert_eq!(inspect::restore(&mut machine, &snapshot), Err(expected));
    assert!(matches!(machine.run(Fuel::Unlimited), Outcome::Trapped(_)), "nothing is running");
}

#[test]
fn what_no_machine_of_the_program_can_hold_is_refused() {
    refused(|snapshot| snapshot.frames.clear(), RestoreError::NoFrames);
    refused(|snapshot| snapshot.globals.clear(), RestoreError::Globals);
    refused(|snapshot| snapshot.frames[0].module = 1, RestoreError::Frame(0));
    refused(|snapshot| snapshot.frames[0].function = 9, RestoreError::Frame(0));
    refused(|snapshot| snapshot.frames[0].pc += 1, RestoreError::Frame(0));
    refused(|snapshot| snapshot.frames[0].stack.clear(), RestoreError::Frame(0));
    refused(|snapshot| snapshot.frames[1].stack.push(HostValue::Nil), RestoreError::Frame(1));
    refused(|snapshot| snapshot.frames[1].locals.clear(), RestoreError::Frame(1));
    refused(|snapshot| snapshot.frames[1].function = 1, RestoreError::Frame(0));
    refused(|snapshot| snapshot.frames.swap(0, 1), RestoreError::Frame(0));
    refused(|snapshot| snapshot.frames[1].scopes = 1, RestoreError::Scopes);
    refused(|snapshot| snapshot.scopes.push(Vec::new()), RestoreError::Scopes);
    refused(|snapshot| snapshot.used.1 = usize::MAX, RestoreError::Limit(TrapCode::STACK_OVERFLOW));
    refused(|snapshot| snapshot.used.2 = usize::MAX, RestoreError::Limit(TrapCode::FRAME_OVERFLOW));
}

#[test]
fn a_machine_stops_at_breakpoints_and_continues() {
    let program = program(TEXT);
    let mut machine = Machine::new(program, ());
    machine.start("main", &[HostValue::Int(3)]).expect("it starts");
    let at_twice = Breakpoint { module: 0, function: 0, pc: 0 };
    for _ in 0..3 {
        assert_eq!(inspect::run_to(&mut machine, &[at_twice], Fuel::Unlimited), Stop::Breakpoint(at_twice));
        assert_eq!(inspect::snapshot(&machine).frames.len(), 2);
    }
    let ended = Stop::Ended(Outcome::Returned(HostValue::Int(3)));
    assert_eq!(inspect::run_to(&mut machine, &[at_twice], Fuel::Unlimited), ended);
    assert_eq!(machine.ticks(), 6);
}

#[test]
fn limits_hold_for_what_is_restored() {
    let program = program(TEXT);
    let snapshot = cut(&program, 2);
    let mut machine = Machine::new(program, ()).with_limits(Limits { frames: 1, ..Limits::default() });
    let error = inspect::restore(&mut machine, &snapshot);
    assert_eq!(error, Err(RestoreError::Limit(TrapCode::FRAME_OVERFLOW)));
}

#[test]
fn only_restoring_enters_a_fragment() {
    let text = "func part()\n pop\n return\nend\nfunc caller()\n call part 0\n return_value\nend\n";
    let module = assemble::<Isa>("test.opf", text).unwrap_or_else(|errors| panic!("{errors}"));
    let entry = Entry { depth: Depth(1), ..Entry::default() };
    let verified = verify_fragment::<Isa>(module, 0, entry).unwrap_or_else(|errors| panic!("{errors}"));
    let program = Linker::new().link(verified).expect("nothing is imported");
    for (name, engine) in ENGINES {
        let mut machine = Machine::new(program.clone(), ()).with_engine(engine);
        for function in ["part", "caller"] {
            machine.start(function, &[]).expect("it is there");
            let outcome = machine.run(Fuel::Unlimited);
            let invalid = matches!(&outcome, Outcome::Trapped(report) if report.code == TrapCode::INVALID_CODE);
            assert!(invalid, "{name}, {function}: {outcome:?}");
        }
    }
}

#[test]
fn a_fragment_is_restored_at_its_exit() {
    let module = assemble::<Isa>("test.opf", "func part()\n dup\nend\n").unwrap_or_else(|errors| panic!("{errors}"));
    let entry = Entry { depth: Depth(1), scopes: 0, exits: 1 };
    let verified = verify_fragment::<Isa>(module, 0, entry).unwrap_or_else(|errors| panic!("{errors}"));
    let program: Program<Isa> = Linker::new().link(verified).expect("nothing is imported");
    let stack = vec![HostValue::Int(7)];
    let frame = FrameSnapshot { module: 0, function: 0, pc: 0, scopes: 0, locals: Vec::new(), stack };
    let begin = Snapshot { frames: vec![frame], ..Snapshot::default() };
    for (name, engine) in ENGINES {
        let mut machine = Machine::new(program.clone(), ()).with_engine(engine);
        inspect::restore(&mut machine, &begin).unwrap_or_else(|error| panic!("{name}: {error}"));
        for _ in 0..2 {
            assert_eq!(inspect::run_to(&mut machine, &[], Fuel::Unlimited), Stop::Exit(0), "{name}");
            let end = inspect::snapshot(&machine);
            assert_eq!(end.frames[0].stack, [HostValue::Int(7), HostValue::Int(7)], "{name}");
            inspect::restore(&mut machine, &end).unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut past = end;
            past.frames[0].pc += 1;
            assert_eq!(inspect::restore(&mut machine, &past), Err(RestoreError::Frame(0)), "{name}");
            past.frames[0].pc -= 1;
            inspect::restore(&mut machine, &past).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn what_a_snapshot_says_was_in_use_is_not_allocated() {
    let program = program(TEXT);
    let mut snapshot = cut(&program, 2);
    snapshot.used = (snapshot.used.0, usize::MAX, usize::MAX);
    for (name, engine) in ENGINES {
        let limits = Limits { slots: usize::MAX, frames: usize::MAX, ..Limits::default() };
        let mut machine = Machine::new(program.clone(), ()).with_engine(engine).with_limits(limits);
        inspect::restore(&mut machine, &snapshot).expect("it is within limits");
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(HostValue::Int(5)), "{name}");
        assert_eq!(machine.stats().most_slots, usize::MAX, "{name}");
    }
}

#[test]
fn what_a_snapshot_overdrew_is_forgiven_at_a_start() {
    let program = program(TEXT);
    let mut snapshot = cut(&program, 2);
    snapshot.debt = u64::MAX;
    let mut machine = Machine::new(program, ());
    inspect::restore(&mut machine, &snapshot).expect("it is within limits");
    assert_eq!(machine.run(Fuel::Ticks(u64::MAX)), Outcome::OutOfFuel);
    machine.start("main", &[HostValue::Int(1)]).expect("it starts");
    assert_eq!(machine.run(Fuel::Ticks(100)), Outcome::Returned(HostValue::Int(1)));
}

/// Slot code rests on what a function did before, on the types of its locals; what is restored did not do it.
#[test]
fn locals_of_a_snapshot_may_be_of_any_type() {
    let text = "func main(n)\n local i\n load_int 0\n set_slot i\ntop:\n pre_inc_slot_void i\n nop\n get_slot i\n \
        get_slot n\n num_lt\n jump_if_true top\n get_slot i\n return_value\nend\n";
    let program = program(text);
    let given =
        [HostValue::Nil, HostValue::Bool(true), HostValue::Float(0.5), HostValue::from("a"), HostValue::Int(-3)];
    for (ticks, value) in (1..4).flat_map(|ticks| given.iter().map(move |value| (ticks, value))) {
        let mut snapshot = cut(&program, ticks);
        snapshot.frames[0].locals[1] = value.clone();
        let mut outcomes = ENGINES.map(|(_, engine)| {
            let mut machine = Machine::new(program.clone(), ()).with_engine(engine);
            inspect::restore(&mut machine, &snapshot).expect("the program can have it");
            format!("{:?}", machine.run(Fuel::Ticks(1_000)))
        });
        outcomes.sort_unstable();
        assert_eq!(outcomes.first(), outcomes.last(), "after {ticks} ticks, with {value:?}");
    }
}

/// Each function is looked at once, however many activations of it a snapshot has; and none if they are too many.
#[test]
fn a_large_snapshot_takes_no_longer_than_its_program_and_its_size() {
    let body = " load_int 1\n pop\n".repeat(100_000);
    let text = format!("func main(n)\n{body} get_slot n\n call main 1\n return_value\nend\n");
    let program = program(&text);
    let mut machine = Machine::new(program.clone(), ());
    machine.start("main", &[HostValue::Int(1)]).expect("it starts");
    assert_eq!(machine.run(Fuel::Ticks(2)), Outcome::OutOfFuel);
    let mut snapshot = inspect::snapshot(&machine);
    let caller = snapshot.frames[0].clone();
    snapshot.frames = [vec![caller; 900], vec![snapshot.frames[1].clone()]].concat();
    inspect::restore(&mut machine, &snapshot).expect("the program can have it");
    snapshot.frames = vec![snapshot.frames[0].clone(); 100_000];
    let refused = RestoreError::Limit(TrapCode::FRAME_OVERFLOW);
    assert_eq!(inspect::restore(&mut machine, &snapshot), Err(refused));
}

proptest! {
    /// Generated programs, cut anywhere and changed anywhere: refused, or run without meeting `InvalidCode`.
    #[test]
    fn changed_snapshots_are_refused_or_run(
        seed: u64,
        ticks in 1u64..6,
        changes in prop::collection::vec((0usize..9, any::<Index>(), any::<u16>()), 0..3),
    ) {
        let module = Programs::<Isa>::new(seed).next_module();
        let program = Linker::new().link(verify::<Isa>(module).expect("it verifies")).expect("it links");
        let mut machine = Machine::new(program.clone(), ());
        machine.start("main", &[]).expect("it starts");
        if machine.run(Fuel::Ticks(ticks)) != Outcome::OutOfFuel {
            return Ok(());
        }
        let mut snapshot = inspect::snapshot(&machine);
        for (what, place, value) in changes {
            change(&mut snapshot, what, place, value);
        }
        for (_, engine) in ENGINES {
            let mut machine = Machine::new(program.clone(), ()).with_engine(engine);
            if inspect::restore(&mut machine, &snapshot).is_ok() {
                let outcome = machine.run(Fuel::Ticks(100));
                let invalid = matches!(&outcome, Outcome::Trapped(report) if report.code == TrapCode::INVALID_CODE);
                prop_assert!(!invalid, "{outcome:?}");
            }
        }
    }
}

fn change(snapshot: &mut Snapshot, what: usize, place: Index, value: u16) {
    let (count, small) = (snapshot.frames.len(), usize::from(value % 4));
    let frame = &mut snapshot.frames[place.index(count)];
    match what {
        0 => frame.pc = u32::from(value % 64),
        1 => frame.function = small,
        2 => frame.module = small,
        3 => frame.scopes = small,
        4 => frame.stack.resize(small, HostValue::Int(value.into())),
        5 => frame.locals.resize(small, HostValue::from("text")),
        6 => snapshot.scopes.resize(small, vec![(usize::from(value), HostValue::Nil)]),
        7 => snapshot.globals.resize(small, HostValue::Nil),
        _ => snapshot.frames.truncate(1 + small),
    }
}
