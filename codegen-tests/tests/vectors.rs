//! The test vectors of the standard set, on every engine: what other implementations are held against is what this one does.

use opforge::TrapCode;
use opforge::metadata::{ExampleInfo, ExampleOutcome, GivenOperand, Literal};
use opforge::standard::Isa;
use opforge_spec::{Example, ExampleOperand, InstructionSet, Literal as Written, Outcome, vectors};
use opforge_testing::check_example_of;

/// Metadata is made of what lives as long as the program, as in generated code.
fn list(values: &[Written]) -> &'static [Literal] {
    values.iter().map(literal).collect::<Vec<_>>().leak()
}

fn literal(value: &Written) -> Literal {
    match value {
        Written::Scalar(scalar) => Literal::Scalar(*scalar),
        Written::Text(text) => Literal::Text(text.clone().leak()),
    }
}

fn operand(operand: &ExampleOperand) -> GivenOperand {
    match operand {
        ExampleOperand::Omitted => GivenOperand::Omitted,
        ExampleOperand::Number(value) => GivenOperand::Number(*value),
        ExampleOperand::Constant(value) => GivenOperand::Constant(literal(value)),
        ExampleOperand::Function(name) => GivenOperand::Function(name.clone().leak()),
    }
}

fn outcome(set: &InstructionSet, outcome: &Outcome) -> ExampleOutcome {
    match outcome {
        Outcome::Next(values) => ExampleOutcome::Next(list(values)),
        Outcome::Jump(operand, values) => ExampleOutcome::Jump(*operand, list(values)),
        Outcome::Trap(trap) => ExampleOutcome::Trap(TrapCode(set.trap(*trap).code)),
        Outcome::Return(value) => ExampleOutcome::Return(literal(value)),
        Outcome::Raise(value) => ExampleOutcome::Raise(literal(value)),
    }
}

#[test]
fn vectors_are_what_every_engine_does() {
    let set = opforge_spec::standard();
    let mut number = 0;
    for row in set.instructions() {
        let all = vectors(&set, row);
        assert!(all.len() <= row.examples.len() + opforge_spec::MAX_COMPUTED, "{}", row.name);
        let texts = |all: &[Example]| all.iter().map(|vector| vector.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&all), texts(&vectors(&set, row)), "`{}` has others in another run", row.name);
        for vector in all {
            let info = ExampleInfo {
                text: vector.text.clone().leak(),
                slots: list(&vector.slots),
                globals: list(&vector.globals),
                reads: vector.reads.clone().map(|text| &*text.leak()),
                operands: vector.operands.iter().map(operand).collect::<Vec<_>>().leak(),
                inputs: list(&vector.inputs),
                outcome: outcome(&set, &vector.outcome),
                slots_after: vector.slots_after.as_deref().map(list),
                globals_after: vector.globals_after.as_deref().map(list),
                prints: vector.prints.clone().map(|text| &*text.leak()),
            };
            check_example_of::<Isa>(&row.name, &info).unwrap_or_else(|problem| panic!("{problem}"));
            number += 1;
        }
    }
    println!("{number} vectors");
    assert!(number > 1_000, "{number}");
}
