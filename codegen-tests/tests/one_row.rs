//! The fitness test of the design: `after.ron` is `before.ron` and one row more, and that row is in everything.

use opforge::{Fuel, InstructionSet, Linker, Machine, Outcome};
use opforge_codegen::{Emitter, expand_file};
use opforge_testing::Programs;
use std::path::Path;

opforge::instruction_set! {
    /// The table without the row.
    pub mod before = "tests/tables/before.ron";
}

opforge::instruction_set! {
    /// The table with the row.
    pub mod after = "tests/tables/after.ron";
}

const PROGRAM: &str = "func main()\n    load_float -2.5\n    sign\n    return_value\nend\n";

fn expanded(table: &str, emitter: Emitter) -> String {
    expand_file(Path::new(table), emitter).expect("the table is right")
}

#[test]
fn the_tables_differ_in_one_row() {
    let (before, after) = (include_str!("tables/before.ron"), include_str!("tables/after.ron"));
    let added = after.len() - before.len();
    let at = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    assert_eq!(before[at..], after[at + added..]);
    assert_eq!(after[at..at + added].matches("Op(").count(), 1);
    assert_eq!(after::Isa::table().instructions.len(), before::Isa::table().instructions.len() + 1);
}

#[test]
fn codec() {
    assert_eq!(before::Isa::decode(&[0xe0], 0), Err(opforge::DecodeError::UnknownOpcode { pc: 0, opcode: 0xe0 }));
    assert_eq!(after::Isa::decode(&[0xe0], 0), Ok((after::Op::Sign, 1)));
    let mut code = Vec::new();
    after::Isa::encode(&after::Op::Sign, &mut code);
    assert_eq!(code, [0xe0]);
}

#[test]
fn assembler_and_disassembler() {
    assert!(opforge::assemble::<before::Isa>("p", PROGRAM).expect_err("no such row").to_string().contains("sign"));
    let module = opforge::assemble::<after::Isa>("p", PROGRAM).expect("assembles");
    assert!(opforge::disassemble::<after::Isa>(&module).expect("disassembles").contains("\n    sign\n"));
}

#[test]
fn verifier() {
    let underflow =
        opforge::assemble::<after::Isa>("p", "func main()\n    sign\n    return_value\nend").expect("assembles");
    assert!(opforge::verify::<after::Isa>(underflow).is_err());
}

#[test]
fn builder_and_engine() {
    use after::Build as _;
    let mut main = opforge::FunctionBuilder::<after::Isa>::new("main");
    main.load_float(-2.5).sign().return_value();
    let mut module = opforge::ModuleBuilder::new();
    module.function(main);
    let program = Linker::new().link(module.build().expect("verifies")).expect("links");
    let mut machine = Machine::new(program, ());
    machine.start("main", &[]).expect("starts");
    let outcome = machine.run(Fuel::Ticks(10));
    assert!(matches!(&outcome, Outcome::Returned(value) if value.to_string() == "-1"), "{outcome:?}");
}

#[test]
fn manual_json_and_listing() {
    for emitter in [Emitter::Manual, Emitter::Json, Emitter::Listing] {
        assert!(!expanded("tests/tables/before.ron", emitter).contains("Sign"), "{emitter:?}");
        assert!(expanded("tests/tables/after.ron", emitter).contains("Sign"), "{emitter:?}");
    }
}

#[test]
fn generator_of_programs() {
    let uses = |seed| {
        let module = Programs::<after::Isa>::new(seed).next_module();
        opforge::disassemble::<after::Isa>(&module).expect("disassembles").contains("\n    sign\n")
    };
    assert!((0..200).any(uses));
}
