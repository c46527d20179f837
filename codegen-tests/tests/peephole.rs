//! The rules that everybody writes first: each is accepted, used, and right on every engine; each has a wrong twin, which is
//! refused.

use opforge::slots::{RewriteLine, RewriteOperand};
use opforge::{Execute, InstructionSet, Lowering, Operand, OperandKind, assemble, slot_lines, verify};
use opforge_spec::check_file;
use opforge_testing::check_programs;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

opforge::instruction_set! {
    /// Rules that everybody writes first.
    pub mod peephole = "tests/tables/peephole.ron";
}

type Isa = peephole::Isa;

opforge_testing::check!(peephole::Isa);

/// What slot form makes of a function that is these rows, over parameters on its stack.
fn lowered(lines: &[String], inputs: usize) -> Vec<String> {
    let parameters: Vec<String> = (0..inputs).map(|input| format!("p{input}")).collect();
    let pushed: String = parameters.iter().map(|name| format!(" get_slot {name}\n")).collect();
    let text = format!(
        "global g\nfunc main({})\n local a b c\n{pushed} {}\n load_true\n return_value\nt:\n load_false\n return_value\nend",
        parameters.join(", "),
        lines.join("\n ")
    );
    let module = assemble::<Isa>("rule.opf", &text).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
    let verified = verify::<Isa>(module).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
    let lines = slot_lines(&verified, 0, Lowering::LoopsFused).expect("it is lowered");
    // Where places are differs, for the code differs in length.
    let text = |line: &str| line.split(" @").next().unwrap_or_default().to_owned();
    // Where a jump stood, a block ends all the same: its values go home, and the next one is there.
    let mut texts: Vec<String> =
        lines.iter().map(|line| text(&line.text)).filter(|text| !text.starts_with("move")).collect();
    let end = texts.iter().position(|text| text == "jump" || text.starts_with("return_value"));
    texts.truncate(end.map_or(texts.len(), |end| end + 1));
    texts
}

/// The rows of one side in assembly.
fn rows(side: &[RewriteLine]) -> Vec<String> {
    let line = |line: &RewriteLine| {
        let info = &Isa::table().instructions[line.row];
        let mut text = info.mnemonic.to_owned();
        for (operand, info) in line.operands.iter().zip(info.operands) {
            let word = match (operand, info.kind) {
                (RewriteOperand::Literal(Operand::Number(value)), _) => value.to_string(),
                (RewriteOperand::Literal(other), _) => panic!("no rule has {other:?}"),
                (RewriteOperand::Variable(number), OperandKind::Local) => ["a", "b", "c"][*number].to_owned(),
                (RewriteOperand::Variable(_), OperandKind::Global) => "g".to_owned(),
                (RewriteOperand::Variable(_), OperandKind::Target) => "t".to_owned(),
                (RewriteOperand::Variable(_), OperandKind::Targets) => "[t, t]".to_owned(),
                (RewriteOperand::Variable(_), _) => "7".to_owned(),
            };
            let _ = write!(text, " {word}");
        }
        text
    };
    side.iter().map(line).collect()
}

#[test]
fn every_rule_is_used() {
    let rewrites = &Isa::slot_form().table().rewrites;
    assert_eq!(rewrites.len(), Isa::table().rewrites.len(), "lowering can use all of them");
    assert!(rewrites.len() >= 32, "{} rules", rewrites.len());
    for rewrite in rewrites.iter() {
        let (from, to) = (rows(&rewrite.from), rows(&rewrite.to));
        // Deep enough for any of them.
        assert_eq!(lowered(&from, 3), lowered(&to, 3), "{from:?} does not become {to:?}");
    }
}

/// Rules apply to what others have left, before and after it, until none does.
#[test]
fn rules_apply_to_what_rules_leave() {
    let chain = |lines: &[&str], inputs: usize, is: &[&str]| {
        let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<String>>();
        assert_eq!(lowered(&own(lines), inputs), lowered(&own(is), inputs), "{lines:?}");
    };
    chain(&["log_not", "truth", "truth", "log_not", "log_not", "jump_if_true t"], 1, &["jump_if_false t"]);
    // The inner pair first, then the one around it.
    chain(&["swap", "dup", "pop", "swap", "num_lt"], 2, &["num_lt"]);
    chain(&["load_int -1", "load_int 1", "add", "pop"], 0, &["load_int -1", "inc", "pop"]);
    chain(&["swap", "swap", "swap", "num_lt"], 2, &["num_gt"]);
    chain(
        &["load_int 2", "mul", "pop", "get_slot a", "load_int 1", "add", "set_slot a"],
        1,
        &["dup", "add", "pop", "pre_inc_slot_void a"],
    );
}

/// Programs with loops, handlers and calls, in which rules apply everywhere.
#[test]
fn generated_programs() {
    match check_programs::<Isa>(0..400, &[]) {
        Ok(statistics) => assert!(statistics.returned > 60, "{}", statistics.report(Isa::table())),
        Err(differences) => panic!("{} differ; the first:\n{}", differences.len(), differences[0]),
    }
}

#[test]
fn every_rule_has_a_wrong_twin_that_is_refused() {
    let names = |file: &str| -> BTreeSet<String> {
        let text = std::fs::read_to_string(Path::new("tests/tables").join(file)).expect("it is there");
        let names = text.lines().filter_map(|line| line.trim().strip_prefix("Rewrite(name: \"")?.split('"').next());
        names.map(str::to_owned).collect()
    };
    let right = names("peephole.ron");
    assert_eq!(right, names("peephole_wrong.ron"));
    let diagnostics = check_file(Path::new("tests/tables/peephole_wrong.ron")).expect_err("all are wrong");
    let refused = diagnostics.list().iter().filter(|diagnostic| diagnostic.counterexample.is_some());
    let refused: BTreeSet<String> =
        refused.filter_map(|diagnostic| diagnostic.message.split('`').nth(1)).map(str::to_owned).collect();
    assert_eq!(refused, right);
}
