//! One program, many machines: nothing of one reaches another.

use opforge::standard::Isa;
use opforge::{Fuel, HostValue, Linker, Machine, Outcome, Program, assemble, verify};
use std::thread;

/// Counts its calls in the machine's data, and keeps the last argument in a global.
const TEXT: &str = "import count/1\nglobal last\nfunc main(n)\n local i\n load_int 0\n set_slot i\ntop:\n \
    get_slot i\n call count 1\n set_var last\n pre_inc_slot_void i\n get_slot i\n get_slot n\n num_lt\n \
    jump_if_true top\n get_var last\n return_value\nend\n";

fn program() -> Program<Isa, Vec<i64>> {
    let module = assemble::<Isa>("main.opf", TEXT).unwrap_or_else(|errors| panic!("{errors}"));
    let verified = verify(module).unwrap_or_else(|errors| panic!("{errors}"));
    let count = |calls: &mut Vec<i64>, arguments: &[HostValue]| match arguments {
        [HostValue::Int(value)] => {
            calls.push(*value);
            Ok(HostValue::Int(value * 10))
        }
        _ => Err("expected an int".to_owned()),
    };
    Linker::new().host_with("count", 1, count).link(verified).expect("it links")
}

#[test]
fn programs_are_shared_by_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    fn sent<T: Send>(_: &T) {}
    let program = program();
    shared(&program);
    let counts = thread::scope(|scope| {
        let threads: Vec<_> = (1..=8)
            .map(|n| {
                let program = program.clone();
                scope.spawn(move || {
                    let mut machine = Machine::with_data(program, (), Vec::new());
                    sent(&machine);
                    machine.start("main", &[HostValue::Int(n)]).expect("it starts");
                    let mut slices = 0;
                    let outcome = loop {
                        match machine.run(Fuel::Ticks(1)) {
                            Outcome::OutOfFuel => slices += 1,
                            outcome => break outcome,
                        }
                    };
                    assert!(slices > 0);
                    assert_eq!(outcome, Outcome::Returned(HostValue::Int(10 * (n - 1))));
                    assert_eq!(machine.global("last"), Some(HostValue::Int(10 * (n - 1))));
                    machine.data().clone()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
    });
    for (calls, n) in counts.into_iter().zip(1..) {
        assert_eq!(calls, (0..n).collect::<Vec<i64>>());
    }
}

#[test]
fn machines_of_one_program_take_turns() {
    let program = program();
    let mut machines = [3, 5].map(|n| {
        let mut machine = Machine::with_data(program.clone(), (), Vec::new());
        machine.start("main", &[HostValue::Int(n)]).expect("it starts");
        machine
    });
    drop(program);
    let mut outcomes = [Outcome::OutOfFuel, Outcome::OutOfFuel];
    while outcomes.contains(&Outcome::OutOfFuel) {
        for (machine, outcome) in machines.iter_mut().zip(&mut outcomes) {
            *outcome = machine.run(Fuel::Ticks(1));
        }
    }
    assert_eq!(outcomes, [20, 40].map(|value| Outcome::Returned(HostValue::Int(value))));
    assert_eq!(machines.map(|machine| machine.data().len()), [3, 5]);
}
