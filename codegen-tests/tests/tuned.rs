//! A table with more fusions than the loop has room for, and counts of a program that say which of them run.

use opforge::{Execute, Fuel, HostValue, Linker, Lowering, Machine, Outcome, assemble, inspect, verify};
use opforge_spec::slots::{Why, loop_room};
use opforge_testing::{check_programs, fusion_sequences};
use std::path::Path;

opforge::instruction_set! {
    /// Every two of seven rows fused, beside the standard set.
    pub mod tuned = "tests/tables/tuned.ron";
}

type Isa = tuned::Isa;

opforge_testing::check!(Isa);

fn is_hot(name: &str) -> bool {
    let ops = &Isa::slot_form().table().ops;
    !ops.iter().find(|op| op.name == name).unwrap_or_else(|| panic!("no `{name}`")).cold
}

/// What the loop has no arm for in a table of that text.
fn kept_out(set: Result<opforge_spec::InstructionSet, opforge_spec::Diagnostics>) -> Vec<(String, Why)> {
    let room = loop_room(&set.unwrap_or_else(|diagnostics| panic!("{diagnostics}")));
    assert_eq!(room.stale, []);
    room.kept_out.into_iter().map(|kept| (kept.name, kept.why)).collect()
}

#[test]
fn what_runs_is_in_the_loop_and_others_are_not() {
    let table = "tests/tables/tuned.ron";
    let text = std::fs::read_to_string(table).expect("it is there").replace("counts: ", "// ");
    let by_order = kept_out(opforge_spec::check_str("by_order.ron", &text));
    let by_counts = kept_out(opforge_spec::check_file(Path::new(table)));
    // What makes room, though it comes early: it does not run. What gets it, though it comes last: it does.
    let (early, _) = by_counts.iter().find(|kept| !by_order.contains(kept)).expect("the counts keep another one out");
    assert!(by_order.contains(&("shr_shr_int".to_owned(), Why::Order)), "{by_order:?}");
    assert!(by_counts.iter().all(|(name, _)| name != "shr_shr_int"), "{by_counts:?}");
    // So it was built.
    assert!(is_hot("shr_shr_int") && is_hot("shr_shr_int_of_int") && is_hot("bit_xor_bit_or"));
    assert!(!is_hot(early) && !is_hot("shr_shl"));
}

/// The counts of `tuned.opf`, as a file has them.
fn counts() -> String {
    let text = std::fs::read_to_string("tests/tables/tuned.opf").expect("it is there");
    let module = assemble::<Isa>("tuned.opf", &text).unwrap_or_else(|errors| panic!("{errors}"));
    let program = Linker::new().link(verify::<Isa>(module).expect("it verifies")).expect("it imports nothing");
    let mut machine = Machine::new(program, ());
    inspect::count_executions(&mut machine);
    machine.start("main", &[HostValue::Int(100)]).expect("main takes one");
    assert!(matches!(machine.run(Fuel::Unlimited), Outcome::Returned(_)));
    let counts = inspect::slot_counts(&machine, Lowering::default()).runs;
    let lines: String = counts.iter().map(|(name, count)| format!("    {name}: {count},\n")).collect();
    format!("Counts(\n{lines})\n")
}

/// Counting on the machine that the counts made gives them again: they are of the programs and of no one choice.
#[test]
fn the_counts_are_those_of_the_program() {
    let file = std::fs::read_to_string("tests/tables/tuned_counts.ron").expect("it is there");
    let found = counts();
    assert!(file.ends_with(&found), "tests/tables/tuned_counts.ron should end with\n{found}");
}

#[test]
fn generated_programs() {
    match check_programs::<Isa>(0..300, &fusion_sequences::<Isa>()) {
        Ok(statistics) => {
            assert!(statistics.returned > 50, "{}", statistics.report(<Isa as opforge::InstructionSet>::table()))
        }
        Err(differences) => panic!("{} differ; the first:\n{}", differences.len(), differences[0]),
    }
}
