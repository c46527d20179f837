//! A table whose rows and fusions take every unusual way through slot form, on every engine.
//!
//! The functions of `tables/slots.opf` say what they return and which instructions of slot form must run them; programs of
//! that table are generated, too.

use opforge::{
    Execute, Fuel, InstructionSet, Linker, Lowering, Machine, Outcome, SlotLine, assemble, slot_lines, verify,
};
use opforge_codegen_tests::ended;
use opforge_testing::{ENGINES, Setting, Subject, check_programs};

opforge::instruction_set! {
    /// Rows and fusions of every shape.
    pub mod slots = "tests/tables/slots.ron";
}

type Isa = slots::Isa<Hands>;

/// Counts its calls, so that one too many or too few is seen.
#[derive(Debug, Default)]
struct Hands {
    calls: i64,
}

impl slots::Handlers for Hands {
    fn roll(&mut self, _: &mut slots::RollContext<'_>, sides: i64) -> Result<i64, slots::RollTrap> {
        self.calls += 1;
        if sides == 0 { Err(slots::RollTrap::First) } else { Ok(sides.wrapping_add(self.calls)) }
    }

    fn weigh(
        &mut self,
        _: &mut slots::WeighContext<'_>,
        first: &[opforge::Value],
        a: i64,
        second: &[opforge::Value],
        n: u8,
        m: u8,
    ) -> Result<i64, slots::WeighTrap> {
        assert_eq!((first.len(), second.len()), (usize::from(n), usize::from(m)));
        if n < m { Err(slots::WeighTrap::Second) } else { Ok(a.wrapping_add(i64::from(n - m))) }
    }

    fn stamp(
        &mut self,
        context: &mut slots::StampContext<'_>,
        a: opforge::Value,
        list: &[opforge::Value],
        b: i64,
        n: u8,
        slot: u16,
    ) -> Result<(i64, opforge::Value, bool), slots::StampTrap> {
        self.calls += 1;
        let _ = context;
        if b < 0 {
            return Err(slots::StampTrap::Second);
        }
        let all = i64::from(n) + i64::from(slot) + self.calls;
        Ok((b.wrapping_add(all), a, list.len() == usize::from(n)))
    }
}

const PROGRAMS: &str = include_str!("tables/slots.opf");

/// A function of the file, what it promises, and the instructions that run it.
struct Promise<'a> {
    function: &'a str,
    outcome: &'a str,
    has: Vec<&'a str>,
}

fn promises() -> Vec<Promise<'static>> {
    let (mut all, mut outcome, mut has) = (Vec::new(), "", Vec::new());
    for line in PROGRAMS.lines() {
        if let Some(names) = line.strip_prefix("; has ") {
            has = names.split(' ').collect();
        } else if let Some(comment) = line.strip_prefix("; ") {
            outcome = comment;
        } else if let Some(rest) = line.strip_prefix("func ") {
            let function = rest.split('(').next().unwrap_or_default();
            if !outcome.is_empty() {
                all.push(Promise { function, outcome, has: std::mem::take(&mut has) });
            }
            outcome = "";
        }
    }
    all
}

#[test]
fn every_engine_keeps_the_promises() {
    let module = assemble::<Isa>("slots.opf", PROGRAMS).unwrap_or_else(|errors| panic!("{errors}"));
    let mut broken = Vec::new();
    for promise in promises() {
        let setting = Setting { entry: promise.function.to_owned(), ticks: 300, ..Setting::default() };
        let subject = Subject::<Isa>::new(vec![module.clone()], setting).unwrap_or_else(|problem| panic!("{problem}"));
        match subject.check_whole().and_then(|whole| subject.check_cut(&whole, 1).map(|()| whole)) {
            Ok(ending) if ended(&ending.outcome) == promise.outcome => {}
            Ok(ending) => broken.push(format!("{}: {}", promise.function, ended(&ending.outcome))),
            Err(mut difference) => {
                difference.program.clear();
                broken.push(format!("{}: {difference}", promise.function));
            }
        }
    }
    assert!(broken.is_empty(), "{} differ:\n{}", broken.len(), broken.join("\n"));
    assert!(ENGINES.len() > 3 && promises().len() > 100, "{} promises", promises().len());
}

#[test]
fn the_instructions_are_those_that_are_meant() {
    let module = assemble::<Isa>("slots.opf", PROGRAMS).unwrap_or_else(|errors| panic!("{errors}"));
    let verified = verify::<Isa>(module.clone()).unwrap_or_else(|errors| panic!("{errors}"));
    let (mut broken, mut seen) = (Vec::new(), Vec::new());
    for promise in promises() {
        let index = module.functions.iter().position(|function| function.name == promise.function).expect("is there");
        let lines = slot_lines(&verified, index, Lowering::LoopsFused).expect("it is lowered");
        // A typed form is a form of what it is named after.
        let name =
            |line: &SlotLine| line.text.split(' ').next().and_then(|name| name.split("_of_").next()).map(String::from);
        let names: Vec<String> = lines.iter().filter_map(name).collect();
        for name in promise.has {
            if !names.iter().any(|found| found == name) {
                let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
                broken.push(format!("{} has no `{name}`: {lines:#?}", promise.function));
            }
            seen.push(name);
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let unseen: Vec<&str> = Isa::slot_form()
        .table()
        .ops
        .iter()
        .filter(|op| op.is_fused() && !op.is_typed() && !seen.contains(&&*op.name))
        .map(|op| &*op.name)
        .collect();
    // Their forms with a constant in them are used in generated programs.
    let missing: Vec<&&str> =
        unseen.iter().filter(|name| !name.ends_with("_int") && !name.ends_with("_float")).collect();
    assert!(missing.is_empty(), "no function runs {missing:?}");
}

/// The combination is what is wrong, or one value of a group, or the row says itself that it does not take what it could.
#[test]
fn a_mismatch_says_what_a_row_takes() {
    let rows = [
        ("load_int 1\n load_float 2.0\n minus", "`minus` takes Int and Int, or Float and Float, got 1 and 2.0"),
        (
            "load_int 1\n load_float 0.5\n load_int 2\n load_true\n pairs 2",
            "`pairs` takes Nil | Bool | Int for each of `keys`, got 0.5",
        ),
        ("load_true\n load_undef\n load_int 7\n weigh 1 1\n pop", "`weigh` takes Int, got nil"),
    ];
    for (code, expected) in rows {
        let text = format!("func main()\n {code}\n return\nend\n");
        let program = Linker::new()
            .link(verify::<Isa>(assemble::<Isa>("m.opf", &text).expect("it assembles")).expect("it verifies"));
        let program = program.expect("nothing is imported");
        for (name, engine) in ENGINES {
            let mut machine = Machine::new(program.clone(), Hands::default()).with_engine(engine);
            machine.start("main", &[]).expect("it starts");
            let Outcome::Trapped(report) = machine.run(Fuel::Unlimited) else { panic!("{name}: {code}") };
            assert_eq!(report.message.as_deref(), Some(expected), "{name}");
        }
    }
}

#[test]
fn generated_programs() {
    match check_programs::<Isa>(0..600, &[]) {
        Ok(statistics) => assert!(statistics.returned > 100, "{}", statistics.report(Isa::table())),
        Err(differences) => panic!("{} differ; the first:\n{}", differences.len(), differences[0]),
    }
}

opforge_testing::check!(slots::Isa<Hands>);
