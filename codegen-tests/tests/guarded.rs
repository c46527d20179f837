//! Rewrites with conditions: used where lowering knows that they hold, and nowhere else.

use opforge::metadata::LineOperand;
use opforge::slots::RewriteOperand;
use opforge::{Execute, InstructionSet, Lowering, assemble, slot_lines, verify};
use opforge_testing::{Sequence, SequenceLine, check_programs};

opforge::instruction_set! {
    /// Rules that hold for some types only.
    pub mod guarded = "tests/tables/guarded.ron";
}

type Isa = guarded::Isa;

opforge_testing::check!(guarded::Isa);

/// The names of the instructions of slot form.
fn names(body: &str) -> Vec<String> {
    let text = format!("global g\nfunc main(p, q)\n local a b\n{body}\n return_value\nend");
    let module = assemble::<Isa>("rule.opf", &text).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
    let verified = verify::<Isa>(module).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
    let lines = slot_lines(&verified, 0, Lowering::LoopsFused).expect("it is lowered");
    lines.iter().map(|line| line.text.split(' ').next().unwrap_or_default().to_owned()).collect()
}

#[track_caller]
fn used(body: &str, is: &str) {
    let found = names(body);
    assert!(found.iter().any(|name| name.starts_with(is)), "{body}: {found:?}");
}

#[track_caller]
fn not_used(body: &str, name: &str) {
    let found = names(body);
    assert!(found.iter().any(|found| found.starts_with(name)), "{body}: {found:?}");
}

#[test]
fn rules_are_used_where_the_types_are_known() {
    // What a row gave; what a row let pass; behind a jump.
    used("get_slot p\n get_slot q\n bit_and\n set_slot a\n get_slot a\n load_int 8\n mul", "shl");
    used("get_slot p\n bit_not\n pop\n get_slot p\n load_int 8\n mul", "shl");
    used("get_slot p\n bit_not\n pop\n get_slot q\n jump_if_true t\nt:\n get_slot p\n load_int 8\n mul", "shl");
    used("get_slot p\n bit_not\n get_slot q\n bit_not\n num_lt\n log_not", "num_ge");
    // The first lets numbers pass, and gives one.
    assert_eq!(names("get_slot p\n negate\n negate\n negate"), ["negate", "return_value"]);
}

#[test]
fn and_nowhere_else() {
    not_used("get_slot p\n load_int 8\n mul", "mul");
    not_used("get_slot p\n bit_not\n pop\n get_slot q\n set_slot p\n get_slot p\n load_int 8\n mul", "mul");
    not_used("get_slot p\n negate\n set_slot a\n get_slot a\n load_int 8\n mul", "mul");
    not_used("get_slot p\n bit_not\n get_slot q\n num_lt\n log_not", "num_lt");
    not_used("get_var g\n load_int 0\n add", "add");
    // On one way it is an int, on the other it is not.
    not_used(
        "get_slot q\n jump_if_true t\n load_float 1.5\n set_slot p\n jump on\nt:\n load_int 3\n set_slot p\non:\n get_slot p\n \
         load_int 8\n mul",
        "mul",
    );
}

/// What globals hold is not known, so lowering cannot use the rule.
#[test]
fn rules_over_globals_are_kept_and_not_used() {
    assert_eq!(Isa::table().rewrites.len(), Isa::slot_form().table().rewrites.len() + 1);
}

/// Programs in which what the rules replace stands in between, after what makes the types known and without.
#[test]
fn generated_programs() {
    let line =
        |row: &str, operands: Vec<LineOperand>| SequenceLine::Row((Isa::table().find)(row).expect("a row"), operands);
    let mut sequences = Vec::new();
    for rewrite in Isa::slot_form().table().rewrites.iter() {
        let from: Vec<SequenceLine> = rewrite
            .from
            .iter()
            .map(|part| {
                let operands = part.operands.iter().map(|operand| match operand {
                    RewriteOperand::Variable(number) => LineOperand::Variable(*number),
                    RewriteOperand::Literal(value) => LineOperand::Number(value.scalar()),
                });
                SequenceLine::Row(part.row, operands.collect())
            })
            .collect();
        let known = [line("get_slot", vec![LineOperand::Variable(0)]), line("bit_not", vec![]), line("pop", vec![])];
        let ints = [line("bit_not", vec![]), line("swap", vec![]), line("bit_not", vec![]), line("swap", vec![])];
        sequences.extend([Sequence([&known[..], &from].concat()), Sequence([&ints[..], &from].concat())]);
        sequences.push(Sequence(from));
    }
    match check_programs::<Isa>(0..1_000, &sequences) {
        Ok(statistics) => assert!(statistics.returned > 150, "{}", statistics.report(Isa::table())),
        Err(differences) => panic!("{} differ; the first:\n{}", differences.len(), differences[0]),
    }
}
