//! Sequences of sequences, and fusions of sequences: lowered as their parts, and as if they were one when one traps.

use opforge::{InstructionSet, Lowering, assemble, slot_lines, verify};
use opforge_testing::{check_programs, fusion_sequences};

opforge::instruction_set! {
    /// Sequences in sequences and in fusions.
    pub mod nested = "tests/tables/nested.ron";
}

type Isa = nested::Isa;

opforge_testing::check!(nested::Isa);

/// What the fast engine runs of a function of two parameters.
fn names(body: &str) -> Vec<String> {
    let text = format!("func main(p, q)\n local a\n{body}\n return_value\nend");
    let module = assemble::<Isa>("nested.opf", &text).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
    let verified = verify::<Isa>(module).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
    let lines = slot_lines(&verified, 0, Lowering::LoopsFused).expect("it is lowered");
    lines.iter().map(|line| line.text.split(' ').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn sequences_are_their_parts() {
    assert_eq!(names("get_slot p\n twice"), ["add", "return_value"]);
    assert_eq!(names("get_slot p\n store_twice a\n get_slot a"), ["add", "return_value"]);
    assert_eq!(names("store_eight a\n get_slot a"), ["load", "return_value"]);
    assert_eq!(names("get_slot p\n get_slot q\n twice_of_both\n store_twice a\n pop"), ["add", "add", "return_value"]);
    assert_eq!(names("get_slot p\n fourfold"), ["move", "fourfold", "return_value"]);
}

#[test]
fn generated_programs() {
    assert_eq!(Isa::table().fusions.len(), fusion_sequences::<Isa>().len());
    match check_programs::<Isa>(0..1_000, &fusion_sequences::<Isa>()) {
        Ok(statistics) => assert!(statistics.returned > 150, "{}", statistics.report(Isa::table())),
        Err(differences) => panic!("{} differ; the first:\n{}", differences.len(), differences[0]),
    }
}
