//! `opforge spec vectors`: a table → JSON that says what happens on which values, for other implementations of the set.
//!
//! The format is described in `docs/spec-format.md`; a program that reads it looks at `format` first.

use super::rows::{Which, each_row};
use crate::arguments::VectorArguments;
use crate::exit::{Exit, Failure};
use crate::{output, table, terminal};
use opforge::Scalar;
use opforge::metadata::Through;
use opforge_spec::{Example, ExampleOperand, Instruction, InstructionSet, Literal, Outcome};
use serde_json::{Value, json};

/// The version of the format.
const FORMAT: u32 = 1;
/// What every NaN is written as.
const NAN: u64 = 0x7ff8_0000_0000_0000;

pub(crate) fn vectors(arguments: &VectorArguments) -> Result<Exit, Failure> {
    let set = table::check(&arguments.table)?;
    let mut rows = Vec::new();
    each_row(&set, Which::all_or(arguments.row.as_deref()), |instruction| {
        rows.push(terminal::json_part(&row(&set, instruction)))
    })?;
    let families = set.families().iter().map(|family| json!({ "name": family.name, "fixtures": family.fixtures }));
    let traps = set.traps().iter().map(|trap| json!({ "name": trap.name, "code": trap.code }));
    // A row in a line: such a file is compared with that of the version before.
    let text = format!(
        "{{\"format\":{FORMAT},\"table\":{},\"version\":{},\n\"traps\":{},\n\"families\":{},\n\"rows\":[\n{}\n]}}\n",
        terminal::json_part(&json!(set.name())),
        set.version(),
        terminal::json_part(&traps.collect()),
        terminal::json_part(&families.collect()),
        rows.join(",\n"),
    );
    output::print(&text)?;
    Ok(Exit::Success)
}

fn row(set: &InstructionSet, row: &Instruction) -> Value {
    let operands = row.operands.iter().map(
        |operand| json!({ "name": operand.name, "kind": operand.kind.name(), "bytes": operand.kind.width_bytes() }),
    );
    let code = if row.code < 0x100 { format!("{:02x}", row.code) } else { format!("{:04x}", row.code) };
    let written = row.examples.len();
    let vectors = opforge_spec::vectors(set, row);
    let vectors = vectors.iter().enumerate().map(|(index, example)| vector(set, row, example, index >= written));
    json!({
        "name": row.name,
        "mnemonic": row.mnemonic,
        "family": set.families()[row.family].name,
        "stack": row.stack,
        "opcode": row.code,
        "encoding": { "code": code, "operands": operands.collect::<Value>() },
        "vectors": vectors.collect::<Value>(),
    })
}

fn vector(set: &InstructionSet, row: &Instruction, example: &Example, computed: bool) -> Value {
    let operands = example.operands.iter().map(|operand| match operand {
        ExampleOperand::Omitted => Value::Null,
        ExampleOperand::Number(value) => scalar(*value),
        ExampleOperand::Constant(value) => json!({ "constant": literal(value) }),
        ExampleOperand::Function(name) => json!({ "function": name }),
    });
    let outcome = match &example.outcome {
        Outcome::Next(values) => json!({ "next": list(values) }),
        Outcome::Jump(Through { operand, entry }, values) => {
            json!({ "jump": row.operands[*operand].name, "entry": entry, "values": list(values) })
        }
        Outcome::Trap(trap) => json!({ "trap": set.trap(*trap).name, "code": set.trap(*trap).code }),
        Outcome::Return(value) => json!({ "return": literal(value) }),
        Outcome::Raise(value) => json!({ "raise": literal(value) }),
    };
    json!({
        "text": example.text,
        "computed": computed,
        "before": { "slots": list(&example.slots), "globals": list(&example.globals), "reads": example.reads },
        "operands": operands.collect::<Value>(),
        "inputs": list(&example.inputs),
        "outcome": outcome,
        "after": {
            "slots": example.slots_after.as_deref().map(list),
            "globals": example.globals_after.as_deref().map(list),
        },
        "prints": example.prints,
    })
}

fn list(values: &[Literal]) -> Value {
    values.iter().map(literal).collect()
}

fn literal(value: &Literal) -> Value {
    match value {
        Literal::Scalar(value) => scalar(*value),
        Literal::Text(text) => json!({ "text": text }),
    }
}

/// Ints are texts, since many readers of JSON keep 53 bits of a number.
fn scalar(value: Scalar) -> Value {
    match value {
        Scalar::Nil => Value::Null,
        Scalar::Bool(value) => json!(value),
        Scalar::Int(number) => json!({ "int": number.to_string() }),
        Scalar::I32(number) => json!({ "i32": number.to_string() }),
        Scalar::F32(number) => {
            let bits = if number.is_nan() { f32::NAN } else { number }.to_bits();
            json!({ "f32": value.printed().to_string(), "bits": format!("{bits:08x}") })
        }
        Scalar::Char(value) => json!({ "char": value, "code": u32::from(value) }),
        Scalar::Float(number) => {
            let bits = if number.is_nan() { NAN } else { number.to_bits() };
            json!({ "float": value.to_string(), "bits": format!("{bits:016x}") })
        }
    }
}
