//! The whole table as JSON, for other tools. Keys are sorted, so the same table makes the same bytes.

use crate::words;
use opforge_core::{Scalar, Through, Type};
use opforge_spec::model::{
    Body, Example, ExampleOperand, Family, Fusion, Heat, Instruction, InstructionSet, Literal, Outcome, Output, Param,
    Primitive, Rewrite, Trap,
};
use serde_json::{Value, json};

pub(crate) fn emit(set: &InstructionSet) -> Value {
    let list = |values: Vec<Value>| Value::Array(values);
    json!({
        "name": set.name(),
        "version": set.version(),
        "hash": format!("{:016x}", set.hash()),
        "doc": set.doc(),
        "families": list(set.families().iter().map(family).collect()),
        "traps": list(set.traps().iter().map(trap).collect()),
        "primitives": list(set.primitives().iter().map(|row| primitive(set, row)).collect()),
        "instructions": list(set.instructions().iter().map(|row| instruction(set, row)).collect()),
        "fusions": list(set.fusions().iter().map(|row| fusion(set, row)).collect()),
        "rewrites": list(set.rewrites().iter().map(|row| rewrite(set, row)).collect()),
        "counts": set.counts(),
    })
}

fn family(family: &Family) -> Value {
    json!({ "name": family.name, "doc": family.doc.trim() })
}

fn trap(trap: &Trap) -> Value {
    json!({ "name": trap.name, "code": trap.code, "doc": trap.doc.trim(), "std": trap.standard.is_some() })
}

fn primitive(set: &InstructionSet, primitive: &Primitive) -> Value {
    let params: Vec<String> = primitive
        .params
        .iter()
        .map(|param| match param {
            Param::Value(ty) => ty.to_string(),
            Param::Operand(kind) => format!("operand {}", kind.name()),
            Param::Group(ty) => format!("[{ty}]"),
        })
        .collect();
    let effects: Vec<String> = words::effects(set, &primitive.effects, &primitive.traps);
    json!({
        "name": primitive.name,
        "params": params,
        "result": primitive.result.map(|ty| ty.to_string()),
        "rust": primitive.is.is_none().then_some(&primitive.rust),
        "is": primitive.is,
        "effects": effects,
        "cost": primitive.cost,
        "phrase": primitive.phrase,
    })
}

fn instruction(set: &InstructionSet, row: &Instruction) -> Value {
    let operands: Vec<Value> = row
        .operands
        .iter()
        .map(|operand| {
            json!({
                "name": operand.name,
                "kind": operand.kind.name(),
                "role": operand.kind.meaning(),
                "width_bytes": operand.kind.width_bytes(),
            })
        })
        .collect();
    let name = |index: usize| row.operands[index].name.clone();
    let inputs: Vec<Value> = row
        .inputs
        .iter()
        .map(|input| json!({ "name": input.name, "type": input.ty.to_string(), "count": input.count.map(name) }))
        .collect();
    let jumps: Vec<Value> = row
        .flow
        .jumps
        .iter()
        .map(|&jump| json!({ "operand": name(jump), "outputs": outputs(row.outputs_at(jump)) }))
        .collect();
    let traps: Vec<&str> = row.traps.iter().map(|trap| set.trap(*trap).name.as_str()).collect();
    let effects: Vec<String> = words::effects(set, &row.effects, &row.own_traps);
    json!({
        "name": row.name,
        "mnemonic": row.mnemonic,
        "code": row.code,
        "family": set.families()[row.family].name,
        "doc": row.doc.trim(),
        "stack": row.stack.trim(),
        "operands": operands,
        "inputs": inputs,
        "outputs": outputs(&row.outputs),
        "jumps": jumps,
        "body": body(set, row),
        "falls_through": row.flow.next,
        "returns": row.flow.returns,
        "raises": row.flow.raises,
        "enters": row.flow.enters.map(|(function, _)| name(function)),
        "scope": row.flow.scope,
        "effects": effects,
        "traps": traps,
        "fuel_per": row.fuel_per.as_ref().map(|fuel| words::expr(set, row, fuel)),
        "const_form": row.const_form.map(|kind| kind.name()),
        "cold": row.heat == Some(Heat::Cold),
        "hot": row.heat == Some(Heat::Hot),
        "native": native(row),
        "examples": row.examples.iter().map(|row| example(set, row)).collect::<Vec<_>>(),
        "no_examples": row.no_examples,
    })
}

fn outputs(outputs: &[Output]) -> Vec<Value> {
    outputs.iter().map(|output| json!({ "name": output.name, "type": output.ty.to_string() })).collect()
}

fn native(row: &Instruction) -> Value {
    json!({ "state": row.native.state.word(), "reason": row.native.reason })
}

fn body(set: &InstructionSet, row: &Instruction) -> Value {
    let meaning = words::meaning(set, row);
    match &row.body {
        Body::Shuffle => json!({ "kind": "shuffle", "meaning": meaning }),
        Body::Does(_) => json!({ "kind": "does", "meaning": meaning }),
        Body::Seq(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| words::part(set, row, part)).collect();
            json!({ "kind": "seq", "parts": parts, "meaning": meaning })
        }
        Body::Handler(handler) => json!({ "kind": "handler", "handler": handler.name, "meaning": meaning }),
        Body::Cases { cases, otherwise } => {
            let cases: Vec<Value> = cases
                .iter()
                .map(|case| {
                    let guards: Vec<String> = case.guards.iter().map(Type::to_string).collect();
                    json!({ "guards": guards, "meaning": words::block(set, row, &case.block) })
                })
                .collect();
            let otherwise = otherwise.as_ref().map(|block| words::block(set, row, block));
            json!({ "kind": "cases", "cases": cases, "otherwise": otherwise, "meaning": meaning })
        }
    }
}

fn example(set: &InstructionSet, example: &Example) -> Value {
    let operands: Vec<Value> = example
        .operands
        .iter()
        .map(|operand| match operand {
            ExampleOperand::Omitted => Value::Null,
            ExampleOperand::Number(Scalar::Float(value)) => json!(format!("{value:?}")),
            ExampleOperand::Number(value) => scalar(*value),
            ExampleOperand::Constant(value) => literal(value),
            ExampleOperand::Function(name) => json!(format!("@{name}")),
        })
        .collect();
    let outcome = match &example.outcome {
        Outcome::Next(values) => json!({ "next": literals(values) }),
        Outcome::Jump(Through { operand, entry }, values) => {
            json!({ "jump": operand, "entry": entry, "values": literals(values) })
        }
        Outcome::Trap(trap) => json!({ "trap": set.trap(*trap).name }),
        Outcome::Return(value) => json!({ "return": literal(value) }),
        Outcome::Raise(value) => json!({ "raise": literal(value) }),
    };
    json!({
        "text": example.text,
        "slots": literals(&example.slots),
        "globals": literals(&example.globals),
        "reads": example.reads,
        "operands": operands,
        "inputs": literals(&example.inputs),
        "outcome": outcome,
        "slots_after": example.slots_after.as_deref().map(literals),
        "globals_after": example.globals_after.as_deref().map(literals),
        "prints": example.prints,
        "evaluated": example.evaluated,
    })
}

fn literals(values: &[Literal]) -> Value {
    Value::Array(values.iter().map(literal).collect())
}

/// Floats are objects with their text, since JSON has no infinities and no NaN.
fn literal(value: &Literal) -> Value {
    match value {
        Literal::Text(text) => json!(text),
        Literal::Scalar(value) => scalar(*value),
    }
}

fn scalar(value: Scalar) -> Value {
    match value {
        Scalar::Nil => Value::Null,
        Scalar::Bool(value) => json!(value),
        Scalar::Int(value) => json!(value),
        Scalar::Float(value) => json!({ "float": format!("{value:?}") }),
        Scalar::Char(value) => json!({ "char": value }),
        Scalar::I32(value) => json!({ "i32": value }),
        Scalar::F32(value) => json!({ "f32": Scalar::F32(value).printed().to_string() }),
    }
}

fn fusion(set: &InstructionSet, fusion: &Fusion) -> Value {
    json!({
        "name": fusion.name,
        "pattern": words::pattern(set, &fusion.pattern),
        "cold": fusion.heat == Some(Heat::Cold),
        "hot": fusion.heat == Some(Heat::Hot),
    })
}

fn rewrite(set: &InstructionSet, rewrite: &Rewrite) -> Value {
    let when: Vec<String> = rewrite.when.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    json!({
        "name": rewrite.name,
        "from": words::pattern(set, &rewrite.from),
        "to": words::pattern(set, &rewrite.to),
        "when": when,
    })
}
