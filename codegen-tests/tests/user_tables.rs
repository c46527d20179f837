//! Rows as users write them: every engine does the same with them, however the code that the user wrote behaves.

use opforge::effects::{Allocates, ReadsConstants, ReadsGlobals, ReadsLocals, WritesGlobals, WritesLocals};
use opforge::inspect::{self, Snapshot};
use opforge::{
    Capture, Context, Fuel, HostValue, InstructionSet, Limits, Linker, Machine, Outcome, Streams, Text, TrapCode,
    Value, Verified,
};
use opforge_testing::{ENGINES, check_programs};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

opforge::instruction_set! {
    /// Rows as users write them.
    pub mod user = "tests/tables/user.ron";
}

type Isa = user::Isa<Hands>;

/// Where a handler panics.
const PANICS_AT: i64 = 12_340;

#[derive(Debug, Default)]
struct Hands {
    worked: u64,
}

impl user::Handlers for Hands {
    fn say(&mut self, context: &mut user::SayContext<'_>, _: Value) -> Result<(), user::SayTrap> {
        context.write("said")
    }

    fn work(&mut self, _: &mut user::WorkContext<'_>, ticks: i64) -> Result<i64, user::WorkTrap> {
        self.worked += 1;
        Ok(ticks.wrapping_add(1))
    }

    fn say_all(
        &mut self,
        context: &mut user::SayAllContext<'_>,
        texts: &[Value],
        _: u8,
    ) -> Result<(), user::SayAllTrap> {
        let texts: Vec<Text> = texts.iter().filter_map(|text| text.as_text()).collect();
        texts.into_iter().try_for_each(|text| {
            let text = context.text(text).to_owned();
            context.write(&text)
        })
    }

    fn boom(&mut self, context: &mut user::BoomContext<'_>, a: i64) -> Result<i64, user::BoomTrap> {
        context.set_global(0, Value::int(a));
        assert!(a != PANICS_AT, "boom");
        Ok(a.wrapping_add(1))
    }
}

/// Holds its group while it writes through the context all that can be written.
pub fn poke(context: &mut Context<'_, impl WritesGlobals + WritesLocals>, values: &[Value]) -> i64 {
    let before: Vec<Value> = values.to_vec();
    let _ = (context.set_global(0, Value::int(1)), context.set_local(0, Value::int(4242)));
    assert_eq!(context.set_global(60_000, Value::NIL), None);
    i64::from(before == values)
}

/// Looks at what no function has.
pub fn bad(
    context: &mut Context<'_, impl ReadsConstants + ReadsLocals + WritesLocals + ReadsGlobals>,
    _: i64,
) -> Value {
    assert_eq!((context.local(60_000), context.constant(60_000), context.global(60_000)), (None, None, None));
    Value::bool(context.set_local(60_000, Value::NIL).is_none())
}

/// Sets the first local and returns what it was.
pub fn sly(context: &mut Context<'_, impl ReadsLocals + WritesLocals>, a: i64) -> i64 {
    let old = context.local(0).and_then(Value::as_int).unwrap_or(-1);
    context.set_local(0, Value::int(a));
    old
}

/// A text in capitals.
pub fn shout(context: &mut Context<'_, impl ReadsConstants + Allocates>, text: Text) -> Result<Text, TrapCode> {
    let upper = context.text(text).to_uppercase();
    context.new_text(upper)
}

thread_local! {
    /// How many texts `crumble` made, in all its attempts.
    static CRUMBS: Cell<i64> = const { Cell::new(0) };
}

/// Makes so many texts.
pub fn crumble(context: &mut Context<'_, impl Allocates>, n: i64) -> Result<i64, TrapCode> {
    for _ in 0..n {
        CRUMBS.set(CRUMBS.get() + 1);
        context.new_text("x".to_owned())?;
    }
    Ok(n)
}

fn verified(text: &str) -> Verified<Isa> {
    let module = opforge::assemble::<Isa>("user.opf", text).unwrap_or_else(|errors| panic!("{errors}"));
    opforge::verify(module).unwrap_or_else(|errors| panic!("{errors}"))
}

fn machines(text: &str) -> Vec<(&'static str, Machine<Isa>, Capture)> {
    let program = Linker::new().link(verified(text)).expect("nothing is imported");
    let machine = |(name, engine)| {
        let output = Capture::new();
        let streams = Streams::none().with_output(output.clone());
        let mut machine = Machine::new(program.clone(), Hands::default()).with_engine(engine).with_streams(streams);
        machine.start("main", &[]).expect("`main` takes nothing");
        (name, machine, output)
    };
    ENGINES.into_iter().map(machine).collect()
}

/// What a run comes to, whole and at every cut.
#[derive(Debug, PartialEq)]
struct Ran {
    outcome: Outcome,
    ticks: u64,
    printed: String,
    cuts: Vec<Snapshot>,
}

/// Runs on every engine in slices of so many ticks, changing the engine at each cut, and alone; all must do the same.
#[track_caller]
fn run(text: &str, step: u64) -> Ran {
    let mut all: Vec<(&str, Ran)> = Vec::new();
    for rotate in [false, true] {
        for (number, (name, mut machine, output)) in machines(text).into_iter().enumerate() {
            let (mut cuts, mut given) = (Vec::new(), 0_u64);
            let outcome = loop {
                if rotate {
                    machine.set_engine(ENGINES[(number + cuts.len()) % ENGINES.len()].1);
                }
                let outcome = machine.run(Fuel::Ticks(step));
                given = given.saturating_add(step);
                assert!(machine.ticks() <= given, "{name}: {} of {given} ticks", machine.ticks());
                if outcome != Outcome::OutOfFuel || cuts.len() > 300 {
                    break outcome;
                }
                let cut = inspect::snapshot(&machine);
                inspect::restore(&mut machine, &cut).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(inspect::snapshot(&machine), cut, "{name}");
                cuts.push(cut);
            };
            all.push((name, Ran { outcome, ticks: machine.ticks(), printed: output.text(), cuts }));
        }
    }
    let (_, first) = all.remove(0);
    for (name, ran) in all {
        assert_eq!(ran, first, "{name} on\n{text}");
    }
    first
}

#[track_caller]
fn check(text: &str, outcome: impl Into<HostValue>, ticks: u64) {
    let outcome = Outcome::Returned(outcome.into());
    for step in [u64::MAX, 1, 2, 3, 7] {
        let ran = run(text, step);
        assert_eq!((&ran.outcome, ran.ticks), (&outcome, ticks), "{step} ticks at a time");
    }
}

/// A function whose body is guarded by a handler that returns what it catches.
fn guarded(body: &str) -> String {
    format!(
        "global g\nfunc main()\n local l\ntry:\n{body}\ntried:\n return_value\ncaught:\n return_value\n.catch try tried caught 0\nend"
    )
}

#[test]
fn a_sequence_returns_to_where_it_was_called() {
    let calls: String = [10, 20, 30, 40].map(|n| format!(" load_int {n}\n call f 1\n print_ln 1\n")).concat();
    let text = format!(
        "func f(x)\n get_slot x\n load_int 2\n load_int 3\n add_add_return\nend\nfunc main()\n{calls} return\nend"
    );
    check(&text, HostValue::Nil, 1 + 4 + 4);
    assert_eq!(run(&text, 2).printed, "15\n25\n35\n45\n");
}

#[test]
fn a_handler_that_writes_without_an_output_traps_as_any_row_does() {
    for (name, machine, _) in machines(&guarded(" load_int 1\n say\n load_int 0")) {
        let mut machine = machine.with_streams(Streams::none());
        let outcome = machine.run(Fuel::Unlimited);
        assert_eq!(outcome, Outcome::Returned(i64::from(TrapCode::NO_OUTPUT.0).into()), "{name}");
    }
}

#[test]
fn a_call_needs_no_more_room_than_verification_says() {
    let text = "func f()\n load_int 5\n return_value\nend\nfunc main()\n load_true\n call_if f 0\n return_value\nend";
    check(text, 5, 2);
}

#[test]
fn what_is_not_there_is_not_there_on_any_engine() {
    check(&guarded(" load_int 1\n bad"), true, 1);
}

#[test]
fn a_group_is_what_it_was_whatever_is_written_meanwhile() {
    check(&guarded(" load_int 7\n load_int 8\n poke 2\n get_slot l\n add"), 4243, 1);
}

#[test]
fn a_primitive_sees_and_sets_the_locals_that_stack_form_has() {
    // The first read is before, the second after what the row sets without a word.
    let body = " load_int 5\n set_slot l\n get_slot l\n load_int 70\n sly\n get_slot l\n add\n add";
    check(&guarded(body), 5 + 5 + 70, 1);
    // What was known of the local is not known any more.
    let program = "func main()\n local l\n load_float 1.5\n set_slot l\n load_int 70\n sly\n pop\n get_slot l\n get_slot l\n add\n return_value\nend";
    check(program, 140, 1);
}

#[test]
fn charges_are_paid_before_the_work_and_agree() {
    check(&guarded(" load_int 40\n work"), 41, 41);
    check(&guarded(" load_int -400\n work"), -399, 1);
    check(&guarded(" load_int 4\n grow_twice"), 6, 1 + 4 + 5);
    check(&guarded(" load_undef\n work"), i64::from(TrapCode::TYPE_MISMATCH.0), 2);
    check(&guarded(" load_const \"abc\"\n load_const \"de\"\n say_all 2\n load_int 0"), 0, 6);
    // A backward jump and its tick right after a charge.
    let again = "func main()\n local i\n load_int 6\n set_slot i\ntop:\n get_slot i\n load_int 1\n sub\n set_slot i\n get_slot i\n again top\n get_slot i\n return_value\nend";
    check(again, 0, 1 + 15 + 5);
}

#[test]
fn work_begins_when_it_is_paid_for() {
    for (name, mut machine, _) in machines(&guarded(" load_int 400\n work")) {
        assert_eq!(machine.run(Fuel::Ticks(100)), Outcome::OutOfFuel);
        assert_eq!((machine.ticks(), machine.handlers().worked), (100, 0), "{name}");
        assert_eq!(machine.run(Fuel::Ticks(300)), Outcome::OutOfFuel);
        assert_eq!((machine.ticks(), machine.handlers().worked), (400, 0), "{name}");
        assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::OutOfFuel);
        assert_eq!((machine.ticks(), machine.handlers().worked), (401, 1), "{name}");
        assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::Returned(401.into()), "{name}");
    }
}

#[test]
fn a_call_is_paid_beside_a_charge_wherever_the_run_is_cut() {
    let guest = "func f(a)\n get_slot a\n return_value\nend\nfunc main()\n load_int 3\n load_int 7\n work_to_call f 1\n return_value\nend";
    check(guest, 7, 1 + 3 + 1);
    // The host's function ends the run, so that nothing could pay later.
    let host = "import f/1\nfunc main()\n load_int 3\n load_int 7\n work_to_call f 1\n return_value\nend";
    let program = Linker::new().host("f", 1, |_| Err("no".into())).link(verified(host)).expect("it has its import");
    for (name, engine) in ENGINES {
        for step in [u64::MAX, 1, 2, 3, 4] {
            let mut machine = Machine::new(program.clone(), Hands::default()).with_engine(engine);
            machine.start("main", &[]).expect("`main` takes nothing");
            let mut given = 0_u64;
            while machine.run(Fuel::Ticks(step)) == Outcome::OutOfFuel {
                given += step;
                assert!(machine.ticks() <= given, "{name}: {} of {given} ticks", machine.ticks());
            }
            assert_eq!(machine.ticks(), 1 + 3 + 1, "{name}, {step} ticks at a time");
        }
    }
}

#[test]
fn large_charges_are_large() {
    let ran = run(&guarded(" load_int 3\n toil"), 400_000);
    assert_eq!((ran.outcome, ran.ticks), (Outcome::Returned(3.into()), 1_000_001));
    // The square cannot be counted: it is the most that can, not less for that.
    for (name, mut machine, _) in machines(&guarded(" load_int 3037000500\n square")) {
        assert_eq!(machine.run(Fuel::Ticks(1 << 62)), Outcome::OutOfFuel, "{name}");
        assert_eq!(machine.ticks(), 1 << 62, "{name}");
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(3_037_000_500_i64.into()), "{name}");
        assert_eq!(machine.ticks(), i64::MAX as u64 + 1, "{name}");
    }
}

/// How a run ended: with its ticks, its output, how full the heap is then, and how often it was looked what is needed.
type End = (Outcome, u64, String, inspect::Fill, u64);

/// Runs on every engine with a heap of so many bytes, in slices of so many ticks.
fn with_heap(text: &str, heap_bytes: usize, step: Fuel) -> Vec<End> {
    let run = |(name, machine, output): (&str, Machine<Isa>, Capture)| {
        let mut machine = machine.with_limits(Limits { heap_bytes, ..Limits::default() });
        for _ in 0..1_000 {
            let outcome = machine.run(step);
            let (stats, fill) = (machine.stats(), inspect::snapshot(&machine).fill);
            assert_eq!(stats.heap_bytes, fill.kept.bytes, "{name}");
            if outcome != Outcome::OutOfFuel {
                return (outcome, stats.ticks, output.text(), fill, stats.collections);
            }
        }
        panic!("{name}: it does not end in slices of {step:?} with {heap_bytes} bytes");
    };
    machines(text).into_iter().map(run).collect()
}

#[test]
fn what_runs_again_for_want_of_room_is_paid_and_written_once() {
    let body = |row: &str, end: &str| {
        format!(
            "func main()\n local s\n load_const \"x\"\n load_int 2000\n string_repeat\n set_slot s\n get_slot s\n get_slot s\n \
                {row}\n {end}\n return_value\nend"
        )
    };
    for text in [
        body("get_slot s\n two_concats", "string_bytes"),
        body("concat_print", "load_int 1"),
        body("pop\n load_int 3\n repeat_double", "string_bytes"),
        body("pop\n shout s\n shout s", "string_bytes"),
    ] {
        for heap_bytes in (2_000..32_000).step_by(500) {
            let whole = with_heap(&text, heap_bytes, Fuel::Unlimited);
            for step in [1, 2, 3, 5, 7] {
                assert_eq!(
                    with_heap(&text, heap_bytes, Fuel::Ticks(step)),
                    whole,
                    "{heap_bytes} bytes, {step}\n{text}"
                );
            }
            assert!(whole.iter().all(|other| other == &whole[0]), "{heap_bytes}: {whole:?}");
        }
    }
}

/// Two hundred locals: more than a few values may refer to something, so a look costs something.
fn many_locals() -> String {
    (0..200).map(|local| format!(" l{local}")).collect()
}

#[test]
fn an_instruction_that_looked_and_then_waits_for_ticks_does_not_look_again() {
    let (locals, make) = (many_locals(), |length| format!(" load_const \"x\"\n load_int {length}\n string_repeat\n"));
    let text = format!(
        "func main()\n local{locals}\n{} set_slot l0\n{} pop\n get_slot l0\n get_slot l0\n load_const \"yyyy\"\n two_concats\n pop\n \
            return\nend",
        make(1_000),
        make(2_000)
    );
    // From where not even the first two fit to where all three do.
    for heap_bytes in (3_100..5_400).step_by(37) {
        let whole = with_heap(&text, heap_bytes, Fuel::Unlimited);
        assert!(whole.iter().all(|other| other == &whole[0]), "{heap_bytes}: {whole:?}");
        for step in [1, 2, 3, 6, 9, 17, 18] {
            assert_eq!(with_heap(&text, heap_bytes, Fuel::Ticks(step)), whole, "{heap_bytes} bytes, {step}");
        }
    }
}

#[test]
fn what_was_only_tried_fills_no_heap() {
    let text = "func main()\n local s\n load_const \"x\"\n load_int 2000\n string_repeat\n set_slot s\n get_slot s\n shout s\n pop\n load_const \"y\"\n \
        shout s\n pop\ntop:\n jump top\nend";
    for heap_bytes in (4_000..20_000).step_by(250) {
        let fills = machines(text).into_iter().map(|(_, machine, _)| {
            let mut machine = machine.with_limits(Limits { heap_bytes, ..Limits::default() });
            let outcome = machine.run(Fuel::Ticks(100));
            let fill = inspect::snapshot(&machine).fill;
            assert_eq!(machine.stats().heap_bytes, fill.kept.bytes);
            (outcome, fill, machine.stats().collections)
        });
        let fills: Vec<_> = fills.collect();
        assert!(fills.iter().all(|fill| fill == &fills[0]), "{heap_bytes}: {fills:?}");
    }
}

#[test]
fn a_host_that_sets_a_global_after_each_slice_keeps_nothing_from_its_end() {
    let locals = many_locals();
    let text = format!(
        "global g\nfunc main()\n local{locals}\n load_const \"x\"\n load_int 3000\n string_repeat\n pop\n load_const \"x\"\n load_int 60000\n \
            repeat_double\n string_bytes\n return_value\nend"
    );
    let length = 60_000;
    for given in [HostValue::Int(1), HostValue::from("text")] {
        for (name, machine, _) in machines(&text) {
            // What is dropped must go, and what the host gives finds room.
            let heap_bytes = 3 * length + 3_000;
            let mut machine = machine.with_limits(Limits { heap_bytes, ..Limits::default() });
            let ends = (0..200).map(|_| {
                let outcome = machine.run(Fuel::Ticks(7));
                inspect::set_global(&mut machine, 0, &given);
                outcome
            });
            let end = ends.into_iter().find(|outcome| *outcome != Outcome::OutOfFuel);
            assert_eq!(end, Some(Outcome::Returned((2 * length as i64).into())), "{name}");
        }
    }
}

#[test]
fn a_host_that_fills_the_heap_after_each_tick_keeps_nothing_from_its_end() {
    let locals = many_locals();
    let text = format!(
        "global g\nfunc main()\n local{locals}\n load_const \"x\"\n load_int 3000\n string_repeat\n set_slot l0\n get_slot l0\n \
            get_slot l0\n concat_print\n return\nend"
    );
    let given = HostValue::from("g".repeat(900));
    // The text, twice as much that is made of it, one of the host's, and no second one.
    let heap_bytes = 3_096 + 6_096 + 996 + 50;
    let ends = machines(&text).into_iter().map(|(name, machine, output)| {
        let mut machine = machine.with_limits(Limits { heap_bytes, ..Limits::default() });
        for slice in 0..1_000 {
            inspect::set_global(&mut machine, 0, &given);
            let outcome = machine.run(Fuel::Ticks(1));
            if outcome != Outcome::OutOfFuel {
                return (outcome, output.text(), slice, machine.ticks());
            }
        }
        panic!("{name}: it does not end")
    });
    let ends: Vec<_> = ends.collect();
    assert_eq!((&ends[0].0, ends[0].1.len()), (&Outcome::Returned(HostValue::Nil), 6_001));
    assert!(ends.iter().all(|end| end == &ends[0]), "{ends:?}");
}

#[test]
fn a_global_that_is_not_there_takes_no_room() {
    let locals = many_locals();
    let text = format!(
        "global g\nfunc main()\n local{locals}\n load_const \"x\"\n load_int 30000\n string_repeat\n set_slot l0\n load_const \"x\"\n load_int 61000\n \
            string_repeat\n pop\n get_slot l0\n load_const \"y\"\n get_slot l0\n two_concats\n string_bytes\n return_value\nend"
    );
    for (name, machine, _) in machines(&text) {
        let heap_bytes = 30_096 + 30_097 + 60_097 + 1_500;
        let mut machine = machine.with_limits(Limits { heap_bytes, ..Limits::default() });
        let ends = (0..500).map(|_| {
            let outcome = machine.run(Fuel::Ticks(7));
            inspect::set_global(&mut machine, 99, &"t".repeat(1_000).into());
            outcome
        });
        let end = ends.into_iter().find(|outcome| *outcome != Outcome::OutOfFuel);
        assert_eq!(end, Some(Outcome::Returned(60_001.into())), "{name}");
    }
}

#[test]
fn an_instruction_that_makes_many_texts_is_not_run_for_each() {
    let locals = many_locals();
    // So many values that may refer to something that a look is put off.
    let text = format!(
        "func main()\n load_int 300\n call deep 1\n return_value\nend\nfunc deep(n)\n local{locals}\n get_slot n\n jump_if_false bottom\n \
            get_slot n\n dec\n call deep 1\n return_value\nbottom:\n load_int 100000\n crumble\n return_value\nend"
    );
    let ends = machines(&text).into_iter().map(|(_, machine, _)| {
        let mut machine = machine.with_limits(Limits { slots: 100_000, ..Limits::default() });
        let outcome = machine.run(Fuel::Unlimited);
        (outcome, machine.ticks(), machine.stats().collections, CRUMBS.take())
    });
    for (outcome, ticks, _, crumbs) in ends {
        assert_eq!((outcome, ticks), (Outcome::Returned(100_000.into()), 302));
        assert!(crumbs < 5 * 100_000, "{crumbs}");
    }
}

#[test]
fn what_is_paid_for_a_look_pays_for_nothing_else() {
    let locals = many_locals();
    let text = |rows: &str| {
        let make = " load_const \"x\"\n load_int 1100\n string_repeat\n";
        format!("func main()\n local{locals}\n{make} pop\n{make} load_const \"y\"\n{rows} return\nend")
    };
    // The text that is kept and the one that is made of it: what was dropped must go.
    let (least, much) = (1_100 + 96 + 1_101 + 96, 1 << 20);
    for step in [Fuel::Unlimited, Fuel::Ticks(1)] {
        let more = ["concat_print\n", "concat\n print_ln 1\n"].map(|rows| {
            let ticks = |heap_bytes| with_heap(&text(rows), heap_bytes, step).into_iter().map(|end| end.1);
            let all: Vec<u64> = ticks(least).zip(ticks(much)).map(|(least, much)| least - much).collect();
            assert!(all.iter().all(|more| *more == all[0]), "{rows}: {all:?}");
            all[0]
        });
        // Two hundred locals, two texts and two values on the stack; less a place for 32 bytes that were made.
        assert_eq!((more[0], more[0]), (more[1], (204 - 2 * (1_100 + 96) / 32) / 16));
    }
}

#[test]
fn a_run_whose_handler_panicked_is_given_up_alike() {
    let text = "global g\nfunc f(n)\n get_slot n\n boom\n pop\n get_slot n\n load_int 1\n sub\n call f 1\n return_value\nend\n\
        func main()\n load_int 12349\n call f 1\n return_value\nend\nfunc good()\n load_int 7\n boom\n return_value\nend";
    let mut all = Vec::new();
    for (name, mut machine, _) in machines(text) {
        let panicked = catch_unwind(AssertUnwindSafe(|| machine.run(Fuel::Unlimited)));
        assert!(panicked.is_err(), "{name}");
        assert_eq!(machine.position(), None, "{name}");
        let after = inspect::snapshot(&machine);
        assert!(after.frames.is_empty() && after.globals == [PANICS_AT.into()], "{name}");
        let Outcome::Trapped(report) = machine.run(Fuel::Unlimited) else { panic!("{name}: it goes on") };
        machine.start("good", &[]).expect("it takes nothing");
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(8.into()), "{name}");
        all.push((after, report.to_string(), machine.ticks()));
    }
    assert!(all.iter().all(|other| *other == all[0]), "{all:#?}");
    assert_eq!(all[0].2, 1 + 10 + 1);
}

#[test]
fn a_raise_leaves_the_stack_as_it_was() {
    use opforge::bytecode::{Entry, verify_fragment};
    use opforge::core::Depth;
    let module =
        opforge::assemble::<Isa>("user.opf", "func main()\n raise\nend").unwrap_or_else(|errors| panic!("{errors}"));
    let entry = Entry { depth: Depth(2), scopes: 0, exits: 0 };
    let program =
        Linker::new().link(verify_fragment::<Isa>(module, 0, entry).unwrap_or_else(|errors| panic!("{errors}")));
    let program = program.expect("nothing is imported");
    let frame = inspect::FrameSnapshot {
        module: 0,
        function: 0,
        pc: 0,
        scopes: 0,
        locals: vec![],
        stack: vec![1.into(), 2.into()],
    };
    let begin = Snapshot { frames: vec![frame], ..Snapshot::default() };
    for (name, engine) in ENGINES {
        let mut machine = Machine::<Isa>::new(program.clone(), Hands::default()).with_engine(engine);
        inspect::restore(&mut machine, &begin).unwrap_or_else(|error| panic!("{name}: {error}"));
        let Outcome::Trapped(report) = machine.run(Fuel::Unlimited) else { panic!("{name}: nothing caught it") };
        assert_eq!((report.code, report.value), (TrapCode::RAISED, Some(2.into())), "{name}");
        assert_eq!(inspect::snapshot(&machine).frames, begin.frames, "{name}");
    }
}

opforge_testing::check!(user::Isa<Hands>);

#[test]
fn generated_programs() {
    match check_programs::<Isa>(0..300, &[]) {
        Ok(statistics) => assert!(statistics.returned > 20, "{}", statistics.report(Isa::table())),
        Err(differences) => panic!("{} differ; the first:\n{}", differences.len(), differences[0]),
    }
}
