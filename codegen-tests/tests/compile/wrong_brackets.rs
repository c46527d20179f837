//! A table that cannot be read adds no error about its handlers, or about what else uses the machine.

use machine::{Build as _, Op, Opcode};
use opforge::Value;

opforge::instruction_set! {
    /// A machine.
    pub mod machine = "tests/compile/wrong_brackets.ron";
}

struct Host;

impl machine::Handlers for Host {
    fn roll(&mut self, context: &mut machine::RollContext<'_>, sides: i64) -> Result<i64, machine::RollTrap> {
        if sides > 0 { Ok(sides) } else { Err(machine::RollTrap::InvalidCode) }
    }

    fn say(&mut self, context: &mut machine::SayContext<'_>, _: Value) -> Result<(), machine::SayTrap> {
        context.write("…")
    }
}

fn is_add(op: &Op) -> bool {
    matches!(op, Op::Add) || op.opcode() == Opcode::Add
}

mod elsewhere {
    use super::machine::*;

    fn say<H: Handlers>(host: &mut H, context: &mut SayContext<'_>) -> Result<(), SayTrap> {
        host.say(context, opforge::Value::NIL)
    }
}

fn main() {
    let mut function = opforge::FunctionBuilder::<machine::Isa<Host>>::new("main", 0);
    function.load_int(1).add();
    let module = opforge::assemble::<machine::Isa<Host>>("main.opf", "").unwrap();
    let _ = opforge::verify::<machine::Isa<Host>>(module);
    println!("{}", machine::TABLE.name);
}
