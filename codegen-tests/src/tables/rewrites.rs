//! Rewrites of a table: sequences of its rows with something in them that changes nothing, of which the checker keeps those
//! that it can.

use super::draft::Draft;
use super::fusions::{given, without_refused};
use super::names::choose;
use opforge::OperandKind;
use opforge_spec::{Body, Instruction, InstructionSet, PartOperand};
use opforge_testing::Random;

/// How many are tried for a table.
const TRIED: usize = 6;

/// What changes nothing wherever it stands, if there is a value on the stack.
const NOTHING: &[&[&str]] = &[
    &["Dup", "Pop"],
    &["Swap", "Swap"],
    &["Rot", "Rot", "Rot"],
    &["LoadInt 3", "Pop"],
    &["LoadTrue", "Pop"],
    &["Nop"],
];

/// Gives the table rewrites over its rows and those that it includes.
pub(super) fn add(random: &mut Random, draft: &mut Draft, set: &InstructionSet, functions: &str) {
    let parts: Vec<&Instruction> = set.instructions().iter().filter(|row| is_part(row)).collect();
    let jumps: Vec<&Instruction> = set.instructions().iter().filter(|row| jumps(row)).collect();
    if parts.is_empty() {
        return;
    }
    let mut tried: Vec<(String, String)> = Vec::new();
    for number in 0..TRIED {
        let sides = match random.below(3) {
            0 => of_a_sequence(random, set),
            _ => with_nothing(random, &parts, &jumps, set),
        };
        let Some((from, to)) = sides else { continue };
        let name = format!("shorter_{number}");
        let lines = |side: &[String]| side.iter().map(|line| format!("\"{line}\"")).collect::<Vec<_>>().join(", ");
        let text = format!("Rewrite(name: \"{name}\", from: [{}], to: [{}])", lines(&from), lines(&to));
        tried.push((name, text));
    }
    draft.rewrites = tried.iter().map(|(_, rewrite)| rewrite.clone()).collect();
    without_refused(
        draft,
        functions,
        |draft| &mut draft.rewrites,
        |text, said| {
            let name = tried.iter().find(|(_, known)| known == text).map_or("", |(name, _)| name);
            said.contains(&format!("`{name}`")) || said.contains(&format!("name: \"{name}\""))
        },
    );
}

fn is_part(row: &Instruction) -> bool {
    row.flow.next
        && row.flow.jumps.is_empty()
        && row.flow.enters.is_none()
        && row.fuel_per.is_none()
        && !matches!(row.body, Body::Handler(_))
        && row.inputs.iter().all(|input| input.count.is_none())
}

fn jumps(row: &Instruction) -> bool {
    !row.flow.jumps.is_empty() && !row.flow.returns && !row.flow.raises && row.fuel_per.is_none()
}

/// The parts of a row, replaced by it.
fn of_a_sequence(random: &mut Random, set: &InstructionSet) -> Option<(Vec<String>, Vec<String>)> {
    let sequences: Vec<&Instruction> =
        set.instructions().iter().filter(|row| matches!(&row.body, Body::Seq(parts) if parts.len() > 1)).collect();
    if sequences.is_empty() {
        return None;
    }
    let row = choose(random, &sequences);
    let Body::Seq(parts) = &row.body else { return None };
    let names: Vec<String> = (0..row.operands.len()).map(|operand| format!("any_{operand}")).collect();
    let lines = parts.iter().map(|part| {
        let operands = part.operands.iter().map(|operand| match operand {
            PartOperand::Row(operand) => names[*operand].clone(),
            PartOperand::Literal(value) => value.to_string(),
        });
        line(&set.instructions()[part.instruction.0], operands)
    });
    Some((lines.collect(), vec![line(row, names.iter().cloned())]))
}

/// A sequence with something in it that changes nothing, replaced by it without that.
fn with_nothing(
    random: &mut Random,
    parts: &[&Instruction],
    jumps: &[&Instruction],
    set: &InstructionSet,
) -> Option<(Vec<String>, Vec<String>)> {
    let there = |nothing: &&[&str]| {
        nothing.iter().all(|line| set.instruction(line.split(' ').next().unwrap_or_default()).is_some())
    };
    let nothing: Vec<&[&str]> = NOTHING.iter().copied().filter(|nothing| there(nothing)).collect();
    if nothing.is_empty() {
        return None;
    }
    let moves: Vec<&Instruction> = parts.iter().copied().filter(|row| row.traps.is_empty()).collect();
    let mut rows: Vec<&Instruction> = Vec::new();
    for _ in 0..1 + random.below(3) {
        rows.push(if !moves.is_empty() && random.once_in(2) { choose(random, &moves) } else { choose(random, parts) });
    }
    if !jumps.is_empty() && random.once_in(4) {
        rows.push(choose(random, jumps));
    }
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let operands: Vec<String> = row.operands.iter().map(|operand| operand_for(random, operand.kind)).collect();
            line(row, operands)
        })
        .collect();
    let mut from = lines.clone();
    let at = random.below(rows.len());
    let extra = choose(random, &nothing);
    from.splice(at..at, extra.iter().map(|line| (*line).to_owned()));
    Some((from, lines))
}

fn operand_for(random: &mut Random, kind: OperandKind) -> String {
    match kind {
        OperandKind::Count | OperandKind::Count8 => "2".to_owned(),
        kind => given(random, kind),
    }
}

fn line(row: &Instruction, operands: impl IntoIterator<Item = String>) -> String {
    operands.into_iter().fold(row.name.clone(), |line, operand| line + " " + &operand)
}
