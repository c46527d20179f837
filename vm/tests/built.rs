//! What is built or assembled runs: `opforge-bytecode` writes it, `opforge` executes it.

use opforge::standard::{Build, Isa};
use opforge::{Fuel, FunctionBuilder, HostValue, Linker, Machine, ModuleBuilder, Outcome, assemble, verify};

#[test]
fn a_built_module_runs() {
    let mut module = ModuleBuilder::<Isa>::new();
    let twice = module.declare("twice", 1);
    let mut main = FunctionBuilder::new("main");
    let n = main.param("n");
    let i = main.local("i");
    let (top, done) = (main.label(), main.label());
    main.line("main.pl", 1).load_int(0).set_slot(i).bind(top);
    main.get_slot(i).get_slot(n).num_lt().jump_if_false(done);
    main.line("main.pl", 2).pre_inc_slot_void(i).jump(top).bind(done);
    main.get_slot(i).call(twice, 1).return_value();
    module.function(main);
    let mut function = FunctionBuilder::new("twice");
    let x = function.param("x");
    function.get_slot(x).get_slot(x).add().return_value();
    assert_eq!(module.function(function), twice);
    let verified = module.build().unwrap();
    assert_eq!(verified.module().files, ["main.pl"]);
    let mut machine = Machine::new(Linker::new().link(verified).unwrap(), ());
    machine.start("main", &[21.into()]).unwrap();
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(HostValue::Int(42)));
}

#[test]
fn handlers_guard_what_register_form_stands_for() {
    let text = "func main(n)\n local i total more\n load_int i, 0\n load_int total, 0\nbegin:\nagain:\n num_lt r3, i, n\n\
        get_slot r3\n jump_if_false done\n int_div total, total, 0\nfinish:\n return\ndone: get_slot total\n return_value\n\
        caught: return_value\n .catch begin finish caught 0\nend\n";
    let module = assemble::<Isa>("main.opf", text).unwrap_or_else(|errors| panic!("{errors}"));
    let program = Linker::new().link(verify::<Isa>(module).unwrap()).unwrap();
    let mut machine = Machine::new(program, ());
    machine.start("main", &[1.into()]).unwrap();
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(HostValue::Int(2)), "DivisionByZero");
}
