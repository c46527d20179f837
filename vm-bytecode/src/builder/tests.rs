use super::*;
use crate::isa::{InstructionSet, Operand};
use crate::standard::{Build, Isa};
use crate::{BuildOperand, Label, Scalar, verify};

/// What building the one function that `build` fills reports.
fn problems(build: impl FnOnce(&mut FunctionBuilder<Isa>)) -> Vec<BuildProblem> {
    let mut function = FunctionBuilder::new("main");
    build(&mut function);
    let mut module = ModuleBuilder::new();
    module.function(function);
    match module.finish_unverified() {
        Err(BuildError::Problems(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn labels_are_bound_once_and_in_their_own_function() {
    let name = || "main".to_owned();
    let unbound = problems(|main| {
        let label = main.label();
        main.nop().jump(label);
    });
    assert_eq!(unbound, [BuildProblem::UnboundLabel { function: name(), pc: 1 }]);
    let twice = problems(|main| {
        let label = main.here();
        main.nop().bind(label).r#return();
    });
    assert_eq!(twice, [BuildProblem::BoundTwice { function: name(), pc: 1 }]);
    let foreign = problems(|main| {
        let label = FunctionBuilder::<Isa>::new("other").here();
        main.bind(label).jump(label);
    });
    let problem = BuildProblem::ForeignLabel { function: name(), pc: 0 };
    assert_eq!(foreign, [problem.clone(), problem]);
}

#[test]
fn what_is_declared_is_given_once() {
    let mut module = ModuleBuilder::<Isa>::new();
    module.declare("missing", 0);
    module.import("late", 1);
    module.global("late");
    let mut function = FunctionBuilder::new("other");
    function.local("a");
    function.param("b");
    module.declare("other", 3);
    module.function(function);
    module.function(FunctionBuilder::new("other"));
    let BuildError::Problems(problems) = module.finish_unverified().unwrap_err() else { panic!() };
    let expected = [
        BuildProblem::LateImport("late".into()),
        BuildProblem::DuplicateName("late".into()),
        BuildProblem::LateParameter("b".into()),
        BuildProblem::OtherArity { function: "other".into(), declared: 3, found: 1 },
        BuildProblem::DuplicateName("other".into()),
        BuildProblem::MissingFunction("missing".into()),
    ];
    assert_eq!(problems, expected);
}

#[test]
fn constants_are_kept_once() {
    let mut module = ModuleBuilder::<Isa>::new();
    let first = module.constant(Scalar::Float(0.0));
    assert_eq!(module.constant(Scalar::Float(0.0)), first);
    assert_ne!(module.constant(Scalar::Float(-0.0)), first);
    assert_eq!(module.constant("a"), module.constant(String::from("a")));
    for value in 0..70_000 {
        module.constant(Scalar::Int(value));
    }
    let errors = module.finish_unverified().unwrap_err();
    assert_eq!(errors, BuildError::Problems(vec![BuildProblem::TooMany("constants")]));
}

#[test]
fn regions_are_brought_into_order() {
    let mut module = ModuleBuilder::<Isa>::new();
    let mut main = FunctionBuilder::new("main");
    let start = main.here();
    main.nop();
    let inner = main.here();
    main.nop();
    let end = main.here();
    main.r#return();
    let handler = main.here();
    main.return_value();
    main.catch(start, inner, handler, 0).catch(start, end, handler, 0);
    module.function(main);
    let module = module.finish_unverified().unwrap();
    let ends: Vec<u32> = module.functions[0].regions.iter().map(|region| region.end).collect();
    assert_eq!(ends, [2, 1]);
    assert!(verify::<Isa>(module).is_ok());
}

#[test]
fn building_verifies() {
    let mut module = ModuleBuilder::<Isa>::new();
    let mut main = FunctionBuilder::new("main");
    main.add();
    module.function(main);
    assert!(matches!(module.build(), Err(BuildError::Verify(_))));
}

#[test]
fn lists_of_labels_are_placed() {
    let mut function = FunctionBuilder::<Isa>::new("main");
    let (n, out) = (function.param("n"), function.label());
    let top = function.here();
    function.get_slot(n).switch(&[top, out, out]).get_slot(n).switch(&[]);
    // By its number, too.
    let (cases, switch) = (function.target_list(&[top]), (Isa::table().find)("switch").unwrap());
    let op = Isa::from_operands(switch, &[Operand::Index(cases.into())]).unwrap();
    function.load_true().push(op);
    function.bind(out).r#return();
    let mut module = ModuleBuilder::new();
    module.function(function);
    let module = module.build().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(module.module().functions[0].target_lists, [vec![0, 16, 16], vec![], vec![0]]);
    let unbound = problems(|main| {
        let label = main.label();
        main.load_true().switch(&[label, label]).r#return();
    });
    // Once for an instruction.
    assert_eq!(unbound, [BuildProblem::UnboundLabel { function: "main".to_owned(), pc: 1 }]);
}

#[test]
fn labels_stand_where_the_row_has_targets() {
    let row = |name: &str| (Isa::table().find)(name).unwrap();
    let wrong = |name: &str, operand: fn(Label) -> BuildOperand| {
        let problems = problems(|main| {
            let label = main.here();
            main.push_jump(row(name), &[operand(label)]);
        });
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    for (name, operand, takes) in [
        ("switch", BuildOperand::Label as fn(Label) -> BuildOperand, "is a `[Target]`, which takes a list of labels"),
        ("jump", |label| BuildOperand::Labels(vec![label]), "is a `Target`, which takes one label"),
        ("get_slot", BuildOperand::Label, "is a `Local`, which takes no label"),
    ] {
        let problem = wrong(name, operand);
        assert!(problem.contains(takes) && problem.lines().count() == 1, "{problem}");
    }
}

#[test]
fn a_function_has_so_many_lists_of_targets() {
    let problems = problems(|main| {
        let top = main.here();
        for _ in 0..(1 << 16) + 2 {
            main.load_true().switch(&[top]);
        }
        main.r#return();
    });
    assert_eq!(problems, [BuildProblem::TooMany("lists of targets")]);
    assert!(problems[0].to_string().ends_with("help: divide the function into several"), "{}", problems[0]);
    let many = " load_true\n switch [top]\n".repeat((1 << 16) + 2);
    let errors = crate::assemble::<Isa>("many.opf", &format!("func main()\ntop:\n{many} return\nend\n")).unwrap_err();
    let text = errors.to_string();
    assert!(errors.list().len() == 1 && text.contains("divide the function into several"), "{text}");
}
