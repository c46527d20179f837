//! Wrong rewrites are refused, and what is said against each is true: on the machine, the two sides differ just so.

use opforge::{Fuel, HostValue, Linker, Machine, Outcome, Scalar};
use opforge_spec::{Code, Counterexample, Diagnostic, Ending, ExampleOperand, InstructionSet, Literal, check_str};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

const TABLE: &str = include_str!("tables/rewrites.ron");

opforge::instruction_set! {
    /// The standard set, and rows to claim wrong things about.
    mod rows = "tests/tables/rewrites.ron";
}

/// A claim that is not true.
struct Wrong {
    /// What kind of mistake it is.
    kind: &'static str,
    from: &'static [&'static str],
    to: &'static [&'static str],
    when: Option<&'static str>,
    /// The guard that mends it, if one on a single name does.
    mended: Option<&'static str>,
}

const fn wrong(kind: &'static str, from: &'static [&'static str], to: &'static [&'static str]) -> Wrong {
    Wrong { kind, from, to, when: None, mended: None }
}

impl Wrong {
    const fn when(mut self, when: &'static str) -> Self {
        self.when = Some(when);
        self
    }

    const fn mended(mut self, guard: &'static str) -> Self {
        self.mended = Some(guard);
        self
    }
}

const WRONG: &[Wrong] = &[
    wrong("swapped operands", &["SubNegate"], &["Sub"]),
    wrong("swapped operands", &["NumLt", "Truth"], &["NumGt"]),
    wrong("swapped operands", &["Swap", "Pop"], &["Pop"]),
    wrong("swapped operands", &["FloorMod", "Nop", "Nop"], &["Swap", "ModFloor"]).when("a: Int, b: Int"),
    wrong("zeros with a sign", &["SubNegate"], &["Swap", "Sub"]),
    wrong("zeros with a sign", &["FromZero"], &["Negate"]).mended("a: Int"),
    wrong("zeros with a sign", &["PlusZero"], &[]).mended("a: Int"),
    wrong("NaN in a negated comparison", &["NumLt", "LogNot"], &["NumGe"]),
    wrong("NaN in a negated comparison", &["NumGe", "LogNot"], &["NumLt"]).when("a: Float"),
    wrong("NaN in a negated comparison", &["NumLe", "LogNot"], &["NumGt"]).when("b: Int").mended("b: Int, a: Int"),
    wrong("NaN in a negated comparison", &["EqualsItself"], &["Pop", "LoadTrue"]).when("a: Num").mended("a: Int"),
    wrong("MIN", &["NegatedAbove"], &["Below"]),
    wrong("MIN", &["LessBySub"], &["IntLess"]),
    wrong("MAX", &["NextAbove"], &["Pop", "LoadTrue"]).when("a: Int"),
    wrong("rounding", &["Halve"], &["ShiftOne"]),
    wrong("mixed types", &["EqualAsFloats"], &["NumEq"]).mended("a: Float"),
    wrong("mixed types", &["LogNot", "LogNot"], &[]).mended("v: Bool"),
    wrong("mixed types", &["GetSlot a", "Truth"], &["GetSlot a"]).mended("a: Bool"),
    wrong("mixed types", &["ScalarTruth"], &["Truth"]).mended("v: Num"),
    wrong("lost trap", &["NotTwice"], &[]).mended("a: Int"),
    wrong("lost trap", &["TimesOne"], &[]).mended("a: Num"),
    wrong("lost trap", &["IntDiv", "Pop"], &["Pop", "Pop"]),
    wrong("lost trap", &["PutSum to a b", "LoadInt n", "SetSlot to"], &["LoadInt n", "SetSlot to"]),
    wrong("order of traps", &["CheckBoth", "Nop"], &["CheckBack"]).mended("a: Nil"),
    wrong("order of traps", &["CheckBoth", "Nop", "Nop"], &["Check", "Check"]),
    wrong("aliasing locals", &["SetSlot a", "GetSlot b", "SetSlot a"], &["Pop", "GetSlot b", "SetSlot a"]),
    wrong("aliasing locals", &["GetSlot b", "Pop", "SetSlot a", "GetSlot b"], &["GetSlot b", "Swap", "SetSlot a"]),
    wrong(
        "aliasing locals",
        &["GetSlot a", "Dup", "SetSlot 0", "SetSlot 0", "GetSlot b"],
        &["GetSlot b", "GetSlot a", "SetSlot 0"],
    ),
    wrong("moved effect", &["PostIncSlot s"], &["PreIncSlot s"]),
    wrong(
        "moved effect",
        &["GetSlot a", "SetSlot b", "LoadInt 1", "SetSlot a", "Nop"],
        &["LoadInt 1", "SetSlot a", "GetSlot a", "SetSlot b"],
    ),
    wrong("moved effect", &["SetSlot a", "SetSlot b"], &["SetSlot a", "Pop"]),
    wrong("other operands", &["GetSlot a", "GetSlot b"], &["GetSlot a", "Dup"]),
    wrong("other operands", &["GetVar x", "GetVar y"], &["GetVar x", "Dup"]),
    wrong("immediates", &["LoadInt n", "Truth"], &["LoadTrue"]),
    wrong("immediates", &["LoadFloat x", "Truth"], &["LoadTrue"]),
    wrong("immediates", &["LoadConst c", "LogNot"], &["LoadFalse"]),
    wrong("immediates", &["AddTwice n"], &["AddOnce n"]),
    wrong("numbers of a body", &["Lt100"], &["Lt65"]),
    wrong("numbers of a body", &["Lt100", "Nop", "Nop"], &["PlusBelow"]),
    wrong("numbers of a body", &["PlusBelow"], &["Lt65"]),
    wrong("numbers of a body", &["IsSpace"], &["IsBlank"]),
    wrong("numbers of a body", &["IsThree"], &["Pop", "LoadFalse"]).when("a: Int"),
    wrong("numbers of a body", &["Magic"], &["Pop", "LoadFalse"]).when("a: Int"),
    wrong("digits", &["DivTen"], &["MulTenth"]),
    wrong("digits", &["PowThree"], &["CubeF"]),
    wrong("digits", &["Cents"], &["Hundred"]),
    wrong("digits", &["ThirdOf"], &["ThirdByFloat"]),
    wrong("digits", &["SumLeft", "Nop"], &["SumRight"]),
    wrong("signs", &["RemEight"], &["AndSeven"]),
    wrong("sums that wrap", &["Between"], &["Average"]),
];

fn lines(side: &[&str]) -> String {
    side.iter().map(|line| format!("{line:?}")).collect::<Vec<_>>().join(", ")
}

/// The table with these rewrites: both sides and a `when` of each.
fn with_rewrites<'a>(claims: impl Iterator<Item = (&'a Wrong, Option<&'a str>)>) -> String {
    let mut rewrites = String::new();
    for (index, (claim, when)) in claims.enumerate() {
        let when = when.map_or(String::new(), |when| format!(", when: {when:?}"));
        let (from, to) = (lines(claim.from), lines(claim.to));
        writeln!(rewrites, "Rewrite(name: \"claim_{index}\", from: [{from}], to: [{to}]{when}),")
            .expect("texts take all");
    }
    let body = TABLE.trim_end().strip_suffix(')').expect("the table ends so");
    format!("{body}    rewrites: [\n{rewrites}],\n)")
}

/// Each claim with what is said against it: just that it is not true.
fn refused() -> &'static [(&'static Wrong, Diagnostic)] {
    static REFUSED: OnceLock<Vec<(&Wrong, Diagnostic)>> = OnceLock::new();
    REFUSED.get_or_init(|| {
        let text = with_rewrites(WRONG.iter().map(|claim| (claim, claim.when)));
        let diagnostics = check_str("claims.ron", &text).expect_err("no claim is true");
        let mut said = diagnostics.list().iter();
        let refused = WRONG.iter().enumerate().map(|(index, claim)| {
            let found = said.next().filter(|found| {
                found.code == Code::NotEqual && found.message.starts_with(&format!("`claim_{index}` "))
            });
            (claim, found.unwrap_or_else(|| panic!("claim_{index}:\n{diagnostics}")).clone())
        });
        let refused = refused.collect();
        assert!(said.next().is_none(), "{diagnostics}");
        refused
    })
}

fn counterexample(found: &Diagnostic) -> &Counterexample {
    found.counterexample.as_deref().expect("a rewrite that is not equal has one")
}

fn host(value: &Literal) -> HostValue {
    match value {
        Literal::Scalar(scalar) => HostValue::from(*scalar),
        Literal::Text(text) => HostValue::from(text.as_str()),
    }
}

fn scalar_word(value: Scalar) -> String {
    if value == Scalar::Float(f64::NAN) { "nan".to_owned() } else { value.to_string() }
}

/// One side as assembly, its variables replaced by what they stand for.
fn assembly(side: &[&str], example: &Counterexample) -> String {
    let set = rows_set();
    let mut text = String::new();
    for line in side {
        let mut words = line.split(' ');
        let row = words.next().and_then(|name| set.instruction(name)).expect("a row");
        let operands = words.zip(&row.operands).map(|(word, operand)| {
            let known = example.operands.iter().find(|(name, _)| name == word);
            match known.map(|(_, value)| value) {
                Some(ExampleOperand::Number(number)) if operand.kind == opforge::OperandKind::Global => {
                    format!("g{number}")
                }
                Some(ExampleOperand::Number(number)) => scalar_word(*number),
                Some(ExampleOperand::Constant(Literal::Scalar(value))) => scalar_word(*value),
                Some(ExampleOperand::Constant(Literal::Text(text))) => format!("{text:?}"),
                Some(other) => panic!("{other:?} is no operand of a rewrite"),
                None => word.to_owned(),
            }
        });
        let operands: Vec<String> = operands.collect();
        writeln!(text, "    {} {}", row.mnemonic, operands.join(" ")).expect("texts take all");
    }
    text
}

fn rows_set() -> &'static InstructionSet {
    static SET: OnceLock<InstructionSet> = OnceLock::new();
    SET.get_or_init(|| check_str("rewrites.ron", TABLE).unwrap_or_else(|diagnostics| panic!("{diagnostics}")))
}

/// What a run shows of its end.
#[derive(Clone, Copy)]
enum Look {
    /// The value at that height of the stack.
    Stack(usize),
    /// A local, after a caught trap as well.
    Slot(u16),
}

/// A function that starts from the example's values, given as arguments: locals, the stack, globals; then runs `code`,
/// which leaves `height` values unless it traps.
fn program(code: &str, example: &Counterexample, height: usize, look: Look) -> String {
    let locals = example.slots.iter().map(|(slot, _)| usize::from(*slot) + 1).max().unwrap_or(0);
    let (stack, globals) = (example.stack.len(), example.globals.len());
    let parameters: Vec<String> = (0..locals + stack + globals).map(|index| format!("p{index}")).collect();
    let mut text = String::new();
    for (global, _) in &example.globals {
        text += &format!("global g{global}\n");
    }
    text += &format!("func main({})\n", parameters.join(", "));
    for index in 0..height.max(1) {
        text += &format!("    local result{index}\n");
    }
    for (index, (global, _)) in example.globals.iter().enumerate() {
        text += &format!("    get_slot p{}\n    set_var g{global}\n", locals + stack + index);
    }
    for index in 0..stack {
        text += &format!("    get_slot p{}\n", locals + index);
    }
    text += &format!("start:\n{code}stop:\n");
    for index in (0..height).rev() {
        text += &format!("    set_slot result{index}\n");
    }
    text += &match look {
        Look::Stack(index) => format!("    get_slot result{index}\n    return_value\n"),
        Look::Slot(slot) => format!(
            "    get_slot {slot}\n    return_value\ncaught:\n    pop\n    get_slot {slot}\n    return_value\n    .catch start stop caught 0\n"
        ),
    };
    text + "end\n"
}

fn run(text: &str, example: &Counterexample) -> Outcome {
    let module = opforge::assemble::<rows::Isa>("main.opf", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let verified = opforge::verify::<rows::Isa>(module).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let program = Linker::new().link(verified).expect("needs nothing");
    let mut machine = Machine::new(program, ());
    let locals = example.slots.iter().map(|(slot, _)| usize::from(*slot) + 1).max().unwrap_or(0);
    let mut arguments = vec![HostValue::Nil; locals];
    for (slot, value) in &example.slots {
        arguments[usize::from(*slot)] = host(value);
    }
    arguments.extend(example.stack.iter().chain(example.globals.iter().map(|(_, value)| value)).map(host));
    machine.start("main", &arguments).expect("takes the arguments");
    machine.run(Fuel::Ticks(1_000))
}

/// How a side ends on the machine.
fn ending(side: &[&str], example: &Counterexample, height: usize) -> Ending {
    let code = assembly(side, example);
    let look = |look| run(&program(&code, example, height, look), example);
    let returned = |outcome: Outcome| match outcome {
        Outcome::Returned(HostValue::Text(text)) => Literal::Text(text.to_string()),
        Outcome::Returned(value) => Literal::Scalar(value.scalar().expect("all else is a scalar")),
        other => panic!("{other:?} of\n{code}"),
    };
    let slots = example.slots.iter().map(|(slot, _)| (*slot, returned(look(Look::Slot(*slot))))).collect();
    // No claim of these stores in a global or jumps.
    let (jump, globals) = (None, example.globals.clone());
    match look(Look::Stack(0)) {
        Outcome::Trapped(report) => Ending { trap: Some(report.name), jump, stack: Vec::new(), slots, globals },
        _ => {
            let stack = (0..height).map(|index| returned(look(Look::Stack(index)))).collect();
            Ending { trap: None, jump, stack, slots, globals }
        }
    }
}

/// How many values there are after `side`.
fn height(side: &[&str], example: &Counterexample) -> usize {
    let set = rows_set();
    let rows = side.iter().map(|line| set.instruction(line.split(' ').next().unwrap_or("")).expect("a row"));
    rows.fold(example.stack.len(), |height, row| height - row.inputs.len() + row.outputs.len())
}

#[test]
fn wrong_rewrites_are_refused_with_a_counterexample_that_differs_on_the_machine() {
    let mut kinds = BTreeSet::new();
    for (claim, found) in refused() {
        let example = counterexample(found);
        let from = ending(claim.from, example, height(claim.from, example));
        let to = ending(claim.to, example, height(claim.to, example));
        assert_ne!(from, to, "{:?} → {:?} with {example:?}", claim.from, claim.to);
        assert_eq!(from, example.from, "{:?} with {example:?}", claim.from);
        assert_eq!(to, example.to, "{:?} with {example:?}", claim.to);
        kinds.insert(claim.kind);
    }
    assert!(WRONG.len() >= 20 && kinds.len() >= 6, "{} of {kinds:?}", WRONG.len());
}

#[test]
fn a_guard_is_named_just_where_one_condition_mends_the_rule() {
    for (claim, found) in refused() {
        let guard = counterexample(found).when.as_deref();
        assert_eq!(guard, claim.mended, "{:?} → {:?}", claim.from, claim.to);
        match guard {
            Some(guard) => assert!(found.help.contains(&format!("`when: \"{guard}\"`")), "{}", found.help),
            None => assert!(!found.help.contains("when:"), "{}", found.help),
        }
    }
    let mended = WRONG.iter().filter(|claim| claim.mended.is_some());
    let text = with_rewrites(mended.clone().map(|claim| (claim, claim.mended)));
    let set = check_str("mended.ron", &text).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let own = set.rewrites().iter().filter(|rewrite| rewrite.name.starts_with("claim_"));
    assert_eq!(own.count(), mended.count());
}
