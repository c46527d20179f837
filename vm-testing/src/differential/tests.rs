//! A comparison that cannot fail is worth nothing: here are runs that differ in one thing each.

use super::shrink::{Body, Instruction};
use super::*;
use crate::programs::{Generated, Programs};
use crate::setting::HostPlan;
use crate::world::Grant;
use opforge::standard::Isa;
use opforge::{InstructionSet, Kind, Limits, Position, TrapReport, assemble};

fn subject(text: &str) -> Subject<Isa> {
    subject_with(text, Setting { ticks: 1_000, ..Setting::default() })
}

fn subject_with(text: &str, setting: Setting) -> Subject<Isa> {
    let module = assemble::<Isa>("test.opf", text).unwrap_or_else(|errors| panic!("{errors}"));
    Subject::new(vec![module], setting).unwrap_or_else(|problem| panic!("{problem}"))
}

fn ending(subject: &Subject<Isa>) -> Ending {
    subject.check_whole().unwrap_or_else(|difference| panic!("{difference}"))
}

/// Ten rounds, with what stands at the marks put in.
fn program(before: &str, within: &str, pushed: &str) -> String {
    format!(
        "global g\nfunc f()\n local i x y\n load_int 0\n set_slot i\n load_int 0\n set_slot x\n load_int 0\n set_slot y\n \
        {pushed}\n {before}\ntop:\n {within}\n get_slot i\n load_int 1\n add\n set_slot i\n get_slot i\n load_int 10\n \
        num_lt\n jump_if_true top\n pop\n load_int 0\n set_slot x\n load_int 0\n set_var g\n return\nend\n\
        func main()\n local z\n load_int 0\n {pushed}\n set_slot z\n call f 0\n return_value\nend\n"
    )
}

/// Runs in lockstep two programs that end alike; returns what differs, if anything.
fn lockstep(first: &str, second: &str) -> Option<Difference> {
    let (first, second) = (subject(first), subject(second));
    let whole = ending(&first);
    assert_eq!(whole.outcome, ending(&second).outcome);
    let sides = vec![
        first.side("first", Engine::Reference).unwrap(),
        second.side("second", Engine::Reference).unwrap(),
        second.side("changing", Engine::Reference).unwrap(),
    ];
    first.lockstep(&whole, sides, 1).err()
}

#[track_caller]
fn told_apart(first: &str, second: &str, shown: [&str; 2]) {
    assert_eq!(lockstep(first, first), None);
    let difference = lockstep(first, second).expect("they differ");
    assert!(difference.what.starts_with("what is held at the cut after tick "), "{}", difference.what);
    for (side, shown) in difference.sides.iter().zip(shown) {
        assert!(side.1.contains(shown), "{difference}");
    }
    assert_eq!(difference.sides.iter().map(|side| side.0.as_str()).collect::<Vec<_>>(), ["first", "second"]);
    assert!(difference.to_string().contains("get_slot i"), "{difference}");
}

const PUSHED: &str = "load_int 7";

#[test]
fn locals_are_compared_at_each_cut() {
    let with = |value| program("", &format!("load_int {value}\n set_slot x"), PUSHED);
    told_apart(&with(5), &with(6), ["locals Int(1) Int(5) Int(0)", "locals Int(1) Int(6) Int(0)"]);
}

#[test]
fn live_stacks_are_compared_at_each_cut() {
    let with = |value| program("", &format!("pop\n load_int {value}"), PUSHED);
    told_apart(&with(5), &with(6), ["stack Int(5)", "stack Int(6)"]);
    // A slot's value and its copy on the stack are two things.
    let pending = program("", "pop\n get_slot y\n load_int 1\n set_slot y", PUSHED);
    let overwritten = program("", "pop\n load_int 1\n set_slot y\n get_slot y", PUSHED);
    told_apart(&pending, &overwritten, ["stack Int(0)", "stack Int(1)"]);
}

#[test]
fn frames_of_callers_are_compared_at_each_cut() {
    // The inner `7` is dropped in both; what `main` holds below its call differs.
    let with = |value| {
        program("", "", PUSHED)
            .replace("func main()\n local z\n load_int 0\n", &format!("func main()\n local z\n load_int {value}\n"))
    };
    told_apart(&with(1), &with(2), ["stack Int(1)", "stack Int(2)"]);
    let with =
        |value| program("", "", PUSHED).replace("load_int 7\n set_slot z", &format!("load_int {value}\n set_slot z"));
    told_apart(&with(1), &with(2), ["locals Int(1)", "locals Int(2)"]);
}

#[test]
fn globals_positions_and_scopes_are_compared_at_each_cut() {
    let with = |value| program("", &format!("load_int {value}\n set_var g"), PUSHED);
    told_apart(&with(5), &with(6), ["globals Int(5)", "globals Int(6)"]);
    told_apart(
        &program("nop", "", PUSHED),
        &program("nop\n nop", "", PUSHED),
        ["in function 0 of module 0 at 0x", "at 0x"],
    );
    // One tick more in each round.
    let more = "jump skip\nagain:\n jump over\nskip:\n jump again\nover:\n nop";
    told_apart(&program("", "", PUSHED), &program("", more, PUSHED), ["3 ticks", "3 ticks"]);
    let scoped = |first, second| format!("{first}\n call inner 0\n pop\n {second}");
    let text = |within: String| {
        format!("func inner()\n return\nend\nfunc main()\n local i\n {within}\n get_slot i\n return_value\nend\n")
    };
    let within = text(scoped("push_frame", "pop_frame"));
    let without = text(scoped("push_frame\n pop_frame", "nop"));
    assert!(lockstep(&within, &without).is_some_and(|difference| difference.sides[0].1.contains("scopes [[]]")));
}

#[test]
fn what_a_host_sees_is_compared_at_the_end() {
    let report = TrapReport {
        code: TrapCode::RAISED,
        name: "Raised".to_owned(),
        message: None,
        value: Some(1.into()),
        position: Some(Position { module: None, function: "main".to_owned(), pc: 3, source: None }),
        trace: Vec::new(),
        omitted: 0,
    };
    let base = Ending {
        outcome: Outcome::Trapped(Box::new(report.clone())),
        stats: Stats { ticks: 5, most_slots: 6, most_frames: 7, instructions: 8, ..Stats::default() },
        output: "a".to_owned(),
        calls: vec!["f[]".to_owned()],
        globals: vec![0.0.into()],
    };
    let with = |change: &dyn Fn(&mut TrapReport)| {
        let mut report = report.clone();
        change(&mut report);
        Ending { outcome: Outcome::Trapped(Box::new(report)), ..base.clone() }
    };
    let place = |pc| Position { module: None, function: "main".to_owned(), pc, source: None };
    let stats = base.stats;
    let others = [
        (with(&|report| report.value = Some(1.0.into())), "the outcome differs"),
        (with(&|report| report.position = Some(place(4))), "the outcome differs"),
        (with(&|report| report.trace.push(place(3))), "the outcome differs"),
        (with(&|report| report.message = Some("m".to_owned())), "the outcome differs"),
        (Ending { outcome: Outcome::OutOfFuel, ..base.clone() }, "the outcome differs"),
        (Ending { stats: Stats { ticks: 6, ..stats }, ..base.clone() }, "what was used differs"),
        (Ending { stats: Stats { most_slots: 5, ..stats }, ..base.clone() }, "what was used differs"),
        (Ending { stats: Stats { most_frames: 5, ..stats }, ..base.clone() }, "what was used differs"),
        (Ending { output: "b".to_owned(), ..base.clone() }, "the output differs"),
        (Ending { calls: vec!["f[Nil]".to_owned()], ..base.clone() }, "the calls of the host differ"),
        (Ending { globals: vec![(-0.0).into()], ..base.clone() }, "the globals differ"),
    ];
    for (other, expected) in others {
        assert_eq!(base.differs(&other).map(|(what, ..)| what), Some(expected), "{other:?}");
    }
    // The engines need not agree on how many instructions they ran, nor on which NaN it is.
    assert_eq!(base.differs(&Ending { stats: Stats { instructions: 0, ..stats }, ..base.clone() }), None);
}

#[test]
fn an_end_that_differs_from_the_uninterrupted_one_is_told() {
    let text = "func main()\n load_int 1\n print 1\n return\nend";
    let subject = subject(text);
    let whole = Ending { output: "2".to_owned(), ..ending(&subject) };
    let difference = subject.check_cut(&whole, 1).unwrap_err();
    assert_eq!(difference.what, "the output differs after cuts");
    assert_eq!(difference.sides[1], ("reference".to_owned(), "\"1\"".to_owned()));
}

#[test]
fn a_setting_is_what_the_program_sees() {
    let text = "import f/1\nglobal g\nfunc main(a)\n get_slot a\n call f 1\n print 1\n get_slot a\n call f 1\n get_var g\n \
        print 2\n return\nend";
    let plan = HostPlan { name: "f".to_owned(), arity: 1, returns: Kind::Int, fails_every: 2 };
    let setting = Setting {
        arguments: vec![3.into()],
        globals: vec!["text".into()],
        hosts: vec![plan.clone()],
        ..Setting::default()
    };
    let shown = |setting: &Setting| {
        let ending = ending(&subject_with(text, setting.clone()));
        let code = match ending.outcome {
            Outcome::Trapped(report) => Some(report.code),
            _ => None,
        };
        (code, ending.output, ending.calls)
    };
    let call = "f[Int(3)]".to_owned();
    let twice = vec![call.clone(), call.clone()];
    assert_eq!(shown(&setting), (Some(TrapCode::HOST_FAILURE), "3".into(), twice.clone()));
    let fine = Setting { hosts: vec![HostPlan { fails_every: 0, ..plan }], ..setting };
    assert_eq!(shown(&fine), (None, "33text".into(), twice.clone()));
    let upto = Setting { output: Grant::Upto(4), ..fine.clone() };
    assert_eq!(shown(&upto), (Some(TrapCode::OUTPUT_FAILED), "33te".into(), twice));
    let nothing = Setting { output: Grant::Nothing, ..fine.clone() };
    assert_eq!(shown(&nothing), (Some(TrapCode::NO_OUTPUT), String::new(), vec![call]));
    let tight = Setting { limits: Limits { frames: 0, ..Limits::default() }, ..fine };
    assert_eq!(shown(&tight).0, Some(TrapCode::FRAME_OVERFLOW));
}

#[test]
fn what_does_not_verify_or_start_is_said() {
    let module = assemble::<Isa>("test.opf", "func main(a)\n return\nend").unwrap();
    let problem = Subject::<Isa>::new(vec![module.clone()], Setting::default()).unwrap_err();
    assert!(problem.contains("1 argument,"), "{problem}");
    let mut bad = module;
    bad.functions[0].code.clear();
    assert!(Subject::<Isa>::new(vec![bad], Setting::default()).is_err());
}

#[test]
fn generated_settings_differ_in_everything() {
    let mut programs = Programs::<Isa>::new(0);
    let settings: Vec<Setting> = (0..300).map(|seed| programs.program(seed).setting).collect();
    let some = |of: &dyn Fn(&Setting) -> bool| {
        let count = settings.iter().filter(|setting| of(setting)).count();
        assert!(count > 3 && count < 297, "{count}");
    };
    some(&|setting| setting.output == Grant::Capture);
    some(&|setting| setting.output == Grant::Nothing);
    some(&|setting| setting.hosts.iter().any(|host| host.fails_every > 0));
    some(&|setting| setting.arguments.is_empty());
    some(&|setting| setting.limits.slots < 100);
    some(&|setting| setting.limits.frames < 4);
    let libraries = (0..300).filter(|seed| programs.program(*seed).modules.len() == 2).count();
    assert!(libraries > 30 && libraries < 150, "{libraries}");
}

/// How many programs of 100 show a wrong change of their code: at the end, and at some cut.
fn found(change: impl Fn(&mut Body)) -> (usize, usize) {
    let mut programs = Programs::<Isa>::new(0);
    let (mut at_the_end, mut at_a_cut) = (0, 0);
    for seed in 0..100 {
        let Generated { modules, setting } = programs.program(seed);
        let mut changed = modules.clone();
        for function in changed.iter_mut().flat_map(|module| &mut module.functions) {
            let mut body = Body::of::<Isa>(function).unwrap();
            change(&mut body);
            *function = body.function::<Isa>(function);
        }
        let [right, wrong] = [modules, changed].map(|modules| Subject::<Isa>::new(modules, setting.clone()).unwrap());
        let whole = ending(&right);
        at_the_end += usize::from(whole.differs(&ending(&wrong)).is_some());
        let sides = [&right, &wrong, &right].map(|subject| subject.side("side", Engine::Reference).unwrap());
        at_a_cut += usize::from(right.lockstep(&whole, sides.into(), seed).is_err());
    }
    (at_the_end, at_a_cut)
}

/// Exchanges instructions that stand side by side, where no jump leads between them.
fn exchange(body: &mut Body, of: impl Fn(&Instruction, &Instruction) -> bool) {
    let mut at = 1;
    while at < body.ops.len() {
        if !body.marked(at) && of(&body.ops[at - 1], &body.ops[at]) {
            body.ops.swap(at - 1, at);
            at += 1;
        }
        at += 1;
    }
}

/// Generated programs show what a wrong fuser would do: here the code is changed as it might misread it.
#[test]
fn wrong_foldings_are_found() {
    let row = |name: &str| (Isa::table().find)(name).unwrap();
    assert_eq!(found(|_| {}), (0, 0));
    // A read that should have waited comes after the write: `get a; K; set a` as `K; set a; get a`, whatever K pushes.
    let late = found(|body| {
        for at in 2..body.ops.len() {
            let [read, value, write] = [at - 2, at - 1, at].map(|at| &body.ops[at]);
            let info = &Isa::table().instructions[value.row];
            let pushes = info.inputs.is_empty() && info.outputs.len() == 1 && value.operands != read.operands;
            let same = (read.row, write.row) == (row("get_slot"), row("set_slot")) && read.operands == write.operands;
            if same && pushes && !body.marked(at) && !body.marked(at - 1) {
                body.ops[at - 2..=at].rotate_left(1);
            }
        }
    });
    assert!(late.0 >= 2 && late.1 >= late.0, "{late:?}");
    // Operands in the wrong order: `get a; get b` exchanged.
    let order = found(|body| exchange(body, |a, b| (a.row, b.row) == (row("get_slot"), row("get_slot"))));
    assert!(order.0 >= 30 && order.1 >= order.0, "{order:?}");
    // A shuffle of pending reads forgotten.
    let shuffled = found(|body| {
        for op in body.ops.iter_mut().filter(|op| op.row == row("swap")) {
            op.row = row("nop");
        }
    });
    assert!(shuffled.0 >= 10 && shuffled.1 >= shuffled.0, "{shuffled:?}");
}
