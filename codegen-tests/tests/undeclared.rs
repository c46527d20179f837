//! Functions of primitives that do what their rows do not declare. Effects are types, of which `compile/` shows what the
//! compiler says; traps are looked at when they happen.

use opforge::{Fuel, Linker, Machine, Outcome, TrapCode};
use opforge_testing::ENGINES;
use std::panic::{AssertUnwindSafe, catch_unwind};

opforge::instruction_set! {
    mod undeclared = "tests/tables/undeclared.ron";
}

/// Traps with another trap than its row declares.
pub fn refuse(_: i64) -> Result<i64, TrapCode> {
    Err(TrapCode::HOST_FAILURE)
}

#[test]
fn a_trap_that_a_primitive_does_not_declare_is_found_with_assertions_on() {
    let text = "func main()\n load_int 1\n refuse\n return_value\nend";
    let module = opforge::assemble::<undeclared::Isa>("refuse.opf", text).expect("right");
    let program =
        Linker::new().link(opforge::verify::<undeclared::Isa>(module).expect("right")).expect("nothing is imported");
    for (name, engine) in ENGINES {
        let mut machine = Machine::new(program.clone(), ()).with_engine(engine);
        machine.start("main", &[]).expect("`main` takes nothing");
        let ran = catch_unwind(AssertUnwindSafe(|| machine.run(Fuel::Unlimited)));
        if cfg!(debug_assertions) {
            let panic = ran.expect_err("an assertion").downcast::<String>().expect("a formatted text");
            assert_eq!(
                *panic,
                "the function of primitive `own.refuse` gave trap HostFailure, which its row does not declare: add it to its `effects`",
                "{name}"
            );
        } else {
            // A trap like any other.
            let outcome = ran.expect("no panic");
            assert!(
                matches!(&outcome, Outcome::Trapped(report) if report.code == TrapCode::HOST_FAILURE),
                "{outcome:?}"
            );
        }
    }
}
