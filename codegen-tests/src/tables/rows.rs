//! Rows of every kind, right as far as is easily told: what is wrong with them the checker says.

mod leaving;

use super::draft::{Draft, Input, Leaves, Row, quoted};
use super::expressions::{Scope, mentions};
use super::names::{Fresh, choose, doc};
use opforge::{OperandKind, Type};
use opforge_testing::Random;

/// What a row can be.
#[derive(Clone, Copy)]
enum Kind {
    Shuffle,
    Does,
    Cases,
    Exits,
    CasesWithExits,
    Scope,
    Ends,
    Enters,
    Handler,
    Sequence,
}

const KINDS: [Kind; 20] = [
    Kind::Shuffle,
    Kind::Does,
    Kind::Does,
    Kind::Does,
    Kind::Cases,
    Kind::Cases,
    Kind::Cases,
    Kind::Cases,
    Kind::Cases,
    Kind::Exits,
    Kind::Exits,
    Kind::CasesWithExits,
    Kind::CasesWithExits,
    Kind::Does,
    Kind::Scope,
    Kind::Ends,
    Kind::Enters,
    Kind::Handler,
    Kind::Sequence,
    Kind::Sequence,
];

/// What a row stores and pops, and the names that it has.
struct Front {
    operands: Vec<(String, OperandKind)>,
    inputs: Vec<Input>,
    names: Fresh,
}

/// A row of some kind.
pub(super) fn row(random: &mut Random, draft: &Draft, names: &mut Fresh, handlers: &mut Fresh, code: u16) -> Row {
    let kind = choose(random, &KINDS);
    let name = names.row(random);
    let mut row = match kind {
        Kind::Shuffle => shuffle(random, draft, names),
        Kind::Does => does(random, draft, names),
        Kind::Cases => cases(random, draft, names, false),
        Kind::CasesWithExits => cases(random, draft, names, true),
        Kind::Scope => leaving::scope_row(random),
        Kind::Exits => leaving::exits(random, draft, names),
        Kind::Ends => leaving::ends(random, draft, names),
        Kind::Enters => leaving::enters(random, draft, names),
        Kind::Handler => leaving::handler(random, draft, names, handlers),
        Kind::Sequence => super::sequences::row(random, draft, names).unwrap_or_else(|| shuffle(random, draft, names)),
    };
    row.name = name;
    row.code = code;
    row.doc = doc(random);
    if random.once_in(5) {
        row.fields.push("cold: true".to_owned());
    } else if random.once_in(5) {
        row.fields.push("hot: true".to_owned());
    }
    row
}

/// A row that has nothing but what it stores and pops yet.
fn blank(front: Front) -> Row {
    Row {
        name: String::new(),
        code: 0,
        operands: front.operands,
        inputs: front.inputs,
        outputs: Vec::new(),
        exits: Vec::new(),
        doc: String::new(),
        body: String::new(),
        fields: Vec::new(),
        examples: Vec::new(),
        leaves: Leaves::Straight,
    }
}

fn front(random: &mut Random, draft: &Draft, rows: &Fresh, least: usize, kinds: &[OperandKind]) -> Front {
    let mut names = Fresh::default();
    let mut operands = Vec::new();
    let count = if random.once_in(20) { 9 } else { random.below(3) };
    for _ in 0..if kinds.is_empty() { 0 } else { count } {
        operands.push((names.value(random, rows.names()), choose(random, kinds)));
    }
    let mut inputs = Vec::new();
    for _ in 0..least + random.below(3) {
        let name = names.value(random, rows.names());
        let own = draft.types.iter().map(|(_, ty)| *ty);
        let types: Vec<Type> = [
            Type::ANY,
            Type::ANY,
            Type::ANY,
            Type::INT,
            Type::FLOAT,
            Type::BOOL,
            Type::STR,
            Type::NUM,
            Type::CHAR,
            Type::I32,
            Type::F32,
        ]
        .into_iter()
        .chain(own)
        .collect();
        inputs.push(Input { name, ty: choose(random, &types), count: None });
    }
    Front { operands, inputs, names }
}

/// How many groups a row has: one in so many has some.
fn groups(random: &mut Random, one_in: usize) -> usize {
    if random.once_in(one_in) { 1 + usize::from(random.once_in(3)) } else { 0 }
}

/// Puts a group somewhere among the inputs.
fn add_group(random: &mut Random, front: &mut Front, rows: &Fresh, kind: OperandKind) -> usize {
    front.operands.push((front.names.value(random, rows.names()), kind));
    let at = random.below(front.inputs.len() + 1);
    let ty = if random.once_in(4) { Type::INT } else { Type::ANY };
    let group = Input { name: front.names.value(random, rows.names()), ty, count: Some(front.operands.len() - 1) };
    front.inputs.insert(at, group);
    at
}

const STORED: &[OperandKind] = &[
    OperandKind::Local,
    OperandKind::Const,
    OperandKind::Global,
    OperandKind::Int,
    OperandKind::I16,
    OperandKind::Float,
    OperandKind::Count,
    OperandKind::Count8,
];

fn scope<'a>(random: &'a mut Random, draft: &'a Draft, front: &Front) -> Scope<'a> {
    let single = front.inputs.iter().filter(|input| input.count.is_none());
    Scope {
        random,
        primitives: &draft.primitives,
        values: single.map(|input| (input.name.clone(), input.ty)).collect(),
        operands: front.operands.clone(),
        groups: front.inputs.iter().filter(|input| input.count.is_some()).map(|input| input.name.clone()).collect(),
        effects: true,
    }
}

fn shuffle(random: &mut Random, draft: &Draft, rows: &Fresh) -> Row {
    let front = front(random, draft, rows, 0, &[]);
    let mut row = blank(front);
    for _ in 0..random.below(4) {
        if let Some(input) = row.inputs.get(random.below(row.inputs.len())) {
            row.outputs.push((input.name.clone(), Type::ANY));
        }
    }
    row
}

/// Steps that assign these outputs, with traps and names of its own before.
fn steps(scope: &mut Scope<'_>, draft: &Draft, names: &mut Fresh, outputs: &[(String, Type)]) -> Vec<String> {
    let mut steps = Vec::new();
    let mut own = Vec::new();
    for _ in 0..scope.random.below(3) {
        let ty = choose(scope.random, &[Type::INT, Type::FLOAT, Type::BOOL, Type::CHAR, Type::ANY]);
        let value = scope.expr(ty);
        let name = names.value(scope.random, &[]);
        steps.push(format!("{name} = {value}"));
        own.push((name.clone(), ty));
        // What a literal, a local or a primitive gives is not known here to be of no narrower type.
        scope.values.push((name, ty));
    }
    if scope.random.once_in(3) && !draft.traps.is_empty() {
        let trap = draft.traps[scope.random.below(draft.traps.len())].0.clone();
        let word = choose(scope.random, &["if", "unless"]);
        let condition = scope.expr(Type::BOOL);
        steps.push(format!("trap {trap} {word} {condition}"));
    }
    for (name, ty) in outputs {
        let value = scope.expr(*ty);
        steps.push(format!("{name} = {value}"));
        scope.values.push((name.clone(), *ty));
    }
    // Names that nothing uses would be refused.
    loop {
        let before = steps.len();
        for (name, _) in &own {
            let is_assigned = |step: &String| step.starts_with(&format!("{name} = "));
            if steps.iter().filter(|step| !is_assigned(step)).all(|step| !mentions(step, name)) {
                steps.retain(|step| !is_assigned(step));
                scope.values.retain(|(known, _)| known != name);
            }
        }
        if steps.len() == before {
            return steps;
        }
    }
}

/// Inputs that the blocks do not name are pushed again; operands that they do not name go.
fn use_all(row: &mut Row, texts: &str, guarded: &[bool]) {
    for (index, input) in row.inputs.iter().enumerate() {
        let guarded = guarded.get(index).copied().unwrap_or(false);
        if !mentions(texts, &input.name) && !guarded && input.count.is_none() {
            row.outputs.push((input.name.clone(), Type::ANY));
        }
    }
    row.inputs.retain(|input| input.count.is_none() || mentions(texts, &input.name));
    let counts: Vec<usize> = row.inputs.iter().filter_map(|input| input.count).collect();
    let used = |index: usize, name: &str| mentions(texts, name) || counts.contains(&index);
    let kept: Vec<bool> = row.operands.iter().enumerate().map(|(index, (name, _))| used(index, name)).collect();
    let moved = |index: usize| kept[..index].iter().filter(|kept| **kept).count();
    for input in &mut row.inputs {
        input.count = input.count.map(moved);
    }
    for exit in &mut row.exits {
        exit.0 = moved(exit.0);
    }
    let mut keep = kept.iter();
    row.operands.retain(|_| keep.next().copied().unwrap_or(false));
}

fn outputs(random: &mut Random, names: &mut Fresh, rows: &Fresh, most: usize) -> Vec<(String, Type)> {
    let ty = [Type::INT, Type::FLOAT, Type::BOOL, Type::CHAR, Type::I32, Type::F32, Type::ANY, Type::ANY];
    (0..random.below(most + 1)).map(|_| (names.value(random, rows.names()), choose(random, &ty))).collect()
}

/// Outputs as a row declares them: mostly without their types, which follow.
fn declared(random: &mut Random, outputs: &[(String, Type)]) -> Vec<(String, Type)> {
    outputs.iter().map(|(name, ty)| (name.clone(), if random.once_in(4) { *ty } else { Type::ANY })).collect()
}

fn extras(random: &mut Random, row: &mut Row, scope_values: &[(String, Type)]) {
    let last = row.inputs.last().filter(|input| input.count.is_none()).map(|input| input.ty);
    if let Some(ty) = last.filter(|_| random.once_in(3)) {
        let kinds: &[&str] = match ty {
            ty if ty.contains(Type::INT) && ty.contains(Type::FLOAT) => &["I16", "Int", "Float"],
            ty if ty.contains(Type::INT) => &["I16", "Int"],
            ty if ty.contains(Type::FLOAT) => &["Float"],
            _ => &[],
        };
        if !kinds.is_empty() {
            row.fields.push(format!("const_form: {}", choose(random, kinds)));
        }
    }
    if random.once_in(6) {
        let int = scope_values.iter().find(|(_, ty)| *ty == Type::INT).map(|(name, _)| format!("int.and({name}, 7)"));
        let constant = choose(random, &["0", "1", "3", "1000000"]).to_owned();
        let expr = int.filter(|_| !random.once_in(3)).unwrap_or(constant);
        row.fields.push(format!("fuel_per: {}", quoted(&expr)));
    }
    if random.once_in(12) && row.leaves == Leaves::Straight {
        row.fields.push("native: Never(\"made by chance\")".to_owned());
    }
}

fn does(random: &mut Random, draft: &Draft, rows: &Fresh) -> Row {
    let mut front = front(random, draft, rows, 0, STORED);
    for _ in 0..groups(random, 4) {
        add_group(random, &mut front, rows, OperandKind::Count8);
    }
    let outputs = outputs(random, &mut front.names, rows, 2);
    let mut names = std::mem::take(&mut front.names);
    let mut scope = scope(random, draft, &front);
    let values = scope.values.clone();
    let mut steps = steps(&mut scope, draft, &mut names, &outputs);
    if scope.random.once_in(3) {
        let written = front.operands.iter().find_map(|(name, kind)| match kind {
            OperandKind::Local => Some(format!("local.set({name}, {})", scope.atom(Type::ANY))),
            OperandKind::Global => {
                let how = choose(scope.random, &["set", "declare"]);
                Some(format!("global.{how}({name}, {})", scope.atom(Type::ANY)))
            }
            _ => None,
        });
        steps.extend(written);
        if steps.iter().all(|step| !step.starts_with("global.declare")) && scope.random.once_in(2) {
            steps.extend(scope.own_call(None, 1));
        }
    }
    if let Some(group) = front.inputs.iter().find(|input| input.count.is_some()).filter(|_| scope.random.once_in(2)) {
        steps.push(format!("output.write({})", group.name));
    }
    let mut row = blank(front);
    row.outputs = declared(random, &outputs);
    let text = steps.join("; ");
    use_all(&mut row, &text, &[]);
    if !text.is_empty() {
        row.body = format!("does: {}", quoted(&text));
        extras(random, &mut row, &values);
    }
    row
}

/// Cases cover every combination of kinds, now and then, if there are no more of them.
const MAX_COVERED: usize = 25;

fn cases(random: &mut Random, draft: &Draft, rows: &Fresh, exits: bool) -> Row {
    let mut front = front(random, draft, rows, 1, STORED);
    if exits {
        let kind = choose(random, &[OperandKind::Target, OperandKind::Target, OperandKind::Targets]);
        front.operands.push((front.names.value(random, rows.names()), kind));
    }
    for _ in 0..groups(random, 8) {
        add_group(random, &mut front, rows, OperandKind::Count8);
    }
    let mut names = std::mem::take(&mut front.names);
    let mut outputs = outputs(random, &mut names, rows, 1);
    if outputs.is_empty() {
        outputs.push((names.value(random, rows.names()), Type::ANY));
    }
    let mut guarded = vec![false; front.inputs.len()];
    let mut texts: Vec<String> = Vec::new();
    let mut left = combinations(&front.inputs);
    let all = random.once_in(6) && left.len() <= MAX_COVERED;
    for number in 0..1 + random.below(5) + if all { MAX_COVERED } else { 0 } {
        // To cover everything, kind by kind, each takes what is left.
        let guards = match left.first() {
            Some(kinds) if all && number > 0 => kinds.clone(),
            _ => guards(random, &front),
        };
        let before = left.len();
        left.retain(|kinds| !kinds.iter().zip(&guards).all(|(kind, guard)| guard.contains(*kind)));
        if left.len() == before {
            continue;
        }
        guarded.iter_mut().zip(&guards).for_each(|(guarded, guard)| *guarded |= *guard != Type::ANY);
        texts.push(case(random, draft, &front, &mut names, &guards, &outputs));
    }
    let mut row = blank(front);
    let otherwise = if left.is_empty() || random.once_in(2) {
        String::new()
    } else {
        let front = Front { operands: row.operands.clone(), inputs: row.inputs.clone(), names: Fresh::default() };
        let mut scope = scope(random, draft, &front);
        steps(&mut scope, draft, &mut names, &outputs).join("; ")
    };
    row.outputs = outputs.iter().map(|(name, _)| (name.clone(), Type::ANY)).collect();
    let all = format!("{}; {otherwise}", texts.join("; "));
    use_all(&mut row, &all, &guarded);
    let list: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    row.body = format!("cases: [{}]", list.join(", "));
    if !otherwise.is_empty() {
        row.body.push_str(&format!(", otherwise: {}", quoted(&otherwise)));
    }
    if row.operands.iter().any(|(_, kind)| kind.is_jump()) {
        row.leaves = Leaves::Jumps;
    }
    let ints: Vec<(String, Type)> = row.inputs.iter().map(|input| (input.name.clone(), input.ty)).collect();
    extras(random, &mut row, &ints);
    row
}

/// Every combination of single types that the inputs can have.
fn combinations(inputs: &[Input]) -> Vec<Vec<Type>> {
    let mut all = vec![Vec::new()];
    for input in inputs {
        let kinds: Vec<Type> =
            if input.count.is_some() { vec![input.ty] } else { input.ty.kinds().map(Type::of).collect() };
        all = all.iter().flat_map(|known| kinds.iter().map(|kind| [known.clone(), vec![*kind]].concat())).collect();
    }
    all
}

/// One type for each input that the row's own lets be.
fn guards(random: &mut Random, front: &Front) -> Vec<Type> {
    let kinds = [
        Type::INT,
        Type::FLOAT,
        Type::BOOL,
        Type::CHAR,
        Type::I32,
        Type::F32,
        Type::STR,
        Type::NIL,
        Type::NUM,
        Type::ANY,
    ];
    let guard = |input: &Input| {
        if input.count.is_some() {
            return Type::ANY;
        }
        let fitting: Vec<Type> =
            kinds.into_iter().filter(|kind| *kind == Type::ANY || input.ty.contains(*kind)).collect();
        if random.once_in(2) { fitting[0] } else { choose(random, &fitting) }
    };
    front.inputs.iter().map(guard).collect()
}

fn case(
    random: &mut Random,
    draft: &Draft,
    front: &Front,
    names: &mut Fresh,
    guards: &[Type],
    outputs: &[(String, Type)],
) -> String {
    let mut scope = scope(random, draft, front);
    let typed = front.inputs.iter().zip(guards).filter(|(input, _)| input.count.is_none());
    scope.values = typed.map(|(input, guard)| (input.name.clone(), input.ty.intersection(*guard))).collect();
    let written: Vec<String> =
        guards.iter().map(|guard| if *guard == Type::ANY { "_".into() } else { guard.to_string() }).collect();
    let mut steps = steps(&mut scope, draft, names, outputs);
    let target = front.operands.iter().find(|(_, kind)| kind.is_jump());
    if let Some(target) = target.filter(|_| !scope.random.once_in(3)) {
        steps.push(leaving::jump(&mut scope, target));
    }
    steps.extend(scope.groups.iter().map(|group| format!("output.write({group})")));
    format!("{} => {}", written.join(", "), steps.join("; "))
}
