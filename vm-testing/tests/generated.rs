//! Generated programs on a machine of the standard set: they verify, and do the same however they are sliced.

use opforge::standard::Isa;
use opforge::{Capture, Fuel, Linker, Machine, Module, Outcome, Stats, Streams, TrapCode, verify};
use opforge_testing::Programs;
use proptest::prelude::*;

/// A machine for the module, if it verifies, and its output.
fn machine(module: Module) -> Option<(Machine<Isa>, Capture)> {
    let verified = verify::<Isa>(module).ok()?;
    let output = Capture::new();
    let streams = Streams::none().with_output(output.clone());
    let mut machine = Machine::new(Linker::new().link(verified).ok()?, ()).with_streams(streams);
    machine.start("main", &[]).ok()?;
    Some((machine, output))
}

fn met_invalid_code(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Trapped(report) if report.code == TrapCode::INVALID_CODE)
}

proptest! {
    /// Generated programs verify, never meet `InvalidCode`, and do the same however they are sliced.
    #[test]
    fn programs_run_alike_in_slices(seed: u64, slice in 1u64..20) {
        let module = Programs::<Isa>::new(seed).next_module();
        let (mut whole, printed) = machine(module.clone()).expect("it verifies");
        let (mut cut, cut_printed) = machine(module).expect("it verifies");
        let outcome = whole.run(Fuel::Ticks(200));
        prop_assert!(!met_invalid_code(&outcome));
        let mut left = 200;
        let mut last = Outcome::OutOfFuel;
        while left > 0 && last == Outcome::OutOfFuel {
            last = cut.run(Fuel::Ticks(slice.min(left)));
            left -= slice.min(left);
        }
        prop_assert_eq!(last, outcome);
        // How much of it the reference engine ran for the fast one hangs on where the slices end.
        let used = |machine: &Machine<Isa>| Stats { instructions: 0, ..machine.stats() };
        prop_assert_eq!(used(&cut), used(&whole));
        prop_assert_eq!(cut_printed.text(), printed.text());
    }

    /// Whatever code, regions and constants become: the verifier refuses, or the engine never meets `InvalidCode`.
    #[test]
    fn changed_programs_are_refused_or_run(
        seed: u64,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        in_code: bool,
    ) {
        let mut module = Programs::<Isa>::new(seed).next_module();
        if in_code {
            let function = changes[0].0.index(module.functions.len());
            let code = &mut module.functions[function].code;
            for (place, value) in changes {
                let place = place.index(code.len());
                code[place] = value;
            }
        } else {
            let mut bytes = module.to_bytes();
            for (place, value) in changes {
                let place = place.index(bytes.len());
                bytes[place] = value;
            }
            let Ok(read) = Module::from_bytes(&bytes) else { return Ok(()) };
            module = read;
        }
        if let Some((mut machine, _)) = machine(module) {
            prop_assert!(!met_invalid_code(&machine.run(Fuel::Ticks(200))));
        }
    }
}
