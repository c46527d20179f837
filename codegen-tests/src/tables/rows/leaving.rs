//! Rows that leave in another way than straight on, or whose body is written by hand.

use super::super::draft::{Draft, Input, Leaves, Row, quoted};
use super::super::expressions::{Scope, mentions};
use super::super::names::{Fresh, choose};
use super::{Front, STORED, add_group, blank, declared, extras, front, groups, outputs, scope, steps, use_all};
use opforge::{OperandKind, Type};
use opforge_testing::Random;

pub(super) fn exits(random: &mut Random, draft: &Draft, rows: &Fresh) -> Row {
    let mut front = front(random, draft, rows, 1, STORED);
    let targets = 1 + random.below(2);
    for _ in 0..targets {
        let kind = choose(random, &[OperandKind::Target, OperandKind::Target, OperandKind::Targets]);
        front.operands.push((front.names.value(random, rows.names()), kind));
    }
    for _ in 0..groups(random, 4) {
        add_group(random, &mut front, rows, OperandKind::Count);
    }
    let outputs = outputs(random, &mut front.names, rows, 2);
    let mut names = std::mem::take(&mut front.names);
    let mut scope = scope(random, draft, &front);
    let values = scope.values.clone();
    let mut steps = steps(&mut scope, draft, &mut names, &outputs);
    let targets: Vec<usize> = (0..front.operands.len()).filter(|index| front.operands[*index].1.is_jump()).collect();
    let mut exits = Vec::new();
    for target in targets {
        let step = jump(&mut scope, &front.operands[target]);
        let own = scope.random.once_in(2);
        // With a shape of its own it comes before the outputs are there.
        if own && outputs.iter().all(|(name, _)| !mentions(&step, name)) {
            let at =
                steps.iter().position(|step| outputs.iter().any(|(name, _)| step.starts_with(&format!("{name} = "))));
            steps.insert(at.unwrap_or(steps.len()), step);
            let single = front.inputs.iter().filter(|input| input.count.is_none());
            let kept: Vec<String> = single.map(|input| input.name.clone()).collect();
            let count = scope.random.below(kept.len() + 1);
            exits.push((target, kept[..count].to_vec()));
        } else {
            steps.push(step);
        }
    }
    let mut row = blank(front);
    row.outputs = declared(random, &outputs);
    row.exits = exits;
    row.leaves = Leaves::Jumps;
    let text = steps.join("; ");
    use_all(&mut row, &text, &[]);
    row.body = format!("does: {}", quoted(&text));
    extras(random, &mut row, &values);
    row
}

/// A step that jumps through an operand, perhaps.
pub(super) fn jump(scope: &mut Scope<'_>, (name, kind): &(String, OperandKind)) -> String {
    if *kind == OperandKind::Targets {
        // Most ints are more than any list has targets.
        let index = scope.expr(Type::INT);
        return match scope.random.once_in(3) {
            true => format!("jump {name}[{index}]"),
            false => format!("jump {name}[int.and({index}, 3)]"),
        };
    }
    let word = choose(scope.random, &["if", "unless"]);
    let condition = scope.expr(Type::BOOL);
    format!("jump {name} {word} {condition}")
}

pub(super) fn ends(random: &mut Random, draft: &Draft, rows: &Fresh) -> Row {
    let mut front = front(random, draft, rows, 0, STORED);
    let mut names = std::mem::take(&mut front.names);
    let mut scope = scope(random, draft, &front);
    let mut steps = steps(&mut scope, draft, &mut names, &[]);
    let value = scope.expr(Type::ANY);
    let end = choose(scope.random, &["return", "return", "raise"]);
    steps.push(format!("{end} {value}"));
    let mut row = blank(front);
    let mut text = steps.join("; ");
    // Nothing is pushed, so what is not used yet is returned, or goes into a test.
    let unused: Vec<Input> = row.inputs.iter().filter(|input| !mentions(&text, &input.name)).cloned().collect();
    if let [input] = &unused[..] {
        steps.pop();
        steps.push(format!("{end} {}", input.name));
        text = steps.join("; ");
    }
    row.inputs.retain(|input| mentions(&text, &input.name));
    row.leaves = Leaves::Ends;
    use_all(&mut row, &text, &[]);
    row.body = format!("does: {}", quoted(&text));
    row
}

/// Opens a scope, or closes one.
pub(super) fn scope_row(random: &mut Random) -> Row {
    let mut row = blank(Front { operands: Vec::new(), inputs: Vec::new(), names: Fresh::default() });
    row.body = format!("does: \"{}\"", choose(random, &["scope.open()", "scope.close()"]));
    // No part of a sequence.
    row.leaves = Leaves::Jumps;
    row
}

pub(super) fn enters(random: &mut Random, draft: &Draft, rows: &Fresh) -> Row {
    let mut front = front(random, draft, rows, 0, &[]);
    front.operands.push((front.names.value(random, rows.names()), OperandKind::Func));
    let kind = choose(random, &[OperandKind::Count, OperandKind::Count8]);
    if random.once_in(4) {
        add_group(random, &mut front, rows, kind);
    }
    let group = add_group(random, &mut front, rows, kind);
    front.inputs[group].ty = Type::ANY;
    let result = front.names.value(random, rows.names());
    let mut names = std::mem::take(&mut front.names);
    let mut scope = scope(random, draft, &front);
    let mut steps = steps(&mut scope, draft, &mut names, &[]);
    steps.push(format!("{result} = enter {}({})", front.operands[0].0, front.inputs[group].name));
    let mut row = blank(front);
    let text = steps.join("; ");
    row.inputs.retain(|input| mentions(&text, &input.name));
    row.outputs = vec![(result, Type::ANY)];
    row.leaves = Leaves::Enters;
    use_all(&mut row, &text, &[]);
    row.body = format!("does: {}", quoted(&text));
    row
}

pub(super) fn handler(random: &mut Random, draft: &Draft, rows: &Fresh, handlers: &mut Fresh) -> Row {
    let mut front = front(random, draft, rows, 0, STORED);
    for _ in 0..groups(random, 3) {
        add_group(random, &mut front, rows, OperandKind::Count8);
    }
    let name = handlers.value(random, rows.names());
    let name = name.trim_matches('_').replace("__", "_");
    let name = if name.is_empty() { format!("handler_{}", rows.names().len()) } else { name };
    let ty = [Type::STR, Type::INT, Type::FLOAT, Type::BOOL, Type::ANY, Type::NUM];
    let count = random.below(4);
    let text = front.inputs.iter().any(|input| input.ty == Type::STR && input.count.is_none());
    let ty = if text { &ty[..] } else { &ty[1..] };
    let outputs = (0..count).map(|_| (front.names.value(random, rows.names()), choose(random, ty))).collect();
    let mut effects: Vec<String> = Vec::new();
    for effect in ["Output", "ReadsGlobals", "WritesGlobals"] {
        if random.once_in(4) {
            effects.push(effect.to_owned());
        }
    }
    if random.once_in(2) && !draft.traps.is_empty() {
        effects.push(format!("Traps(\"{}\")", draft.traps[random.below(draft.traps.len())].0));
    }
    let mut row = blank(front);
    row.outputs = outputs;
    row.body = format!("handler: {}, effects: [{}]", quoted(&name), effects.join(", "));
    row.leaves = Leaves::Handler(name);
    row
}
