use super::Programs;
use super::examples::check_example;
use crate::host::{Capture, Streams};
use crate::metadata::{ExampleInfo, ExampleOperand, ExampleOutcome, Literal};
use crate::standard::Isa;
use crate::{
    Fuel, InstructionSet, Limits, Linker, Machine, Module, Outcome, Scalar, TrapCode, assemble, disassemble, verify,
};

/// An example of nothing, to which the tests add.
const EXAMPLE: ExampleInfo = ExampleInfo {
    text: "",
    slots: &[],
    globals: &[],
    operands: &[],
    inputs: &[],
    outcome: ExampleOutcome::Next(&[]),
    slots_after: None,
    globals_after: None,
    prints: None,
};
const ONE: Literal = Literal::Scalar(Scalar::Int(1));
const TWO: Literal = Literal::Scalar(Scalar::Int(2));
const TEXT: Literal = Literal::Text("text");

#[track_caller]
fn problem(row: &str, example: ExampleInfo, expected: &str) {
    let index = Isa::table().instructions.iter().position(|info| info.name == row).unwrap();
    let found = check_example::<Isa>(index, &example).err();
    assert_eq!(found.as_deref().unwrap_or("none"), expected);
}

#[test]
fn an_example_that_is_not_so_is_shown_with_both_sides() {
    use ExampleOperand::{Constant, Int, Omitted};
    use ExampleOutcome::{Jump, Next, Return, Trap};
    let add = ExampleInfo { inputs: &[ONE, TWO], ..EXAMPLE };
    problem("Add", ExampleInfo { outcome: Next(&[Literal::Scalar(Scalar::Int(3))]), ..add }, "none");
    problem("Add", ExampleInfo { outcome: Next(&[TWO]), ..add }, "outcome: expected next (2), got next (3)");
    let trap = Trap(TrapCode::DIVISION_BY_ZERO);
    problem("Add", ExampleInfo { outcome: trap, ..add }, "outcome: expected trap DivisionByZero, got next (3)");
    let mixed = ExampleInfo { inputs: &[TEXT, ONE], outcome: Next(&[]), ..EXAMPLE };
    problem("Add", mixed, "outcome: expected next (), got trap TypeMismatch");
    let jump = ExampleInfo { operands: &[Omitted], inputs: &[ONE], outcome: Jump(0, &[]), ..EXAMPLE };
    problem("JumpIfTrue", ExampleInfo { ..jump }, "none");
    problem("JumpIfFalse", jump, "outcome: expected jump target (), got next ()");
    let set = ExampleInfo { operands: &[Int(1)], inputs: &[TWO], slots: &[ONE], ..EXAMPLE };
    problem("SetSlot", ExampleInfo { slots_after: Some(&[ONE, TWO]), ..set }, "none");
    problem("SetSlot", ExampleInfo { slots_after: Some(&[TWO]), ..set }, "slots: expected (2), got (1)");
    problem(
        "SetVar",
        ExampleInfo { globals_after: Some(&[TWO, TWO]), ..set },
        "globals: expected (2, 2), got (nil, 2)",
    );
    let load = ExampleInfo { operands: &[Constant(TEXT)], outcome: Next(&[TEXT]), ..EXAMPLE };
    problem("LoadConst", load, "none");
    let print = ExampleInfo { operands: &[Omitted], inputs: &[ONE, TEXT], prints: Some("1 text"), ..EXAMPLE };
    problem("Print", print, "output: expected \"1 text\", got \"1text\"");
    problem("ReturnValue", ExampleInfo { inputs: &[TEXT], outcome: Return(TEXT), ..EXAMPLE }, "none");
}

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
