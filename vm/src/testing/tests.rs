use super::Programs;
use crate::host::{Capture, Streams};
use crate::standard::Isa;
use crate::{Fuel, InstructionSet, Limits, Linker, Machine, Module, Outcome, TrapCode, assemble, disassemble, verify};

const PROGRAMS: usize = 2_000;

#[test]
fn programs_verify_by_construction() {
    for (number, module) in Programs::<Isa>::new(1).take(PROGRAMS).enumerate() {
        let text = disassemble::<Isa>(&module).unwrap();
        if let Err(errors) = verify::<Isa>(module) {
            panic!("program {number}: {errors}\n{text}");
        }
    }
}

#[test]
fn programs_are_the_same_for_the_same_seed() {
    let some = |seed| Programs::<Isa>::new(seed).take(20).collect::<Vec<Module>>();
    assert_eq!(some(7), some(7));
    assert_ne!(some(7), some(8));
}

#[test]
fn assembling_what_was_disassembled_gives_the_same_bytes() {
    for module in Programs::<Isa>::new(2).take(PROGRAMS) {
        let text = disassemble::<Isa>(&module).unwrap();
        let again = assemble::<Isa>("again.opf", &text).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(again.to_bytes(), module.to_bytes(), "{text}");
        assert_eq!(Module::from_bytes(&module.to_bytes()), Ok(module));
    }
}

#[test]
fn programs_use_every_row_and_end_in_every_way() {
    let mut programs = Programs::<Isa>::new(3);
    let (mut returned, mut spent) = (0, 0);
    for _ in 0..PROGRAMS {
        let program = Linker::new().link(verify::<Isa>(programs.next_module()).unwrap()).unwrap();
        let limits = Limits { slots: 300, frames: 20 };
        let streams = Streams::none().with_output(Capture::new());
        let mut machine = Machine::new(program, ()).with_limits(limits).with_streams(streams);
        machine.start("main", &[]).unwrap();
        match machine.run(Fuel::Ticks(500)) {
            Outcome::Returned(_) => returned += 1,
            Outcome::OutOfFuel => spent += 1,
            Outcome::Trapped(report) => {
                assert_ne!(report.code, TrapCode::INVALID_CODE, "{report}");
                programs.note_trap(report.code);
            }
            other => panic!("{other:?}"),
        }
    }
    let statistics = programs.statistics();
    for (row, count) in Isa::table().instructions.iter().zip(&statistics.rows) {
        assert!(*count > 0, "no program has a `{}`", row.name);
    }
    let traps: Vec<u16> = statistics.traps.keys().map(|trap| trap.0).collect();
    assert!([1, 2, 4, 5].iter().all(|trap| traps.contains(trap)), "{statistics:?}");
    assert!(returned > PROGRAMS / 10 && spent > 0, "{returned} returned, {spent} ran out of fuel: {statistics:?}");
}
