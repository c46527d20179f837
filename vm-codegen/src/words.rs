//! Bodies in words, for the manual and the listing: printed from `does` through the phrases of its primitives.

use opforge_core::Scalar;
use opforge_spec::model::{
    Block, Body, Condition, Effect, Expr, Instruction, InstructionSet, Param, Part, PartOperand, PatternOperand,
    PatternPart, Primitive, Step, TrapId,
};

/// The meaning of a row without cases: one sentence per line. Rows with cases have a table, made of [`block`].
pub(crate) fn meaning(set: &InstructionSet, row: &Instruction) -> Vec<String> {
    match &row.body {
        Body::Shuffle if row.inputs.is_empty() && row.outputs.is_empty() => vec!["Does nothing.".to_string()],
        Body::Shuffle if row.outputs.is_empty() => {
            vec![format!("Drops {}.", names(row.inputs.iter().map(|input| &input.name)))]
        }
        Body::Shuffle => vec![format!("Leaves {}.", names(row.outputs.iter().map(|output| &output.name)))],
        Body::Does(steps) => block(set, row, steps),
        Body::Cases { .. } => vec!["The first case whose types fit:".to_string()],
        Body::Seq(parts) => {
            let parts: Vec<String> = parts.iter().map(|inner| format!("`{}`", part(set, row, inner))).collect();
            vec![format!(
                "The same as {}, one after the other; if one of them traps, none has happened.",
                parts.join(", ")
            )]
        }
        Body::Handler(handler) => vec![format!("Written by hand, as `{}`.", handler.name)],
    }
}

/// One line that fits in a listing.
pub(crate) fn summary(set: &InstructionSet, row: &Instruction) -> String {
    match &row.body {
        Body::Shuffle => "shuffle".to_string(),
        Body::Does(steps) => format!("does: {}", block(set, row, steps).join(" ").replace('`', "")),
        Body::Cases { cases, otherwise } => {
            let guards = cases.iter().map(|case| {
                let types: Vec<String> = case.guards.iter().map(ToString::to_string).collect();
                types.join(", ")
            });
            let guards: Vec<String> = guards.chain(otherwise.iter().map(|_| "otherwise".to_string())).collect();
            format!("cases: {}", guards.join("; "))
        }
        Body::Seq(parts) => {
            let parts: Vec<String> = parts.iter().map(|inner| part(set, row, inner)).collect();
            format!("seq: {}", parts.join("; "))
        }
        Body::Handler(handler) => format!("handler: {}", handler.name),
    }
}

/// The sentences of a block.
pub(crate) fn block(set: &InstructionSet, row: &Instruction, block: &Block) -> Vec<String> {
    block.steps.iter().map(|one| step(set, row, one)).collect()
}

fn step(set: &InstructionSet, row: &Instruction, step: &Step) -> String {
    let say = |value: &Expr| expr(set, row, value);
    let when = |when: &Option<Condition>| condition(set, row, when.as_ref());
    match step {
        Step::Let { name, value, .. } => format!("`{name}` is {}.", say(value)),
        Step::Do(call) => format!("{}.", capitalised(&say(call))),
        Step::Jump { operand, when: given } => format!("Jumps to `{}`{}.", operand_name(row, *operand), when(given)),
        Step::JumpAt { operand, index } => {
            format!(
                "Jumps to the target of `{}` at {}, counted from 0, if there is one.",
                operand_name(row, *operand),
                say(index)
            )
        }
        Step::Trap { trap, when: given } => format!("Traps `{}`{}.", set.trap(*trap).name, when(given)),
        Step::Return(None) => "Returns nil.".to_string(),
        Step::Return(Some(value)) => format!("Returns {}.", say(value)),
        Step::Raise(value) => format!("Raises {}.", say(value)),
        Step::Enter { name, operand, group } => {
            let result = name.as_ref().map(|name| format!("; `{name}` is what it returns")).unwrap_or_default();
            format!("Calls `{}` with `{}`{result}.", operand_name(row, *operand), row.inputs[*group].name)
        }
    }
}

fn condition(set: &InstructionSet, row: &Instruction, condition: Option<&Condition>) -> String {
    match condition {
        None => String::new(),
        Some(condition) => {
            let word = if condition.negated { "unless" } else { "if" };
            let value = &condition.value;
            let text = if matches!(value, Expr::If { .. }) { nested(set, row, value) } else { expr(set, row, value) };
            format!(" {word} {text}")
        }
    }
}

/// An expression in words.
pub(crate) fn expr(set: &InstructionSet, row: &Instruction, expr: &Expr) -> String {
    match expr {
        Expr::Input(input, _) => format!("`{}`", row.inputs[*input].name),
        Expr::Operand(operand) => format!("`{}`", operand_name(row, *operand)),
        Expr::Name(name, _) => format!("`{name}`"),
        Expr::Literal(value) => scalar(*value),
        Expr::If { condition, then, otherwise, .. } => {
            let [condition, then, otherwise] = [condition, then, otherwise].map(|part| nested(set, row, part));
            format!("{then} if {condition}, else {otherwise}")
        }
        Expr::Call { primitive, arguments, infix } => {
            let arguments: Vec<String> = arguments.iter().map(|argument| nested(set, row, argument)).collect();
            match (infix, arguments.as_slice()) {
                (Some(operator), [left, right]) => format!("{left} {operator} {right}"),
                _ => phrase(&set.primitive(*primitive).name, &set.primitive(*primitive).phrase, &arguments),
            }
        }
    }
}

/// An expression within another: in parentheses if it is more than a name or a literal.
fn nested(set: &InstructionSet, row: &Instruction, expr: &Expr) -> String {
    let text = self::expr(set, row, expr);
    if matches!(expr, Expr::Call { .. } | Expr::If { .. }) { format!("({text})") } else { text }
}

/// What a primitive does, in words, with its parameters by letters.
pub(crate) fn primitive(primitive: &Primitive) -> String {
    let letters: Vec<String> = ('a'..).take(primitive.params.len()).map(|letter| format!("`{letter}`")).collect();
    phrase(&primitive.name, &primitive.phrase, &letters)
}

/// The signature of a primitive as a table writes it.
pub(crate) fn signature(primitive: &Primitive) -> String {
    let param = |param: &Param| match param {
        Param::Value(ty) => ty.to_string(),
        Param::Operand(kind) => format!("operand: {}", kind.name()),
        Param::Group(ty) => format!("[{ty}]"),
    };
    let params: Vec<String> = primitive.params.iter().map(param).collect();
    let result = primitive.result.map(|ty| format!(" {ty}")).unwrap_or_default();
    format!("{} ->{result}", params.join(", "))
}

/// Puts arguments in the places of a phrase; a primitive without one is written as a call.
fn phrase(name: &str, phrase: &str, arguments: &[String]) -> String {
    if phrase.is_empty() {
        return format!("`{name}` of {}", arguments.join(", "));
    }
    let mut text = String::new();
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let place = after
            .split_once('}')
            .and_then(|(number, after)| Some((arguments.get(number.parse::<usize>().ok()?)?, after)));
        match place {
            Some((argument, after)) => {
                text.push_str(argument);
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

fn scalar(value: Scalar) -> String {
    format!("`{value}`")
}

fn operand_name(row: &Instruction, operand: usize) -> &str {
    &row.operands[operand].name
}

/// A part of a `seq` as a table writes it.
pub(crate) fn part(set: &InstructionSet, row: &Instruction, part: &Part) -> String {
    let mut text = set.instructions()[part.instruction.0].name.clone();
    for operand in &part.operands {
        text.push(' ');
        match operand {
            PartOperand::Row(operand) => text.push_str(operand_name(row, *operand)),
            PartOperand::Literal(value) => text.push_str(&value.to_string()),
        }
    }
    text
}

/// A pattern of a fusion or rewrite as a table writes it.
pub(crate) fn pattern(set: &InstructionSet, parts: &[PatternPart]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            PatternPart::Label(label) => format!("@{label}"),
            PatternPart::Instruction(instruction, operands) => {
                let mut text = set.instructions()[instruction.0].name.clone();
                for operand in operands {
                    text.push(' ');
                    match operand {
                        PatternOperand::Variable(name) => text.push_str(name),
                        PatternOperand::Literal(value) => text.push_str(&value.to_string()),
                        PatternOperand::Label(label) => text.push_str(&format!("@{label}")),
                    }
                }
                text
            }
        })
        .collect();
    parts.join("; ")
}

/// Effects and traps as a table writes them.
pub(crate) fn effects(set: &InstructionSet, effects: &[Effect], traps: &[TrapId]) -> Vec<String> {
    let traps = traps.iter().map(|trap| format!("Traps(\"{}\")", set.trap(*trap).name));
    effects.iter().map(|effect| effect.name().to_owned()).chain(traps).collect()
}

/// Names in backquotes, with commas and an `and`.
pub(crate) fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => "nothing".to_string(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}
