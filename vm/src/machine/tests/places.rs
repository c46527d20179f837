//! Where a program is between two slices, and how errors count.

use super::*;

const ENGINES: [Engine; 2] = [Engine::Reference, Engine::FAST];

#[test]
fn a_slice_that_ended_says_where() {
    let text = "func spin()\n .line \"guest.pl\" 7\n load_int 1\n pop\ntop:\n jump top\nend\nfunc main()\n call spin 0\n return_value\nend";
    for engine in ENGINES {
        let mut machine = machine(text).with_engine(engine);
        assert_eq!(machine.position(), None);
        machine.start("main", &[]).unwrap();
        let shown = |machine: &Machine<Isa>| machine.position().map(|position| position.to_string());
        assert_eq!(shown(&machine).as_deref(), Some("main at 0x0 (test.opf:9)"));
        assert_eq!(machine.run(Fuel::Ticks(9)), Outcome::OutOfFuel);
        assert_eq!(shown(&machine).as_deref(), Some("spin at 0xa (guest.pl:7)"));
        machine.interrupt_handle().interrupt();
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Interrupted);
        assert_eq!(shown(&machine).as_deref(), Some("spin at 0xa (guest.pl:7)"));
    }
}

#[test]
fn a_run_that_ended_is_nowhere() {
    for engine in ENGINES {
        let mut machine = started(FIB).with_engine(engine);
        machine.run(Fuel::Unlimited);
        assert_eq!(machine.position(), None);
    }
}

#[test]
fn one_thing_is_singular() {
    let error = machine("func main(a)\n return\nend").start("main", &[]).unwrap_err();
    assert_eq!(error.to_string(), "`main` takes 1 argument, not 0; help: pass 1");
    let error = machine(FIB).start("main", &[HostValue::Nil]).unwrap_err();
    assert_eq!(error.to_string(), "`main` takes 0 arguments, not 1; help: pass 0");
}

#[test]
fn a_trap_that_the_table_does_not_declare_is_its_number() {
    let report = machine(FIB).report(super::unwind::Fault::from(TrapCode(55_555)));
    assert_eq!(report.to_string(), "trap 55555: the table declares no trap of this code");
    assert!(!report.is_declared());
    let report = machine(FIB).report(super::unwind::Fault::from(TrapCode(2)));
    assert!(report.is_declared() && report.to_string().starts_with("trap DivisionByZero (2): "), "{report}");
}
