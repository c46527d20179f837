//! A primitive's function that does more than its row declares.

use opforge::effects::{Output, ReadsLocals, WritesLocals};
use opforge::{Context, TrapCode, Value};

opforge::instruction_set! {
    /// A machine.
    pub mod machine = "tests/compile/wrong_effects.ron";
}

/// Wants an effect that its row does not declare.
pub fn next(context: &mut Context<'_, impl ReadsLocals + WritesLocals>, slot: u16) -> Value {
    let value = context.local(slot).unwrap_or(Value::NIL);
    let _ = context.set_local(slot, Value::int(value.as_int().unwrap_or(0) + 1));
    value
}

/// Does what its own signature does not say.
pub fn show(context: &mut Context<'_, impl Output>, n: i64) -> Result<(), TrapCode> {
    let _ = context.set_local(0, Value::int(n));
    context.write_output("x")
}

fn main() {}
