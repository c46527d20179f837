//! Rows that are called as `FunctionBuilder`'s own methods are.

use opforge::{FunctionBuilder, InstructionSet, ModuleBuilder};

opforge::instruction_set! {
    /// A row for each name that is taken.
    pub mod taken = "tests/tables/taken.ron";
}

/// The methods of `FunctionBuilder` and of traits that are always in scope; `local` can be no row.
const TAKEN: [&str; 14] = [
    "assign",
    "bind",
    "catch",
    "here",
    "into",
    "label",
    "line",
    "local",
    "param",
    "pc",
    "push",
    "push_jump",
    "target_list",
    "try_into",
];

#[test]
fn rows_are_appended_whatever_they_are_called() {
    use taken::Build as _;
    let mut main = FunctionBuilder::<taken::Isa>::new("main");
    main.assign_().bind_().catch_().here_().into_().label_();
    main.line_().param_().pc_().push_().push_jump_().target_list_().try_into_();
    let mut module = ModuleBuilder::new();
    module.function(main);
    let module = module.finish_unverified().expect("nothing is wrong");
    let text = opforge::disassemble::<taken::Isa>(&module).expect("all are rows");
    let found: Vec<&str> =
        text.lines().map(str::trim).filter(|line| (taken::Isa::table().find)(line).is_some()).collect();
    let expected: Vec<&str> = TAKEN.into_iter().filter(|name| *name != "local").collect();
    assert_eq!(found, expected);
}

/// A new method of `FunctionBuilder` belongs in the emitter's list, in `taken.ron` and here.
#[test]
fn every_method_of_the_builder_is_known_to_be_taken() {
    let sources = [
        include_str!("../../vm-bytecode/src/builder/function.rs"),
        include_str!("../../vm-bytecode/src/builder/registers.rs"),
    ];
    for source in sources {
        for declaration in source.split("\n    pub fn ").skip(1) {
            let name: String = declaration.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let takes_self = declaration.split(')').next().is_some_and(|parameters| parameters.contains("self"));
            assert!(!takes_self || TAKEN.contains(&name.as_str()), "`{name}` would hide the row of that name");
        }
    }
}
