use super::*;
use crate::host::Capture;
use crate::program::Linker;
use crate::standard::Isa;
use crate::state::Fuel;
use opforge_bytecode::{TrapCode, Verified, assemble, verify};

mod host_texts;
mod input;
mod limits;
mod memory;
mod mismatch;
mod places;
mod work;

fn verified(text: &str) -> Verified<Isa> {
    let module = assemble::<Isa>("test.opf", text).unwrap_or_else(|errors| panic!("{errors}"));
    verify(module).unwrap_or_else(|errors| panic!("{errors}"))
}

fn machine(text: &str) -> Machine<Isa> {
    Machine::new(Linker::new().link(verified(text)).expect("nothing is imported"), ())
}

fn started(text: &str) -> Machine<Isa> {
    let mut machine = machine(text);
    machine.start("main", &[]).expect("`main` takes nothing");
    machine
}

fn run(text: &str) -> Outcome {
    started(text).run(Fuel::Unlimited)
}

#[track_caller]
fn returns(text: &str, value: impl Into<HostValue>) {
    assert_eq!(run(text), Outcome::Returned(value.into()));
}

#[track_caller]
fn trap(outcome: Outcome) -> TrapReport {
    match outcome {
        Outcome::Trapped(report) => *report,
        other => panic!("{other:?}"),
    }
}

/// Runs in slices of `fuel` ticks; returns the last outcome.
fn sliced(machine: &mut Machine<Isa>, ticks: u64) -> Outcome {
    loop {
        match machine.run(Fuel::Ticks(ticks)) {
            Outcome::OutOfFuel => {}
            outcome => return outcome,
        }
    }
}

const FIB: &str = "func fib(n)\n get_slot n\n load_int 2\n num_lt\n jump_if_false r\n get_slot n\n return_value\nr:\n \
    get_slot n\n load_int 1\n sub\n call fib 1\n get_slot n\n load_int 2\n sub\n call fib 1\n add\n return_value\nend\n\
    func main()\n load_int 10\n call fib 1\n return_value\nend\n";

/// Loops, calls, catches traps of callees and raises: every way to spend ticks.
const BUSY: &str = "global depth\nfunc bad(n)\n push_frame\n get_slot n\n declare_var depth\n load_int 1\n get_slot n\n \
    int_div\n pop_frame\n return_value\nend\nfunc main()\n local i\n local sum\n load_int 0\n set_slot i\n load_int 0\n \
    set_slot sum\ntop:\n get_slot i\n load_int 6\n num_lt\n jump_if_false done\na:\n get_slot i\n load_int 2\n mod\n \
    call bad 1\n set_slot sum\nb:\n jump next\nh:\n raise_it\nc:\n jump next\nh2:\n set_slot sum\nnext:\n \
    pre_inc_slot_void i\n jump top\ndone:\n get_slot sum\n return_value\n.catch a b h 0\n.catch h c h2 0\nend\n";

fn busy() -> String {
    BUSY.replace("raise_it", "raise")
}

#[test]
fn programs_return_values() {
    returns(FIB, 55);
    returns("func main()\n return\nend", HostValue::Nil);
    returns("func main()\n load_const \"text\"\n return_value\nend", "text");
    returns(&busy(), 1);
}

#[test]
fn arguments_come_from_the_host() {
    let mut machine = machine("func main(a, b)\n get_slot b\n return_value\nend");
    for value in [HostValue::from("given"), HostValue::Float(2.5), HostValue::Nil] {
        machine.start("main", &[1.into(), value.clone()]).unwrap();
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(value));
    }
    assert_eq!(machine.start("main", &[]), Err(StartError::Arity { name: "main".into(), expected: 2, found: 0 }));
    assert_eq!(machine.start("none", &[]), Err(StartError::NoFunction { name: "none".into() }));
}

#[test]
fn a_machine_that_was_not_started_says_so() {
    let report = trap(machine(FIB).run(Fuel::Unlimited));
    assert_eq!(report.message.as_deref(), Some("no function was started; help: call `start` before `run`"));
}

#[test]
fn the_end_is_the_end() {
    let mut machine = started(FIB);
    for _ in 0..2 {
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(55.into()));
    }
    let ticks = machine.ticks();
    assert_eq!(machine.run(Fuel::Ticks(0)), Outcome::Returned(55.into()));
    assert_eq!(machine.ticks(), ticks);
}

#[test]
fn ticks_are_charged_for_calls_backward_jumps_and_caught_traps() {
    let ticks = |text: &str| {
        let mut machine = started(text);
        machine.run(Fuel::Unlimited);
        machine.ticks()
    };
    assert_eq!(ticks("func main()\n return\nend"), 1);
    assert_eq!(ticks("func f()\n return\nend\nfunc main()\n call f 0\n return_value\nend"), 2);
    assert_eq!(ticks("func main()\n jump a\na:\n return\nend"), 1);
    let three = "func main()\n local i\n load_int 0\n set_slot i\na:\n pre_inc_slot i\n load_int 3\n num_lt\n jump_if_true a\n return\nend";
    assert_eq!(ticks(three), 3);
    assert_eq!(ticks("func main()\na:\n load_true\n raise\nb:\n return\nh:\n return_value\n.catch a b h 0\nend"), 2);
    assert_eq!(ticks("func main()\n load_true\n raise\nend"), 1);
    // 177 calls of fib(10), and main.
    assert_eq!(ticks(FIB), 178);
}

#[test]
fn a_slice_ends_with_the_charge_that_spends_the_fuel() {
    let mut machine = started("func f()\n return\nend\nfunc main()\n call f 0\n return_value\nend");
    assert_eq!(machine.run(Fuel::Ticks(0)), Outcome::OutOfFuel);
    assert_eq!(machine.ticks(), 0);
    assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::OutOfFuel);
    assert_eq!(machine.ticks(), 1);
    assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::OutOfFuel);
    assert_eq!(machine.ticks(), 2);
    assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::Returned(HostValue::Nil));
    assert_eq!(machine.ticks(), 2);
}

#[test]
fn cutting_anywhere_changes_nothing() {
    for text in [FIB.to_owned(), busy()] {
        let mut whole = started(&text);
        let outcome = whole.run(Fuel::Unlimited);
        for slice in 1..=whole.ticks() + 1 {
            let mut machine = started(&text);
            assert_eq!(sliced(&mut machine, slice), outcome);
            assert_eq!(machine.stats(), whole.stats(), "slices of {slice}");
        }
        for first in 0..=whole.ticks() {
            let mut machine = started(&text);
            assert_eq!(machine.run(Fuel::Ticks(first)), Outcome::OutOfFuel);
            assert_eq!(machine.ticks(), first);
            assert_eq!(machine.run(Fuel::Unlimited), outcome);
            assert_eq!(machine.stats(), whole.stats(), "cut at {first}");
        }
    }
}

#[test]
fn an_overdrawn_slice_is_paid_by_the_next() {
    let module =
        verified("import f/0\nfunc main()\na:\n call f 0\nb:\n return_value\nh:\n return_value\n.catch a b h 0\nend");
    let program = Linker::new().host("f", 0, |_| Err("no".into())).link(module).unwrap();
    let mut machine = Machine::new(program, ());
    machine.start("main", &[]).unwrap();
    // Main, then the call of the host and the caught trap in one instruction.
    assert_eq!(machine.run(Fuel::Ticks(2)), Outcome::OutOfFuel);
    assert_eq!(machine.ticks(), 2, "what is owed counts when it is paid");
    assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::OutOfFuel);
    assert_eq!(machine.ticks(), 3);
    assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::Returned(9.into()));
}

#[test]
fn an_endless_loop_ends_by_fuel_or_interrupt() {
    let mut machine = started("func main()\na:\n jump a\nend");
    assert_eq!(machine.run(Fuel::Ticks(1000)), Outcome::OutOfFuel);
    let handle = machine.interrupt_handle();
    handle.interrupt();
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Interrupted);
    let thread = std::thread::spawn(move || handle.interrupt());
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Interrupted);
    thread.join().unwrap();
    assert_eq!(machine.run(Fuel::Ticks(1)), Outcome::OutOfFuel);
}

#[test]
fn handlers_do_not_catch_the_end_of_fuel() {
    let mut machine = started("func main()\na:\n jump a\nb:\nh:\n return_value\n.catch a b h 0\nend");
    assert_eq!(machine.run(Fuel::Ticks(10)), Outcome::OutOfFuel);
    machine.interrupt_handle().interrupt();
    assert_eq!(machine.run(Fuel::Ticks(10)), Outcome::Interrupted);
}

#[test]
fn a_handler_gets_the_error_on_what_it_kept() {
    let text = |error: &str| {
        format!(
            "func main()\n load_int 100\na:\n load_int 7\n {error}\nb:\n return_value\nh:\n add\n return_value\n.catch a b h 1\nend"
        )
    };
    returns(&text("load_int 0\n int_div"), 102);
    returns(&text("raise\n load_int 1"), 107);
    returns(
        "func main()\na:\n load_const \"oops\"\n raise\nb:\n return\nh:\n return_value\n.catch a b h 0\nend",
        "oops",
    );
    // The handler of the innermost region that holds the call, in the nearest frame that has one.
    let nested = "func f()\na:\n load_int 1\n raise\nb:\n return\nh:\n load_int 10\n add\n raise\n.catch a b h 0\nend\n\
        func main()\na:\n load_int 5\nc:\n call f 0\nd:\nb:\n return_value\nh:\n return_value\ni:\n add\n return_value\n\
        .catch a b h 0\n.catch c d i 1\nend";
    returns(nested, 16);
}

#[test]
fn unwinding_closes_scopes() {
    let text = "global g\nfunc f()\n push_frame\n load_int 2\n declare_var g\n push_frame\n load_int 3\n declare_var g\n \
        get_var g\n raise\nend\nfunc main()\n local e\n load_int 1\n set_var g\n push_frame\n load_int 9\n declare_var g\na:\n \
        push_frame\n load_int 8\n declare_var g\n call f 0\n pop\n pop_frame\nb:\n load_int 0\nh:\n set_slot e\n get_var g\n \
        pop_frame\n get_var g\n add\n get_slot e\n add\n return_value\n.catch a b h 0\nend";
    // 9 is what the scope that was open at the region's start declared, 1 what was before, 3 the error.
    returns(text, 13);
}

#[test]
fn an_uncaught_trap_closes_scopes() {
    let text = "global g\nfunc main()\n load_int 1\n set_var g\n push_frame\n load_int 2\n declare_var g\n get_var g\n raise\nend";
    let mut machine = started(text);
    assert_eq!(trap(machine.run(Fuel::Unlimited)).value, Some(2.into()));
    assert_eq!(machine.global("g"), Some(1.into()));
    assert_eq!(machine.global("h"), None);
}

#[test]
fn a_variable_declared_outside_of_scopes_is_just_set() {
    returns("global g\nfunc main()\n load_int 1\n declare_var g\n get_var g\n return_value\nend", 1);
    let callee = "global g\nfunc f()\n load_int 2\n declare_var g\n return\nend\nfunc main()\n load_int 1\n set_var g\n \
        push_frame\n call f 0\n pop\n get_var g\n pop_frame\n get_var g\n add\n return_value\nend";
    // Declared in the caller's scope, which restores it.
    returns(callee, 3);
}

#[test]
fn traps_tell_where() {
    let text = "func f(n)\n .line \"guest.pl\" 12\n load_int 1\n load_int 0\n int_div\n return_value\nend\nfunc main()\n load_int 1\n call f 1\n return_value\nend";
    let report = trap(run(text));
    assert_eq!(report.code, TrapCode::DIVISION_BY_ZERO);
    let shown = report.to_string();
    assert!(shown.starts_with("trap DivisionByZero (2): "), "{shown}");
    assert!(shown.ends_with("\n  in f at 0x12 (guest.pl:12)\n  called from main at 0x9 (test.opf:10)"), "{shown}");
    let raised = trap(run("func main()\n load_const \"oops\"\n raise\nend"));
    assert_eq!((raised.code, raised.value), (TrapCode::RAISED, Some("oops".into())));
}

#[test]
fn host_functions_see_values_and_may_fail() {
    let link = |body: fn(&[HostValue]) -> Result<HostValue, String>| {
        let module = verified("import f/2\nfunc main()\n load_int 2\n load_const \"x\"\n call f 2\n return_value\nend");
        let mut machine = Machine::new(Linker::new().host("f", 2, body).link(module).unwrap(), ());
        machine.start("main", &[]).unwrap();
        (machine.run(Fuel::Unlimited), machine.ticks())
    };
    let same = |values: &[HostValue]| Ok(HostValue::Bool(values == [2.into(), "x".into()]));
    assert_eq!(link(same), (Outcome::Returned(true.into()), 2));
    let report = trap(link(|_| Err("no such file".into())).0);
    assert_eq!(report.code, TrapCode::HOST_FAILURE);
    assert_eq!(report.message.as_deref(), Some("host function `f`: no such file"));
    let report = trap(link(|values| panic!("{} values", values.len())).0);
    assert_eq!(report.message.as_deref(), Some("host function `f`: it panicked: 2 values"));
    let report = trap(link(|_| panic!("no paper")).0);
    assert_eq!(report.message.as_deref(), Some("host function `f`: it panicked: no paper"));
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        std::panic::panic_any(Bomb);
    }
}

#[test]
fn a_panic_that_carries_another_stays_within() {
    let module = verified("import f/0\nfunc main()\n call f 0\n return_value\nend");
    let program = Linker::new().host("f", 0, |_| std::panic::panic_any(Bomb)).link(module).unwrap();
    for engine in [Engine::Reference, Engine::FAST] {
        let mut machine = Machine::new(program.clone(), ()).with_engine(engine);
        machine.start("main", &[]).unwrap();
        assert_eq!(trap(machine.run(Fuel::Unlimited)).code, TrapCode::HOST_FAILURE);
    }
}

/// An output that panics.
struct Broken;

impl std::io::Write for Broken {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        panic!("no more paper")
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_run_whose_output_panicked_is_given_up() {
    for engine in [Engine::Reference, Engine::FAST] {
        let mut machine = machine("func main()\n load_int 1\n print_ln 1\n return\nend");
        machine.set_engine(engine);
        machine = machine.with_streams(Streams::none().with_output(Broken));
        machine.start("main", &[]).unwrap();
        let run = std::panic::AssertUnwindSafe(|| machine.run(Fuel::Unlimited));
        assert!(std::panic::catch_unwind(run).is_err());
        assert_eq!(trap(machine.run(Fuel::Unlimited)).code, TrapCode::INVALID_CODE, "{engine:?}");
    }
}

#[test]
fn reports_hold_nothing_that_a_terminal_obeys() {
    let mut module = assemble::<Isa>("\x1b[31m.opf", "func main()\n load_const \"\\u{1b}c\"\n raise\nend").unwrap();
    module.name = Some("\x1b]0;owned\x07\n".into());
    let mut machine = Machine::new(Linker::<Isa>::new().link(verify(module).unwrap()).unwrap(), ());
    machine.start("main", &[]).unwrap();
    let shown = trap(machine.run(Fuel::Unlimited)).to_string();
    assert!(!shown.contains(|c: char| c.is_control() && c != '\n') && shown.lines().count() == 3, "{shown:?}");
}

#[test]
fn modules_call_each_other_and_keep_their_own_globals_and_texts() {
    let main = verified(
        "import next/0\nglobal g\nfunc main()\n load_int 10\n set_var g\n call next 0\n pop\n call next 0\n get_var g\n add\n print_ln 1\n load_const \"main\"\n return_value\nend",
    );
    let library = verified(
        "import log/1\nglobal other\nglobal g\nfunc next()\n get_var g\n truth\n jump_if_true set\n load_int 0\n set_var g\nset:\n get_var g\n inc\n set_var g\n load_const \"next\"\n call log 1\n pop\n get_var g\n return_value\nend",
    );
    let log = Capture::new();
    let sink = log.clone();
    let program = Linker::new()
        .module(library)
        .host("log", 1, move |values| {
            std::io::Write::write_all(&mut sink.clone(), values[0].to_string().as_bytes())
                .map_err(|error| error.to_string())?;
            Ok(HostValue::Nil)
        })
        .link(main)
        .unwrap();
    let output = Capture::new();
    let mut machine = Machine::new(program, ()).with_streams(Streams::none().with_output(output.clone()));
    machine.start("main", &[]).unwrap();
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned("main".into()));
    assert_eq!((output.text().as_str(), log.text().as_str()), ("12\n", "nextnext"));
    assert_eq!(machine.global("g"), Some(10.into()));
}

struct Full;

impl std::io::Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Err(std::io::ErrorKind::StorageFull.into())
    }
}

#[test]
fn output_is_what_the_host_grants() {
    let print = "func main()\n load_int 1\n print_ln 1\n return\nend";
    assert_eq!(trap(run(print)).code, TrapCode::NO_OUTPUT);
    assert_eq!(trap(run("func main()\n print 0\n return\nend")).code, TrapCode::NO_OUTPUT);
    let full = || Streams::none().with_output(Full);
    assert_eq!(trap(started(print).with_streams(full()).run(Fuel::Unlimited)).code, TrapCode::OUTPUT_FAILED);
    // What a buffer still held is not lost without a word.
    let quiet = "func main()\n return\nend";
    assert_eq!(trap(started(quiet).with_streams(full()).run(Fuel::Unlimited)).code, TrapCode::OUTPUT_FAILED);
}

#[test]
fn texts_are_true_unless_empty_or_zero() {
    for (text, truth) in [("", false), ("0", false), ("0.0", true), ("00", true), (" ", true), ("false", true)] {
        returns(&format!("func main()\n load_const {text:?}\n truth\n return_value\nend"), truth);
    }
}

#[test]
fn an_observer_sees_every_instruction() {
    let log = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = log.clone();
    let mut machine = started("func main()\n load_int 1\n return_value\nend").with_observer(move |step| {
        sink.lock().unwrap().push(format!("{}:{:#x} {} [{}]", step.function, step.pc, step.op, step.depth));
    });
    machine.run(Fuel::Unlimited);
    assert_eq!(*log.lock().unwrap(), ["main:0x0 load_int 1 [0]", "main:0x9 return_value [1]"]);
}

#[test]
fn starting_again_gives_up_what_ran() {
    let text = "global g\nfunc main()\n push_frame\n load_int 1\n declare_var g\na:\n jump a\nend";
    let mut machine = started(text);
    assert_eq!(machine.run(Fuel::Ticks(5)), Outcome::OutOfFuel);
    assert_eq!(machine.global("g"), Some(1.into()));
    machine.start("main", &[]).unwrap();
    assert_eq!(machine.global("g"), Some(HostValue::Nil));
}

#[test]
fn a_machine_can_move_to_another_thread() {
    let mut machine = started(FIB);
    assert_eq!(machine.run(Fuel::Ticks(100)), Outcome::OutOfFuel);
    let outcome = std::thread::spawn(move || machine.run(Fuel::Unlimited)).join().unwrap();
    assert_eq!(outcome, Outcome::Returned(55.into()));
}
