//! The Rust that stands beside a table: its primitives' functions and its handlers.

use super::draft::{Draft, Leaves, OwnParam, OwnPrimitive, Row, quoted};
use super::names::choose;
use opforge::core::Effect;
use opforge::{OperandKind, Type};
use opforge_testing::Random;

/// A primitive that may be declared.
pub(super) fn primitive(random: &mut Random, number: usize, traps: &[(String, u16)]) -> OwnPrimitive {
    let value = OwnParam::Value;
    match random.below(7) {
        0 => return with_state(random, number),
        1 => return defined(random, number),
        2 => return that_makes_texts(random, number),
        _ => {}
    }
    let (params, result, body): (Vec<OwnParam>, Option<Type>, &str) = match random.below(10) {
        0 => (vec![value(Type::INT), value(Type::INT)], Some(Type::INT), "p0.wrapping_mul(3) ^ p1"),
        1 => (vec![value(Type::FLOAT)], Some(Type::FLOAT), "p0 * 0.5"),
        2 => (vec![value(Type::ANY)], Some(Type::ANY), "p0"),
        3 => (vec![value(Type::ANY), value(Type::BOOL)], Some(Type::BOOL), "p1 || p0.as_int().is_some()"),
        4 => (vec![OwnParam::Group], Some(Type::INT), "i64::try_from(p0.len()).unwrap_or(0)"),
        5 => (vec![OwnParam::Operand(OperandKind::Count8), value(Type::INT)], Some(Type::INT), "p1 ^ i64::from(p0)"),
        6 => (vec![value(Type::STR)], Some(Type::STR), "p0"),
        7 => (vec![value(Type::CHAR)], Some(Type::CHAR), "p0.to_ascii_uppercase()"),
        8 => (vec![value(Type::I32), value(Type::F32)], Some(Type::F32), "p1 + p0 as f32"),
        _ => (vec![value(Type::NUM), value(Type::INT)], Some(Type::BOOL), "p0.as_int() == Some(p1)"),
    };
    let (mut effects, mut context, mut fallible) = (Vec::new(), false, false);
    if random.once_in(3) && !traps.is_empty() {
        fallible = true;
        effects.push(format!("Traps(\"{}\")", traps[random.below(traps.len())].0));
    }
    if random.once_in(4) {
        context = true;
        effects.push(choose(random, &["ReadsGlobals", "ReadsConstants", "ReadsLocals"]).to_owned());
    }
    let name = format!("own.{}{number}", choose(random, &["add", "int", "x", "value"]));
    let function = format!("f{number}");
    let mut effects = if effects.is_empty() { String::new() } else { format!(", effects: [{}]", effects.join(", ")) };
    if random.once_in(2) {
        let phrase = choose(random, &["{0} and more", "", "a \"quoted\" `word` | {0}", "nothing"]);
        effects.push_str(&format!(", cost: {}, phrase: {}", random.below(30), quoted(phrase)));
    }
    OwnPrimitive {
        name,
        function,
        params,
        result,
        effects,
        body: body.to_owned(),
        is_defined: false,
        context,
        fallible,
    }
}

/// A primitive that reads or writes a global of the module, or a local: one that it is given, or the first.
fn with_state(random: &mut Random, number: usize) -> OwnPrimitive {
    let (any, place) = (OwnParam::Value(Type::ANY), OwnParam::Operand);
    let (params, result, effects, body) = match random.below(7) {
        0 | 1 => (vec![any], None, "WritesGlobals", "let _ = context.set_global(1, p0);"),
        2 | 3 => {
            let body = "context.global(p0).unwrap_or(::opforge::Value::NIL)";
            (vec![place(OperandKind::Global)], Some(Type::ANY), "ReadsGlobals", body)
        }
        4 => {
            let body = "context.local(p0).unwrap_or(::opforge::Value::NIL)";
            (vec![place(OperandKind::Local)], Some(Type::ANY), "ReadsLocals", body)
        }
        5 => {
            let body = "let _ = context.set_local(p0, p1);";
            (vec![place(OperandKind::Local), any], None, "WritesLocals", body)
        }
        _ => {
            let body =
                "let old = context.local(0); let _ = context.set_local(0, p0); old.unwrap_or(::opforge::Value::NIL)";
            (vec![any], Some(Type::ANY), "ReadsLocals, WritesLocals", body)
        }
    };
    OwnPrimitive {
        name: format!("own.state{number}"),
        function: format!("f{number}"),
        params,
        result,
        effects: format!(", effects: [{effects}]"),
        body: body.to_owned(),
        is_defined: false,
        context: true,
        fallible: false,
    }
}

/// A primitive that makes a text, for which there may be no room.
fn that_makes_texts(random: &mut Random, number: usize) -> OwnPrimitive {
    let (params, body) = match random.below(3) {
        0 => (vec![OwnParam::Value(Type::STR)], "context.text(p0).to_uppercase()"),
        1 => (vec![OwnParam::Value(Type::STR)], "context.text(p0).repeat(2)"),
        _ => (vec![OwnParam::Value(Type::STR), OwnParam::Value(Type::INT)], "format!(\"{}{p1}\", context.text(p0))"),
    };
    OwnPrimitive {
        name: format!("own.text{number}"),
        function: format!("f{number}"),
        params,
        result: Some(Type::STR),
        effects: ", effects: [ReadsConstants, Allocates, Traps(\"OutOfMemory\")]".to_owned(),
        body: format!("{{ let made = {body}; context.new_text(made)? }}"),
        is_defined: false,
        context: true,
        fallible: true,
    }
}

/// A primitive that is defined by others.
fn defined(random: &mut Random, number: usize) -> OwnPrimitive {
    let value = OwnParam::Value;
    let (params, result, body): (Vec<OwnParam>, Type, &str) = match random.below(5) {
        0 => (vec![value(Type::INT), value(Type::INT)], Type::INT, "if p0 < p1 then p1 - p0 else int.max(p0, 7)"),
        1 => (vec![value(Type::FLOAT)], Type::FLOAT, "float.min(p0 * p0, inf)"),
        2 => (vec![value(Type::ANY), value(Type::ANY)], Type::ANY, "if truthy(p0) then p0 else p1"),
        3 => (vec![value(Type::BOOL)], Type::BOOL, "bool.not(p0)"),
        _ => (vec![value(Type::INT)], Type::NUM, "if p0 == 0 then nan else p0"),
    };
    OwnPrimitive {
        name: format!("own.defined{number}"),
        function: String::new(),
        params,
        result: Some(result),
        effects: String::new(),
        body: body.to_owned(),
        is_defined: true,
        context: false,
        fallible: false,
    }
}

/// The Rust type of a group.
const GROUP: &str = "&[::opforge::Value]";

/// The Rust type of a value of a type.
fn rust_type(ty: Type) -> String {
    match ty.single().and_then(|kind| Some((kind, kind.rust()?))) {
        Some((kind, rust)) if kind.is_immediate() => rust.name.to_owned(),
        Some((_, rust)) => format!("::opforge::{}", rust.name),
        None => "::opforge::Value".to_owned(),
    }
}

/// The functions of the table's primitives, as items.
pub(super) fn functions(draft: &Draft) -> String {
    draft
        .primitives
        .iter()
        .filter(|primitive| !primitive.is_defined)
        .map(|primitive| function(draft, primitive))
        .collect()
}

fn function(draft: &Draft, primitive: &OwnPrimitive) -> String {
    let mut params = Vec::new();
    if primitive.context {
        let name = if primitive.body.contains("context") { "context" } else { "_" };
        // Traps stand in quotes.
        let written: String = primitive.effects.split('"').step_by(2).collect();
        let effects = Effect::ALL.into_iter().map(Effect::name).filter(|effect| written.contains(effect));
        let effects: Vec<String> = effects.map(|effect| format!("::opforge::effects::{effect}")).collect();
        params.push(format!("{name}: &mut ::opforge::Context<'_, impl {}>", effects.join(" + ")));
    }
    for (number, param) in primitive.params.iter().enumerate() {
        let ty = match param {
            OwnParam::Value(ty) => rust_type(*ty),
            OwnParam::Group => GROUP.to_owned(),
            OwnParam::Operand(kind) => kind.stored().to_owned(),
        };
        params.push(format!("p{number}: {ty}"));
    }
    let result = primitive.result.map_or_else(|| "()".to_owned(), rust_type);
    let (result, body) = if primitive.fallible {
        let name = |trap: &&(String, u16)| primitive.effects.contains(&format!("Traps(\"{}\")", trap.0));
        let code = draft.traps.iter().find(name).map_or(1000, |trap| trap.1);
        let wanted = format!("::core::result::Result<{result}, ::opforge::TrapCode>");
        let first = match primitive.params.first() {
            Some(OwnParam::Value(Type::INT)) => "p0 == 3",
            Some(OwnParam::Value(Type::FLOAT)) => "p0 > 3.0",
            Some(OwnParam::Group) => "p0.len() == 2",
            Some(OwnParam::Operand(_)) => "p0 == 3",
            Some(OwnParam::Value(Type::STR)) => "false",
            Some(OwnParam::Value(Type::CHAR)) => "p0 == 'x'",
            Some(OwnParam::Value(Type::I32)) => "p0 == 3",
            _ => "p0.as_int() == Some(3)",
        };
        let body = format!("if {first} {{ Err(::opforge::TrapCode({code})) }} else {{ Ok({}) }}", primitive.body);
        (wanted, body)
    } else {
        (result.to_owned(), primitive.body.clone())
    };
    let result = if result == "()" { String::new() } else { format!(" -> {result}") };
    format!(
        "/// The function of `{}`.\n///\n/// # Errors\n/// It may trap.\npub fn {}({}){result} {{ {body} }}\n",
        primitive.name,
        primitive.function,
        params.join(", ")
    )
}

/// The handlers of the table for the type `State`, if it has any; `module` is where the macro puts its code.
pub(super) fn handlers(draft: &Draft, module: &str) -> String {
    let own: Vec<(&Row, &String)> = draft
        .rows
        .iter()
        .filter_map(|row| match &row.leaves {
            Leaves::Handler(name) => Some((row, name)),
            _ => None,
        })
        .collect();
    if own.is_empty() {
        return String::new();
    }
    let methods: String = own.into_iter().map(|(row, name)| handler(row, name, module)).collect();
    format!("impl {module}::Handlers for State {{\n{methods}}}\n")
}

/// A handler: it counts its calls, uses what its row declares, and gives back what it got where that fits.
fn handler(row: &Row, name: &str, module: &str) -> String {
    let camel: String =
        name.split('_').map(|word| word.get(..1).unwrap_or("").to_uppercase() + word.get(1..).unwrap_or("")).collect();
    let group = |counted: bool| counted.then(|| GROUP.to_owned());
    let values = row.inputs.iter().map(|input| group(input.count.is_some()).unwrap_or_else(|| rust_type(input.ty)));
    let operands = row.operands.iter().map(|(_, kind)| kind.stored().to_owned());
    let params: String = values.chain(operands).enumerate().map(|(number, ty)| format!(", _p{number}: {ty}")).collect();
    let types: Vec<String> = row.outputs.iter().map(|(_, ty)| rust_type(*ty)).collect();
    let results: Vec<String> = row.outputs.iter().map(|(_, ty)| result(row, *ty)).collect();
    let one = |list: &[String]| if list.len() == 1 { list[0].clone() } else { format!("({})", list.join(", ")) };
    let (types, results) = (one(&types), one(&results));
    let mut steps = String::from("self.calls = self.calls.wrapping_add(1);\n");
    if let Some((_, rest)) = row.body.split_once("Traps(\"") {
        let trap = rest.split('"').next().unwrap_or_default();
        steps.push_str(&format!("        if self.calls % 3 == 0 {{ return Err({module}::{camel}Trap::{trap}); }}\n"));
    }
    if row.body.contains("ReadsGlobals") {
        steps.push_str("        if context.global(1).as_int().is_some() { self.calls = 0; }\n");
    }
    if row.body.contains("WritesGlobals") {
        steps.push_str("        context.set_global(0, ::opforge::Value::int(self.calls));\n");
    }
    let name = raw(name);
    format!(
        "    #[allow(unused_variables)]\n    fn {name}(&mut self, context: &mut {module}::{camel}Context<'_>{params})\n        \
         -> ::core::result::Result<{types}, {module}::{camel}Trap> {{\n        {steps}        Ok({results})\n    }}\n"
    )
}

/// What a handler gives of a type.
fn result(row: &Row, ty: Type) -> String {
    let same = row.inputs.iter().position(|input| input.ty == ty && input.count.is_none());
    match (ty, same) {
        // There is no text to give but one that was given.
        (Type::STR, input) => format!("_p{}", input.unwrap_or(0)),
        (Type::ANY, Some(input)) => format!("_p{input}"),
        (Type::ANY, None) => "::opforge::Value::NIL".to_owned(),
        (Type::BOOL, _) => "self.calls % 2 == 0".to_owned(),
        (Type::INT, _) => "self.calls".to_owned(),
        (Type::FLOAT, _) => "0.5".to_owned(),
        (Type::CHAR, _) => "'c'".to_owned(),
        (Type::I32, _) => "self.calls as i32".to_owned(),
        (Type::F32, _) => "0.1".to_owned(),
        _ => "::opforge::Value::int(self.calls)".to_owned(),
    }
}

/// A name as Rust takes it.
fn raw(name: &str) -> String {
    const KEYWORDS: &[&str] = &[
        "type", "match", "fn", "move", "async", "gen", "dyn", "try", "box", "abstract", "yield", "mut", "ref", "let",
        "in",
    ];
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}
