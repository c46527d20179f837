use super::Programs;
use super::differential::ENGINES;
use super::examples::check_example;
use opforge::metadata::{ExampleInfo, ExampleOutcome, GivenOperand, Literal, Through};
use opforge::standard::Isa;
use opforge::{InstructionSet, Module, Scalar, TrapCode, assemble, disassemble, verify};

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
    reads: None,
};
const ONE: Literal = Literal::Scalar(Scalar::Int(1));
const TWO: Literal = Literal::Scalar(Scalar::Int(2));
const TEXT: Literal = Literal::Text("text");

#[track_caller]
fn problem(row: &str, example: ExampleInfo, expected: &str) {
    let index = Isa::table().instructions.iter().position(|info| info.name == row).unwrap();
    for (name, engine) in ENGINES {
        let found = check_example::<Isa>(index, &example, engine).err();
        assert_eq!(found.as_deref().unwrap_or("none"), expected, "{name}");
    }
}

#[test]
fn an_example_that_is_not_so_is_shown_with_both_sides() {
    use ExampleOutcome::{Jump, Next, Return, Trap};
    use GivenOperand::{Constant, Number, Omitted};
    let add = ExampleInfo { inputs: &[ONE, TWO], ..EXAMPLE };
    problem("Add", ExampleInfo { outcome: Next(&[Literal::Scalar(Scalar::Int(3))]), ..add }, "none");
    problem("Add", ExampleInfo { outcome: Next(&[TWO]), ..add }, "outcome: expected next (2), got next (3)");
    let trap = Trap(TrapCode::DIVISION_BY_ZERO);
    problem("Add", ExampleInfo { outcome: trap, ..add }, "outcome: expected trap DivisionByZero, got next (3)");
    let mixed = ExampleInfo { inputs: &[TEXT, ONE], outcome: Next(&[]), ..EXAMPLE };
    problem("Add", mixed, "outcome: expected next (), got trap TypeMismatch");
    let jump = ExampleInfo {
        operands: &[Omitted],
        inputs: &[ONE],
        outcome: Jump(Through { operand: 0, entry: None }, &[]),
        ..EXAMPLE
    };
    problem("JumpIfTrue", ExampleInfo { ..jump }, "none");
    problem("JumpIfFalse", jump, "outcome: expected jump target (), got next ()");
    let set = ExampleInfo { operands: &[Number(Scalar::Int(1))], inputs: &[TWO], slots: &[ONE], ..EXAMPLE };
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

const PROGRAMS: usize = 500;

#[test]
fn programs_verify_by_construction() {
    for (number, module) in Programs::<Isa>::new(1).take(PROGRAMS).enumerate() {
        if let Err(errors) = verify::<Isa>(module.clone()) {
            panic!("program {number}: {errors}\n{}", disassemble::<Isa>(&module).unwrap());
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

/// Loops, calls, handlers, traps: few programs are enough to see each; `Statistics` says what many must hold.
#[test]
fn programs_are_of_every_sort() {
    let statistics =
        super::check_programs::<Isa>(0..300, &[]).unwrap_or_else(|differences| panic!("{}", differences[0]));
    let shortfalls = statistics.shortfalls(Isa::table());
    assert!(shortfalls.is_empty(), "{shortfalls:#?}\n{}", statistics.report(Isa::table()));
    assert!(statistics.returned > 100 && statistics.spent > 5, "{statistics:?}");
}

#[test]
fn statistics_that_fall_short_say_where() {
    let table = Isa::table();
    let mut programs = Programs::<Isa>::new(5);
    programs.program(5);
    let once = programs.statistics().clone();
    let mut many = once.clone();
    many.programs = 100_000;
    let shortfalls = many.shortfalls(table);
    let rows = table.instructions.len() + many.sequences.len();
    // Each row and sequence, each trap but one, the length, and both counts of what is not straight.
    assert_eq!(shortfalls.len(), rows + table.traps.len() - 1 + 3, "{shortfalls:#?}");
    assert!(shortfalls.contains(&"runs ended by `Raised`: 0, should be at least 100".to_owned()), "{shortfalls:#?}");
    let mut sum = once.clone();
    sum.add(&once);
    assert_eq!((sum.programs, sum.instructions()), (2, 2 * once.instructions()));
}

/// The sequences that a fuser looks for are written: as they are, and with something in between.
#[test]
fn sequences_of_ones_own_are_written() {
    use super::{Sequence, SequenceLine};
    use opforge::metadata::LineOperand;
    let row = |name: &str, operands: Vec<LineOperand>| {
        let index = (Isa::table().find)(name).unwrap();
        SequenceLine::Row(index, operands)
    };
    let seven = 7_700_000_077;
    let own = Sequence(vec![
        SequenceLine::Label(0),
        row("load_int", vec![LineOperand::Number(Scalar::Int(seven))]),
        row("set_slot", vec![LineOperand::Variable(0)]),
        row("load_false", vec![]),
        row("jump_if_true", vec![LineOperand::Label(0)]),
    ]);
    // Not well-formed: the label is reached with different depths.
    let bad =
        Sequence(vec![SequenceLine::Label(0), row("load_true", vec![]), row("jump", vec![LineOperand::Label(0)])]);
    // One of two values, by ways that meet: code does not fall into the first place, and the stack is not what it was before.
    let marked = |name: &str| row(name, vec![LineOperand::Number(Scalar::Int(seven))]);
    let diamond = Sequence(vec![
        row("num_lt", vec![]),
        row("jump_if_true", vec![LineOperand::Label(0)]),
        marked("load_int"),
        row("jump", vec![LineOperand::Label(1)]),
        SequenceLine::Label(0),
        row("load_int", vec![LineOperand::Number(Scalar::Int(1))]),
        row("negate", vec![]),
        SequenceLine::Label(1),
        row("add", vec![]),
    ]);
    let mut programs = Programs::<Isa>::new(0).with_sequences([own, bad, diamond]);
    let found = (0..600).filter(|seed| {
        let module = programs.program(*seed).modules.remove(0);
        let text = disassemble::<Isa>(&module).unwrap();
        verify::<Isa>(module).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        text.contains(&format!("load_int {seven}"))
    });
    assert!(found.count() > 3);
}
