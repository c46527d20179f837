//! A mistake in one row adds no errors about the handlers of others.

use opforge::Value;

opforge::instruction_set! {
    /// A machine.
    pub mod machine = "tests/compile/wrong_beside_handlers.ron";
}

struct Host;

impl machine::Handlers for Host {
    fn roll(&mut self, _: &mut machine::RollContext<'_>, sides: i64) -> Result<i64, machine::RollTrap> {
        Ok(sides)
    }

    fn say(&mut self, context: &mut machine::SayContext<'_>, _: Value) -> Result<(), machine::SayTrap> {
        context.write("…")
    }
}

fn main() {
    let module = opforge::assemble::<machine::Isa<Host>>("main.opf", "").unwrap();
    let _ = opforge::verify::<machine::Isa<Host>>(module);
}
