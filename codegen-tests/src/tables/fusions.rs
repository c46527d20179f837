//! Fusions of a table: sequences of its rows, with labels, names and numbers, of which the checker keeps those that it can.

use super::draft::Draft;
use super::names::choose;
use opforge::OperandKind;
use opforge_spec::{Effort, Instruction, InstructionSet, check_str_with};
use opforge_testing::Random;
use std::collections::BTreeMap;

/// How many sequences are tried for a table.
const TRIED: usize = 40;

/// Gives the table fusions over its rows and those that it includes.
pub(super) fn add(random: &mut Random, draft: &mut Draft, set: &InstructionSet, functions: &str) {
    let parts: Vec<&Instruction> = set.instructions().iter().filter(|row| is_part(row)).collect();
    if parts.is_empty() {
        return;
    }
    let own: Vec<&Instruction> =
        parts.iter().copied().filter(|part| draft.rows.iter().any(|row| row.name == part.name)).collect();
    let tried: Vec<(String, String)> = (0..TRIED)
        .map(|number| {
            let name = format!("Joined{number}Up");
            let heat = match random.below(6) {
                0 | 1 => ", cold: true",
                2 => ", hot: true",
                _ => "",
            };
            let fusion = format!("Fuse(name: \"{name}\", seq: [{}]{heat})", sequence(random, &parts, &own).join(", "));
            (name, fusion)
        })
        .collect();
    draft.fusions = tried.iter().map(|(_, fusion)| fusion.clone()).collect();
    without_refused(
        draft,
        functions,
        |draft| &mut draft.fusions,
        |text, said| {
            let name = tried.iter().find(|(_, known)| known == text).map_or("", |(name, _)| name);
            said.contains(&format!("in `{name}`")) || said.contains(&format!("`{name}` has the pattern"))
        },
    );
}

/// Takes those away of which the checker says something.
pub(super) fn without_refused(
    draft: &mut Draft,
    functions: &str,
    list: impl Fn(&mut Draft) -> &mut Vec<String>,
    is_named: impl Fn(&str, &str) -> bool,
) {
    // Taking away one that hides another may bring up more.
    while let Err(diagnostics) = check_str_with("random.ron", &draft.ron(functions), Effort::Brief) {
        let said = diagnostics.to_string();
        let list = list(draft);
        let before = list.len();
        list.retain(|text| !is_named(text, &said));
        if list.len() == before {
            // What is wrong is something else.
            list.clear();
            return;
        }
    }
}

fn is_part(row: &Instruction) -> bool {
    let flow = &row.flow;
    let leaves = flow.returns || flow.raises || flow.enters.is_some();
    !leaves && row.fuel_per.is_none() && row.inputs.iter().all(|input| input.count.is_none())
}

/// Lines in quotes.
fn sequence(random: &mut Random, parts: &[&Instruction], own: &[&Instruction]) -> Vec<String> {
    let count = 2 + random.below(4);
    let light: Vec<&Instruction> = parts.iter().copied().filter(|row| row.traps.is_empty()).collect();
    let mut rows: Vec<&Instruction> = (0..count)
        .map(|_| match random.below(3) {
            0 if !light.is_empty() => choose(random, &light),
            1 if !own.is_empty() => choose(random, own),
            _ => choose(random, parts),
        })
        .collect();
    // How many values are there before each line, beyond those before the first.
    let mut depths = vec![0];
    // Jumps by line and operand, with how many values are there where they go; of some, to where.
    let mut jumps: Vec<(usize, usize, i64)> = Vec::new();
    let mut placed: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let below = depths[at] - row.inputs.len() as i64;
        let targets = row.operands.iter().enumerate().filter(|(_, operand)| operand.kind == OperandKind::Target);
        jumps.extend(targets.map(|(index, _)| (at, index, below + row.outputs_at(index).len() as i64)));
        if row.flow.next {
            depths.push(below + row.outputs.len() as i64);
        } else if jumps.is_empty() || at + 1 == count {
            depths.push(below);
            break;
        } else {
            // What comes next is reached by a jump alone.
            let (line, operand, depth) = choose(random, &jumps);
            placed.insert((line, operand), at + 1);
            depths.push(depth);
        }
    }
    rows.truncate(depths.len() - 1);
    let count = rows.len();
    let mut labels = vec![false; count + 1];
    let mut lines = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let mut line = row.name.clone();
        for (index, operand) in row.operands.iter().enumerate() {
            line.push(' ');
            let there = depths[at] - row.inputs.len() as i64 + row.outputs_at(index).len() as i64;
            let places: Vec<usize> =
                (0..=count).filter(|place| (*place == 0 || *place > at) && depths[*place] == there).collect();
            if let Some(place) = placed.get(&(at, index)) {
                labels[*place] = true;
                line.push_str(&format!("@place_{place}"));
            } else if operand.kind == OperandKind::Target && !places.is_empty() && !random.once_in(3) {
                let place = choose(random, &places);
                labels[place] = true;
                line.push_str(&format!("@place_{place}"));
            } else {
                line.push_str(&given(random, operand.kind));
            }
        }
        lines.push(line);
    }
    let label = |place: usize| labels[place].then(|| format!("\"@place_{place}\""));
    let mut all = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        all.extend(label(at));
        all.push(format!("\"{line}\""));
    }
    all.extend(label(count));
    all
}

/// A name for an operand, or a number.
pub(super) fn given(random: &mut Random, kind: OperandKind) -> String {
    match kind {
        OperandKind::Int | OperandKind::I16 if random.once_in(3) => choose(random, &["0", "1", "-1", "7"]).to_owned(),
        OperandKind::Float if random.once_in(3) => choose(random, &["0.0", "-0.0", "1.5"]).to_owned(),
        kind => format!("any_{}_{}", kind.variant().to_lowercase(), random.below(2)),
    }
}
